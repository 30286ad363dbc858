"""案件的子表：交办、参与机构、时钟、督办牌、办理结果、核查、反馈、协办."""

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import BigPK, Code, InTownship, Model, Moment

_CASE_KEYS = (["township_id", "case_id"], ["case_record.township_id", "case_record.id"])


class OfCase(InTownship):
    """案件的子行：与案件同乡（复合外键保证）."""

    case_id: Mapped[int] = mapped_column(BigInteger)

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805
        extra = getattr(cls, "extra_args", ())
        return (ForeignKeyConstraint(*_CASE_KEYS), *extra)


class Assignment(OfCase, Model):
    """交办：一次交办一行，永不重开；每平台只有一行列入清单."""

    __tablename__ = "assignment"
    extra_args = (
        ForeignKeyConstraint(
            ["township_id", "platform"], ["platform.township_id", "platform.code"]
        ),
        UniqueConstraint("case_id", "round", "turn", "platform"),
        CheckConstraint("role IN ('LEAD','ASSIST')", name="role"),
        CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name="ended"),
        Index(
            "uq_assignment_listed",
            "case_id",
            "platform",
            unique=True,
            postgresql_where=text("is_listed"),
        ),
        Index(
            "ix_assignment_platform_open",
            "township_id",
            "platform",
            "due_at",
            "case_id",
            postgresql_where=text("is_open AND is_listed"),
        ),
        Index(
            "ix_assignment_platform_recent",
            "township_id",
            "platform",
            text("reported_at DESC"),
            text("case_id DESC"),
            postgresql_where=text("is_listed"),
        ),
        Index("ix_assignment_assigned", "township_id", "assigned_at"),
        Index(
            "ix_assignment_returned",
            "township_id",
            "ended_at",
            postgresql_where=text("end_kind = 'RETURNED'"),
        ),
        Index(
            "ix_assignment_unjudged",
            "case_id",
            postgresql_where=text("end_kind = 'RETURNED' AND return_fair IS NULL"),
        ),
        {"postgresql_with": {"fillfactor": 90}},
    )
    id: Mapped[BigPK]
    reported_at: Mapped[Moment]
    due_at: Mapped[Moment | None]
    assigned_at: Mapped[Moment]
    signed_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[int] = mapped_column(SmallInteger)
    platform: Mapped[str] = mapped_column(Code)
    role: Mapped[str] = mapped_column(Code)
    is_listed: Mapped[bool] = mapped_column(server_default=text("true"))
    is_open: Mapped[bool] = mapped_column(server_default=text("true"))
    end_kind: Mapped[str | None] = mapped_column(Code)
    return_fair: Mapped[bool | None]
    judged_at: Mapped[Moment | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    judged_opinion: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class CaseOrg(OfCase, Model):
    """参与机构：现在或曾经派到的机构；转出后只读."""

    __tablename__ = "case_org"
    extra_args = (
        UniqueConstraint("case_id", "org_id"),
        CheckConstraint("role IN ('HANDLE','LEAD','ASSIST')", name="role"),
        Index(
            "ix_case_org_open",
            "org_id",
            "due_at",
            "case_id",
            postgresql_where=text("is_open"),
        ),
        Index("ix_case_org_recent", "org_id", text("reported_at DESC"), text("case_id DESC")),
    )
    id: Mapped[BigPK]
    reported_at: Mapped[Moment]
    due_at: Mapped[Moment | None]
    since: Mapped[Moment]
    until: Mapped[Moment | None]
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(Code)
    is_current: Mapped[bool] = mapped_column(server_default=text("true"))
    is_open: Mapped[bool] = mapped_column(server_default=text("true"))


class CaseClock(OfCase, Model):
    """时钟：受理、分流、签收、办理……几个同时走；停表段、延期、黄红牌时刻都记着.

    停着表的没有黄红牌时刻；``promised_at`` 是停表那一刻的承诺期限（待核查的按它判按时）。
    """

    __tablename__ = "case_clock"
    extra_args = (
        UniqueConstraint("case_id", "clock", "round", "turn"),
        Index("ix_case_clock_due", "township_id", "clock", "yellow_at"),
        Index(
            "ix_case_clock_running",
            "case_id",
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    id: Mapped[BigPK]
    start_at: Mapped[Moment]
    yellow_at: Mapped[Moment | None]
    red_at: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    promised_at: Mapped[Moment | None]
    clock: Mapped[str] = mapped_column(Code)
    round: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[int] = mapped_column(SmallInteger)
    yellow_rule: Mapped[str | None] = mapped_column(Code)
    red_rule: Mapped[str | None] = mapped_column(Code)
    rule_version: Mapped[str] = mapped_column(Code)
    pauses: Mapped[list[list[str | None]]] = mapped_column(JSONB, server_default=text("'[]'"))
    is_paused: Mapped[bool] = mapped_column(server_default=text("false"))
    extension_wd: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    late_extension_wd: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    not_before: Mapped[Moment | None]
    capped_at: Mapped[Moment | None]
    owner: Mapped[str] = mapped_column(Code)
    owner_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    end_kind: Mapped[str | None] = mapped_column(Code)
    is_degraded: Mapped[bool] = mapped_column(server_default=text("false"))


class Supervision(OfCase, Model):
    """督办：普通督办与黄红牌；同一时钟每种至多一张，撤销留痕不删除.

    ``is_void`` 为批准延期而作废的：期限后移，到了新的时刻可以再发（R6）。
    """

    __tablename__ = "supervision"
    extra_args = (
        CheckConstraint("kind IN ('NORMAL','YELLOW','RED')", name="kind"),
        Index(
            "uq_supervision_card",
            "clock_id",
            "kind",
            unique=True,
            postgresql_where=text("clock_id IS NOT NULL AND NOT is_void"),
        ),
        Index("ix_supervision_case", "case_id"),
        Index(
            "ix_supervision_carded",
            "township_id",
            "triggered_at",
            postgresql_where=text("clock_id IS NOT NULL"),
        ),
    )
    id: Mapped[BigPK]
    triggered_at: Mapped[Moment]
    reply_due_at: Mapped[Moment | None]
    cancelled_at: Mapped[Moment | None]
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("case_clock.id"))
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Code)
    owner: Mapped[str] = mapped_column(Code)
    demand: Mapped[str | None] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    is_void: Mapped[bool] = mapped_column(server_default=text("false"))


class CaseResult(OfCase, Model):
    """办理结果：结果类别、说明、移送机关与文书号；每次办结报送一行."""

    __tablename__ = "case_result"
    extra_args = (Index("ix_case_result_case", "case_id"),)
    id: Mapped[BigPK]
    at: Mapped[Moment]
    round: Mapped[int] = mapped_column(SmallInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    result: Mapped[str] = mapped_column(Code)
    account: Mapped[str] = mapped_column(Text)
    moved_to: Mapped[str | None] = mapped_column(String(128))
    document_no: Mapped[str | None] = mapped_column(String(64))
    party_opinion: Mapped[str | None] = mapped_column(Text)


class CaseCheck(OfCase, Model):
    """核查：方式、意见、通过与否；不合格的写明不合格项与整改要求."""

    __tablename__ = "case_check"
    extra_args = (
        Index("ix_case_check_case", "case_id"),
        Index("ix_case_check_at", "township_id", "at"),
    )
    id: Mapped[BigPK]
    at: Mapped[Moment]
    round: Mapped[int] = mapped_column(SmallInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    passed: Mapped[bool]
    method: Mapped[str] = mapped_column(Code)
    opinion: Mapped[str] = mapped_column(Text)


class CaseFeedback(OfCase, Model):
    """反馈：向来件人告知的方式、内容、时刻，或“无须反馈”的理由."""

    __tablename__ = "case_feedback"
    extra_args = (Index("ix_case_feedback_case", "case_id"),)
    id: Mapped[BigPK]
    at: Mapped[Moment]
    round: Mapped[int] = mapped_column(SmallInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    informant_id: Mapped[int | None] = mapped_column(ForeignKey("case_informant.id"))
    method: Mapped[str | None] = mapped_column(Code)
    receiver: Mapped[str | None] = mapped_column(String(128))
    content: Mapped[str | None] = mapped_column(Text)
    waived_reason: Mapped[str | None] = mapped_column(Text)
    county_reply_no: Mapped[str | None] = mapped_column(String(64))


class Cooperation(OfCase, Model):
    """协办条：协办平台与单位、角色、任务、回复；只派到平台的，签收时定单位."""

    __tablename__ = "cooperation"
    extra_args = (
        CheckConstraint("state IN ('WAITING','DOING','REPLIED','CANCELLED')", name="state"),
        CheckConstraint("(state = 'REPLIED') = (replied_at IS NOT NULL)", name="replied"),
        CheckConstraint("state <> 'DOING' OR org_id IS NOT NULL", name="doing_by_an_org"),
        Index("ix_cooperation_case", "case_id"),
    )
    id: Mapped[BigPK]
    round: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    platform: Mapped[str] = mapped_column(Code)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    task: Mapped[str] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[Moment]
    sign_due_at: Mapped[Moment | None]
    reply_due_at: Mapped[Moment | None]
    signed_at: Mapped[Moment | None]
    replied_at: Mapped[Moment | None]
