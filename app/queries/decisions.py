"""等您决定：一处一个来源（纪要审核、签发，议定事项确认，议题列入），合成一条语句.

添一种等人决定的事：写一个 ``Source``——候选的语句（列见 ``line``）、是不是轮到这个人——放进
``DECISIONS``；怎样写到屏幕上在 views/home_decisions.py。来自案件的，敏感件只写编号。
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Select,
    cast,
    or_,
    union_all,
)
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.decide import decide
from app.access.scope import condition_for
from app.access.subject import Subject
from app.db import session
from app.domain.meeting_flow import AgendaState, MeetingState, MinutesState, ResolutionState
from app.queries.decision_lines import MOST, Line, Source, line
from app.queries.decisions_cases import CASE_DECISIONS
from models.meeting import AgendaItem, Meeting, Minutes, Resolution
from models.platform import Body


def gather(sources: Iterable[Source], *, actor: Actor, now: datetime) -> Mapping[str, list[Line]]:
    """各来源轮到这个人的行，一条语句；没有授权的来源不问."""
    asked = [s for s in sources if s.needs is None or actor.has_verb(*s.needs)]
    found: dict[str, list[Line]] = {one.code: [] for one in asked}
    parts = []
    for one in asked:
        statement = one.rows(actor, now)
        if statement is not None:
            parts.append(statement.subquery().select())
    if not parts:
        return found
    judges = {one.code: one.mine for one in asked}
    rows = session.execute(union_all(*parts) if len(parts) > 1 else parts[0]).all()
    for row in rows:
        made = _line(row)
        if judges[made.source](actor, made):
            found[made.source].append(made)
    return found


def _line(row: Row[Any]) -> Line:
    return Line(*row)


def sorted_lines(found: Mapping[str, list[Line]], now: datetime) -> list[Line]:
    """久等的在前，没有时刻的在后."""
    lines = [one for rows in found.values() for one in rows]
    return sorted(lines, key=lambda one: (one.at is None, one.at or now))


# 会议的来源


def meeting_line(code: str, **columns: Any) -> Select[Any]:
    """会议里的一行：标题、平台、议事机构都取会议的."""
    given = {"title": Meeting.title, "key": Meeting.id, **columns}
    return line(
        code, platform=Meeting.platform, body_id=Meeting.body_id, body_code=Body.code, **given
    )


def of_minutes(code: str, state: MinutesState, at: Any) -> Callable[..., Select[Any]]:
    """停在这一步的纪要."""

    def rows(actor: Actor, _now: datetime) -> Select[Any]:
        statement = meeting_line(code, at=at, state=Meeting.state, by_id=Minutes.drafted_by_id)
        return (
            statement.join(Minutes, Minutes.meeting_id == Meeting.id)
            .join(Body, Body.id == Meeting.body_id)
            .where(
                condition_for(Meeting, actor),
                Meeting.state == MeetingState.CLOSED,
                Minutes.state == state,
                # 审核过的人不再签发（SD6）
                or_(Minutes.reviewed_by_id.is_(None), Minutes.reviewed_by_id != actor.person_id),
            )
            .order_by(at, Minutes.id)
            .limit(MOST)
        )

    return rows


def _agenda_rows(actor: Actor, _now: datetime) -> Select[Any]:
    """等列入的议题."""
    statement = meeting_line(
        "admit_agenda",
        title=AgendaItem.title,
        note=Meeting.title,
        at=AgendaItem.created_at,
        state=Meeting.state,
    )
    waiting = (MeetingState.PLANNED, MeetingState.NOTICED, MeetingState.OPEN)
    return (
        statement.join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .join(Body, Body.id == Meeting.body_id)
        .where(
            condition_for(Meeting, actor),
            Meeting.state.in_(waiting),
            AgendaItem.state == AgendaState.COLLECTED,
        )
        .order_by(AgendaItem.created_at, AgendaItem.id)
        .limit(MOST)
    )


def _resolution_rows(actor: Actor, _now: datetime) -> Select[Any]:
    """报告完成、等确认的议定事项."""
    statement = meeting_line(
        "confirm_resolution",
        title=Resolution.content,
        note=Resolution.number,
        at=cast(Resolution.due_on, DateTime(timezone=True)),
        state=Meeting.state,
        by_id=Resolution.duty_person_id,
        org_id=Resolution.lead_org_id,
    )
    return (
        statement.join(Resolution, Resolution.meeting_id == Meeting.id)
        .join(Body, Body.id == Meeting.body_id)
        .where(condition_for(Meeting, actor), Resolution.state == ResolutionState.REPORTED_DONE)
        .order_by(Resolution.due_on, Resolution.id)
        .limit(MOST)
    )


def meeting_verb(
    module: str, verb: str, *, not_drafter: bool = False
) -> Callable[[Actor, Line], bool]:
    """会议里这个动作轮不轮得到他：限定与行照样判；``not_drafter`` 起草人自己不算."""

    def mine(actor: Actor, found: Line) -> bool:
        if not_drafter and found.by_id == actor.person_id:
            return False
        return decide(actor, module, verb, meeting_subject(actor, found)).allowed

    return mine


def meeting_subject(actor: Actor, found: Line) -> Subject:
    """一行会议的判定对象."""
    people = frozenset({found.by_id} if found.by_id else ())
    return Subject(
        kind="meeting",
        township_id=actor.township_id,
        platform=found.platform,
        platforms=frozenset({found.platform} if found.platform else ()),
        body_id=found.body_id,
        body_code=found.body_code,
        state=found.state,
        persons=people,
        parties=people,
        org_ids=frozenset({found.org_id} if found.org_id else ()),
    )


DECISIONS: tuple[Source, ...] = (
    Source(
        "sign_minutes",
        ("meeting", "sign_minutes"),
        of_minutes("sign_minutes", MinutesState.REVIEWED, Minutes.reviewed_at),
        meeting_verb("meeting", "sign_minutes", not_drafter=True),
    ),
    Source(
        "review_minutes",
        ("meeting", "review_minutes"),
        of_minutes("review_minutes", MinutesState.DRAFT, Minutes.drafted_at),
        meeting_verb("meeting", "review_minutes", not_drafter=True),
    ),
    Source(
        "confirm_resolution",
        ("resolution", "confirm"),
        _resolution_rows,
        meeting_verb("resolution", "confirm"),
    ),
    Source(
        "admit_agenda",
        ("meeting", "admit_agenda"),
        _agenda_rows,
        meeting_verb("meeting", "admit_agenda"),
    ),
    *CASE_DECISIONS,
)
"""等人决定的事，添一种就添一行."""
