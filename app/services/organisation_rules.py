"""各种配置行的规矩：谁能改、哪些列由别的列推出、什么不许、停用之前要清什么."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from app.crypto import mark
from app.db import session
from app.domain.errors import Refused
from app.queries.config_holders import uses
from app.services.pinyin import name_key, sort_key
from app.services.tree import is_below, path_of, regrow
from models.case import Case
from models.people import GridMember, Person, Post
from models.platform import (
    Body,
    BodyMember,
    CarrierSystem,
    Category,
    Channel,
    Platform,
    PlatformOrg,
    ServiceItem,
)
from models.rules import RuleSet
from models.township import Grid, GridVillage, Org, Village

Grants = tuple[tuple[str, str], ...]
ORG: Grants = (("config", "org"),)
POST: Grants = (("config", "post"),)
CATEGORY: Grants = (("config", "category"),)
FAR = date(9999, 12, 31)


def _nothing(*_: Any) -> None:
    """没有特别的规矩."""


@dataclass(frozen=True, slots=True)
class Rule:
    """一种行的规矩（rule of a row）.

    ``grants`` 有其一即可改；``derive`` 存之前填推出的列，``check`` 存之前查不许的事，
    ``grown`` 存之后补（路径要编号），``ending`` 停用之前查还有谁在用。
    """

    kind: str
    grants: Grants
    derive: Callable[[Any], None] = _nothing
    check: Callable[[Any], None] = _nothing
    grown: Callable[[Any], None] = _nothing
    ending: Callable[[Any, date], None] = _nothing


def _still_used(kind: str, row: Any, last_day: date, **more: int) -> None:
    counts = uses(kind, row, last_day) | {name: n for name, n in more.items() if n}
    if counts:
        raise Refused("still_used", name=str(row), uses=counts)


def _open_cases(*conditions: Any) -> int:
    """没有办完的案件（含草稿）有几件."""
    statement = select(func.count()).where(Case.closed_at.is_(None), *conditions)
    return session.execute(statement).scalar_one()


def _org_keys(org: Org) -> None:
    org.sort_key = sort_key(org.name)
    if org.path is None:
        org.path = ""


def _org_fits(org: Org) -> None:
    """上级须在本乡、还在用，也不能在自己之下."""
    with session.no_autoflush:
        parent = session.get(Org, org.parent_id) if org.parent_id is not None else None
    if org.parent_id is None:
        return
    if parent is None or parent.township_id != org.township_id:
        raise Refused("parent_elsewhere")
    if org.path and is_below(parent, org):
        raise Refused("own_branch", name=org.name, parent=parent.name)
    if parent.valid_to is not None and (org.valid_to or FAR) > parent.valid_to:
        raise Refused("parent_ended", name=parent.name, day=parent.valid_to)


def _org_grown(org: Org) -> None:
    if org.path:
        regrow(org)
        return
    org.path = path_of(org)
    session.flush()


def _org_ending(org: Org, last_day: date) -> None:
    _still_used("org", org, last_day, cases=_open_cases(Case.org_id == org.id))


def _village_ending(village: Village, last_day: date) -> None:
    """撤并须填继任村；未办完的案件要先转挂."""
    here = or_(Case.village_id == village.id, Case.point_village_id == village.id)
    _still_used("village", village, last_day, cases=_open_cases(here))
    if village.successor_id is None:
        raise Refused("successor_needed", name=village.name)


def _village_fits(village: Village) -> None:
    if village.successor_id is None:
        return
    successor = session.get(Village, village.successor_id)
    if successor is None or successor.id == village.id:
        raise Refused("successor_needed", name=village.name)
    if successor.township_id != village.township_id:
        raise Refused("parent_elsewhere")


def _grid_ending(grid: Grid, last_day: date) -> None:
    _still_used("grid", grid, last_day, cases=_open_cases(Case.grid_id == grid.id))


def _person_keys(person: Person) -> None:
    person.sort_key = name_key(person.name)
    person.phone_mark = mark(person.phone)


def _member_fits(member: GridMember) -> None:
    """力量来源是六类之一；一个网格同时只有一名负责人."""
    sources = force_sources(member.township_id)
    if sources and member.source not in sources:
        raise Refused("unknown_source", source=member.source, known=sources)
    if not member.is_head:
        return
    with session.no_autoflush:
        other = session.execute(
            select(GridMember)
            .where(GridMember.grid_id == member.grid_id, GridMember.is_head)
            .where(GridMember.id != (member.id or 0))
            .where(GridMember.valid_from <= (member.valid_to or FAR))
            .where(or_(GridMember.valid_to.is_(None), GridMember.valid_to >= member.valid_from))
        ).scalar()
    if other is not None:
        raise Refused("head_taken", grid=str(other.grid), name=str(other.person))


def force_sources(township_id: int) -> list[str]:
    """六类辅助力量的名称；规则里没有写的为空."""
    latest = (
        select(RuleSet.body)
        .where(RuleSet.township_id == township_id, RuleSet.kind == "grid")
        .order_by(RuleSet.valid_from.desc(), RuleSet.id.desc())
        .limit(1)
    )
    body = session.execute(latest).scalar() or {}
    return [row["zh"] for row in body.get("force_sources", ())]


def _category_fits(category: Category) -> None:
    """只有两级：小类的上级须是一级类；平台须在用."""
    parent = session.get(Category, category.parent_id) if category.parent_id else None
    if parent is not None and (parent.parent_id is not None or parent.id == category.id):
        raise Refused("category_too_deep", name=category.name)
    platform = session.execute(
        select(Platform).where(
            Platform.township_id == category.township_id, Platform.code == category.platform
        )
    ).scalar()
    if platform is None or platform.valid_to is not None:
        raise Refused("platform_ended", platform=category.platform)


def _ending_of(kind: str) -> Callable[[Any, date], None]:
    return lambda row, last_day: _still_used(kind, row, last_day)


RULES: dict[type[Any], Rule] = {
    Org: Rule("org", ORG, _org_keys, _org_fits, _org_grown, _org_ending),
    Village: Rule("village", ORG, check=_village_fits, ending=_village_ending),
    Grid: Rule("grid", ORG, ending=_grid_ending),
    GridVillage: Rule("grid_village", ORG),
    Platform: Rule("platform", ORG, ending=_ending_of("platform")),
    PlatformOrg: Rule("platform_org", ORG),
    CarrierSystem: Rule("carrier", ORG),
    Body: Rule("body", ORG, ending=_ending_of("body")),
    BodyMember: Rule("body_member", (("body", "members"),)),
    Post: Rule("post", POST, ending=_ending_of("post")),
    Person: Rule("person", POST, _person_keys),
    GridMember: Rule("grid_member", (*POST, ("grid", "manage")), check=_member_fits),
    Channel: Rule("channel", CATEGORY),
    Category: Rule("category", CATEGORY, check=_category_fits, ending=_ending_of("category")),
    ServiceItem: Rule("service_item", CATEGORY),
}
