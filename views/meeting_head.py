"""会议页的页首：标签、主按钮与其余动作，主按钮总是轮到此人的下一步."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.domain.meeting_flow import MeetingState, MinutesState
from app.services.documents import READY, REPLACED
from views.meeting_page import Dossier
from views.meeting_parts import act_url, ask_url

Button = dict[str, Any]


def actions_of(found: Dossier) -> list[Button]:
    """页首的按钮，主按钮放最后."""
    can, head = found.rights.can, found.head
    buttons: list[Button] = []
    if found.rights.reads_draft and head.state == MeetingState.CLOSED and found.minutes:
        buttons.append(
            {
                "label": _("Preview PDF"),
                "icon": "eye",
                "url": url_for("MeetingView.draft", meeting_id=head.id),
            }
        )
    buttons += _downloads(found)
    if can["leave"]:
        buttons.append(_ask(found, "request_leave", _("meeting.request_leave"), "calendar-event"))
    if can["return"]:
        buttons.append(_ask(found, "return_minutes", _("Send the minutes back"), "arrow-back-up"))
    if can["review"]:
        buttons.append(_ask(found, "review_minutes", _("Send the draft back"), "arrow-back-up"))
    main = _main(found)
    return [*buttons, main] if main else buttons


def _ask(found: Dossier, action: str, label: str, icon: str) -> Button:
    return {
        "label": label,
        "icon": icon,
        "url": ask_url(found.head.id, action),
        "dialog": f"do-{action}",
    }


def _downloads(found: Dossier) -> list[Button]:
    """签发的纪要：最新一版在页首，旧版在正文里."""
    minutes = found.minutes
    if minutes is None or minutes.document_state not in (READY, REPLACED):
        return []
    url = url_for("MeetingView.minutes", meeting_id=found.head.id)
    return [
        {
            "label": _("Download the minutes (PDF)"),
            "icon": "file-type-pdf",
            "url": url,
            "download": True,
            "tone": "primary" if found.head.state == MeetingState.MINUTED else "",
        }
    ]


def _main(found: Dossier) -> Button | None:
    can, head = found.rights.can, found.head
    steps: tuple[tuple[str, str, str, str], ...] = (
        ("notice", "notice", _("Send the notice"), "bell-ringing"),
        ("open", "open", _("Open the meeting"), "player-play"),
        ("close", "close", _("Close the meeting"), "check"),
        ("draft", "draft_minutes", _("Draft the minutes"), "edit"),
        ("review", "review_minutes", _("Approve the draft"), "clipboard-check"),
        ("sign", "sign_minutes", _("Sign the minutes"), "signature"),
    )
    for need, action, label, icon in steps:
        if can[need]:
            version = head.version
            if found.minutes is not None and need in ("review", "sign"):
                version = found.minutes.version
            return {
                "label": label,
                "icon": icon,
                "tone": "primary",
                "post": True,
                "key": "d",
                "url": act_url(head.id, action),
                "fields": {"version": version},
            }
    return None


def more_of(found: Dossier) -> list[dict[str, Any]]:
    """更多：改期、取消、委托主持、加列席、接手起草."""
    can = found.rights.can
    items: list[Button] = []
    if can["move"]:
        items.append(_ask(found, "reschedule", _("Move the meeting"), "calendar-event"))
        items.append({**_ask(found, "cancel", _("Cancel the meeting"), "x"), "tone": "danger"})
    if can["entrust"]:
        items.append(_ask(found, "entrust", _("Entrust the chair to another"), "users"))
    if can["roll"]:
        items.append(
            {
                "label": _("Mark a proxy"),
                "icon": "users",
                "url": ask_url(found.head.id, "mark", status="代会"),
            }
        )
        items.append(
            {
                "label": _("Add an observer"),
                "icon": "plus",
                "url": ask_url(found.head.id, "add_observer"),
            }
        )
    if can["take_over"]:
        items.append(
            {
                "label": _("Take over the draft"),
                "icon": "edit",
                "post": True,
                "url": act_url(found.head.id, "take_over_draft"),
            }
        )
    return [{"title": "", "items": items}] if items else []


def stage_words(found: Dossier) -> str:
    """会议结束之后，纪要走到哪里."""
    state = found.rights.minutes_state
    if found.head.state != MeetingState.CLOSED or not state:
        return ""
    return _("minutes being edited") if state == MinutesState.DRAFT else _("minutes reviewed")
