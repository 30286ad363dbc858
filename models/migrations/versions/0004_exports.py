"""导出：一次导出一行；通知按人、按时刻翻页."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ACTIVE = "state IN ('QUEUED','RUNNING')"


def _moment(name: str, *, empty: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty)


def _code(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=32), nullable=empty)


def upgrade() -> None:
    op.create_table(
        "export_job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _moment("requested_at", empty=False),
        _moment("started_at"),
        _moment("touched_at"),
        _moment("finished_at"),
        _moment("expires_at"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        _code("state"),
        _code("source"),
        _code("error", empty=True),
        sa.Column("is_masked", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("in_background", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "query",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("dedup_key", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('QUEUED','RUNNING','DONE','FAILED','EXPIRED')",
            name=op.f("ck_export_job_state"),
        ),
        sa.CheckConstraint(
            "(state = 'DONE') = (path IS NOT NULL)", name=op.f("ck_export_job_file_when_done")
        ),
        sa.CheckConstraint(
            "state NOT IN ('DONE','EXPIRED')"
            " OR num_nonnulls(sha256, size, finished_at, expires_at) = 4",
            name=op.f("ck_export_job_told_when_done"),
        ),
        sa.CheckConstraint(
            "(state = 'FAILED') = (error IS NOT NULL)",
            name=op.f("ck_export_job_reason_when_failed"),
        ),
        sa.CheckConstraint(
            "state <> 'RUNNING' OR num_nonnulls(started_at, touched_at) = 2",
            name=op.f("ck_export_job_started_when_running"),
        ),
        sa.CheckConstraint("rows_done BETWEEN 0 AND rows_total", name=op.f("ck_export_job_rows")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_job_person_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_export_job_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
        sa.UniqueConstraint("township_id", "number", name=op.f("uq_export_job_township_id_number")),
    )
    op.create_index(
        "ix_export_job_person", "export_job", ["person_id", sa.literal_column("id DESC")]
    )
    op.create_index(
        "ix_export_job_active",
        "export_job",
        ["person_id", "dedup_key"],
        unique=True,
        postgresql_where=sa.text(ACTIVE),
    )
    op.create_index(
        "ix_export_job_expiry",
        "export_job",
        ["expires_at"],
        postgresql_where=sa.text("state = 'DONE'"),
    )
    # 通知中心按人从近到远翻页；建表时只有未读的部分索引
    op.create_index(
        "ix_notification_person", "notification", ["person_id", sa.literal_column("id DESC")]
    )


def downgrade() -> None:
    op.drop_index("ix_notification_person", table_name="notification")
    op.drop_index(
        "ix_export_job_expiry", table_name="export_job", postgresql_where=sa.text("state = 'DONE'")
    )
    op.drop_index("ix_export_job_active", table_name="export_job", postgresql_where=sa.text(ACTIVE))
    op.drop_index("ix_export_job_person", table_name="export_job")
    op.drop_table("export_job")
