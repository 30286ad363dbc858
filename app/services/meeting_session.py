"""开会与结束：锁定名单，主持人有着落，没登记的记缺席."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingAction, MeetingState
from app.domain.meeting_guards import MeetingFacts
from app.domain.weeks import Week
from app.queries.meeting_agenda import STANDING
from app.queries.meeting_roll import PRESENT as IN_ROOM
from app.services.config_touch import day_of
from app.services.meeting_roll import chair_row, list_expected, settle
from app.services.meeting_step import Deed, begin, enter, move_item, need_state, note
from models.meeting import AgendaItem, Attendance, Meeting


def open_meeting(
    meeting_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> Meeting:
    """开会（open）：照当日在任的职务锁定应到名单；主持人缺省为组长，记录人缺省为开会的人.

    召开日之前不能开，过了当周要先改期。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen)
    meeting = deed.meeting
    need_state(meeting, MeetingState.NOTICED)
    today, planned = day_of(now), day_of(meeting.planned_at)
    if today < planned:
        raise Refused("meeting_not_yet", at=meeting.planned_at)
    if Week.of(today) != Week.of(planned):
        raise Refused("meeting_week_over")
    before, after = enter(deed, MeetingAction.ROLL_CALL)
    seats = list_expected(deed, today)
    chair = chair_row(meeting.id)
    meeting.host_id = meeting.host_id or (chair.person_id if chair else None)
    meeting.recorder_id = meeting.recorder_id or deed.person_id
    vacant = [seat.post for seat in seats if seat.person_id is None]
    note(
        deed,
        MeetingAction.ROLL_CALL,
        before=before,
        after=after,
        data={"expected": len(seats), "vacant": vacant},
    )
    return meeting


def close(meeting_id: int, *, actor: Actor, now: datetime, seen: int | None = None) -> Meeting:
    """会议结束（close）：没登记的记缺席；组长须到会，或有其书面委托的人到会主持。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen)
    need_state(deed.meeting, MeetingState.OPEN)
    settle(deed)
    _hear_standing(deed)
    before, after = enter(deed, MeetingAction.ROLL_CALL, facts=_chair_facts(deed.meeting))
    note(deed, MeetingAction.ROLL_CALL, before=before, after=after)
    return deed.meeting


def _hear_standing(deed: Deed) -> None:
    """首项只是听取上次的落实：到散会还没点的，算已听取."""
    item = session.execute(
        select(AgendaItem).where(
            AgendaItem.meeting_id == deed.meeting.id, AgendaItem.source == STANDING
        )
    ).scalar_one()
    if item.state == AgendaState.ADMITTED:
        move_item(deed, item, MeetingAction.ROLL_CALL)


def _chair_facts(meeting: Meeting) -> MeetingFacts:
    chair = chair_row(meeting.id)
    host = session.execute(
        select(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.person_id == meeting.host_id
        )
    ).scalar_one_or_none()
    attends = host is not None and host.status in IN_ROOM
    own = chair is not None and host is not None and host.person_id == chair.person_id
    return MeetingFacts(chair_present=attends and own, chair_entrusted=attends and not own)
