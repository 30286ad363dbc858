"""会议清单：系列、应开周、按召开时刻的键集翻页；一律先过数据范围."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.export_reach import ExportReach
from app.access.scope import condition_for
from app.db import session
from app.queries.batches import keys_of, rows_of
from models.attachment import Document
from models.meeting import Meeting, MeetingSeries, Resolution
from models.people import Person
from models.platform import Body
from models.township import Org

PAGE = 25
CAP = 1000
WEEKLY, QUARTERLY = "week", "quarter"
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


def series_of(actor: Actor) -> list[SeriesLine]:
    """此人看得到的会议系列（按周的例会、按季的联席会议）：全乡的看全部，其余只看本平台的."""
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
        .where(condition_for(MeetingSeries, actor), MeetingSeries.cadence.in_((WEEKLY, QUARTERLY)))
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
    """范围内的一页会议，近的在前；行与封顶的计数一条语句."""
    where = [condition_for(Meeting, actor)]
    if series_id is not None:
        where.append(Meeting.series_id == series_id)
    if states:
        where.append(Meeting.state.in_(states))
    capped = select(Meeting.id).where(*where).limit(CAP + 1).subquery()
    total = select(func.count()).select_from(capped).scalar_subquery()
    statement = _list_rows().add_columns(total.label("total")).where(*where)
    back = cursor is not None and cursor.back
    rows = list(session.execute(_walked(statement, cursor).limit(PAGE + 1)).all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    count = rows[0].total if rows else 0
    has_next = bool(rows) and (more or back)
    has_previous = bool(rows) and cursor is not None and (not back or more)
    return MeetingPage(
        rows,
        Cursor(rows[-1].planned_at, rows[-1].id) if has_next else None,
        Cursor(rows[0].planned_at, rows[0].id, back=True) if has_previous else None,
        min(count, CAP),
        count > CAP,
    )


def _walked(statement: Select[Any], cursor: Cursor | None) -> Select[Any]:
    """从这个位置往后（往前）走."""
    back = cursor is not None and cursor.back
    if cursor is not None:
        key, here = tuple_(Meeting.planned_at, Meeting.id), tuple_(cursor.at, cursor.id)
        statement = statement.where(key > here if back else key < here)
    if back:
        return statement.order_by(Meeting.planned_at.asc(), Meeting.id.asc())
    return statement.order_by(Meeting.planned_at.desc(), Meeting.id.desc())


def meeting_keys(
    reach: ExportReach, *, series_id: int | None, states: Sequence[str], most: int
) -> list[int]:
    """要导出的会议编号：清单的条件与次序，再限到导出的范围."""
    statement = select(Meeting.id).where(
        condition_for(Meeting, reach.exporter), reach.condition(Meeting)
    )
    if series_id is not None:
        statement = statement.where(Meeting.series_id == series_id)
    if states:
        statement = statement.where(Meeting.state.in_(states))
    ordered = statement.order_by(Meeting.planned_at.desc(), Meeting.id.desc()).limit(most)
    return keys_of(ordered)


def meeting_rows(keys: Sequence[int], reach: ExportReach) -> list[Row[Any]]:
    """一批会议的行，照编号的次序；此刻已不在范围里的略去."""
    statement = _list_rows().where(
        Meeting.id.in_(keys), condition_for(Meeting, reach.exporter), reach.condition(Meeting)
    )
    return rows_of(statement, keys)
