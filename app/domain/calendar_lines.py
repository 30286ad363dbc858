"""一年的放假与补班怎样写成字：“2月15日至21日”“5.1～5.3”“2027-10-09”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_SPLIT = re.compile(r"[\s,，、;；]+")
_TO = re.compile(r"至|到|~|～|—+|－")
_DAY = re.compile(r"(?:(?:(\d{4})[-./年])?(\d{1,2})[-./月])?(\d{1,2})日?\Z")
LONGEST = 31


class BadDayError(ValueError):
    """看不懂的一段字；``words`` 是那一段，``why`` 是 syntax、year、range、workday 或 weekend."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(words)
        self.words, self.why = words, why


@dataclass(frozen=True, slots=True)
class YearPlan:
    """全年安排（calendar of a year）：``rest`` 是休息的周一至周五，``makeup`` 是上班的周六日."""

    year: int
    rest: frozenset[date]
    makeup: frozenset[date]

    @property
    def days(self) -> dict[date, bool]:
        """日子 → 上班（True）或休息（False）."""
        return {**dict.fromkeys(self.rest, False), **dict.fromkeys(self.makeup, True)}


def read_days(text: str, year: int) -> tuple[date, ...]:
    """一框字里的日子；用空格、换行、顿号、逗号分开，“至”“到”“~”连起一段（至多 31 天）.

    不写年份的算 ``year``，止日可以只写日。Raises BadDayError。
    """
    found: list[date] = []
    for words in _SPLIT.split(text):
        if words:
            found += _span(words, year)
    return tuple(dict.fromkeys(found))


def _span(words: str, year: int) -> list[date]:
    ends = _TO.split(words)
    if len(ends) > 2:
        raise BadDayError(words, "syntax")
    first = _day(ends[0], words, year, None)
    last = _day(ends[-1], words, year, first.month) if len(ends) == 2 else first
    if not 0 <= (last - first).days < LONGEST:
        raise BadDayError(words, "range")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day(text: str, words: str, year: int, month: int | None) -> date:
    found = _DAY.match(text)
    if found is None or not (found[2] or month):
        raise BadDayError(words, "syntax")
    if found[1] and int(found[1]) != year:
        raise BadDayError(words, "year")
    try:
        return date(year, int(found[2] or month or 0), int(found[3]))
    except ValueError:
        raise BadDayError(words, "syntax") from None


def year_plan(year: int, rest: Iterable[date], makeup: Iterable[date]) -> YearPlan:
    """全年安排：放假段里的周六日本来休息，不另记。Raises BadDayError(why='weekend' | 'workday')."""
    off, on = set(rest), frozenset(makeup)
    for day in sorted(on):
        if day.weekday() < 5:
            raise BadDayError(f"{day.month}月{day.day}日", "workday")
    for day in sorted(on & off):
        raise BadDayError(f"{day.month}月{day.day}日", "both")
    return YearPlan(year, frozenset(day for day in off if day.weekday() < 5), on)


def write_days(days: Iterable[date]) -> str:
    """日子写回字：连着的写成一段，一段一行."""
    lines: list[list[date]] = []
    for day in sorted(days):
        if lines and day - lines[-1][-1] == timedelta(days=1):
            lines[-1].append(day)
        else:
            lines.append([day])
    return "\n".join(_words(line[0], line[-1]) for line in lines)


def _words(first: date, last: date) -> str:
    head = f"{first.month}月{first.day}日"
    if first == last:
        return head
    month = "" if first.month == last.month else f"{last.month}月"
    return f"{head}至{month}{last.day}日"
