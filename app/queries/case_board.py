"""分流看板：待分流一列、各平台一列，各走自己的索引取前几件；件数、变动各一条语句."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, union, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.reach import reach
from app.access.scope import condition_for
from app.db import session
from app.queries.case_list import COLUMNS, CaseFilter, Cursor, after_key, conditions, order_of
from app.queries.case_list import mark_condition as marked
from app.queries.case_walks import Walk, walks_of
from models.case import Case
from models.case_parts import Assignment
from models.journal import Journal, JournalHead

POOL = "POOL"
"""待分流那一列的代码；其余各列以平台代码为名."""
WAITING = "ACCEPTED"
TOP = 20
OPEN_LIMIT = 5000
MOST_CHANGES = 200
"""一次至多说几件有变动；再多就整页重取."""

HELD = aliased(Assignment, name="held")
LEAD = and_(HELD.case_id == Case.id, HELD.role == "LEAD", HELD.is_listed, HELD.ended_at.is_(None))
"""主办平台现在的这一次交办（另起一名，不与范围条件里的混）."""
CARD = (HELD.assigned_by_id, *COLUMNS)


@dataclass(frozen=True, slots=True)
class Lane:
    """一列（lane）：从哪几条索引走、另外要什么条件；常设的没有件也在."""

    code: str
    walks: tuple[Walk, ...]
    where: tuple[ColumnElement[bool], ...] = ()
    is_standing: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """一列一个状态的件数：合计、今天到期、黄红牌、退回过、今日新到."""

    n: int = 0
    today: int = 0
    carded: int = 0
    returned: int = 0
    fresh: int = 0


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """看板的件数（board counts）：列与状态 → 件数；``is_capped`` 为没有数全."""

    cells: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    is_capped: bool = False

    def of(self, lane: str = "", state: str = "", mark: str = "") -> int:
        """几件；列、状态不给即全部."""
        return sum(
            getattr(tally, mark or "n")
            for (code, at), tally in self.cells.items()
            if lane in ("", code) and state in ("", at)
        )

    def states(self, lane: str, mark: str = "") -> dict[str, int]:
        """一列里各状态几件；没有的不列."""
        found = {at: self.of(lane, at, mark) for code, at in self.cells if code == lane}
        return {at: n for at, n in found.items() if n}


@dataclass(frozen=True, slots=True)
class Change:
    """一件的变动：谁、做了什么、何时."""

    case_id: int
    who: str
    action: str
    at: datetime


def _led(platform: str, actor: Actor) -> Lane:
    inside = (
        Assignment.township_id == actor.township_id,
        Assignment.platform == platform,
        Assignment.is_listed,
    )
    return Lane(platform, (Walk(Assignment, inside),), (Assignment.role == "LEAD",))


def lanes_of(actor: Actor, platforms: Sequence[str]) -> tuple[Lane, ...]:
    """这个人的各列：管全乡的有待分流与全部平台，平台的人只有自己的平台，其余按各条走法."""
    found = reach(actor)
    walks = tuple(walks_of(found, actor))
    waiting = (Case.state == WAITING,)
    if found.township:
        return (Lane(POOL, walks, waiting), *(_led(code, actor) for code in platforms))
    own = [code for code in platforms if code in found.platforms]
    if own:
        return tuple(_led(code, actor) for code in own)
    if not walks:
        return ()
    led = (Lane(code, walks, (Case.platform == code, ~waiting[0]), False) for code in platforms)
    return (Lane(POOL, walks, waiting, False), *led)


def _parts(lane: Lane, wanted: CaseFilter) -> list[tuple[Walk, Select[Any]]]:
    extra = [*lane.where, Case.is_open, *conditions(wanted)]
    walks = [walk.narrowed(only_open=True) for walk in lane.walks]
    return [(walk, walk.select(extra)) for walk in walks]


def _top(lane: Lane, wanted: CaseFilter, cursor: Cursor | None = None) -> Select[Any]:
    """一列的前几件（多取一件，好知道还有没有）."""
    limited = []
    for walk, plain in _parts(lane, wanted):
        column, key = walk.column("due_at"), walk.id
        after = [after_key(column, key, cursor, ascending=True)] if cursor else []
        sorted_ = plain.where(*after).order_by(*order_of(column, key, ascending=True))
        limited.append(sorted_.limit(TOP + 1))
    if len(limited) == 1:
        return limited[0]
    keys = union(*(one.subquery().select() for one in limited)).subquery()
    order = order_of(Case.due_at, Case.id, ascending=True)
    return select(keys.c.id).join(Case, Case.id == keys.c.id).order_by(*order).limit(TOP + 1)


def _of_lane(lane: Lane, keys: Any) -> Select[Any]:
    found = keys.subquery()
    return select(literal(lane.code).label("lane"), found.c.id)


def board_statement(
    lanes: Sequence[Lane], wanted: CaseFilter, cursor: Cursor | None = None
) -> Select[Any]:
    """各列前 21 件，一条语句."""
    keys = union_all(*(_of_lane(lane, _top(lane, wanted, cursor)) for lane in lanes)).cte("k")
    return (
        select(keys.c.lane, *CARD)
        .join(Case, Case.id == keys.c.id)
        .outerjoin(HELD, LEAD)
        .order_by(*order_of(Case.due_at, Case.id, ascending=True))
    )


def board_rows(
    lanes: Sequence[Lane], wanted: CaseFilter, cursor: Cursor | None = None
) -> dict[str, list[Row[Any]]]:
    """各列的行：列 → 至多 21 行，期限近的在前；没有列的人没有行."""
    found: dict[str, list[Row[Any]]] = {lane.code: [] for lane in lanes}
    if lanes:
        for row in session.execute(board_statement(lanes, wanted, cursor)).all():
            found[row.lane].append(row)
    return found


def counts_statement(
    lanes: Sequence[Lane], wanted: CaseFilter, day: tuple[datetime, datetime]
) -> Select[Any]:
    """各列各状态的件数：筛选条件照旧，标记只分着数."""
    plain = replace(wanted, mark="")
    arms = []
    for lane in lanes:
        limited = [part.limit(OPEN_LIMIT).subquery().select() for _, part in _parts(lane, plain)]
        arms.append(_of_lane(lane, union(*limited) if len(limited) > 1 else limited[0]))
    keys = union_all(*arms).cte("k")
    sums = [
        func.count().filter(rule)
        for mark in ("today", "carded", "returned")
        if (rule := marked(mark, day)) is not None
    ]
    fresh = func.count().filter(Case.reported_at >= day[0])
    return (
        select(keys.c.lane, Case.state, func.count(), *sums, fresh)
        .join(Case, Case.id == keys.c.id)
        .group_by(keys.c.lane, Case.state)
    )


def board_counts(
    lanes: Sequence[Lane], wanted: CaseFilter, day: tuple[datetime, datetime]
) -> BoardCounts:
    """各列各状态的件数；一列超过 5000 件的只数到那里."""
    if not lanes:
        return BoardCounts()
    rows = session.execute(counts_statement(lanes, wanted, day)).all()
    cells = {(row[0], row[1]): Tally(*row[2:]) for row in rows}
    counts = BoardCounts(cells)
    return replace(counts, is_capped=any(counts.of(lane.code) >= OPEN_LIMIT for lane in lanes))


def board_version(township_id: int) -> int:
    """看板的版本：本乡日志的序号；每有一步就大一号，取一行就知道有没有变."""
    statement = select(JournalHead.chain_seq).where(JournalHead.township_id == township_id)
    return session.execute(statement).scalar_one_or_none() or 0


def changes_since(township_id: int, since: int) -> list[Change]:
    """这个版本之后动过的案件，各取最近的一步；只看编号，给不给看由 ``board_cards`` 按范围定."""
    statement = (
        select(Journal.case_id, Journal.actor_name, Journal.action, Journal.at)
        .ext(distinct_on(Journal.case_id))
        .where(
            Journal.township_id == township_id,
            Journal.chain_seq > since,
            Journal.module == "case",
            Journal.action != "read",
            Journal.case_id.is_not(None),
        )
        .order_by(Journal.case_id, Journal.chain_seq.desc())
        .limit(MOST_CHANGES + 1)
    )
    return [Change(*row) for row in session.execute(statement).all()]


def board_cards(
    ids: Sequence[int], lanes: Sequence[Lane], wanted: CaseFilter, actor: Actor
) -> list[Row[Any]]:
    """这几件里还在看板上、看得到、合条件的；各带所在的列."""
    if not ids or not lanes:
        return []
    lane = case((Case.state == WAITING, POOL), else_=Case.platform).label("lane")
    rows = session.execute(
        select(lane, *CARD)
        .outerjoin(HELD, LEAD)
        .where(
            Case.id.in_(ids),
            Case.is_open,
            condition_for(Case, actor),
            (Case.state == WAITING) | HELD.id.is_not(None),
            *conditions(wanted),
        )
    ).all()
    known = {one.code for one in lanes}
    return [row for row in rows if row.lane in known]


def returns_of(ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """退回过的件最近一次退回写的：由哪个平台、什么原因、建议去向."""
    if not ids:
        return {}
    statement = (
        select(Journal.case_id, Journal.data)
        .ext(distinct_on(Journal.case_id))
        .where(Journal.case_id.in_(ids), Journal.action == "return_case")
        .order_by(Journal.case_id, Journal.id.desc())
    )
    return {row.case_id: row.data for row in session.execute(statement).all()}
