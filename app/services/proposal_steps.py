"""待批条的几步：提出、同意、不同意，都是案件的一步."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.access.actor import Actor
from app.domain.case_words import Action, Proposal
from app.services import proposals
from app.services.case_step import Step, take_step
from models.case import Case
from models.case_life import CaseProposal


def propose_step(step: Step, kind: Proposal, asked: Mapping[str, object]) -> CaseProposal:
    """由这一步提出一条待批条：提出人、角色、理由取自这一步."""
    return proposals.propose(
        step.case,
        kind,
        proposer_id=step.person_id,
        role=step.holding.role,
        now=step.now,
        reason=step.reason or "",
        asked=asked,
    )


def approve_step(
    step: Step, kind: Proposal, opinion: str, *, granted: Mapping[str, object] | None = None
) -> CaseProposal:
    """由这一步同意未决的那一条；准了什么记在 ``granted``。Raises Refused('nothing_pending')."""
    row = proposals.pending(step.case, kind)
    proposals.settle(
        row,
        approved=True,
        decider_id=step.person_id,
        now=step.now,
        opinion=opinion,
        granted=granted,
    )
    return row


def refuse_step(
    case: Case,
    action: Action,
    kind: Proposal,
    opinion: str,
    *,
    actor: Actor,
    now: datetime,
    seen: int | None,
) -> Step:
    """不同意一条待批条：写明意见。Raises Refused."""
    inputs = {"opinion": opinion}

    def changes(step: Step) -> None:
        row = proposals.pending(case, kind)
        proposals.settle(row, approved=False, decider_id=step.person_id, now=now, opinion=opinion)
        step.data.update(inputs)

    return take_step(case, action, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes)
