"""附件与文书."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, InTownship, Model, Moment


class Attachment(InTownship, Model):
    """附件：文件存 DATA_DIR，按内容定类型；图片重新编码、去掉位置信息."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_case", "case_id"),
        Index("ix_attachment_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[BigPK]
    at: Mapped[Moment]
    taken_at: Mapped[Moment | None]
    removed_at: Mapped[Moment | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    subject_kind: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    journal_action: Mapped[str | None] = mapped_column(Code)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    label: Mapped[str | None] = mapped_column(String(32))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    thumb_path: Mapped[str | None] = mapped_column(String(200))
    upload_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class Document(InTownship, Model):
    """文书：签发即冻结的 PDF 与结构化副本；再下载逐字节相同."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("township_id", "kind", "number", "edition"),
        Index("ix_document_subject", "subject_kind", "subject_id"),
        Index("ix_document_recent", "township_id", "kind", text("issued_at DESC")),
    )
    id: Mapped[BigPK]
    issued_at: Mapped[Moment]
    made_at: Mapped[Moment | None]
    kind: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(String(128))
    edition: Mapped[int] = mapped_column(server_default=text("1"))
    title: Mapped[str] = mapped_column(String(200))
    subject_kind: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    platform: Mapped[str | None] = mapped_column(Code)
    body_code: Mapped[str | None] = mapped_column(Code)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(Code)
    error: Mapped[str | None] = mapped_column(Text)
    sheet: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sheet_sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    pages: Mapped[int | None]
    versions: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    retention: Mapped[str | None] = mapped_column(Code)


class Notification(InTownship, Model):
    """通知：写给一个人的一句话，带去处；同一件事不发两条."""

    __tablename__ = "notification"
    __table_args__ = (
        Index(
            "ix_notification_unread",
            "person_id",
            text("id DESC"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notification_person", "person_id", text("id DESC")),
        UniqueConstraint("person_id", "dedup_key"),
    )
    id: Mapped[BigPK]
    created_at: Mapped[Moment]
    read_at: Mapped[Moment | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Code)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    dedup_key: Mapped[str] = mapped_column(String(128))
