"""会议的字：拒绝的一句话、签发前差的地方、状态与时刻的写法."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingState, MinutesState, ResolutionState
from app.queries.meeting_gaps import Gap
from views.base import refusal_words, today
from views.case_common import moment_words, names
from views.ui_filters import local

PREFIXES: tuple[tuple[type[Any], str], ...] = (
    (MeetingState, "meeting_state"),
    (AgendaState, "agenda_state"),
    (ResolutionState, "resolution_state"),
    (MinutesState, "minutes_state"),
)
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def state_words(code: str) -> str:
    """会议、议题、决议、纪要的状态字."""
    for kind, prefix in PREFIXES:
        if code in {one.value for one in kind}:
            return _(f"{prefix}.{code}")
    return code


def _person(value: Any) -> str:
    return names().person(value) or "—"


_FACTS: Mapping[str, Callable[[Any], str]] = {
    "meeting_state": state_words,
    "agenda_state": state_words,
    "minutes_state": state_words,
    "at": moment_words,
    "drafter_id": _person,
    "reviewer_id": _person,
    "numbers": "、".join,
    "gaps": lambda codes: "、".join(dict.fromkeys(_(f"gap_name.{code}") for code in codes)),
}


def sentence(refused: Refused) -> str:
    """会议的拒绝说给人听的一句话."""
    facts = {
        key: _FACTS[key](value) if key in _FACTS and value is not None else value
        for key, value in refused.facts.items()
    }
    code = refused.code
    if code in ("no_such_step", "no_such_outcome"):
        state = facts.pop("state", None)
        facts["state_words"] = state_words(str(state)) if state else _("(none yet)")
        code = "meeting_step"
    elif code == "changed_meanwhile":
        code = "meeting_changed"
    return refusal_words(Refused(code, **facts))


def gap_words(gap: Gap) -> str:
    """差的一处：一句话."""
    facts = dict(gap.facts)
    if "lacking" in facts:
        facts["lacking"] = "、".join(_(f"lacking.{one}") for one in facts["lacking"])
    return _(f"gap.{gap.code}", **facts)


def fault_words(error: str | None) -> str:
    """文书没做成的原因."""
    if not error:
        return ""
    told = json.loads(error)
    return refusal_words(Refused(told["code"], **told["facts"]))


def when_words(moment: datetime) -> str:
    """会议时刻：``5月24日 周三 14:30``."""
    here = local(moment)
    head = "" if here.year == today().year else f"{here.year}年"
    return f"{head}{here.month}月{here.day}日 周{WEEKDAYS[here.weekday()]} {here:%H:%M}"
