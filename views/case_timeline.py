"""办理经过：把日志写成“谁、以何职务、做了什么”，附上凭据；只读，从不改写."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from models.attachment import Attachment
from models.journal import Journal
from views.base import today
from views.case_common import platform_words
from views.case_deeds import DEEDS
from views.case_files import file_item
from views.ui_filters import cn_moment

LONG = 60
Data = Mapping[str, Any]
Details = tuple[tuple[str, str], ...]

FLOW_MARKS = {"finish": "now", "archive": "ok", "verify": "ok", "auto_card": "flag"}
BAD = frozenset(
    {
        *("return_case", "rework", "reject", "request_supplement", "cancel", "propose_reject"),
        *("refuse_extension", "refuse_suspend", "refuse_multi_dispatch", "withdraw_finish"),
    }
)
MEDIATION = "mediation"
LOOK = "read"
"""看过什么：不是流转的一步."""
NOTES = frozenset({"record_progress", "submit_cooperation"})

DETAILS: Mapping[str, Details] = {
    "request_supplement": (("items", "field.items"),),
    "supplement": (("content", ""),),
    "reject": (
        ("notice_no", "field.notice_no"),
        ("notice", "field.notice"),
        ("method", "field.method"),
    ),
    "open": (("number", "field.number"),),
    "cancel": (("withdrawal", "field.withdrawal"), ("mistake_note", "field.mistake_note")),
    "dispatch": (("note", "field.note"),),
    "transfer": (("content", "field.opinion"),),
    "return_case": (("suggestion", "field.suggestion"),),
    "finish": (
        ("content", ""),
        ("transfer_org", "field.transfer_org"),
        ("transfer_no", "field.transfer_no"),
        ("no_wait_reason", "field.no_wait_reason"),
    ),
    "verify": (("opinion", ""),),
    "rework": (("faults", "field.faults"), ("demand", "field.demand")),
    "feedback": (("receiver", "field.receiver"), ("content", "")),
    "record_progress": (("document_no", "field.document_no"),),
    "self_close": (("content", ""),),
    "direct_report": (("direct_reason", "field.direct_reason"),),
    "propose_reject": (("notice", "field.notice"),),
    "decline_reject": (("opinion", ""),),
    "dispatch_multi": (("reference", "field.reference"), ("note", "field.note")),
    "refuse_multi_dispatch": (("opinion", ""),),
    "refuse_extension": (("opinion", ""),),
    "refuse_suspend": (("opinion", ""),),
    "approve_extension": (("opinion", ""),),
    "approve_suspend": (("opinion", ""),),
    "resume": (("note", ""),),
    "request_extension": (("work_done", "field.work_done"),),
    "submit_cooperation": (("reply", ""),),
    "submit_to_joint_meeting": (("dispute", "field.dispute"), ("plan", "field.plan")),
    "apply_resolution": (("content", ""),),
    "rate": (("opinion", ""), ("reference", "field.reference")),
    "reopen": (("basis", "field.basis"),),
}
"""各动作要列在下面的内容：日志里的键、前面的字."""


def timeline(
    entries: Sequence[Journal], files: Sequence[Attachment], *, masked: bool, veil: str = ""
) -> list[dict[str, Any]]:
    """办理经过各条，新的在前；``masked`` 时只说做了什么；``veil`` 为当次查看敏感附件的凭证."""
    held = _files_by_entry(entries, files)
    return [_entry(entry, held[entry.id], masked=masked, veil=veil) for entry in entries]


def counts(entries: Sequence[dict[str, Any]]) -> dict[str, int]:
    """筛选按钮上的数."""
    return {
        "all": len(entries),
        "flow": sum(1 for one in entries if "flow" in one["kind"]),
        "attach": sum(1 for one in entries if one["attachments"]),
    }


def _files_by_entry(
    entries: Sequence[Journal], files: Sequence[Attachment]
) -> dict[int, list[Attachment]]:
    """附件归到它随之交上来的那一步：日志写明的先算，其余按动作找其后最近的一步."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    told = {key: entry for entry in entries for key in entry.data.get("attachments") or ()}
    oldest = sorted(entries, key=lambda one: one.chain_seq)
    for file in files:
        entry = told.get(file.id)
        if entry is None:
            same = [one for one in oldest if one.action == file.journal_action]
            later = [one for one in same if one.at >= file.at]
            entry = (later or same or oldest[:1] or [None])[0]
        if entry is not None:
            found[entry.id].append(file)
    return found


def _entry(
    entry: Journal, files: Sequence[Attachment], *, masked: bool, veil: str
) -> dict[str, Any]:
    deed = _deed(entry) if not masked else _plain_deed(entry)
    line: dict[str, Any] = {
        "at": cn_moment(entry.at, today()),
        "kind": _kinds(entry),
        "mark": FLOW_MARKS.get(entry.action, ""),
        "deed": deed,
        "who": _who(entry),
        "attachments": [],
    }
    if entry.action in NOTES and not masked:
        line["tag"] = {"tone": "info", "words": _(f"timeline_tag.{entry.action}")}
    if masked:
        return line
    line["detail"] = _detail(entry, deed)
    if entry.opinion:
        tone = "bad" if entry.action in BAD else "info"
        line["quote"] = {"tone": tone, "icon": "", "words": entry.opinion}
    line["attachments"] = [file_item(file, veil=veil) for file in files]
    return line


def _kinds(entry: Journal) -> list[str]:
    if entry.module != "case" or entry.action == LOOK:
        return ["look"]
    return ["note"] if entry.action in NOTES else ["flow"]


def _who(entry: Journal) -> str:
    """谁：姓名、当时的职务（代行、委托写明）、机构."""
    parts = (entry.actor_name, entry.actor_post, entry.actor_org)
    return " · ".join(part for part in parts if part)


def _plain_deed(entry: Journal) -> str:
    if entry.action == "judge_return":
        return _("Judged the return: %(words)s", words=_verdict(entry.data))
    if entry.module == MEDIATION:
        return _("Follow-up visit of the mediation")
    if entry.module != "case":
        return _(f"{entry.module}.{entry.action}")
    if entry.action == LOOK:
        if entry.data.get("what") == "query_code":
            return _("Gave out a query code")
        return _("Looked at the phone number")
    return _(f"case.{entry.action}")


def _verdict(data: Data) -> str:
    platform = platform_words(data.get("platform"))
    return f"{platform} {_('Proper') if data.get('fair') else _('Improper')}"


def _deed(entry: Journal) -> str:
    """做了什么：一句话."""
    write = DEEDS.get(entry.action) if entry.module == "case" else None
    return write(entry.data) if write else _plain_deed(entry)


def _detail(entry: Journal, deed: str) -> str:
    lines = []
    for key, label in DETAILS.get(entry.action, ()):
        value = entry.data.get(key)
        if value:
            words = str(value)
            lines.append(f"{_(label)}：{words}" if label else words)
    content = str(entry.data.get("content") or "")
    if entry.action in NOTES and content and deed != content:
        lines.insert(0, content)
    return "\n".join(lines)
