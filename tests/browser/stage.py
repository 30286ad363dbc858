"""布置：浏览器测试开场时库里已有的案件与例会，全由服务动词走成."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from app.domain.working_time import SHANGHAI
from app.services import documents, meetings
from app.unit import unit_of_work
from models.case import Case
from models.security import Account, User
from tests.factories import Walk
from tests.meeting_walk import MeetingWalk

MONDAY = datetime(2017, 6, 26, 8, 40, tzinfo=SHANGHAI).astimezone(UTC)
LAST_WEEK = datetime(2017, 6, 22, 14, 30, tzinfo=SHANGHAI)
STATES = ("reported", "accepted", "dispatched", "processing", "handled", "verified", "archived")
SPARE = ("station", "meeting_case", "two_tabs", "double_click", "expired", "million")
"""各给一个用例用的待签收案件."""


def set_stage() -> dict[str, int]:
    """布置好，返回名字 → 编号."""
    try:
        with unit_of_work():
            made = {name: _case(name, name) for name in STATES}
            made |= {name: _case(name, "dispatched") for name in SPARE}
            made["meeting"] = _meeting()
            return made
    finally:
        db.engine.dispose()  # 工作进程另起连接


def _actor(login: str) -> Actor:
    query = select(Account.user_id).join(User, User.id == Account.user_id)
    user_id = session.execute(query.where(User.username == login)).scalar_one()
    return actor_of_user(user_id, date(2017, 6, 30))


def _case(name: str, state: str) -> int:
    walk = Walk(_actor, MONDAY)
    go: Callable[..., Case] = getattr(walk, state)
    return go(title=f"高山村口垃圾成堆（{name}）").id


def _meeting() -> int:
    walk = MeetingWalk(_actor, datetime(2017, 6, 19, 9, 0, tzinfo=SHANGHAI))
    walk.drafted(walk.terms(due_on=date(2017, 7, 5)), LAST_WEEK)
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    document = meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    documents.render(document.id, now=walk.later())
    return walk.id
