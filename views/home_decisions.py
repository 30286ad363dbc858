"""等您决定的一件怎样写：是哪一类、哪一件、点开去哪里、按钮上写什么."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.queries.decision_lines import Line
from app.queries.decisions import DECISIONS, gather, sorted_lines
from views.case_common import moment_words, names, now, platform_chip


def _meeting_url(one: Line) -> str:
    return url_for("MeetingView.show", meeting_id=one.key)


def _step_url(one: Line) -> str:
    return url_for("CaseStepView.take", case_id=one.key, action=one.source)


URLS: Mapping[str, Callable[[Line], str]] = {
    "sign_minutes": _meeting_url,
    "review_minutes": _meeting_url,
    "confirm_resolution": _meeting_url,
    "admit_agenda": _meeting_url,
    "reject": _step_url,
    "dispatch_multi": _step_url,
    "approve_extension": _step_url,
    "approve_suspend": _step_url,
}
"""来源 → 点开去哪里；``app.queries.decisions.DECISIONS`` 添一种，这里添一行，词条添三个：
``decide.<来源>``（类）、``decide_do.<来源>``（按钮）、``decide_note.<来源>``（小字）."""


def cards_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """各件要画的."""
    return [
        {
            "source": one.source,
            "tag": _(f"decide.{one.source}"),
            "title": one.title,
            "note": _note(one),
            "url": URLS[one.source](one),
            "do": _(f"decide_do.{one.source}"),
            "platform": platform_chip(one.platform),
        }
        for one in lines
    ]


def _note(one: Line) -> str:
    who = names().person(one.by_id)
    facts = {"who": who or "—", "at": moment_words(one.at), "note": one.note}
    return _(f"decide_note.{one.source}") % facts


def decision_cards(actor: Actor) -> list[dict[str, Any]]:
    """等这个人决定的各件."""
    found = gather(DECISIONS, actor=actor, now=now())
    return cards_of(sorted_lines(found, now()))
