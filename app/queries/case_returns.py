"""一件案件的各次退回：哪个平台、何时、认定了没有，认定到什么时候为限."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import session
from app.domain.working_time import WorkingCalendar
from models.case import Case
from models.case_parts import Assignment

WITHIN = timedelta(hours=24)
"""认定期限：退回后 24 个工作小时（workflow return_case）."""


def returns_of(case: Case) -> list[Assignment]:
    """退回过的各轮交办，先退的在前."""
    return list(
        session.execute(
            select(Assignment)
            .where(
                Assignment.case_id == case.id,
                Assignment.role == "LEAD",
                Assignment.end_kind == "RETURNED",
            )
            .order_by(Assignment.id)
        ).scalars()
    )


def judge_by(row: Assignment, calendar: WorkingCalendar) -> datetime | None:
    """这次退回最迟何时认定."""
    return None if row.ended_at is None else calendar.add_working_time(row.ended_at, WITHIN)
