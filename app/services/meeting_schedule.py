"""会议的排期、通知、取消与改期."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from app.access.actor import Actor, HoldingView
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingAction, MeetingState
from app.domain.meeting_guards import REASON_MIN
from app.domain.numbering import meeting_number
from app.domain.weeks import Week
from app.services import notify
from app.services.config_touch import day_of
from app.services.meeting_agenda import add_standing
from app.services.meeting_roll import list_expected
from app.services.meeting_step import Deed, allow, begin, enter, need_state, note, subject_of
from models.meeting import AgendaItem, Attendance, Meeting, MeetingSeries
from models.platform import Body

WEEKLY, QUARTERLY = "week", "quarter"
FOLLOW_UP_SECTION = "上次议定事项落实情况"
MOST_PLACE = 128
CHANGEABLE = (MeetingState.PLANNED, MeetingState.NOTICED)


def schedule(
    *,
    series_id: int,
    planned_at: datetime,
    place: str,
    actor: Actor,
    now: datetime,
    host_id: int | None = None,
    is_demo: bool = False,
) -> Meeting:
    """会议排期（schedule）：例会一周一次，周次按召开日算；联席会议按季；首项议题随即列出.

    ``planned_at`` 为带时区的召开时刻。时刻已过、该周已排过、系列不按周也不按季的拒绝。
    Raises Refused.
    """
    series = _series(series_id, actor)
    body = session.get_one(Body, series.body_id)
    holding = _may_schedule(body, actor)
    _check_time(planned_at, now)
    slot = _slot(series, planned_at)
    meeting = Meeting(
        township_id=actor.township_id,
        created_at=now.astimezone(UTC),
        planned_at=planned_at.astimezone(UTC),
        series_id=series.id,
        body_id=body.id,
        host_id=host_id,
        year=slot.year,
        week=slot.week,
        quarter=slot.quarter,
        term=slot.term,
        version=0,
        platform=body.platform,
        title=slot.title,
        place=_place(place),
        is_demo=is_demo,
    )
    _begin_life(Deed(meeting, body, actor, now, holding), series)
    return meeting


def _begin_life(deed: Deed, series: MeetingSeries) -> None:
    """会议由排期产生，首项议题随之列出."""
    enter(deed, MeetingAction.SCHEDULE)
    session.add(deed.meeting)
    session.flush()
    sections = series.sections
    add_standing(deed, FOLLOW_UP_SECTION if FOLLOW_UP_SECTION in sections else sections[0])
    _adopt_waiting(deed)
    note(
        deed,
        MeetingAction.SCHEDULE,
        after=deed.meeting.state,
        data={"planned_at": deed.meeting.planned_at},
    )


def _may_schedule(body: Body, actor: Actor) -> HoldingView:
    subject = subject_of(
        township_id=body.township_id,
        platform=body.platform,
        body_id=body.id,
        body_code=body.code,
    )
    return allow(subject, MeetingAction.SCHEDULE, actor=actor)


def _series(series_id: int, actor: Actor) -> MeetingSeries:
    """锁住系列，免得两人同时排同一周."""
    series = session.execute(
        select(MeetingSeries)
        .where(MeetingSeries.id == series_id, condition_for(MeetingSeries, actor))
        .with_for_update(of=MeetingSeries)
    ).scalar_one_or_none()
    if series is None:
        raise Refused("not_found")
    if series.cadence not in (WEEKLY, QUARTERLY):
        raise Refused("series_not_weekly", series=series.name)
    return series


def _check_time(planned_at: datetime, now: datetime) -> None:
    if planned_at <= now:
        raise Refused("meeting_in_past", field="planned_at")


def _week_free(series_id: int, week: Week, *, but: int | None = None) -> None:
    taken = session.execute(
        select(Meeting.title).where(
            Meeting.series_id == series_id,
            Meeting.year == week.year,
            Meeting.week == week.number,
            Meeting.state != MeetingState.CANCELLED_MTG,
            Meeting.id != (but or 0),
        )
    ).scalar()
    if taken is not None:
        raise Refused("week_taken", title=taken, field="planned_at")


def _next_term(series_id: int, year: int) -> int:
    last = session.execute(
        select(func.max(Meeting.term)).where(Meeting.series_id == series_id, Meeting.year == year)
    ).scalar()
    return (last or 0) + 1


@dataclass(frozen=True, slots=True)
class Slot:
    """一次会排在哪一年、哪一周（例会）或哪一季（联席会议），年内第几次，叫什么."""

    year: int
    week: int | None
    quarter: int | None
    term: int
    title: str


def _slot(series: MeetingSeries, planned_at: datetime, *, but: Meeting | None = None) -> Slot:
    """召开的时刻落在哪一格：例会一周一次，同一周已排过的拒绝；联席会议每季至少一次."""
    day = day_of(planned_at)
    if series.cadence == WEEKLY:
        week = Week.of(day)
        _week_free(series.id, week, but=but.id if but else None)
        year, number, quarter = week.year, week.number, None
    else:
        year, number, quarter = day.year, None, (day.month - 1) // 3 + 1
    kept = but is not None and but.year == year
    term = but.term if but is not None and kept else _next_term(series.id, year)
    label = meeting_number(series.numbering, year=year, week=number, quarter=quarter, term=term)
    return Slot(year, number, quarter, term, label + series.name)


def _adopt_waiting(deed: Deed) -> None:
    """还没列进哪一次会的议题（案件提交的），随排期列到这一次，等召集人定."""
    rows = session.execute(
        select(AgendaItem)
        .where(
            AgendaItem.series_id == deed.meeting.series_id,
            AgendaItem.meeting_id.is_(None),
            AgendaItem.state == AgendaState.COLLECTED,
        )
        .order_by(AgendaItem.id)
    ).scalars()
    for number, item in enumerate(rows, start=1):
        item.meeting_id = deed.meeting.id
        item.order_no = number


def _place(text: str) -> str:
    place = text.strip()
    if not place:
        raise Refused("meeting_place", field="place")
    if len(place) > MOST_PLACE:
        raise Refused("too_long", field="place", most=MOST_PLACE)
    return place


def notice(meeting_id: int, *, actor: Actor, now: datetime, seen: int | None = None) -> Meeting:
    """发会议通知（notice）：按召开日在任的职务排出应到名单，逐人通知。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.SCHEDULE, actor=actor, now=now, seen=seen)
    before, after = enter(deed, MeetingAction.SCHEDULE)
    list_expected(deed, day_of(deed.meeting.planned_at))
    told = _tell_all(deed)
    note(deed, MeetingAction.SCHEDULE, before=before, after=after, data={"people": told})
    return deed.meeting


