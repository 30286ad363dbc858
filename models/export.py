"""导出：一次导出一行——谁、何时、哪张清单、什么条件、几行、文件在哪里."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, InTownship, Model, Moment

ACTIVE = "('QUEUED','RUNNING')"


class ExportJob(InTownship, Model):
    """导出（export）：小的当场做成，大的由任务进程做；文件到期删去，这一行留着."""

    __tablename__ = "export_job"
    __table_args__ = (
        Unique("township_id", "number"),
        CheckConstraint("state IN ('QUEUED','RUNNING','DONE','FAILED','EXPIRED')", name="state"),
        CheckConstraint("(state = 'DONE') = (path IS NOT NULL)", name="file_when_done"),
        CheckConstraint(
            "state NOT IN ('DONE','EXPIRED')"
            " OR num_nonnulls(sha256, size, finished_at, expires_at) = 4",
            name="told_when_done",
        ),
        CheckConstraint("(state = 'FAILED') = (error IS NOT NULL)", name="reason_when_failed"),
        CheckConstraint(
            "state <> 'RUNNING' OR num_nonnulls(started_at, touched_at) = 2",
            name="started_when_running",
        ),
        CheckConstraint("rows_done BETWEEN 0 AND rows_total", name="rows"),
        Index("ix_export_job_person", "person_id", text("id DESC")),
        Index(
            "ix_export_job_active",
            "person_id",
            "dedup_key",
            unique=True,
            postgresql_where=text(f"state IN {ACTIVE}"),
        ),
        Index(
            "ix_export_job_expiry",
            "expires_at",
            postgresql_where=text("state = 'DONE'"),
        ),
    )
    id: Mapped[BigPK]
    requested_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    touched_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rows_total: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    size: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Code)
    source: Mapped[str] = mapped_column(Code)
    error: Mapped[str | None] = mapped_column(Code)
    is_masked: Mapped[bool] = mapped_column(server_default=text("true"))
    in_background: Mapped[bool] = mapped_column(server_default=text("false"))
    number: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(100))
    conditions: Mapped[str] = mapped_column(Text, server_default="")
    query: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    dedup_key: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    path: Mapped[str | None] = mapped_column(String(200))

    def __repr__(self) -> str:
        return self.number
