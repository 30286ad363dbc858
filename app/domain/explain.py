"""时限说明：期限为什么是这一刻，逐段列出；逐段之和等于期限（R13）。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Self

from app.domain.working_time import DAY, WorkingCalendar


class Unit(StrEnum):
    """计时单位：wd 工作日、wm 工作分钟、nm 自然分钟、nd 自然日."""

    WORKING_DAY = "wd"
    WORKING_MINUTE = "wm"
    NATURAL_MINUTE = "nm"
    NATURAL_DAY = "nd"

    @property
    def in_days(self) -> bool:
        """是否按日计（末日下班到期）；否则按分钟计."""
        return self in (Unit.WORKING_DAY, Unit.NATURAL_DAY)

    @property
    def one(self) -> timedelta:
        """一个单位在 ``Segment.amount`` 里的写法：一日记一天，一分钟记一分钟."""
        return DAY if self.in_days else timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """时限值：数量与单位，如 ``5wd``."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """由 ``5wd``、``120wm``、``15nm``、``50nd`` 读出；写法不对或 ``0nd`` 抛 ValueError."""
        match = re.fullmatch(r"(\d{1,5})(wd|wm|nm|nd)", text)
        # 自然日不归整，0nd 会到期在起算之前。
        if match is None or text == "0nd":
            raise ValueError(f"时限值写法不对：{text}")
        return cls(int(match[1]), Unit(match[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


class SegmentKind(StrEnum):
    """说明段的种类；翻译键为 ``explain.<值>``.

    前三种是定额（该数多少），其余是历程（从起算一路数到期限）。``floor`` 是调高等级或返工后
    给足的一个工作日（R7、R11），``postponed`` 是自然日期满逢休息日的顺延，``county`` 是以县要求
    时刻为限。
    """

    RULE = "rule"
    PAUSE = "pause"
    EXTENSION = "extension"
    NORMALIZE = "normalize"
    FIRST_DAY = "first_day"
    WORKDAY = "workday"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    BREAK = "break"
    OFF_HOURS = "off_hours"
    NATURAL = "natural"
    POSTPONED = "postponed"
    FLOOR = "floor"
    COUNTY = "county"


QUOTA = frozenset({SegmentKind.RULE, SegmentKind.PAUSE, SegmentKind.EXTENSION})


@dataclass(frozen=True, slots=True)
class Segment:
    """说明段（一步）.

    ``since`` 至 ``until`` 是这一段的起止（UTC）；未复表的停表 ``until`` 为 None。
    ``amount`` 是这一段计入的数：按日的时钟一日记 ``timedelta(days=1)``，按分钟的记实际时长；
    不计入的为零。``degraded`` 表示段内有日子因缺工作日历而按周一至周五估算。
    """

    kind: SegmentKind
    since: datetime
    until: datetime | None
    unit: Unit
    amount: timedelta = timedelta()
    degraded: bool = False

    @property
    def is_quota(self) -> bool:
        """是否定额段（规则、停表、延期）."""
        return self.kind in QUOTA

    @property
    def number(self) -> int:
        """计入多少：按日的时钟为天数，按分钟的为整分钟."""
        return self.amount // self.unit.one

    @property
    def code(self) -> str:
        """翻译键."""
        return f"explain.{self.kind}"


def replay(start: datetime, segments: Iterable[Segment]) -> datetime:
    """由说明段重算期限：起算加历程各段时长.

    历程首尾不相接、或计入的数不等于定额（规则加停表加延期）时抛 ValueError。
    """
    at, quota, counted = start, timedelta(), timedelta()
    for segment in segments:
        if segment.is_quota:
            quota += segment.amount
            continue
        if segment.until is None or segment.since != at:
            raise ValueError(f"说明段不相接：{segment}")
        at += segment.until - segment.since
        counted += segment.amount
    if quota != counted:
        raise ValueError(f"计入 {counted} 不等于应计 {quota}")
    return at


def walk(
    calendar: WorkingCalendar, start: datetime, quota: timedelta, unit: Unit
) -> tuple[Segment, ...]:
    """从起算时刻数满 ``quota``，返回历程段；末段的 ``until`` 即期限."""
    steps = {
        Unit.WORKING_DAY: _working_days,
        Unit.WORKING_MINUTE: _working_minutes,
        Unit.NATURAL_DAY: _natural_days,
        Unit.NATURAL_MINUTE: _natural_minutes,
    }
    return tuple(_merge(steps[unit](calendar, start.astimezone(UTC), quota)))


def _merge(segments: Iterable[Segment]) -> Iterator[Segment]:
    """相邻同类的并成一段，使一周工作日只占一行."""
    last: Segment | None = None
    for segment in segments:
        if last is not None and (last.kind, last.degraded) == (segment.kind, segment.degraded):
            last = replace(last, until=segment.until, amount=last.amount + segment.amount)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last


def _day(
    calendar: WorkingCalendar, day: date, until: datetime | None = None, amount: int = 0
) -> Segment:
    """一整天（当地零时至次日零时，或到 ``until`` 为止）."""
    return Segment(
        SegmentKind(calendar.day_kind(day)),
        calendar.moment(day),
        until or calendar.moment(day + DAY),
        Unit.WORKING_DAY,
        DAY * amount,
        calendar.is_degraded(day),
    )


def _normalized(
    calendar: WorkingCalendar, start: datetime, unit: Unit
) -> tuple[datetime, list[Segment]]:
    at = calendar.normalize(start)
    guessed = calendar.is_degraded(calendar.local_day(start), calendar.local_day(at))
    step = Segment(SegmentKind.NORMALIZE, start, at, unit, degraded=guessed)
    return at, [step] if at > start else []


def _working_days(
    calendar: WorkingCalendar, start: datetime, quota: timedelta
) -> Iterator[Segment]:
    unit = Unit.WORKING_DAY
    at, steps = _normalized(calendar, start, unit)
    yield from steps
    day = calendar.local_day(at)
    last = calendar.add_working_days(day, quota // DAY)
    end = calendar.closing(last)
    first_end = end if day == last else calendar.moment(day + DAY)
    yield Segment(SegmentKind.FIRST_DAY, at, first_end, unit, degraded=calendar.is_degraded(day))
    while day < last:
        day += DAY
        counts = int(calendar.is_working(day))
        yield _day(calendar, day, end if day == last else None, counts)


def _natural_days(
    calendar: WorkingCalendar, start: datetime, quota: timedelta
) -> Iterator[Segment]:
    unit = Unit.NATURAL_DAY
    first = calendar.local_day(start)
    counted = first + quota
    last = calendar.on_or_after(counted)
    end = calendar.closing(last)
    midnight = calendar.moment(first + DAY)
    full = end if last == counted else calendar.moment(counted + DAY)
    yield Segment(SegmentKind.FIRST_DAY, start, midnight, unit)
    # 只有末日是否工作日要问日历，其间的自然日不会因缺日历而算错。
    guessed = calendar.is_degraded(counted)
    yield Segment(SegmentKind.NATURAL, midnight, full, unit, quota, guessed)
    if last > counted:
        guessed = calendar.is_degraded(counted, last)
        yield Segment(SegmentKind.POSTPONED, full, end, unit, degraded=guessed)


def _natural_minutes(
    calendar: WorkingCalendar, start: datetime, quota: timedelta
) -> Iterator[Segment]:
    yield Segment(SegmentKind.NATURAL, start, start + quota, Unit.NATURAL_MINUTE, quota)


def _working_minutes(
    calendar: WorkingCalendar, start: datetime, quota: timedelta
) -> Iterator[Segment]:
    unit = Unit.WORKING_MINUTE
    at, steps = _normalized(calendar, start, unit)
    yield from steps
    for since, end in calendar.spells_from(at):
        yield from _gap(calendar, at, since)
        day = calendar.local_day(since)
        taken = min(quota, end - since)
        kind, guessed = SegmentKind(calendar.day_kind(day)), calendar.is_degraded(day)
        yield Segment(kind, since, since + taken, unit, taken, guessed)
        quota, at = quota - taken, since + taken
        if not quota:
            return


def _gap(calendar: WorkingCalendar, since: datetime, until: datetime) -> Iterator[Segment]:
    """两个工作时段之间：午休，或下班后、逐个休息日、上班前."""
    unit = Unit.WORKING_MINUTE
    day, last = calendar.local_day(since), calendar.local_day(until)
    if day == last:
        if since < until:
            yield Segment(SegmentKind.BREAK, since, until, unit)
        return
    yield Segment(SegmentKind.OFF_HOURS, since, calendar.moment(day + DAY), unit)
    day += DAY
    while day < last:
        yield replace(_day(calendar, day), unit=unit)
        day += DAY
    yield Segment(SegmentKind.OFF_HOURS, calendar.moment(last), until, unit)
