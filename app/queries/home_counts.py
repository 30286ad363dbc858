"""工作台的数字：几份筛选各几件、头上几件，各一条语句；条件与清单是同一份."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, true, union, union_all
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.db import session
from app.queries.case_list import (
    ALL_CAP,
    OPEN_CAP,
    CaseFilter,
    everything,
    first_rows,
    statements,
)
from models.case import Case

Wanted = Mapping[str, CaseFilter]


@dataclass(frozen=True, slots=True)
class Amount:
    """件数（amount）：数到封顶为止，``capped`` 的写成“1000+”."""

    n: int = 0
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.n}+" if self.capped else str(self.n)


def amounts(wanted: Wanted, *, actor: Actor) -> dict[str, Amount]:
    """每份筛选在范围内几件，一条语句；封顶与清单一样."""
    if not wanted:
        return {}
    live = {name: one for name, one in wanted.items() if one.bucket == "open"}
    parts = [(name, _counted(one, actor)) for name, one in wanted.items() if name not in live]
    columns: list[Any] = [part.label(name) for name, part in parts if part is not None]
    statement = select(*columns)
    open_row = _open_row(live, actor)
    if open_row is not None:
        row = open_row.subquery("o")
        statement = select(*row.c, *columns).select_from(row)
    found: Mapping[str, int] = {}
    if open_row is not None or columns:
        found = session.execute(statement).one()._asdict()
    return {name: _amount(found.get(name, 0), one) for name, one in wanted.items()}


def _amount(found: int, wanted: CaseFilter) -> Amount:
    cap = OPEN_CAP if wanted.bucket == "open" else ALL_CAP
    return Amount(min(found, cap), found > cap)


def _union(parts: Sequence[Select[Any]]) -> Any:
    """几条走法合起来，同一件只算一次."""
    return union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()


def _counted(wanted: CaseFilter, actor: Actor) -> Any:
    """不限在办的：各自走索引，数到封顶."""
    walks = [walk.limit(ALL_CAP + 1) for walk in statements(wanted, actor)]
    if not walks:
        return None
    # 几条走法各自带 LIMIT，合并前要各包一层
    rows = _union([walk.subquery().select() for walk in walks] if len(walks) > 1 else walks)
    return select(func.count()).select_from(rows).scalar_subquery()


def _open_row(live: Wanted, actor: Actor) -> Select[Any] | None:
    """在办的：走一遍，各份筛选各数各的."""
    walks = statements(CaseFilter(), actor) if live else []
    if not walks:
        return None
    keys = _union(walks)
    return (
        select(
            *(
                func.count().filter(and_(true(), *everything(one, actor))).label(name)
                for name, one in live.items()
            )
        )
        .select_from(Case)
        .join(keys, keys.c.id == Case.id)
    )


def heads(wanted: Wanted, *, actor: Actor, most: int) -> dict[str, list[Row[Any]]]:
    """每份筛选头上几件，次序与清单一样，一条语句."""
    found: dict[str, list[Row[Any]]] = {name: [] for name in wanted}
    parts = []
    for name, one in wanted.items():
        rows = first_rows(one, actor, most)
        if rows is not None:
            # 合并后的次序靠不住，带上各自的名次
            inner = rows.subquery()
            place = func.row_number().over().label("place")
            parts.append(select(literal(name).label("part"), place, *inner.c))
    if not parts:
        return found
    merged = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    for row in session.execute(select(merged).order_by(merged.c.part, merged.c.place)):
        found[row.part].append(row)
    return found
