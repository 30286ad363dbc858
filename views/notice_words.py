"""通知说成一句话：什么事、去哪里、下一步；看不到的案件只写编号，不给去处."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.engine import Row

from app.domain.case_words import Action
from app.domain.notices import DECISIONS, NEXT_STEP, NoticeGroup
from app.queries.case_options import WIRED
from app.queries.notices import APPLY
from views.base import current_actor, may
from views.case_common import moment_words, state_words
from views.ui_filters import iso_moment

TITLED = "「%s」"
Target = Callable[[Mapping[str, Any]], str]


def _export_url(facts: Mapping[str, Any]) -> str:
    key = facts.get("export_id")
    if facts.get("error") or not isinstance(key, int):
        return url_for("ExportView.list")
    return url_for("ExportView.file", export_id=key)


def _year_url(facts: Mapping[str, Any]) -> str:
    """看得到配置的才有去处：党政办知道就行，登记的是管理员."""
    if not may(current_actor(), "config", "read"):
        return ""
    return url_for("CalendarYearView.show", year=facts["year"])


TARGETS: dict[str, Target] = {
    "export.done": _export_url,
    "export.failed": _export_url,
    "config.role": lambda facts: url_for("RoleView.list"),
    "calendar.missing": _year_url,
}
"""不挂案件、会议的通知去哪里."""

STEPS = {"export.done": "Download", "export.failed": "Export again", "config.role": "Open"}
GROUP_TONES = {NoticeGroup.WAITING: "warn", NoticeGroup.ABOUT: "info", NoticeGroup.SYSTEM: "mute"}


def row_of(row: Row[Any]) -> dict[str, Any]:
    """一条通知要的东西."""
    url, step = _target(row)
    return {
        "id": row.id,
        "words": sentence(row),
        "url": url,
        "step": step,
        "is_unread": row.read_at is None,
        "at": moment_words(row.created_at),
        "iso": iso_moment(row.created_at),
        "group": _(f"notice_group.{row.group}"),
        "tone": GROUP_TONES[NoticeGroup(row.group)],
        "read_url": url_for("NoticeView.read_one", notice_id=row.id),
        "now": _now(row),
        "out_of_reach": bool(row.case_id or row.meeting_id) and not url,
    }


def sentence(row: Row[Any]) -> str:
    """一句话；没有专门句子的种类用通用的一句."""
    facts = dict(row.facts or {})
    words = {
        **{name: str(value) for name, value in facts.items() if value is not None},
        "case": _case_words(row, facts),
        "at": _moment(facts.get("at")),
        "why": _reason(facts),
    }
    key = f"notice.{row.kind}"
    text = _(key)
    template = _("notice.other") if text == key else text
    # 括号后面不再空一格
    return (template % _Spare(words)).replace("」 ", "」")


def _now(row: Row[Any]) -> str:
    """案件此刻停在哪里：通知是当时的话，办到哪了看这个."""
    return _("now: %(state)s", state=state_words(row.state)) if row.seen_case_id else ""


class _Spare(dict[str, str]):
    """句子里要而没有给的写成“—”."""

    def __missing__(self, key: str) -> str:
        return "—"


def _case_words(row: Row[Any], facts: Mapping[str, Any]) -> str:
    """编号与事项：事项看此刻的，敏感的、已看不到的不写."""
    number = str(row.number or facts.get("number") or "")
    if row.seen_case_id is None or row.is_sensitive or not facts.get("title"):
        return number
    return f"{number}{TITLED % row.title}"


def _moment(value: Any) -> str:
    try:
        return moment_words(datetime.fromisoformat(str(value)))
    except ValueError:
        return "—"


def _reason(facts: Mapping[str, Any]) -> str:
    code = facts.get("error")
    key = f"refused.{code}"
    return "" if not code or _(key) == key else _(key)


def _target(row: Row[Any]) -> tuple[str, str]:
    """去处与那一步的字；看不到的没有去处."""
    if row.case_id is not None:
        return _case_target(row) if row.seen_case_id else ("", "")
    if row.meeting_id is not None:
        if not row.seen_meeting_id:
            return "", ""
        return url_for("MeetingView.show", meeting_id=row.meeting_id), _("See the meeting")
    make = TARGETS.get(row.kind)
    url = make(row.facts or {}) if make else ""
    return (url, _(STEPS.get(row.kind, "Open"))) if url else ("", "")


def _case_target(row: Row[Any]) -> tuple[str, str]:
    action = _next(row) if row.group == NoticeGroup.WAITING else None
    if action in WIRED and "CaseStepView.take" in current_app.view_functions:
        url = url_for("CaseStepView.take", case_id=row.case_id, action=action)
        return url, _(f"case.{action}")
    return url_for("CaseView.show", case_id=row.case_id), _("See the case")


def _next(row: Row[Any]) -> Action | None:
    if row.kind == APPLY:
        return Action.APPLY_RESOLUTION
    kind = row.kind.removeprefix("case.")
    asked = next((by for one, by in DECISIONS.items() if one == kind), None)
    return asked or NEXT_STEP.get(row.state)
