"""拒绝与“现在不能做”的句子：把编号、代码、时刻换成人看得懂的字，再填进词条."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_options import Barrier
from views.base import refusal_words
from views.case_common import (
    kind_words,
    moment_words,
    names,
    options,
    people_words,
    platform_words,
    state_words,
)

DENIALS = frozenset({"not_granted", "out_of_scope", "limit"})


def action_words(code: str) -> str:
    """动作的字：词条 ``case.<动作>``."""
    return _(f"case.{str(code).removeprefix('case.')}")


def field_words(code: str) -> str:
    """填写项的字：词条 ``field.<键>``；渠道专属项取渠道自己的名称."""
    if code.startswith("channel."):
        wanted = code.removeprefix("channel.")
        for channel in options().channels:
            found = channel.field(wanted)
            if found is not None:
                return found.label
    key = f"field.{code}"
    words = _(key)
    return code if words == key else words


def _listed(word: Callable[[str], str]) -> Callable[[Any], str]:
    def words(value: Any) -> str:
        many = value if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
        return "、".join(word(str(one)) for one in many)

    return words


def _person(value: Any) -> str:
    return names().person(value) or _("the registrar")


def _org(value: Any) -> str:
    return names().org(value) or _("no unit")


_FACTS: Mapping[str, Callable[[Any], str]] = {
    "action": action_words,
    "what": action_words,
    "reporter_id": _person,
    "person_id": _person,
    "proposer_id": _person,
    "org_id": _org,
    "lead_org_id": _org,
    "platform": platform_words,
    "rule_platform": platform_words,
    "platforms": _listed(platform_words),
    "assist_platforms": _listed(platform_words),
    "fields": _listed(field_words),
    "field": field_words,
    "items": _listed(lambda code: _(f"archive_item.{code}")),
    "kind": kind_words,
    "proposal": lambda code: _(f"proposal.{code}"),
    "channel": lambda code: names().channels.get(code, code),
    "now": moment_words,
    "at": moment_words,
    "by": _person,
    "rule_due_at": moment_words,
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """拒绝的一句话：事实都换成字."""
    worded = {
        key: _FACTS[key](value) if key in _FACTS and value is not None else value
        for key, value in facts.items()
    }
    if "state" in facts and code == "cancel_by_coordinator":
        worded["state_words"] = state_words(str(facts["state"]))
    if code in ("main_closed", "main_closed_by"):
        worded["state"] = state_words(str(facts["state"]))
    return refusal_words(Refused(code, **worded))


def refusal_sentence(refused: Refused) -> str:
    """案件的拒绝说给人听的一句话."""
    return sentence(refused.code, refused.facts)


def barrier_item(barrier: Barrier) -> dict[str, str]:
    """“现在不能做”的一条：事、为什么、谁可以."""
    return {"deed": action_words(barrier.action), "why": _why(barrier)}


def _why(barrier: Barrier) -> str:
    deed, who = action_words(barrier.action), people_words(barrier.who)
    if barrier.code in DENIALS:
        if who:
            return _("This is done by %(who)s.", who=who)
        return _("Nobody in office can do this now; ask the office to fill the post.")
    if barrier.code.startswith("ahead."):
        words = _(barrier.code)
        return words + (_("Then by %(who)s.", who=who) if who else "")
    words = sentence(barrier.code, barrier.facts)
    if who and barrier.action is not Action.REPORT:
        words += _("%(who)s can do it: %(deed)s.", who=who, deed=deed)
    return words
