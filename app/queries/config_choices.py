"""下拉的选项：在范围内、今天在用的机构、村、网格、职务、平台、议事机构、角色、类目."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from models.people import Holding, Person, Post
from models.platform import Body, Category, Platform
from models.security import Account, RoleLimit, RoleProfile
from models.township import Grid, Org, Village

Choices = list[tuple[Any, str]]
OPTIONS = 20


def in_force(model: Any, day: date) -> ColumnElement[bool]:
    """这一天没有停用（还没起用的也算）."""
    return or_(model.valid_to.is_(None), model.valid_to >= day)


def _rows(statement: Any) -> Choices:
    return [(key, name) for key, name in session.execute(statement)]


def _kept(model: Any, actor: Actor, day: date) -> ColumnElement[bool]:
    return and_(condition_for(model, actor), in_force(model, day))


def orgs(actor: Actor, day: date, kinds: Sequence[str] = ()) -> Choices:
    """机构，按树的次序；``kinds`` 限几种."""
    statement = select(Org.id, Org.name).where(_kept(Org, actor, day)).order_by(Org.path)
    return _rows(statement.where(Org.kind.in_(kinds)) if kinds else statement)


def villages(actor: Actor, day: date) -> Choices:
    """村，按代码."""
    return _rows(
        select(Village.id, Village.name)
        .where(_kept(Village, actor, day))
        .order_by(Village.code, Village.id)
    )


def grids(actor: Actor, day: date) -> Choices:
    """网格，按次序."""
    return _rows(
        select(Grid.id, Grid.name).where(_kept(Grid, actor, day)).order_by(Grid.sort_no, Grid.code)
    )


def posts(actor: Actor, day: date) -> Choices:
    """职务，按次序."""
    return _rows(
        select(Post.id, Post.name).where(_kept(Post, actor, day)).order_by(Post.sort_no, Post.code)
    )


def platforms(actor: Actor, day: date) -> Choices:
    """平台（代码，名称），按次序."""
    return _rows(
        select(Platform.code, Platform.name)
        .where(_kept(Platform, actor, day))
        .order_by(Platform.sort_no)
    )


def bodies(actor: Actor, day: date) -> Choices:
    """议事机构，按次序."""
    return _rows(
        select(Body.id, Body.name).where(_kept(Body, actor, day)).order_by(Body.sort_no, Body.code)
    )


def roles(actor: Actor) -> Choices:
    """角色（代码，名称），按次序."""
    return _rows(
        select(RoleProfile.code, RoleProfile.name)
        .where(condition_for(RoleProfile, actor))
        .order_by(RoleProfile.sort_no, RoleProfile.code)
    )


def first_levels(actor: Actor, day: date) -> Choices:
    """一级类目，按代码."""
    return _rows(
        select(Category.id, Category.code + " " + Category.name)
        .where(_kept(Category, actor, day), Category.parent_id.is_(None))
        .order_by(Category.code)
    )


def people(actor: Actor, words: str) -> Choices:
    """在职的人，姓名含有几个字的头 20 名."""
    named = Person.name.contains(words, autoescape=True)
    return _people(_serving(actor).where(named).limit(OPTIONS))


def everybody(actor: Actor) -> Choices:
    """在职的人，按拼音."""
    return _people(_serving(actor))


def without_account(actor: Actor) -> Choices:
    """还没有账号的在职的人，按拼音."""
    return _people(_serving(actor).where(Person.id.not_in(select(Account.person_id))))


def _people(statement: Any) -> Choices:
    return [
        (key, f"{name} · {org}" if org else name) for key, name, org in session.execute(statement)
    ]


def _serving(actor: Actor) -> Any:
    return (
        select(Person.id, Person.name, Org.name)
        .outerjoin(Org, Org.id == Person.org_id)
        .where(condition_for(Person, actor), Person.left_on.is_(None))
        .order_by(Person.sort_key, Person.id)
    )


def proposers(actor: Actor, day: date) -> Choices:
    """能提出议事机构成员的人（有 body.members 的角色），不含本人."""
    granted = (
        select(RoleLimit.role_id)
        .where(RoleLimit.view_menu == "body", RoleLimit.permission == "can_members")
        .where(RoleLimit.limit_code == "DRAFT")
    )
    statement = (
        select(Person.id, Person.name)
        .join(Holding, Holding.person_id == Person.id)
        .where(condition_for(Person, actor), Person.id != (actor.person_id or 0))
        .where(Holding.role_id.in_(granted), Holding.valid_from <= day, in_force(Holding, day))
        .group_by(Person.id)
        .order_by(Person.sort_key)
    )
    return _rows(statement)
