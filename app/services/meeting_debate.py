"""议题的审议：组长列入议程、排次序，会上审议，形成决议或退回案件."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingAction, MeetingState
from app.queries.meeting_agenda import STANDING
from app.services.meeting_agenda import FROM_CASE, OPEN_STATES
from app.services.meeting_step import begin, move_item, need_editable, need_state, note
from models.meeting import AgendaItem, Meeting


def item_of(meeting_id: int, item_id: int) -> AgendaItem:
    """本次会议的一个议题。Raises Refused('not_found')."""
    item = session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting_id:
        raise Refused("not_found")
    return item


def admit(
    meeting_id: int,
    *,
    item_ids: Iterable[int],
    actor: Actor,
    now: datetime,
    outcome: str = AgendaState.ADMITTED,
    reason: str | None = None,
    seen: int | None = None,
) -> list[AgendaItem]:
    """列入议程（暂缓、不列入）：由组长定；不列入的须写理由。Raises Refused."""
    deed = begin(
        meeting_id, MeetingAction.ADMIT_AGENDA, actor=actor, now=now, seen=seen, reason=reason
    )
    _need_admissible(deed.meeting, outcome)
    if outcome == AgendaState.DECLINED and not (reason or "").strip():
        raise Refused("agenda_decline_reason", field="reason")
    chosen = [item_of(meeting_id, key) for key in dict.fromkeys(item_ids)]
    if not chosen:
        raise Refused("agenda_none_chosen")
    for item in chosen:
        if item.source == STANDING:
            raise Refused("agenda_standing")
        before, after = move_item(
            deed, item, MeetingAction.ADMIT_AGENDA, outcome=AgendaState(outcome)
        )
        note(
            deed,
            MeetingAction.ADMIT_AGENDA,
            before=before,
            after=after,
            case_id=item.case_id,
            data={"item": item.title},
        )
    return chosen


def _need_admissible(meeting: Meeting, outcome: str) -> None:
    """会议结束后，没审议到的议题还可以暂缓到下次."""
    if outcome == AgendaState.DEFERRED and meeting.state == MeetingState.CLOSED:
        need_editable(meeting)
    else:
        need_state(meeting, *OPEN_STATES)


def arrange(
    meeting_id: int,
    *,
    item_id: int,
    up: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """调整议题次序：与前一项（后一项）对换；首项不动。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.COLLECT_AGENDA, actor=actor, now=now, seen=seen)
    need_state(deed.meeting, *OPEN_STATES)
    item = item_of(meeting_id, item_id)
    rows = list(
        session.execute(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id, AgendaItem.source != STANDING)
            .order_by(AgendaItem.order_no, AgendaItem.id)
        ).scalars()
    )
    if item not in rows:
        raise Refused("agenda_standing")
    at = rows.index(item)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for number, row in enumerate(rows, start=1):
        row.order_no = number
    note(deed, MeetingAction.COLLECT_AGENDA, data={"item": item.title, "order_no": item.order_no})


def deliberate(
    meeting_id: int,
    *,
    item_id: int,
    discussion: str,
    actor: Actor,
    now: datetime,
    conclusion: str = "",
    seen: int | None = None,
) -> AgendaItem:
    """审议（deliberate）：记讨论要点与结论；列入的议题转为已审议，已审议的改写文字.

    会议开着或刚结束、纪要没有过审时可记。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.ROLL_CALL, actor=actor, now=now, seen=seen)
    need_editable(deed.meeting)
    item = item_of(meeting_id, item_id)
    if not discussion.strip() and item.source != STANDING:
        raise Refused("agenda_discussion", field="discussion")
    before = after = item.state
    if item.state == AgendaState.ADMITTED:
        _, after = move_item(deed, item, MeetingAction.ROLL_CALL)
    elif item.state not in (AgendaState.DELIBERATED, AgendaState.RESOLVED):
        raise Refused("agenda_not_admitted", agenda_state=item.state)
    item.discussion = discussion.strip() or None
    item.conclusion = conclusion.strip() or None
    note(
        deed,
        MeetingAction.ROLL_CALL,
        before=before,
        after=after,
        data={"item": item.title},
    )
    return item


def return_item(
    meeting_id: int,
    *,
    item_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> AgendaItem:
    """退回案件：审议后不形成决议，交回原案件办理，写明原因。Raises Refused."""
    deed = begin(meeting_id, "resolution.assign", actor=actor, now=now, seen=seen, reason=reason)
    need_editable(deed.meeting)
    item = item_of(meeting_id, item_id)
    if item.source != FROM_CASE:
        raise Refused("agenda_not_case")
    if not reason.strip():
        raise Refused("reason_short", minimum=1, field="reason")
    before, after = move_item(deed, item, MeetingAction.ASSIGN, outcome=AgendaState.RETURNED_CASE)
    item.conclusion = reason.strip()
    note(
        deed,
        MeetingAction.ASSIGN,
        before=before,
        after=after,
        case_id=item.case_id,
        data={"item": item.title},
    )
    return item
