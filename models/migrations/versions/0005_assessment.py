"""考核：快照、月分、指标、数字背后的行、复核；时钟记停表那一刻的承诺期限."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_by_id", sa.Integer(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("snapshot_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column("counts_demo", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'SUPERSEDED') = (superseded_at IS NOT NULL)",
            name=op.f("ck_assessment_superseded"),
        ),
        sa.CheckConstraint("kind = 'PLATFORM_MONTH'", name=op.f("ck_assessment_kind")),
        sa.CheckConstraint(
            "state <> 'CALCULATED' OR (reviewed_at IS NULL AND published_at IS NULL)",
            name=op.f("ck_assessment_calculated"),
        ),
        sa.CheckConstraint(
            "state <> 'PUBLISHED' OR (reviewed_at IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_assessment_published"),
        ),
        sa.CheckConstraint(
            "state <> 'REVIEWED' OR (reviewed_at IS NOT NULL AND published_at IS NULL)",
            name=op.f("ck_assessment_reviewed"),
        ),
        sa.CheckConstraint(
            "state IN ('CALCULATED','REVIEWED','PUBLISHED','SUPERSEDED')",
            name=op.f("ck_assessment_state"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL)",
            name=op.f("ck_assessment_published_by"),
        ),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_assessment_month")),
        sa.CheckConstraint(
            "published_by_id <> computed_by_id", name=op.f("ck_assessment_two_people")
        ),
        sa.CheckConstraint(
            "revision = 1 OR reason IS NOT NULL", name=op.f("ck_assessment_reason_when_again")
        ),
        sa.ForeignKeyConstraint(
            ["computed_by_id"], ["person.id"], name=op.f("fk_assessment_computed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_assessment_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_assessment_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assessment_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_assessment_township_id_id")),
        sa.UniqueConstraint(
            "township_id",
            "kind",
            "year",
            "month",
            "revision",
            name=op.f("uq_assessment_township_id_kind_year_month_revision"),
        ),
        sa.UniqueConstraint(
            "township_id",
            "year",
            "snapshot_no",
            name=op.f("uq_assessment_township_id_year_snapshot_no"),
        ),
    )
    op.create_index(
        "uq_assessment_one_in_hand",
        "assessment",
        ["township_id", "kind", "year", "month"],
        unique=True,
        postgresql_where=sa.text("state IN ('CALCULATED','REVIEWED')"),
    )
    op.create_index(
        "uq_assessment_one_published",
        "assessment",
        ["township_id", "kind", "year", "month"],
        unique=True,
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.create_table(
        "assessment_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("num", sa.Integer(), nullable=True),
        sa.Column("den", sa.Integer(), nullable=True),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("spread_hundredths", sa.Integer(), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=True),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(num IS NULL) = (den IS NULL)", name=op.f("ck_assessment_line_num_with_den")
        ),
        sa.CheckConstraint("num >= 0 AND den >= 0", name=op.f("ck_assessment_line_counts")),
        sa.CheckConstraint(
            "num_nonnulls(platform, person_id) = 1",
            name=op.f("ck_assessment_line_platform_or_person"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assessment_line_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "assessment_id"],
            ["assessment.township_id", "assessment.id"],
            name=op.f("fk_assessment_line_township_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assessment_line_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_line")),
    )
    op.create_index(
        "uq_assessment_line_person",
        "assessment_line",
        ["assessment_id", "person_id", "indicator"],
        unique=True,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        "uq_assessment_line_platform",
        "assessment_line",
        ["assessment_id", "platform", "indicator"],
        unique=True,
        postgresql_where=sa.text("platform IS NOT NULL"),
    )
    op.create_table(
        "assessment_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("post_name", sa.String(length=64), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("line IN ('BM','OTHER')", name=op.f("ck_assessment_review_line")),
        sa.CheckConstraint(
            "is_agreed OR opinion IS NOT NULL",
            name=op.f("ck_assessment_review_reason_when_refused"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assessment_review_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "assessment_id"],
            ["assessment.township_id", "assessment.id"],
            name=op.f("fk_assessment_review_township_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assessment_review_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_review")),
        sa.UniqueConstraint(
            "assessment_id",
            "line",
            "role",
            name=op.f("uq_assessment_review_assessment_id_line_role"),
        ),
    )
    op.create_table(
        "assessment_score",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sort_no", sa.SmallInteger(), nullable=False),
        sa.Column("base_hundredths", sa.Integer(), nullable=True),
        sa.Column("score_hundredths", sa.Integer(), nullable=True),
        sa.Column("penalty_hundredths", sa.Integer(), nullable=False),
        sa.Column("yellow", sa.SmallInteger(), nullable=False),
        sa.Column("red", sa.SmallInteger(), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=True),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "grade IN ('A','B','C','D','E')", name=op.f("ck_assessment_score_grade")
        ),
        sa.CheckConstraint(
            "base_hundredths BETWEEN 0 AND 10000", name=op.f("ck_assessment_score_base")
        ),
        sa.CheckConstraint(
            "num_nonnulls(base_hundredths, score_hundredths, grade) IN (0, 3)",
            name=op.f("ck_assessment_score_whole"),
        ),
        sa.CheckConstraint(
            "score_hundredths BETWEEN 0 AND base_hundredths", name=op.f("ck_assessment_score_score")
        ),
        sa.CheckConstraint(
            "yellow >= 0 AND red >= 0 AND penalty_hundredths >= 0",
            name=op.f("ck_assessment_score_cards"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "assessment_id"],
            ["assessment.township_id", "assessment.id"],
            name=op.f("fk_assessment_score_township_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assessment_score_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_score")),
        sa.UniqueConstraint(
            "assessment_id", "platform", name=op.f("uq_assessment_score_assessment_id_platform")
        ),
    )
    op.create_table(
        "assessment_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("clock_id", sa.BigInteger(), nullable=True),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("supervision_id", sa.BigInteger(), nullable=True),
        sa.Column("meeting_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.SmallInteger(), nullable=True),
        sa.Column("turn", sa.SmallInteger(), nullable=True),
        sa.Column("in_den", sa.Boolean(), nullable=False),
        sa.Column("in_num", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label", sa.String(length=32), nullable=True),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(platform, person_id) = 1",
            name=op.f("ck_assessment_row_platform_or_person"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assessment_row_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_assessment_row_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["case_clock.id"], name=op.f("fk_assessment_row_clock_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_assessment_row_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assessment_row_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["supervision_id"], ["supervision.id"], name=op.f("fk_assessment_row_supervision_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "assessment_id"],
            ["assessment.township_id", "assessment.id"],
            name=op.f("fk_assessment_row_township_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assessment_row_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_row")),
    )
    op.create_index("ix_assessment_row_case", "assessment_row", ["case_id"], unique=False)
    op.create_index(
        "ix_assessment_row_shown",
        "assessment_row",
        ["assessment_id", "indicator", "platform", "person_id", "id"],
        unique=False,
    )
    op.add_column("case_clock", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_assignment_assigned", "assignment", ["township_id", "assigned_at"])
    op.create_index(
        "ix_assignment_returned",
        "assignment",
        ["township_id", "ended_at"],
        postgresql_where=sa.text("end_kind = 'RETURNED'"),
    )
    op.create_index("ix_case_check_at", "case_check", ["township_id", "at"])
    op.create_index(
        "ix_supervision_carded",
        "supervision",
        ["township_id", "triggered_at"],
        postgresql_where=sa.text("clock_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_supervision_carded", table_name="supervision")
    op.drop_index("ix_case_check_at", table_name="case_check")
    op.drop_index("ix_assignment_returned", table_name="assignment")
    op.drop_index("ix_assignment_assigned", table_name="assignment")
    op.drop_column("case_clock", "promised_at")
    op.drop_index("ix_assessment_row_shown", table_name="assessment_row")
    op.drop_index("ix_assessment_row_case", table_name="assessment_row")
    op.drop_table("assessment_row")
    op.drop_table("assessment_score")
    op.drop_table("assessment_review")
    op.drop_index(
        "uq_assessment_line_platform",
        table_name="assessment_line",
        postgresql_where=sa.text("platform IS NOT NULL"),
    )
    op.drop_index(
        "uq_assessment_line_person",
        table_name="assessment_line",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.drop_table("assessment_line")
    op.drop_index(
        "uq_assessment_one_published",
        table_name="assessment",
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
    op.drop_index(
        "uq_assessment_one_in_hand",
        table_name="assessment",
        postgresql_where=sa.text("state IN ('CALCULATED','REVIEWED')"),
    )
    op.drop_table("assessment")
