"""等人决定的事的行与来源：各来源列数、列名一致，才能合成一条语句."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Select, String, cast, literal, null, select

from app.access.actor import Actor

MOST = 50
"""一个来源至多看这么多候选."""


@dataclass(frozen=True, slots=True)
class Line:
    """一行（line）：``key`` 是那一件（会议、案件）的编号，点开就是它."""

    source: str
    key: int
    title: str
    note: str
    at: datetime | None
    platform: str | None
    body_id: int | None
    body_code: str | None
    state: str | None
    by_id: int | None
    org_id: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """一个来源（source）：要的授权、候选的语句、是不是轮到这个人."""

    code: str
    needs: tuple[str, str] | None
    rows: Callable[[Actor, datetime], Select[Any] | None]
    mine: Callable[[Actor, Line], bool] = lambda _a, _l: True


def line(
    code: str,
    *,
    key: Any,
    title: Any,
    note: Any = "",
    at: Any = None,
    platform: Any = None,
    body_id: Any = None,
    body_code: Any = None,
    state: Any = None,
    by_id: Any = None,
    org_id: Any = None,
) -> Select[Any]:
    """各来源列数、列名一致的一条语句（``Line`` 的次序）."""
    return select(
        literal(code, String).label("source"),
        cast(key, BigInteger).label("key"),
        cast(title, String).label("title"),
        cast(note, String).label("note"),
        cast(null() if at is None else at, DateTime(timezone=True)).label("at"),
        cast(null() if platform is None else platform, String).label("platform"),
        cast(null() if body_id is None else body_id, BigInteger).label("body_id"),
        cast(null() if body_code is None else body_code, String).label("body_code"),
        cast(null() if state is None else state, String).label("state"),
        cast(null() if by_id is None else by_id, BigInteger).label("by_id"),
        cast(null() if org_id is None else org_id, BigInteger).label("org_id"),
    )
