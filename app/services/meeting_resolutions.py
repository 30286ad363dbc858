"""议定事项：会上形成，随纪要签发生效，此后报告进展、确认完成."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.scope import fetch
from app.db import session
from app.domain.errors import Refused
from app.domain.meeting_flow import AgendaState, MeetingAction, ResolutionState
from app.domain.working_time import SHANGHAI
from app.services import journal
from app.services.meeting_debate import item_of
from app.services.meeting_roll import local_person, post_of
from app.services.meeting_step import (
    Deed,
    allow,
    begin,
    meeting_subject,
    move_item,
    move_resolution,
    need_editable,
    note,
)
from models.meeting import AgendaItem, Meeting, Resolution
from models.platform import Body
from models.township import Org

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """一条议定事项的要素；责任人、牵头单位、期限可先空着，签发前补齐."""

    content: str
    duty_person_id: int | None = None
    lead_org_id: int | None = None
    due_on: date | None = None
    assist_org_ids: Sequence[int] = ()
    criteria: str = ""


def resolve(
    meeting_id: int,
    *,
    item_id: int,
    terms: Terms,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Resolution:
    """分解决议（assign a resolution）：审议过的议题形成一条议定事项；来自案件的随议题关联案件.

    一个议题可有几条。Raises Refused.
    """
    deed = begin(meeting_id, MeetingAction.ASSIGN, actor=actor, now=now, seen=seen)
    need_editable(deed.meeting)
    item = item_of(meeting_id, item_id)
    _resolve_item(deed, item)
    last = session.execute(
        select(func.max(Resolution.order_no)).where(Resolution.meeting_id == meeting_id)
    ).scalar()
    row = Resolution(
        township_id=deed.meeting.township_id,
        meeting_id=meeting_id,
        agenda_item_id=item.id,
        case_id=item.case_id,
        order_no=(last or 0) + 1,
    )
    _write(row, terms, deed)
    before, after = move_resolution(deed, row, MeetingAction.ASSIGN)
    session.add(row)
    note(deed, MeetingAction.ASSIGN, before=before, after=after, data=_data(row, item))
    return row


def _resolve_item(deed: Deed, item: AgendaItem) -> None:
    if item.state == AgendaState.RESOLVED:
        return
    if item.state != AgendaState.DELIBERATED:
        raise Refused("agenda_not_deliberated", agenda_state=item.state)
    move_item(deed, item, MeetingAction.ASSIGN, outcome=AgendaState.RESOLVED)


def _data(row: Resolution, item: AgendaItem | None) -> dict[str, Any]:
    return {
        "resolution": row.order_no,
        "content": row.content,
        "item": item.title if item else None,
        "due_on": row.due_on,
        "duty_post": row.duty_post,
    }


def _write(row: Resolution, terms: Terms, deed: Deed) -> None:
    content = terms.content.strip()
    if not content:
        raise Refused("resolution_content", field="content")
    if len(content) > MOST_WORDS:
        raise Refused("too_long", field="content", most=MOST_WORDS)
    if terms.due_on and terms.due_on < deed.now.astimezone(SHANGHAI).date():
        raise Refused("resolution_due_past", field="due_on")
    row.content = content
    row.due_on = terms.due_on
    row.criteria = terms.criteria.strip() or None
    row.lead_org_id = _org(terms.lead_org_id, deed)
    row.assist_orgs = _assist(terms, deed)
    row.duty_person_id, row.duty_post = None, None
    if terms.duty_person_id is not None:
        person = local_person(terms.duty_person_id, deed.actor)
        row.duty_person_id = person.id
        row.duty_post = (post_of(person.id, deed.now) or _org_name(person.org))[:64] or None


def _org_name(org: Org | None) -> str:
    return org.name if org else ""


def _org(org_id: int | None, deed: Deed) -> int | None:
    if org_id is None:
        return None
    org = session.get(Org, org_id)
    if org is None or org.township_id != deed.meeting.township_id:
        raise Refused("org_not_found", field="lead_org_id")
    return org.id


def _assist(terms: Terms, deed: Deed) -> str | None:
    if not terms.assist_org_ids:
        return None
    rows = session.execute(
        select(Org.id, Org.name).where(
            Org.id.in_(list(terms.assist_org_ids)), Org.township_id == deed.meeting.township_id
        )
    ).all()
    names = {row.id: row.name for row in rows}
    wanted = dict.fromkeys(terms.assist_org_ids)
    if set(wanted) - set(names):
        raise Refused("org_not_found", field="assist_org_ids")
    return "、".join(names[key] for key in wanted if key != terms.lead_org_id)[:256] or None


def resolution_of(meeting_id: int, resolution_id: int) -> Resolution:
    """本次会议的一条议定事项。Raises Refused('not_found')."""
    row = session.get(Resolution, resolution_id)
    if row is None or row.meeting_id != meeting_id:
        raise Refused("not_found")
    return row


def amend_resolution(
    meeting_id: int,
    *,
    resolution_id: int,
    terms: Terms,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Resolution:
    """改一条拟定的议定事项（补责任人、牵头单位、期限）；纪要过审之后不能再改。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.ASSIGN, actor=actor, now=now, seen=seen)
    need_editable(deed.meeting)
    row = resolution_of(meeting_id, resolution_id)
    if row.state != ResolutionState.DRAFTED:
        raise Refused("resolution_settled")
    _write(row, terms, deed)
    note(deed, MeetingAction.ASSIGN, data={**_data(row, None), "amended": True})
    return row


