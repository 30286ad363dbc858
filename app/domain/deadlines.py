"""时限：由起算、规则、停表、延期算出期限、黄红牌时刻、剩余与说明。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app.domain.explain import Segment, SegmentKind, Span, Unit, replay, walk
from app.domain.remaining import (
    Remaining,
    RemainingKind,
    is_near_due,
    is_on_time,
    near_due_at,
    remaining,
)
from app.domain.rule_book import Rule, RuleBook, book_for, is_raised
from app.domain.working_time import DAY, WorkingCalendar

__all__ = [
    "ClockPlan",
    "Due",
    "Pause",
    "Remaining",
    "RemainingKind",
    "Rule",
    "RuleBook",
    "Segment",
    "SegmentKind",
    "Span",
    "Unit",
    "book_for",
    "clock_plan",
    "compute",
    "is_near_due",
    "is_on_time",
    "is_raised",
    "near_due_at",
    "pauses_until",
    "remaining",
    "replay",
]

ONE_WORKING_DAY = Span(1, Unit.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class Pause:
    """停表（挂起、县级办理、并案、待核查、退补）：``end`` 为 None 表示尚未复表."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """期限（due moment）.

    ``at`` 是到期时刻（UTC），停表未复时为 None；``degraded`` 表示用到了缺日历的年份，这样的时钟
    只提醒不发牌（R9）；``segments`` 逐段说明为什么是这一刻（R13）。
    """

    start: datetime
    at: datetime | None
    degraded: bool
    segments: tuple[Segment, ...]

    @property
    def paused(self) -> bool:
        """是否停表中."""
        return self.at is None


def compute(
    start: datetime,
    span: Span,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    extension_wd: int = 0,
    not_before: datetime | None = None,
    late_extension_wd: int = 0,
) -> Due:
    """期限（deadline）：规则值加停表加延期，从起算时刻数起（R2、R4、R5、R7、R11）.

    ``extension_wd`` 是批准的工作日合计，工作分钟的时钟按每日工作分钟折算。``not_before`` 是
    调高等级或返工的时刻：期限不早于其归整后第 1 个工作日末，其后的停表与 ``late_extension_wd``
    （合计中在它之后批准的）照加。起算之前的停表不计。停表先后颠倒、重叠，延期为负，或自然分钟
    的时钟要延期，抛 ValueError。
    """
    start = start.astimezone(UTC)
    quota = [Segment(SegmentKind.RULE, start, start, span.unit, span.amount * span.unit.one)]
    quota += _pause_segments(calendar, start, span.unit, pauses)
    if extension_wd:
        extra = _extension(calendar, span.unit, extension_wd)
        quota.append(Segment(SegmentKind.EXTENSION, start, start, span.unit, extra))
    if any(segment.until is None for segment in quota):
        return Due(start, None, any(s.degraded for s in quota), tuple(quota))
    total = sum((segment.amount for segment in quota), timedelta())
    segments = (*quota, *walk(calendar, start, total, span.unit))
    due = Due(start, segments[-1].until, any(s.degraded for s in segments), segments)
    if not_before is None or not_before <= start:
        return due
    floor = compute(not_before, ONE_WORKING_DAY, calendar, pauses, late_extension_wd)
    return _raise_to(due, floor)


def _raise_to(due: Due, floor: Due) -> Due:
    if due.at is None or floor.at is None or floor.at <= due.at:
        return due
    unit = due.segments[0].unit
    step = Segment(SegmentKind.FLOOR, due.at, floor.at, unit, degraded=floor.degraded)
    degraded = due.degraded or floor.degraded
    return Due(due.start, floor.at, degraded, (*due.segments, step))


def _extension(calendar: WorkingCalendar, unit: Unit, days: int) -> timedelta:
    if days < 0 or unit is Unit.NATURAL_MINUTE:
        raise ValueError(f"不能延期 {days} 个工作日（单位 {unit}）")
    return days * DAY if unit.in_days else days * timedelta(minutes=calendar.minutes_per_day)


def _pause_segments(
    calendar: WorkingCalendar, start: datetime, unit: Unit, pauses: Sequence[Pause]
) -> list[Segment]:
    """停表各段及其后移的数；未复表的一段 ``until`` 为 None，不计数."""
    for earlier, later in pairwise(pauses):
        if earlier.end is None or earlier.end > later.start:
            raise ValueError("停表各段须按先后排列且不重叠")
    segments = []
    for pause in pauses:
        if pause.end is None:
            segments.append(Segment(SegmentKind.PAUSE, pause.start, None, unit))
            continue
        if pause.end < pause.start:
            raise ValueError("复表不得早于停表")
        if pause.end > start:
            begin = max(start, pause.start)
            shift, guessed = _shift(calendar, unit, begin, pause.end)
            segments.append(
                Segment(SegmentKind.PAUSE, pause.start, pause.end, unit, shift, guessed)
            )
    return segments


def _shift(
    calendar: WorkingCalendar, unit: Unit, begin: datetime, end: datetime
) -> tuple[timedelta, bool]:
    """（后移多少，是否降级判定），各单位的数法见 R4."""
    if unit is Unit.NATURAL_MINUTE:
        return end - begin, False
    first, last = calendar.local_day(begin), calendar.local_day(end)
    if unit is Unit.NATURAL_DAY:
        return last - first, False
    if unit is Unit.WORKING_MINUTE:
        return calendar.working_time_between(begin, end), calendar.is_degraded(first, last)
    first = calendar.local_day(calendar.normalize(begin))
    last = calendar.local_day(calendar.normalize(end))
    return calendar.working_days_between(first, last) * DAY, calendar.is_degraded(first, last)


def pauses_until(pauses: Sequence[Pause], done: datetime) -> tuple[Pause, ...]:
    """办结之前的停表：判按时要去掉由这次办结引起的停表（办理时钟按最后一次办结报送判）."""
    return tuple(pause for pause in pauses if pause.start < done)


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """时钟的黄牌期限与红牌期限，各带说明."""

    rule: Rule
    yellow: Due
    red: Due

    @property
    def degraded(self) -> bool:
        """是否只提醒不发牌（R9）."""
        return self.yellow.degraded or self.red.degraded


def clock_plan(
    rule: Rule,
    start: datetime,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    extension_wd: int = 0,
    not_before: datetime | None = None,
    late_extension_wd: int = 0,
) -> ClockPlan:
    """时钟的黄红牌时刻（clock plan）：两者同移（R5），参数同 ``compute``.

    县级交办件以县要求时刻为限：黄牌不晚于其前一个工作日末（该时已过的取县要求时刻本身），红牌
    不晚于县要求时刻；县要求时刻不因乡里停表、延期、返工而后移。
    """

    def due(span: Span) -> Due:
        return compute(start, span, calendar, pauses, extension_wd, not_before, late_extension_wd)

    yellow = due(rule.yellow)
    red = yellow if rule.red is None else due(rule.red)
    if rule.county_due is None or yellow.at is None or red.at is None:
        return ClockPlan(rule, yellow, red)
    limit = rule.county_due.astimezone(UTC)
    eve = calendar.closing(calendar.previous_working_day(calendar.local_day(limit)))
    if eve <= calendar.normalize(start):
        eve = limit
    if eve < yellow.at:
        guessed = calendar.is_degraded(calendar.local_day(eve), calendar.local_day(limit))
        yellow = _by_county(yellow, eve, yellow.degraded or guessed)
    if rule.red is None or limit < red.at:
        red = _by_county(red, limit, rule.red is not None and red.degraded)
    return ClockPlan(rule, yellow, red)


def _by_county(due: Due, limit: datetime, degraded: bool) -> Due:
    """由县要求时刻定的期限：说明只有起止一段."""
    unit = due.segments[0].unit
    step = Segment(SegmentKind.COUNTY, due.start, limit, unit, degraded=degraded)
    return Due(due.start, limit, degraded, (step,))
