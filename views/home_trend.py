"""收办趋势：三条折线的坐标（不用脚本），与同样数字的表；表里每个数是门."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.domain.weeks import Week
from app.queries.home_picture import LINES, Picture
from views.base import today
from views.case_list_args import ListArgs

WIDTH, HEIGHT = 560, 196
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 12, 24
STEPS = 3


def trend_of(seen: Picture, lines: Mapping[str, ListArgs], weeks: int) -> dict[str, Any]:
    """趋势：线、刻度、表的各行."""
    first = Week.of(lines["received"].since or today())
    amounts = {name: [seen.weeks.get((name, n), 0) for n in range(weeks)] for name in LINES}
    top = ceiling(max((max(row) for row in amounts.values()), default=0))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": HEIGHT - BOTTOM,
        "lines": [_line(name, amounts[name], top) for name in LINES],
        "marks": [
            {"y": _y(top * step // STEPS, top), "n": top * step // STEPS}
            for step in range(STEPS + 1)
        ],
        "weeks": [{"x": _x(n, weeks), "label": first.shift(n).number} for n in range(weeks)],
        "rows": [_row(first.shift(n), n, lines, amounts) for n in range(weeks)],
        "is_empty": not any(any(row) for row in amounts.values()),
    }


def ceiling(most: int) -> int:
    """纵轴的顶：不小于最大值、能三等分的整数."""
    return max(STEPS, -(-most // STEPS) * STEPS)


def _x(n: int, weeks: int) -> float:
    return round(LEFT + n * (WIDTH - LEFT - RIGHT) / max(weeks - 1, 1), 1)


def _y(amount: int, top: int) -> float:
    span = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - span * amount / top, 1)


def _line(name: str, amounts: list[int], top: int) -> dict[str, Any]:
    points = [(_x(n, len(amounts)), _y(one, top)) for n, one in enumerate(amounts)]
    return {
        "name": name,
        "label": _(f"trend.{name}"),
        "points": " ".join(f"{x},{y}" for x, y in points),
        "last": points[-1],
    }


def _row(
    week: Week, n: int, lines: Mapping[str, ListArgs], amounts: Mapping[str, list[int]]
) -> dict[str, Any]:
    """表的一行：这一周的三个数与它们的门."""
    last = min(week.first + timedelta(days=6), today())
    return {
        "label": _("Week %(n)s", n=week.number),
        "cells": [
            {
                "n": amounts[name][n],
                "url": replace(lines[name], since=week.first, until=last).url(),
                "label": _(f"trend.{name}"),
            }
            for name in LINES
        ],
    }