def drop_resolution(
    meeting_id: int,
    *,
    resolution_id: int,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> None:
    """去掉一条拟定的议定事项，其后的依次提前；议题只剩这一条的不能去。Raises Refused."""
    deed = begin(meeting_id, MeetingAction.ASSIGN, actor=actor, now=now, seen=seen)
    need_editable(deed.meeting)
    row = resolution_of(meeting_id, resolution_id)
    if row.state != ResolutionState.DRAFTED:
        raise Refused("resolution_settled")
    rows = list(
        session.execute(
            select(Resolution)
            .where(Resolution.meeting_id == meeting_id)
            .order_by(Resolution.order_no)
        ).scalars()
    )
    if sum(other.agenda_item_id == row.agenda_item_id for other in rows) == 1:
        raise Refused("resolution_last")
    data = {**_data(row, None), "dropped": True}
    session.delete(row)
    session.flush()
    # 逐条提前，先小后大，不撞唯一约束
    for number, other in enumerate((r for r in rows if r is not row), start=1):
        if other.order_no != number:
            other.order_no = number
            session.flush()
    note(deed, MeetingAction.ASSIGN, data=data)


def report_resolution(
    resolution_id: int,
    *,
    text: str,
    done: bool,
    actor: Actor,
    now: datetime,
) -> Resolution:
    """报告决议进展（report）：首次报告即落实中，``done`` 为报告完成。Raises Refused."""
    row, deed = _effective(resolution_id, MeetingAction.REPORT, actor=actor, now=now, reason=text)
    if not text.strip():
        raise Refused("resolution_report", field="text")
    before = row.state
    if row.state == ResolutionState.EFFECTIVE:
        move_resolution(deed, row, MeetingAction.REPORT)
    if done:
        move_resolution(deed, row, MeetingAction.REPORT)
    elif row.state != ResolutionState.IN_PROGRESS:
        raise Refused("no_such_step", state=row.state, action=MeetingAction.REPORT)
    _note_resolution(deed, row, MeetingAction.REPORT, before=before, opinion=text.strip())
    return row


def confirm_resolution(
    resolution_id: int,
    *,
    actor: Actor,
    now: datetime,
    passed: bool = True,
    reason: str | None = None,
) -> Resolution:
    """确认决议完成（confirm）：由组长定；不认可的退回落实，理由至少 10 字。Raises Refused."""
    row, deed = _effective(
        resolution_id, MeetingAction.CONFIRM, actor=actor, now=now, reason=reason
    )
    before = row.state
    outcome = ResolutionState.CONFIRMED if passed else ResolutionState.IN_PROGRESS
    move_resolution(deed, row, MeetingAction.CONFIRM, outcome=outcome)
    _note_resolution(deed, row, MeetingAction.CONFIRM, before=before, opinion=reason)
    return row


def _effective(
    resolution_id: int,
    action: MeetingAction,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> tuple[Resolution, Deed]:
    """锁住一条议定事项并判定授权；责任人是 SELF，牵头单位是本机构."""
    row = fetch(Resolution, resolution_id, actor, lock=True)
    meeting = session.get_one(Meeting, row.meeting_id)
    body = session.get_one(Body, meeting.body_id)
    subject = meeting_subject(
        meeting,
        body,
        kind="resolution",
        persons=[row.duty_person_id] if row.duty_person_id else [],
        org_ids=[row.lead_org_id],
    )
    holding = allow(subject, action, actor=actor)
    return row, Deed(meeting, body, actor, now, holding, reason)


def _note_resolution(
    deed: Deed, row: Resolution, action: MeetingAction, *, before: str, opinion: str | None
) -> None:
    session.flush()
    module, verb = action.split(".")
    journal.record(
        actor=deed.actor,
        now=deed.now,
        module=module,
        action=verb,
        subject_kind="resolution",
        subject_id=row.id,
        holding=deed.holding,
        case_id=row.case_id,
        before=before,
        after=row.state,
        opinion=(opinion or "").strip() or None,
        data={"number": row.number, "meeting_id": row.meeting_id},
    )
