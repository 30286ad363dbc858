"""平台与议事机构：组长、力量机构、载体系统、成员."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries import selfcheck_terms
from app.queries.config_choices import in_force
from models.platform import Body, BodyMember, CarrierSystem, Platform, PlatformOrg


def leaders(actor: Actor, day: date) -> Mapping[str, Sequence[str]]:
    """各平台协调组今天的组长：平台 → 姓名."""
    return selfcheck_terms.group_leaders(actor.township_id, day)


def forces(row: Platform, actor: Actor) -> Sequence[PlatformOrg]:
    """平台的力量机构，在用的在前."""
    statement = (
        select(PlatformOrg)
        .options(joinedload(PlatformOrg.org))
        .where(condition_for(PlatformOrg, actor), PlatformOrg.platform == row.code)
        .order_by(PlatformOrg.valid_to.desc().nulls_first(), PlatformOrg.id)
    )
    return session.execute(statement).scalars().all()


def carriers(row: Platform, actor: Actor) -> Sequence[CarrierSystem]:
    """平台的载体系统."""
    statement = (
        select(CarrierSystem)
        .where(condition_for(CarrierSystem, actor), CarrierSystem.platform == row.code)
        .order_by(CarrierSystem.code)
    )
    return session.execute(statement).scalars().all()


def id_of(code: str, actor: Actor) -> int | None:
    """平台代码的编号."""
    statement = select(Platform.id).where(condition_for(Platform, actor), Platform.code == code)
    return session.execute(statement).scalar()


def members(body: Body, actor: Actor) -> Sequence[BodyMember]:
    """议事机构的成员，组长在前，已结束的在后."""
    rank = func.array_position(["LEADER", "DEPUTY", "MEMBER"], BodyMember.function)
    statement = (
        select(BodyMember)
        .options(joinedload(BodyMember.post), joinedload(BodyMember.person))
        .where(condition_for(BodyMember, actor), BodyMember.body_id == body.id)
        .order_by(BodyMember.valid_to.desc().nulls_first(), rank, BodyMember.sort_no, BodyMember.id)
    )
    return session.execute(statement).scalars().all()


def member_counts(bodies: Iterable[Body], actor: Actor, day: date) -> Mapping[int, int]:
    """各议事机构今天的成员数，一条语句."""
    ids = [body.id for body in bodies]
    found: dict[int, int] = defaultdict(int)
    statement = (
        select(BodyMember.body_id, func.count())
        .where(
            condition_for(BodyMember, actor),
            BodyMember.body_id.in_(ids),
            BodyMember.valid_from <= day,
            in_force(BodyMember, day),
        )
        .group_by(BodyMember.body_id)
    )
    for body_id, count in session.execute(statement) if ids else ():
        found[body_id] = count
    return found
