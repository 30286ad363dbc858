"""文书清单：签发了的文书，新的在前；种类、期间、议事机构或平台为条件；键集翻页."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, text, tuple_
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.export_reach import ExportReach
from app.access.scope import condition_for
from app.db import session
from app.queries.batches import keys_of, rows_of
from models.attachment import Document
from models.meeting import Attendance, Meeting, MeetingSeries
from models.people import Person
from models.platform import Body

PAGE = 30
PENDING = "PENDING"
COLUMNS: tuple[Any, ...] = (
    Document.id,
    Document.issued_at,
    Document.made_at,
    Document.kind,
    Document.number,
    Document.edition,
    Document.title,
    Document.subject_kind,
    Document.subject_id,
    Document.platform,
    Document.body_code,
    Document.state,
    Document.error,
    Document.size,
    Document.pages,
    Document.path.is_not(None).label("is_made"),
    Person.name.label("issued_by"),
)


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """筛选条件：种类（P1–P13）、平台或议事机构的代码、签发时刻的半开区间."""

    kind: str = ""
    body: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """翻页的位置；``back`` 为往前翻."""

    at: datetime
    id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """一页文书与前后页的位置."""

    rows: Sequence[Row[Any]] = ()
    next: Place | None = None
    previous: Place | None = None


def _conditions(wanted: DocumentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(Document.kind == wanted.kind)
    if wanted.body:
        found.append(or_(Document.platform == wanted.body, Document.body_code == wanted.body))
    if wanted.since is not None:
        found.append(Document.issued_at >= wanted.since)
    if wanted.until is not None:
        found.append(Document.issued_at < wanted.until)
    return found


def document_page(
    wanted: DocumentFilter, *, actor: Actor, kinds: Collection[str], place: Place | None = None
) -> DocumentPage:
    """范围内、准下载的种类里的一页，一条语句；封存的底稿不取."""
    if not kinds:
        return DocumentPage()
    back = place is not None and place.back
    columns: Select[Any] = select(*COLUMNS)
    statement = columns.outerjoin(Person, Person.id == Document.issued_by_id).where(
        condition_for(Document, actor), Document.kind.in_(kinds), *_conditions(wanted)
    )
    if place is not None:
        here, there = tuple_(Document.issued_at, Document.id), tuple_(place.at, place.id)
        statement = statement.where(here > there if back else here < there)
    order = (Document.issued_at, Document.id)
    ordered = order if back else tuple(column.desc() for column in order)
    rows = list(session.execute(statement.order_by(*ordered).limit(PAGE + 1)).all())
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if back:
        rows.reverse()
    if not rows:
        return DocumentPage()
    first, last = rows[0], rows[-1]
    has_previous = place is not None and (not back or more)
    return DocumentPage(
        rows,
        Place(last.issued_at, last.id) if more or back else None,
        Place(first.issued_at, first.id, back=True) if has_previous else None,
    )


def document_keys(
    wanted: DocumentFilter, *, reach: ExportReach, kinds: Collection[str], most: int
) -> list[int]:
    """要导出的文书编号：清单的条件与次序，再限到导出的范围."""
    statement = (
        select(Document.id)
        .where(
            condition_for(Document, reach.exporter),
            reach.condition(Document),
            Document.kind.in_(kinds),
            *_conditions(wanted),
        )
        .order_by(Document.issued_at.desc(), Document.id.desc())
        .limit(most)
    )
    return keys_of(statement)


def document_rows(keys: Sequence[int], reach: ExportReach) -> list[Row[Any]]:
    """一批文书的行，照编号的次序；此刻已不在范围里的略去."""
    columns: Select[Any] = select(*COLUMNS)
    statement = columns.outerjoin(Person, Person.id == Document.issued_by_id).where(
        Document.id.in_(keys), condition_for(Document, reach.exporter), reach.condition(Document)
    )
    return rows_of(statement, keys)


def in_hand(ids: Iterable[int]) -> frozenset[int]:
    """还没做好的里面，任务进程正在做的."""
    wanted = [str(key) for key in ids]
    if not wanted:
        return frozenset()
    rows = session.execute(
        text(
            "SELECT args->>'document_id' FROM procrastinate_jobs WHERE status = 'doing'"
            " AND task_name = 'render_document' AND args->>'document_id' = ANY(:ids)"
        ),
        {"ids": wanted},
    )
    return frozenset(int(key) for key in rows.scalars())


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """判一份会议文书要的事实：平台、议事机构、名单上的人与机构."""

    platform: str | None
    body_id: int
    body_code: str
    state: str
    persons: tuple[int, ...]
    org_ids: tuple[int, ...]


def meeting_facts(ids: Collection[int]) -> dict[int, MeetingFacts]:
    """几次会议的事实，两条语句；文书须已按范围取过."""
    if not ids:
        return {}
    roll = session.execute(
        select(Attendance.meeting_id, Attendance.person_id, Person.org_id)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.meeting_id.in_(ids))
    ).all()
    rows = session.execute(
        select(
            Meeting.id,
            Meeting.platform,
            Meeting.body_id,
            Body.code,
            Meeting.state,
            MeetingSeries.secretariat_id,
        )
        .join(MeetingSeries, MeetingSeries.id == Meeting.series_id)
        .join(Body, Body.id == Meeting.body_id)
        .where(Meeting.id.in_(ids))
    ).all()
    return {
        row.id: MeetingFacts(
            platform=row.platform,
            body_id=row.body_id,
            body_code=row.code,
            state=row.state,
            persons=tuple(one.person_id for one in roll if one.meeting_id == row.id),
            org_ids=(
                row.secretariat_id,
                *(one.org_id for one in roll if one.meeting_id == row.id and one.org_id),
            ),
        )
        for row in rows
    }
