"""案件清单：数据范围就是走哪条索引；每页 51 行，键集翻页，计数封顶."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.reach import reach
from app.db import session
from app.queries.batches import keys_of
from app.queries.case_conditions import By, further
from app.queries.case_search import word_condition
from app.queries.case_walks import Walk, walks_of
from models.case import Case

PAGE = 50
OPEN_CAP = 1000
ALL_CAP = 10_000
WORDS_CAP = 500
"""带字找的数到这么多为止：一行要比一行的字."""
Bucket = Literal["open", "closed", "all", "drafts"]
Sort = Literal["due", "recent"]
MARKS = ("today", "carded", "returned")
"""标记：今天到期、黄红牌、退回重分过的."""

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
    """筛选条件：各项之间同时成立，一项之内任一成立；日期为 UTC 时刻的半开区间.

    ``mark`` 为 ``MARKS`` 之一，``day`` 是“今天”的起止，今天到期的才用得着。
    ``by`` 说起止日看哪个时刻；``flags`` 各自都要成立（见 case_conditions），其中“本人”“此刻”
    取 ``person_id``、``now``，``day_end`` 是今天的末了。网格、小类写 0 的是还没有定的。
    """

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
    mark: str = ""
    day: tuple[datetime, datetime] | None = None
    cards: tuple[str, ...] = ()
    orgs: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()
    by: By = "reported"
    person_id: int | None = None
    now: datetime | None = None
    day_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """一页清单：行、前后页的位置、封顶的计数."""

    rows: Sequence[Row[Any]]
    next: Cursor | None
    previous: Cursor | None
    count: int
    capped: bool = field(default=False)


def mark_condition(mark: str, day: tuple[datetime, datetime] | None) -> ColumnElement[bool] | None:
    """标记化成条件；没有标记、今天到期而没有给今天的，为空."""
    if mark == "today" and day is not None:
        return and_(Case.due_at >= day[0], Case.due_at < day[1])
    return {"carded": Case.card.is_not(None), "returned": Case.return_count > 0}.get(mark)


def conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """筛选条件化成 SQL；在办、已办结等由走法另给."""
    several: tuple[tuple[Any, Any], ...] = (
        (wanted.states, Case.state),
        (wanted.levels, Case.level),
        (wanted.platforms, Case.platform),
        (wanted.villages, Case.village_id),
        (wanted.channels, Case.channel),
    )
    found = [column.in_(values) for values, column in several if values]
    if wanted.overdue_at is not None:
        found.append(Case.due_at < wanted.overdue_at)
    found += further(wanted)
    if wanted.seq is not None:
        year, seq = wanted.seq
        found.append(Case.seq == seq)
        found += [Case.year == year] if year else []
    marked = mark_condition(wanted.mark, wanted.day)
    return found if marked is None else [*found, marked]


def _bucket(wanted: CaseFilter, actor: Actor) -> list[ColumnElement[bool]]:
    match wanted.bucket:
        case "open":
            return [Case.is_open]
        case "closed":
            return [~Case.is_open, Case.state != "DRAFT"]
        case "drafts":
            mine = Case.registrar_id == actor.person_id
            # 没上报过照字面写，才用得上草稿的部分索引
            return [Case.state == "DRAFT", mine, Case.reported_at.is_(None)]
        case _:
            return [Case.state != "DRAFT"]


def _key(wanted: CaseFilter) -> str:
    if wanted.bucket == "drafts":
        return "created_at"
    return "due_at" if wanted.sort == "due" else "reported_at"


def _is_ascending(wanted: CaseFilter) -> bool:
    return wanted.sort == "due" and wanted.bucket == "open"


def after_key(column: Any, key: Any, cursor: Cursor, *, ascending: bool) -> ColumnElement[bool]:
    """键集条件；没有期限的（停表中）排在最后."""
    forward = ascending != cursor.back
    if cursor.at is None:
        same = and_(column.is_(None), key > cursor.id if forward else key < cursor.id)
        return same if forward else or_(column.is_not(None), same)
    pair, here = tuple_(column, key), tuple_(cursor.at, cursor.id)
    if not forward:
        return pair < here
    return or_(pair > here, column.is_(None)) if ascending else pair > here


def order_of(column: Any, key: Any, *, ascending: bool) -> tuple[Any, Any]:
    if ascending:
        return column.asc().nulls_last(), key.asc()
    return column.desc().nulls_first(), key.desc()


def _walks(wanted: CaseFilter, actor: Actor) -> list[Walk]:
    if wanted.bucket == "drafts":
        return [Walk(Case, (Case.township_id == actor.township_id,))]
    only_open = wanted.bucket == "open"
    return [w.narrowed(only_open=only_open) for w in walks_of(reach(actor), actor)]


def everything(
    wanted: CaseFilter, actor: Actor, *, ordered: bool = True
) -> list[ColumnElement[bool]]:
    """一份筛选的全部条件（不含数据范围）：清单与数字用的是同一份；``ordered`` 见 word_condition."""
    extra = [*conditions(wanted), *_bucket(wanted, actor)]
    if wanted.words:
        extra.append(word_condition(actor, wanted.words, ordered=ordered))
    return extra


def statements(wanted: CaseFilter, actor: Actor) -> list[Select[Any]]:
    """各走法只取编号的语句，供计数与统计."""
    extra = everything(wanted, actor)
    return [walk.select(extra) for walk in _walks(wanted, actor)]


def first_rows(wanted: CaseFilter, actor: Actor, most: int) -> Select[Any] | None:
    """清单头上几件的语句，次序与清单一样；什么也看不到的没有."""
    walks = _walks(wanted, actor)
    if not walks:
        return None
    return _rows(walks, everything(wanted, actor), wanted, None).limit(most)


def case_page(wanted: CaseFilter, *, actor: Actor, cursor: Cursor | None = None) -> CasePage:
    """范围内的一页案件；两条语句（行、计数）."""
    walks = _walks(wanted, actor)
    if not walks:
        return CasePage((), None, None, 0)
    extra = everything(wanted, actor)
    back = cursor is not None and cursor.back
    rows = list(session.execute(_rows(walks, extra, wanted, cursor)).all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    cap = WORDS_CAP if wanted.words else OPEN_CAP if wanted.bucket == "open" else ALL_CAP
    # 全乡全部里数一个词，走词表快；范围窄的、在办的，自己的走法更短
    wide = bool(wanted.words) and wanted.bucket != "open" and reach(actor).township
    counted = everything(wanted, actor, ordered=False) if wide else extra
    count, capped = _count([w.select(counted) for w in walks], cap)
    key = _key(wanted)
    first = Cursor(getattr(rows[0], key), rows[0].id, back=True) if rows else None
    last = Cursor(getattr(rows[-1], key), rows[-1].id) if rows else None
    has_next = bool(rows) and (more or back)
    has_previous = bool(rows) and (cursor is not None and (not back or more))
    return CasePage(
        rows, last if has_next else None, first if has_previous else None, count, capped
    )


def _rows(
    walks: list[Walk],
    extra: list[ColumnElement[bool]],
    wanted: CaseFilter,
    cursor: Cursor | None,
) -> Select[Any]:
    """各走法在自己的索引上取前 51 件，合并后再取前 51 件."""
    ascending = _is_ascending(wanted)
    onward = ascending != (cursor is not None and cursor.back)
    limited = []
    for walk in walks:
        column, key = walk.column(_key(wanted)), walk.id
        statement = walk.select(extra)
        if cursor is not None:
            statement = statement.where(after_key(column, key, cursor, ascending=ascending))
        limited.append(statement.order_by(*order_of(column, key, ascending=onward)).limit(PAGE + 1))
    if len(limited) == 1:
        return limited[0].with_only_columns(*COLUMNS)
    keys = union(*(s.subquery().select() for s in limited)).cte()
    order = order_of(getattr(Case, _key(wanted)), Case.id, ascending=onward)
    return select(*COLUMNS).join(keys, keys.c.id == Case.id).order_by(*order).limit(PAGE + 1)


def _count(statements: list[Select[Any]], cap: int) -> tuple[int, bool]:
    parts = [s.limit(cap + 1).subquery().select() for s in statements]
    rows = union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    capped = select(rows.c.id).limit(cap + 1).subquery()
    found = session.execute(select(func.count()).select_from(capped)).scalar_one()
    return min(found, cap), found > cap


def case_keys(
    wanted: CaseFilter, *, actor: Actor, narrowed: ColumnElement[bool], most: int
) -> list[int]:
    """范围内案件的编号，次序同清单，至多 ``most`` 个；一条语句，服务器端游标，供导出."""
    walks = _walks(wanted, actor)
    if not walks:
        return []
    extra = [*everything(wanted, actor), narrowed]
    ascending, name = _is_ascending(wanted), _key(wanted)
    limited = [
        walk.select(extra)
        .order_by(*order_of(walk.column(name), walk.id, ascending=ascending))
        .limit(most)
        for walk in walks
    ]
    statement = limited[0]
    if len(limited) > 1:
        keys = union(*(s.subquery().select() for s in limited)).cte()
        order = order_of(getattr(Case, name), Case.id, ascending=ascending)
        statement = select(Case.id).join(keys, keys.c.id == Case.id).order_by(*order).limit(most)
    return list(dict.fromkeys(keys_of(statement)))
