"""案件：一件来件从登记到归档的一行，及其检索文字与来件人."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigPK, Code, InTownship, Model, Moment, Sealed
from models.people import Person
from models.platform import Category
from models.township import Grid, Org, Village

CLOSED = "('ARCHIVED','REJECTED','MERGED','CANCELLED')"
PLACED = "('DISPATCHED','PROCESSING','HANDLED','VERIFIED','ARCHIVED')"


class Case(InTownship, Model):
    """案件：状态只由 services.case_step 改变；编号与上报时刻同有同无."""

    __tablename__ = "case_record"
    __table_args__ = (
        UniqueConstraint("township_id", "id"),
        UniqueConstraint("township_id", "seq", "year"),
        ForeignKeyConstraint(
            ["township_id", "platform"], ["platform.township_id", "platform.code"]
        ),
        CheckConstraint(
            "num_nonnulls(number, seq, year, reported_at) IN (0, 4)", name="numbered_once_reported"
        ),
        CheckConstraint(
            "(state = 'DRAFT' AND number IS NULL) OR state = 'CANCELLED'"
            " OR (state <> 'DRAFT' AND number IS NOT NULL)",
            name="draft_has_no_number",
        ),
        CheckConstraint("(state = 'ARCHIVED') = (archived_at IS NOT NULL)", name="archived"),
        CheckConstraint(
            f"state NOT IN {PLACED} OR platform IS NOT NULL", name="platform_after_dispatch"
        ),
        CheckConstraint(
            f"(state IN {CLOSED}) = (closed_at IS NOT NULL)", name="closed_at_when_final"
        ),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="outcome_when_final"),
        CheckConstraint("level IN ('一般','较大','重大')", name="level"),
        Index(
            "ix_case_open_due",
            "township_id",
            "due_at",
            "id",
            postgresql_include=[
                "platform",
                "level",
                "channel",
                "category_id",
                "village_id",
                "grid_id",
                "is_sensitive",
            ],
            postgresql_where=text("is_open"),
        ),
        Index(
            "ix_case_recent",
            "township_id",
            text("reported_at DESC"),
            text("id DESC"),
        ),
        Index("ix_case_grid", "grid_id", text("reported_at DESC"), text("id DESC")),
        Index("ix_case_village", "village_id", text("reported_at DESC"), text("id DESC")),
        Index("ix_case_registrar", "registrar_id", text("reported_at DESC"), text("id DESC")),
        Index(
            "ix_case_draft",
            "registrar_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("reported_at IS NULL"),
        ),
        Index(
            "ix_case_merged_into",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index("ix_case_tick", "next_tick_at", postgresql_where=text("next_tick_at IS NOT NULL")),
        Index(
            "ix_case_closed",
            "township_id",
            text("reported_at DESC"),
            text("id DESC"),
            postgresql_include=[
                "category_id",
                "grid_id",
                "village_id",
                "outcome",
                "level",
                "channel",
                "platform",
                "is_sensitive",
                "closed_at",
                "state",
            ],
            postgresql_where=text("NOT is_open"),
        ),
        Index(
            "ix_case_closed_at",
            "township_id",
            text("closed_at DESC"),
            text("id DESC"),
            postgresql_where=text("NOT is_open"),
        ),
        {"postgresql_with": {"fillfactor": 90}},
    )
    id: Mapped[BigPK]
    created_at: Mapped[Moment]
    received_at: Mapped[Moment | None]
    occurred_at: Mapped[Moment | None]
    reported_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    next_tick_at: Mapped[Moment | None]
    handled_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    archived_at: Mapped[Moment | None]
    updated_at: Mapped[Moment]
    county_due_at: Mapped[Moment | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    service_item_id: Mapped[int | None] = mapped_column(ForeignKey("service_item.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    point_village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lead_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    lead_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    registrar_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registrar_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    seq: Mapped[int | None]
    people_count: Mapped[int | None]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    year: Mapped[int | None] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    turn: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    return_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    supplement_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    rework_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    transfer_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    redispatch_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    state: Mapped[str] = mapped_column(Code)
    resume_state: Mapped[str | None] = mapped_column(Code)
    outcome: Mapped[str | None] = mapped_column(Code)
    level: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    channel: Mapped[str] = mapped_column(Code)
    platform: Mapped[str | None] = mapped_column(Code)
    card: Mapped[str | None] = mapped_column(Code)
    archive_no: Mapped[str | None] = mapped_column(String(64), unique=True)
    retention: Mapped[str | None] = mapped_column(Code)
    is_sensitive: Mapped[bool] = mapped_column(server_default=text("false"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    is_direct: Mapped[bool] = mapped_column(server_default=text("false"))
    is_self_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    is_county_done: Mapped[bool] = mapped_column(server_default=text("false"))
    is_degraded: Mapped[bool] = mapped_column(server_default=text("false"))
    is_open: Mapped[bool] = mapped_column(
        Computed(f"state <> 'DRAFT' AND state NOT IN {CLOSED}", persisted=True)
    )
    number: Mapped[str | None] = mapped_column(Text(collation="C"))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), server_default="")
    channel_data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    submit_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    category: Mapped[Category | None] = relationship(lazy="raise")
    village: Mapped[Village | None] = relationship(foreign_keys=[village_id], lazy="raise")
    grid: Mapped[Grid | None] = relationship(lazy="raise")
    org: Mapped[Org | None] = relationship(foreign_keys=[org_id], lazy="raise")
    registrar: Mapped[Person] = relationship(foreign_keys=[registrar_id], lazy="raise")
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id], lazy="raise")

    def __repr__(self) -> str:
        return self.number or "（草稿）"


class CaseText(InTownship, Model):
    """案件正文与检索文字：办理过程从不改它；敏感件的文字不入索引."""

    __tablename__ = "case_text"
    __table_args__ = (
        ForeignKeyConstraint(
            ["township_id", "case_id"], ["case_record.township_id", "case_record.id"]
        ),
        Index("ix_case_text_recent", "township_id", text("reported_at DESC"), text("case_id DESC")),
        Index(
            "ix_case_text_search",
            text("search_tokens(township_id, doc, phone_token)"),
            postgresql_using="gin",
            postgresql_where=text("NOT is_sensitive AND reported_at IS NOT NULL"),
        ),
    )
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reported_at: Mapped[Moment | None]
    is_sensitive: Mapped[bool] = mapped_column(server_default=text("false"))
    phone_token: Mapped[int | None] = mapped_column(BigInteger)
    doc: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class CaseInformant(InTownship, Model):
    """来件人：姓名、电话加密存放；可匿名，可要求保密；并案时随并入件来."""

    __tablename__ = "case_informant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["township_id", "case_id"], ["case_record.township_id", "case_record.id"]
        ),
        Index("ix_case_informant_case", "case_id"),
        Index("ix_case_informant_phone", "township_id", "phone_mark"),
        Index(
            "ix_case_informant_name",
            "township_id",
            "name_mark",
            postgresql_where=text("name_mark IS NOT NULL"),
        ),
        Index(
            "ix_case_informant_unmarked",
            "id",
            postgresql_where=text("name IS NOT NULL AND name_mark IS NULL"),
        ),
    )
    id: Mapped[BigPK]
    case_id: Mapped[int] = mapped_column(BigInteger)
    from_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    name: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_mark: Mapped[str | None] = mapped_column(String(64))
    name_mark: Mapped[str | None] = mapped_column(String(64))
    is_anonymous: Mapped[bool] = mapped_column(server_default=text("false"))
    is_confidential: Mapped[bool] = mapped_column(server_default=text("false"))
