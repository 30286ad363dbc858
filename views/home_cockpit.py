"""领导的工作台：先决定，再看——等您决定、五个数字、五组、趋势、热点、超期与牌、下载."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.meeting_flow import ResolutionState
from app.queries.decision_lines import Line
from app.queries.decisions import DECISIONS, gather, sorted_lines
from app.queries.home_feed import DUE, PAPERS, due_resolutions, papers
from views.base import today
from views.case_common import names, now
from views.case_list_args import ListArgs
from views.home_decisions import cards_of
from views.home_figures import statistics
from views.home_kinds import Seat
from views.home_parts import (
    Page,
    Period,
    first_cases,
    intake_action,
    link_to,
    period_now,
    period_tabs,
)
from views.ui_filters import cn_day

DOWNLOADS = "DownloadView.index"
LATE = ListArgs(view="overdue")
CARDED = ListArgs(cards=("YELLOW", "RED"))
SHOWN = 8


def page(actor: Actor, seat: Seat) -> Page:
    """领导的工作台."""
    period = period_now()
    found = dict(gather(_sources(period), actor=actor, now=now()))
    documents, due = found.pop(PAPERS, []), found.pop(DUE, [])
    rows = first_cases({"overdue": LATE, "carded": CARDED}, actor=actor, most=SHOWN)
    counted = statistics(actor, period) if actor.has_verb("stats", "view") else {}
    return Page(
        "home/cockpit.html",
        {
            "seat": seat,
            "period_tabs": period_tabs(period, seat.kind),
            "decisions": cards_of(sorted_lines(found, now())),
            "late_rows": _merged(rows["overdue"], rows["carded"]),
            "late_url": LATE.url(),
            "carded_url": CARDED.url(),
            "documents": [_document(one) for one in documents],
            "downloads": link_to(DOWNLOADS, _("All documents"), "download"),
            "resolutions": _resolutions(due),
            **counted,
        },
        tuple(intake_action(tone="")),
        prints=True,
    )


def _sources(period: Period) -> tuple[Any, ...]:
    return (*DECISIONS, papers, due_resolutions(period.since, period.until))


def _merged(*groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """超期的在前，再是有牌没超期的；同一件只列一次."""
    found = {row["id"]: row for rows in groups for row in rows}
    return list(found.values())[:SHOWN]


def _document(one: Line) -> dict[str, Any]:
    number, _sep, pages = one.note.partition("|")
    of_meeting = one.state == "meeting"
    url = (
        url_for("MeetingView.minutes", meeting_id=one.key)
        if of_meeting
        else url_for("CaseView.show", case_id=one.key)
    )
    words = [number, _("issued %(day)s", day=cn_day(one.at, today()))]
    if pages != "0":
        words.append(_("%(n)s pages", n=pages))
    return {"title": one.title, "note": " · ".join(words), "url": url, "is_pdf": of_meeting}


def _resolutions(due: list[Line]) -> dict[str, Any]:
    """本期到期的议定事项：落实几条，没落实的列出来."""
    left = [one for one in due if one.state != ResolutionState.CONFIRMED]
    return {
        "n": len(due),
        "done": len(due) - len(left),
        "left": [
            {
                "title": one.title,
                "note": " · ".join(
                    word for word in (one.note, names().person(one.by_id), _due(one.at)) if word
                ),
                "url": url_for("MeetingView.show", meeting_id=one.key),
                "state": one.state,
            }
            for one in left
        ],
    }


def _due(at: datetime | None) -> str:
    return _("due %(at)s", at=cn_day(at, today())) if at else ""
