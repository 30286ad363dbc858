"""办理经过里“做了什么”的一句话：各动作由日志里的数据写成."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from views.base import today
from views.case_common import kind_words, moment_words, names, platform_words
from views.ui_filters import cn_day, cn_moment

LONG = 60
Data = Mapping[str, Any]


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
    """签收；写着平台的是协办平台签收协办条，主案不动."""
    org, handler = names().org(data.get("org_id")), data.get("handler") or ""
    if data.get("platform"):
        return _("Slip signed for: %(org)s, handled by %(handler)s", org=org, handler=handler)
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


def _merged(data: Data) -> str:
    if data.get("merged"):
        return _("Case %(number)s was merged into this one", number=data["merged"])
    points = "、".join(data.get("same_points") or ())
    return _("Merged into %(number)s (same: %(points)s)", number=data.get("main"), points=points)


def _unmerged(data: Data) -> str:
    if data.get("unmerged"):
        return _("Case %(number)s was taken out again", number=data["unmerged"])
    return _("Taken out of %(number)s again", number=data.get("main") or "—")


def _platforms(msgid: str) -> Callable[[Data], str]:
    def words(data: Data) -> str:
        lead = platform_words(data.get("platform"))
        others = "、".join(platform_words(one) for one in data.get("assist_platforms") or ())
        return _(msgid, lead=lead, others=others or "—")

    return words


def _lead(data: Data) -> str:
    return _(
        "Lead: %(org)s, %(person)s",
        org=names().org(data.get("lead_org_id")),
        person=names().person(data.get("lead_person_id")),
    )


def _cooperators(data: Data) -> str:
    asked = "、".join(names().org(one) for one in data.get("coop_org_ids") or ())
    if asked:
        return _("Asked to cooperate: %(orgs)s", orgs=asked)
    return _("Cooperation withdrawn: %(n)s", n=len(data.get("drop") or ()))


def _day(value: Any) -> str:
    try:
        return cn_day(date.fromisoformat(str(value)), today())
    except ValueError:
        return moment_words(value)


def _suspension(data: Data) -> str:
    cause, day = _(f"suspend_reason.{data.get('suspend_reason')}"), _day(data.get("resume_on"))
    return _("Asked to suspend: %(cause)s, until %(day)s", cause=cause, day=day)


def _suspended(data: Data) -> str:
    return _("Suspended until %(words)s", words=_day(data.get("until_on")))


def _reclassified(data: Data) -> str:
    category = names().category(data.get("category_id"))
    was = (data.get("from") or {}).get("level")
    words = (category.name if category else "", f"{was} → {data.get('level')}")
    return _("Changed: %(words)s", words=" · ".join(one for one in words if one))


def _corrected(data: Data) -> str:
    return _(
        "Corrected: %(words)s", words="、".join(_(f"field.{n}") for n in data.get("fields") or ())
    )


DEEDS: Mapping[str, Callable[[Data], str]] = {
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
    "direct_report": _platforms("Reported straight to %(lead)s"),
    "merge": _merged,
    "unmerge": _unmerged,
    "propose_reject": _named("Proposed not to accept: %(words)s", "reject_reason"),
    "request_multi_dispatch": _platforms("Asked for several platforms: %(lead)s with %(others)s"),
    "dispatch_multi": _platforms("Dispatched to %(lead)s, assisted by %(others)s"),
    "appoint_lead": _lead,
    "add_cooperators": _cooperators,
    "request_extension": _named("Asked for %(words)s more working days", "extension_wd"),
    "approve_extension": _named("Extension of %(words)s working days granted", "granted_wd"),
    "request_suspend": _suspension,
    "approve_suspend": _suspended,
    "submit_to_joint_meeting": _named("Submitted to the joint meeting: %(words)s", "agenda_title"),
    "apply_resolution": _named("Resolution written back: %(words)s", "resolution"),
    "rate": _named("Rated: %(words)s", "satisfaction"),
    "reclassify": _reclassified,
    "correct": _corrected,
    "reopen": _named("Reopened: %(words)s", "reopen_reason"),
}
"""动作 → 一句话；没有的用动作的名称."""
