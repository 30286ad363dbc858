"""检索：两字成一词的整数词表，词表带乡的编号；一个字的查询只比最近的几千件."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.sql import cast, func

from app.access.actor import Actor
from app.access.reach import Reach, reach_of
from app.access.scope import case_condition
from app.crypto import mark
from app.db import session
from app.domain.search_terms import bigrams, normalise, plain_name
from models.case import Case, CaseText

RECENT = 3000
"""先在最近这么多件里比文字，够一页就不动词表索引."""
COMMON = 51
"""最近的那一批里够这么多件（一页再多一件）的，算常见的词."""


def tokens(township_id: int, words: str | Iterable[str]) -> list[int]:
    """几个词的词元（与库里的 search_tokens 同一算法）：乡 << 42 | 前字 << 21 | 后字."""
    base = township_id << 42
    given = (words,) if isinstance(words, str) else words
    return [base | (ord(a) << 21) | ord(b) for a, b in bigrams(given)]


def escape(text: str) -> str:
    """LIKE 里的特殊字符照字面."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text


def name_mark(name: str | None) -> str | None:
    """来件人姓名的指纹：先规整写法；与电话的指纹分开算，互相对不上."""
    plain = plain_name(name or "")
    return mark(f"name:{plain}") if plain else None


def text_rows(township_id: int) -> tuple[ColumnElement[bool], ...]:
    """参与检索的行：取了号的；敏感件的文字不参与，谁也不能按文字找到."""
    return (
        CaseText.township_id == township_id,
        ~CaseText.is_sensitive,
        CaseText.reported_at.is_not(None),
    )


def has_tokens(wanted: list[int]) -> ColumnElement[bool]:
    """词表里有这些词元；写法与索引的表达式一致才用得上它."""
    indexed = func.search_tokens(
        CaseText.township_id, CaseText.doc, literal_column("case_text.phone_token")
    )
    found: ColumnElement[bool] = indexed.op("@>")(cast(wanted, ARRAY(BIGINT)))
    return found


def has_words(column: Any, words: Iterable[str]) -> list[ColumnElement[bool]]:
    """文字里每个词都有；词表只是先筛一遍，两字相邻不等于整个词."""
    return [column.like(f"%{escape(word)}%") for word in words]


def recent(township_id: int) -> Select[int, datetime | None, str]:
    """最近取号的几千件的文字."""
    newest = (CaseText.reported_at.desc(), CaseText.case_id.desc())
    return (
        select(CaseText.case_id, CaseText.reported_at, CaseText.doc)
        .where(*text_rows(township_id))
        .order_by(*newest)
        .limit(RECENT)
    )


def text_reach(actor: Actor, *, masked: bool) -> Reach:
    """按文字找得到的范围：脱敏的任职、以别人的身份预览的看不到正文，另成一份."""
    total = Reach()
    for holding in actor.holdings:
        if (actor.is_preview or holding.scope == "masked") is masked:
            total = total | reach_of(holding, actor)
    return total


def masked_rows(actor: Actor, words: Iterable[str]) -> ColumnElement[bool]:
    """脱敏看的人：只按标题找，号码不作数，免得一个字一个字把遮住的试出来."""
    found = text_reach(actor, masked=True)
    given = tuple(words)
    if found.is_empty or any(letter.isdigit() for word in given for letter in word):
        return false()
    title = func.lower(func.normalize(Case.title, literal_column("NFKC")))
    inside: ColumnElement[bool] = case_condition(found, actor)
    for one in has_words(title, given):
        inside = inside & one
    return inside


def full_rows(actor: Actor) -> ColumnElement[bool] | None:
    """看得到正文的案件（在 Case 上的条件，敏感件另判）；全乡都看得到的不用再判，为空."""
    full = text_reach(actor, masked=False)
    return None if full.township else case_condition(full, actor)


def readable(actor: Actor, words: Iterable[str]) -> ColumnElement[bool] | None:
    """按文字找得到哪些案件（在 Case 上的条件）；全乡都看得到正文的不用再判，为空."""
    full = full_rows(actor)
    return None if full is None else full | masked_rows(actor, words)


def word_condition(actor: Actor, typed: str, *, ordered: bool = True) -> ColumnElement[bool]:
    """清单里按字筛：正文、标题、地点里含这几个字的案件；敏感件不参与检索.

    ``ordered`` 为要照次序取一页的；只数件数的不问次序，一律走词表，数够就停。
    """
    words = normalise(typed).split()
    may_walk = ordered and bool(tokens(actor.township_id, words))
    common = may_walk and is_common(actor.township_id, words)
    inside = written_in(actor.township_id, words, common=common)
    seen = readable(actor, words)
    return inside if seen is None else inside & seen


def is_common(township_id: int, words: Iterable[str]) -> bool:
    """常见的词：最近的几千件里就够一页，一条语句."""
    newest = recent(township_id).subquery("newest")
    hits = select(newest.c.case_id).where(*has_words(newest.c.doc, words)).limit(COMMON)
    found = session.execute(select(func.count()).select_from(hits.subquery())).scalar_one()
    return found >= COMMON


def written_in(township_id: int, words: Sequence[str], *, common: bool) -> ColumnElement[bool]:
    """文字里有这几个词的案件；三种写法找到的一样，快慢不同.

    常见的词照清单自己的次序走，一行一比，够一页就停（词表里要取出几万件）；少见的先走词表；
    一个字的词表里没有，只在最近的几千件里比。
    """
    wanted = tokens(township_id, words)
    if not wanted:
        newest = recent(township_id).subquery("newest")
        return Case.id.in_(select(newest.c.case_id).where(*has_words(newest.c.doc, words)))
    written = [*text_rows(township_id), *has_words(CaseText.doc, words)]
    if common:
        one = select(literal(True)).where(CaseText.case_id == Case.id, *written)
        return func.coalesce(one.correlate(Case).scalar_subquery(), False)
    return Case.id.in_(select(CaseText.case_id).where(*written, has_tokens(wanted)))
