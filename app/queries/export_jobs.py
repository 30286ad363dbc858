"""本人的导出：近的在前，键集翻页."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from models.export import ExportJob

PAGE = 25


@dataclass(frozen=True, slots=True)
class ExportPage:
    """一页导出；``next`` 为下一页从哪个编号之前起."""

    rows: Sequence[ExportJob]
    next: int | None


def export_page(actor: Actor, *, before: int | None = None) -> ExportPage:
    """一页，一条语句."""
    statement = select(ExportJob).where(condition_for(ExportJob, actor))
    if before is not None:
        statement = statement.where(ExportJob.id < before)
    ordered = statement.order_by(ExportJob.id.desc()).limit(PAGE + 1)
    rows = list(session.execute(ordered).scalars())
    return ExportPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
