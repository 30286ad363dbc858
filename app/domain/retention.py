"""备份留哪些（祖父、父、子）：近几日每日一份，近几周每周一份，近几月每月一份，各取最新的."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Retention:
    """留几日、几周、几月的（retention）；0 为这一档不留."""

    days: int
    weeks: int
    months: int


def kept(moments: Iterable[datetime], rule: Retention) -> set[datetime]:
    """留下的那些；最新的一份总是留.

    数的是有备份的日、周、月，不是日历：机器关了一个月，回来时旧的不会一下子全删。
    """
    newest_first = sorted(moments, reverse=True)
    found = set(newest_first[:1])
    periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (rule.days, lambda at: at.date()),
        (rule.weeks, lambda at: at.isocalendar()[:2]),
        (rule.months, lambda at: (at.year, at.month)),
    )
    for most, period in periods:
        latest: dict[object, datetime] = {}
        for at in newest_first:
            latest.setdefault(period(at), at)
        found |= set(list(latest.values())[:most])
    return found
