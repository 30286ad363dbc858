"""点名：应到由在任职务带出，开会时锁定；出席、请假、代会、缺席、列席."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import fetch
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import MeetingAction, MeetingState
from app.domain.meeting_guards import REASON_MIN
from app.domain.working_time import SHANGHAI
from app.queries.meeting_roll import Seat, posts_of_people, seats_of
from app.services.meeting_step import Deed, begin, need_editable, need_state, note
from models.meeting import Attendance, Meeting
from models.people import Person

UNMARKED, PRESENT, LEAVE, PROXY, ABSENT, OBSERVER = (
    "未登记",
    "出席",
    "请假",
    "代会",
    "缺席",
    "列席",
)
EXPECTED_MARKS = (PRESENT, LEAVE, PROXY, ABSENT)
REQUEST_LEAVE = "meeting.request_leave"


def list_expected(deed: Deed, day: date) -> list[Seat]:
    """排出应到名单（通知时试排，开会时照当日在任锁定）；返回全部席位，含空缺的.

    已请假的保留；不再在任而还没登记的撤下，登记过的留着作列席。
    """
    seats = seats_of(deed.body.id, deed.meeting.platform, day)
    known = {row.person_id: row for row in _rows(deed.meeting.id)}
    held = {seat.person_id: seat for seat in seats if seat.person_id is not None}
    for person_id, seat in held.items():
        row = known.pop(person_id, None) or _new_row(deed, person_id)
        row.post_name, row.mode, row.function = seat.post, seat.mode, seat.function
        if not row.is_expected:
            row.is_expected, row.status = True, UNMARKED
        row.sort_no = seat.sort_no
    for row in known.values():
        if row.status == UNMARKED:
            session.delete(row)
        elif row.is_expected:
            row.is_expected, row.status = False, OBSERVER
    session.flush()
    return seats


def _rows(meeting_id: int) -> list[Attendance]:
    return list(
        session.execute(select(Attendance).where(Attendance.meeting_id == meeting_id)).scalars()
    )


def _new_row(deed: Deed, person_id: int) -> Attendance:
    row = Attendance(
        township_id=deed.meeting.township_id,
        meeting_id=deed.meeting.id,
        person_id=person_id,
        status=UNMARKED,
        function="MEMBER",
        mode="在任",
        post_name="",
        is_expected=True,
        sort_no=0,
    )
    session.add(row)
    return row


def _row(meeting_id: int, person_id: int) -> Attendance:
    row = session.execute(
        select(Attendance).where(
            Attendance.meeting_id == meeting_id, Attendance.person_id == person_id
        )
    ).scalar_one_or_none()
    if row is None:
        raise Refused("not_on_roll")
    return row


def mark(
    meeting_id: int,
    *,
    person_id: int,
    status: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    proxy_name: str | None = None,
    seen: int | None = None,
) -> Attendance:
    """点名（roll call）：登记一人到会情况.

    会前只能登记请假；会议结束后改动须写理由（至少 10 字），会后补假不改缺席，只加注。请假须写
    理由，代会须写代会人。Raises Refused.
    """
    deed = begin(
        meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen, reason=reason
    )
    row = _row(meeting_id, person_id)
    _check_mark(deed, row, status, proxy_name)
    before = row.status
    late = deed.meeting.state == MeetingState.CLOSED
    keeps_absent = late and before == ABSENT and status == LEAVE
    if not keeps_absent:
        row.status = status
        row.proxy_name = (proxy_name or "").strip() or None if status == PROXY else None
    row.reason = _marked_reason(row, reason, late=late, leave=status == LEAVE)
    row.marked_at = deed.moment
    note(
        deed,
        MeetingAction.ROLL_CALL,
        before=before,
        after=row.status,
        data={"person_id": person_id, "post": row.post_name, "late": late},
    )
    return row


def _marked_reason(row: Attendance, reason: str | None, *, late: bool, leave: bool) -> str | None:
    words = (reason or "").strip()[:200]
    if late and words:
        return f"会后更正：{words}"
    return words if leave else None


def _check_mark(deed: Deed, row: Attendance, status: str, proxy_name: str | None) -> None:
    words = (deed.reason or "").strip()
    allowed = EXPECTED_MARKS if row.is_expected else (OBSERVER, ABSENT)
    if status not in allowed:
        raise Refused("mark_not_allowed", mark=status)
    if deed.meeting.state == MeetingState.NOTICED:
        if status != LEAVE:
            raise Refused("roll_not_open")
    else:
        need_editable(deed.meeting)
    if deed.meeting.state == MeetingState.CLOSED and len(words) < REASON_MIN:
        raise Refused("roll_locked", minimum=REASON_MIN)
    if status == LEAVE and not words:
        raise Refused("leave_reason", field="reason")
    if status == PROXY and not (proxy_name or "").strip():
        raise Refused("proxy_name", field="proxy_name")


def mark_all_present(
    meeting_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> int:
    """其余全到：会议开着时，把还没登记的应到人员一次记为出席；返回记了几人."""
    deed = begin(meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen)
    need_state(deed.meeting, MeetingState.OPEN)
    waiting = [r for r in _rows(meeting_id) if r.is_expected and r.status == UNMARKED]
    for row in waiting:
        row.status, row.marked_at = PRESENT, deed.moment
    note(deed, MeetingAction.ROLL_CALL, after=PRESENT, data={"people": len(waiting)})
    return len(waiting)


def request_leave(
    meeting_id: int, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Attendance:
    """请假（request leave）：本人在会前提出，写明理由；开会后由点名的人登记。Raises Refused."""
    if actor.person_id is None:
        raise Refused("system_only")
    if not reason.strip():
        raise Refused("leave_reason", field="reason")
    fetch(Meeting, meeting_id, actor)
    row = _row(meeting_id, actor.person_id)
    deed = begin(
        meeting_id,
        REQUEST_LEAVE,
        actor=actor,
        now=now,
        seen=seen,
        reason=reason,
        persons=[row.person_id],
    )
    need_state(deed.meeting, MeetingState.NOTICED)
    before, row.status = row.status, LEAVE
    row.reason, row.marked_at = reason.strip()[:200], deed.moment
    note(deed, REQUEST_LEAVE, before=before, after=LEAVE, data={"person_id": row.person_id})
    return row


def add_observer(
    meeting_id: int,
    *,
    person_id: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    seen: int | None = None,
) -> Attendance:
    """列席（observer）：加一名列席人员，不计应到；会议结束后加的须写理由。Raises Refused."""
    deed = begin(
        meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen, reason=reason
    )
    need_editable(deed.meeting)
    if deed.meeting.state == MeetingState.CLOSED and len((reason or "").strip()) < REASON_MIN:
        raise Refused("roll_locked", minimum=REASON_MIN)
    if any(row.person_id == person_id for row in _rows(meeting_id)):
        raise Refused("already_on_roll")
    person = local_person(person_id, actor)
    row = _new_row(deed, person.id)
    row.post_name = post_of(person.id, now) or (person.org.name if person.org else "")
    row.is_expected, row.status, row.marked_at = False, OBSERVER, deed.moment
    row.sort_no = 900
    note(deed, MeetingAction.ROLL_CALL, after=OBSERVER, data={"person_id": person_id})
    return row


def entrust(
    meeting_id: int,
    *,
    person_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """委托主持：组长不能到会，书面委托他人主持；纪要写“受某某委托，某某主持”。Raises Refused."""
    deed = begin(
        meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen, reason=reason
    )
    need_state(deed.meeting, MeetingState.NOTICED, MeetingState.OPEN)
    if len(reason.strip()) < REASON_MIN:
        raise Refused("reason_short", minimum=REASON_MIN, field="reason")
    row = _row(meeting_id, person_id)
    deed.meeting.host_id = row.person_id
    note(deed, MeetingAction.ROLL_CALL, data={"host_id": row.person_id, "entrusted": True})


def chair_row(meeting_id: int) -> Attendance | None:
    """组长（召集人）在名单上的一行；职务空缺为空."""
    return next((row for row in _rows(meeting_id) if row.function == "LEADER"), None)


def settle(deed: Deed) -> None:
    """会议结束：还没登记的应到人员记缺席."""
    for row in _rows(deed.meeting.id):
        if row.status == UNMARKED:
            row.status = ABSENT if row.is_expected else OBSERVER
    session.flush()


def local_person(person_id: int, actor: Actor) -> Person:
    """本乡在册的人。Raises Refused('no_person')."""
    person = session.get(Person, person_id)
    if person is None or person.township_id != actor.township_id or person.left_on is not None:
        raise Refused("no_person")
    return person


def post_of(person_id: int, now: datetime) -> str | None:
    """此人今日的职务，代行的写明."""
    day = now.astimezone(SHANGHAI).date()
    return posts_of_people([person_id], day).get(person_id)