def _tell_all(deed: Deed) -> int:
    meeting = deed.meeting
    people = set(
        session.execute(
            select(Attendance.person_id).where(Attendance.meeting_id == meeting.id)
        ).scalars()
    )
    notify.post(
        people - {deed.actor.person_id},
        township_id=meeting.township_id,
        kind="meeting.notice",
        key=f"meeting:{meeting.id}:notice:{meeting.version}",
        now=deed.now,
        facts={
            "title": meeting.title,
            "at": meeting.planned_at.isoformat(),
            "place": meeting.place,
        },
        meeting_id=meeting.id,
    )
    return len(people)


def cancel(
    meeting_id: int, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Meeting:
    """取消会议（cancel）：开会之前由组长取消，理由至少 10 字；该周可以另排。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.CANCEL, actor=actor, now=now, seen=seen, reason=reason)
    before, after = enter(deed, MeetingAction.CANCEL)
    deed.meeting.cancel_reason = reason.strip()
    note(deed, MeetingAction.CANCEL, before=before, after=after)
    if before == MeetingState.NOTICED:
        _tell_change(deed, "meeting.cancelled")
    return deed.meeting


def reschedule(
    meeting_id: int,
    *,
    planned_at: datetime,
    place: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Meeting:
    """改期（reschedule）：改时间地点，写明理由（至少 10 字）；换了周的周次与名称跟着变.

    已通知过的重新通知。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.CANCEL, actor=actor, now=now, seen=seen, reason=reason)
    meeting = deed.meeting
    need_state(meeting, *CHANGEABLE)
    if len(reason.strip()) < REASON_MIN:
        raise Refused("reason_short", minimum=REASON_MIN, field="reason")
    _check_time(planned_at, now)
    series = _series(meeting.series_id, actor)
    slot = _slot(series, planned_at, but=meeting)
    was = {"planned_at": meeting.planned_at, "place": meeting.place}
    meeting.planned_at, meeting.place = planned_at.astimezone(UTC), _place(place)
    meeting.year, meeting.week, meeting.quarter = slot.year, slot.week, slot.quarter
    meeting.term, meeting.title = slot.term, slot.title
    note(deed, MeetingAction.CANCEL, data={"was": was, "planned_at": planned_at})
    if meeting.state == MeetingState.NOTICED:
        list_expected(deed, day_of(planned_at))
        _tell_change(deed, "meeting.rescheduled")
    return meeting


def _tell_change(deed: Deed, kind: str) -> None:
    meeting = deed.meeting
    people = session.execute(
        select(Attendance.person_id).where(Attendance.meeting_id == meeting.id)
    ).scalars()
    notify.post(
        set(people) - {deed.actor.person_id},
        township_id=meeting.township_id,
        kind=kind,
        key=f"meeting:{meeting.id}:{kind}:{meeting.version}",
        now=deed.now,
        facts={
            "title": meeting.title,
            "at": meeting.planned_at.isoformat(),
            "place": meeting.place,
            "reason": deed.reason,
        },
        meeting_id=meeting.id,
    )
