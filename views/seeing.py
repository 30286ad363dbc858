"""以其身份预览：会话里记着看谁、看到几时；本次请求的操作人由这里换成那个人."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import session

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.domain.errors import Refused
from app.services import previews

KEY = "view_as"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """预览（preview）：看的是哪个账号、到几时为止；读不懂的一律当作已经到时."""

    user_id: int
    until: datetime | None


def is_on() -> bool:
    """会话里有没有预览；过了时的、读不懂的也算有，须由门口收掉."""
    return KEY in session


def glimpse() -> Glimpse:
    """会话里记着的预览."""
    told: Any = session.get(KEY)
    try:
        return Glimpse(int(told["user"]), datetime.fromisoformat(told["until"]))
    except (TypeError, KeyError, ValueError):
        return Glimpse(0, None)


def begin(user_id: int, until: datetime) -> None:
    """记下看谁、到几时；会话与登录的印记不动."""
    session[KEY] = {"user": user_id, "until": until.isoformat()}


def drop() -> None:
    """不再预览."""
    session.pop(KEY, None)


def is_over(now: datetime) -> bool:
    """到时了没有."""
    until = glimpse().until
    return until is None or until.tzinfo is None or now >= until


def through(own: Actor, today: date, now: datetime) -> Actor | None:
    """这个人眼里的操作人；到时、授权收回、账号停用、不在一个乡的为空（默认拒绝）."""
    if is_over(now) or not own.has_verb(previews.MODULE, previews.ACTION):
        return None
    user_id = glimpse().user_id
    if user_id == own.user_id or not previews.is_open(user_id, own):
        return None
    try:
        seen = actor_of_user(user_id, today)
    except Refused:
        return None
    return replace(seen, is_preview=True)
