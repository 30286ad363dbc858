"""备份的登记：做了一次记一行，成不成、在哪里、多大."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, Model, Moment


class BackupRun(Model):
    """一次备份或恢复（backup run）：做完才记；定时的一天只成一次."""

    __tablename__ = "backup_run"
    __table_args__ = (
        CheckConstraint("kind IN ('SCHEDULED','MANUAL','RESTORE')", name="kind"),
        CheckConstraint("is_ok = (error IS NULL)", name="error"),
        CheckConstraint("finished_at >= started_at", name="span"),
        Index(
            "uq_backup_run_day",
            "day",
            unique=True,
            postgresql_where=text("is_ok AND kind = 'SCHEDULED'"),
        ),
        Index("ix_backup_run_recent", text("finished_at DESC")),
    )
    id: Mapped[BigPK]
    kind: Mapped[str] = mapped_column(Code)
    day: Mapped[date]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment]
    is_ok: Mapped[bool]
    file: Mapped[str | None] = mapped_column(String(500))
    size: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
