"""纪要的签发与更正重发：取号、冻结、议定事项生效；错漏只能另出一版."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.case_states import State
from app.domain.case_words import Party
from app.domain.errors import Refused
from app.domain.meeting_flow import MeetingAction, MinutesState, ResolutionState
from app.domain.numbering import joint_minutes_number, resolution_number, weekly_minutes_number
from app.queries.meeting_gaps import Book
from app.queries.names import names_of
from app.services import documents, journal, notify
from app.services.meeting_minutes import (
    Draft,
    book_for,
    current,
    facts_of,
    save_draft,
    unmoved,
)
from app.services.meeting_step import (
    Deed,
    begin,
    enter,
    judge_minutes,
    move_minutes,
    move_resolution,
    note,
    reissue,
)
from models.attachment import Document
from models.case import Case
from models.meeting import Meeting, Minutes, Resolution
from models.township import Township
from reports.minutes.build import Signing, compose
from reports.minutes.sheet import Attendee

WEEKLY_KIND, JOINT_KIND = "P2", "P1"
JOINT = "JM"
TEMPLATE = "minutes"


def sign_minutes(
    meeting_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> Document:
    """签发纪要（sign）：组长签，与起草、审核不是同一人，要素齐全；取号、冻结、决议生效.

    返回的文书还没有 PDF（PENDING），已排入任务；``documents.render`` 随即可做。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.SIGN_MINUTES, actor=actor, now=now)
    row = current(meeting_id)
    unmoved(row, seen)
    book = book_for(deed, row)
    facts = facts_of(book, row)
    judge_minutes(deed, row, MeetingAction.SIGN_MINUTES, outcome=MinutesState.ISSUED, facts=facts)
    document = _freeze(deed, book)
    before, _ = move_minutes(
        deed, row, MeetingAction.SIGN_MINUTES, outcome=MinutesState.ISSUED, facts=facts
    )
    row.signed_by_id, row.signed_at = deed.person_id, deed.moment
    row.document_id = document.id
    row.version += 1
    rows = _take_effect(deed)
    enter(deed, MeetingAction.SIGN_MINUTES, facts=facts)
    note(
        deed,
        MeetingAction.SIGN_MINUTES,
        before=before,
        after=row.state,
        data={
            "number": document.number,
            "sheet_sha256": document.sheet_sha256,
            "resolutions": [one.number for one in rows],
        },
    )
    _tell(deed, rows, document)
    return document


def _freeze(deed: Deed, book: Book, *, correction: str = "") -> Document:
    meeting = deed.meeting
    signing = Signing(_printed_number(meeting), _signer(deed), book.edition, correction)
    sheet = compose(book, now=deed.now, signing=signing)
    filing = documents.Filing(
        kind=JOINT_KIND if deed.body.code == JOINT else WEEKLY_KIND,
        number=_number(meeting),
        title=f"{meeting.title}纪要",
        subject_kind="meeting",
        subject_id=meeting.id,
        platform=meeting.platform,
        body_code=deed.body.code,
        edition=book.edition,
    )
    return documents.freeze(TEMPLATE, sheet, filing, actor=deed.actor, now=deed.now)


def _number(meeting: Meeting) -> str:
    platform = names_of(meeting.township_id).platform(meeting.platform)
    if meeting.quarter is not None:
        town = session.get_one(Township, meeting.township_id).name
        return joint_minutes_number(town, meeting.year, meeting.term)
    if platform is None or meeting.week is None:
        raise Refused("minutes_not_weekly")
    return weekly_minutes_number(platform.short, meeting.year, meeting.week)


def _printed_number(meeting: Meeting) -> str:
    if meeting.quarter is not None:
        return f"〔{meeting.year}〕{meeting.term}号"
    return f"〔{meeting.year}〕第{meeting.week}周"


def _signer(deed: Deed) -> Attendee:
    used = deed.holding
    mode = used.mode if used.mode in ("代行", "委托") else ""
    return Attendee(name=deed.actor.name, post=used.post_name or used.role_name, mode=mode)


def _take_effect(deed: Deed) -> list[Resolution]:
    """议定事项随纪要签发取号、生效；关联案件的在案件上留一条."""
    rows = list(
        session.execute(
            select(Resolution)
            .where(
                Resolution.meeting_id == deed.meeting.id,
                Resolution.state == ResolutionState.DRAFTED,
            )
            .order_by(Resolution.order_no)
        ).scalars()
    )
    for row in rows:
        row.number = resolution_number(_base(deed.meeting), row.order_no)
        row.effective_at = deed.moment
        move_resolution(deed, row, MeetingAction.SIGN_MINUTES, outcome=ResolutionState.EFFECTIVE)
    session.flush()
    for row in rows:
        if row.case_id is not None:
            _note_on_case(deed, row)
    return rows


