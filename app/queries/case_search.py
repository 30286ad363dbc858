"""检索：两字成一词的整数词表，词表带乡的编号；一个字的查询只比文字."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.sql import cast, func

from models.case import Case, CaseText

MAX_WORDS = 60


def normalise(text: str) -> str:
    """查询与存放用同样的写法（NFKC、小写）."""
    return unicodedata.normalize("NFKC", text).lower().strip()[:MAX_WORDS]


def tokens(township_id: int, text: str) -> list[int]:
    """一段文字的词（与库里的 search_tokens 同一算法）：乡 << 42 | 前字 << 21 | 后字."""
    base = township_id << 42
    return [base | (ord(a) << 21) | ord(b) for a, b in pairwise(text)]


def escape(text: str) -> str:
    """LIKE 里的特殊字符照字面."""
    for mark in ("\\", "%", "_"):
        text = text.replace(mark, "\\" + mark)
    return text


def word_condition(township_id: int, typed: str) -> ColumnElement[bool]:
    """正文、标题、地点里含这几个字的案件；敏感件不参与检索."""
    text = normalise(typed)
    found = select(CaseText.case_id).where(
        CaseText.township_id == township_id,
        ~CaseText.is_sensitive,
        CaseText.reported_at.is_not(None),
        CaseText.doc.like(f"%{escape(text)}%"),
    )
    wanted = tokens(township_id, text)
    if wanted:
        indexed = func.search_tokens(
            CaseText.township_id, CaseText.doc, literal_column("case_text.phone_token")
        )
        found = found.where(indexed.op("@>")(cast(wanted, ARRAY(BIGINT))))
    return Case.id.in_(found)
