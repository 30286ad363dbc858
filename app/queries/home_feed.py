"""工作台的边栏：最近的文书、到期的议定事项、本周的例会；与等您决定的合成一条语句."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Select, cast, func, literal

from app.access.actor import Actor
from app.access.scope import condition_for
from app.domain.meeting_flow import MeetingState, ResolutionState
from app.queries.decision_lines import MOST, Source, line
from app.queries.decisions import meeting_line, meeting_verb
from models.attachment import Document
from models.meeting import Meeting, MeetingSeries, Resolution
from models.platform import Body

PAPERS, DUE, MEETINGS = "papers", "due", "meetings"
NEWEST = 6
"""列几份文书."""


def _paper_rows(actor: Actor, _now: datetime) -> Select[Any]:
    """最近签发、做好了 PDF 的文书：``key`` 是会议或案件的编号，``state`` 是文书的种类."""
    return (
        line(
            PAPERS,
            key=Document.subject_id,
            title=Document.title,
            note=func.concat(Document.number, "|", func.coalesce(Document.pages, literal(0))),
            at=Document.issued_at,
            platform=Document.platform,
            state=Document.subject_kind,
        )
        .where(condition_for(Document, actor), Document.state == "READY")
        .order_by(Document.issued_at.desc(), Document.id.desc())
        .limit(NEWEST)
    )


papers = Source(PAPERS, ("document", "download"), _paper_rows, meeting_verb("document", "download"))
"""最近的文书."""


def due_resolutions(since: date, until: date) -> Source:
    """期限落在这几天（含两端）的议定事项；撤销的、没有生效的不算."""

    def rows(actor: Actor, _now: datetime) -> Select[Any]:
        statement = meeting_line(
            DUE,
            title=Resolution.content,
            note=Resolution.number,
            at=cast(Resolution.due_on, DateTime(timezone=True)),
            state=Resolution.state,
            by_id=Resolution.duty_person_id,
            org_id=Resolution.lead_org_id,
        )
        skipped = (ResolutionState.DRAFTED, ResolutionState.REVOKED)
        return (
            statement.join(Resolution, Resolution.meeting_id == Meeting.id)
            .join(Body, Body.id == Meeting.body_id)
            .where(
                condition_for(Meeting, actor),
                Resolution.due_on.between(since, until),
                Resolution.state.not_in(skipped),
            )
            .order_by(Resolution.due_on, Resolution.id)
            .limit(MOST)
        )

    return Source(DUE, ("meeting", "read"), rows)


def meetings_between(since: datetime, until: datetime) -> Source:
    """这段时间里的会，取消的不算；``note`` 是系列的代码."""

    def rows(actor: Actor, _now: datetime) -> Select[Any]:
        return (
            meeting_line(
                MEETINGS,
                note=MeetingSeries.code,
                at=Meeting.planned_at,
                state=Meeting.state,
            )
            .join(Body, Body.id == Meeting.body_id)
            .join(MeetingSeries, MeetingSeries.id == Meeting.series_id)
            .where(
                condition_for(Meeting, actor),
                Meeting.planned_at >= since,
                Meeting.planned_at < until,
                Meeting.state != MeetingState.CANCELLED_MTG,
            )
            .order_by(Meeting.planned_at, Meeting.id)
            .limit(MOST)
        )

    return Source(MEETINGS, ("meeting", "read"), rows)
