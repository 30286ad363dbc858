"""案件页的页首：当前位置、按钮、进度条、终态的只读带."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.domain.case_states import FINALS, Clock, State, progress
from app.domain.case_words import Action
from app.queries.case_options import Options
from app.queries.case_page import Dossier
from app.services.query_codes import may_issue
from models.case import Case
from models.journal import Journal
from views.base import current_actor, today
from views.case_common import names
from views.case_words import action_words
from views.ui_filters import cn_day, cn_moment

RED = (
    *(Action.CANCEL, Action.REJECT, Action.RETURN_CASE, Action.REWORK, Action.PROPOSE_REJECT),
    *(Action.MERGE, Action.UNMERGE, Action.REFUSE_MULTI_DISPATCH, Action.REFUSE_EXTENSION),
    *(Action.REFUSE_SUSPEND, Action.WITHDRAW_FINISH, Action.REOPEN),
)

ICONS: Mapping[Action, str] = {
    Action.REPORT: "send",
    Action.REQUEST_SUPPLEMENT: "arrow-back-up",
    Action.SUPPLEMENT: "edit",
    Action.ACCEPT: "check",
    Action.REJECT: "circle-x",
    Action.DISPATCH: "arrows-split",
    Action.REDISPATCH: "refresh",
    Action.SIGN_IN: "signature",
    Action.TRANSFER: "arrow-right",
    Action.RECORD_PROGRESS: "paperclip",
    Action.FINISH: "message-check",
    Action.RETURN_CASE: "arrow-back-up",
    Action.VERIFY: "clipboard-check",
    Action.REWORK: "arrow-back-up",
    Action.FEEDBACK: "phone",
    Action.ARCHIVE: "lock",
    Action.CANCEL: "x",
    Action.DIRECT_REPORT: "send",
    Action.SELF_CLOSE: "circle-check",
    Action.PROPOSE_REJECT: "circle-x",
    Action.DECLINE_REJECT: "arrow-back-up",
    Action.MERGE: "git-merge",
    Action.UNMERGE: "arrows-split",
    Action.REQUEST_MULTI_DISPATCH: "users-group",
    Action.DISPATCH_MULTI: "users-group",
    Action.REFUSE_MULTI_DISPATCH: "x",
    Action.APPOINT_LEAD: "user",
    Action.ADD_COOPERATORS: "users-group",
    Action.SUBMIT_COOPERATION: "message-check",
    Action.REQUEST_EXTENSION: "clock",
    Action.APPROVE_EXTENSION: "check",
    Action.REFUSE_EXTENSION: "x",
    Action.REQUEST_SUSPEND: "player-pause",
    Action.APPROVE_SUSPEND: "player-pause",
    Action.REFUSE_SUSPEND: "x",
    Action.RESUME: "arrow-right",
    Action.SUBMIT_TO_JOINT_MEETING: "gavel",
    Action.APPLY_RESOLUTION: "gavel",
    Action.WITHDRAW_FINISH: "arrow-back-up",
    Action.RATE: "clipboard-check",
    Action.RECLASSIFY: "edit",
    Action.CORRECT: "edit",
    Action.REOPEN: "arrow-back-up",
}
APPROVALS = frozenset(
    {
        *(Action.DECLINE_REJECT, Action.DISPATCH_MULTI, Action.REFUSE_MULTI_DISPATCH),
        *(Action.APPROVE_EXTENSION, Action.REFUSE_EXTENSION),
        *(Action.APPROVE_SUSPEND, Action.REFUSE_SUSPEND),
    }
)
MEETINGS = frozenset({Action.SUBMIT_TO_JOINT_MEETING, Action.APPLY_RESOLUTION})
LEG_DONE: Mapping[str, str] = {
    "受理": "accept",
    "分流": "dispatch",
    "签收": "sign_in",
    "办理": "finish",
    "核查": "verify",
    "反馈": "feedback",
    "归档": "archive",
}
"""进度条的一段由哪个动作走完."""
SAME_AS: Mapping[str, tuple[str, ...]] = {
    "dispatch_multi": ("dispatch",),
    "direct_report": ("accept", "dispatch"),
}
"""别的动作也走完的段."""
LEG_CLOCK: Mapping[str, Clock] = {
    "受理": Clock.ACCEPT,
    "分流": Clock.DISPATCH,
    "签收": Clock.SIGN_IN,
    "办理": Clock.HANDLE,
    "核查": Clock.VERIFY,
    "反馈": Clock.FEEDBACK,
    "归档": Clock.ARCHIVE,
}
"""进度条的一段走哪个时钟."""


def crumbs(case: Case) -> list[dict[str, str]]:
    """当前位置：清单、平台、编号."""
    found = [{"label": _("Cases"), "url": url_for("CaseListView.list")}]
    platform = names().platform(case.platform)
    if platform is not None:
        url = url_for("CaseListView.list", platform=platform.code)
        found.append({"label": platform.name, "url": url})
    return [*found, {"label": case.number or _("draft"), "url": ""}]


def registrar(entries: Sequence[Journal]) -> str:
    """登记人与当时的职务."""
    first = min(entries, key=lambda one: one.chain_seq, default=None)
    if first is None:
        return ""
    parts = (first.actor_name, first.actor_post)
    return _("Entered by %(name)s", name=" · ".join(part for part in parts if part))


def _button(page: Dossier, action: Action, *, is_main: bool = False) -> dict[str, Any]:
    """一步的按钮：有脚本开对话框，没有就去表单页."""
    form_url = url_for("CaseStepView.ask", case_id=page.case.id, action=action.value)
    found = {
        "label": action_words(action),
        "icon": ICONS.get(action, ""),
        "url": form_url,
        "dialog": f"do-{action.value}",
    }
    if is_main:
        found |= {"tone": "primary", "key": "d"}
    elif action in RED:
        found["tone"] = "danger"
    return found


def actions(page: Dossier, found: Options) -> list[dict[str, Any]]:
    """页首的按钮：草稿可修改；主按钮是下一步."""
    shown = []
    mine = page.case.registrar_id == current_actor().person_id
    if page.case.state == State.DRAFT and mine:
        url = url_for("CaseIntakeView.edit", case_id=page.case.id)
        shown.append({"label": _("Edit"), "icon": "edit", "url": url})
    if found.main is not None:
        shown.append(_button(page, found.main, is_main=True))
    return shown


def more(page: Dossier, found: Options) -> list[dict[str, Any]]:
    """更多菜单：其余能做的步，退回、撤销之类在后."""
    rest = [one for one in found.allowed if one is not found.main]
    groups = (
        (_("To decide"), [one for one in rest if one in APPROVALS]),
        (_("Steps"), [one for one in rest if one not in APPROVALS | MEETINGS]),
        (_("Meetings"), [one for one in rest if one in MEETINGS]),
    )
    shown = []
    for title, actions_ in groups:
        items = [_button(page, one) for one in actions_]
        items.sort(key=lambda one: one.get("tone") == "danger")
        shown += [{"title": title, "items": items}] if items else []
    if page.case.number and page.is_full and may_issue(page.facts, current_actor()):
        url = url_for("CaseCodeView.code", case_id=page.case.id)
        item = {"label": _("Give the reporter a query code"), "icon": "key", "url": url}
        shown.append({"title": _("Reporter"), "items": [item]})
    return shown


def stepper(page: Dossier) -> list[dict[str, Any]]:
    """进度条：走完的写时刻，现在的写应到何时，岔路写在底下."""
    case = page.case
    resume = State(case.resume_state) if case.resume_state else None
    at = progress(State(case.state), resume_state=resume, feedback_done=page.facts.feedback_done)
    moments = _moments(page.entries)
    steps = []
    for leg, action in LEG_DONE.items():
        done = leg in set(at.done)
        step = {"words": leg, "state": "done" if done else "", "at": ""}
        if done and action in moments:
            step["at"] = cn_moment(moments[action], today())
        if at.now is not None and leg == at.now:
            step |= {"state": "now", "at": _due_words(page, leg), "note": _detour(case, at.detour)}
        steps.append(step)
    return steps


def _moments(entries: Sequence[Journal]) -> dict[str, datetime]:
    """各动作最后一次做成的时刻；多平台分流、直报也是分流，签收协办条不算主案的签收."""
    found: dict[str, datetime] = {}
    for entry in reversed(entries):
        if entry.subject_kind == "cooperation":
            continue
        for action in SAME_AS.get(entry.action, (entry.action,)):
            found[action] = entry.at
    return found


def _due_words(page: Dossier, leg: str) -> str:
    """这一段应到何时：按日的写到日，按分钟的写到分."""
    live = {row.clock: row for row in page.clocks if row.done_at is None and not row.is_paused}
    row = live.get(LEG_CLOCK[leg])
    if row is None or row.yellow_at is None:
        return ""
    by_day = (row.yellow_rule or "").endswith("d")
    at = cn_day(row.yellow_at, today()) if by_day else cn_moment(row.yellow_at, today())
    return _("due by %(day)s", day=at)


def _detour(case: Case, detour: State | None) -> str:
    if detour is not None:
        return _(f"state.{detour}")
    if case.return_count and case.platform is None:
        return _("Returned %(n)s times", n=case.return_count)
    return ""


def band(case: Case) -> str:
    """终态的只读带."""
    if case.state not in FINALS:
        return ""
    at = cn_moment(case.closed_at, today())
    if case.state == State.ARCHIVED:
        return _("Archived %(at)s, archive number %(no)s, read-only", at=at, no=case.archive_no)
    return _("%(state)s %(at)s, read-only", state=_(f"state.{case.state}"), at=at)
