"""任职：各职务由谁担任、一个人任过哪些职、哪里还用着一个对象."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.config_choices import in_force
from models.case import Case
from models.people import GridMember, Holding, Post
from models.platform import Body, BodyMember, Category, Platform, PlatformOrg
from models.security import RoleProfile
from models.township import Grid, GridVillage, Org, Village

EAGER = (
    joinedload(Holding.person),
    joinedload(Holding.post),
    joinedload(Holding.org),
    joinedload(Holding.grid),
    joinedload(Holding.village),
)


def place_names(actor: Actor) -> dict[str, str]:
    """平台代码、``body:<编号>`` → 名称；任职的地要用."""
    both = union_all(
        select(Platform.code.label("key"), Platform.name).where(condition_for(Platform, actor)),
        select(literal("body:").op("||")(Body.id), Body.name).where(condition_for(Body, actor)),
    )
    return {row[0]: row[1] for row in session.execute(both)}


def role_names(actor: Actor) -> dict[int, str]:
    """角色编号 → 名称."""
    rows = session.execute(
        select(RoleProfile.role_id, RoleProfile.name).where(condition_for(RoleProfile, actor))
    )
    return {row[0]: row[1] for row in rows}


def holders(posts: Iterable[Post], actor: Actor, day: date) -> Mapping[int, Sequence[Holding]]:
    """各职务今天由谁担任（在任、代行、委托），一条语句."""
    ids = [post.id for post in posts]
    found: dict[int, list[Holding]] = defaultdict(list)
    if not ids:
        return found
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(
            condition_for(Holding, actor),
            Holding.post_id.in_(ids),
            Holding.valid_from <= day,
            in_force(Holding, day),
        )
        .order_by(Holding.platform, Holding.grid_id, Holding.village_id, Holding.seat, Holding.id)
    )
    for holding in session.execute(statement).scalars():
        found[holding.post_id or 0].append(holding)
    return found


def of_person(person_id: int, actor: Actor) -> Sequence[Holding]:
    """一个人的任职，新的在前."""
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(condition_for(Holding, actor), Holding.person_id == person_id)
        .order_by(Holding.valid_from.desc(), Holding.id.desc())
    )
    return session.execute(statement).scalars().all()


def at_place(column: Any, value: Any, actor: Actor, day: date) -> Sequence[Holding]:
    """一处（平台、机构、网格、村）今天有哪些任职."""
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(
            condition_for(Holding, actor),
            column == value,
            Holding.valid_from <= day,
            in_force(Holding, day),
        )
        .order_by(Holding.role_id, Holding.id)
    )
    return session.execute(statement).scalars().all()


def children(row: Org, actor: Actor, day: date) -> Sequence[Org]:
    """下级机构（还在用的），按次序."""
    statement = (
        select(Org)
        .where(condition_for(Org, actor), Org.parent_id == row.id, in_force(Org, day))
        .order_by(Org.path)
    )
    return session.execute(statement).scalars().all()


def grids_of(villages: Iterable[Village], actor: Actor, day: date) -> Mapping[int, Sequence[Grid]]:
    """各村今天有哪些网格，一条语句."""
    ids = [village.id for village in villages]
    found: dict[int, list[Grid]] = defaultdict(list)
    statement = (
        select(GridVillage.village_id, Grid)
        .join(Grid, Grid.id == GridVillage.grid_id)
        .where(
            condition_for(GridVillage, actor),
            GridVillage.village_id.in_(ids),
            GridVillage.valid_from <= day,
            in_force(GridVillage, day),
        )
        .order_by(Grid.sort_no, Grid.code)
    )
    for village_id, grid in session.execute(statement) if ids else ():
        found[village_id].append(grid)
    return found


def members_of(
    grids: Iterable[Grid], actor: Actor, day: date
) -> Mapping[int, Sequence[GridMember]]:
    """各网格今天的网格员，网格长在前，一条语句."""
    ids = [grid.id for grid in grids]
    found: dict[int, list[GridMember]] = defaultdict(list)
    statement = (
        select(GridMember)
        .options(joinedload(GridMember.person))
        .where(
            condition_for(GridMember, actor),
            GridMember.grid_id.in_(ids),
            GridMember.valid_from <= day,
            in_force(GridMember, day),
        )
        .order_by(GridMember.is_head.desc(), GridMember.id)
    )
    for member in session.execute(statement).scalars() if ids else ():
        found[member.grid_id].append(member)
    return found


def _count(model: Any, *conditions: Any) -> Any:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def uses(kind: str, row: Any, day: date) -> dict[str, int]:
    """还在用这个对象的各有几处（最后一天之后仍有效的）；一条语句."""
    counts = _USES[kind](row, day) if kind in _USES else {}
    if not counts:
        return {}
    values = session.execute(select(*(q.label(n) for n, q in counts.items()))).one()
    return {name: n for name, n in values._asdict().items() if n}


def _after(model: Any, day: date) -> Any:
    return or_(model.valid_to.is_(None), model.valid_to > day)


def _org_uses(row: Any, day: date) -> dict[str, Any]:
    return {
        "orgs": _count(Org, Org.parent_id == row.id, _after(Org, day)),
        "posts": _count(Post, Post.org_id == row.id, _after(Post, day)),
        "holdings": _count(Holding, Holding.org_id == row.id, _after(Holding, day)),
        "platforms": _count(Platform, Platform.host_org_id == row.id, _after(Platform, day)),
        "bodies": _count(Body, Body.secretariat_id == row.id, _after(Body, day)),
    }


def _village_uses(row: Any, day: date) -> dict[str, Any]:
    return {
        "grids": _count(GridVillage, GridVillage.village_id == row.id, _after(GridVillage, day)),
        "holdings": _count(Holding, Holding.village_id == row.id, _after(Holding, day)),
    }


def _grid_uses(row: Any, day: date) -> dict[str, Any]:
    return {
        "grid_members": _count(GridMember, GridMember.grid_id == row.id, _after(GridMember, day)),
        "holdings": _count(Holding, Holding.grid_id == row.id, _after(Holding, day)),
    }


def _post_uses(row: Any, day: date) -> dict[str, Any]:
    return {
        "holdings": _count(Holding, Holding.post_id == row.id, _after(Holding, day)),
        "body_members": _count(BodyMember, BodyMember.post_id == row.id, _after(BodyMember, day)),
    }


def _platform_uses(row: Any, day: date) -> dict[str, Any]:
    here = row.township_id
    return {
        "cases": _count(
            Case, Case.township_id == here, Case.platform == row.code, Case.closed_at.is_(None)
        ),
        "holdings": _count(
            Holding,
            Holding.township_id == here,
            Holding.platform == row.code,
            _after(Holding, day),
        ),
        "categories": _count(
            Category,
            Category.township_id == here,
            Category.platform == row.code,
            _after(Category, day),
        ),
        "platform_orgs": _count(
            PlatformOrg,
            PlatformOrg.township_id == here,
            PlatformOrg.platform == row.code,
            _after(PlatformOrg, day),
        ),
    }


def _body_uses(row: Any, day: date) -> dict[str, Any]:
    return {
        "body_members": _count(BodyMember, BodyMember.body_id == row.id, _after(BodyMember, day)),
        "bodies": _count(Body, Body.parent_id == row.id, _after(Body, day)),
    }


def _category_uses(row: Any, day: date) -> dict[str, Any]:
    return {"categories": _count(Category, Category.parent_id == row.id, _after(Category, day))}


_USES = {
    "org": _org_uses,
    "village": _village_uses,
    "grid": _grid_uses,
    "post": _post_uses,
    "platform": _platform_uses,
    "body": _body_uses,
    "category": _category_uses,
}
