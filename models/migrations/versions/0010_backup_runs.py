"""备份的登记."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0002"
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


def downgrade() -> None:
    op.drop_table("backup_run")
