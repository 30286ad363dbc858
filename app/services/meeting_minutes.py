"""纪要的起草与审核：起草、审核、签发由三个不同的人做；审核过的只有退回才能再改."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import MeetingAction, MeetingState, MinutesState
from app.domain.meeting_guards import MeetingFacts
from app.queries.meeting_gaps import Book, Gap, book_of, gaps_of, section
from app.queries.meetings import head_of
from app.queries.names import names_of
from app.services.meeting_prefill import prefill
from app.services.meeting_step import (
    Deed,
    begin,
    latest_minutes,
    move_minutes,
    need_state,
    note,
)
from models.meeting import Minutes

MOST_TEXT = 6000
MOST_ROWS = 30
_ROW_LIMITS = {"content": 300, "responsible": 40, "lead_unit": 60, "due": 10}


@dataclass(frozen=True, slots=True)
class Draft:
    """人改的部分：上周工作分析、本周工作安排（内容、责任人、牵头单位、期限 ISO 日期）、印发范围."""

    analysis: str
    arrangements: Sequence[Mapping[str, str]] = ()
    distribution: str = ""


def draft_minutes(
    meeting_id: int,
    *,
    actor: Actor,
    now: datetime,
    draft: Draft | None = None,
    seen: int | None = None,
) -> Minutes:
    """起草纪要（draft）：头一次填好底子；以后存改动，``seen`` 是纪要的版本。只有起草人能改.

    会议结束后才能起草，审核过的不能再改。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.DRAFT_MINUTES, actor=actor, now=now)
    need_state(deed.meeting, MeetingState.CLOSED)
    row = latest_minutes(meeting_id)
    if row is None:
        row = _first_draft(deed)
    else:
        _own_draft(row, deed, seen)
        move_minutes(deed, row, MeetingAction.DRAFT_MINUTES, outcome=MinutesState.DRAFT)
        row.version += 1
    if draft is not None:
        save_draft(row, draft)
    note(deed, MeetingAction.DRAFT_MINUTES, after=row.state, data={"version": row.version})
    return row


def _first_draft(deed: Deed) -> Minutes:
    sections, distribution = prefill(deed)
    row = Minutes(
        township_id=deed.meeting.township_id,
        meeting_id=deed.meeting.id,
        drafted_at=deed.moment,
        drafted_by_id=deed.person_id,
        edition=1,
        version=1,
        sections=sections,
        distribution=distribution,
    )
    move_minutes(deed, row, MeetingAction.DRAFT_MINUTES)
    session.add(row)
    return row


def _own_draft(row: Minutes, deed: Deed, seen: int | None) -> None:
    if row.drafted_by_id != deed.person_id:
        raise Refused("minutes_other_drafter", who=_name(deed, row.drafted_by_id))
    if seen is not None and seen != row.version:
        raise Refused("minutes_changed", version=row.version)


def _name(deed: Deed, person_id: int | None) -> str:
    return names_of(deed.meeting.township_id).person(person_id)


def save_draft(row: Minutes, draft: Draft) -> None:
    """写下人改的部分；快照锁定，不在可改之列。Raises Refused."""
    if len(draft.analysis) > MOST_TEXT:
        raise Refused("too_long", field="analysis", most=MOST_TEXT)
    if len(draft.distribution) > 256:
        raise Refused("too_long", field="distribution", most=256)
    snapshot = section(row.sections, "snapshot")
    row.sections = [
        {"code": "analysis", "text": draft.analysis.strip()},
        *([dict(snapshot)] if snapshot else []),
        {"code": "arrangements", "rows": _rows(draft.arrangements)},
    ]
    row.distribution = draft.distribution.strip() or None


