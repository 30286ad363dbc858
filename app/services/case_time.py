"""延期：申请、批准、不批准（时限规则 R5、R6）."""

from __future__ import annotations

from datetime import datetime

from app.access.actor import Actor
from app.domain.case_states import Clock
from app.domain.case_words import Action, Proposal
from app.services import case_cards, clocks
from app.services.case_step import Step, take_step
from app.services.proposal_steps import approve_step, propose_step, refuse_step
from models.case import Case


def request_extension(
    case: Case,
    *,
    extension_wd: int,
    work_done: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """申请延期：``extension_wd`` 为工作日数；等待批准期间时钟不停。Raises Refused."""
    inputs = {"extension_wd": extension_wd, "work_done": work_done}

    def changes(step: Step) -> None:
        asked = {"wd": extension_wd, "work_done": work_done}
        propose_step(step, Proposal.EXTENSION, asked)
        step.data.update(inputs)

    return take_step(
        case,
        Action.REQUEST_EXTENSION,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def approve_extension(
    case: Case,
    *,
    granted_wd: int,
    opinion: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """批准延期：黄红牌时刻同移；申请以来自动发的黄牌撤销并记原因（R5、R6）。Raises Refused."""
    inputs = {"granted_wd": granted_wd, "opinion": opinion}

    def changes(step: Step) -> None:
        row = approve_step(step, Proposal.EXTENSION, opinion, granted={"wd": granted_wd})
        clock = clocks.running_one(case, Clock.HANDLE)
        clock.extension_wd += granted_wd
        if clock.not_before is not None:
            clock.late_extension_wd += granted_wd
        withdrawn = case_cards.withdraw_yellow(
            case,
            clock_id=clock.id,
            since=row.proposed_at,
            by=step.person_id,
            now=now,
            why="申请在期限之前，批准延期后按规则撤销",
        )
        step.data.update({**inputs, "withdrawn_cards": withdrawn})

    return take_step(
        case,
        Action.APPROVE_EXTENSION,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def refuse_extension(
    case: Case, *, opinion: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """不批准延期：期限不变。Raises Refused."""
    return refuse_step(
        case, Action.REFUSE_EXTENSION, Proposal.EXTENSION, opinion, actor=actor, now=now, seen=seen
    )
