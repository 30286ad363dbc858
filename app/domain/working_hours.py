"""作息：一天里的工作时段，与按季节改用的时段。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import NamedTuple


class Interval(NamedTuple):
    """工作时段：当地时刻，含起点、不含止点."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Interval:
        """由 ``08:30-12:00`` 读出；止点不晚于起点时抛 ValueError."""
        start, _, end = text.partition("-")
        interval = cls(time.fromisoformat(start), time.fromisoformat(end))
        if interval.start >= interval.end:
            raise ValueError(f"工作时段止点须晚于起点：{text}")
        return interval

    @property
    def length(self) -> timedelta:
        """时段长短."""
        return timedelta(
            hours=self.end.hour - self.start.hour, minutes=self.end.minute - self.start.minute
        )


DEFAULT_INTERVALS = (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30"))


@dataclass(frozen=True, slots=True)
class Season:
    """季节作息（夏令时间）：每年 ``first`` 至 ``last``（月、日，含两端）改用 ``intervals``."""

    first: tuple[int, int]
    last: tuple[int, int]
    intervals: tuple[Interval, ...]

    def covers(self, day: date) -> bool:
        """这一天是否适用；起止可跨年."""
        key = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= key <= self.last
        return key >= self.first or key <= self.last


def check_intervals(intervals: tuple[Interval, ...]) -> None:
    """时段为空、先后颠倒或重叠时抛 ValueError."""
    if not intervals:
        raise ValueError("工作时段不能为空")
    for earlier, later in pairwise(intervals):
        if earlier.end > later.start:
            raise ValueError("工作时段须按先后排列且不重叠")


def day_length(intervals: tuple[Interval, ...]) -> timedelta:
    """一天各时段合计的工作时长."""
    return sum((i.length for i in intervals), timedelta())
