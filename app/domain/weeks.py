"""周与季：例会的应开周、联席会议的应开季，以及演示日期的搬移。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from app.domain.working_time import DAY, WorkingCalendar

MERGE_BELOW = 3  # 当周工作日少于此数的，例会可与次周合并（会议应开周规则）
DEMO_END = date(2017, 6, 30)  # 演示季度的最后一日


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """应开周：周一至周日，``year`` 与 ``number`` 为本年周序（同 ISO 8601）.

    年初年末跨年的一周归它星期四所在的年，所以 ``year`` 可能与某一天的公历年不同。
    年内没有这一周时抛 ValueError。
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.number, 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """某日所在的周."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def first(self) -> date:
        """周一."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """周日."""
        return self.first + 6 * DAY

    @property
    def code(self) -> str:
        """周代码，如 ``2017W17``."""
        return f"{self.year}W{self.number:02d}"

    def shift(self, weeks: int) -> Self:
        """之后（负数为之前）第几周."""
        return type(self).of(self.first + 7 * weeks * DAY)

    def working_days(self, calendar: WorkingCalendar) -> tuple[date, ...]:
        """当周的工作日，可能为空."""
        return calendar.working_days(self.first, self.last)

    def may_merge(self, calendar: WorkingCalendar, below: int = MERGE_BELOW) -> bool:
        """当周工作日少于 ``below`` 天，例会可由组长登记与次周合并."""
        return len(self.working_days(calendar)) < below


def weeks_between(first: date, last: date) -> Iterator[Week]:
    """两日之间（含两端所在）的各周，依次."""
    week = Week.of(first)
    while week.first <= last:
        yield week
        week = week.shift(1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """应开季：``number`` 为 1 至 4，否则抛 ValueError."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in range(1, 5):
            raise ValueError(f"季度须为 1 至 4：{self.number}")

    @classmethod
    def of(cls, day: date) -> Self:
        """某日所在的季."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        """季首日."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """季末日."""
        return self.shift(1).first - DAY

    def shift(self, quarters: int) -> Self:
        """之后（负数为之前）第几季."""
        years, index = divmod(self.number - 1 + quarters, 4)
        return type(self)(self.year + years, index + 1)

    def working_day_before_end(self, calendar: WorkingCalendar, days: int) -> date:
        """季末前第 ``days`` 个工作日；季末最后一个工作日为第 1 个（排期提醒用）."""
        return calendar.add_working_days(self.last + DAY, -days)


def map_demo_day(
    day: date, *, today: date, calendar: WorkingCalendar, source_end: date = DEMO_END
) -> date:
    """演示日期的搬移（只有日期），取当日零时的搬移结果；工作日仍为工作日."""
    moved = map_demo(calendar.moment(day), today=today, calendar=calendar, source_end=source_end)
    return calendar.local_day(moved)


def map_demo(
    moment: datetime,
    *,
    today: date,
    calendar: WorkingCalendar,
    source_end: date = DEMO_END,
) -> datetime:
    """演示时刻的搬移（demo dates），返回 UTC.

    源季倒数第 k 个工作日变为 ``today`` 之前倒数第 k 个工作日，当日几点仍是几点；季前季后
    照此类推。休息日的时刻跟着它前面的工作日平移；前一工作日的像之后休息日不够多时，多出来的
    部分压进最后一个休息日（一个也没有时压进工作日下班到零时之间，这时该日晚间的时刻也随之
    前挪）。整秒的时刻先后严格不变，工作日（至少其工作时段以前及以内）几点不变。
    """
    day = calendar.local_day(moment)
    source = calendar.on_or_before(day)
    behind = calendar.working_days_between(source, calendar.on_or_before(source_end))
    target = calendar.add_working_days(calendar.previous_working_day(today), -behind)
    offset = moment - calendar.moment(source)
    source_gap = calendar.next_working_day(source) - source
    target_gap = calendar.next_working_day(target) - target
    if source_gap > target_gap:
        offset = _squeeze(offset, _cut(calendar, source, target_gap), source_gap, target_gap)
    return (calendar.moment(target) + offset).astimezone(UTC)


def _cut(calendar: WorkingCalendar, day: date, gap: timedelta) -> timedelta:
    """自何时（距当日零时）起要压缩：最后一个休息日的零时；没有休息日时为当日下班."""
    if gap > DAY:
        return gap - DAY
    return calendar.closing(day) - calendar.moment(day)


def _squeeze(
    offset: timedelta, cut: timedelta, source_gap: timedelta, target_gap: timedelta
) -> timedelta:
    if offset <= cut:
        return offset
    second = timedelta(seconds=1)
    return cut + (offset - cut) * ((target_gap - cut) // second) // ((source_gap - cut) // second)
