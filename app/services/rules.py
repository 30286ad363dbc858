"""当前的规则：工作日历与时限规则册，按配置版本缓存."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.db import session
from app.domain.deadlines import RuleBook, book_for
from app.domain.working_hours import Interval
from app.domain.working_time import WorkingCalendar
from app.holidays import chinese_holidays
from app.queries.names import config_version
from models.rules import CalendarDay, CalendarYear, RuleSet


@dataclass(frozen=True, slots=True)
class _Rules:
    version: int
    calendar: WorkingCalendar
    books: tuple[RuleBook, ...]


_known: dict[int, _Rules] = {}


def _rules(township_id: int) -> _Rules:
    """本乡现行的规则；配置版本没变就用进程里记着的."""
    version = config_version(township_id)
    known = _known.get(township_id)
    if known is None or known.version != version:
        known = _known[township_id] = _read(township_id, version)
    return known


def _read(township_id: int, version: int) -> _Rules:
    sets = list(
        session.execute(
            select(RuleSet).where(
                RuleSet.township_id == township_id, RuleSet.kind.in_(("sla", "calendar"))
            )
        ).scalars()
    )
    days = session.execute(
        select(CalendarDay.day, CalendarDay.is_working).where(
            CalendarDay.township_id == township_id
        )
    ).all()
    years = session.execute(
        select(CalendarYear.year).where(CalendarYear.township_id == township_id)
    ).scalars()
    return _Rules(
        version=version,
        calendar=_build(sets, {row.day: row.is_working for row in days}, frozenset(years)),
        books=tuple(RuleBook.from_mapping(s.body) for s in sets if s.kind == "sla"),
    )


def forget(township_id: int) -> None:
    """忘掉这个乡记着的规则：本次事务改了日历又按新的算过，不成时不能留在进程里."""
    _known.pop(township_id, None)


def calendar_of(township_id: int) -> WorkingCalendar:
    """本乡的工作日历：工作时段取规则，覆盖表先于国家调休表（R1）."""
    return _rules(township_id).calendar


def _build(
    sets: list[RuleSet], overrides: dict[date, bool], years: frozenset[int]
) -> WorkingCalendar:
    latest = max(
        (s for s in sets if s.kind == "calendar"), key=lambda s: s.valid_from, default=None
    )
    body = latest.body if latest else {}
    return _calendar(
        frozenset(overrides.items()),
        years,
        tuple(body.get("intervals", ())),
        tuple(body.get("fallback_fixed_off", ())),
    )


@lru_cache(maxsize=64)
def _calendar(
    overrides: frozenset[tuple[date, bool]],
    years: frozenset[int],
    hours: tuple[str, ...],
    fixed: tuple[str, ...],
) -> WorkingCalendar:
    """同样的规则共用一份日历：逐年的表只建一次."""
    options: dict[str, Any] = {
        "overrides": dict(overrides),
        "holidays": chinese_holidays,
        "imported_years": years,
    }
    if hours:
        options["intervals"] = tuple(Interval.parse(text) for text in hours)
    if fixed:
        options["fixed_off"] = frozenset((int(t[:2]), int(t[3:])) for t in fixed)
    return WorkingCalendar(**options)


def book_at(township_id: int, moment: datetime) -> RuleBook:
    """某一时刻开始的时钟用哪一册规则（改了只对新开始的时钟生效）."""
    rules = _rules(township_id)
    return book_for(rules.books, rules.calendar.local_day(moment))