def _base(meeting: Meeting) -> str:
    """决议编号的前半：例会取会议名称，联席会议取年、季（一季几次的带年内序）."""
    if meeting.quarter is None:
        return meeting.title
    earlier = session.execute(
        select(Meeting.id)
        .where(
            Meeting.series_id == meeting.series_id,
            Meeting.year == meeting.year,
            Meeting.quarter == meeting.quarter,
            Meeting.term < meeting.term,
            Meeting.minuted_at.is_not(None),
        )
        .limit(1)
    ).first()
    again = f"（第{meeting.term}次）" if earlier else ""
    return f"{meeting.year}年第{meeting.quarter}季度联席会议{again}"


def _note_on_case(deed: Deed, row: Resolution) -> None:
    journal.record(
        actor=deed.actor,
        now=deed.now,
        module="meeting",
        action="sign_minutes",
        subject_kind="resolution",
        subject_id=row.id,
        holding=deed.holding,
        case_id=row.case_id,
        before=ResolutionState.DRAFTED,
        after=row.state,
        data={
            "number": row.number,
            "content": row.content,
            "due_on": row.due_on,
            "meeting_id": deed.meeting.id,
        },
    )


def _tell(deed: Deed, rows: Iterable[Resolution], document: Document) -> None:
    """知会各条的责任人."""
    people = {row.duty_person_id for row in rows if row.duty_person_id is not None}
    notify.post(
        people - {deed.actor.person_id},
        township_id=deed.meeting.township_id,
        kind="resolution.effective",
        key=f"meeting:{deed.meeting.id}:effective:{document.edition}",
        now=deed.now,
        facts={"title": deed.meeting.title, "number": document.number},
        meeting_id=deed.meeting.id,
    )
    for row in rows:
        _tell_case(deed, row)


def _tell_case(deed: Deed, row: Resolution) -> None:
    """因等会挂起的案件，知会受理员回写."""
    case = session.get(Case, row.case_id) if row.case_id is not None else None
    if case is None or case.state != State.SUSPENDED:
        return
    people = notify.people_of(case, (Party.B,), now=deed.now)
    notify.post(
        people - {deed.actor.person_id},
        township_id=case.township_id,
        kind="case.resolution_effective",
        key=f"case:{case.id}:resolution:{row.id}",
        now=deed.now,
        facts={"number": case.number, "title": None if case.is_sensitive else case.title},
        case_id=case.id,
    )


def reissue_minutes(
    meeting_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    draft: Draft | None = None,
    seen: int | None = None,
) -> Document:
    """更正重发（reissue）：版次加一，旧版标明已被替代、仍可下载；``reason`` 写更正处与理由.

    议定事项照旧，不重新取号。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.REISSUE_MINUTES, actor=actor, now=now, reason=reason)
    old = current(meeting_id)
    unmoved(old, seen)
    judge_minutes(deed, old, MeetingAction.REISSUE_MINUTES)
    if deed.person_id in (old.drafted_by_id, old.reviewed_by_id):
        raise Refused("minutes_by_reviewer", reviewer_id=old.reviewed_by_id)
    new = _next_edition(deed, old)
    if draft is not None:
        save_draft(new, draft)
    session.add(new)
    session.flush()
    document = _freeze(deed, book_for(deed, new), correction=reason.strip())
    documents.replace_with(old.document_id, document)
    new.signed_by_id, new.signed_at = deed.person_id, deed.moment
    new.document_id = document.id
    reissue(deed, old, new)
    note(
        deed,
        MeetingAction.REISSUE_MINUTES,
        before=old.state,
        after=new.state,
        data={"number": document.number, "edition": new.edition},
    )
    return document


def _next_edition(deed: Deed, old: Minutes) -> Minutes:
    new = Minutes(
        township_id=old.township_id,
        meeting_id=old.meeting_id,
        drafted_at=old.drafted_at,
        reviewed_at=old.reviewed_at,
        drafted_by_id=old.drafted_by_id,
        reviewed_by_id=old.reviewed_by_id,
        edition=old.edition + 1,
        version=1,
        sections=[dict(one) for one in old.sections],
        distribution=old.distribution,
        review_opinion=old.review_opinion,
    )
    move_minutes(deed, new, MeetingAction.DRAFT_MINUTES)
    return new
