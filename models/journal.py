"""留痕：每一步一条，逐条连成哈希链；应用角色只能写入，不能改删."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code, InTownship, Model


class Journal(InTownship, Model):
    """日志：谁、以何职务、做了什么、前后态、意见、用了多少工作分钟."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("township_id", "chain_seq"),
        Index("ix_journal_case", "case_id", "id"),
        Index("ix_journal_subject", "subject_kind", "subject_id"),
        Index("ix_journal_at", "at", postgresql_using="brin"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    chain_seq: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_kind: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(64))
    actor_post: Mapped[str | None] = mapped_column(String(64))
    actor_mode: Mapped[str | None] = mapped_column(Code)
    actor_role: Mapped[str | None] = mapped_column(Code)
    actor_org: Mapped[str | None] = mapped_column(String(128))
    module: Mapped[str] = mapped_column(Code)
    action: Mapped[str] = mapped_column(Code)
    before: Mapped[str | None] = mapped_column(Code)
    after: Mapped[str | None] = mapped_column(Code)
    round: Mapped[int | None] = mapped_column(Integer)
    opinion: Mapped[str | None] = mapped_column(Text)
    elapsed_minutes: Mapped[int | None] = mapped_column(Integer)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class JournalHead(Model):
    """链首：每乡一行，锁住它即排队写日志."""

    __tablename__ = "journal_head"
    __table_args__ = ({"postgresql_with": {"fillfactor": 20}},)
    township_id: Mapped[int] = mapped_column(ForeignKey("township.id"), primary_key=True)
    chain_seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class NumberCounter(Model):
    """取号器：每乡每类每年一行，年内连续不跳号."""

    __tablename__ = "number_counter"
    __table_args__ = ({"postgresql_with": {"fillfactor": 20}},)
    township_id: Mapped[int] = mapped_column(ForeignKey("township.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]
