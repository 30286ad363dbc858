"""以其身份预览：谁、以谁的身份、为什么、到几时；起、止、碰壁都留痕."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.access.actor import Actor
from app.access.decide import require
from app.access.limits import MIN_REASON
from app.access.scope import condition_for
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.services import journal
from models.journal import Journal
from models.people import Person
from models.security import Account

MODULE, ACTION = "user", "view_as"
MINUTES = 15


def begin(account: Account, reason: str, *, actor: Actor, now: datetime) -> datetime:
    """起（begin）：写明事由才可以看，返回到几时为止.

    Raises Refused('preview_nested' | 'preview_self' | 'preview_disabled' | 'reason_short' |
    'not_granted')。
    """
    if actor.is_preview:
        raise Refused("preview_nested")
    if account.user_id == actor.user_id:
        raise Refused("preview_self")
    if account.township_id != actor.township_id:
        raise Refused("not_found")
    if not account.user.is_active:
        raise Refused("preview_disabled", name=account.person.name)
    clean = reason.strip()
    if len(clean) < MIN_REASON and actor.has_verb(MODULE, ACTION):
        raise Refused("reason_short", minimum=MIN_REASON)
    subject = Subject(kind="account", township_id=actor.township_id, inputs={"reason": clean})
    holding = require(actor, MODULE, ACTION, subject)
    until = now + timedelta(minutes=MINUTES)
    facts = {"deed": "preview_start", "name": account.person.name, "until": until}
    _record(account.user_id, facts, actor=actor, now=now, opinion=clean, holding=holding)
    return until


def finish(user_id: int, why: str, *, actor: Actor, now: datetime) -> Journal:
    """止（finish）：``why`` 为 stopped 本人结束、expired 到时、signed_out 退出、withdrawn 收回."""
    facts = {"deed": "preview_end", "name": name_of(user_id, actor), "why": why}
    return _record(user_id, facts, actor=actor, now=now)


def refuse(user_id: int, what: str, *, actor: Actor, now: datetime) -> Journal:
    """碰壁：预览里去做、去取不给的，记下要做的是哪一样（本人与被看的人都写明）."""
    facts = {"deed": "preview_refused", "name": name_of(user_id, actor), "what": what}
    return _record(user_id, facts, actor=actor, now=now)


def _record(
    user_id: int, facts: dict[str, Any], *, actor: Actor, now: datetime, **more: Any
) -> Journal:
    return journal.record(
        actor=actor,
        now=now,
        module=MODULE,
        action=ACTION,
        subject_kind="account",
        subject_id=user_id or None,
        data=facts,
        **more,
    )


def is_open(user_id: int, actor: Actor) -> bool:
    """这个账号还在用，又在看的人的范围里."""
    statement = (
        select(Account.user_id)
        .join(User, User.id == Account.user_id)
        .where(condition_for(Account, actor), Account.user_id == user_id, User.active)
    )
    return session.execute(statement).first() is not None


def name_of(user_id: int, actor: Actor) -> str | None:
    """账号背后的人；不在本乡的为空."""
    statement = (
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .where(Account.user_id == user_id, Account.township_id == actor.township_id)
    )
    found: str | None = session.execute(statement).scalar()
    return found
