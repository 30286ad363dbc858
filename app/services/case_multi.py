"""几个平台的事：提请多平台协调、不同意、多平台分流（plan 三(一)1；R44 闸门）."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.case_guards_approval import HEADS
from app.domain.case_states import Clock
from app.domain.case_words import Action, Proposal
from app.domain.deadlines import clock_plan
from app.domain.errors import Refused
from app.services.case_orgs import hand_over
from app.services.case_step import Step, take_step
from app.services.clocks import rule_of
from app.services.proposal_steps import approve_step, propose_step, refuse_step
from app.services.rules import calendar_of
from models.case import Case
from models.case_life import CaseProposal
from models.case_parts import Assignment, Cooperation
from models.platform import Platform

ROLES = ("牵头", "技术支撑", "执法保障", "配合")
"""协作角色."""


def _check_platforms(case: Case, lead: str, assists: Sequence[str]) -> None:
    """主办恰一个，协办至少一个，互不相同，都是本乡的平台。Raises Refused."""
    known = set(
        session.execute(
            select(Platform.code).where(Platform.township_id == case.township_id)
        ).scalars()
    )
    if lead not in known:
        raise Refused("platform_unknown", field="platform")
    if set(assists) - known or lead in assists or len(set(assists)) != len(assists):
        raise Refused("assist_platforms_wrong", field="assist_platforms")


def request_multi_dispatch(
    case: Case,
    *,
    platform: str,
    assist_platforms: Sequence[str],
    tasks: Mapping[str, str],
    note: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """提请多平台协调：主办、协办建议与各平台任务，呈乡长或书记；分流时钟继续走。Raises Refused."""
    _check_platforms(case, platform, assist_platforms)
    inputs: dict[str, object] = {
        "platform": platform,
        "assist_platforms": list(assist_platforms),
        "tasks": dict(tasks),
        "note": note,
    }

    def changes(step: Step) -> None:
        propose_step(step, Proposal.MULTI, inputs)
        step.data.update(inputs)

    return take_step(
        case,
        Action.REQUEST_MULTI_DISPATCH,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=note,
        changes=changes,
    )


def refuse_multi_dispatch(
    case: Case, *, opinion: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """不同意多平台分流：改单平台，或提交联席会议。Raises Refused."""
    return refuse_step(
        case,
        Action.REFUSE_MULTI_DISPATCH,
        Proposal.MULTI,
        opinion,
        actor=actor,
        now=now,
        seen=seen,
    )


def approved_request(case: Case) -> CaseProposal | None:
    """本轮已批准的多平台请示."""
    return session.execute(
        select(CaseProposal)
        .where(
            CaseProposal.case_id == case.id,
            CaseProposal.round == case.round,
            CaseProposal.kind == Proposal.MULTI,
            CaseProposal.state == "APPROVED",
        )
        .order_by(CaseProposal.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def dispatch_multi(
    case: Case,
    *,
    platform: str,
    assist_platforms: Sequence[str],
    tasks: Mapping[str, str],
    actor: Actor,
    now: datetime,
    note: str = "",
    reference: str = "",
    seen: int | None = None,
) -> Step:
    """多平台分流：恰一个主办平台，每个协办平台建协办条；须有主要领导批准或已生效决议.

    乡长、书记本人作出即是批准；受理员须引用已有的批准或决议（``reference``）。Raises Refused.
    """
    _check_platforms(case, platform, assist_platforms)
    inputs = {
        "platform": platform,
        "assist_platforms": list(assist_platforms),
        "tasks": dict(tasks),
        "note": note,
        "reference": reference,
    }

    def changes(step: Step) -> None:
        _approve_here(step, opinion=note)
        hand_over(step, platform=platform, org_id=None, note=note)
        for one in assist_platforms:
            assist(step, one, task=tasks.get(one, ""))
        basis = step.facts.multi_reference or f"approved_by:{step.person_id}"
        step.data.update({**inputs, "basis": basis})

    return take_step(
        case,
        Action.DISPATCH_MULTI,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def _approve_here(step: Step, *, opinion: str) -> None:
    """主要领导直接分流：未决的请示同时批准；没有请示的，以这一步为凭."""
    if step.holding.role not in HEADS:
        return
    if Proposal.MULTI in step.facts.proposal_pending:
        approve_step(step, Proposal.MULTI, opinion)


def assist(
    step: Step,
    platform: str,
    *,
    task: str,
    org_id: int | None = None,
    role: str = "配合",
    reply_due_at: datetime | None = None,
) -> Cooperation:
    """建一张协办条：平台清单里也看得到这一件；签收期限照主办的签收时限算，只提醒不发牌."""
    case, now = step.case, step.now.astimezone(UTC)
    _list_assist(step, platform)
    row = Cooperation(
        township_id=case.township_id,
        case_id=case.id,
        round=case.round,
        platform=platform,
        org_id=org_id,
        role=role,
        state="WAITING",
        task=task,
        asked_at=now,
        asked_by_id=step.actor.person_id,
        sign_due_at=_sign_due(case, step.now),
        reply_due_at=reply_due_at,
    )
    session.add(row)
    return row


def _list_assist(step: Step, platform: str) -> None:
    """协办平台的清单行；主办平台自己的协办单位不另列."""
    case = step.case
    if platform == case.platform or case.reported_at is None:
        return
    known = session.execute(
        select(Assignment.id).where(
            Assignment.case_id == case.id,
            Assignment.platform == platform,
            Assignment.is_listed,
        )
    ).first()
    if known is not None:
        return
    session.add(
        Assignment(
            township_id=case.township_id,
            case_id=case.id,
            round=case.round,
            turn=case.turn,
            platform=platform,
            role="ASSIST",
            is_listed=True,
            is_open=True,
            reported_at=case.reported_at,
            due_at=case.due_at,
            assigned_at=step.now.astimezone(UTC),
            assigned_by_id=step.actor.person_id,
        )
    )


def _sign_due(case: Case, now: datetime) -> datetime | None:
    rule = rule_of(case, Clock.SIGN_IN, now)
    return clock_plan(rule, now, calendar_of(case.township_id)).yellow.at if rule else None
