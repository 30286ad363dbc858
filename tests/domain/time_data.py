"""时间各测试共用：由 vectors.yaml 读出的工作日历与当地时刻的写法。"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from app.domain.working_time import SHANGHAI, WorkingCalendar

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "vectors.yaml").read_text("utf-8"))
TABLE = {
    year: {key: frozenset(row[key]) for key in ("rest", "makeup")}
    for year, row in DATA["calendar"].items()
}


def printed_table(day: date) -> bool | None:
    """用例所附的调休表：表上没有的年份返回 None."""
    row = TABLE.get(day.year)
    if row is None:
        return None
    key = f"{day:%m-%d}"
    return key in row["makeup"] or (day.weekday() < 5 and key not in row["rest"])


@lru_cache
def calendar() -> WorkingCalendar:
    """用例所附调休表上的工作日历，没有覆盖."""
    return WorkingCalendar(holidays=printed_table)


def at(text: str) -> datetime:
    """当地时刻."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def seconds_after(first: str, days: int) -> st.SearchStrategy[datetime]:
    """自某当地时刻起若干天内的整秒时刻."""
    return st.integers(0, days * 86_400).map(lambda n: at(first) + timedelta(seconds=n))
