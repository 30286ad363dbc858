"""会议：清单、系列、会议抬头、纪要；一律先过数据范围."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from models.attachment import Document
from models.meeting import AgendaItem, Meeting, MeetingSeries, Minutes, Resolution
from models.people import Person
from models.platform import Body
from models.township import Org

PAGE = 25
CAP = 1000
WEEKLY = "week"
HELD = ("OPEN", "CLOSED", "MINUTED")
WIDE = frozenset({"township", "township_readonly"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """翻页的位置：这一行的召开时刻与编号；``back`` 为往前翻."""

    at: datetime
    id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """一页会议：行、前后页的位置、封顶的计数."""

    rows: Sequence[Row[Any]]
    next: Cursor | None
    previous: Cursor | None
    count: int
    capped: bool


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """一个会议系列：名称、所属机构与平台、办公室（编发机构）."""

    id: int
    code: str
    name: str
    cadence: str
    body_id: int
    body_code: str
    platform: str | None
    secretariat: str
    since: date


@dataclass(frozen=True, slots=True)
class Head:
    """会议抬头：页面与文书都要用的会议事实；时刻为 UTC."""

    id: int
    township_id: int
    version: int
    state: str
    title: str
    place: str
    planned_at: datetime
    noticed_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    minuted_at: datetime | None
    series_id: int
    body_id: int
    platform: str | None
    year: int
    term: int
    week: int | None
    host_id: int | None
    recorder_id: int | None
    cancel_reason: str | None
    series_code: str
    series_name: str
    cadence: str
    quorum: str
    sections: tuple[str, ...]
    agenda_types: tuple[str, ...]
    body_code: str
    body_name: str
    leader_title: str
    secretariat_id: int
    secretariat: str


@dataclass(frozen=True, slots=True)
class MinutesLine:
    """一版纪要与它的文书：三签的人、版次、正文各节、PDF 的状况."""

    id: int
    edition: int
    version: int
    state: str
    sections: list[dict[str, Any]]
    distribution: str | None
    review_opinion: str | None
    return_reason: str | None
    drafted_at: datetime
    reviewed_at: datetime | None
    signed_at: datetime | None
    drafted_by_id: int
    reviewed_by_id: int | None
    signed_by_id: int | None
    drafter: str
    reviewer: str | None
    signer: str | None
    document_id: int | None
    number: str | None
    document_state: str | None
    document_error: str | None
    pages: int | None
    size: int | None


def series_of(actor: Actor) -> list[SeriesLine]:
    """此人看得到的例会系列（每周一次的）：全乡的看全部，其余只看本平台的."""
    statement = (
        select(
            MeetingSeries.id,
            MeetingSeries.code,
            MeetingSeries.name,
            MeetingSeries.cadence,
            Body.id,
            Body.code,
            Body.platform,
            Org.name,
            Body.valid_from,
        )
        .join(Body, Body.id == MeetingSeries.body_id)
        .join(Org, Org.id == MeetingSeries.secretariat_id)
        .where(condition_for(MeetingSeries, actor), MeetingSeries.cadence == WEEKLY)
        .order_by(MeetingSeries.sort_no, MeetingSeries.id)
    )
    if not any(h.scope in WIDE and h.body_id is None for h in actor.holdings):
        platforms = {h.platform for h in actor.holdings if h.platform}
        bodies = {h.body_id for h in actor.holdings if h.body_id}
        statement = statement.where(or_(Body.platform.in_(platforms), Body.id.in_(bodies)))
    return [SeriesLine(*row) for row in session.execute(statement).all()]


def weeks_of(series_ids: Iterable[int], *, actor: Actor, since: datetime) -> list[Row[Any]]:
    """各系列自某时刻以来排过的会：(系列, 年, 周, 状态, 编号)，取消的不算."""
    return list(
        session.execute(
            select(Meeting.series_id, Meeting.year, Meeting.week, Meeting.state, Meeting.id).where(
                condition_for(Meeting, actor),
                Meeting.series_id.in_(list(series_ids)),
                Meeting.planned_at >= since,
                Meeting.state != "CANCELLED_MTG",
            )
        ).all()
    )


def _list_rows() -> Select[Any]:
    host = aliased(Person)
    counted = (
        select(func.count())
        .select_from(Resolution)
        .where(Resolution.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    issued = (
        select(Document.state)
        .where(
            Document.subject_kind == "meeting",
            Document.subject_id == Meeting.id,
            Document.state != "REPLACED",
        )
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Meeting.id,
            Meeting.title,
            Meeting.planned_at,
            Meeting.place,
            Meeting.state,
            Meeting.platform,
            Meeting.week,
            MeetingSeries.name.label("series"),
            host.name.label("host"),
            counted.label("resolutions"),
            issued.label("document"),
        )
        .join(MeetingSeries, MeetingSeries.id == Meeting.series_id)
        .outerjoin(host, host.id == Meeting.host_id)
    )


def meeting_page(
    *,
    actor: Actor,
    series_id: int | None = None,
    states: Sequence[str] = (),
    cursor: Cursor | None = None,
) -> MeetingPage:
    """范围内的一页会议，近的在前；两条语句（行、计数）."""
    where = [condition_for(Meeting, actor)]
    if series_id is not None:
        where.append(Meeting.series_id == series_id)
    if states:
        where.append(Meeting.state.in_(states))
    back = cursor is not None and cursor.back
    key = tuple_(Meeting.planned_at, Meeting.id)
    statement = _list_rows().where(*where)
    if cursor is not None:
        here = tuple_(cursor.at, cursor.id)
        statement = statement.where(key > here if back else key < here)
    order = (
        (Meeting.planned_at.asc(), Meeting.id.asc())
        if back
        else (Meeting.planned_at.desc(), Meeting.id.desc())
    )
    rows = list(session.execute(statement.order_by(*order).limit(PAGE + 1)).all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    capped = select(Meeting.id).where(*where).limit(CAP + 1).subquery()
    count = session.execute(select(func.count()).select_from(capped)).scalar_one()
    has_next = bool(rows) and (more or back)
    has_previous = bool(rows) and cursor is not None and (not back or more)
    return MeetingPage(
        rows,
        Cursor(rows[-1].planned_at, rows[-1].id) if has_next else None,
        Cursor(rows[0].planned_at, rows[0].id, back=True) if has_previous else None,
        min(count, CAP),
        count > CAP,
    )


def head_of(meeting_id: int, *, actor: Actor) -> Head:
    """范围内一次会议的抬头，一条语句。Raises Refused('not_found')."""
    row = session.execute(
        select(
            Meeting.id,
            Meeting.township_id,
            Meeting.version,
            Meeting.state,
            Meeting.title,
            Meeting.place,
            Meeting.planned_at,
            Meeting.noticed_at,
            Meeting.opened_at,
            Meeting.closed_at,
            Meeting.minuted_at,
            Meeting.series_id,
            Meeting.body_id,
            Meeting.platform,
            Meeting.year,
            Meeting.term,
            Meeting.week,
            Meeting.host_id,
            Meeting.recorder_id,
            Meeting.cancel_reason,
            MeetingSeries.code,
            MeetingSeries.name,
            MeetingSeries.cadence,
            MeetingSeries.quorum,
            MeetingSeries.sections,
            MeetingSeries.agenda_types,
            Body.code,
            Body.name,
            Body.leader_title,
            Org.id,
            Org.name,
        )
        .join(MeetingSeries, MeetingSeries.id == Meeting.series_id)
        .join(Body, Body.id == Meeting.body_id)
        .join(Org, Org.id == MeetingSeries.secretariat_id)
        .where(Meeting.id == meeting_id, condition_for(Meeting, actor))
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Head(*row)


def editions_of(meeting_id: int) -> list[MinutesLine]:
    """一次会议的各版纪要，新的在前；会议须已按范围取过."""
    drafter, reviewer, signer = aliased(Person), aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Minutes.id,
            Minutes.edition,
            Minutes.version,
            Minutes.state,
            Minutes.sections,
            Minutes.distribution,
            Minutes.review_opinion,
            Minutes.return_reason,
            Minutes.drafted_at,
            Minutes.reviewed_at,
            Minutes.signed_at,
            Minutes.drafted_by_id,
            Minutes.reviewed_by_id,
            Minutes.signed_by_id,
            drafter.name,
            reviewer.name,
            signer.name,
            Document.id,
            Document.number,
            Document.state,
            Document.error,
            Document.pages,
            Document.size,
        )
        .join(drafter, drafter.id == Minutes.drafted_by_id)
        .outerjoin(reviewer, reviewer.id == Minutes.reviewed_by_id)
        .outerjoin(signer, signer.id == Minutes.signed_by_id)
        .outerjoin(Document, Document.id == Minutes.document_id)
        .where(Minutes.meeting_id == meeting_id)
        .order_by(Minutes.edition.desc())
    ).all()
    return [MinutesLine(*row) for row in rows]


def previous_meeting(series_id: int, before: datetime) -> int | None:
    """同系列上一次开过的会."""
    return session.execute(
        select(Meeting.id)
        .where(
            Meeting.series_id == series_id,
            Meeting.planned_at < before,
            Meeting.state.in_(HELD),
        )
        .order_by(Meeting.planned_at.desc(), Meeting.id.desc())
        .limit(1)
    ).scalar()


def meetings_of_case(case_id: int, *, actor: Actor) -> list[Row[Any]]:
    """这件案件上过哪些会：会议与议题各列；只列此人看得到的会."""
    return list(
        session.execute(
            select(
                Meeting.id,
                Meeting.title,
                Meeting.planned_at,
                Meeting.state,
                AgendaItem.id.label("item_id"),
                AgendaItem.title.label("item_title"),
                AgendaItem.state.label("item_state"),
            )
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .where(AgendaItem.case_id == case_id, condition_for(Meeting, actor))
            .order_by(Meeting.planned_at.desc(), AgendaItem.id)
        ).all()
    )


def resolutions_of_case(case_id: int, *, actor: Actor) -> list[Row[Any]]:
    """关联这件案件的议定事项；案件须在此人范围内.

    已生效的谁看得到案件谁就看得到；拟定的只给看得到那次会议的人。``can_open`` 为真时可以点进会议。
    """
    from models.case import Case  # noqa: PLC0415 - 只有这里用得到

    visible = and_(Meeting.id == Resolution.meeting_id, condition_for(Meeting, actor))
    can_open = exists().where(visible).correlate(Resolution)
    duty = aliased(Person)
    home = aliased(Meeting)
    return list(
        session.execute(
            select(
                Resolution.id,
                Resolution.number,
                Resolution.order_no,
                Resolution.content,
                Resolution.state,
                Resolution.due_on,
                Resolution.duty_post,
                Resolution.assist_orgs,
                duty.name.label("duty"),
                Org.name.label("lead_org"),
                home.id.label("meeting_id"),
                home.title.label("meeting"),
                can_open.label("can_open"),
            )
            .join(home, home.id == Resolution.meeting_id)
            .outerjoin(duty, duty.id == Resolution.duty_person_id)
            .outerjoin(Org, Org.id == Resolution.lead_org_id)
            .where(
                Resolution.case_id == case_id,
                exists().where(Case.id == case_id, condition_for(Case, actor)),
                or_(Resolution.state != "DRAFTED", can_open),
            )
            .order_by(home.planned_at.desc(), Resolution.order_no)
        ).all()
    )
