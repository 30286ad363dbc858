"""工作日历：哪天上班、几点上班，以及一切按工作日和工作分钟的加减。"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from app.domain.working_hours import (
    DEFAULT_INTERVALS,
    Interval,
    Season,
    check_intervals,
    day_length,
)

__all__ = [
    "DAY",
    "DEFAULT_INTERVALS",
    "FALLBACK_FIXED_OFF",
    "SHANGHAI",
    "DayKind",
    "Interval",
    "Season",
    "WorkingCalendar",
]

# 中国自 1991 年起全年固定东八区：用固定偏移，不依赖机器上的时区数据。
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = timedelta(days=1)
FALLBACK_FIXED_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class DayKind(StrEnum):
    """日别（工作日、补班、周末、假日）."""

    WORKDAY = "workday"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class _Year(NamedTuple):
    """一年算好的表；下标是年内第几天（从 0 起），两个累计表比天数多一项."""

    working: tuple[date, ...]
    seconds_before: tuple[int, ...]
    degraded: tuple[int, ...]


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """工作日历（working calendar）.

    ``overrides`` 是本乡覆盖表，最先看；``holidays`` 是国家调休表。两者都以 True 表示上班、
    False 表示休息；``holidays`` 对没有数据的年份返回 None，这时降级为周一至周五上班、
    ``fixed_off`` 的（月，日）休息。``imported_years`` 是本乡已登记完整的年份：覆盖表没列的
    日子按周一至周五，不算降级。所有公开时刻须带时区，可以是任何时区，返回一律为 UTC；
    不带时区的抛 ValueError。工作时段含起点、不含止点。依据：时限规则 R1、R2、R4、R9。
    """

    holidays: Callable[[date], bool | None]
    overrides: Mapping[date, bool] = field(default_factory=dict)
    imported_years: frozenset[int] = frozenset()
    intervals: tuple[Interval, ...] = DEFAULT_INTERVALS
    seasons: tuple[Season, ...] = ()
    fixed_off: frozenset[tuple[int, int]] = FALLBACK_FIXED_OFF
    timezone: tzinfo = SHANGHAI
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for intervals in (self.intervals, *(s.intervals for s in self.seasons)):
            check_intervals(intervals)
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    # ---- 日

    def _judge(self, day: date) -> tuple[bool, bool]:
        """（是否上班，是否降级判定），次序见 R1."""
        told = self.overrides.get(day)
        if told is None and day.year not in self.imported_years:
            told = self.holidays(day)
            if told is None:
                return day.weekday() < 5 and (day.month, day.day) not in self.fixed_off, True
        return (day.weekday() < 5 if told is None else told), False

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._build(year)
        return known

    def _build(self, year: int) -> _Year:
        working: list[date] = []
        seconds, degraded = [0], [0]
        day = date(year, 1, 1)
        while day.year == year:
            works, guessed = self._judge(day)
            length = day_length(self.hours(day)) if works else timedelta()
            if works:
                working.append(day)
            seconds.append(seconds[-1] + int(length.total_seconds()))
            degraded.append(degraded[-1] + guessed)
            day += DAY
        return _Year(tuple(working), tuple(seconds), tuple(degraded))

    def is_working(self, day: date) -> bool:
        """是否工作日."""
        working = self._year(day.year).working
        at = bisect_right(working, day)
        return at > 0 and working[at - 1] == day

    def day_kind(self, day: date) -> DayKind:
        """日别：周六日上班为补班，周一至周五休息为假日."""
        if self.is_working(day):
            return DayKind.WORKDAY if day.weekday() < 5 else DayKind.MAKEUP
        return DayKind.HOLIDAY if day.weekday() < 5 else DayKind.WEEKEND

    def is_degraded(self, first: date, last: date | None = None) -> bool:
        """``first`` 至 ``last``（含两端）中是否有日子因缺日历而降级判定（R9）."""
        last = last or first
        while first.year < last.year:
            if self.is_degraded(first, date(first.year, 12, 31)):
                return True
            first = date(first.year + 1, 1, 1)
        counts = self._year(first.year).degraded
        return counts[last.timetuple().tm_yday] > counts[first.timetuple().tm_yday - 1]

    def add_working_days(self, day: date, count: int) -> date:
        """其后第 ``count`` 个工作日，当日不计；``count`` 为负则往前数，为 0 即当日."""
        if count == 0:
            return day
        year = day.year
        working = self._year(year).working
        at = bisect_right(working, day) - 1 if count > 0 else bisect_left(working, day)
        at += count
        while at >= len(working):
            at -= len(working)
            year += 1
            working = self._year(year).working
        while at < 0:
            year -= 1
            working = self._year(year).working
            at += len(working)
        return working[at]

    def working_days_between(self, start: date, end: date) -> int:
        """``start`` 之后至 ``end``（含）的工作日数；``end`` 在前则为负数."""
        return self._ordinal(end, start.year) - self._ordinal(start, start.year)

    def _ordinal(self, day: date, base: int) -> int:
        before = bisect_right(self._year(day.year).working, day)
        span = range(base, day.year) if day.year >= base else range(day.year, base)
        whole = sum(len(self._year(year).working) for year in span)
        return before + (whole if day.year >= base else -whole)

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """``first`` 至 ``last``（含两端）的全部工作日."""
        days = (d for year in range(first.year, last.year + 1) for d in self._year(year).working)
        return tuple(d for d in days if first <= d <= last)

    def next_working_day(self, day: date) -> date:
        """其后的第一个工作日."""
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """其前的最近一个工作日."""
        return self.add_working_days(day, -1)

    def on_or_after(self, day: date) -> date:
        """当日或其后的第一个工作日（顺延）."""
        return day if self.is_working(day) else self.next_working_day(day)

    def on_or_before(self, day: date) -> date:
        """当日或其前的最近一个工作日."""
        return day if self.is_working(day) else self.previous_working_day(day)

    def first_working_day_of_week(self, day: date) -> date | None:
        """当周（周一至周日）第一个工作日；整周休息时为 None."""
        return min(self._week(day), default=None)

    def last_working_day_of_week(self, day: date) -> date | None:
        """当周（周一至周日）最后一个工作日；整周休息时为 None."""
        return max(self._week(day), default=None)

    def _week(self, day: date) -> tuple[date, ...]:
        monday = day - day.weekday() * DAY
        return self.working_days(monday, monday + 6 * DAY)

    # ---- 时刻

    def hours(self, day: date) -> tuple[Interval, ...]:
        """当日的工作时段（不问是否工作日）；季节作息期内以季节作息为准."""
        return next((s.intervals for s in self.seasons if s.covers(day)), self.intervals)

    def local(self, moment: datetime) -> datetime:
        """换成当地时刻；不带时区的抛 ValueError."""
        if moment.tzinfo is None:
            raise ValueError(f"时刻须带时区：{moment.isoformat()}")
        return moment.astimezone(self.timezone)

    def local_day(self, moment: datetime) -> date:
        """时刻所在的当地日期."""
        return self.local(moment).date()

    def moment(self, day: date, at: time = time.min) -> datetime:
        """当地某日某时的 UTC 时刻；不给时间即当日零时."""
        return datetime.combine(day, at, self.timezone).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """当日上班时刻（默认 08:30）."""
        return self.moment(day, self.hours(day)[0].start)

    def closing(self, day: date) -> datetime:
        """当日下班时刻（默认 17:30）."""
        return self.moment(day, self.hours(day)[-1].end)

    def spells(self, day: date) -> list[tuple[datetime, datetime]]:
        """工作日各时段的起止时刻（UTC）；非工作日为空."""
        if not self.is_working(day):
            return []
        return [(self.moment(day, i.start), self.moment(day, i.end)) for i in self.hours(day)]

    def normalize(self, moment: datetime) -> datetime:
        """归整（R2）：在工作时段内不变，否则取下一个工作时段的起点."""
        day = self.local_day(moment)
        for start, end in self.spells(day):
            if moment < end:
                return max(moment.astimezone(UTC), start)
        return self.opening(self.next_working_day(day))

    def is_open(self, moment: datetime) -> bool:
        """是否在工作时段内（含起点、不含止点）."""
        return self.normalize(moment) == moment

    def spells_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """自该时刻起（先归整）依次的工作时段，无穷；第一段从归整时刻算起."""
        at = self.normalize(moment)
        day = self.local_day(at)
        yield from ((max(at, start), end) for start, end in self.spells(day) if end > at)
        while True:
            day = self.next_working_day(day)
            yield from self.spells(day)

    def add_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """归整后再过 ``amount`` 工作时长；刚好用完在时段末的取该时段末."""
        if amount < timedelta():
            raise ValueError("工作时长不能为负")
        for start, end in self.spells_from(moment):
            if amount <= end - start:
                return start + amount
            amount -= end - start
        raise AssertionError("工作时段没有尽头")

    def subtract_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """往前倒数 ``amount`` 工作时长的时刻."""
        day = self.local_day(moment)
        while True:
            for start, end in reversed(self.spells(day)):
                usable = max(timedelta(), min(moment, end) - start)
                if usable and amount <= usable:
                    return start + usable - amount
                amount -= usable
            day = self.previous_working_day(day)

    @property
    def minutes_per_day(self) -> int:
        """每个工作日的工作分钟（默认作息为 420）."""
        return _minutes(day_length(self.intervals))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """两时刻之间的工作时长，精确到微秒；``end`` 在前则为负."""
        first, last = self.local_day(start), self.local_day(end)
        whole = self._elapsed(last, first.year) - self._elapsed(first, first.year)
        return (
            timedelta(seconds=whole) + self._since_open(end, last) - self._since_open(start, first)
        )

    def _elapsed(self, day: date, base: int) -> int:
        before = self._year(day.year).seconds_before[day.timetuple().tm_yday - 1]
        span = range(base, day.year) if day.year >= base else range(day.year, base)
        whole = sum(self._year(year).seconds_before[-1] for year in span)
        return before + (whole if day.year >= base else -whole)

    def _since_open(self, moment: datetime, day: date) -> timedelta:
        parts = (min(moment, end) - start for start, end in self.spells(day) if moment > start)
        return sum(parts, timedelta())

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """两时刻之间的整工作分钟，不足一分钟舍去；``end`` 不晚于 ``start`` 时为 0."""
        return max(0, _minutes(self.working_time_between(start, end)))
