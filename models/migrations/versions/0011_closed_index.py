"""已办结的覆盖索引带上状态：筛选、计数不必回表."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COVERED = (
    *("category_id", "grid_id", "village_id", "outcome", "level", "channel", "platform"),
    *("is_sensitive", "closed_at"),
)


def _create(*columns: str) -> None:
    op.drop_index("ix_case_closed", table_name="case_record")
    op.create_index(
        "ix_case_closed",
        "case_record",
        ["township_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        postgresql_include=list(columns),
        postgresql_where=sa.text("NOT is_open"),
    )


def upgrade() -> None:
    _create(*COVERED, "state")


def downgrade() -> None:
    _create(*COVERED)
