"""平台、议事机构、渠道、类目、服务事项."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Dated, InTownship, Model, SmallPK, no_overlap
from models.people import Person, Post
from models.township import Org


class Platform(InTownship, Dated, Model):
    """平台：综治工作、市场监管、综合执法、便民服务；依托机构、载体、力量、业务线."""

    __tablename__ = "platform"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        CheckConstraint("hue BETWEEN 1 AND 8", name="hue"),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    short_name: Mapped[str] = mapped_column(String(16))
    host_org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    host_relation: Mapped[str] = mapped_column(String(16))
    functions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    forces: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    hue: Mapped[int] = mapped_column(server_default=text("1"))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    clause: Mapped[str | None] = mapped_column(String(16))
    host_org: Mapped[Org] = relationship()
    members: Mapped[list[PlatformOrg]] = relationship(back_populates="platform_row")

    def __repr__(self) -> str:
        return self.name


class PlatformOrg(InTownship, Dated, Model):
    """平台力量机构：一机构可属多平台（如农技推广站），主平台只有一个."""

    __tablename__ = "platform_org"
    __table_args__ = (
        ForeignKeyConstraint(
            ["township_id", "platform"], ["platform.township_id", "platform.code"]
        ),
        no_overlap("ex_platform_org_once", column("platform"), column("org_id")),
        no_overlap("ex_platform_org_one_main", column("org_id"), where=text("is_main")),
    )
    id: Mapped[SmallPK]
    platform: Mapped[str] = mapped_column(Code)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    is_main: Mapped[bool] = mapped_column(server_default=text("false"))
    org: Mapped[Org] = relationship()
    platform_row: Mapped[Platform] = relationship(back_populates="members", overlaps="township")

    def __repr__(self) -> str:
        return f"{self.org}"


class CarrierSystem(InTownship, Model):
    """载体系统：只登记外部编号，不假装联网."""

    __tablename__ = "carrier_system"
    __table_args__ = (UniqueConstraint("township_id", "code"),)
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str | None] = mapped_column(Code)
    usage: Mapped[str | None] = mapped_column(Text)
    clause: Mapped[str | None] = mapped_column(String(16))

    def __repr__(self) -> str:
        return self.name


class Body(InTownship, Dated, Model):
    """议事机构：领导小组、工作组、联席会议、综合协调组、平台协调组，共十一个."""

    __tablename__ = "body"
    __table_args__ = (UniqueConstraint("township_id", "code"),)
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(Code)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    platform: Mapped[str | None] = mapped_column(Code)
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    leader_title: Mapped[str] = mapped_column(String(16), server_default="组长")
    cadence: Mapped[str | None] = mapped_column(String(64))
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    clause: Mapped[str | None] = mapped_column(String(16))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    secretariat: Mapped[Org] = relationship()
    members: Mapped[list[BodyMember]] = relationship(back_populates="body")

    def __repr__(self) -> str:
        return self.name


class BodyMember(InTownship, Dated, Model):
    """机构成员：按职务列（人随职务进出），或直接列人；一个机构同时只有一名组长."""

    __tablename__ = "body_member"
    __table_args__ = (
        CheckConstraint("num_nonnulls(post_id, person_id) = 1", name="post_or_person"),
        CheckConstraint("function IN ('LEADER','DEPUTY','MEMBER')", name="function"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        no_overlap(
            "ex_body_member_one_leader", column("body_id"), where=text("function = 'LEADER'")
        ),
    )
    id: Mapped[SmallPK]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    function: Mapped[str] = mapped_column(Code, server_default="MEMBER")
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    body: Mapped[Body] = relationship(back_populates="members")
    post: Mapped[Post | None] = relationship()
    person: Mapped[Person | None] = relationship()

    def __repr__(self) -> str:
        return f"{self.post or self.person}"


class Channel(InTownship, Model):
    """渠道：来件从哪里来；每个渠道有自己的必填项."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("township_id", "code"),)
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    is_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    sort_no: Mapped[int] = mapped_column(server_default=text("0"))
    clause: Mapped[str | None] = mapped_column(String(16))

    def __repr__(self) -> str:
        return self.name


class Category(InTownship, Dated, Model):
    """事项类目：33 个一级类，其下为小类；小类定主办平台."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("township_id", "code"),
        ForeignKeyConstraint(
            ["township_id", "platform"], ["platform.township_id", "platform.code"]
        ),
    )
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    platform: Mapped[str] = mapped_column(Code)
    assist_platforms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    is_sensitive: Mapped[bool] = mapped_column(server_default=text("false"))
    is_county: Mapped[bool] = mapped_column(server_default=text("false"))
    needs_place: Mapped[bool] = mapped_column(server_default=text("false"))
    needs_people: Mapped[bool] = mapped_column(server_default=text("false"))
    level: Mapped[str] = mapped_column(Code, server_default="一般")
    kind: Mapped[str] = mapped_column(Code, server_default="EVENT")
    dedup_days: Mapped[int] = mapped_column(server_default=text("15"))
    words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    clause: Mapped[str | None] = mapped_column(String(16))
    parent: Mapped[Category | None] = relationship(remote_side="Category.id")
    org: Mapped[Org | None] = relationship()

    def __repr__(self) -> str:
        return f"{self.code} {self.name}"


class ServiceItem(InTownship, Dated, Model):
    """服务事项：承诺工作日、终审机构、可否村办."""

    __tablename__ = "service_item"
    __table_args__ = (UniqueConstraint("township_id", "code"),)
    id: Mapped[SmallPK]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    service_type: Mapped[str] = mapped_column(Code)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    days: Mapped[int]
    is_village: Mapped[bool] = mapped_column(server_default=text("false"))
    final_org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    category: Mapped[Category] = relationship()
    final_org: Mapped[Org] = relationship()

    def __repr__(self) -> str:
        return self.name
