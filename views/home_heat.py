"""热点：网格（或村）× 一级类的表，数字看得见，颜色只是陪衬；每格是门."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask_babel import gettext as _

from app.queries.case_conditions import UNSET
from app.queries.home_picture import Picture
from views.case_common import names
from views.home_parts import Period

COLUMNS = 8
"""列几个一级类，再多的并进“其他”."""
SHADES = 5


def heat_of(seen: Picture, period: Period, *, by_village: bool) -> dict[str, Any]:
    """热点表：列为件数多的一级类，行为网格（按次序，没有件的也列）."""
    tops = _tops(seen)
    shown = [key for key, _n in tops.most_common(COLUMNS)]
    columns = [(key, (key,)) for key in sorted(shown, key=_code)]
    rest = tuple(key for key in tops if key not in shown)
    if rest:
        columns.append((-1, rest))
    cells = _cells(seen)
    most = max(cells.values(), default=0)
    places = names().villages if by_village else names().grids
    rows = [
        _row(key, name, columns, cells, most, period, by_village=by_village)
        for key, name in [*places.items(), (UNSET, _("no grid yet"))]
        if key != UNSET or (not by_village and any(place == UNSET for place, _t in cells))
    ]
    return {
        "columns": [_name(key) for key, _keys in columns],
        "rows": rows,
        "by_village": by_village,
        "total": sum(cells.values()),
        "url": period.args().url(),
    }


def _tops(seen: Picture) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_place, category), n in seen.heat.items():
        found[top_of(category)] += n
    return found


def _cells(seen: Picture) -> Counter[tuple[int, int]]:
    """(地, 一级类) → 件数."""
    found: Counter[tuple[int, int]] = Counter()
    for (place, category), n in seen.heat.items():
        found[place, top_of(category)] += n
    return found


def top_of(category: int) -> int:
    """小类的一级类；本身是一级类的就是它，没有定的是 ``UNSET``."""
    one = names().category(category)
    return (one.parent_id or one.id) if one else UNSET


def _code(key: int) -> str:
    one = names().category(key)
    return one.code if one else "~"


def _name(key: int) -> str:
    if key == -1:
        return _("Others")
    one = names().category(key)
    return one.name if one else _("category not set")


def _row(
    key: int,
    name: str,
    columns: list[tuple[int, tuple[int, ...]]],
    cells: Counter[tuple[int, int]],
    most: int,
    period: Period,
    *,
    by_village: bool,
) -> dict[str, Any]:
    where = {"villages" if by_village else "grids": (key,)}
    found = []
    for _key, tops in columns:
        n = sum(cells[key, top] for top in tops)
        args = period.args(categories=tops, **where)
        found.append({"n": n, "url": args.url(), "shade": shade(n, most)})
    total = sum(n for (place, _t), n in cells.items() if place == key)
    return {"name": name, "cells": found, "n": total, "url": period.args(**where).url()}


def shade(n: int, most: int) -> int:
    """深浅：0 为没有，1 到 5 按占最大一格的份额；都只有几件时不上深色."""
    return 0 if not n else max(1, -(-n * SHADES // max(most, SHADES)))
