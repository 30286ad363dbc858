"""收办全貌：每周收件、办结、超期，网格与一级类的热点，流转级数、各环节用时；一条语句."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Float,
    Select,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.db import session
from app.queries.case_conditions import UNSET, due_terms
from app.queries.case_list import CaseFilter, statements
from models.case import Case
from models.case_parts import CaseClock
from models.journal import Journal

WEEK = timedelta(weeks=1)
LINES = ("received", "closed", "late")
"""趋势的三条线：收件、办结、超期."""
LEGS = ("accept", "dispatch", "sign_in", "finish", "verify", "archive")
"""各环节：到这一步为止用了多少工作时间."""


@dataclass(frozen=True, slots=True)
class Picture:
    """收办全貌（picture）：``weeks`` 为 (线, 第几周) → 件数，``heat`` 为 (地, 小类) → 件数."""

    weeks: Mapping[tuple[str, int], int] = field(default_factory=dict)
    heat: Mapping[tuple[int, int], int] = field(default_factory=dict)
    orgs: int = 0
    hops: float | None = None
    minutes: Mapping[str, float] = field(default_factory=dict)


def picture(
    line: Mapping[str, CaseFilter],
    *,
    period: CaseFilter,
    closed: CaseFilter,
    by_village: bool = False,
    actor: Actor,
) -> Picture:
    """范围内的全貌：``line`` 是三条线的筛选（起止为整周），另给本期收的、办结的."""
    received = _ids(period, actor)
    if received is None:
        return Picture()
    done = _ids(closed, actor)
    place = Case.village_id if by_village else Case.grid_id
    parts = [
        *(_weekly(name, one, actor) for name, one in line.items()),
        _tagged("heat", received, place, Case.category_id),
        _single("orgs", received, func.count(Case.org_id.distinct()), null()),
        _single("hops", done, func.count(), func.avg(1 + _moves())),
        _legs(done),
    ]
    return _read(session.execute(union_all(*parts)).all())


def _read(rows: Iterable[Row[Any]]) -> Picture:
    weeks: dict[tuple[str, int], int] = {}
    heat: dict[tuple[int, int], int] = {}
    minutes: dict[str, float] = {}
    orgs, hops = 0, None
    for tag, a, b, n, x in rows:
        if tag in LINES:
            weeks[tag, int(a)] = n
        elif tag == "heat":
            heat[a, b] = n
        elif tag == "orgs":
            orgs = n
        elif tag == "hops":
            hops = x
        else:
            minutes[tag.removeprefix("leg.")] = x
    return Picture(weeks, heat, orgs, hops, minutes)


def _moves() -> Any:
    """转了几手：转派、改派、退回."""
    return Case.transfer_count + Case.redispatch_count + Case.return_count


def _ids(wanted: CaseFilter, actor: Actor) -> Any:
    parts = statements(wanted, actor)
    if not parts:
        return None
    return union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()


def _row(tag: Any, a: Any, b: Any, n: Any, x: Any) -> Select[Any]:
    number = cast(n, BigInteger)
    return select(tag, cast(a, BigInteger), cast(b, BigInteger), number, cast(x, Float))


def _tagged(tag: str, keys: Any, a: Any, b: Any) -> Select[Any]:
    ones = (func.coalesce(a, literal(UNSET)), func.coalesce(b, literal(UNSET)))
    statement = _row(literal(tag), *ones, func.count(), null())
    return statement.select_from(Case).join(keys, keys.c.id == Case.id).group_by(*ones)


def _single(tag: str, keys: Any, n: Any, x: Any) -> Select[Any]:
    statement = _row(literal(tag), null(), null(), n, x)
    return statement.select_from(Case).join(keys, keys.c.id == Case.id)


def _weekly(name: str, wanted: CaseFilter, actor: Actor) -> Select[Any]:
    """一条线：按周分，第 0 周从 ``wanted.since`` 起."""
    keys = _ids(wanted, actor)
    moment = {"due": CaseClock.yellow_at, "closed": Case.closed_at}.get(wanted.by, Case.reported_at)
    week = func.floor(func.extract("epoch", moment - wanted.since) / WEEK.total_seconds())
    statement = _row(literal(name), week, null(), func.count(Case.id.distinct()), null())
    statement = statement.select_from(Case).join(keys, keys.c.id == Case.id)
    if wanted.by == "due":
        terms = due_terms(wanted)
        statement = statement.join(CaseClock, CaseClock.case_id == Case.id).where(*terms)
    return statement.group_by(week)


def _legs(keys: Any) -> Select[Any]:
    """各环节平均用了多少工作分钟（办结的件）."""
    tag = literal("leg.") + Journal.action
    statement = _row(tag, null(), null(), func.count(), func.avg(Journal.elapsed_minutes))
    return (
        statement.select_from(Journal)
        .join(keys, keys.c.id == Journal.case_id)
        .where(
            Journal.module == "case",
            Journal.action.in_(LEGS),
            Journal.elapsed_minutes.is_not(None),
        )
        .group_by(Journal.action)
    )
