"""登记册：案件之外有状态的条目（监管盲区等）共用的一张表."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, InTownship, Model, Moment


class Record(InTownship, Model):
    """登记册的一条：哪个流程、编号、状态、挂的案件；要联查、筛选的是列，只供显示的在 ``data``."""

    __tablename__ = "record"
    __table_args__ = (
        ForeignKeyConstraint(
            ["township_id", "case_id"], ["case_record.township_id", "case_record.id"]
        ),
        UniqueConstraint("township_id", "flow", "number"),
        CheckConstraint("flow <> 'blind_spot' OR number IS NOT NULL", name="numbered"),
        # 退回两次自动列入的盲区，一件只列一条（INV10）
        Index(
            "uq_record_blind_spot_of_case",
            "case_id",
            unique=True,
            postgresql_where=text("flow = 'blind_spot' AND case_id IS NOT NULL"),
        ),
        Index("ix_record_recent", "township_id", "flow", text("opened_at DESC"), text("id DESC")),
    )
    id: Mapped[BigPK]
    opened_at: Mapped[Moment]
    due_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    round: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    flow: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    platform: Mapped[str | None] = mapped_column(Code)
    number: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    def __repr__(self) -> str:
        return self.number or "（未编号）"
