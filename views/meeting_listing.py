"""会议清单的内容：系列页签、各周开没开、按状态筛、键集翻页."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.decide import decide
from app.domain.meeting_flow import MeetingState
from app.domain.weeks import Week, weeks_between
from app.queries.meeting_list import (
    WEEKLY,
    Cursor,
    MeetingPage,
    SeriesLine,
    meeting_page,
    series_of,
    weeks_of,
)
from app.queries.meeting_rules import meeting_rules
from app.services.meeting_step import subject_of
from views.base import today
from views.case_common import calendar, now, platform_chip
from views.meeting_forms import whole
from views.meeting_words import when_words

SHOWN_WEEKS = 8
STATES = tuple(MeetingState)
HELD = ("OPEN", "CLOSED", "MINUTED")


def listing(*, actor: Actor) -> dict[str, Any]:
    """清单页的模板变量，四条语句."""
    series = series_of(actor)
    chosen = _chosen(series, request.args.get("series"))
    state = request.args.get("state", "")
    states = (state,) if state in STATES else ()
    cursor = _cursor(request.args.get("cursor"), actor)
    page = meeting_page(
        actor=actor, series_id=chosen.id if chosen else None, states=states, cursor=cursor
    )
    return {
        "may_add": bool(schedulable(series, actor=actor)),
        "tabs": _tabs(series, chosen, states),
        "conditions": _conditions(chosen, states),
        "states": [(code, _(f"meeting_state.{code}")) for code in STATES],
        "state": states[0] if states else "",
        "keep": {"series": chosen.id} if chosen else {},
        "boards": _boards([chosen] if chosen else series, actor),
        "rows": [_row(row) for row in page.rows],
        "previous": _page_url(page.previous, chosen, states, actor),
        "next": _page_url(page.next, chosen, states, actor),
        "count": _count(page),
    }


@dataclass(frozen=True, slots=True)
class Narrowing:
    """筛选：哪个系列、哪些状态，与说给人看的条件."""

    series_id: int | None
    states: tuple[str, ...]
    words: str


def narrowing(args: Mapping[str, str], *, actor: Actor) -> Narrowing:
    """地址参数里的筛选；认不得的当没有，与清单一样."""
    series = series_of(actor)
    chosen = _chosen(series, args.get("series"))
    state = args.get("state", "")
    states = (state,) if state in STATES else ()
    parts = [chosen.name] if chosen else []
    parts += [f"{_('State')}：{_(f'meeting_state.{one}')}" for one in states]
    return Narrowing(chosen.id if chosen else None, states, "；".join(parts))


def schedulable(series: Sequence[SeriesLine], *, actor: Actor) -> list[SeriesLine]:
    """此人能排期的系列."""
    return [
        one
        for one in series
        if decide(
            actor,
            "meeting",
            "schedule",
            subject_of(
                township_id=actor.township_id,
                platform=one.platform,
                body_id=one.body_id,
                body_code=one.body_code,
            ),
        ).allowed
    ]


def _chosen(series: Sequence[SeriesLine], asked: str | None) -> SeriesLine | None:
    wanted = whole(asked)
    found = next((one for one in series if one.id == wanted), None)
    return found or (series[0] if len(series) == 1 else None)


def _args(chosen: SeriesLine | None, states: Sequence[str]) -> dict[str, Any]:
    args: dict[str, Any] = {"series": chosen.id} if chosen else {}
    return {**args, **({"state": states[0]} if states else {})}


def _tabs(
    series: Sequence[SeriesLine], chosen: SeriesLine | None, states: Sequence[str]
) -> list[dict[str, Any]]:
    every = [{"label": _("All"), "url": _url(None, states), "on": chosen is None}]
    return (every if len(series) > 1 else []) + [
        {"label": one.name, "url": _url(one, states), "on": one is chosen} for one in series
    ]


def _url(chosen: SeriesLine | None, states: Sequence[str]) -> str:
    return url_for("MeetingView.list", **_args(chosen, states))


def _conditions(chosen: SeriesLine | None, states: Sequence[str]) -> list[dict[str, Any]]:
    if not states:
        return []
    words = _(f"meeting_state.{states[0]}")
    return [{"label": _("State"), "value": words, "remove_url": _url(chosen, ())}]


def _boards(series: Sequence[SeriesLine], actor: Actor) -> list[dict[str, Any]]:
    """各周例会近几周：已开、已排、该开没开、可并入次周."""
    series = [one for one in series if one.cadence == WEEKLY]
    if not series:
        return []
    since = now() - timedelta(weeks=SHOWN_WEEKS)
    rows = weeks_of([one.id for one in series], actor=actor, since=since)
    held = {(row.series_id, row.year, row.week): row for row in rows}
    return [
        {
            "name": one.name,
            "chip": platform_chip(one.platform),
            "days": [_day(week, held.get((one.id, week.year, week.number)), actor) for week in w],
            "missed": _missed(one, w, held),
        }
        for one in series
        for w in [_weeks(one)]
    ]


def _weeks(series: SeriesLine) -> list[Week]:
    begins = Week.of(series.since)
    # 议事机构设立的那一周不足一周，从下一周起算应开
    first = begins if begins.first == series.since else begins.shift(1)
    since = max(first.first, today() - timedelta(weeks=SHOWN_WEEKS - 2))
    return list(weeks_between(since, today() + timedelta(weeks=1)))


def _day(week: Week, row: Row[Any] | None, actor: Actor) -> dict[str, str]:
    label = _("Week %(n)s", n=week.number)
    if row is not None and row.state in HELD:
        return {"kind": "held", "week": label, "day": _("held")}
    if row is not None:
        return {"kind": "due", "week": label, "day": _("planned")}
    if week.last >= today():
        kind = "now" if week.first <= today() else "after"
        return {"kind": kind, "week": label, "day": _("not planned")}
    below = meeting_rules(actor.township_id, week.first).merge_below
    if week.may_merge(calendar(), below):
        return {"kind": "off", "week": label, "day": _("may be merged")}
    return {"kind": "red", "week": label, "day": _("missed")}


def _missed(series: SeriesLine, weeks: Iterable[Week], held: Mapping[Any, Any]) -> bool:
    """本周还没有排会."""
    this = Week.of(today())
    return this in weeks and (series.id, this.year, this.number) not in held


def _row(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": url_for("MeetingView.show", meeting_id=row.id),
        "title": row.title,
        "when": when_words(row.planned_at),
        "place": row.place,
        "host": row.host or "",
        "state": row.state,
        "resolutions": row.resolutions or "",
        "document": row.document or "",
        "pdf": url_for("MeetingView.minutes", meeting_id=row.id),
    }


def _count(page: MeetingPage) -> str:
    words = _("%(n)s meetings", n=page.count)
    return _("More than %(n)s meetings", n=page.count) if page.capped else words


def _signer(actor: Actor) -> URLSafeSerializer:
    salt = f"meeting-cursor-{actor.person_id}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)


def _page_url(
    cursor: Cursor | None, chosen: SeriesLine | None, states: Sequence[str], actor: Actor
) -> str | None:
    if cursor is None:
        return None
    token = _signer(actor).dumps([cursor.at.isoformat(), cursor.id, cursor.back])
    return url_for("MeetingView.list", **_args(chosen, states), cursor=token)


def _cursor(token: str | None, actor: Actor) -> Cursor | None:
    """翻页的位置；改过的、写坏的当作第一页."""
    try:
        at, key, back = _signer(actor).loads(token or "")
        return Cursor(datetime.fromisoformat(at), int(key), bool(back))
    except (BadSignature, ValueError, TypeError):
        return None
