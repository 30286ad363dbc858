"""任职的时间线：把任职排成几条横道，给页面画；同样的内容另有表格."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.terms import Term, Window, gaps, in_force, marks, stacked, window_of
from app.queries import config_holders
from models.people import Holding, Person, Post
from views.base import current_actor, today
from views.labels import chip, place_words, span_words, word

ROW, BAR, PAD = 26, 20, 3
ACTING = ("代行", "委托")
TONES = {"在任": "main", "兼任": "also", "代行": "acting", "委托": "lent"}
YEARS = range(1950, 2101)


@dataclass(frozen=True, slots=True)
class Bar:
    """一条任职：起止，横道上的字，读屏与悬停的全句，去哪里."""

    first: date
    last: date | None
    words: str
    title: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Lane:
    """一道：名字、说明、去哪里，几条任职；``since`` 为该有人的头一天（没有为空，不算空缺）."""

    name: str
    note: str
    url: str
    bars: tuple[Bar, ...]
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """任职要念的：角色编号 → 名称，地 → 名称."""

    roles: Mapping[int, str]
    places: Mapping[str, str]

    def place(self, holding: Holding) -> str:
        """任职的地."""
        return place_words(holding, self.places) or _("The whole township")

    def what(self, holding: Holding) -> str:
        """职务；没有职务的写角色."""
        return holding.post.name if holding.post else self.roles.get(holding.role_id, "")


def words_for(actor: Actor) -> Words:
    """角色与地的名称，两条语句."""
    return Words(config_holders.role_names(actor), config_holders.place_names(actor))


def picked_day() -> date:
    """“截至哪天”：地址里的 ``on``；不是日期、太远的当今天."""
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today()
    return day if day.year in YEARS else today()


def bar_of(holding: Holding, words: Words, *, with_name: bool) -> Bar:
    """一条任职的横道；按职务排的写人名，按人排的写职务与地."""
    place, what = words.place(holding), words.what(holding)
    mode = word("mode", holding.mode)
    shown = holding.person.name if with_name else what
    short = shown if holding.mode == "在任" else f"{shown}（{mode}）"
    parts = (
        holding.person.name,
        what,
        words.roles.get(holding.role_id, ""),
        place,
        mode,
        span_words(holding.valid_from, holding.valid_to),
        holding.basis or "",
    )
    return Bar(
        first=holding.valid_from,
        last=holding.valid_to,
        words=short if with_name else f"{short} · {place}",
        title="，".join(part for part in dict.fromkeys(parts) if part),
        tone=TONES.get(holding.mode, "main"),
        url=url_for("PersonView.show", pk=holding.person_id),
    )


def person_lane(name: str, note: str, url: str, rows: Iterable[Holding], words: Words) -> Lane:
    """一个人一道."""
    return Lane(name, note, url, tuple(bar_of(h, words, with_name=False) for h in rows))


def person_chart(person: Person, rows: Sequence[Holding]) -> dict[str, Any] | None:
    """一个人的任职，同时的错开，看得清重叠；没有任过职的为空."""
    if not rows:
        return None
    url = url_for("PersonView.show", pk=person.id)
    words = words_for(current_actor())
    return chart([person_lane(person.name, "", url, rows[::-1], words)], picked_day())


def post_lanes(post: Post, rows: Sequence[Holding], words: Words) -> list[Lane]:
    """一个职务几道：一处一席一道；不分处的，没有人坐过的席也列，整道空缺."""
    seats: dict[tuple[str, int], list[Holding]] = defaultdict(list)
    for holding in rows:
        seats[words.place(holding), holding.seat].append(holding)
    if post.seats_per is None:
        taken = {seat for _place, seat in seats}
        for seat in range(1, post.seats + 1):
            if seat not in taken:
                seats[words.place(rows[0]) if rows else "", seat] = []
    many = post.seats > 1
    url = url_for("PostView.show", pk=post.id)
    found = []
    for (place, seat), held in seats.items():
        note = " · ".join(n for n in (place, _("seat %(n)s", n=seat) if many else "") if n)
        bars = tuple(bar_of(h, words, with_name=True) for h in held)
        found.append(Lane(post.name, note, url, bars, post.valid_from, post.valid_to))
    return found


def chart(lanes: Sequence[Lane], day: date) -> dict[str, Any] | None:
    """一张图：各道、刻度、那一天的竖线（见 components/terms.html）；没有道为空."""
    if not lanes:
        return None
    bars = [bar for lane in lanes for bar in lane.bars]
    starts = [lane.since for lane in lanes if lane.since]
    window = window_of(bars, day, today(), *starts)
    until = max(day, today())
    return {
        "lanes": [_lane(lane, window, day, until) for lane in lanes],
        "marks": [{"x": window.at(d), "words": _mark_words(d)} for d in marks(window)],
        "day": day,
        "x": window.at(day),
        "kept": [(k, v) for k, v in request.args.items(multi=True) if k != "on"],
    }


def _mark_words(day: date) -> str:
    return f"{day.year}年" if day.month == 1 else f"{day.month}月"


def _lane(lane: Lane, window: Window, day: date, until: date) -> dict[str, Any]:
    empty = _vacant(lane, until)
    rows = stacked(lane.bars)
    first = 1 if empty and set(rows) == {0} and _crowded(lane.bars, empty) else 0
    height = (max(rows, default=0) + 1 + first) * ROW
    drawn = [
        _bar(window, bar, row + first, bar.tone, bar.words, bar.title, bar.url, in_force(bar, day))
        for bar, row in zip(lane.bars, rows, strict=True)
    ]
    holes = [
        _bar(window, gap, 0, "gap", _("Vacant"), _gap_title(gap, until), "", in_force(gap, day))
        for gap in empty
    ]
    return {
        "name": lane.name,
        "note": lane.note,
        "url": lane.url,
        "height": height,
        "bars": [bar for bar in (*holes, *drawn) if bar],
        "told": "；".join([bar.title for bar in lane.bars] + [_gap_title(g, until) for g in empty]),
        "vacant": any(in_force(gap, day) for gap in empty),
    }


def _vacant(lane: Lane, until: date) -> list[Term]:
    """空缺：没有在任、兼任的日子；代行、委托不算有人在任."""
    if lane.since is None:
        return []
    end = min(until, lane.until) if lane.until else until
    return gaps([b for b in lane.bars if b.tone in ("main", "also")], lane.since, end)


def _crowded(bars: Iterable[Bar], empty: Iterable[Term]) -> bool:
    """代行的横道与空缺同时：空缺另占一行，两样都看得见."""
    spans = [(b.first, b.last or date.max) for b in bars]
    return any(
        first <= (gap.last or date.max) and gap.first <= last
        for gap in empty
        for first, last in spans
    )


def _gap_title(gap: Term, until: date) -> str:
    last = None if gap.last == until else gap.last
    return _("Vacant %(span)s", span=span_words(gap.first, last))


def _bar(
    window: Window,
    term: Any,
    row: int,
    tone: str,
    words: str,
    title: str,
    url: str,
    on: bool,
) -> dict[str, Any] | None:
    place = window.span(term)
    if place is None:
        return None
    x, width = place
    return {
        "x": x,
        "width": width,
        "y": row * ROW + PAD,
        "height": BAR,
        "tone": tone,
        "words": words,
        "title": title,
        "url": url,
        "on": on,
    }


def state_chip(holding: Any, day: date) -> Any:
    """那一天的样子：在任、已止、还没起."""
    if holding.valid_from > day:
        return chip("info", _("Not yet"))
    if holding.valid_to is not None and holding.valid_to < day:
        return chip("mute", _("Over"))
    return chip("ok", _("In office"))
