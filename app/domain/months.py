"""自然月：考核的统计期，前后各月，起止时刻。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self

from app.domain.working_time import DAY, WorkingCalendar

SNAPSHOT_TIME = time(8, 30)  # 取数时刻：次月第 1 个工作日 08:30（考核总则）


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """自然月（calendar month）：``number`` 为 1 至 12，否则抛 ValueError."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date(self.year, self.number, 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """某日所在的月."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """月首日."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """月末日."""
        return self.shift(1).first - DAY

    @property
    def code(self) -> str:
        """月代码，如 ``2017-05``."""
        return f"{self.year:04d}-{self.number:02d}"

    def shift(self, months: int) -> Self:
        """之后（负数为之前）第几个月."""
        years, index = divmod(self.number - 1 + months, 12)
        return type(self)(self.year + years, index + 1)

    def span(self, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
        """起（含）、止（不含）的 UTC 时刻：当地月首零时至次月首日零时."""
        return calendar.moment(self.first), calendar.moment(self.shift(1).first)

    def snapshot_at(self, calendar: WorkingCalendar) -> datetime:
        """取数时刻：次月第 1 个工作日 08:30（UTC）."""
        day = calendar.on_or_after(self.shift(1).first)
        return calendar.moment(day, SNAPSHOT_TIME)
