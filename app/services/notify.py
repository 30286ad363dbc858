"""通知：这一步该知会哪些人，各写一条；同一件事同一人只一条."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.db import session
from app.domain.case_words import Party
from app.services.config_touch import day_of
from app.services.notify_units import assisting, conditions_of_units, persons_of_units
from models.attachment import Notification
from models.case import Case
from models.people import Holding
from models.security import RoleProfile

TOWNSHIP_ROLES = {
    Party.B: ("B",),
    Party.C: ("C1", "C2"),
    Party.C1: ("C1",),
    Party.C2: ("C2",),
    Party.D: ("D",),
    Party.VERIFIER: ("B",),
}
PLATFORM_ROLES = {
    Party.F: ("F1", "F2", "F3", "F4"),
    Party.G: ("G1", "G2", "G3", "G4"),
    Party.E: ("E",),
    Party.LEAD_PLATFORM: ("F1", "F2", "F3", "F4"),
}


def _by_role(case: Case, parties: Iterable[Party], action: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    platforms = {case.platform, *assisting(case, action)} - {None}
    for party in parties:
        if party in TOWNSHIP_ROLES:
            found.append(RoleProfile.code.in_(TOWNSHIP_ROLES[party]))
        elif party in PLATFORM_ROLES and platforms:
            held = Holding.platform.in_(platforms)
            found.append(and_(RoleProfile.code.in_(PLATFORM_ROLES[party]), held))
    return found


def _named(case: Case, parties: Iterable[Party]) -> set[int]:
    by_name = {
        Party.REPORTER: case.registrar_id,
        Party.HANDLER: case.handler_id,
        Party.NEW_HANDLER: case.handler_id,
        Party.LEAD_PERSON: case.lead_person_id,
    }
    return {p for party in parties if (p := by_name.get(party)) is not None}


def people_of(case: Case, parties: Iterable[Party], *, now: datetime, action: str = "") -> set[int]:
    """这些身份此刻是哪些人（人的编号）；``action`` 是哪一步，多平台分流的各平台都知会."""
    wanted = tuple(parties)
    people = _named(case, wanted) | persons_of_units(case, wanted)
    conditions = [*_by_role(case, wanted, action), *conditions_of_units(case, wanted)]
    if conditions:
        people |= _holding(case.township_id, or_(*conditions), now)
    return people


def _holding(township_id: int, condition: ColumnElement[bool], now: datetime) -> set[int]:
    today = day_of(now)
    rows = session.execute(
        select(Holding.person_id)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .where(
            Holding.township_id == township_id,
            Holding.valid_from <= today,
            or_(Holding.valid_to.is_(None), Holding.valid_to >= today),
            condition,
        )
        .distinct()
    )
    return set(rows.scalars())


def of_platform(township_id: int, platform: str, party: Party, *, now: datetime) -> set[int]:
    """此刻这个平台里担这个身份的人（人的编号）；``party`` 为平台的身份."""
    held = and_(RoleProfile.code.in_(PLATFORM_ROLES[party]), Holding.platform == platform)
    return _holding(township_id, held, now)


def holders(township_id: int, roles: Iterable[str], *, now: datetime) -> set[int]:
    """此刻持这些角色的人（人的编号）."""
    return _holding(township_id, RoleProfile.code.in_(tuple(roles)), now)


def post(
    people: Iterable[int],
    *,
    township_id: int,
    kind: str,
    key: str,
    now: datetime,
    facts: dict[str, Any],
    case_id: int | None = None,
    meeting_id: int | None = None,
) -> None:
    """写通知；``key`` 相同的不再写."""
    rows = [
        {
            "township_id": township_id,
            "created_at": now,
            "person_id": person,
            "kind": kind,
            "case_id": case_id,
            "meeting_id": meeting_id,
            "facts": facts,
            "dedup_key": key,
        }
        for person in sorted(set(people))
    ]
    if rows:
        session.execute(insert(Notification).values(rows).on_conflict_do_nothing())


def tell(
    case: Case,
    parties: Iterable[Party],
    *,
    action: str,
    entry_id: int,
    now: datetime,
    by: int | None,
) -> None:
    """一步之后知会各方；敏感件的通知不带标题."""
    people = people_of(case, parties, now=now, action=action)
    write(case, people, action=action, entry_id=entry_id, now=now, by=by)


def write(
    case: Case, people: Iterable[int], *, action: str, entry_id: int, now: datetime, by: int | None
) -> None:
    """一步之后知会这几个人，做事的本人不用知会."""
    facts = {"number": case.number, "title": None if case.is_sensitive else case.title}
    post(
        set(people) - {by},
        township_id=case.township_id,
        kind=f"case.{action}",
        key=f"case:{case.id}:{entry_id}",
        now=now,
        facts=facts,
        case_id=case.id,
    )
