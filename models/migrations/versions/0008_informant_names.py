"""来件人姓名的指纹：按姓名找得到来件；已有的行由 ``township mark-informants`` 补.

建索引不锁表，所以不在一个事务里；中途停了可以再跑一遍。
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME, UNMARKED = "ix_case_informant_name", "ix_case_informant_unmarked"


def upgrade() -> None:
    op.execute("ALTER TABLE case_informant ADD COLUMN IF NOT EXISTS name_mark varchar(64)")
    with op.get_context().autocommit_block():
        for name in (NAME, UNMARKED):
            op.drop_index(
                name, table_name="case_informant", postgresql_concurrently=True, if_exists=True
            )
        op.create_index(
            NAME,
            "case_informant",
            ["township_id", "name_mark"],
            postgresql_where=sa.text("name_mark IS NOT NULL"),
            postgresql_concurrently=True,
        )
        op.create_index(
            UNMARKED,
            "case_informant",
            ["id"],
            postgresql_where=sa.text("name IS NOT NULL AND name_mark IS NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(UNMARKED, table_name="case_informant")
    op.drop_index(NAME, table_name="case_informant")
    op.drop_column("case_informant", "name_mark")
