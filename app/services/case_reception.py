"""受理：受理、不予受理、撤销."""

from __future__ import annotations

from datetime import datetime

from app.access.actor import Actor
from app.db import session
from app.domain.case_words import Action, Proposal
from app.domain.numbering import reject_notice_number
from app.services import numbers
from app.services.case_intake import category_of
from app.services.case_step import Step, take_step
from app.services.proposal_steps import approve_step, propose_step, refuse_step
from app.services.rules import calendar_of
from models.case import Case, CaseText

NOTICE = "reject_notice"
"""不予受理告知书按年取号."""


def accept(
    case: Case,
    *,
    category_id: int,
    level: str,
    kind: str,
    sensitive: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """受理：小类从“待定”落到具体小类，定等级、件别、是否敏感。Raises Refused."""
    category = category_of(case.township_id, category_id)
    inputs = {"category_id": category_id, "level": level, "kind": kind, "sensitive": sensitive}

    def changes(step: Step) -> None:
        was = {"category_id": case.category_id, "level": case.level, "kind": case.kind}
        case.category_id = category_id
        case.level = level
        case.kind = kind
        case.is_sensitive = sensitive or bool(category and category.is_sensitive)
        session.get_one(CaseText, case.id).is_sensitive = case.is_sensitive
        step.data.update({"from": was, **inputs})

    return take_step(
        case, Action.ACCEPT, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def reject(
    case: Case,
    *,
    reject_reason: str,
    notice: str,
    method: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """不予受理：综合协调组组长、副组长作出，写明原因与告知，告知书取号。Raises Refused."""
    inputs = {"reject_reason": reject_reason, "notice": notice, "method": method}

    def changes(step: Step) -> None:
        if Proposal.REJECT in step.facts.proposal_pending:
            approve_step(step, Proposal.REJECT, reason)
        year = calendar_of(case.township_id).local(now).year
        seq = numbers.take(case.township_id, NOTICE, year)
        step.data.update({**inputs, "notice_no": reject_notice_number(year, seq)})

    return take_step(
        case,
        Action.REJECT,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def propose_reject(
    case: Case,
    *,
    reject_reason: str,
    notice: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """建议不予受理：受理员写明原因与拟告知内容，呈综合协调组。Raises Refused."""
    inputs = {"reject_reason": reject_reason, "notice": notice}

    def changes(step: Step) -> None:
        propose_step(step, Proposal.REJECT, inputs)
        step.data.update(inputs)

    return take_step(
        case,
        Action.PROPOSE_REJECT,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def decline_reject(
    case: Case, *, opinion: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """不同意不予受理：待批条关闭，照常受理。Raises Refused."""
    return refuse_step(
        case,
        Action.DECLINE_REJECT,
        Proposal.REJECT,
        opinion,
        actor=actor,
        now=now,
        seen=seen,
    )


def cancel(
    case: Case,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    withdrawal: str = "",
    mistake_note: str = "",
    seen: int | None = None,
) -> Step:
    """撤销：受理前由登记人撤；之后须综合协调组并有凭据或误登说明。Raises Refused."""
    inputs = {"withdrawal": withdrawal, "mistake_note": mistake_note}
    return take_step(
        case,
        Action.CANCEL,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=lambda step: step.data.update({k: v for k, v in inputs.items() if v}),
    )
