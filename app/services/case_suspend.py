"""挂起与恢复：申请、批准、不批准、到日自动恢复（时限规则 R4）."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access.actor import Actor, system_actor
from app.db import session
from app.domain.case_words import Action, Proposal
from app.domain.errors import Refused
from app.services.attachments import bind
from app.services.case_step import Step, take_step
from app.services.proposal_steps import approve_step, propose_step, refuse_step
from app.services.rules import calendar_of
from models.case import Case
from models.case_life import CaseProposal

BATCH = 200
MANUAL, DUE, RESOLVED = "MANUAL", "DUE", "RESOLUTION"
"""挂起怎样结束：人工恢复、到批准日、决议回写."""


def request_suspend(
    case: Case,
    *,
    suspend_reason: str,
    resume_on: date,
    attachments: Sequence[int],
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """申请挂起：原因代码、依据附件、预计恢复日；等待批准期间时钟不停。Raises Refused."""
    inputs = {
        "suspend_reason": suspend_reason,
        "resume_on": resume_on,
        "evidence": list(attachments),
    }
    if resume_on <= calendar_of(case.township_id).local_day(now):
        raise Refused("resume_on_past", field="resume_on")

    def changes(step: Step) -> None:
        files = bind(attachments, case=case, actor=actor, action=Action.REQUEST_SUSPEND)
        asked = {"reason": suspend_reason, "resume_on": resume_on}
        propose_step(step, Proposal.SUSPEND, asked)
        step.data.update({"suspend_reason": suspend_reason, "resume_on": resume_on})
        step.data["attachments"] = [f.id for f in files]

    return take_step(
        case,
        Action.REQUEST_SUSPEND,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def approve_suspend(
    case: Case,
    *,
    until_on: date,
    opinion: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """批准挂起：批准到哪一日，办理与首报停表；到日由系统自动恢复（R4）。Raises Refused."""
    calendar = calendar_of(case.township_id)
    today = calendar.local_day(calendar.normalize(now))
    inputs = {
        "until_on": until_on,
        "opinion": opinion,
        "until_wd": calendar.working_days_between(today, until_on) if until_on > today else 0,
        "until_nd": (until_on - today).days,
    }

    def changes(step: Step) -> None:
        row = approve_step(step, Proposal.SUSPEND, opinion, granted={"until_on": until_on})
        row.until_at = calendar.opening(calendar.on_or_after(until_on)).astimezone(UTC)
        case.resume_state = step.facts.state
        step.data.update({"until_on": until_on, "opinion": opinion})

    return take_step(
        case,
        Action.APPROVE_SUSPEND,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def refuse_suspend(
    case: Case, *, opinion: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """不批准挂起。Raises Refused."""
    return refuse_step(
        case, Action.REFUSE_SUSPEND, Proposal.SUSPEND, opinion, actor=actor, now=now, seen=seen
    )


def resume(
    case: Case,
    *,
    note: str,
    actor: Actor,
    now: datetime,
    how: str = MANUAL,
    seen: int | None = None,
) -> Step:
    """恢复办理：回到挂起之前的状态，期限按规则后移。Raises Refused."""
    inputs = {"note": note}

    def changes(step: Step) -> None:
        step.clocks_at = end_suspension(case, now=now, how=how)
        case.resume_state = None
        step.data.update({"note": note, "how": how})

    return take_step(
        case, Action.RESUME, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def end_suspension(case: Case, *, now: datetime, how: str) -> datetime:
    """挂起的那一条记上何时、怎样恢复，返回复表的时刻；因提交会议而挂起的没有待批条.

    到日自动恢复的按批准的那一刻：任务停了几天才跑，停表也不因此长出批准的日子。
    """
    row = session.execute(
        select(CaseProposal).where(
            CaseProposal.case_id == case.id,
            CaseProposal.kind == Proposal.SUSPEND,
            CaseProposal.state == "APPROVED",
            CaseProposal.ended_at.is_(None),
        )
    ).scalar_one_or_none()
    if row is None:
        return now
    moment = min(now, row.until_at) if how == DUE and row.until_at else now
    row.ended_at = moment.astimezone(UTC)
    row.end_kind = how
    return moment


def resume_due(*, now: datetime) -> int:
    """到批准日的挂起件自动恢复（一批）；幂等，可由几个进程同时跑."""
    keys = session.execute(
        select(CaseProposal.case_id)
        .where(
            CaseProposal.until_at <= now,
            CaseProposal.state == "APPROVED",
            CaseProposal.kind == "suspend",
            CaseProposal.ended_at.is_(None),
        )
        .order_by(CaseProposal.until_at)
        .limit(BATCH)
    ).scalars()
    return sum(_resume_one(key, now=now) for key in list(keys))


def _resume_one(case_id: int, *, now: datetime) -> int:
    case = session.execute(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update(skip_locked=True, of=Case)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if case is None:
        return 0
    if case.state != "SUSPENDED":
        end_suspension(case, now=now, how=DUE)
        return 0
    today = calendar_of(case.township_id).local_day(now)
    actor = system_actor(case.township_id, today)
    resume(case, note="到批准日自动恢复", actor=actor, now=now, how=DUE)
    return 1
