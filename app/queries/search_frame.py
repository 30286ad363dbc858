"""搜索的一次：词、谁、分面、位置；每一路怎样排、怎样判范围，都从这里拿."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, select, true, tuple_

from app.access.actor import Actor
from app.domain.search_terms import Terms
from app.queries.case_list import CaseFilter, Cursor, conditions
from app.queries.case_search import readable, text_reach
from models.case import Case

TEXT, NUMBER, NAME, PHONE = 1, 2, 4, 8
"""由什么找到的，可以同时有几样."""
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Search:
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

    def inside(self, key: Any, *, walked: bool = False) -> Conditions:
        """按文字找到的这一行在不在范围、合不合分面；不用判的不判.

        写成逐行的标量子查询：改成连接，计划就会从范围里的全部案件走起。``walked`` 为照范围的
        索引走来的行，范围与分面都判过，只剩脱敏要判。
        """
        if walked and not self.has_masked:
            return []
        seen = readable(self.actor, self.terms.words)
        given = [*conditions(self.wanted), *([] if seen is None else [seen])]
        if not given:
            return []
        row = select(true()).where(Case.id == key, *given).correlate_except(Case)
        return [row.scalar_subquery().is_(True)]

    @property
    def has_masked(self) -> bool:
        """有没有只看得到脱敏文字的任职."""
        return not text_reach(self.actor, masked=True).is_empty


def fenced(step: CTE) -> CTE:
    """先算完这一步：行数估不准时，计划不会改从全部案件走起."""
    return step.prefix_with("MATERIALIZED")
