"""通知：未读数、各组的数、一页；案件、会议按此刻的范围接上，看不到的只留编号."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.notices import DECISIONS, HANDED_OVER, NEXT_STEP, NoticeGroup
from models.attachment import Notification
from models.case import Case
from models.meeting import Meeting, Resolution

PAGE = 30
UNREAD_CAP = 100
APPLY = "case.resolution_effective"
"""决议生效、等着回写的案件：回写了才走."""
LOOKED_AT = 500
"""各组的数只数最近的这么多条."""


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """看哪一组（空为全部）、是否只看未读；“等我办”不论读没读，办了才走."""

    group: NoticeGroup | None = None
    only_unread: bool = True
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """一页通知：行、后一页与前一页的位置、最新的一条."""

    rows: Sequence[Row[Any]]
    next: int | None
    previous: int | None

    @property
    def latest(self) -> int:
        """这一页上最新的一条；标已读只标到它."""
        return max((row.id for row in self.rows), default=0)


def unread_count(actor: Actor) -> int:
    """未读几条，数到 100 为止；一条语句，走未读的部分索引."""
    if actor.person_id is None:
        return 0
    rows = unread_rows(actor).subquery()
    return session.execute(select(func.count()).select_from(rows)).scalar_one()


def unread_rows(actor: Actor) -> Select[Any]:
    """未读的，至多一百行；并进别的计数语句时用."""
    return (
        select(literal(1))
        .where(Notification.person_id == actor.person_id, Notification.read_at.is_(None))
        .limit(UNREAD_CAP)
    )


def _waits(actor: Actor) -> ColumnElement[bool]:
    """等我办：球在手上而走得了下一步的；等批的请示；要去的会；要落实的决议."""
    mine = {state for state, step in NEXT_STEP.items() if actor.has_verb("case", step)}
    held = [(f"case.{action}", state) for action, state in HANDED_OVER if state in mine]
    decide = [f"case.{asked}" for asked, by in DECISIONS.items() if actor.has_verb("case", by)]
    owed = exists().where(
        Resolution.meeting_id == Notification.meeting_id,
        Resolution.duty_person_id == actor.person_id,
        Resolution.state.in_(("EFFECTIVE", "IN_PROGRESS")),
    )
    return or_(
        tuple_(Notification.kind, Case.state).in_(held),
        and_(Notification.kind == APPLY, Case.state == "SUSPENDED"),
        and_(Notification.kind.in_(decide), Notification.read_at.is_(None), Case.is_open),
        and_(Notification.kind.in_(("meeting.notice",)), Meeting.state == "NOTICED"),
        and_(Notification.kind == "resolution.effective", owed),
    )


def _group(actor: Actor) -> ColumnElement[str]:
    nowhere = and_(Notification.case_id.is_(None), Notification.meeting_id.is_(None))
    return case(
        (nowhere, literal(NoticeGroup.SYSTEM.value)),
        (func.coalesce(_waits(actor), False), literal(NoticeGroup.WAITING.value)),
        else_=literal(NoticeGroup.ABOUT.value),
    )


def _joined(statement: Any, actor: Actor) -> Any:
    """接上此刻在范围里的案件与会议."""
    return (
        statement.select_from(Notification)
        .outerjoin(Case, and_(Case.id == Notification.case_id, condition_for(Case, actor)))
        .outerjoin(
            Meeting, and_(Meeting.id == Notification.meeting_id, condition_for(Meeting, actor))
        )
        .where(condition_for(Notification, actor))
    )


def _wanted(actor: Actor, wanted: NoticeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.group is not None:
        found.append(_group(actor) == wanted.group.value)
    if wanted.only_unread and wanted.group is not NoticeGroup.WAITING:
        found.append(Notification.read_at.is_(None))
    return found


def notice_page(actor: Actor, wanted: NoticeFilter) -> NoticePage:
    """一页通知，近的在前；一条语句."""
    statement = _joined(
        select(
            Notification.id,
            Notification.created_at,
            Notification.read_at,
            Notification.kind,
            Notification.facts,
            Notification.case_id,
            Notification.meeting_id,
            _group(actor).label("group"),
            Case.id.label("seen_case_id"),
            Case.number,
            Case.title,
            Case.state,
            Case.is_sensitive,
            Meeting.id.label("seen_meeting_id"),
        ),
        actor,
    ).where(*_wanted(actor, wanted))
    back = wanted.after is not None
    if back:
        statement = statement.where(Notification.id > wanted.after)
    elif wanted.before is not None:
        statement = statement.where(Notification.id < wanted.before)
    order = Notification.id.asc() if back else Notification.id.desc()
    rows = list(session.execute(statement.order_by(order).limit(PAGE + 1)).all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    has_next = bool(rows) and (more or back)
    has_previous = bool(rows) and (wanted.before is not None or (back and more))
    return NoticePage(rows, rows[-1].id if has_next else None, rows[0].id if has_previous else None)


def group_counts(actor: Actor) -> dict[NoticeGroup, int]:
    """各组的数：等我办的件件都数，别的只数未读；最近 500 条之内；一条语句."""
    group = _group(actor).label("group")
    recent = (
        _joined(select(group, Notification.read_at.is_(None).label("unread")), actor)
        .order_by(Notification.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    counted = select(recent.c.group, func.count()).where(
        or_(recent.c.unread, recent.c.group == NoticeGroup.WAITING.value)
    )
    rows = session.execute(counted.group_by(recent.c.group)).all()
    found = {NoticeGroup(code): n for code, n in rows}
    return {one: found.get(one, 0) for one in NoticeGroup}


def unread_ids(actor: Actor, group: NoticeGroup | None, *, up_to: int) -> Select[Any]:
    """这一组里未读的编号，到某一条为止；给标已读用."""
    statement = _joined(select(Notification.id), actor).where(
        Notification.read_at.is_(None), Notification.id <= up_to
    )
    return statement if group is None else statement.where(_group(actor) == group.value)
