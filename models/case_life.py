"""案件一生里的待批条、抽查、评价与查询码."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, Model, Moment
from models.case_parts import OfCase


class CaseProposal(OfCase, Model):
    """待批条：不予受理建议、多平台请示、延期、挂起、上报县平台；一类同时至多一条未决.

    ``asked`` 是所请，``granted`` 是所准（键见各服务动词）；批准人与提出人必不是同一人（INV05）。
    挂起批准后 ``until_at`` 是计划恢复的时刻，``ended_at`` 是实际恢复的时刻。
    """

    __tablename__ = "case_proposal"
    extra_args = (
        CheckConstraint(
            "kind IN ('reject','multi','extension','suspend','escalation')", name="kind"
        ),
        CheckConstraint("state IN ('PENDING','APPROVED','REFUSED','VOID')", name="state"),
        CheckConstraint("(state = 'PENDING') = (decided_at IS NULL)", name="decided"),
        CheckConstraint(
            "state NOT IN ('APPROVED','REFUSED')"
            " OR (decider_id IS NOT NULL AND decider_id <> proposer_id)",
            name="approver_not_proposer",
        ),
        CheckConstraint("ended_at IS NULL OR state = 'APPROVED'", name="ended_when_approved"),
        Index(
            "uq_case_proposal_pending",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'PENDING'"),
        ),
        Index("ix_case_proposal_case", "case_id", "kind"),
        Index(
            "ix_case_proposal_waiting",
            "township_id",
            "kind",
            "proposed_at",
            postgresql_where=text("state = 'PENDING'"),
        ),
        Index(
            "ix_case_proposal_until",
            "until_at",
            postgresql_where=text("state = 'APPROVED' AND kind = 'suspend' AND ended_at IS NULL"),
        ),
    )
    id: Mapped[BigPK]
    proposed_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    until_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code, server_default="PENDING")
    proposer_role: Mapped[str] = mapped_column(Code)
    end_kind: Mapped[str | None] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    opinion: Mapped[str | None] = mapped_column(Text)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    granted: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class SpotSample(OfCase, Model):
    """自办自结抽查：每人每月至少一成且至少一件；随机种子入日志，抽中不可撤销（INV14）."""

    __tablename__ = "spot_sample"
    extra_args = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("(passed IS NULL) = (checked_at IS NULL)", name="checked"),
        CheckConstraint("passed IS NULL OR is_sampled", name="only_sampled_checked"),
        Index("ix_spot_sample_month", "person_id", "month"),
    )
    id: Mapped[BigPK]
    drawn_at: Mapped[Moment]
    checked_at: Mapped[Moment | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    month: Mapped[date] = mapped_column(Date)
    round: Mapped[int] = mapped_column(SmallInteger)
    seed: Mapped[str] = mapped_column(String(64))
    is_sampled: Mapped[bool]
    passed: Mapped[bool | None]


class CaseRating(OfCase, Model):
    """满意度评价：每轮每名来件人至多一次；承办方代评的不作数（AG6）."""

    __tablename__ = "case_rating"
    extra_args = (
        CheckConstraint(
            "satisfaction IN ('满意','基本满意','不满意','未联系上','拒绝评价')",
            name="satisfaction",
        ),
        UniqueConstraint("case_id", "round", "informant_id", postgresql_nulls_not_distinct=True),
        Index("ix_case_rating_recent", "township_id", "rated_at"),
    )
    id: Mapped[BigPK]
    rated_at: Mapped[Moment]
    round: Mapped[int] = mapped_column(SmallInteger)
    informant_id: Mapped[int | None] = mapped_column(ForeignKey("case_informant.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    satisfaction: Mapped[str] = mapped_column(Code)
    method: Mapped[str] = mapped_column(Code)
    is_valid: Mapped[bool] = mapped_column(server_default=text("true"))
    opinion: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)


class QueryCode(OfCase, Model):
    """查询码：来件人凭它看进度、补充、撤回、评价；只存带密钥的指纹."""

    __tablename__ = "query_code"
    extra_args = (
        UniqueConstraint("code_mark"),
        Index("ix_query_code_case", "case_id"),
    )
    id: Mapped[BigPK]
    issued_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    informant_id: Mapped[int | None] = mapped_column(ForeignKey("case_informant.id"))
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    code_mark: Mapped[str] = mapped_column(String(64))
