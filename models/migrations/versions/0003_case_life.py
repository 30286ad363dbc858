"""案件的一生：待批条、抽查、评价、查询码、登记册；状态只能照流程表改."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# 流程表里改变状态的各步（迁移写死当时的一份，流程表若改，另出一版迁移）
MOVES = {
    "ACCEPTED": ("CANCELLED", "DISPATCHED", "ESCALATED", "MERGED", "REJECTED", "SUSPENDED"),
    "ARCHIVED": ("ACCEPTED", "PROCESSING"),
    "DISPATCHED": ("ACCEPTED", "CANCELLED", "MERGED", "PROCESSING"),
    "DRAFT": ("CANCELLED", "DISPATCHED", "REPORTED", "VERIFIED"),
    "ESCALATED": ("ACCEPTED", "HANDLED", "PROCESSING"),
    "HANDLED": ("ESCALATED", "PROCESSING", "VERIFIED"),
    "MERGED": ("ACCEPTED", "DISPATCHED", "REPORTED"),
    "PROCESSING": ("ACCEPTED", "CANCELLED", "ESCALATED", "HANDLED", "SUSPENDED"),
    "REJECTED": ("REPORTED",),
    "REPORTED": ("ACCEPTED", "CANCELLED", "MERGED", "REJECTED", "SUPPLEMENT"),
    "SUPPLEMENT": ("CANCELLED", "REJECTED", "REPORTED"),
    "SUSPENDED": ("ACCEPTED", "CANCELLED", "PROCESSING"),
    "VERIFIED": ("ARCHIVED", "ESCALATED", "PROCESSING", "REPORTED"),
}

COOPERATION = {
    "state": "state IN ('WAITING','DOING','REPLIED','CANCELLED')",
    "replied": "(state = 'REPLIED') = (replied_at IS NOT NULL)",
    "doing_by_an_org": "state <> 'DOING' OR org_id IS NOT NULL",
}

GUARD = """
CREATE FUNCTION case_state_moves() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[{pairs}])) THEN
    RAISE EXCEPTION '案件不能由 % 到 %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_case_record_state_moves';
  END IF;
  RETURN NEW;
