"""议题的征集：首项自动列出，从案件一键列入，或自拟."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.decide import decide
from app.access.scope import fetch
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingAction, MeetingState
from app.domain.meeting_guards import MeetingFacts
from app.queries.meeting_agenda import LIVE, STANDING
from app.queries.meeting_rules import meeting_rules
from app.services.meeting_step import (
    Deed,
    begin,
    meeting_subject,
    move_item,
    need_state,
    note,
)
from app.services.rules import calendar_of
from models.case import Case
from models.meeting import AgendaItem, MeetingSeries

STANDING_TITLE = "上次议定事项落实情况"
FROM_CASE, OWN = "CASE", "OWN"
SOURCES = (OWN, "LEADER", "INSPECTION", "COUNTY", "PLATFORM_MEETING")
"""自拟议题的来源：本单位提出、领导交议、纪委建议、县级要求、例会上提."""

OPEN_STATES = (MeetingState.PLANNED, MeetingState.NOTICED, MeetingState.OPEN)
LONGEST_TITLE = 200


def add_standing(deed: Deed, section: str) -> AgendaItem:
    """首项议题（standing item）：上次议定事项落实情况，排期时按规则列出并列入，不待人提."""
    item = _new(deed, STANDING_TITLE, source=STANDING, section=section)
    item.order_no = 0
    move_item(deed, item, MeetingAction.COLLECT_AGENDA)
    move_item(deed, item, MeetingAction.ADMIT_AGENDA, outcome=AgendaState.ADMITTED)
    session.add(item)
    return item


def _new(
    deed: Deed, title: str, *, source: str, section: str, case_id: int | None = None
) -> AgendaItem:
    meeting = deed.meeting
    last = session.execute(
        select(func.max(AgendaItem.order_no)).where(AgendaItem.meeting_id == meeting.id)
    ).scalar()
    return AgendaItem(
        township_id=meeting.township_id,
        created_at=deed.moment,
        series_id=meeting.series_id,
        meeting_id=meeting.id,
        case_id=case_id,
        proposer_id=deed.actor.person_id,
        proposer_org_id=deed.holding.org_id or deed.actor.org_id,
        order_no=(last or 0) + 1,
        source=source,
        section=section[:32],
        title=title.strip()[:LONGEST_TITLE],
    )


def is_late(township_id: int, planned_at: datetime, now: datetime) -> bool:
    """过了征集截止（会前 2 个工作日下班）没有."""
    calendar = calendar_of(township_id)
    day = calendar.local_day(planned_at)
    wait = meeting_rules(township_id, day).agenda_close
    return now > calendar.closing(calendar.add_working_days(day, -wait))


def _timing(deed: Deed, *, agreed: bool) -> MeetingFacts:
    subject = meeting_subject(deed.meeting, deed.body)
    leads = decide(deed.actor, "meeting", "admit_agenda", subject).allowed
    late = is_late(deed.meeting.township_id, deed.meeting.planned_at, deed.now)
    return MeetingFacts(is_late=late, convener_agreed=agreed or leads)


def _section(deed: Deed, section: str) -> str:
    series = session.get_one(MeetingSeries, deed.meeting.series_id)
    if section and section not in series.agenda_types:
        raise Refused("agenda_section", field="section")
    return section or series.agenda_types[0]


def collect(
    meeting_id: int,
    *,
    title: str,
    actor: Actor,
    now: datetime,
    section: str = "",
    source: str = OWN,
    agreed: bool = False,
    seen: int | None = None,
) -> AgendaItem:
    """提出议题（自拟）：会前征集；过了截止的临时议题须召集人同意（``agreed``）。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.COLLECT_AGENDA, actor=actor, now=now, seen=seen)
    need_state(deed.meeting, *OPEN_STATES)
    if not title.strip():
        raise Refused("agenda_title", field="title")
    if source not in SOURCES:
        raise Refused("agenda_source", field="source")
    facts = _timing(deed, agreed=agreed)
    item = _new(deed, title, source=source, section=_section(deed, section))
    before, after = move_item(deed, item, MeetingAction.COLLECT_AGENDA, facts=facts)
    session.add(item)
    note(
        deed,
        MeetingAction.COLLECT_AGENDA,
        before=before,
        after=after,
        data={"item": item.title, "late": facts.is_late},
    )
    return item


def collect_cases(
    meeting_id: int,
    *,
    case_ids: Sequence[int],
    actor: Actor,
    now: datetime,
    section: str = "",
    agreed: bool = False,
    seen: int | None = None,
) -> list[AgendaItem]:
    """从案件列入议题：每件一题，题目取案件标题（敏感件不写标题）；已在本次议题里的拒绝.

    案件须在此人范围内，且由本平台主办。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.COLLECT_AGENDA, actor=actor, now=now, seen=seen)
    need_state(deed.meeting, *OPEN_STATES)
    if not case_ids:
        raise Refused("agenda_no_case", field="case_id")
    chosen = _section(deed, section)
    facts = _timing(deed, agreed=agreed)
    made = [
        _from_case(deed, fetch(Case, key, actor), chosen, facts) for key in dict.fromkeys(case_ids)
    ]
    for item in made:
        note(
            deed,
            MeetingAction.COLLECT_AGENDA,
            after=item.state,
            case_id=item.case_id,
            data={"item": item.title, "late": facts.is_late},
        )
    return made


def _from_case(deed: Deed, case: Case, section: str, facts: MeetingFacts) -> AgendaItem:
    if case.platform != deed.meeting.platform:
        raise Refused("agenda_other_platform", number=case.number)
    if _is_listed(deed.meeting.id, case.id):
        raise Refused("agenda_listed", number=case.number)
    title = f"敏感件（{case.number}）" if case.is_sensitive else case.title
    item = _new(deed, title, source=FROM_CASE, section=section, case_id=case.id)
    numbered = MeetingFacts(
        from_case=True,
        case_number=case.number,
        is_late=facts.is_late,
        convener_agreed=facts.convener_agreed,
    )
    move_item(deed, item, MeetingAction.COLLECT_AGENDA, facts=numbered)
    session.add(item)
    session.flush()
    return item


def _is_listed(meeting_id: int, case_id: int) -> bool:
    found = session.execute(
        select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id,
            AgendaItem.case_id == case_id,
            AgendaItem.state.in_(LIVE),
        )
    ).first()
    return found is not None
