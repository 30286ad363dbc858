"""工作台各页共用的：数字的门、时段、案件的几行；一页的内容装成一份."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.weeks import Quarter, Week
from app.queries.home_counts import Amount, amounts, heads
from views.base import current_actor, today
from views.case_list_args import ListArgs
from views.case_list_rows import row_of

PERIODS = ("week", "month", "quarter")
INTAKE, BOARD = "CaseIntakeView.add", "BoardView.index"
FEW = 5
"""工作台上每组列几件."""


@dataclass(frozen=True, slots=True)
class Page:
    """一页工作台：模板、内容、页首的动作."""

    template: str
    facts: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...] = ()
    prints: bool = False


class Numbers:
    """一页的数字：每个数连着它的门，一条语句问完."""

    def __init__(self, doors: Mapping[str, ListArgs], actor: Actor) -> None:
        self.doors = doors
        self._found = amounts({key: args.wanted() for key, args in doors.items()}, actor=actor)

    def of(self, key: str) -> Amount:
        """几件."""
        return self._found[key]

    def door(self, key: str, label: str, *, tone: str = "", **more: Any) -> dict[str, Any]:
        """一个数与它的门；``tone`` 只在有件时上色."""
        amount = self._found[key]
        shown = tone if amount.n else ""
        url = self.doors[key].url()
        return {"key": key, "label": label, "n": str(amount), "url": url, "tone": shown, **more}


def first_cases(
    doors: Mapping[str, ListArgs], *, actor: Actor, most: int = FEW
) -> dict[str, list[dict[str, Any]]]:
    """各组头上几件，看得到多少写多少."""
    found = heads({key: args.wanted() for key, args in doors.items()}, actor=actor, most=most)
    return {key: [row_of(row) for row in rows] for key, rows in found.items()}


@dataclass(frozen=True, slots=True)
class Period:
    """本周、本月、本季到今天，与上一期同样长的一段（两端都算）."""

    code: str
    since: date
    until: date
    before_since: date
    before_until: date

    def args(self, **more: Any) -> ListArgs:
        """本期的清单."""
        return ListArgs(**{"view": "all", "since": self.since, "until": self.until, **more})

    def before(self, **more: Any) -> ListArgs:
        """上一期同样长的清单."""
        span = {"since": self.before_since, "until": self.before_until}
        return ListArgs(**{"view": "all", **span, **more})


def _first(code: str, day: date) -> date:
    if code == "week":
        return Week.of(day).first
    return Quarter.of(day).first if code == "quarter" else day.replace(day=1)


def period_of(code: str, day: date) -> Period:
    """这一天所在的时段；上一期截到同一天数（短的月截到月末）."""
    since = _first(code, day)
    before = _first(code, since - timedelta(days=1))
    last = min(before + (day - since), since - timedelta(days=1))
    return Period(code, since, day, before, last)


def period_now() -> Period:
    """地址里写的时段，没写、写错的是本月."""
    code = request.args.get("period", "")
    return period_of(code if code in PERIODS else "month", today())


def period_tabs(period: Period, kind: str) -> list[dict[str, Any]]:
    """本周、本月、本季."""
    return [
        {
            "label": _(f"period.{code}"),
            "url": url_for("HomeView.index", seat=kind, period=code),
            "on": code == period.code,
        }
        for code in PERIODS
    ]


def intake_action(*, words: str = "", tone: str = "primary") -> list[dict[str, Any]]:
    """登记来件：能登记的人的第一步；领导的不当主按钮."""
    if not current_actor().has_verb("case", "draft") or INTAKE not in current_app.view_functions:
        return []
    label = words or _("Register a case")
    return [{"label": label, "url": url_for(INTAKE), "icon": "plus", "tone": tone, "key": "n"}]


def link_to(endpoint: str, label: str, icon: str) -> list[dict[str, Any]]:
    """去一个画面；还没有这个画面的不画."""
    if endpoint not in current_app.view_functions:
        return []
    return [{"label": label, "url": url_for(endpoint), "icon": icon}]


def share(part: int, whole: int) -> str:
    """百分数，一位小数；没有分母写“—”."""
    return f"{100 * part / whole:.1f}" if whole else "—"


def change(now: int, before: int) -> tuple[str, str]:
    """与上期比：（写法，升降）；上期没有的不比."""
    if not before:
        return "", ""
    percent = round(100 * (now - before) / before)
    return f"{percent:+d}%", "up" if percent > 0 else "down" if percent < 0 else ""


@dataclass(frozen=True, slots=True)
class Group:
    """一组案件：标题、数、门、头上几件、空着时的话."""

    key: str
    label: str
    icon: str
    door: Mapping[str, Any]
    rows: Iterable[Mapping[str, Any]] = field(default=())
    empty: str = ""
