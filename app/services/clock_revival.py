"""停止了的时钟再走：返工（R11）、撤销并案（R4）."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from app.db import session
from app.domain.case_states import Clock
from app.services.clocks import all_of
from models.case import Case
from models.case_parts import CaseClock


def grant_rework(case: Case, *, now: datetime) -> None:
    """返工：办理时钟重新走，期限不早于此刻之后第一个工作日末（R11）；核查过的补上停表."""
    row = session.execute(
        select(CaseClock)
        .where(
            CaseClock.case_id == case.id,
            CaseClock.clock == Clock.HANDLE,
            CaseClock.round == case.round,
        )
        .order_by(CaseClock.turn.desc())
        .limit(1)
    ).scalar_one_or_none()
    if row is None:
        return
    row.not_before = now.astimezone(UTC)
    _revive(row)
    session.flush()


def revive(case: Case, *, ended_by: str) -> None:
    """因 ``ended_by`` 停止的时钟重新走（撤销并案）：停止以来算停表，随后由这一步复表."""
    for row in all_of(case):
        if row.round == case.round and row.end_kind == ended_by:
            _revive(row)
    session.flush()


def _revive(row: CaseClock) -> None:
    """停止了的改成停着表的；没有停止的不动."""
    if row.done_at is None:
        return
    row.pauses = [*row.pauses, [row.done_at.astimezone(UTC).isoformat(), None]]
    row.is_paused = True
    row.done_at = None
    row.end_kind = None
