"""数字背后的行：某平台（或某人）某项指标冻结下来的每一行，计入的与不计的；键集翻页."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, not_, select
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.export_reach import ExportReach
from app.access.scope import condition_for
from app.db import session
from app.queries.batches import keys_of, rows_of
from models.assessment import AssessmentRow
from models.case import Case

PAGE = 50
Part = Literal["den", "num", "rest", "out"]
PARTS: dict[Part, ColumnElement[bool]] = {
    "den": AssessmentRow.in_den,
    "num": AssessmentRow.in_num,
    "rest": and_(AssessmentRow.in_den, not_(AssessmentRow.in_num)),
    "out": and_(not_(AssessmentRow.in_den), not_(AssessmentRow.in_num)),
}
"""哪一部分：分母、分子、分母里没进分子的、不计的."""


@dataclass(frozen=True, slots=True)
class Whose:
    """哪一版、哪项指标、谁的：平台或人."""

    assessment_id: int
    indicator: str
    platform: str | None = None
    person_id: int | None = None

    def conditions(self, actor: Actor) -> list[ColumnElement[bool]]:
        """这些行的条件，带数据范围."""
        whose = (
            AssessmentRow.platform == self.platform
            if self.person_id is None
            else AssessmentRow.person_id == self.person_id
        )
        return [
            condition_for(AssessmentRow, actor),
            AssessmentRow.assessment_id == self.assessment_id,
            AssessmentRow.indicator == self.indicator,
            whose,
        ]


@dataclass(frozen=True, slots=True)
class BehindPage:
    """一页行与各部分的行数；``next`` 是下一页从哪一行之后起."""

    rows: Sequence[Row[Any]]
    counts: dict[Part, int]
    next: int | None


def behind(whose: Whose, *, part: Part, actor: Actor, after: int = 0) -> BehindPage:
    """数字背后的行，两条查询；不在本人案件范围里的只给编号（``in_reach`` 为假）."""
    conditions = whose.conditions(actor)
    counted = (func.count().filter(found).label(name) for name, found in PARTS.items())
    counts = session.execute(select(*counted).where(*conditions)).one()._mapping
    rows = session.execute(
        _lines(actor)
        .where(*conditions, PARTS[part], AssessmentRow.id > after)
        .order_by(AssessmentRow.id)
        .limit(PAGE + 1)
    ).all()
    return BehindPage(
        rows=rows[:PAGE],
        counts={name: counts[name] for name in PARTS},
        next=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def behind_keys(whose: Whose, *, part: Part, reach: ExportReach, most: int) -> list[int]:
    """要导出的各行的编号：那一部分的全部，再限到导出的范围."""
    statement = (
        select(AssessmentRow.id)
        .where(*whose.conditions(reach.exporter), PARTS[part], reach.condition(AssessmentRow))
        .order_by(AssessmentRow.id)
        .limit(most)
    )
    return keys_of(statement)


def behind_rows(keys: Sequence[int], whose: Whose, reach: ExportReach) -> list[Row[Any]]:
    """一批行，照编号的次序；此刻已不在范围里的略去."""
    statement = _lines(reach.exporter).where(
        AssessmentRow.id.in_(keys),
        *whose.conditions(reach.exporter),
        reach.condition(AssessmentRow),
    )
    return rows_of(statement, keys)


def _lines(actor: Actor) -> Select[Any]:
    columns: Select[Any] = select(
        AssessmentRow.id,
        AssessmentRow.case_id,
        AssessmentRow.assignment_id,
        AssessmentRow.round,
        AssessmentRow.turn,
        AssessmentRow.in_den,
        AssessmentRow.in_num,
        AssessmentRow.why,
        AssessmentRow.due_at,
        AssessmentRow.done_at,
        AssessmentRow.label,
        condition_for(Case, actor).label("in_reach"),
        *_OF_CASE,
    )
    return columns.outerjoin(Case, Case.id == AssessmentRow.case_id)


# 判脱敏要看的几样
_OF_CASE = (
    Case.number,
    Case.title,
    Case.level,
    Case.state,
    Case.kind,
    Case.platform,
    Case.category_id,
    Case.org_id,
    Case.grid_id,
    Case.village_id,
    Case.point_village_id,
    Case.registrar_id,
    Case.lead_person_id,
    Case.handler_id,
    Case.is_sensitive,
)
