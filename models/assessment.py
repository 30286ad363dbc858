"""考核：一个月一版的快照、各平台的分、逐指标的分子分母、数字背后的每一行、复核意见."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigPK, Code, InTownship, Model, Moment

_KEYS = (["township_id", "assessment_id"], ["assessment.township_id", "assessment.id"])
_ONE_MONTH = ("township_id", "kind", "year", "month")


class Assessment(InTownship, Model):
    """考核：某月的一版；重算、更正都另出一版，已发布的不改（每月至多一版在发布、一版在办）."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("township_id", "id"),
        UniqueConstraint(*_ONE_MONTH, "revision"),
        UniqueConstraint("township_id", "year", "snapshot_no"),
        CheckConstraint("kind = 'PLATFORM_MONTH'", name="kind"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint(
            "state IN ('CALCULATED','REVIEWED','PUBLISHED','SUPERSEDED')", name="state"
        ),
        CheckConstraint(
            "state <> 'CALCULATED' OR (reviewed_at IS NULL AND published_at IS NULL)",
            name="calculated",
        ),
        CheckConstraint(
            "state <> 'REVIEWED' OR (reviewed_at IS NOT NULL AND published_at IS NULL)",
            name="reviewed",
        ),
        CheckConstraint(
            "state <> 'PUBLISHED' OR (reviewed_at IS NOT NULL AND published_at IS NOT NULL)",
            name="published",
        ),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published_by"),
        CheckConstraint("(state = 'SUPERSEDED') = (superseded_at IS NOT NULL)", name="superseded"),
        CheckConstraint("published_by_id <> computed_by_id", name="two_people"),
        CheckConstraint("revision = 1 OR reason IS NOT NULL", name="reason_when_again"),
        Index(
            "uq_assessment_one_published",
            *_ONE_MONTH,
            unique=True,
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index(
            "uq_assessment_one_in_hand",
            *_ONE_MONTH,
            unique=True,
            postgresql_where=text("state IN ('CALCULATED','REVIEWED')"),
        ),
    )
    id: Mapped[BigPK]
    computed_at: Mapped[Moment]
    reviewed_at: Mapped[Moment | None]
    published_at: Mapped[Moment | None]
    superseded_at: Mapped[Moment | None]
    computed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    snapshot_no: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    rule_version: Mapped[str] = mapped_column(Code)
    counts_demo: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)

    def __repr__(self) -> str:
        return f"{self.year}年{self.month}月考核（第{self.revision}版）"


class OfAssessment(InTownship):
    """考核的子行：与考核同乡（复合外键保证），随快照冻结."""

    assessment_id: Mapped[int] = mapped_column(BigInteger)


class AssessmentScore(OfAssessment, Model):
    """月分：一个平台一行；``score_hundredths`` 为空即“无考核量”，分以百分之一分存."""

    __tablename__ = "assessment_score"
    __table_args__ = (
        ForeignKeyConstraint(*_KEYS),
        UniqueConstraint("assessment_id", "platform"),
        CheckConstraint(
            "num_nonnulls(base_hundredths, score_hundredths, grade) IN (0, 3)", name="whole"
        ),
        CheckConstraint("base_hundredths BETWEEN 0 AND 10000", name="base"),
        CheckConstraint("score_hundredths BETWEEN 0 AND base_hundredths", name="score"),
        CheckConstraint("grade IN ('A','B','C','D','E')", name="grade"),
        CheckConstraint("yellow >= 0 AND red >= 0 AND penalty_hundredths >= 0", name="cards"),
    )
    id: Mapped[BigPK]
    platform: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(64))
    sort_no: Mapped[int] = mapped_column(SmallInteger)
    base_hundredths: Mapped[int | None] = mapped_column(Integer)
    score_hundredths: Mapped[int | None] = mapped_column(Integer)
    penalty_hundredths: Mapped[int] = mapped_column(Integer)
    yellow: Mapped[int] = mapped_column(SmallInteger)
    red: Mapped[int] = mapped_column(SmallInteger)
    grade: Mapped[str | None] = mapped_column(Code)


class AssessmentLine(OfAssessment, Model):
    """指标：一个平台（或一名网格员）的一项；分子分母都空即“无数据”，分母 0 即“本期无”."""

    __tablename__ = "assessment_line"
    __table_args__ = (
        ForeignKeyConstraint(*_KEYS),
        CheckConstraint("num_nonnulls(platform, person_id) = 1", name="platform_or_person"),
        CheckConstraint("(num IS NULL) = (den IS NULL)", name="num_with_den"),
        CheckConstraint("num >= 0 AND den >= 0", name="counts"),
        Index(
            "uq_assessment_line_platform",
            "assessment_id",
            "platform",
            "indicator",
            unique=True,
            postgresql_where=text("platform IS NOT NULL"),
        ),
        Index(
            "uq_assessment_line_person",
            "assessment_id",
            "person_id",
            "indicator",
            unique=True,
            postgresql_where=text("person_id IS NOT NULL"),
        ),
    )
    id: Mapped[BigPK]
    platform: Mapped[str | None] = mapped_column(Code)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    indicator: Mapped[str] = mapped_column(Code)
    num: Mapped[int | None] = mapped_column(Integer)
    den: Mapped[int | None] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(SmallInteger)
    spread_hundredths: Mapped[int] = mapped_column(Integer)
    points_hundredths: Mapped[int | None] = mapped_column(Integer)


class AssessmentRow(OfAssessment, Model):
    """数字背后的一行：哪件案件的哪一轮（或哪次会、哪张牌），计入分母、分子没有，为什么."""

    __tablename__ = "assessment_row"
    __table_args__ = (
        ForeignKeyConstraint(*_KEYS),
        CheckConstraint("num_nonnulls(platform, person_id) = 1", name="platform_or_person"),
        Index(
            "ix_assessment_row_shown", "assessment_id", "indicator", "platform", "person_id", "id"
        ),
        Index("ix_assessment_row_case", "case_id"),
    )
    id: Mapped[BigPK]
    platform: Mapped[str | None] = mapped_column(Code)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    indicator: Mapped[str] = mapped_column(Code)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("case_clock.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    supervision_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    round: Mapped[int | None] = mapped_column(SmallInteger)
    turn: Mapped[int | None] = mapped_column(SmallInteger)
    in_den: Mapped[bool]
    in_num: Mapped[bool]
    why: Mapped[str] = mapped_column(Code)
    due_at: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    label: Mapped[str | None] = mapped_column(String(32))


class AssessmentReview(OfAssessment, Model):
    """复核：便民平台由乡长与乡纪委、其余由副组长复核；同意，或退回重算并写明理由."""

    __tablename__ = "assessment_review"
    __table_args__ = (
        ForeignKeyConstraint(*_KEYS),
        UniqueConstraint("assessment_id", "line", "role"),
        CheckConstraint("line IN ('BM','OTHER')", name="line"),
        CheckConstraint("is_agreed OR opinion IS NOT NULL", name="reason_when_refused"),
    )
    id: Mapped[BigPK]
    at: Mapped[Moment]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    line: Mapped[str] = mapped_column(Code)
    role: Mapped[str] = mapped_column(Code)
    post_name: Mapped[str | None] = mapped_column(String(64))
    is_agreed: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
