"""备份的登记；本人草稿的索引."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("file", sa.String(length=500), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('SCHEDULED','MANUAL','RESTORE')", name=op.f("ck_backup_run_kind")
        ),
        sa.CheckConstraint("is_ok = (error IS NULL)", name=op.f("ck_backup_run_error")),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("ck_backup_run_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
    )
    op.create_index(
        "uq_backup_run_day",
        "backup_run",
        ["day"],
        unique=True,
        postgresql_where=sa.text("is_ok AND kind = 'SCHEDULED'"),
    )
    op.create_index("ix_backup_run_recent", "backup_run", [sa.literal_column("finished_at DESC")])
    # 条件用 reported_at 而不用状态：状态一进索引，改状态就不走 HOT；它本来就在索引里
    with op.get_context().autocommit_block():
        op.drop_index("ix_case_draft", "case_record", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_case_draft",
            "case_record",
            ["registrar_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
            postgresql_where=sa.text("reported_at IS NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_case_draft", "case_record", postgresql_concurrently=True)
    op.drop_table("backup_run")
