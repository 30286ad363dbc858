"""账号的共用件：谁能管、怎么记、按登录名找."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.services import journal
from models.journal import Journal
from models.security import Account

LOGIN = re.compile(r"[a-z][a-z0-9_.-]{2,31}")
MODULE, MANAGE = "user", "manage"


def allow(actor: Actor, account: Account | None = None) -> HoldingView | None:
    """能不能管账号；命令行上管机器的人以系统身份来，不受授权约束.

    Raises Refused('not_granted' | 'not_found')。
    """
    if account is not None and account.township_id != actor.township_id:
        raise Refused("not_found")
    if actor.is_system:
        return None
    return require(actor, MODULE, MANAGE, Subject(kind="account", township_id=actor.township_id))


def note(
    account: Account,
    deed: str,
    *,
    actor: Actor,
    now: datetime,
    action: str = MANAGE,
    reason: str | None = None,
    holding: HoldingView | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Journal:
    """记一笔账号的事；口令、一次性口令的原文与散列一概不记."""
    return journal.record(
        actor=actor,
        now=now,
        module=MODULE,
        action=action,
        subject_kind="account",
        subject_id=account.user_id,
        holding=holding,
        opinion=reason,
        data={
            "deed": deed,
            "name": account.person.name,
            "login": account.user.username,
            "changes": dict(changes or {}),
        },
    )


def by_login(login: str, *, lock: bool = False) -> Account | None:
    """登录名对应的账号；``lock`` 时锁住这一行."""
    statement = (
        select(Account)
        .join(User, User.id == Account.user_id)
        .where(User.username == login.strip().casefold())
    )
    if lock:
        statement = statement.with_for_update(of=Account).execution_options(populate_existing=True)
    return session.execute(statement).scalar_one_or_none()


def check_login(login: str) -> None:
    """登录名合不合规矩、有没有人用。Raises Refused('login_shape' | 'login_taken')."""
    if not LOGIN.fullmatch(login):
        raise Refused("login_shape")
    if session.execute(select(User.id).where(User.username == login)).first() is not None:
        raise Refused("login_taken", login=login)
