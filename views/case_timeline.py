"""办理经过：把日志写成“谁、以何职务、做了什么”，附上凭据；只读，从不改写."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from models.attachment import Attachment
from models.journal import Journal
from views.base import today
from views.case_common import kind_words, moment_words, names, platform_words
from views.case_files import file_item
from views.ui_filters import cn_moment

LONG = 60
Data = Mapping[str, Any]
Details = tuple[tuple[str, str], ...]

FLOW_MARKS = {"finish": "now", "archive": "ok", "verify": "ok", "auto_card": "flag"}
BAD = frozenset({"return_case", "rework", "reject", "request_supplement", "cancel"})
LOOK = "read"
"""看过什么：不是流转的一步."""
NOTES = frozenset({"record_progress", "submit_cooperation"})

DETAILS: Mapping[str, Details] = {
    "request_supplement": (("items", "field.items"),),
    "supplement": (("content", ""),),
    "reject": (("notice", "field.notice"), ("method", "field.method")),
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
    if entry.module != "case":
        return _(f"{entry.module}.{entry.action}")
    if entry.action == LOOK:
        return _("Looked at the phone number")
    return _(f"case.{entry.action}")


def _deed(entry: Journal) -> str:
    """做了什么：一句话."""
    write = _DEEDS.get(entry.action) if entry.module == "case" else None
    return write(entry.data) if write else _plain_deed(entry)


def _detail(entry: Journal, deed: str) -> str:
    lines = []
    for key, label in DETAILS.get(entry.action, ()):
        value = entry.data.get(key)
        if value:
            words = str(value)
            lines.append(f"{_(label)}：{words}" if label else words)
    if entry.action in NOTES and deed != entry.data.get("content"):
        lines.insert(0, str(entry.data.get("content") or ""))
    return "\n".join(lines)


def _moment(value: Any) -> str:
    try:
        return cn_moment(datetime.fromisoformat(str(value)), today())
    except ValueError:
        return moment_words(value)


def _report(data: Data) -> str:
    return _("Reported, number %(number)s", number=data.get("number", ""))


def _accept(data: Data) -> str:
    category = names().category(data.get("category_id"))
    words = (category.name if category else "", data.get("level"), kind_words(data.get("kind", "")))
    return _("Accepted: %(words)s", words=" · ".join(str(word) for word in words if word))


def _dispatch(data: Data) -> str:
    words = _("Dispatched to %(platform)s", platform=platform_words(data.get("platform")))
    if data.get("org_id"):
        words += _(", unit suggested: %(org)s", org=names().org(data["org_id"]))
    if data.get("due_at"):
        words += _(", to be done by %(at)s", at=_moment(data["due_at"]))
    return words


def _redispatch(data: Data) -> str:
    old, new = platform_words(data.get("from_platform")), platform_words(data.get("platform"))
    words = _("Redispatched from %(old)s to %(new)s", old=old, new=new)
    if data.get("org_id"):
        words += _(", unit suggested: %(org)s", org=names().org(data["org_id"]))
    return words


def _sign_in(data: Data) -> str:
    org, handler = names().org(data.get("org_id")), data.get("handler") or ""
    return _("Signed for: %(org)s, handled by %(handler)s", org=org, handler=handler)


def _transfer(data: Data) -> str:
    org, handler = names().org(data.get("org_id")), data.get("handler") or ""
    return _("Passed on to %(org)s, handled by %(handler)s", org=org, handler=handler)


def _progress(data: Data) -> str:
    content = str(data.get("content") or "")
    return content if 0 < len(content) <= LONG and "\n" not in content else _("Progress recorded")


def _named(msgid: str, key: str) -> Callable[[Data], str]:
    def words(data: Data) -> str:
        return _(msgid, words=data.get(key) or "—")

    return words


def _feedback(data: Data) -> str:
    if data.get("no_feedback"):
        return _("No feedback owed: %(words)s", words=data["no_feedback"])
    return _("Feedback given (%(words)s)", words=data.get("method") or "—")


def _card(data: Data) -> str:
    card, clock = _(f"card.{data.get('card')}"), _(f"clock.{data.get('clock')}")
    at = _moment(data.get("triggered_at"))
    return _("%(card)s by the %(clock)s clock, due moment %(at)s", card=card, clock=clock, at=at)


_DEEDS: Mapping[str, Callable[[Data], str]] = {
    "report": _report,
    "accept": _accept,
    "dispatch": _dispatch,
    "redispatch": _redispatch,
    "sign_in": _sign_in,
    "transfer": _transfer,
    "record_progress": _progress,
    "return_case": _named("Returned for dispatch: %(words)s", "return_reason"),
    "reject": _named("Not accepted: %(words)s", "reject_reason"),
    "finish": _named("Finished: %(words)s", "result"),
    "verify": _named("Verified (%(words)s)", "verify_method"),
    "feedback": _feedback,
    "archive": _named("Archived, archive number %(words)s", "archive_no"),
    "auto_card": _card,
}
