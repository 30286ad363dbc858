"""要写理由的几步：确认页与页上的对话框共用的样子（没有脚本时走确认页）."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.domain.meeting_guards import REASON_MIN
from views.case_common import names
from views.meeting_forms import MoveForm, whole
from views.meeting_page import Dossier, Sent
from views.meeting_parts import act_url

Deed = dict[str, Any]


def _deed(found: Dossier, action: str, title: str, **more: Any) -> Deed:
    head = found.head
    return {
        "id": f"do-{action}",
        "action": action,
        "title": title,
        "url": act_url(head.id, action),
        "facts": [{"label": _("Meeting"), "value": head.title}],
        "version": head.version,
        "key": f"meeting-{head.id}-{action}",
        **more,
    }


def _ten() -> str:
    return _("Reason, at least %(n)s characters", n=REASON_MIN)


def _cancel(found: Dossier, _sent: Sent) -> Deed:
    return _deed(
        found,
        "cancel",
        _("Cancel the meeting"),
        icon="calendar-event",
        reason="required",
        reason_label=_ten(),
        words=_("The week is open again; whoever was told is told of this."),
    )


def _reschedule(found: Dossier, sent: Sent) -> Deed:
    form = MoveForm(formdata=sent.given("reschedule"))
    if sent.given("reschedule") is None:
        form.planned_at.process_data(found.head.planned_at)
        form.place.process_data(found.head.place)
    else:
        form.validate()
    return _deed(
        found,
        "reschedule",
        _("Move the meeting"),
        icon="calendar-event",
        tone="primary",
        reason="required",
        reason_label=_ten(),
        form=form,
        fields_drawn=("planned_at", "place"),
    )


def _request_leave(found: Dossier, _sent: Sent) -> Deed:
    return _deed(
        found,
        "request_leave",
        _("meeting.request_leave"),
        icon="calendar-event",
        tone="primary",
        reason="required",
    )


def _mark(found: Dossier, sent: Sent) -> Deed:
    person = sent.number("person_id") or whole(request.args.get("person_id"))
    status = (sent.data or request.args).get("status", "")
    name = names().person(person)
    fields = {"status": status, **({"person_id": person} if person else {})}
    expected = [(line.person_id, line.name) for line in found.roll if line.is_expected]
    title = _("Mark %(name)s as %(mark)s", name=name, mark=status) if name else _("Mark a proxy")
    return _deed(
        found,
        "mark",
        title,
        icon="users-group",
        tone="primary",
        reason="optional",
        reason_label=_("Reason (for leave, and for any change after the meeting)"),
        fields=fields,
        proxy=status == "代会",
        **({} if person else {"people": expected}),
    )


def _entrust(found: Dossier, _sent: Sent) -> Deed:
    people = [(line.person_id, line.name) for line in found.roll if line.function != "LEADER"]
    return _deed(
        found,
        "entrust",
        _("Entrust the chair to another"),
        icon="users",
        tone="primary",
        reason="required",
        reason_label=_("Basis of the entrustment, at least %(n)s characters", n=REASON_MIN),
        people=people,
    )


def _add_observer(found: Dossier, _sent: Sent) -> Deed:
    listed = {line.person_id for line in found.roll}
    people = [(key, name) for key, name in names().people.items() if key not in listed]
    return _deed(
        found,
        "add_observer",
        _("Add an observer"),
        icon="users",
        tone="primary",
        reason="optional",
        people=sorted(people, key=lambda pair: pair[1]),
    )


def _admit(found: Dossier, sent: Sent) -> Deed:
    item = sent.number("item_id")
    outcome = (sent.data or request.args).get("outcome", "DECLINED")
    title = next((one.title for one in found.book.items if one.id == item), "")
    deed = _deed(
        found,
        "admit",
        _(f"agenda_state.{outcome}") if outcome in ("DECLINED", "DEFERRED") else _("Admit"),
        icon="list-check",
        tone="primary",
        reason="required" if outcome == "DECLINED" else "optional",
        fields={"item_id": item or "", "outcome": outcome},
    )
    deed["facts"].append({"label": _("Item"), "value": title})
    return deed


def _return_item(found: Dossier, sent: Sent) -> Deed:
    item = sent.number("item_id")
    return _deed(
        found,
        "return_item",
        _("Return the item to its case"),
        icon="arrow-back-up",
        tone="primary",
        reason="required",
        fields={"item_id": item or ""},
    )


def _review(found: Dossier, _sent: Sent) -> Deed:
    return _deed(
        found,
        "review_minutes",
        _("Send the draft back"),
        icon="arrow-back-up",
        reason="required",
        reason_label=_ten(),
        version=found.minutes.version if found.minutes else None,
        fields={"back": "1"},
    )


def _return_minutes(found: Dossier, _sent: Sent) -> Deed:
    return _deed(
        found,
        "return_minutes",
        _("Send the minutes back"),
        icon="arrow-back-up",
        reason="required",
        reason_label=_ten(),
        version=found.minutes.version if found.minutes else None,
        words=_("They go back to the drafter and are reviewed again."),
    )


def _resolution_deed(found: Dossier, sent: Sent, action: str, **more: Any) -> Deed:
    key = sent.number("resolution_id") or whole(request.args.get("resolution_id"))
    return _deed(
        found,
        action,
        _(f"resolution.{action.removesuffix('_resolution')}"),
        icon="gavel",
        tone="primary",
        fields={"resolution_id": key or ""},
        **more,
    )


def _report(found: Dossier, sent: Sent) -> Deed:
    return _resolution_deed(
        found,
        sent,
        "report_resolution",
        reason="required",
        reason_label=_("Progress"),
        reason_name="text",
        tick=("done", _("It is finished")),
    )


def _confirm(found: Dossier, sent: Sent) -> Deed:
    return _resolution_deed(
        found,
        sent,
        "confirm_resolution",
        reason="optional",
        reason_label=_("If it is sent back: why, at least %(n)s characters", n=REASON_MIN),
        tick=("back", _("Not finished, send it back")),
    )


ASKS: Mapping[str, Callable[[Dossier, Sent], Deed]] = {
    "cancel": _cancel,
    "reschedule": _reschedule,
    "request_leave": _request_leave,
    "mark": _mark,
    "entrust": _entrust,
    "add_observer": _add_observer,
    "admit": _admit,
    "return_item": _return_item,
    "review_minutes": _review,
    "return_minutes": _return_minutes,
    "report_resolution": _report,
    "confirm_resolution": _confirm,
}
"""动作名 → 确认页；``GET /meetings/<id>/<动作名>``."""

ON_PAGE: tuple[tuple[str, str], ...] = (
    ("cancel", "move"),
    ("reschedule", "move"),
    ("request_leave", "leave"),
    ("entrust", "entrust"),
    ("review_minutes", "review"),
    ("return_minutes", "return"),
)
"""会议页上直接能开的对话框：动作名、要哪一项能做."""


def dialogs_of(found: Dossier) -> list[Deed]:
    """会议页上的对话框."""
    can = found.rights.can
    return [ASKS[action](found, Sent()) for action, need in ON_PAGE if can[need]]
