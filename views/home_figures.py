"""统计：五个数字、权责清晰等五组、各平台、收办趋势、热点；每个数字都是门."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.weeks import Week
from app.queries.home_picture import LEGS, Picture, picture
from views.case_clocks import minutes_words
from views.case_common import names, platform_chip
from views.case_list_args import ListArgs
from views.home_heat import heat_of, top_of
from views.home_parts import Numbers, Period, change, share
from views.home_trend import trend_of

WEEKS = 10
"""趋势看几周，含本周."""
ARCHIVED = ("ARCHIVED",)


def statistics(actor: Actor, period: Period, *, by_village: bool = False) -> dict[str, Any]:
    """统计的各块，两条语句；``by_village`` 时热点只到村（脱敏）."""
    doors = {**doors_of(period), **_platform_doors(period)}
    numbers = Numbers(doors, actor)
    lines = lines_of(period.until)
    seen = picture(
        {key: args.wanted() for key, args in lines.items()},
        period=period.args().wanted(),
        closed=doors["closed"].wanted(),
        by_village=by_village,
        actor=actor,
    )
    return {
        "figures": _figures(numbers, period),
        "five": _five(numbers, seen),
        "platforms": _platforms(numbers),
        "trend": trend_of(seen, lines, WEEKS),
        "heat": heat_of(seen, period, by_village=by_village),
    }


def doors_of(period: Period) -> dict[str, ListArgs]:
    """五个数字与五组的门."""
    closed = {"view": "closed", "by": "closed", "states": ARCHIVED}
    return {
        "received": period.args(),
        "received_before": period.before(),
        "closed": period.args(**closed),
        "closed_before": period.before(**closed),
        "due": period.args(by="due"),
        "late": period.args(by="due", flags=("late",)),
        "due_before": period.before(by="due"),
        "late_before": period.before(by="due", flags=("late",)),
        "open": ListArgs(),
        "today": ListArgs(flags=("due_today",)),
        "overdue": ListArgs(view="overdue"),
        "yellow": ListArgs(cards=("YELLOW",)),
        "red": ListArgs(cards=("RED",)),
        "returned": period.args(flags=("returned",)),
        "returned_twice": period.args(flags=("returned_twice",)),
    }


def lines_of(until: date) -> dict[str, ListArgs]:
    """三条线各自的清单：近十周，从周一起，到今天."""
    since = Week.of(until).shift(1 - WEEKS).first
    whole = ListArgs(view="all", since=since, until=until)
    return {
        "received": whole,
        "closed": replace(whole, view="closed", by="closed", states=ARCHIVED),
        "late": replace(whole, by="due", flags=("late",)),
    }


def _figures(numbers: Numbers, period: Period) -> list[dict[str, Any]]:
    due, late = numbers.of("due").n, numbers.of("late").n
    return [
        _compared(numbers, period, "received"),
        _compared(numbers, period, "closed"),
        _rate(numbers, due, late),
        {
            **numbers.door("open", _("In hand")),
            "subs": [
                numbers.door("today", _("desk_group.today"), tone="warn"),
                numbers.door("overdue", _("Overdue"), tone="bad"),
            ],
        },
        {
            **numbers.door("yellow", _("Yellow / red cards"), tone="warn"),
            "also": numbers.door("red", _("card.RED"), tone="bad"),
            "subs": [],
        },
    ]


def _compared(numbers: Numbers, period: Period, key: str) -> dict[str, Any]:
    """一个数与上一期同样长的一段比."""
    words, way = change(numbers.of(key).n, numbers.of(f"{key}_before").n)
    label = _(f"figure.{period.code}.{key}")
    before = numbers.door(f"{key}_before", _(f"figure.{period.code}.before"))
    return {**numbers.door(key, label), "subs": [{**before, "after": words, "way": way}]}


def _rate(numbers: Numbers, due: int, late: int) -> dict[str, Any]:
    """按时办结率：期限落在本期、已经到期的，减去逾期的."""
    before = numbers.of("due_before").n
    was = share(before - numbers.of("late_before").n, before)
    return {
        "key": "",
        "label": _("Finished in time"),
        "n": share(due - late, due),
        "unit": "%" if due else "",
        "url": "",
        "words": _("last period %(n)s%%", n=was) if before else "",
        "subs": [
            numbers.door("due", _("fell due")),
            numbers.door("late", _("Overdue"), tone="bad"),
        ],
    }


def _five(numbers: Numbers, seen: Picture) -> list[dict[str, Any]]:
    """权责清晰、功能集成、扁平一体、运行高效、执行有力（方案一）."""
    due, late = numbers.of("due").n, numbers.of("late").n
    returned = share(numbers.of("returned").n, numbers.of("received").n)
    tops, every = _coverage(seen)
    received = [numbers.door("received", _("from cases received"))]
    closed = [numbers.door("closed", _("from cases closed"))]
    twice = numbers.door("returned_twice", _("returned twice"), tone="bad")
    units = _("%(n)s units took part", n=seen.orgs)
    hops = "—" if seen.hops is None else f"{seen.hops:.2f}"
    kept = [numbers.door("due", _("fell due")), numbers.door("late", _("Overdue"), tone="bad")]
    return [
        _group("clear", returned, "%", [numbers.door("returned", _("returned")), twice]),
        _group("whole", f"{tops} / {every}", "", received, units),
        _group("flat", hops, "", closed),
        _group("fast", _whole_time(seen), "", closed, legs=_legs(seen)),
        _group("firm", share(due - late, due), "%", kept),
    ]


def _whole_time(seen: Picture) -> str:
    """从受理到归档：各环节平均用时之和."""
    if not seen.minutes:
        return "—"
    return minutes_words(round(sum(seen.minutes.get(leg, 0) for leg in LEGS)))


def _legs(seen: Picture) -> list[dict[str, str]]:
    return [
        {"label": _(f"leg_time.{leg}"), "words": minutes_words(round(seen.minutes[leg]))}
        for leg in LEGS
        if leg in seen.minutes
    ]


def _group(
    code: str,
    value: str,
    unit: str,
    doors: list[dict[str, Any]],
    words: str = "",
    legs: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return {
        "code": code,
        "title": _(f"five.{code}"),
        "means": _(f"five_means.{code}"),
        "value": value,
        "unit": unit if value != "—" else "",
        "doors": doors,
        "words": words,
        "legs": legs or [],
    }


def _coverage(seen: Picture) -> tuple[int, int]:
    """本期有来件的一级类与全部一级类."""
    known = names().categories
    tops = {key for key, one in known.items() if one.parent_id is None and one.in_force}
    met = {top_of(category) for _place, category in seen.heat}
    return len(met & tops), len(tops)


PLATFORM_DOORS: Mapping[str, str] = {"r": "received", "o": "open", "l": "overdue", "c": "red"}
"""各平台一行的四个数."""


def _platform_doors(period: Period) -> dict[str, ListArgs]:
    return {
        f"{key}:{code}": args
        for code in names().platforms
        for key, args in {
            "r": period.args(platforms=(code,)),
            "o": ListArgs(platforms=(code,)),
            "l": ListArgs(view="overdue", platforms=(code,)),
            "c": ListArgs(cards=("YELLOW", "RED"), platforms=(code,)),
        }.items()
    }


def _platforms(numbers: Numbers) -> list[dict[str, Any]]:
    """各平台一行；一件也没有的不列（看不到别的平台的人只见自己的）."""
    tones = {"l": "bad", "c": "warn"}
    rows = []
    for code in names().platforms:
        cells = [
            numbers.door(f"{key}:{code}", _(f"platform_column.{word}"), tone=tones.get(key, ""))
            for key, word in PLATFORM_DOORS.items()
        ]
        if any(numbers.of(cell["key"]).n for cell in cells):
            rows.append({"platform": platform_chip(code), "cells": cells})
    return rows
