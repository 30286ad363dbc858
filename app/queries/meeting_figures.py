"""例会用的数字：一周的收办、本周到期的件."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Row

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from models.case import Case
from models.case_parts import Assignment


def week_counts(
    platform: str, *, township_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """一段时间里平台的收件、办结、退回、超期件数与期末在办（以主办平台计，半开区间）."""
    lead = and_(
        Assignment.township_id == township_id,
        Assignment.platform == platform,
        Assignment.role == "LEAD",
    )
    still = and_(
        Assignment.assigned_at < until,
        or_(Assignment.finished_at.is_(None), Assignment.finished_at >= until),
        or_(Assignment.ended_at.is_(None), Assignment.ended_at >= until),
    )
    conditions = {
        "received": _within(Assignment.assigned_at, since, until),
        "finished": _within(Assignment.finished_at, since, until),
        "returned": and_(
            Assignment.end_kind == "RETURNED", _within(Assignment.ended_at, since, until)
        ),
        "open": still,
        "overdue": and_(still, Assignment.due_at < until),
    }
    counts = (func.count().filter(found).label(name) for name, found in conditions.items())
    return dict(session.execute(select(*counts).where(lead)).one()._mapping)


def _within(column: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def due_soon(
    platform: str, *, actor: Actor, since: datetime, until: datetime, most: int = 5
) -> list[Row[Any]]:
    """本周到期、已有承办人的在办件（不含敏感件），给“本周工作安排”作底."""
    return list(
        session.execute(
            select(Case.id, Case.number, Case.title, Case.due_at, Case.org_id, Case.handler_id)
            .where(
                condition_for(Case, actor),
                Case.is_open,
                Case.platform == platform,
                ~Case.is_sensitive,
                Case.handler_id.is_not(None),
                Case.due_at >= since,
                Case.due_at < until,
            )
            .order_by(Case.due_at, Case.id)
            .limit(most)
        ).all()
    )
