"""人、职务、任职、网格员."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Dated, InTownship, Model, Sealed, SmallPK, no_overlap
from models.township import Grid, Org, Village


class Person(InTownship, Model):
    """人：姓名、电话、所属机构；与登录账号是两回事."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("township_id", "id"),)
    id: Mapped[SmallPK]
    name: Mapped[str] = mapped_column(String(64))
    sort_key: Mapped[str] = mapped_column(String(256), server_default="")
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_mark: Mapped[str | None] = mapped_column(String(64), index=True)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    left_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    org: Mapped[Org | None] = relationship()
    holdings: Mapped[list[Holding]] = relationship(
        back_populates="person", order_by="Holding.valid_from"
    )

    def __repr__(self) -> str:
        return self.name


class Post(InTownship, Dated, Model):
    """职务：先于人存在，可空缺，可由人代行."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        CheckConstraint("seats >= 1", name="seats"),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    seats: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    seats_per: Mapped[str | None] = mapped_column(Code)
    role_code: Mapped[str | None] = mapped_column(Code)
    approves: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    clause: Mapped[str | None] = mapped_column(String(16))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    org: Mapped[Org | None] = relationship()

    def __repr__(self) -> str:
        return self.name


MODES = ("在任", "代行", "兼任", "委托")


class Holding(InTownship, Dated, Model):
    """任职：人 × 角色 × 职务 × 地 × 方式 × 起止 × 依据；授权的唯一来源."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        CheckConstraint("mode IN ('在任','代行','兼任','委托')", name="mode"),
        CheckConstraint(
            "num_nonnulls(platform, org_id, grid_id, village_id, body_id) <= 1", name="one_place"
        ),
        CheckConstraint(
            "mode <> '委托' OR (valid_to IS NOT NULL AND valid_to - valid_from < 30)",
            name="delegate_30_days",
        ),
        no_overlap(
            "ex_holding_one_a_seat",
            column("township_id"),
            column("post_id"),
            column("seat"),
            func.coalesce(column("platform"), ""),
            func.coalesce(column("org_id"), 0),
            func.coalesce(column("grid_id"), 0),
            func.coalesce(column("village_id"), 0),
            text("((mode IN ('代行','委托'))::int)"),
            where=text("post_id IS NOT NULL"),
        ),
        Index("ix_holding_person", "person_id", "valid_from"),
    )
    id: Mapped[SmallPK]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("ab_role.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    seat: Mapped[int] = mapped_column(server_default=text("1"))
    platform: Mapped[str | None] = mapped_column(Code)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    mode: Mapped[str] = mapped_column(Code, server_default="在任")
    basis: Mapped[str | None] = mapped_column(String(256))
    person: Mapped[Person] = relationship(back_populates="holdings")
    post: Mapped[Post | None] = relationship()
    org: Mapped[Org | None] = relationship()
    grid: Mapped[Grid | None] = relationship()
    village: Mapped[Village | None] = relationship()

    def __repr__(self) -> str:
        return f"{self.person}·{self.post or self.mode}"


class GridMember(InTownship, Dated, Model):
    """网格员：专职或兼职、业务线、力量来源（六类之一）；一员多用，主责网格同时只有一个."""

    __tablename__ = "grid_member"
    __table_args__ = (
        CheckConstraint("engagement IN ('专职','兼职')", name="engagement"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        no_overlap("ex_grid_member_one_main", column("person_id"), where=text("is_main")),
    )
    id: Mapped[SmallPK]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    is_main: Mapped[bool] = mapped_column(server_default=text("true"))
    is_head: Mapped[bool] = mapped_column(server_default=text("false"))
    engagement: Mapped[str] = mapped_column(Code)
    source: Mapped[str] = mapped_column(Code)
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    certificate_no: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[Person] = relationship()
    grid: Mapped[Grid] = relationship()

    def __repr__(self) -> str:
        return f"{self.person}（{self.grid}）"
