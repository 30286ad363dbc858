"""乡、机构、村、网格."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Dated, InTownship, Model, SmallPK, no_overlap


class Township(Model):
    """乡镇：一套账里可以有几个乡，各乡的行互不可见."""

    __tablename__ = "township"
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(64))
    short_name: Mapped[str] = mapped_column(String(32))
    division_code: Mapped[str | None] = mapped_column(String(16))
    number_prefix: Mapped[str] = mapped_column(String(8))
    fonds_code: Mapped[str] = mapped_column(String(16))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    def __repr__(self) -> str:
        return self.name


class Org(InTownship, Dated, Model):
    """机构：从县往下的一棵树；停用不删除，改名留旧名."""

    __tablename__ = "org"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        UniqueConstraint("township_id", "id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
        Index("ix_org_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(128))
    short_name: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(Code)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    county_dept_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    path: Mapped[str] = mapped_column(Text(collation="C"))
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    division_code: Mapped[str | None] = mapped_column(String(16))
    sort_key: Mapped[str] = mapped_column(String(256), server_default="")
    clause: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    parent: Mapped[Org | None] = relationship(remote_side="Org.id", foreign_keys=[parent_id])

    def __repr__(self) -> str:
        return self.name


class Village(InTownship, Dated, Model):
    """行政村：方案以行政村为单位划网格；撤并时写继任村，不得猜填."""

    __tablename__ = "village"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        UniqueConstraint("township_id", "id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    division_code: Mapped[str | None] = mapped_column(String(16))
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    org: Mapped[Org] = relationship()

    def __repr__(self) -> str:
        return self.name


class Grid(InTownship, Dated, Model):
    """网格：全乡 13 个（方案三（二）1）；属于哪个村见 GridVillage."""

    __tablename__ = "grid"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        UniqueConstraint("township_id", "id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    villages: Mapped[list[GridVillage]] = relationship(back_populates="grid")

    def __repr__(self) -> str:
        return self.name


class GridVillage(InTownship, Dated, Model):
    """网格所在村：同一时刻一个网格只在一个村（数据库保证）."""

    __tablename__ = "grid_village"
    __table_args__ = (
        ForeignKeyConstraint(["township_id", "grid_id"], ["grid.township_id", "grid.id"]),
        ForeignKeyConstraint(["township_id", "village_id"], ["village.township_id", "village.id"]),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        no_overlap("ex_grid_village_one_village", column("grid_id")),
    )
    id: Mapped[SmallPK]
    grid_id: Mapped[int]
    village_id: Mapped[int]
    grid: Mapped[Grid] = relationship(back_populates="villages", overlaps="village")
    village: Mapped[Village] = relationship(overlaps="grid,villages")

    def __repr__(self) -> str:
        return f"{self.grid}（{self.village}）"


class ConfigVersion(Model):
    """配置版本：任何机构、人员、规则改动都加一，各进程据此刷新名称缓存."""

    __tablename__ = "config_version"
    township_id: Mapped[int] = mapped_column(ForeignKey("township.id"), primary_key=True)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_on: Mapped[date | None]
