"""会议、议题、决议、纪要走一步：锁行、授权、流程与守卫、留痕；这四样的状态只在这里改."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.scope import fetch
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.domain.flow import Flow
from app.domain.meeting_flow import (
    AGENDA_FLOW,
    MEETING_FLOW,
    MINUTES_FLOW,
    RESOLUTION_FLOW,
    AgendaState,
    MeetingAction,
    MeetingState,
    MinutesState,
    ResolutionState,
    take,
)
from app.domain.meeting_guards import MeetingContext, MeetingFacts
from app.services import journal
from models.journal import Journal
from models.meeting import AgendaItem, Meeting, Minutes, Resolution
from models.platform import Body

S = TypeVar("S", bound=str)

NO_FACTS = MeetingFacts()
BEFORE_MINUTES = (MeetingState.OPEN, MeetingState.CLOSED)


@dataclass(frozen=True, slots=True)
class Deed:
    """走着的一步：锁住的会议、谁、何时、以哪条任职."""

    meeting: Meeting
    body: Body
    actor: Actor
    now: datetime
    holding: HoldingView
    reason: str | None = None

    @property
    def person_id(self) -> int:
        """做事的人（系统不能办会）."""
        if self.actor.person_id is None:
            raise Refused("system_only")
        return self.actor.person_id

    @property
    def moment(self) -> datetime:
        """这一步的时刻（UTC）."""
        return self.now.astimezone(UTC)


def subject_of(
    *,
    township_id: int,
    platform: str | None,
    body_id: int,
    body_code: str,
    state: str | None = None,
    kind: str = "meeting",
    persons: Iterable[int] = (),
    parties: Iterable[int | None] = (),
    org_ids: Iterable[int | None] = (),
) -> Subject:
    """会议及其议题、决议、纪要的判定对象；平台取所属议事机构的平台."""
    return Subject(
        kind=kind,
        township_id=township_id,
        platform=platform,
        platforms=frozenset({platform} if platform else ()),
        body_id=body_id,
        body_code=body_code,
        state=state,
        persons=frozenset(persons),
        attendee_ids=frozenset(persons),
        parties=frozenset(p for p in parties if p is not None),
        org_ids=frozenset(o for o in org_ids if o is not None),
    )


def meeting_subject(meeting: Meeting, body: Body, **extra: Any) -> Subject:
    """一次会议的判定对象."""
    return subject_of(
        township_id=meeting.township_id,
        platform=meeting.platform,
        body_id=body.id,
        body_code=body.code,
        state=meeting.state,
        **extra,
    )


def allow(subject: Subject, action: MeetingAction | str, *, actor: Actor) -> HoldingView:
    """须有一条任职给出这个动作、限定与行。Raises Refused."""
    module, verb = str(action).split(".")
    return require(actor, module, verb, subject)


def begin(
    meeting_id: int,
    action: MeetingAction | str,
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
    reason: str | None = None,
    persons: Iterable[int] = (),
    parties: Iterable[int | None] = (),
) -> Deed:
    """开始一步：锁住范围内的会议，核对表单看见的版本，判定授权。Raises Refused."""
    meeting = fetch(Meeting, meeting_id, actor, lock=True)
    body = session.get_one(Body, meeting.body_id)
    _unmoved(meeting, seen)
    subject = meeting_subject(meeting, body, persons=persons, parties=parties)
    return Deed(meeting, body, actor, now, allow(subject, action, actor=actor), reason)


def _unmoved(meeting: Meeting, seen: int | None) -> None:
    """表单带着它看见的版本：期间别人动过就拒绝，说出是谁、做了什么、什么时候."""
    if seen is None or seen == meeting.version:
        return
    last = session.execute(
        select(Journal.actor_name, Journal.module, Journal.action, Journal.at)
        .where(Journal.subject_kind == "meeting", Journal.subject_id == meeting.id)
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).one_or_none()
    who, what, at = (last[0], f"{last[1]}.{last[2]}", last[3]) if last else ("—", "", None)
    raise Refused("changed_meanwhile", who=who, action=what, at=at, version=meeting.version)


def _take(
    flow: Flow[S, MeetingAction],
    before: S | None,
    action: MeetingAction,
    facts: MeetingFacts,
    deed: Deed,
    wanted: S | None,
) -> S:
    """走到想去的那个状态；这一步去不了那里的拒绝（如重复点了“列入”）."""
    ctx = MeetingContext(actor_person_id=deed.actor.person_id, reason=deed.reason)
    after = take(flow, before, action, facts, ctx, outcome=wanted)
    if wanted is not None and after != wanted:
        raise Refused("no_such_step", state=before, action=action)
    return after


def enter(
    deed: Deed,
    action: MeetingAction,
    *,
    outcome: MeetingState | None = None,
    facts: MeetingFacts = NO_FACTS,
) -> tuple[str | None, str]:
    """会议走一步（新会议由此产生），返回（前态, 后态）；会议的状态只在这里改."""
    meeting = deed.meeting
    before = MeetingState(meeting.state) if meeting.state else None
    after = _take(MEETING_FLOW, before, action, facts, deed, outcome)
    meeting.state = after
    if after is MeetingState.NOTICED:
        meeting.noticed_at = deed.moment
    elif after is MeetingState.OPEN:
        meeting.opened_at = deed.moment
    elif after is MeetingState.CLOSED:
        meeting.closed_at = deed.moment
    elif after is MeetingState.MINUTED:
        meeting.minuted_at = deed.moment
    return before, after


def move_item(
    deed: Deed,
    item: AgendaItem,
    action: MeetingAction,
    *,
    outcome: AgendaState | None = None,
    facts: MeetingFacts = NO_FACTS,
) -> tuple[str | None, str]:
    """议题走一步（新议题由此产生）；议题的状态只在这里改."""
    before = AgendaState(item.state) if item.state else None
    after = _take(AGENDA_FLOW, before, action, facts, deed, outcome)
    item.state = after
    return before, after


def move_resolution(
    deed: Deed,
    row: Resolution,
    action: MeetingAction,
    *,
    outcome: ResolutionState | None = None,
    facts: MeetingFacts = NO_FACTS,
) -> tuple[str | None, str]:
    """决议走一步（新决议由此产生）；决议的状态只在这里改."""
    before = ResolutionState(row.state) if row.state else None
    after = _take(RESOLUTION_FLOW, before, action, facts, deed, outcome)
    row.state = after
    return before, after


def judge_minutes(
    deed: Deed,
    row: Minutes,
    action: MeetingAction,
    *,
    outcome: MinutesState | None = None,
    facts: MeetingFacts = NO_FACTS,
) -> MinutesState:
    """纪要能不能走这一步，走到哪里；什么也不改。Raises Refused."""
    before = MinutesState(row.state) if row.state else None
    return _take(MINUTES_FLOW, before, action, facts, deed, outcome)


def move_minutes(
    deed: Deed,
    row: Minutes,
    action: MeetingAction,
    *,
    outcome: MinutesState | None = None,
    facts: MeetingFacts = NO_FACTS,
) -> tuple[str | None, str]:
    """纪要走一步（新纪要由此产生）；纪要的状态只在这里改."""
    before = row.state
    row.state = judge_minutes(deed, row, action, outcome=outcome, facts=facts)
    return before, row.state


def reissue(deed: Deed, old: Minutes, new: Minutes) -> None:
    """更正重发：由已签发的旧版另出一版，新版即为已签发；旧版的状态不动."""
    new.state = judge_minutes(deed, old, MeetingAction.REISSUE_MINUTES)


def note(
    deed: Deed,
    action: MeetingAction | str,
    *,
    before: str | None = None,
    after: str | None = None,
    case_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> Journal:
    """收尾：会议版本加一，写进库，留痕一条；放在一步的最后."""
    deed.meeting.version += 1
    session.flush()
    module, verb = str(action).split(".")
    return journal.record(
        actor=deed.actor,
        now=deed.now,
        module=module,
        action=verb,
        subject_kind="meeting",
        subject_id=deed.meeting.id,
        holding=deed.holding,
        case_id=case_id,
        before=before,
        after=after,
        opinion=deed.reason,
        data={"meeting": deed.meeting.title, **(data or {})},
    )


def need_state(meeting: Meeting, *states: MeetingState) -> None:
    """会议须在这些状态之一。Raises Refused('meeting_state')."""
    if meeting.state not in states:
        raise Refused("meeting_state", meeting_state=meeting.state)


def latest_minutes(meeting_id: int) -> Minutes | None:
    """最新一版纪要；还没有起草为空."""
    return session.execute(
        select(Minutes)
        .where(Minutes.meeting_id == meeting_id)
        .order_by(Minutes.edition.desc())
        .limit(1)
    ).scalar_one_or_none()


def need_editable(meeting: Meeting) -> None:
    """名单、议题、议定事项还改得动：会议开着或刚结束，纪要没有过审.

    Raises Refused('meeting_state' | 'minutes_settled').
    """
    need_state(meeting, *BEFORE_MINUTES)
    minutes = latest_minutes(meeting.id)
    if minutes is not None and minutes.state != MinutesState.DRAFT:
        raise Refused("minutes_settled", minutes_state=minutes.state)
