"""配置的改动记录：一个对象的，或最近的几条."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from models.journal import Journal

LATEST = 20


def of_subject(
    kind: str, key: int, actor: Actor, *, limit: int = LATEST, modules: Sequence[str] = ()
) -> Sequence[Journal]:
    """一个对象的改动记录，新的在前；看不到日志的人看到的是空."""
    statement = (
        select(Journal)
        .where(
            Journal.subject_kind == kind, Journal.subject_id == key, condition_for(Journal, actor)
        )
        .order_by(Journal.id.desc())
        .limit(limit)
    )
    if modules:
        statement = statement.where(Journal.module.in_(modules))
    return session.execute(statement).scalars().all()


def latest(actor: Actor, *, limit: int = LATEST) -> Sequence[Journal]:
    """配置与账号最近的改动（登录不算），新的在前."""
    statement = (
        select(Journal)
        .where(Journal.module.in_(("config", "user", "body")), Journal.action != "sign_in")
        .where(condition_for(Journal, actor))
        .order_by(Journal.id.desc())
        .limit(limit)
    )
    return session.execute(statement).scalars().all()
