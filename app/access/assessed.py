"""考核看得到哪些：全部、分管与本平台、主体机构、本人，或只有已发布的汇总."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_

from app.access.actor import Actor, HoldingView
from models.assessment import (
    Assessment,
    AssessmentLine,
    AssessmentReview,
    AssessmentRow,
    AssessmentScore,
)
from models.platform import Platform

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class AssessReach:
    """考核的范围（assess.view 的各限定合起来）：全空即看不到."""

    everything: bool = False
    platforms: frozenset[str] = frozenset()
    host_org_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    published: bool = False

    @property
    def is_wide(self) -> bool:
        """各平台的分都看得到（名次才说得准）：全部，或已发布的汇总."""
        return self.everything or self.published


def _widen(found: AssessReach, limit: str, holding: HoldingView, actor: Actor) -> AssessReach:
    match limit:
        case "ALL":
            return replace(found, everything=True)
        case "OWN_PLATFORM" | "IN_CHARGE" if holding.platform:
            return replace(found, platforms=found.platforms | {holding.platform})
        case "OWN_ORG" if holding.org_id:
            return replace(found, host_org_ids=found.host_org_ids | {holding.org_id})
        case "SELF":
            return replace(found, person_id=actor.person_id)
        case "PUBLISHED":
            return replace(found, published=True)
    return found


def assess_reach(actor: Actor) -> AssessReach:
    """考核的范围：各任职的并集；几个限定须同时成立的一格不认（默认拒绝）."""
    found = AssessReach()
    for holding in actor.current:
        if holding.body_id is not None:
            continue
        for group in actor.granted(holding, "assess", "view"):
            if len(group) == 1:
                found = _widen(found, group[0], holding, actor)
    return found


def _heads(actor: Actor) -> Condition:
    found = assess_reach(actor)
    inside = Assessment.township_id == actor.township_id
    if found.everything or found.platforms or found.person_id is not None:
        return inside
    parts: list[Condition] = []
    if found.host_org_ids:
        parts.append(
            exists().where(
                Platform.township_id == Assessment.township_id,
                Platform.host_org_id.in_(found.host_org_ids),
            )
        )
    if found.published:
        parts.append(Assessment.state == "PUBLISHED")
    return and_(inside, or_(*parts)) if parts else false()


def _rows(model: Any, *, summary: bool) -> Callable[[Actor], Condition]:
    """考核的子行：``summary`` 的（分与指标）已发布后人人可看的只有平台的汇总."""

    def scope(actor: Actor) -> Condition:
        found = assess_reach(actor)
        inside = model.township_id == actor.township_id
        if found.everything:
            return inside
        parts: list[Condition] = []
        if found.platforms:
            parts.append(model.platform.in_(found.platforms))
        if found.host_org_ids:
            parts.append(
                exists().where(
                    Platform.township_id == model.township_id,
                    Platform.code == model.platform,
                    Platform.host_org_id.in_(found.host_org_ids),
                )
            )
        if found.person_id is not None and hasattr(model, "person_id"):
            parts.append(model.person_id == found.person_id)
        if found.published and summary:
            is_out = exists().where(
                Assessment.id == model.assessment_id, Assessment.state == "PUBLISHED"
            )
            parts.append(and_(model.platform.is_not(None), is_out))
        return and_(inside, or_(*parts)) if parts else false()

    return scope


def _reviews(actor: Actor) -> Condition:
    return and_(
        AssessmentReview.township_id == actor.township_id,
        exists().where(Assessment.id == AssessmentReview.assessment_id, _heads(actor)),
    )


ASSESSED: dict[type[Any], Callable[[Actor], Condition]] = {
    Assessment: _heads,
    AssessmentScore: _rows(AssessmentScore, summary=True),
    AssessmentLine: _rows(AssessmentLine, summary=True),
    AssessmentRow: _rows(AssessmentRow, summary=False),
    AssessmentReview: _reviews,
}
