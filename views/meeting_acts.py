"""会议的各步：动作名 → 怎么读表单、叫哪个服务动词；动作名就是服务动词."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from app.access.actor import Actor
from app.domain.errors import Refused
from app.services import meetings
from models.attachment import Document
from views.meeting_forms import (
    DebateForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    MoveForm,
    ResolutionForm,
    whole,
)

MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """交来的一步：会议、内容、谁、何时."""

    id: int
    data: MultiDict[str, str]
    actor: Actor
    now: datetime

    @property
    def common(self) -> dict[str, Any]:
        """每个动词都要的."""
        return {"actor": self.actor, "now": self.now}

    @property
    def seen(self) -> int | None:
        """表单看见的版本；没有带来的不核对."""
        return whole(self.data.get("version"))

    @property
    def reason(self) -> str:
        """理由."""
        return self.text("reason")

    def text(self, name: str) -> str:
        """一段字，至多 500 个字。Raises Refused('too_long')."""
        found = (self.data.get(name) or "").strip()
        if len(found) > MOST_REASON:
            raise Refused("too_long", field=name, most=MOST_REASON)
        return found

    def number(self, name: str) -> int:
        """一个编号；没有的拒绝."""
        found = whole(self.data.get(name))
        if found is None:
            raise Refused("not_found")
        return found

    def numbers(self, name: str) -> list[int]:
        """几个编号."""
        return [key for one in self.data.getlist(name) if (key := whole(one)) is not None]


class Incomplete(Exception):  # noqa: N818
    """表单没填对：带着表单回去."""

    def __init__(self, form: MeetingForm) -> None:
        super().__init__(type(form).__name__)
        self.form = form


@dataclass(frozen=True, slots=True)
class Act:
    """一步：权限代码（拒绝时记日志用）、做法；``item`` 为真时办完还停在这个议题上，``signs`` 为真
    时做法返回签出的文书."""

    verb: str
    run: Callable[[Typed], Any]
    item: bool = False
    signs: bool = False


def _valid(form: MeetingForm) -> Any:
    if not form.validate():
        raise Incomplete(form)
    return form


def _reschedule(t: Typed) -> None:
    form = _valid(MoveForm(formdata=t.data))
    meetings.reschedule(
        t.id,
        planned_at=form.planned_at.data,
        place=form.place.data,
        reason=t.reason,
        seen=t.seen,
        **t.common,
    )


def _mark(t: Typed) -> None:
    meetings.mark(
        t.id,
        person_id=t.number("person_id"),
        status=t.text("status"),
        reason=t.reason or None,
        proxy_name=t.text("proxy_name")[:64] or None,
        **t.common,
    )


def _collect(t: Typed) -> None:
    form = ItemForm(formdata=t.data)
    # 选项由服务核对，这里只看填没填
    form.section.validate_choice = form.source.validate_choice = False
    _valid(form)
    meetings.collect(
        t.id,
        title=form.title.data,
        section=form.section.data or "",
        source=form.source.data or "OWN",
        agreed=form.agreed.data,
        **t.common,
    )


def _collect_cases(t: Typed) -> None:
    meetings.collect_cases(
        t.id,
        case_ids=t.numbers("case_id"),
        section=t.text("section"),
        agreed=bool(t.text("agreed")),
        **t.common,
    )


def _admit(t: Typed) -> None:
    meetings.admit(
        t.id,
        item_ids=t.numbers("item_id"),
        outcome=_one_of(t.text("outcome"), ("ADMITTED", "DEFERRED", "DECLINED")),
        reason=t.reason or None,
        **t.common,
    )


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if not value:
        return allowed[0]
    if value not in allowed:
        raise Refused("not_found")
    return value


def _arrange(t: Typed) -> None:
    up = _one_of(t.text("way"), ("up", "down")) == "up"
    meetings.arrange(t.id, item_id=t.number("item_id"), up=up, **t.common)


def _deliberate(t: Typed) -> None:
    form = _valid(DebateForm(formdata=t.data))
    meetings.deliberate(
        t.id,
        item_id=t.number("item_id"),
        discussion=form.discussion.data or "",
        conclusion=form.conclusion.data or "",
        seen=t.seen,
        **t.common,
    )


def _resolution(t: Typed) -> ResolutionForm:
    form = ResolutionForm(formdata=t.data)
    # 人与机构由服务按本乡核对
    for one in (form.duty_person_id, form.lead_org_id, form.assist_org_ids):
        one.choices, one.validate_choice = [], False
    found: ResolutionForm = _valid(form)
    return found


def _resolve(t: Typed) -> None:
    terms = _resolution(t).terms
    meetings.resolve(t.id, item_id=t.number("item_id"), terms=terms, seen=t.seen, **t.common)


def _amend(t: Typed) -> None:
    terms = _resolution(t).terms
    key = t.number("resolution_id")
    meetings.amend_resolution(t.id, resolution_id=key, terms=terms, seen=t.seen, **t.common)


def _save_minutes(t: Typed) -> None:
    form = MinutesForm(formdata=t.data)
    form.take_rows(t.data)
    _valid(form)
    meetings.draft_minutes(t.id, draft=form.draft, seen=t.seen, **t.common)


def _reissue(t: Typed) -> Document:
    form = MinutesForm(formdata=t.data)
    form.take_rows(t.data)
    _valid(form)
    return meetings.reissue_minutes(
        t.id, reason=t.reason, draft=form.draft, seen=t.seen, **t.common
    )


def _report(t: Typed) -> None:
    meetings.report_resolution(
        t.number("resolution_id"), text=t.text("text"), done=bool(t.text("done")), **t.common
    )


def _confirm(t: Typed) -> None:
    meetings.confirm_resolution(
        t.number("resolution_id"),
        passed=not t.text("back"),
        reason=t.reason or None,
        **t.common,
    )


def _review(t: Typed) -> None:
    approve = not t.text("back")
    meetings.review_minutes(
        t.id, approve=approve, opinion=t.reason or None, seen=t.seen, **t.common
    )


ACTS: Mapping[str, Act] = {
    "notice": Act("schedule", lambda t: meetings.notice(t.id, seen=t.seen, **t.common)),
    "reschedule": Act("cancel", _reschedule),
    "cancel": Act(
        "cancel", lambda t: meetings.cancel(t.id, reason=t.reason, seen=t.seen, **t.common)
    ),
    "open": Act("roll_call", lambda t: meetings.open_meeting(t.id, seen=t.seen, **t.common)),
    "close": Act("roll_call", lambda t: meetings.close(t.id, seen=t.seen, **t.common)),
    "mark": Act("roll_call", _mark),
    "mark_all_present": Act("roll_call", lambda t: meetings.mark_all_present(t.id, **t.common)),
    "request_leave": Act(
        "request_leave", lambda t: meetings.request_leave(t.id, reason=t.reason, **t.common)
    ),
    "add_observer": Act(
        "roll_call",
        lambda t: meetings.add_observer(
            t.id, person_id=t.number("person_id"), reason=t.reason or None, **t.common
        ),
    ),
    "entrust": Act(
        "roll_call",
        lambda t: meetings.entrust(
            t.id, person_id=t.number("person_id"), reason=t.reason, **t.common
        ),
    ),
    "collect": Act("collect_agenda", _collect),
    "collect_cases": Act("collect_agenda", _collect_cases),
    "admit": Act("admit_agenda", _admit),
    "arrange": Act("collect_agenda", _arrange),
    "deliberate": Act("roll_call", _deliberate, item=True),
    "return_item": Act(
        "roll_call",
        lambda t: meetings.return_item(
            t.id, item_id=t.number("item_id"), reason=t.reason, **t.common
        ),
        item=True,
    ),
    "resolve": Act("assign", _resolve, item=True),
    "amend_resolution": Act("assign", _amend, item=True),
    "drop_resolution": Act(
        "assign",
        lambda t: meetings.drop_resolution(
            t.id, resolution_id=t.number("resolution_id"), seen=t.seen, **t.common
        ),
        item=True,
    ),
    "report_resolution": Act("report", _report, item=True),
    "confirm_resolution": Act("confirm", _confirm, item=True),
    "draft_minutes": Act("draft_minutes", lambda t: meetings.draft_minutes(t.id, **t.common)),
    "save_minutes": Act("draft_minutes", _save_minutes),
    "take_over_draft": Act("draft_minutes", lambda t: meetings.take_over_draft(t.id, **t.common)),
    "review_minutes": Act("review_minutes", _review),
    "return_minutes": Act(
        "sign_minutes",
        lambda t: meetings.return_minutes(t.id, reason=t.reason, seen=t.seen, **t.common),
    ),
    "sign_minutes": Act(
        "sign_minutes", lambda t: meetings.sign_minutes(t.id, seen=t.seen, **t.common), signs=True
    ),
    "reissue_minutes": Act("reissue_minutes", _reissue, signs=True),
}
"""动作名 → 一步；地址 ``POST /meetings/<id>/<动作名>``."""
