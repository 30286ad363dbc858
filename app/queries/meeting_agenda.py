"""议题与议定事项：一次会议的议题、可列入的案件、上次议定事项的落实."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.meetings import Head, previous_meeting
from models.case import Case
from models.journal import Journal
from models.meeting import AgendaItem, Meeting, Resolution
from models.people import Person
from models.township import Org

STANDING = "FOLLOW_UP"
"""首项议题的来源：上次议定事项落实情况，由系统列出."""

LIVE = ("COLLECTED", "ADMITTED", "DEFERRED", "DELIBERATED", "RESOLVED")
UNFINISHED = ("EFFECTIVE", "IN_PROGRESS", "REPORTED_DONE")
WAITING = ("DISPATCHED", "SUSPENDED")
MOST_CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class ItemLine:
    """一个议题；``case_number`` 是来源案号."""

    id: int
    order_no: int
    state: str
    source: str
    section: str
    title: str
    discussion: str | None
    conclusion: str | None
    case_id: int | None
    case_number: str | None
    proposer_id: int | None
    proposer: str | None
    proposer_org: str | None

    @property
    def is_standing(self) -> bool:
        """首项：上次议定事项落实情况."""
        return self.source == STANDING


@dataclass(frozen=True, slots=True)
class ResolutionLine:
    """一条议定事项；拟定的没有编号."""

    id: int
    meeting_id: int
    agenda_item_id: int | None
    order_no: int
    state: str
    number: str | None
    content: str
    duty_person_id: int | None
    duty: str | None
    duty_post: str | None
    lead_org_id: int | None
    lead_org: str | None
    assist_orgs: str | None
    due_on: date | None
    criteria: str | None
    case_id: int | None
    case_number: str | None

    def is_overdue(self, day: date) -> bool:
        """逾期按期限自动算，不是状态."""
        return self.state in UNFINISHED and self.due_on is not None and self.due_on < day


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """上次（或更早而未完成）的一条议定事项与最近一次报告的进展."""

    resolution: ResolutionLine
    note: str


def items_of(meeting_id: int) -> list[ItemLine]:
    """一次会议的议题，依次序；不列入的排在最后."""
    rows = session.execute(
        select(
            AgendaItem.id,
            AgendaItem.order_no,
            AgendaItem.state,
            AgendaItem.source,
            AgendaItem.section,
            AgendaItem.title,
            AgendaItem.discussion,
            AgendaItem.conclusion,
            AgendaItem.case_id,
            Case.number,
            AgendaItem.proposer_id,
            Person.name,
            Org.name,
        )
        .outerjoin(Case, Case.id == AgendaItem.case_id)
        .outerjoin(Person, Person.id == AgendaItem.proposer_id)
        .outerjoin(Org, Org.id == AgendaItem.proposer_org_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(
            case((AgendaItem.state.in_(("DECLINED", "DEFERRED")), 1), else_=0),
            AgendaItem.order_no,
            AgendaItem.id,
        )
    ).all()
    return [ItemLine(*row) for row in rows]


def _resolutions(*where: Any) -> list[ResolutionLine]:
    rows = session.execute(
        select(
            Resolution.id,
            Resolution.meeting_id,
            Resolution.agenda_item_id,
            Resolution.order_no,
            Resolution.state,
            Resolution.number,
            Resolution.content,
            Resolution.duty_person_id,
            Person.name,
            Resolution.duty_post,
            Resolution.lead_org_id,
            Org.name,
            Resolution.assist_orgs,
            Resolution.due_on,
            Resolution.criteria,
            Resolution.case_id,
            Case.number,
        )
        .join(Meeting, Meeting.id == Resolution.meeting_id)
        .outerjoin(Person, Person.id == Resolution.duty_person_id)
        .outerjoin(Org, Org.id == Resolution.lead_org_id)
        .outerjoin(Case, Case.id == Resolution.case_id)
        .where(*where)
        .order_by(Meeting.planned_at, Resolution.order_no, Resolution.id)
    ).all()
    return [ResolutionLine(*row) for row in rows]


def resolutions_of(meeting_id: int) -> list[ResolutionLine]:
    """一次会议的议定事项，依次序."""
    return _resolutions(Resolution.meeting_id == meeting_id)


def follow_ups(series_id: int, *, before: datetime) -> list[FollowUpLine]:
    """上次议定事项：同系列上一次会的全部（撤销的除外），加上更早而没有确认完成的."""
    last = previous_meeting(series_id, before).scalar_subquery()
    lines = _resolutions(
        Meeting.series_id == series_id,
        Meeting.planned_at < before,
        or_(
            and_(
                Resolution.meeting_id == last,
                Resolution.state.not_in(("DRAFTED", "REVOKED")),
            ),
            Resolution.state.in_(UNFINISHED),
        ),
    )
    notes = _latest_reports([line.id for line in lines])
    return [FollowUpLine(line, notes.get(line.id, "")) for line in lines]


def _latest_reports(ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(Journal.subject_id, Journal.opinion)
        .where(
            Journal.subject_kind == "resolution",
            Journal.subject_id.in_(ids),
            Journal.opinion.is_not(None),
        )
        .order_by(Journal.chain_seq)
    ).all()
    return {row.subject_id: row.opinion for row in rows}


def _urgency(now: datetime) -> Any:
    """急的在前：红牌、黄牌、超期、退回过、等着的."""
    return case(
        (Case.card == "RED", 0),
        (Case.card == "YELLOW", 1),
        (Case.due_at < now, 2),
        (Case.return_count > 0, 3),
        else_=4,
    )


def candidates(head: Head, *, actor: Actor, now: datetime) -> list[Row[Any]]:
    """可列入议题的案件：本平台的在办件里红牌、黄牌、超期、退回过、等待签收或挂起的，急的在前.

    已在本次会议议题里的不再列；敏感件只给编号与状态，不给标题。
    """
    taken = exists().where(
        AgendaItem.case_id == Case.id,
        AgendaItem.meeting_id == head.id,
        AgendaItem.state.in_(LIVE),
    )
    overdue = Case.due_at < now
    carded = Case.card.in_(("RED", "YELLOW"))
    columns = (
        Case.id,
        Case.number,
        case((Case.is_sensitive, None), else_=Case.title).label("title"),
        Case.state,
        Case.card,
        Case.return_count,
        Case.org_id,
        func.coalesce(overdue, False).label("is_overdue"),
    )
    statement = (
        select(*columns)
        .where(
            condition_for(Case, actor),
            Case.is_open,
            Case.platform == head.platform,
            or_(carded, overdue, Case.return_count > 0, Case.state.in_(WAITING)),
            ~taken,
        )
        .order_by(_urgency(now), Case.due_at.asc().nulls_last(), Case.id)
        .limit(MOST_CANDIDATES)
    )
    return list(session.execute(statement).all())
