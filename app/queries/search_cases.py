"""搜索案件：编号、文字、来件人、尾号各走各的索引，合在一起取最近的一页；一条语句.

范围在每一路里判，不在范围内的不占名额、不进计数；敏感件只按编号找得到。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.engine import Row

from app.access.actor import Actor, HoldingView
from app.access.scope import condition_for
from app.crypto import mark, token
from app.db import session
from app.domain.search_terms import Terms
from app.queries.case_list import COLUMNS, PAGE, CaseFilter, Cursor, filter_conditions
from app.queries.case_page import CALLERS, HELPERS, TRUSTED
from app.queries.case_search import (
    full_rows,
    has_tokens,
    has_words,
    name_mark,
    readable,
    recent,
    text_rows,
    tokens,
)
from models.case import Case, CaseInformant, CaseText
from models.case_parts import Assignment, CaseOrg

TEXT, NUMBER, NAME, PHONE = 1, 2, 4, 8
"""由什么找到的，可以同时有几样."""
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Hits:
    """一页结果：行（多一列 ``why``）与前后页的位置."""

    rows: Sequence[Row[Any]] = ()
    next: Cursor | None = None
    previous: Cursor | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """一次搜索：词、谁、分面、位置、取几行."""

    terms: Terms
    actor: Actor
    wanted: CaseFilter
    cursor: Cursor | None
    limit: int

    @property
    def back(self) -> bool:
        """往前翻."""
        return self.cursor is not None and self.cursor.back

    def here(self, at: Any, key: Any) -> Conditions:
        """键集条件."""
        if self.cursor is None:
            return []
        pair, place = tuple_(at, key), tuple_(self.cursor.at, self.cursor.id)
        return [pair > place if self.back else pair < place]

    def order(self, at: Any, key: Any) -> tuple[Any, Any]:
        """新的在前；往前翻时倒过来走."""
        return (at.asc(), key.asc()) if self.back else (at.desc(), key.desc())

    def page(self, statement: Select[Any], at: Any, key: Any) -> Select[Any]:
        """这一路的头一页."""
        placed = statement.where(*self.here(at, key)).order_by(*self.order(at, key))
        return placed.limit(self.limit)

    def inside(self, key: Any) -> Conditions:
        """按文字找到的这一行在不在范围、合不合分面；全乡都看得到又没有分面的不用判."""
        given = filter_conditions(self.wanted)
        seen = readable(self.actor, self.terms.words)
        if seen is None and not given:
            return []
        found = select(Case.id).where(Case.id == key, *given)
        return [(found if seen is None else found.where(seen)).exists()]


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
    search = _Search(terms, actor, wanted, cursor, limit + 1)
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


def _statement(search: _Search) -> Select[Any]:
    found = union_all(*_ways(search)).subquery("found")
    why = func.bit_or(found.c.why).label("why")
    hits = select(found.c.case_id, why).group_by(found.c.case_id).subquery("hits")
    return (
        select(*COLUMNS, hits.c.why)
        .join(hits, hits.c.case_id == Case.id)
        .order_by(*search.order(Case.reported_at, Case.id))
        .limit(search.limit)
    )


def _ways(search: _Search) -> list[Select[Any]]:
    """各路：每一路先取自己的头一页，才合得起来."""
    probe = _probe(search)
    ways: list[Select[Any]] = [_all_of(probe)]
    if not search.terms.is_one_character:
        ways.append(_all_of(_rest(search, probe)))
    if search.terms.number is not None:
        ways.append(_by_number(search))
    if search.terms.name or search.terms.phones:
        ways.append(_by_informant(search))
    if search.terms.tail:
        ways.append(_by_tail(search))
    return [way.subquery().select() for way in ways]


def _all_of(step: CTE) -> Select[Any]:
    return select(step.c.case_id, step.c.why)


def _probe(search: _Search) -> CTE:
    """最近三千件比文字；两个字以上的由这一页往后数三千件，一个字的只在最近三千件里."""
    base = recent(search.actor.township_id)
    if not search.terms.is_one_character:
        at, key = CaseText.reported_at, CaseText.case_id
        base = base.where(*search.here(at, key)).order_by(None).order_by(*search.order(at, key))
    newest = base.subquery("newest")
    found = select(newest.c.case_id, newest.c.reported_at, literal(TEXT).label("why")).where(
        *has_words(newest.c.doc, search.terms.words), *search.inside(newest.c.case_id)
    )
    placed = search.page(found, newest.c.reported_at, newest.c.case_id)
    return placed.cte("probe").prefix_with("MATERIALIZED")


def _rest(search: _Search, probe: CTE) -> CTE:
    """不够一页才走词表索引."""
    township_id, words = search.actor.township_id, search.terms.words
    enough = select(func.count()).select_from(probe).scalar_subquery()
    found = select(CaseText.case_id, CaseText.reported_at, literal(TEXT).label("why")).where(
        enough < search.limit,
        *text_rows(township_id),
        has_tokens(tokens(township_id, words)),
        *has_words(CaseText.doc, words),
        *search.inside(CaseText.case_id),
    )
    placed = search.page(found, CaseText.reported_at, CaseText.case_id)
    return placed.cte("rest").prefix_with("MATERIALIZED")


def _by_number(search: _Search) -> Select[Any]:
    """编号：只给序号的，各年都算；范围与清单一样，敏感件在内."""
    number = search.terms.number
    if number is None:
        raise ValueError("没有编号")
    year = [Case.year == number.year] if number.year else []
    found = select(Case.id.label("case_id"), literal(NUMBER).label("why")).where(
        Case.township_id == search.actor.township_id,
        Case.seq == number.seq,
        *year,
        *filter_conditions(search.wanted),
        condition_for(Case, search.actor),
        Case.reported_at.is_not(None),
    )
    return search.page(found, Case.reported_at, Case.id)


def _open_rows(search: _Search) -> Conditions:
    """来件人看得到的前提：正文看得到；脱敏看的人不能按来件人找."""
    seen = full_rows(search.actor)
    return [
        Case.township_id == search.actor.township_id,
        ~Case.is_sensitive,
        Case.reported_at.is_not(None),
        *filter_conditions(search.wanted),
        *([] if seen is None else [seen]),
    ]


def _by_informant(search: _Search) -> Select[Any]:
    """来件人：姓名、电话都按指纹整个相符；匿名的不算，要求保密的只给看得到的人."""
    by_name = by_phone = false()
    if search.terms.name:
        by_name = and_(
            CaseInformant.name_mark == name_mark(search.terms.name), sees_name(search.actor)
        )
    if search.terms.phones:
        wanted = [mark(phone) for phone in search.terms.phones]
        by_phone = and_(CaseInformant.phone_mark.in_(wanted), sees_number(search.actor))
    why = NAME if search.terms.name else PHONE
    found = (
        select(Case.id.label("case_id"), literal(why).label("why"))
        .join(CaseInformant, CaseInformant.case_id == Case.id)
        .where(
            CaseInformant.township_id == search.actor.township_id,
            ~CaseInformant.is_anonymous,
            or_(by_name, by_phone),
            *_open_rows(search),
        )
    )
    return search.page(found, Case.reported_at, Case.id)


def _by_tail(search: _Search) -> Select[Any]:
    """电话尾号四位：词表里的短指纹，再核对来件人看不看得到."""
    tail = token(search.terms.tail) or 0
    township_id = search.actor.township_id
    informant = select(CaseInformant.id).where(
        CaseInformant.case_id == Case.id,
        CaseInformant.from_case_id.is_(None),
        ~CaseInformant.is_anonymous,
        sees_number(search.actor),
    )
    found = (
        select(Case.id.label("case_id"), literal(PHONE).label("why"))
        .join(CaseText, CaseText.case_id == Case.id)
        .where(
            *text_rows(township_id),
            has_tokens([township_id << 42 | tail]),
            CaseText.phone_token == tail,
            informant.exists(),
            *_open_rows(search),
        )
    )
    return search.page(found, Case.reported_at, Case.id)


def sees_name(actor: Actor) -> ColumnElement[bool]:
    """来件人的姓名看不看得到，化成 SQL（同 ``case_page.sees_name``，正文看得到的前提另判）."""
    if actor.roles & TRUSTED:
        return true()
    return or_(~CaseInformant.is_confidential, _own(actor))


def sees_number(actor: Actor) -> ColumnElement[bool]:
    """来件人的电话看不看得到，化成 SQL（同 ``case_page.may_see_number``）."""
    views = [view for view in actor.current if view.role not in HELPERS]
    reasons = [_own(actor), *(_calls(view) for view in views)]
    return and_(sees_name(actor), or_(*reasons))


def _own(actor: Actor) -> ColumnElement[bool]:
    return Case.registrar_id == actor.person_id if actor.person_id is not None else false()


def _calls(view: HoldingView) -> ColumnElement[bool]:
    """一条任职为什么可以打电话：反馈的、办这一件的平台与机构；书记限要求保密的."""
    if view.role in CALLERS:
        return true()
    reasons: Conditions = [CaseInformant.is_confidential] if view.role == "D" else []
    if view.platform is not None:
        assists = select(Assignment.id).where(
            Assignment.case_id == Case.id,
            Assignment.platform == view.platform,
            Assignment.is_listed,
            Assignment.role == "ASSIST",
        )
        reasons += [Case.platform == view.platform, assists.exists()]
    if view.org_id is not None:
        helping = select(CaseOrg.id).where(
            CaseOrg.case_id == Case.id,
            CaseOrg.org_id == view.org_id,
            CaseOrg.is_current,
            CaseOrg.role == "ASSIST",
        )
        own = or_(Case.org_id == view.org_id, Case.lead_org_id == view.org_id)
        reasons += [own, helping.exists()]
    return or_(false(), *reasons)
