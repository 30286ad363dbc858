"""演示的纪要与落实：起草、审核、签发三个不同的人，议定事项报告、确认."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.plan.demo_gathering import Gathering
from app.queries.names import names_of
from app.services import meetings
from models.meeting import Resolution

ARRANGED_WD = 5


def draft(one: Gathering, now: datetime) -> None:
    """起草：先取底子，再补一句分析、一条安排，把没有责任人的补上."""
    actor = one.stage.actor(one.first_operator, now)
    row = meetings.draft_minutes(one.meeting_id, actor=actor, now=now)
    parts = {part["code"]: part for part in row.sections}
    names = names_of(one.stage.township_id)
    blank = {
        "responsible": one.stage.cast.names[one.first_operator],
        "lead_unit": names.org(one.home),
        "due": _due(one, now),
    }
    own = {"content": one.text.plan, **blank}
    rows = [
        {**line, **{name: value for name, value in blank.items() if not line.get(name)}}
        for line in [*parts["arrangements"]["rows"], own]
    ]
    draft = meetings.Draft(
        analysis=parts["analysis"]["text"] + one.text.analysis,
        arrangements=rows,
        distribution=row.distribution or "",
    )
    meetings.draft_minutes(one.meeting_id, draft=draft, seen=row.version, actor=actor, now=now)


def _due(one: Gathering, now: datetime) -> str:
    calendar = one.stage.ruler.calendar
    return calendar.add_working_days(calendar.local_day(now), ARRANGED_WD).isoformat()


def review(one: Gathering, now: datetime) -> None:
    """审核：另一名操作员审，写明意见."""
    meetings.review_minutes(
        one.meeting_id,
        opinion=one.stage.texts.debates.review,
        actor=one.stage.actor(one.second_operator, now),
        now=now,
    )


def sign(one: Gathering, now: datetime) -> None:
    """签发：组长签，议定事项取号生效，记下编号给会议交办的件引用."""
    meetings.sign_minutes(one.meeting_id, actor=one.stage.actor(one.chief, now), now=now)
    numbers = [row.number for row in _resolutions(one) if row.number]
    one.stage.resolutions.setdefault(one.platform, []).extend(numbers)


def _resolutions(one: Gathering) -> list[Resolution]:
    return list(
        session.execute(
            select(Resolution)
            .where(Resolution.meeting_id == one.meeting_id)
            .order_by(Resolution.order_no)
        ).scalars()
    )


def report(one: Gathering, now: datetime) -> None:
    """落实：末一条（自拟的）报告完成，头一条报告进展."""
    rows = _resolutions(one)
    progress, done = one.stage.texts.debates.reports[:2]
    actor = one.stage.actor(one.second_operator, now)
    meetings.report_resolution(rows[-1].id, text=done, done=True, actor=actor, now=now)
    if len(rows) > 1:
        meetings.report_resolution(rows[0].id, text=progress, done=False, actor=actor, now=now)


def confirm(one: Gathering, now: datetime) -> None:
    """确认：组长确认自拟的那一条完成."""
    actor = one.stage.actor(one.chief, now)
    meetings.confirm_resolution(_resolutions(one)[-1].id, actor=actor, now=now)