END $f$
"""
TRIGGER = """
CREATE TRIGGER case_state_moves BEFORE UPDATE OF state ON case_record
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION case_state_moves()
"""


def _card_index(condition: str) -> None:
    """同一时钟每种牌至多一张；作废了的不算."""
    op.drop_index("uq_supervision_card", table_name="supervision")
    op.create_index(
        "uq_supervision_card",
        "supervision",
        ["clock_id", "kind"],
        unique=True,
        postgresql_where=sa.text(condition),
    )


def upgrade() -> None:
    pairs = ", ".join(f"'{before}>{after}'" for before, found in MOVES.items() for after in found)
    op.execute(GUARD.format(pairs=pairs))
    op.execute(TRIGGER)
    op.add_column(
        "supervision",
        sa.Column("is_void", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _card_index("clock_id IS NOT NULL AND NOT is_void")
    op.alter_column("cooperation", "org_id", nullable=True)
    op.add_column(
        "cooperation",
        sa.Column("round", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.add_column("cooperation", sa.Column("handler_id", sa.Integer(), nullable=True))
    op.add_column("cooperation", sa.Column("asked_by_id", sa.Integer(), nullable=True))
    op.add_column(
        "cooperation", sa.Column("sign_due_at", sa.DateTime(timezone=True), nullable=True)
    )
    for column in ("handler_id", "asked_by_id"):
        op.create_foreign_key(
            op.f(f"fk_cooperation_{column}"), "cooperation", "person", [column], ["id"]
        )
    for name, rule in COOPERATION.items():
        op.create_check_constraint(op.f(f"ck_cooperation_{name}"), "cooperation", rule)
    op.create_table(
        "record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("flow", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "flow <> 'blind_spot' OR number IS NOT NULL", name=op.f("ck_record_numbered")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_record_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_record_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_record_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_record_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_record_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "township_id", "flow", "number", name=op.f("uq_record_township_id_flow_number")
        ),
    )
    op.create_index(
        "ix_record_recent",
        "record",
        ["township_id", "flow", sa.literal_column("opened_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "uq_record_blind_spot_of_case",
        "record",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("flow = 'blind_spot' AND case_id IS NOT NULL"),
    )
    op.create_table(
        "spot_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("checker_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(passed IS NULL) = (checked_at IS NULL)", name=op.f("ck_spot_sample_checked")
        ),
        sa.CheckConstraint(
            "passed IS NULL OR is_sampled", name=op.f("ck_spot_sample_only_sampled_checked")
        ),
        sa.ForeignKeyConstraint(
            ["checker_id"], ["person.id"], name=op.f("fk_spot_sample_checker_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_spot_sample_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_spot_sample_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_spot_sample_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_sample")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_spot_sample_case_id_round")),
    )
    op.create_index("ix_spot_sample_month", "spot_sample", ["person_id", "month"], unique=False)
    op.create_table(
        "case_rating",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("informant_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("satisfaction", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("is_valid", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "satisfaction IN ('满意','基本满意','不满意','未联系上','拒绝评价')",
            name=op.f("ck_case_rating_satisfaction"),
        ),
        sa.ForeignKeyConstraint(
            ["informant_id"], ["case_informant.id"], name=op.f("fk_case_rating_informant_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_rating_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_rating_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_rating_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_rating")),
        sa.UniqueConstraint(
            "case_id",
            "round",
            "informant_id",
            name=op.f("uq_case_rating_case_id_round_informant_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_case_rating_recent", "case_rating", ["township_id", "rated_at"], unique=False
    )
    op.create_table(
        "query_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informant_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("code_mark", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["informant_id"], ["case_informant.id"], name=op.f("fk_query_code_informant_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_query_code_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_query_code_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_query_code_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_code")),
        sa.UniqueConstraint("code_mark", name=op.f("uq_query_code_code_mark")),
    )
    op.create_index("ix_query_code_case", "query_code", ["case_id"], unique=False)
    op.create_table(
        "case_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("resolution_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), server_default="PENDING", nullable=False),
        sa.Column("proposer_role", sa.String(length=32), nullable=False),
        sa.Column("end_kind", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column(
            "asked",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "granted",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'PENDING') = (decided_at IS NULL)", name=op.f("ck_case_proposal_decided")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR state = 'APPROVED'",
            name=op.f("ck_case_proposal_ended_when_approved"),
        ),
        sa.CheckConstraint(
            "kind IN ('reject','multi','extension','suspend','escalation')",
            name=op.f("ck_case_proposal_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING','APPROVED','REFUSED','VOID')", name=op.f("ck_case_proposal_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('APPROVED','REFUSED') OR (decider_id IS NOT NULL AND decider_id <> proposer_id)",
            name=op.f("ck_case_proposal_approver_not_proposer"),
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["person.id"], name=op.f("fk_case_proposal_decider_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["person.id"], name=op.f("fk_case_proposal_proposer_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_case_proposal_resolution_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_proposal_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_proposal_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_proposal")),
    )
    op.create_index("ix_case_proposal_case", "case_proposal", ["case_id", "kind"], unique=False)
    op.create_index(
        "ix_case_proposal_until",
        "case_proposal",
        ["until_at"],
        unique=False,
        postgresql_where=sa.text("state = 'APPROVED' AND kind = 'suspend' AND ended_at IS NULL"),
    )
    op.create_index(
        "ix_case_proposal_waiting",
        "case_proposal",
        ["township_id", "kind", "proposed_at"],
        unique=False,
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_index(
        "uq_case_proposal_pending",
        "case_proposal",
        ["case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'PENDING'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_case_proposal_pending",
        table_name="case_proposal",
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.drop_index(
        "ix_case_proposal_waiting",
        table_name="case_proposal",
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.drop_index(
        "ix_case_proposal_until",
        table_name="case_proposal",
        postgresql_where=sa.text("state = 'APPROVED' AND kind = 'suspend' AND ended_at IS NULL"),
    )
    op.drop_index("ix_case_proposal_case", table_name="case_proposal")
    op.drop_table("case_proposal")
    op.drop_index("ix_query_code_case", table_name="query_code")
    op.drop_table("query_code")
    op.drop_index("ix_case_rating_recent", table_name="case_rating")
    op.drop_table("case_rating")
    op.drop_index("ix_spot_sample_month", table_name="spot_sample")
    op.drop_table("spot_sample")
    op.drop_index(
        "uq_record_blind_spot_of_case",
        table_name="record",
        postgresql_where=sa.text("flow = 'blind_spot' AND case_id IS NOT NULL"),
    )
    op.drop_index("ix_record_recent", table_name="record")
    op.drop_table("record")
    op.execute("DROP TRIGGER case_state_moves ON case_record")
    op.execute("DROP FUNCTION case_state_moves()")
    for name in COOPERATION:
        op.drop_constraint(op.f(f"ck_cooperation_{name}"), "cooperation", type_="check")
    for column in ("sign_due_at", "asked_by_id", "handler_id", "round"):
        op.drop_column("cooperation", column)
    op.execute("DELETE FROM cooperation WHERE org_id IS NULL")
    op.alter_column("cooperation", "org_id", nullable=False)
    op.execute("DELETE FROM supervision WHERE is_void")
    _card_index("clock_id IS NOT NULL")
    op.drop_column("supervision", "is_void")
