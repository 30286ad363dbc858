"""办结时刻的索引：按办结的日子数件、列清单（工作台、统计）不必翻整个台账.

建索引不锁表，所以不在一个事务里；中途停了可以再跑一遍。
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = "ix_case_closed_at"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, table_name="case_record", postgresql_concurrently=True, if_exists=True)
        op.create_index(
            NAME,
            "case_record",
            ["township_id", sa.text("closed_at DESC"), sa.text("id DESC")],
            postgresql_where=sa.text("NOT is_open"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, table_name="case_record", postgresql_concurrently=True, if_exists=True)
