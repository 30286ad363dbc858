"""缺日历的年份，与按估算走着的案件."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.db import session
from app.holidays import has_holidays
from models.case import Case
from models.rules import CalendarYear

NOVEMBER = 11


def wanted_years(today: date) -> list[int]:
    """此刻要有日历的年份：今年，11 月起也要明年的（R10）."""
    return [today.year, *([today.year + 1] if today.month >= NOVEMBER else [])]


def missing_years(township_id: int, today: date) -> list[int]:
    """缺日历的年份：国家调休表有的、登记过全年的不算缺."""
    return absent_of(township_id, wanted_years(today))


def absent_of(township_id: int, years: list[int]) -> list[int]:
    """这些年份里没有日历的."""
    absent = [year for year in years if not has_holidays(year)]
    if not absent:
        return []
    known = session.execute(
        select(CalendarYear.year).where(
            CalendarYear.township_id == township_id, CalendarYear.year.in_(absent)
        )
    ).scalars()
    return sorted(set(absent) - set(known))


def guessed_cases(township_id: int) -> int:
    """按周一至周五估算着期限的案件数."""
    return session.execute(
        select(func.count()).where(Case.township_id == township_id, Case.is_degraded)
    ).scalar_one()
