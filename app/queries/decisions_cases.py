"""等您决定：案件上未决的请示（不予受理、多平台、延期、挂起）；敏感件只写编号."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, case, cast, func, literal, select

from app.access.actor import Actor
from app.access.decide import decide
from app.access.scope import condition_for
from app.access.subject import Subject
from app.domain.case_states import Clock
from app.domain.case_words import Action, Proposal
from app.queries.case_life import GROUP_LEADERS
from app.queries.decision_lines import MOST, Line, Source, line
from models.case import Case
from models.case_life import CaseProposal
from models.case_parts import CaseClock

BY: dict[Proposal, Action] = {
    Proposal.REJECT: Action.REJECT,
    Proposal.MULTI: Action.DISPATCH_MULTI,
    Proposal.EXTENSION: Action.APPROVE_EXTENSION,
    Proposal.SUSPEND: Action.APPROVE_SUSPEND,
}
"""哪种请示由哪一步来定."""


def _days() -> Any:
    """延期连同已延的共几个工作日；别的请示为零."""
    already = (
        select(func.coalesce(func.sum(CaseClock.extension_wd), 0))
        .where(
            CaseClock.case_id == CaseProposal.case_id,
            CaseClock.clock == Clock.HANDLE,
            CaseClock.done_at.is_(None),
        )
        .scalar_subquery()
    )
    asked = func.coalesce(CaseProposal.asked["wd"].as_integer(), 0)
    return cast(already + asked, String)


def _rows(kind: Proposal) -> Callable[[Actor, datetime], Select[Any]]:
    def rows(actor: Actor, _now: datetime) -> Select[Any]:
        words = case(
            (Case.is_sensitive, Case.number), else_=Case.number + literal(" ") + Case.title
        )
        statement = line(
            str(BY[kind]),
            key=Case.id,
            title=words,
            note=case((Case.is_sensitive, ""), else_=CaseProposal.reason),
            at=CaseProposal.proposed_at,
            platform=Case.platform,
            state=_days(),
            body_code=CaseProposal.proposer_role,
            by_id=CaseProposal.proposer_id,
            org_id=Case.org_id,
        )
        return (
            statement.join(CaseProposal, CaseProposal.case_id == Case.id)
            .where(
                condition_for(Case, actor),
                CaseProposal.state == "PENDING",
                CaseProposal.kind == kind,
            )
            .order_by(CaseProposal.proposed_at, CaseProposal.id)
            .limit(MOST)
        )

    return rows


def _mine(kind: Proposal) -> Callable[[Actor, Line], bool]:
    """轮不轮得到他：提出人自己不算；``state`` 是共延几日，``body_code`` 是提出人的角色."""

    def mine(actor: Actor, found: Line) -> bool:
        if found.by_id == actor.person_id:
            return False
        days = int(found.state or 0)
        inputs = {"extension_total_wd": days, "leader_own": found.body_code in GROUP_LEADERS}
        subject = Subject(
            kind="case",
            township_id=actor.township_id,
            platform=found.platform,
            platforms=frozenset({found.platform} if found.platform else ()),
            org_ids=frozenset({found.org_id} if found.org_id else ()),
            proposer_id=found.by_id,
            inputs=inputs,
        )
        return decide(actor, "case", str(BY[kind]), subject).allowed

    return mine


CASE_DECISIONS: tuple[Source, ...] = tuple(
    Source(str(action), ("case", str(action)), _rows(kind), _mine(kind))
    for kind, action in BY.items()
)
"""案件上的四种请示."""
