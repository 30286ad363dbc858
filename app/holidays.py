"""国家调休表：由 chinesecalendar 给出某天上班还是休息。"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import is_workday


def chinese_holidays(day: date) -> bool | None:
    """国家调休表（statutory holidays and make-up days）.

    True 为上班，False 为休息；该年没有数据（现有 2004 至 2026 年）返回 None，由工作日历按
    R9 降级。可直接作 ``WorkingCalendar(holidays=chinese_holidays)``。
    """
    working = _working_days(day.year)
    return None if working is None else day in working


def has_holidays(year: int) -> bool:
    """该年是否有调休数据；每年 11 月起用它查下一年是否缺日历（R10）."""
    return _working_days(year) is not None


@lru_cache(maxsize=64)
def _working_days(year: int) -> frozenset[date] | None:
    # 组件每次查询都要扫全表求年份范围，故按年查一次存下。
    start = date(year, 1, 1)
    days = (start + timedelta(days=n) for n in range((date(year, 12, 31) - start).days + 1))
    try:
        return frozenset(day for day in days if is_workday(day))
    except NotImplementedError:
        return None
