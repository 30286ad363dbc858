"""考核页上能做什么：重算、复核哪条线、发布；不能做的说等谁."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.access.actor import Actor
from app.access.decide import decide
from app.domain.assessment import AssessmentState
from app.queries.assessments import AssessmentSheet
from app.services.assessment import REQUIRED
from app.services.assessment_deed import BM, MONTH_LINE, OTHER, line_of, subject_of

IN_HAND = (AssessmentState.CALCULATED, AssessmentState.REVIEWED)


@dataclass(frozen=True, slots=True)
class Rights:
    """此人对这一版能做的：``lines`` 是可复核的各线；``aside`` 是要回避的缘由."""

    calculate: bool
    lines: tuple[str, ...]
    publish: bool
    aside: str


def rights_of(sheet: AssessmentSheet, editions_ahead: bool, actor: Actor) -> Rights:
    """判定一遍；真正的判定在服务里再做一次."""
    head = sheet.head
    own = {h.platform for h in actor.current if h.platform}
    computed = head.computed_by_id is not None and head.computed_by_id == actor.person_id
    assessed = {score.platform for score in sheet.scores}
    may_publish = _may(actor, "publish", MONTH_LINE)
    lines = tuple(
        line
        for line in (OTHER, BM)
        if head.state in IN_HAND
        and not computed
        and not own & {code for code in assessed if line_of(code) == line}
        and _unreviewed(sheet, line, actor)
    )
    return Rights(
        calculate=_may(actor, "calculate") and not editions_ahead and not own & assessed,
        lines=lines,
        publish=may_publish and head.state == AssessmentState.REVIEWED and not computed,
        aside=_aside(head.state, computed and (may_publish or _reviews(actor))),
    )


def _may(actor: Actor, verb: str, line: str | None = None) -> bool:
    return decide(actor, "assess", verb, subject_of(actor.township_id, line=line)).allowed


def _reviews(actor: Actor) -> bool:
    return any(_may(actor, "review", line) for line in (OTHER, BM))


def _unreviewed(sheet: AssessmentSheet, line: str, actor: Actor) -> bool:
    """有权复核这条线，本角色又还没有复核过；这一版有没有这条线的平台."""
    found = decide(actor, "assess", "review", subject_of(actor.township_id, line=line))
    if found.holding is None or line not in {line_of(s.platform) for s in sheet.scores}:
        return False
    done = {(one.line, one.role) for one in sheet.reviews}
    return (line, found.holding.role) not in done


def _aside(state: str, computed: bool) -> str:
    if computed and state in IN_HAND:
        return _("You computed this edition, so somebody else reviews and publishes it.")
    return ""


def missing_of(sheet: AssessmentSheet) -> list[tuple[str, str]]:
    """还差谁的同意：（线，角色）；有人不同意的不再等，须重算."""
    agreed = {(one.line, one.role) for one in sheet.reviews if one.is_agreed}
    lines = [line for line in (OTHER, BM) if line in {line_of(s.platform) for s in sheet.scores}]
    return [(line, role) for line in lines for role in REQUIRED[line] if (line, role) not in agreed]


def by_line(pairs: Iterable[tuple[str, str]]) -> str:
    """按线列出谁：``便民服务平台：乡长、乡纪委；综治、市监、执法平台：副组长``."""
    found: dict[str, list[str]] = {}
    for line, who in pairs:
        found.setdefault(line, []).append(who)
    return "；".join(
        _("%(who)s for %(line)s", who="、".join(people), line=_(f"assess_line.{line}"))
        for line, people in found.items()
    )


def waiting_words(sheet: AssessmentSheet, rights: Rights) -> str:
    """现在等谁做什么；轮到本人、已经办完的为空."""
    if sheet.head.state not in IN_HAND or rights.lines or rights.publish:
        return ""
    if any(not one.is_agreed for one in sheet.reviews):
        return _("Waiting for the office to compute it again.")
    missing = missing_of(sheet)
    if missing:
        who = by_line((line, _(f"reviewer.{role}")) for line, role in missing)
        return _("Waiting for review: %(who)s.", who=who)
    return _("Waiting for %(who)s to publish it.", who=_("reviewer.C1"))
