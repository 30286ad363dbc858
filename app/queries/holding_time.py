"""任职的时间线：按人或按职务一页，连同已止的；键集翻页."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, exists, or_, select, tuple_
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.config_choices import in_force
from app.queries.config_holders import EAGER
from models.people import Holding, Person, Post
from models.security import RoleProfile

PAGE = 20
MOST = 60
"""角色页的图至多几条；更多的看全乡的时间线。"""
By = Literal["person", "post"]


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """看哪些任职：按人还是按职务，名字里的字，角色、平台、机构；``on`` 为只看那天在任的."""

    by: By = "person"
    words: str = ""
    role: str = ""
    platform: str = ""
    org_id: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class TimePage:
    """一页：人或职务，他们的任职，前后页的位置."""

    heads: Sequence[Any]
    holdings: Sequence[Holding]
    previous: int | None
    next: int | None


def time_page(
    wanted: TimeFilter, *, actor: Actor, after: int | None = None, before: int | None = None
) -> TimePage:
    """一页时间线，两条语句."""
    by_post = wanted.by == "post"
    heads, more = _heads(wanted, actor, after, before)
    ids = [head.id for head in heads]
    column = Holding.post_id if by_post else Holding.person_id
    rows = _rows(actor, column.in_(ids), *_holding_conditions(wanted)) if ids else ()
    back = before is not None
    return TimePage(
        heads,
        rows,
        previous=ids[0] if ids and (after is not None or (back and more)) else None,
        next=ids[-1] if ids and (back or more) else None,
    )


def _heads(
    wanted: TimeFilter, actor: Actor, after: int | None, before: int | None
) -> tuple[list[Any], bool]:
    model: Any = Post if wanted.by == "post" else Person
    order = Post.sort_no if wanted.by == "post" else Person.sort_key
    key = tuple_(order, model.id)
    eager = joinedload(model.org)
    statement = select(model).options(eager).where(condition_for(model, actor))
    statement = statement.where(*_head_conditions(wanted, model))
    back = before is not None
    edge = before if back else after
    if edge is not None:
        here = session.execute(select(order, model.id).where(model.id == edge)).one_or_none()
        if here is not None:
            place = tuple_(*here)
            statement = statement.where(key < place if back else key > place)
    columns = (order.desc(), model.id.desc()) if back else (order, model.id)
    found = list(session.execute(statement.order_by(*columns).limit(PAGE + 1)).scalars())
    more = len(found) > PAGE
    found = found[:PAGE]
    return (found[::-1] if back else found), more


def _head_conditions(wanted: TimeFilter, model: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(model.name.contains(wanted.words, autoescape=True))
    held = Holding.post_id if model is Post else Holding.person_id
    inside = _holding_conditions(wanted)
    # 按职务的没有条件时，从来空着的也列
    if inside or model is Person:
        found.append(exists().where(held == model.id, *inside))
    return found


def _holding_conditions(wanted: TimeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.role:
        found.append(
            Holding.role_id.in_(select(RoleProfile.role_id).where(RoleProfile.code == wanted.role))
        )
    if wanted.platform:
        found.append(Holding.platform == wanted.platform)
    if wanted.org_id is not None:
        of_org = select(Person.id).where(Person.org_id == wanted.org_id)
        found.append(or_(Holding.org_id == wanted.org_id, Holding.person_id.in_(of_org)))
    if wanted.on is not None:
        found += [Holding.valid_from <= wanted.on, in_force(Holding, wanted.on)]
    return found


def _rows(actor: Actor, *conditions: ColumnElement[bool]) -> Sequence[Holding]:
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(condition_for(Holding, actor), *conditions)
        .order_by(Holding.valid_from, Holding.id)
    )
    return session.execute(statement).scalars().all()


def of_posts(ids: Iterable[int], actor: Actor) -> Sequence[Holding]:
    """几个职务历来由谁担任，一条语句."""
    wanted = list(ids)
    return _rows(actor, Holding.post_id.in_(wanted)) if wanted else ()


def of_role(role_id: int, actor: Actor) -> Sequence[Holding]:
    """一个角色历来由谁持有，起日近的在前，至多一页图放得下的几条."""
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(condition_for(Holding, actor), Holding.role_id == role_id)
        .order_by(Holding.valid_from.desc(), Holding.id.desc())
        .limit(MOST)
    )
    return session.execute(statement).scalars().all()
