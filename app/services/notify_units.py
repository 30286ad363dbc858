"""知会到单位：协办的平台、单位与承办人，牵头单位；并案知会主案的见 case_merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import session
from app.domain.case_words import Action, Party
from models.case import Case
from models.case_parts import Assignment, Cooperation
from models.people import Holding, Person
from models.security import RoleProfile

OPERATORS = ("F1", "F2", "F3", "F4")
Condition = ColumnElement[bool]


def assisting(case: Case, action: str) -> frozenset[str]:
    """多平台分流知会到各协办平台；别的步只到主办平台."""
    if action != Action.DISPATCH_MULTI:
        return frozenset()
    rows = session.execute(
        select(Assignment.platform).where(
            Assignment.case_id == case.id, Assignment.role == "ASSIST", Assignment.is_listed
        )
    )
    return frozenset(code for code in rows.scalars() if code is not None)


def persons_of_units(case: Case, parties: Iterable[Party]) -> set[int]:
    """这些身份里指得出是谁的：协办条的承办人."""
    if Party.COOP_ORGS not in set(parties):
        return set()
    return {slip.handler_id for slip in _slips(case) if slip.handler_id is not None}


def conditions_of_units(case: Case, parties: Iterable[Party]) -> list[Condition]:
    """这些身份里要按任职去找的：还没有承办人的协办条归它的单位与平台操作员，牵头单位归单位的人."""
    return [found for party in parties if party in _WHO for found in _WHO[party](case)]


def _coop(case: Case) -> list[Condition]:
    found: list[Condition] = []
    for slip in _slips(case):
        if slip.handler_id is None:
            found.append(and_(RoleProfile.code.in_(OPERATORS), Holding.platform == slip.platform))
            found += _of_org(slip.org_id)
    return found


def _lead(case: Case) -> list[Condition]:
    return _of_org(case.lead_org_id)


def _of_org(org_id: int | None) -> list[Condition]:
    """单位的人：任职在这个单位的；平台操作员看他编制在哪里."""
    if org_id is None:
        return []
    staff = select(Person.id).where(Person.org_id == org_id)
    return [
        or_(
            Holding.org_id == org_id,
            and_(RoleProfile.code.in_(OPERATORS), Holding.person_id.in_(staff)),
        )
    ]


def _slips(case: Case) -> list[Cooperation]:
    return list(
        session.execute(
            select(Cooperation).where(
                Cooperation.case_id == case.id,
                Cooperation.round == case.round,
                Cooperation.state.in_(("WAITING", "DOING")),
            )
        ).scalars()
    )


_WHO: Mapping[Party, Callable[[Case], list[Condition]]] = {
    Party.COOP_ORGS: _coop,
    Party.LEAD_ORG: _lead,
}
