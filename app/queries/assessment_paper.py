"""通报要列的行：黄红牌与有问题的轮次；一律先过数据范围."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.assessment_rows import CARDS
from models.assessment import AssessmentRow
from models.case import Case
from models.township import Township

INVERTED = "I5"
_COLUMNS = (
    AssessmentRow.platform,
    AssessmentRow.indicator,
    AssessmentRow.why,
    AssessmentRow.due_at,
    Case.number,
)


def _rows(assessment_id: int, actor: Actor, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(AssessmentRow)
        .outerjoin(Case, Case.id == AssessmentRow.case_id)
        .where(
            condition_for(AssessmentRow, actor),
            AssessmentRow.assessment_id == assessment_id,
            AssessmentRow.platform.is_not(None),
        )
    )


def town_name(township_id: int) -> str:
    """乡名，印在编发机构前面."""
    return session.execute(select(Township.name).where(Township.id == township_id)).scalar_one()


def cards_of(assessment_id: int, actor: Actor) -> Sequence[Row[Any]]:
    """计入的黄牌、红牌，按触发时刻."""
    statement = _rows(assessment_id, actor, *_COLUMNS).where(
        AssessmentRow.indicator.in_(CARDS), AssessmentRow.in_num
    )
    return session.execute(statement.order_by(AssessmentRow.due_at, AssessmentRow.id)).all()


def problems_of(
    assessment_id: int, actor: Actor, *, indicators: Iterable[str], most: int
) -> tuple[Sequence[Row[Any]], int]:
    """没做好的轮次：在分母而没进分子的；退回率反过来。头几个与总数，期限早的在前."""
    bad = or_(
        and_(
            AssessmentRow.indicator.in_(tuple(indicators)),
            AssessmentRow.in_den,
            ~AssessmentRow.in_num,
        ),
        and_(AssessmentRow.indicator == INVERTED, AssessmentRow.in_num),
    )
    statement = _rows(assessment_id, actor, *_COLUMNS).where(bad)
    order = (AssessmentRow.due_at.nulls_last(), AssessmentRow.id)
    rows = session.execute(statement.order_by(*order).limit(most)).all()
    total = session.execute(_rows(assessment_id, actor, func.count()).where(bad)).scalar_one()
    return rows, total
