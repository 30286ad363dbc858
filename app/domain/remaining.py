"""剩余时间：期限还剩多少、超了多少、临期从何时起。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.explain import Unit
from app.domain.working_time import WorkingCalendar

NEAR_WORKING_TIME = timedelta(minutes=60)


class RemainingKind(StrEnum):
    """剩余的说法：工作日、分钟、今日到期、停表中."""

    DAYS = "days"
    MINUTES = "minutes"
    TODAY = "today"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Remaining:
    """剩余时间（时限标签）：``amount`` 为工作日或分钟；``overdue`` 时是超出的数，至少为 1."""

    kind: RemainingKind
    amount: int = 0
    overdue: bool = False


def is_on_time(done: datetime, due: datetime) -> bool:
    """按时判定：完成时刻不晚于到期时刻；等于算按时（R3）."""
    return done <= due


def remaining(
    calendar: WorkingCalendar, now: datetime, due: datetime | None, unit: Unit
) -> Remaining:
    """剩余时间（remaining time）.

    按日的时钟数工作日：今天不算，到期日算；今天到期的为 TODAY。超期的从到期日之后数到今天
    （归整后），不足一日按一日。按分钟的时钟数工作分钟或自然分钟，不足一分钟的剩余记 0。
    ``due`` 为 None 即停表中。
    """
    if due is None:
        return Remaining(RemainingKind.PAUSED)
    overdue = now > due
    if not unit.in_days:
        span = _between(calendar, min(now, due), max(now, due), unit)
        minutes = span // timedelta(minutes=1)
        return Remaining(RemainingKind.MINUTES, max(minutes, int(overdue)), overdue)
    today, last = calendar.local_day(now), calendar.local_day(due)
    if overdue:
        reached = calendar.local_day(calendar.normalize(now))
        days = max(1, calendar.working_days_between(last, reached))
        return Remaining(RemainingKind.DAYS, days, overdue=True)
    if today == last:
        return Remaining(RemainingKind.TODAY)
    return Remaining(RemainingKind.DAYS, calendar.working_days_between(today, last))


def _between(calendar: WorkingCalendar, start: datetime, end: datetime, unit: Unit) -> timedelta:
    if unit is Unit.WORKING_MINUTE:
        return calendar.working_time_between(start, end)
    return end - start


def near_due_at(calendar: WorkingCalendar, start: datetime, due: datetime, unit: Unit) -> datetime:
    """临期起点（near due，UTC），不早于起算.

    按日的时钟为剩 1 个工作日当天上班时刻；工作分钟的为剩 60 工作分钟；自然分钟的为剩一半。
    """
    if unit.in_days:
        eve = calendar.previous_working_day(calendar.local_day(due))
        near = calendar.opening(eve)
    elif unit is Unit.WORKING_MINUTE:
        near = calendar.subtract_working_time(due, NEAR_WORKING_TIME)
    else:
        near = start + (due - start) / 2
    return max(near, start).astimezone(UTC)


def is_near_due(
    calendar: WorkingCalendar, now: datetime, start: datetime, due: datetime, unit: Unit
) -> bool:
    """是否临期：已到临期起点而尚未到期；已超期的不再算临期."""
    return near_due_at(calendar, start, due, unit) <= now <= due