def _rows(given: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    rows = []
    for one in given:
        row = {name: str(one.get(name) or "").strip()[:most] for name, most in _ROW_LIMITS.items()}
        if not row["content"]:
            continue
        if row["due"]:
            try:
                date.fromisoformat(row["due"])
            except ValueError as fault:
                raise Refused("date_form", field="arrangements") from fault
        rows.append(row)
    if len(rows) > MOST_ROWS:
        raise Refused("too_many_rows", most=MOST_ROWS)
    return rows


def take_over_draft(meeting_id: int, *, actor: Actor, now: datetime) -> Minutes:
    """接手起草：原起草人不便时由另一人接着写；此后审核人不能是接手的人。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.DRAFT_MINUTES, actor=actor, now=now)
    row = current(meeting_id)
    move_minutes(deed, row, MeetingAction.DRAFT_MINUTES, outcome=MinutesState.DRAFT)
    before = _name(deed, row.drafted_by_id)
    row.drafted_by_id = deed.person_id
    row.version += 1
    note(deed, MeetingAction.DRAFT_MINUTES, after=row.state, data={"took_over_from": before})
    return row


def current(meeting_id: int) -> Minutes:
    """最新一版纪要。Raises Refused('minutes_not_drafted')."""
    row = latest_minutes(meeting_id)
    if row is None:
        raise Refused("minutes_not_drafted")
    return row


def gaps(meeting_id: int, *, actor: Actor) -> tuple[Gap, ...]:
    """签发前还差几处。Raises Refused."""
    head = head_of(meeting_id, actor=actor)
    row = latest_minutes(meeting_id)
    return gaps_of(book_of(head, sections=row.sections if row else ()))


def book_for(deed: Deed, row: Minutes) -> Book:
    """这一版纪要要用的一切."""
    return book_of(
        head_of(deed.meeting.id, actor=deed.actor),
        sections=row.sections,
        distribution=row.distribution,
        edition=row.edition,
    )


def facts_of(book: Book, row: Minutes) -> MeetingFacts:
    """三签的人与还差几处，化成守卫看的事实."""
    found = gaps_of(book)
    return MeetingFacts(
        drafter_id=row.drafted_by_id,
        reviewer_id=row.reviewed_by_id,
        minutes_gaps=tuple(gap.code for gap in found if not gap.is_resolution),
        resolution_gaps=tuple(f"决{gap.facts['no']:02d}" for gap in found if gap.is_resolution),
    )


def review_minutes(
    meeting_id: int,
    *,
    actor: Actor,
    now: datetime,
    approve: bool = True,
    opinion: str | None = None,
    seen: int | None = None,
) -> Minutes:
    """审核纪要（review）：起草人以外的人审；不同意的退回起草，理由至少 10 字。Raises Refused."""
    row = _current_in_scope(meeting_id, actor)
    deed = begin(
        meeting_id,
        MeetingAction.REVIEW_MINUTES,
        actor=actor,
        now=now,
        reason=opinion,
        parties=[row.drafted_by_id],
    )
    unmoved(row, seen)
    outcome = MinutesState.REVIEWED if approve else MinutesState.DRAFT
    facts = facts_of(book_for(deed, row), row)
    before, after = move_minutes(
        deed, row, MeetingAction.REVIEW_MINUTES, outcome=outcome, facts=facts
    )
    row.version += 1
    if approve:
        row.reviewed_by_id, row.reviewed_at = deed.person_id, deed.moment
        row.review_opinion, row.return_reason = (opinion or "").strip() or None, None
    else:
        row.return_reason = (opinion or "").strip()
    note(deed, MeetingAction.REVIEW_MINUTES, before=before, after=after)
    return row


def _current_in_scope(meeting_id: int, actor: Actor) -> Minutes:
    head_of(meeting_id, actor=actor)
    return current(meeting_id)


def unmoved(row: Minutes, seen: int | None) -> None:
    """纪要还是表单看见的那个版本。Raises Refused('minutes_changed')."""
    if seen is not None and seen != row.version:
        raise Refused("minutes_changed", version=row.version)


def return_minutes(
    meeting_id: int, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Minutes:
    """签发人退回：审核过的纪要退回起草，写明理由（至少 10 字），改后重新审核。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.SIGN_MINUTES, actor=actor, now=now, reason=reason)
    row = current(meeting_id)
    unmoved(row, seen)
    facts = facts_of(book_for(deed, row), row)
    before, after = move_minutes(
        deed, row, MeetingAction.SIGN_MINUTES, outcome=MinutesState.DRAFT, facts=facts
    )
    row.reviewed_by_id = row.reviewed_at = row.review_opinion = None
    row.return_reason = reason.strip()
    row.version += 1
    note(deed, MeetingAction.SIGN_MINUTES, before=before, after=after)
    return row
