"""日历改了，走着的期限照新日历重算；到点的牌随后由每分钟的任务按应触发的时刻补发（R9）."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import exists, func, or_, select

from app.db import session
from app.domain.working_time import SHANGHAI
from app.services import clocks
from models.case import Case
from models.case_parts import CaseClock


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def reckon_again(township_id: int, first: date, last: date) -> int:
    """``first`` 至 ``last`` 这几天的班休改了：走到这几天的时钟，与估算过的，一律重算.

    案件的期限与下一触发时刻随之写；已经发了的牌不动。返回重算了几件。
    """
    passing = exists().where(
        CaseClock.case_id == Case.id,
        CaseClock.done_at.is_(None),
        CaseClock.start_at < _midnight(last + timedelta(days=1)),
        func.greatest(CaseClock.yellow_at, CaseClock.red_at) >= _midnight(first),
    )
    cases = session.execute(
        select(Case)
        .where(Case.township_id == township_id, or_(Case.is_degraded, passing))
        .order_by(Case.id)
        .with_for_update(of=Case)
    ).scalars()
    count = 0
    for case in cases:
        known = clocks.all_of(case)
        for row in known:
            if row.done_at is None:
                clocks.reckon(case, row)
        clocks.settle(case, known)
        count += 1
    return count
