"""当前的规则：工作日历与时限规则册，按事务缓存."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.db import session
from app.domain.deadlines import RuleBook, book_for
from app.domain.working_hours import Interval
from app.domain.working_time import WorkingCalendar
from app.holidays import chinese_holidays
from models.rules import CalendarDay, RuleSet


def _cache() -> dict[Any, Any]:
    cache: dict[Any, Any] = session().info.setdefault("rules", {})
    return cache


def forget() -> None:
    """规则或日历改了，丢掉缓存."""
    session().info.pop("rules", None)


def _sets(township_id: int) -> list[RuleSet]:
    key = ("sets", township_id)
    if key not in _cache():
        _cache()[key] = list(
            session.execute(
                select(RuleSet).where(
                    RuleSet.township_id == township_id, RuleSet.kind.in_(("sla", "calendar"))
                )
            ).scalars()
        )
    found: list[RuleSet] = _cache()[key]
    return found


def calendar_of(township_id: int) -> WorkingCalendar:
    """本乡的工作日历：工作时段取规则，覆盖表先于国家调休表（R1）."""
    key = ("calendar", township_id)
    if key not in _cache():
        days = session.execute(
            select(CalendarDay.day, CalendarDay.is_working).where(
                CalendarDay.township_id == township_id
            )
        ).all()
        _cache()[key] = _build(_sets(township_id), {row.day: row.is_working for row in days})
    found: WorkingCalendar = _cache()[key]
    return found


def _build(sets: list[RuleSet], overrides: dict[date, bool]) -> WorkingCalendar:
    latest = max(
        (s for s in sets if s.kind == "calendar"), key=lambda s: s.valid_from, default=None
    )
    body = latest.body if latest else {}
    return _calendar(
        frozenset(overrides.items()),
        tuple(body.get("intervals", ())),
        tuple(body.get("fallback_fixed_off", ())),
    )


@lru_cache(maxsize=64)
def _calendar(
    overrides: frozenset[tuple[date, bool]], hours: tuple[str, ...], fixed: tuple[str, ...]
) -> WorkingCalendar:
    """同样的规则共用一份日历：逐年的表只建一次."""
    options: dict[str, Any] = {"overrides": dict(overrides), "holidays": chinese_holidays}
    if hours:
        options["intervals"] = tuple(Interval.parse(text) for text in hours)
    if fixed:
        options["fixed_off"] = frozenset((int(t[:2]), int(t[3:])) for t in fixed)
    return WorkingCalendar(**options)


def book_at(township_id: int, moment: datetime) -> RuleBook:
    """某一时刻开始的时钟用哪一册规则（改了只对新开始的时钟生效）."""
    key = ("books", township_id)
    if key not in _cache():
        _cache()[key] = tuple(
            RuleBook.from_mapping(s.body) for s in _sets(township_id) if s.kind == "sla"
        )
    books: tuple[RuleBook, ...] = _cache()[key]
    return book_for(books, calendar_of(township_id).local_day(moment))
