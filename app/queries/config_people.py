"""人：整页各人今天的任职与账号，职务带来的角色."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.config_choices import in_force
from models.people import Holding, Person, Post
from models.security import Account, RoleProfile


class Login(NamedTuple):
    """一个人的账号：编号、登录名、在用与否."""

    user_id: int
    username: str
    active: bool


def holdings_of(people: Iterable[Person], actor: Actor, day: date) -> Mapping[int, Sequence[str]]:
    """各人今天的任职，写成职务名（没有职务的写角色名），一条语句."""
    ids = [person.id for person in people]
    found: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(Holding.person_id, func.coalesce(Post.name, RoleProfile.name), Holding.mode)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .outerjoin(Post, Post.id == Holding.post_id)
        .where(
            condition_for(Holding, actor),
            Holding.person_id.in_(ids),
            Holding.valid_from <= day,
            in_force(Holding, day),
        )
        .order_by(Holding.id)
    )
    for person_id, name, mode in session.execute(statement) if ids else ():
        found[person_id].append(name if mode == "在任" else f"{name}（{mode}）")
    return found


def of_org(org_id: int, actor: Actor) -> Sequence[Person]:
    """机构里在职的人，按拼音."""
    statement = (
        select(Person)
        .where(condition_for(Person, actor), Person.org_id == org_id, Person.left_on.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
    return session.execute(statement).scalars().all()


def accounts_of(people: Iterable[Person], actor: Actor) -> Mapping[int, Login]:
    """各人的账号，一条语句."""
    ids = [person.id for person in people]
    statement = (
        select(Account.person_id, User.id, User.username, User.active)
        .join(User, User.id == Account.user_id)
        .where(condition_for(Account, actor), Account.person_id.in_(ids))
    )
    rows = session.execute(statement) if ids else ()
    return {person: Login(user, name, bool(active)) for person, user, name, active in rows}


def role_of_post(post_id: int | None) -> str:
    """职务带来的角色代码；没有为空串."""
    found = session.execute(select(Post.role_code).where(Post.id == post_id)).scalar()
    return found or ""
