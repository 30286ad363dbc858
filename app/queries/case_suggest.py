"""登记时的建议：按关键词提小类、找可能重复的件；只给依据，从不自动定."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.names import CategoryName, Names
from models.case import Case, CaseText

ENOUGH = 15
"""写到多少字才建议."""
SUGGESTIONS = 3
BACK_DAYS = 15
CANDIDATES = 200
ALIKE = 0.35
"""两段文字共有的两字词占较短一段的几成，算相像."""
EARTH = 6_371_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """小类建议（suggestion）：命中的词与把握（0–99）."""

    category: CategoryName
    words: tuple[str, ...]
    share: int


@dataclass(frozen=True, slots=True)
class Draft:
    """正在登记的一件（being typed）：只有比对要用的几样；坐标为经纬度."""

    text: str
    category_id: int | None = None
    grid_id: int | None = None
    village_id: int | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """可能重复的一件（similar case）：敏感件只有编号与状态；``metres`` 为相距多少米."""

    id: int
    number: str
    state: str
    is_sensitive: bool
    title: str = ""
    reported_at: datetime | None = None
    channel: str = ""
    same_category: bool = False
    words: tuple[str, ...] = ()
    metres: int | None = None


def suggest_categories(text: str, names: Names) -> list[Suggestion]:
    """小类建议（plan 关键词）：命中的词越多、越长，把握越大；没有命中的不列."""
    plain = normalise_text(text)
    found = []
    for category in names.categories.values():
        if category.parent_id is None or not category.in_force:
            continue
        hits = _hits(plain, category.words)
        if hits:
            weight = sum(len(word) / 2 for word in hits)
            found.append(Suggestion(category, hits, min(99, round(100 * (1 - 0.5**weight)))))
    found.sort(key=lambda one: (-one.share, one.category.code))
    return found[:SUGGESTIONS]


def normalise_text(text: str) -> str:
    """比对用的写法（NFKC、小写），只看前 1200 字."""
    return unicodedata.normalize("NFKC", text[:1200]).lower()


def _hits(plain: str, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word.lower() in plain)


def similar_cases(draft: Draft, *, actor: Actor, names: Names, now: datetime) -> list[Alike]:
    """可能重复的件（plan 三(三)）：同网格（没选网格的同村）15 天内，小类相同或文字相像."""
    place = _place(draft)
    if place is None:
        return []
    plain = normalise_text(draft.text)
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.title,
            Case.channel,
            Case.category_id,
            Case.reported_at,
            Case.is_sensitive,
            Case.lon,
            Case.lat,
            CaseText.doc,
        )
        .join(CaseText, CaseText.case_id == Case.id)
        .where(
            condition_for(Case, actor),
            place,
            Case.reported_at >= now - timedelta(days=BACK_DAYS),
        )
        .order_by(Case.reported_at.desc())
        .limit(CANDIDATES)
    ).all()
    keywords = _keywords(names)
    scored = [_Scored(row, *_alike(row, draft, plain, keywords)) for row in rows]
    kept = sorted((one for one in scored if one.weight), key=lambda one: -one.weight)
    return [_shown(one, draft) for one in kept[:SUGGESTIONS]]


class _Scored(NamedTuple):
    row: Row[Any]
    same: bool
    words: tuple[str, ...]
    shared: float

    @property
    def weight(self) -> float:
        """同小类、共有的词、相像的成数加在一起."""
        return self.same + len(self.words) + self.shared


def _place(draft: Draft) -> ColumnElement[bool] | None:
    if draft.grid_id is not None:
        return Case.grid_id == draft.grid_id
    return Case.village_id == draft.village_id if draft.village_id is not None else None


def _keywords(names: Names) -> frozenset[str]:
    return frozenset(word.lower() for one in names.categories.values() for word in one.words)


def _alike(
    row: Row[Any], draft: Draft, plain: str, keywords: frozenset[str]
) -> tuple[bool, tuple[str, ...], float]:
    same = draft.category_id is not None and row.category_id == draft.category_id
    if row.is_sensitive:
        return same, (), 0.0
    words = tuple(sorted(word for word in keywords if word in plain and word in row.doc))
    ours, theirs = _pairs(plain), _pairs(row.doc)
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    return same, words, shared if shared >= ALIKE else 0.0


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text) if not (a + b).isspace()}


def _shown(one: _Scored, draft: Draft) -> Alike:
    row = one.row
    if row.is_sensitive:
        return Alike(row.id, row.number, row.state, is_sensitive=True)
    return Alike(
        row.id,
        row.number,
        row.state,
        is_sensitive=False,
        title=row.title,
        reported_at=row.reported_at,
        channel=row.channel,
        same_category=one.same,
        words=one.words,
        metres=_metres(draft, row),
    )


def _metres(draft: Draft, row: Row[Any]) -> int | None:
    """两处相距（米，球面）；有一处没有坐标的为空."""
    if draft.lon is None or draft.lat is None or row.lon is None or row.lat is None:
        return None
    lat1, lat2 = radians(draft.lat), radians(row.lat)
    half = sin((lat2 - lat1) / 2) ** 2
    half += cos(lat1) * cos(lat2) * sin(radians(row.lon - draft.lon) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(half)))
