"""演示的考核：每满一个月，系统出草稿，副组长、乡长、乡纪委复核，乡长发布，一步一个节拍."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import partial

from sqlalchemy import select

from app.db import session
from app.domain.months import Month
from app.plan.demo_stage import Cue, Stage
from app.services import assessment
from app.services.assessment_deed import BM, OTHER
from models.assessment import Assessment

ORDER = 20_000
REVIEWS = (
    (1, time(9, 40), "C2", OTHER),
    (1, time(15, 10), "C1", BM),
    (2, time(10, 20), "K", BM),
)
"""复核：草稿后第几个工作日、几点、哪个角色、哪条线."""
PUBLISHED = (4, time(16, 0), "C1")


def assessment_cues(stage: Stage, first: datetime) -> Iterator[Cue]:
    """自第一件所在的月起，今天以前满了的各月；来不及做的步不做."""
    calendar = stage.ruler.calendar
    until = calendar.moment(stage.ruler.today)
    month = Month.of(calendar.local_day(first))
    while month.snapshot_at(calendar) < until:
        yield from (cue for cue in _of_month(stage, month) if cue.at < until)
        month = month.shift(1)


def _of_month(stage: Stage, month: Month) -> Iterator[Cue]:
    calendar = stage.ruler.calendar
    drafted = month.snapshot_at(calendar)
    day = calendar.local_day(drafted)
    order = ORDER + 100 * month.year + month.number

    def later(days: int, at: time) -> datetime:
        return calendar.moment(calendar.add_working_days(day, days), at)

    yield Cue(drafted, (order, 0), f"考核{month.code}.draft", _draft)
    for step, (days, at, role, line) in enumerate(REVIEWS, start=1):
        run = partial(_review, stage, month, role, line)
        yield Cue(later(days, at), (order, step), f"考核{month.code}.review", run)
    days, at, role = PUBLISHED
    run = partial(_publish, stage, month, role)
    yield Cue(later(days, at), (order, len(REVIEWS) + 1), f"考核{month.code}.publish", run)


def _draft(now: datetime) -> None:
    assessment.draft_due(now=now)


def _review(stage: Stage, month: Month, role: str, line: str, now: datetime) -> None:
    who = stage.actor(_login(stage, role), now)
    assessment.review(_row(stage, month), line=line, agreed=True, actor=who, now=now)


def _publish(stage: Stage, month: Month, role: str, now: datetime) -> None:
    assessment.publish(_row(stage, month), actor=stage.actor(_login(stage, role), now), now=now)


def _login(stage: Stage, role: str) -> str:
    return next(a.login for a in stage.plan.accounts if any(h.role == role for h in a.holdings))


def _row(stage: Stage, month: Month) -> int:
    return session.execute(
        select(Assessment.id)
        .where(
            Assessment.township_id == stage.township_id,
            Assessment.year == month.year,
            Assessment.month == month.number,
        )
        .order_by(Assessment.revision.desc())
        .limit(1)
    ).scalar_one()
