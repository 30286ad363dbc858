"""提交联席会议与决议回写：会议议定的事回到案件（plan 三(一)1、3）."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from app.access.actor import Actor, system_actor
from app.db import session
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_life import JOINT_MEETING
from app.services.case_orgs import join_org
from app.services.case_step import Step, take_step
from app.services.case_suspend import RESOLVED, end_suspension, resume
from app.services.rules import calendar_of
from models.case import Case
from models.meeting import AgendaItem, Meeting, MeetingSeries, Resolution
from models.platform import Body

FROM_CASE, COLLECTED = "CASE", "COLLECTED"
LONGEST_TITLE = 200
REFUSED_ITEMS = ("DECLINED", "RETURNED_CASE")
"""不列入、退回案件的议题：挂起的案件自动恢复."""


def joint_series(township_id: int) -> MeetingSeries:
    """联席会议的系列。Raises Refused('no_joint_series')."""
    row = session.execute(
        select(MeetingSeries)
        .join(Body, Body.id == MeetingSeries.body_id)
        .where(MeetingSeries.township_id == township_id, Body.code == JOINT_MEETING)
    ).scalar_one_or_none()
    if row is None:
        raise Refused("no_joint_series")
    return row


def submit_to_joint_meeting(
    case: Case,
    *,
    agenda_title: str,
    agenda_type: str,
    dispute: str,
    plan: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """提交联席会议：建议题（征集）并关联本案；待分流的挂起，办理中的时钟不停。Raises Refused."""
    series = joint_series(case.township_id)
    if agenda_type and agenda_type not in series.agenda_types:
        raise Refused("agenda_section", field="agenda_type")
    inputs = {
        "agenda_title": agenda_title,
        "agenda_type": agenda_type,
        "dispute": dispute,
        "plan": plan,
    }

    def changes(step: Step) -> None:
        title = f"敏感件（{case.number}）" if case.is_sensitive else agenda_title.strip()
        talk = f"争议焦点：{dispute.strip()}\n建议方案：{plan.strip()}"
        if case.is_sensitive:
            # 看得到会议的不一定看得到正文
            talk = "敏感件，争议与建议会上当面说明。"
        session.add(_item(step, series, title, agenda_type, talk))
        if step.taken.after != step.taken.before:
            case.resume_state = step.facts.state
        step.data.update({**inputs, "agenda_title": title})

    return take_step(
        case,
        Action.SUBMIT_TO_JOINT_MEETING,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def _item(
    step: Step, series: MeetingSeries, title: str, section: str, discussion: str
) -> AgendaItem:
    """征集中的议题：已排了下一次会的列到那一次，没有排的等排期时列上."""
    case = step.case
    meeting_id, order_no = _next_meeting(series, step.now)
    return AgendaItem(
        township_id=case.township_id,
        created_at=step.now.astimezone(UTC),
        series_id=series.id,
        meeting_id=meeting_id,
        case_id=case.id,
        proposer_id=step.person_id,
        proposer_org_id=step.org_id,
        order_no=order_no,
        state=COLLECTED,
        source=FROM_CASE,
        section=section[:32],
        title=title[:LONGEST_TITLE],
        discussion=discussion,
    )


def _next_meeting(series: MeetingSeries, now: datetime) -> tuple[int | None, int]:
    """下一次已排期的联席会议，与它的下一个议题序号."""
    meeting_id = session.execute(
        select(Meeting.id)
        .where(
            Meeting.series_id == series.id,
            Meeting.state.in_(("PLANNED", "NOTICED", "OPEN")),
            Meeting.planned_at >= now,
        )
        .order_by(Meeting.planned_at)
        .limit(1)
    ).scalar()
    if meeting_id is None:
        return None, 0
    last = session.execute(
        select(func.max(AgendaItem.order_no)).where(AgendaItem.meeting_id == meeting_id)
    ).scalar()
    return meeting_id, (last or 0) + 1


def apply_resolution(
    case: Case, *, resolution_id: int, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """决议回写：责任人、牵头单位写进案件；因等会挂起的回到原状态。Raises Refused."""
    inputs = {"resolution_id": resolution_id}

    def changes(step: Step) -> None:
        row = session.get_one(Resolution, resolution_id)
        if step.facts.platform is not None:
            case.lead_person_id = row.duty_person_id
            case.lead_org_id = row.lead_org_id
            if row.lead_org_id is not None and row.lead_org_id != case.org_id:
                join_org(case, row.lead_org_id, role="LEAD", handler_id=None, now=now)
        end_suspension(case, now=now, how=RESOLVED)
        if step.taken.step.prior:
            case.resume_state = None
        step.data.update(
            {
                "resolution": row.number,
                "content": row.content,
                "due_on": row.due_on,
                "lead_org_id": row.lead_org_id,
                "duty_person_id": row.duty_person_id,
            }
        )

    return take_step(
        case,
        Action.APPLY_RESOLUTION,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def resume_after_meeting(*, now: datetime) -> int:
    """等会而挂起、会上不议或议而未决的，自动恢复并写明原因；幂等。返回恢复了几件."""
    keys = session.execute(
        select(AgendaItem.case_id, AgendaItem.state, AgendaItem.title)
        .join(Case, Case.id == AgendaItem.case_id)
        .join(MeetingSeries, MeetingSeries.id == AgendaItem.series_id)
        .join(Body, Body.id == MeetingSeries.body_id)
        .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Case.state == "SUSPENDED",
            Case.resume_state == "ACCEPTED",
            Body.code == JOINT_MEETING,
            AgendaItem.state.in_(REFUSED_ITEMS)
            | (Meeting.state.in_(("MINUTED", "CANCELLED_MTG")) & (AgendaItem.state != "RESOLVED")),
        )
        .order_by(AgendaItem.id.desc())
    ).all()
    done = 0
    for case_id in dict.fromkeys(row.case_id for row in keys):
        done += _resume_one(case_id, now=now)
    return done


def _resume_one(case_id: int, *, now: datetime) -> int:
    case = session.execute(
        select(Case)
        .where(Case.id == case_id, Case.state == "SUSPENDED")
        .with_for_update(skip_locked=True, of=Case)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if case is None or _has_live_item(case):
        return 0
    today = calendar_of(case.township_id).local_day(now)
    actor = system_actor(case.township_id, today)
    resume(case, note="联席会议未形成决议，自动恢复办理", actor=actor, now=now, how=RESOLVED)
    return 1


def _has_live_item(case: Case) -> bool:
    """还有没审结的议题，或决议已生效等着回写的，不自动恢复."""
    found = session.execute(
        select(AgendaItem.id)
        .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.case_id == case.id,
            AgendaItem.state.in_(("COLLECTED", "ADMITTED", "DEFERRED", "DELIBERATED", "RESOLVED")),
            Meeting.state.is_(None)
            | ~Meeting.state.in_(("MINUTED", "CANCELLED_MTG"))
            | (AgendaItem.state == "RESOLVED"),
        )
        .limit(1)
    ).first()
    return found is not None
