"""案件清单：数据范围就是走哪条索引；每页 51 行，键集翻页，计数封顶."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.reach import Reach, reach
from app.db import session
from app.queries.case_search import word_condition
from models.case import Case
from models.case_parts import Assignment, CaseOrg

PAGE = 50
OPEN_CAP = 1000
ALL_CAP = 10_000
Bucket = Literal["open", "closed", "all", "drafts"]
Sort = Literal["due", "recent"]

COLUMNS = (
    Case.id,
    Case.number,
    Case.title,
    Case.place,
    Case.state,
    Case.level,
    Case.kind,
    Case.channel,
    Case.platform,
    Case.village_id,
    Case.grid_id,
    Case.point_village_id,
    Case.category_id,
    Case.org_id,
    Case.handler_id,
    Case.registrar_id,
    Case.lead_person_id,
    Case.reported_at,
    Case.due_at,
    Case.created_at,
    Case.return_count,
    Case.card,
    Case.is_sensitive,
    Case.is_direct,
    Case.is_degraded,
    Case.resume_state,
    Case.version,
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """翻页的位置：这一行的排序值与编号；``back`` 为往前翻."""

    at: datetime | None
    id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """筛选条件：各项之间同时成立，一项之内任一成立；日期为 UTC 时刻的半开区间."""

    bucket: Bucket = "open"
    sort: Sort = "due"
    states: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    villages: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    overdue_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    seq: tuple[int | None, int] | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """一页清单：行、前后页的位置、封顶的计数."""

    rows: Sequence[Row[Any]]
    next: Cursor | None
    previous: Cursor | None
    count: int
    capped: bool = field(default=False)


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    several: tuple[tuple[Any, Any], ...] = (
        (wanted.states, Case.state),
        (wanted.levels, Case.level),
        (wanted.platforms, Case.platform),
        (wanted.villages, Case.village_id),
        (wanted.grids, Case.grid_id),
        (wanted.channels, Case.channel),
        (wanted.categories, Case.category_id),
    )
    found = [column.in_(values) for values, column in several if values]
    if wanted.overdue_at is not None:
        found.append(Case.due_at < wanted.overdue_at)
    if wanted.since is not None:
        found.append(Case.reported_at >= wanted.since)
    if wanted.until is not None:
        found.append(Case.reported_at < wanted.until)
    if wanted.seq is not None:
        year, seq = wanted.seq
        found.append(Case.seq == seq)
        found += [Case.year == year] if year else []
    return found


def _bucket(wanted: CaseFilter, actor: Actor) -> list[ColumnElement[bool]]:
    match wanted.bucket:
        case "open":
            return [Case.is_open]
        case "closed":
            return [~Case.is_open, Case.state != "DRAFT"]
        case "drafts":
            return [Case.state == "DRAFT", Case.registrar_id == actor.person_id]
        case _:
            return [Case.state != "DRAFT"]


def _sort(wanted: CaseFilter) -> Any:
    if wanted.bucket == "drafts":
        return Case.created_at
    return Case.due_at if wanted.sort == "due" else Case.reported_at


def _after(column: Any, cursor: Cursor, *, ascending: bool) -> ColumnElement[bool]:
    """键集条件；没有期限的（停表中）排在最后."""
    forward = ascending != cursor.back
    if cursor.at is None:
        rest = Case.id > cursor.id if forward else Case.id < cursor.id
        same = and_(column.is_(None), rest)
        return same if forward else or_(column.is_not(None), same)
    pair = tuple_(column, Case.id)
    here = tuple_(cursor.at, cursor.id)
    if not forward:
        return pair < here
    return or_(pair > here, column.is_(None)) if ascending else pair > here


def _walks(found: Reach, actor: Actor) -> list[tuple[Any, list[ColumnElement[bool]]]]:
    """各条走法：从哪张表、什么条件；township 一条就够."""
    township = actor.township_id
    if found.township:
        return [(None, [Case.township_id == township])]
    walks: list[tuple[Any, list[ColumnElement[bool]]]] = []
    for platform in sorted(found.platforms):
        here = [
            Assignment.township_id == township,
            Assignment.platform == platform,
            Assignment.is_listed,
        ]
        walks.append((Assignment, here))
    walks += [(CaseOrg, [CaseOrg.org_id == org]) for org in sorted(found.org_ids)]
    plain: list[ColumnElement[bool]] = [
        *(Case.grid_id == grid for grid in sorted(found.grid_ids)),
        *(Case.village_id == village for village in sorted(found.village_ids)),
        *(
            and_(Case.kind == "SERVICE", Case.point_village_id == village)
            for village in sorted(found.service_village_ids)
        ),
    ]
    if found.lead_of is not None:
        plain.append(Case.lead_person_id == found.lead_of)
    if found.own_of is not None:
        plain.append(Case.registrar_id == found.own_of)
    walks += [(None, [Case.township_id == township, condition]) for condition in plain]
    return walks


def _walk(
    table: Any, where: list[ColumnElement[bool]], extra: list[ColumnElement[bool]]
) -> Select[Any]:
    statement = select(Case.id.label("id"))
    if table is not None:
        statement = statement.select_from(table).join(Case, Case.id == table.case_id)
    return statement.where(*where, *extra)


def _statements(wanted: CaseFilter, actor: Actor) -> list[Select[Any]]:
    extra = [*_conditions(wanted), *_bucket(wanted, actor)]
    if wanted.words:
        extra.append(word_condition(actor.township_id, wanted.words))
    if wanted.bucket == "drafts":
        return [_walk(None, [Case.township_id == actor.township_id], extra)]
    return [_walk(table, where, extra) for table, where in _walks(reach(actor), actor)]


def _order(wanted: CaseFilter, *, back: bool) -> tuple[Any, Any]:
    column, ascending = _sort(wanted), wanted.sort == "due" and wanted.bucket == "open"
    if ascending != back:
        return column.asc().nulls_last(), Case.id.asc()
    return column.desc().nulls_first(), Case.id.desc()


def case_page(wanted: CaseFilter, *, actor: Actor, cursor: Cursor | None = None) -> CasePage:
    """范围内的一页案件；两条语句（行、计数）."""
    statements = _statements(wanted, actor)
    if not statements:
        return CasePage((), None, None, 0)
    back = cursor is not None and cursor.back
    ascending = wanted.sort == "due" and wanted.bucket == "open"
    order = _order(wanted, back=back)
    keyed = [
        s.where(_after(_sort(wanted), cursor, ascending=ascending)) if cursor else s
        for s in statements
    ]
    limited = [s.order_by(*order).limit(PAGE + 1) for s in keyed]
    rows = list(session.execute(_rows(limited, order)).all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    count, capped = _count(statements, ALL_CAP if wanted.bucket != "open" else OPEN_CAP)
    first = Cursor(_at(rows[0], wanted), rows[0].id, back=True) if rows else None
    last = Cursor(_at(rows[-1], wanted), rows[-1].id) if rows else None
    has_next = bool(rows) and (more or back)
    has_previous = bool(rows) and (cursor is not None and (not back or more))
    return CasePage(
        rows, last if has_next else None, first if has_previous else None, count, capped
    )


def _at(row: Row[Any], wanted: CaseFilter) -> datetime | None:
    key = _sort(wanted).key
    at: datetime | None = getattr(row, key)
    return at


def _rows(limited: list[Select[Any]], order: tuple[Any, Any]) -> Select[Any]:
    if len(limited) == 1:
        return limited[0].with_only_columns(*COLUMNS)
    keys = union(*(s.subquery().select() for s in limited)).cte("k")
    return select(*COLUMNS).join(keys, keys.c.id == Case.id).order_by(*order).limit(PAGE + 1)


def _count(statements: list[Select[Any]], cap: int) -> tuple[int, bool]:
    parts = [s.limit(cap + 1).subquery().select() for s in statements]
    rows = union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    capped = select(rows.c.id).limit(cap + 1).subquery()
    found = session.execute(select(func.count()).select_from(capped)).scalar_one()
    return min(found, cap), found > cap
