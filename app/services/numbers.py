"""取号：每乡每类每年一个计数，取号即锁，年内连续不跳号."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from app.db import session
from models.journal import NumberCounter


def take(township_id: int, kind: str, year: int) -> int:
    """取下一个号（从 1 起）；随事务提交或作废，所以不会跳号."""
    statement = (
        insert(NumberCounter)
        .values(township_id=township_id, kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["township_id", "kind", "year"],
            set_={"last": NumberCounter.last + 1},
        )
        .returning(NumberCounter.last)
    )
    return session.execute(statement).scalar_one()
