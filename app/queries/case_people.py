"""办事的人：今日各任职的人、各平台的机构、各机构的人；按配置版本与日期记在进程里."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from app.access.actor import Actor, HoldingView
from app.access.load import grants_of
from app.db import session
from app.queries.names import config_version
from models.people import GridMember, Holding, Person, Post
from models.platform import PlatformOrg
from models.security import RoleProfile
from models.township import Org


@dataclass(frozen=True, slots=True)
class Office:
    """某一天的办事班底（who holds office）：人以编号记，机构以编号记."""

    holders: tuple[Actor, ...] = ()
    orgs_of: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    people_of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    members_of: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)


_known: dict[tuple[int, date], tuple[int, Office]] = {}


def office_of(township_id: int, today: date) -> Office:
    """今日的班底；配置没改过就用记着的."""
    version = config_version(township_id)
    known = _known.get((township_id, today))
    if known is not None and known[0] == version:
        return known[1]
    for stale in [key for key in _known if key[0] == township_id and key != (township_id, today)]:
        _known.pop(stale, None)
    office = _read(township_id, today)
    _known[township_id, today] = (version, office)
    return office


def forget_office() -> None:
    """记着的作废（试用不同的库时）."""
    _known.clear()


def _in_force(model: Any, today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return model.valid_from <= today, (model.valid_to.is_(None)) | (model.valid_to >= today)


def _read(township_id: int, today: date) -> Office:
    people = _people(township_id)
    holdings = _holdings(township_id, today)
    roles = {view.role for views in holdings.values() for view in views}
    grants = grants_of(roles) if roles else {}
    holders = tuple(
        Actor(
            person_id=person_id,
            township_id=township_id,
            name=people[person_id][0],
            today=today,
            org_id=people[person_id][1],
            org_name=people[person_id][2],
            holdings=tuple(views),
            grants=grants,
        )
        for person_id, views in sorted(holdings.items())
        if person_id in people
    )
    return Office(
        holders=holders,
        orgs_of=_orgs(township_id, today),
        people_of=_people_of(people, holders),
        members_of=_members(township_id, today),
    )


def _people(township_id: int) -> dict[int, tuple[str, int | None, str | None]]:
    rows = session.execute(
        select(Person.id, Person.name, Person.org_id, Org.name.label("org"))
        .outerjoin(Org, Org.id == Person.org_id)
        .where(Person.township_id == township_id, Person.left_on.is_(None))
        .order_by(Person.sort_key, Person.id)
    ).all()
    return {row.id: (row.name, row.org_id, row.org) for row in rows}


def _holdings(township_id: int, today: date) -> dict[int, list[HoldingView]]:
    rows = session.execute(
        select(Holding, RoleProfile, Post.name)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .outerjoin(Post, Post.id == Holding.post_id)
        .where(Holding.township_id == township_id, *_in_force(Holding, today))
        .order_by(Holding.id)
    ).all()
    found: dict[int, list[HoldingView]] = defaultdict(list)
    for row, role, post in rows:
        found[row.person_id].append(
            HoldingView(
                id=row.id,
                role=role.code,
                scope=role.scope,
                sensitive=role.sensitive,
                role_name=role.name,
                post_name=post,
                mode=row.mode,
                platform=row.platform,
                org_id=row.org_id,
                grid_id=row.grid_id,
                village_id=row.village_id,
                body_id=row.body_id,
            )
        )
    return found


def _orgs(township_id: int, today: date) -> dict[str, tuple[int, ...]]:
    rows = session.execute(
        select(PlatformOrg.platform, PlatformOrg.org_id)
        .join(Org, Org.id == PlatformOrg.org_id)
        .where(PlatformOrg.township_id == township_id, *_in_force(PlatformOrg, today))
        .order_by(Org.sort_key, Org.id)
    ).all()
    found: dict[str, list[int]] = defaultdict(list)
    for platform, org_id in rows:
        found[platform].append(org_id)
    return {platform: tuple(dict.fromkeys(orgs)) for platform, orgs in found.items()}


def _people_of(
    people: Mapping[int, tuple[str, int | None, str | None]], holders: tuple[Actor, ...]
) -> dict[int, tuple[int, ...]]:
    """各机构的人：编制在此的，或任职在此的；按姓名排."""
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, (_, org_id, _) in people.items():
        if org_id is not None:
            found[org_id].add(person_id)
    for holder in holders:
        for view in holder.holdings:
            if view.org_id is not None and holder.person_id is not None:
                found[view.org_id].add(holder.person_id)
    order = {person_id: number for number, person_id in enumerate(people)}
    return {
        org_id: tuple(sorted(members, key=lambda one: order.get(one, 0)))
        for org_id, members in found.items()
    }


def _members(township_id: int, today: date) -> dict[int, tuple[tuple[str, str], ...]]:
    """各网格的网格员：（姓名，专职或兼职），负责人在前."""
    rows = session.execute(
        select(GridMember.grid_id, Person.name, GridMember.engagement)
        .join(Person, Person.id == GridMember.person_id)
        .where(GridMember.township_id == township_id, *_in_force(GridMember, today))
        .order_by(GridMember.is_head.desc(), GridMember.id)
    ).all()
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for grid_id, name, engagement in rows:
        found[grid_id].append((name, engagement))
    return {grid_id: tuple(members) for grid_id, members in found.items()}
