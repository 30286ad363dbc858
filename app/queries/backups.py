"""备份登记里的最近几次：自检与定时任务看它."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.db import session
from models.backup import BackupRun

BACKUPS = ("SCHEDULED", "MANUAL")


def latest(*, ok: bool | None = None) -> BackupRun | None:
    """最近一次备份（latest backup）；``ok`` 给了就只看成了的或没成的，恢复不算."""
    statement = select(BackupRun).where(BackupRun.kind.in_(BACKUPS))
    if ok is not None:
        statement = statement.where(BackupRun.is_ok.is_(ok))
    return session.execute(
        statement.order_by(BackupRun.finished_at.desc()).limit(1)
    ).scalar_one_or_none()


def is_done(day: date) -> bool:
    """这一天的定时备份做成了没有."""
    statement = select(BackupRun.id).where(
        BackupRun.day == day, BackupRun.kind == "SCHEDULED", BackupRun.is_ok
    )
    return session.execute(statement).first() is not None
