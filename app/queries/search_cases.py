"""搜索案件：编号、文字、来件人、尾号各走各的索引，合在一起取最近的一页；一条语句.

范围在每一路里判，不在范围内的不占名额、不进计数；敏感件只按编号找得到。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.db import session
from app.domain.search_terms import Terms
from app.queries.case_list import COLUMNS, PAGE, CaseFilter, Cursor
from app.queries.case_search import text_rows
from app.queries.search_frame import NAME, NUMBER, PHONE, TEXT, Search
from app.queries.search_marks import by_informant, by_number, by_tail
from app.queries.search_text import by_text
from models.case import Case, CaseText

__all__ = ["NAME", "NUMBER", "PHONE", "TEXT", "Hits", "bodies_of", "case_hits"]


@dataclass(frozen=True, slots=True)
class Hits:
    """一页结果：行（多一列 ``why``）与前后页的位置."""

    rows: Sequence[Row[Any]] = ()
    next: Cursor | None = None
    previous: Cursor | None = None


def case_hits(
    terms: Terms,
    *,
    actor: Actor,
    wanted: CaseFilter | None = None,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> Hits:
    """找案件：最近取号的在前；多取一行，看后面还有没有."""
    wanted = wanted or CaseFilter()
    search = Search(terms, actor, wanted, cursor, limit + 1)
    if terms.is_empty or not actor.has_verb("case", "read"):
        return Hits()
    rows = list(session.execute(_statement(search)).all())
    more = len(rows) > limit
    rows = rows[:limit]
    if search.back:
        rows.reverse()
    if not rows:
        return Hits()
    has_next, has_previous = more or search.back, cursor is not None and (not search.back or more)
    return Hits(
        rows,
        Cursor(rows[-1].reported_at, rows[-1].id) if has_next else None,
        Cursor(rows[0].reported_at, rows[0].id, back=True) if has_previous else None,
    )


def bodies_of(ids: Sequence[int], actor: Actor) -> dict[int, str]:
    """这几件的正文，供摘出命中的一段；敏感件的不取."""
    if not ids:
        return {}
    rows = session.execute(
        select(CaseText.case_id, CaseText.body).where(
            CaseText.case_id.in_(ids), *text_rows(actor.township_id)
        )
    ).all()
    return {row.case_id: row.body for row in rows}


def _statement(search: Search) -> Select[Any]:
    found = union_all(*_ways(search)).subquery("found")
    why = func.bit_or(found.c.why).label("why")
    hits = select(found.c.case_id, why).group_by(found.c.case_id).subquery("hits")
    return (
        select(*COLUMNS, hits.c.why)
        .join(hits, hits.c.case_id == Case.id)
        .order_by(*search.order(Case.reported_at, Case.id))
        .limit(search.limit)
    )


def _ways(search: Search) -> list[Select[Any]]:
    """各路：每一路先取自己的头一页，才合得起来."""
    terms = search.terms
    ways = by_text(search)
    if terms.number is not None:
        ways.append(by_number(search))
    if terms.name or terms.phones:
        ways.append(by_informant(search))
    if terms.tail:
        ways.append(by_tail(search))
    return [way.subquery().select() for way in ways]
