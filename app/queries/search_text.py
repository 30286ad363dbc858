"""按文字找：先比最近的一批，不够一页才走词表索引；范围窄的照自己的索引走."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, Subquery, false, func, literal, select, union

from app.access.reach import reach
from app.queries.case_list import conditions
from app.queries.case_search import has_tokens, has_words, recent, text_rows, tokens
from app.queries.case_walks import Walk, walks_of
from app.queries.search_frame import TEXT, Search, fenced
from models.case import Case, CaseText

NARROW = 1000
"""要逐行判范围、分面的，先比这么多件."""


def by_text(search: Search) -> list[Select[Any]]:
    """文字的两路；一个字的只有前一路."""
    walked = _walked(search)
    probe = _probe(search, walked)
    steps = [probe] if search.terms.is_one_character else [probe, _rest(search, probe, walked)]
    return [select(step.c.case_id, step.c.why) for step in steps]


def _newest(search: Search, walked: CTE | None) -> Subquery:
    """先比文字的那一批：全乡的看最近取号的三千件；范围窄的照自己的索引走一千件."""
    at, key = CaseText.reported_at, CaseText.case_id
    if walked is not None:
        base = select(key, at, CaseText.doc).join(walked, walked.c.id == key)
        return base.where(*text_rows(search.actor.township_id)).subquery("newest")
    base = recent(search.actor.township_id)
    if search.inside(key):
        base = base.limit(NARROW)
    if not search.terms.is_one_character:
        base = base.where(*search.here(at, key))
        base = base.order_by(None).order_by(*search.order(at, key))
    return base.subquery("newest")


def _walked(search: Search) -> CTE | None:
    """范围里最近取号的一千件：各走法各取头一千，合起来再取；看全乡的不用走，为空."""
    found = reach(search.actor)
    if found.township:
        return None
    parts = [_walk(search, walk) for walk in walks_of(found, search.actor)]
    if not parts:
        parts = [select(Case.id.label("id"), Case.reported_at.label("at")).where(false())]
    rows = union(*parts).subquery("rows")
    newest = select(rows.c.id, rows.c.at).order_by(*_walk_order(search, rows.c.at, rows.c.id))
    return fenced(newest.limit(NARROW).cte("walked"))


def _walk(search: Search, walk: Walk) -> Select[Any]:
    """一条走法：分面要看案件那一行，没有分面的不连过去."""
    given, at, key = conditions(search.wanted), walk.column("reported_at"), walk.id
    found = select(key.label("id"), at.label("at"))
    if given and walk.table is not Case:
        found = found.join(Case, Case.id == key)
    found = found.where(*walk.where, *given, at.is_not(None))
    if not search.terms.is_one_character:
        found = found.where(*search.here(at, key))
    return found.order_by(*_walk_order(search, at, key)).limit(NARROW).subquery().select()


def _walk_order(search: Search, at: Any, key: Any) -> tuple[Any, Any]:
    one = search.terms.is_one_character
    return (at.desc(), key.desc()) if one else search.order(at, key)


def _probe(search: Search, walked: CTE | None) -> CTE:
    """先比文字；两个字以上的由这一页往后数，一个字的只在最近的里面."""
    newest = _newest(search, walked)
    found = select(newest.c.case_id, newest.c.reported_at, literal(TEXT).label("why")).where(
        *has_words(newest.c.doc, search.terms.words),
        *search.inside(newest.c.case_id, walked=walked is not None),
    )
    return fenced(search.page(found, newest.c.reported_at, newest.c.case_id).cte("probe"))


def _rest(search: Search, probe: CTE, walked: CTE | None) -> CTE:
    """不够一页才走词表索引；自己范围里的都比过了，也不必走."""
    at, key, words = CaseText.reported_at, CaseText.case_id, search.terms.words
    gates = [_size(probe) < search.limit]
    if walked is not None:
        gates.append(_size(walked) >= NARROW)
    listed = fenced(
        select(key, at)
        .where(
            *gates,
            *text_rows(search.actor.township_id),
            has_tokens(tokens(search.actor.township_id, words)),
            *has_words(CaseText.doc, words),
            *search.here(at, key),
        )
        .cte("listed")
    )
    found = select(listed.c.case_id, listed.c.reported_at, literal(TEXT).label("why"))
    found = found.where(*search.inside(listed.c.case_id))
    return fenced(search.page(found, listed.c.reported_at, listed.c.case_id).cte("rest"))


def _size(step: CTE) -> Any:
    return select(func.count()).select_from(step).scalar_subquery()
