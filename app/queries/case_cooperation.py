"""协办条：一件案件请了谁协办、回复了没有."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from models.case import Case
from models.case_parts import Cooperation


def cooperations_of(case: Case) -> list[Cooperation]:
    """本轮的协办条，先请的在前."""
    return list(
        session.execute(
            select(Cooperation)
            .where(Cooperation.case_id == case.id, Cooperation.round == case.round)
            .order_by(Cooperation.id)
        ).scalars()
    )
