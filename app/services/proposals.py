"""待批条：提出、作出决定、作废；批准人与提出人必不是同一人，一类同时只有一条未决."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select, update

from app.db import session
from app.domain.case_states import State
from app.domain.case_words import Proposal
from app.domain.errors import Refused
from app.services.journal import plain
from models.case import Case
from models.case_life import CaseProposal

VALID_IN: Final[Mapping[Proposal, frozenset[State]]] = MappingProxyType(
    {
        Proposal.REJECT: frozenset({State.REPORTED, State.SUPPLEMENT, State.ACCEPTED}),
        Proposal.MULTI: frozenset({State.ACCEPTED}),
        Proposal.EXTENSION: frozenset({State.PROCESSING}),
        Proposal.SUSPEND: frozenset({State.PROCESSING}),
        Proposal.ESCALATION: frozenset({State.ACCEPTED, State.PROCESSING}),
    }
)
"""各类待批条在哪些状态里还有意义；案件走出这些状态，未决的自动作废."""


def propose(
    case: Case,
    kind: Proposal,
    *,
    proposer_id: int,
    role: str,
    now: datetime,
    reason: str = "",
    asked: Mapping[str, Any] | None = None,
) -> CaseProposal:
    """提出一条待批条；同类已有未决的由守卫与唯一索引拒绝."""
    row = CaseProposal(
        township_id=case.township_id,
        case_id=case.id,
        round=case.round,
        kind=kind,
        state="PENDING",
        proposed_at=now.astimezone(UTC),
        proposer_id=proposer_id,
        proposer_role=role,
        reason=reason.strip(),
        asked=plain(dict(asked or {})),
        granted={},
    )
    session.add(row)
    session.flush()
    return row


def pending(case: Case, kind: Proposal) -> CaseProposal:
    """未决的那一条，锁住。Raises Refused('nothing_pending')."""
    row = session.execute(
        select(CaseProposal)
        .where(
            CaseProposal.case_id == case.id,
            CaseProposal.kind == kind,
            CaseProposal.state == "PENDING",
        )
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise Refused("nothing_pending", proposal=kind)
    return row


def settle(
    row: CaseProposal,
    *,
    approved: bool,
    decider_id: int,
    now: datetime,
    opinion: str = "",
    granted: Mapping[str, Any] | None = None,
) -> None:
    """作出决定：同意或不同意；准了什么记在 ``granted``."""
    row.state = "APPROVED" if approved else "REFUSED"
    row.decided_at = now.astimezone(UTC)
    row.decider_id = decider_id
    row.opinion = opinion.strip() or None
    row.granted = plain(dict(granted or {}))
    session.flush()


def void(case: Case, kind: Proposal, *, now: datetime, why: str) -> None:
    """未决的作废：案件已走开，或时钟已发红牌."""
    session.execute(
        update(CaseProposal)
        .where(
            CaseProposal.case_id == case.id,
            CaseProposal.kind == kind,
            CaseProposal.state == "PENDING",
        )
        .values(state="VOID", decided_at=now.astimezone(UTC), opinion=why)
        .execution_options(synchronize_session=False)
    )


def void_stale(case: Case, pending_kinds: frozenset[str], *, now: datetime) -> tuple[str, ...]:
    """案件走出了它有意义的状态，未决的待批条自动作废；返回作废了哪几类."""
    state = State(case.state)
    gone = tuple(k for k in Proposal if k in pending_kinds and state not in VALID_IN[k])
    for kind in gone:
        void(case, kind, now=now, why=f"案件已转为{state.zh}，自动作废")
    return gone
