"""会议抬头与纪要：页面和文书都从这里取，一律先过数据范围."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from app.queries.meeting_case import meetings_of_case, resolutions_of_case
from models.attachment import Document
from models.meeting import Meeting, MeetingSeries, Minutes
from models.people import Person
from models.platform import Body
from models.township import Org

HELD = ("OPEN", "CLOSED", "MINUTED")


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


# 次序与 Head 的字段一致
_HEAD = (
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


def head_of(meeting_id: int, *, actor: Actor) -> Head:
    """范围内一次会议的抬头，一条语句。Raises Refused('not_found')."""
    row = session.execute(
        select(*_HEAD)
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


def previous_meeting(series_id: int, before: datetime) -> Select[Any]:
    """同系列上一次开过的会（子查询用）."""
    return (
        select(Meeting.id)
        .where(
            Meeting.series_id == series_id,
            Meeting.planned_at < before,
            Meeting.state.in_(HELD),
        )
        .order_by(Meeting.planned_at.desc(), Meeting.id.desc())
        .limit(1)
    )


__all__ = [
    "HELD",
    "Head",
    "MinutesLine",
    "editions_of",
    "head_of",
    "meetings_of_case",
    "previous_meeting",
    "resolutions_of_case",
]
