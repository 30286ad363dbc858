"""演示的尺子：演示季度的工作分钟与时刻互换，再平移到今天之前."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from app.domain.weeks import DEMO_END, map_demo
from app.domain.working_time import WorkingCalendar

FIRST_DAY = date(2017, 4, 19)
"""随机件从这一天起：平移一个工作日后仍不早于任职与规则的生效日."""


@dataclass(frozen=True)
class Ruler:
    """尺子（ruler）：把演示季度的上班时间接成一条线，从 0 起数工作分钟.

    刻度 ``at`` 是整工作分钟；``moment`` 给出演示季度里的时刻，``moved`` 给出平移后的时刻（UTC）。
    """

    calendar: WorkingCalendar
    today: date
    first: date = FIRST_DAY
    last: date = DEMO_END

    @cached_property
    def days(self) -> tuple[date, ...]:
        """演示季度的工作日，依次."""
        return self.calendar.working_days(self.first, self.last)

    @cached_property
    def per_day(self) -> int:
        """一个工作日多少工作分钟."""
        return self.calendar.minutes_per_day

    @property
    def end(self) -> int:
        """最后一日下班的刻度."""
        return len(self.days) * self.per_day

    def at(self, day: int, minute: int = 0) -> int:
        """第几个工作日（负数从末尾数，-1 为最后一日）上班后第几分钟."""
        index = day if day >= 0 else len(self.days) + day
        return index * self.per_day + minute

    def day_of(self, at: int) -> int:
        """刻度落在第几个工作日（从 0 起）."""
        return at // self.per_day

    def month_of(self, at: int) -> str:
        """刻度落在演示季度的哪个月，如 ``2017-05``."""
        return f"{self.days[self.day_of(at)]:%Y-%m}"

    def days_of_month(self, month: str) -> list[int]:
        """某月的工作日序号."""
        return [i for i, day in enumerate(self.days) if f"{day:%Y-%m}" == month]

    def moment(self, at: int, second: int = 0) -> datetime:
        """刻度在演示季度里的时刻（UTC）；``second`` 为零头的秒."""
        index, left = divmod(at, self.per_day)
        day = self.days[index]
        rest = timedelta(minutes=left)
        for start, stop in self.calendar.spells(day):
            if rest < stop - start:
                return start + rest + timedelta(seconds=second)
            rest -= stop - start
        return self.calendar.closing(day)

    def clock(self, day: int, at: time) -> datetime:
        """第几个工作日的几点（UTC）；负数从末尾数."""
        return self.calendar.moment(self.days[day], at)

    def before_work(self, at: int, minutes: int, second: int = 0) -> datetime:
        """刻度那一日上班前若干分钟（UTC）."""
        opening = self.calendar.opening(self.days[self.day_of(at)])
        return opening - timedelta(minutes=minutes) + timedelta(seconds=second)

    def moved(self, moment: datetime) -> datetime:
        """演示季度的时刻平移到今天之前（UTC）."""
        return map_demo(moment, today=self.today, calendar=self.calendar)

    def local(self, moment: datetime) -> datetime:
        """当地时刻."""
        return self.calendar.local(moment)
