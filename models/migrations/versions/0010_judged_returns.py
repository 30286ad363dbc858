"""退回当否由谁、何时、凭什么认定；并入件按主案找得到."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("judged_at", "judged_by_id", "judged_opinion")


def upgrade() -> None:
    op.add_column("assignment", sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignment", sa.Column("judged_by_id", sa.Integer(), nullable=True))
    op.add_column("assignment", sa.Column("judged_opinion", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignment_judged_by_id_person"),
        "assignment",
        "person",
        ["judged_by_id"],
        ["id"],
    )
    op.create_index(
        op.f("ix_assignment_unjudged"),
        "assignment",
        ["case_id"],
        postgresql_where=sa.text("end_kind = 'RETURNED' AND return_fair IS NULL"),
    )
    op.create_index(
        op.f("ix_case_merged_into"),
        "case_record",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_case_merged_into"), table_name="case_record")
    op.drop_index(op.f("ix_assignment_unjudged"), table_name="assignment")
    op.drop_constraint(op.f("fk_assignment_judged_by_id_person"), "assignment", type_="foreignkey")
    for name in reversed(COLUMNS):
        op.drop_column("assignment", name)
