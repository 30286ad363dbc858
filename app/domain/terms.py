"""任期的算法：在时间轴上的位置，空缺，同时几条时各占一行."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DAY = timedelta(days=1)
MOST_MARKS = 13


class Dated(Protocol):
    """有起止日的：起日，止日（含；空为不设止日）."""

    @property
    def first(self) -> date:
        """起日."""

    @property
    def last(self) -> date | None:
        """止日."""


@dataclass(frozen=True, slots=True)
class Term:
    """一段任期，起止两日都算在内."""

    first: date
    last: date | None = None


def in_force(term: Dated, day: date) -> bool:
    """那一天在不在任期里."""
    return term.first <= day and (term.last is None or day <= term.last)


@dataclass(frozen=True, slots=True)
class Window:
    """时间轴：从哪天到哪天（含）."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """这一天的开头在轴上的位置，百分之几；轴外的算到两端."""
        length = (self.last - self.first).days + 1
        passed = min(max((day - self.first).days, 0), length)
        return round(100 * passed / length, 3)

    def span(self, term: Dated) -> tuple[float, float] | None:
        """一段在轴上从百分之几起、占百分之几；全在轴外为空."""
        if term.first > self.last or (term.last is not None and term.last < self.first):
            return None
        start = self.at(term.first)
        end = 100.0 if term.last is None else self.at(term.last + DAY)
        return start, round(end - start, 3)


def window_of(terms: Iterable[Dated], *days: date) -> Window:
    """装得下这几段与这几天的时间轴；没有止日的到最晚的那天再加一个月."""
    known = [*days]
    for term in terms:
        known.append(term.first)
        if term.last is not None:
            known.append(term.last)
    return Window(min(known).replace(day=1), max(known) + timedelta(days=31))


def gaps(terms: Iterable[Dated], first: date, last: date) -> list[Term]:
    """空缺：从 ``first`` 到 ``last``（含）之间没有任何一段的日子，连着的并成一段."""
    found: list[Term] = []
    free = first
    for term in sorted(terms, key=lambda one: one.first):
        if free > last:
            break
        if term.first > free:
            found.append(Term(free, min(term.first - DAY, last)))
        if term.last is None:
            return found
        free = max(free, term.last + DAY)
    if free <= last:
        found.append(Term(free, last))
    return found


def stacked(terms: Sequence[Dated]) -> list[int]:
    """各段各占第几行：同时的错开，行数最少；次序照给的."""
    ends: list[date | None] = []
    rows = [0] * len(terms)
    for number in sorted(range(len(terms)), key=lambda n: terms[n].first):
        term = terms[number]
        free = (n for n, end in enumerate(ends) if end is not None and end < term.first)
        row = next(free, len(ends))
        if row == len(ends):
            ends.append(term.last)
        else:
            ends[row] = term.last
        rows[number] = row
    return rows


def marks(window: Window) -> Iterator[date]:
    """轴上的刻度：月初，太密时隔几个月，再密用年初."""
    months = (window.last.year - window.first.year) * 12 + window.last.month - window.first.month
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60, 120) if months // n < MOST_MARKS), 240)
    at = window.first.year * 12 + window.first.month - 1
    at += -at % step
    while (day := date(at // 12, at % 12 + 1, 1)) <= window.last:
        yield day
        at += step
