"""开账：框架的账号授权表与本产品的全部表；检索词函数；日志只增不改的触发器."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SEARCH_TOKENS = """
CREATE FUNCTION search_tokens(t int, s text, phone bigint DEFAULT NULL) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $f$
DECLARE c text; p bigint := NULL; q bigint; b bigint := t::bigint << 42; r bigint[] := '{}';
BEGIN
  FOREACH c IN ARRAY string_to_array(lower(s), NULL) LOOP
    q := ascii(c);
    IF p IS NOT NULL THEN r := r || (b | (p << 21) | q); END IF;
    p := q;
  END LOOP;
  IF phone IS NOT NULL THEN r := r || (b | phone); END IF;
  RETURN r;
END $f$
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION '留痕只增不改：% 不允许 %', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $f$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(SEARCH_TOKENS)
    op.execute(APPEND_ONLY)
    op.create_table(
        "ab_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=150), nullable=True),
        sa.Column("description", sa.String(length=512), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_group")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_group_name")),
    )
    op.create_table(
        "ab_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_permission_name")),
    )
    op.create_table(
        "ab_register_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("registration_date", sa.DateTime(), nullable=True),
        sa.Column("registration_hash", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_register_user")),
        sa.UniqueConstraint("email", name=op.f("uq_ab_register_user_email")),
        sa.UniqueConstraint("username", name=op.f("uq_ab_register_user_username")),
    )
    op.create_table(
        "ab_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_role")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_role_name")),
    )
    op.create_table(
        "ab_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("last_login", sa.DateTime(), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=True),
        sa.Column("fail_login_count", sa.Integer(), nullable=True),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("changed_on", sa.DateTime(), nullable=True),
        sa.Column("created_by_fk", sa.Integer(), nullable=True),
        sa.Column("changed_by_fk", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_fk"], ["ab_user.id"], name=op.f("fk_ab_user_changed_by_fk")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_fk"], ["ab_user.id"], name=op.f("fk_ab_user_created_by_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user")),
        sa.UniqueConstraint("email", name=op.f("uq_ab_user_email")),
        sa.UniqueConstraint("username", name=op.f("uq_ab_user_username")),
    )
    op.create_table(
        "ab_view_menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_view_menu")),
        sa.UniqueConstraint("name", name=op.f("uq_ab_view_menu_name")),
    )
    op.create_table(
        "township",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("short_name", sa.String(length=32), nullable=False),
        sa.Column("division_code", sa.String(length=16), nullable=True),
        sa.Column("number_prefix", sa.String(length=8), nullable=False),
        sa.Column("fonds_code", sa.String(length=16), nullable=False),
        sa.Column(
            "settings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_township")),
        sa.UniqueConstraint("code", name=op.f("uq_township_code")),
    )
    op.create_table(
        "ab_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("key_hash", sa.String(length=256), nullable=False),
        sa.Column("lookup_hash", sa.String(length=256), nullable=True),
        sa.Column("key_prefix", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("expires_on", sa.DateTime(), nullable=True),
        sa.Column("revoked_on", sa.DateTime(), nullable=True),
        sa.Column("last_used_on", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_api_key_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_api_key")),
        sa.UniqueConstraint("lookup_hash", name=op.f("uq_ab_api_key_lookup_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ab_api_key_uuid")),
    )
    op.create_index("idx_api_key_lookup_hash", "ab_api_key", ["lookup_hash"], unique=True)
    op.create_index("idx_api_key_prefix", "ab_api_key", ["key_prefix"], unique=False)
    op.create_index("idx_api_key_user_id", "ab_api_key", ["user_id"], unique=False)
    op.create_table(
        "ab_group_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["ab_group.id"],
            name=op.f("fk_ab_group_role_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_ab_group_role_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_group_role")),
        sa.UniqueConstraint("group_id", "role_id", name=op.f("uq_ab_group_role_group_id_role_id")),
    )
    op.create_index("idx_group_id", "ab_group_role", ["group_id"], unique=False)
    op.create_index("idx_group_role_id", "ab_group_role", ["role_id"], unique=False)
    op.create_table(
        "ab_permission_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.Column("view_menu_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["ab_permission.id"],
            name=op.f("fk_ab_permission_view_permission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["view_menu_id"], ["ab_view_menu.id"], name=op.f("fk_ab_permission_view_view_menu_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission_view")),
        sa.UniqueConstraint(
            "permission_id",
            "view_menu_id",
            name=op.f("uq_ab_permission_view_permission_id_view_menu_id"),
        ),
    )
    op.create_index("idx_permission_id", "ab_permission_view", ["permission_id"], unique=False)
    op.create_index("idx_view_menu_id", "ab_permission_view", ["view_menu_id"], unique=False)
    op.create_table(
        "ab_user_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["ab_group.id"],
            name=op.f("fk_ab_user_group_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_user_group_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user_group")),
        sa.UniqueConstraint("user_id", "group_id", name=op.f("uq_ab_user_group_user_id_group_id")),
    )
    op.create_index("idx_user_group_id", "ab_user_group", ["group_id"], unique=False)
    op.create_index("idx_user_id", "ab_user_group", ["user_id"], unique=False)
    op.create_table(
        "ab_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_ab_user_role_role_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_ab_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_user_role")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_ab_user_role_user_id_role_id")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=256), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_calendar_day_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("township_id", "day", name=op.f("uq_calendar_day_township_id_day")),
    )
    op.create_table(
        "carrier_system",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("usage", sa.Text(), nullable=True),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_carrier_system_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_system")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_carrier_system_township_id_code")),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "fields",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_channel_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_channel_township_id_code")),
    )
    op.create_table(
        "config_version",
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_config_version_township_id")
        ),
        sa.PrimaryKeyConstraint("township_id", name=op.f("pk_config_version")),
    )
    op.create_table(
        "grid",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_span")),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_grid_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_grid_township_id_code")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_grid_township_id_id")),
    )
    op.create_table(
        "journal_head",
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("chain_seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_journal_head_township_id")
        ),
        sa.PrimaryKeyConstraint("township_id", name=op.f("pk_journal_head")),
        postgresql_with={"fillfactor": 20},
    )
    op.create_table(
        "number_counter",
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_number_counter_township_id")
        ),
        sa.PrimaryKeyConstraint("township_id", "kind", "year", name=op.f("pk_number_counter")),
        postgresql_with={"fillfactor": 20},
    )
    op.create_table(
        "org",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("short_name", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("county_dept_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "aliases", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("division_code", sa.String(length=16), nullable=True),
        sa.Column("sort_key", sa.String(length=256), server_default="", nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_org_not_own_parent")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_org_span")),
        sa.ForeignKeyConstraint(["county_dept_id"], ["org.id"], name=op.f("fk_org_county_dept_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["org.id"], name=op.f("fk_org_parent_id")),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_org_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_org_township_id_code")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_org_township_id_id")),
    )
    op.create_index(
        "ix_org_path", "org", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"}
    )
    op.create_table(
        "password_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_password_history_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
    )
    op.create_index(
        op.f("ix_password_history_user_id"), "password_history", ["user_id"], unique=False
    )
    op.create_table(
        "role_limit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("view_menu", sa.String(length=32), nullable=False),
        sa.Column("permission", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("limit_code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_role_limit_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_limit")),
        sa.UniqueConstraint(
            "role_id",
            "view_menu",
            "permission",
            "alt",
            "limit_code",
            name=op.f("uq_role_limit_role_id_view_menu_permission_alt_limit_code"),
        ),
    )
    op.create_index("ix_role_limit_role", "role_limit", ["role_id"], unique=False)
    op.create_table(
        "role_profile",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("sensitive", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_role_profile_role_id")),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_role_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_role_profile_code")),
    )
    op.create_table(
        "seed_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_seed_mark_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seed_mark")),
        sa.UniqueConstraint(
            "township_id", "kind", "code", name=op.f("uq_seed_mark_township_id_kind_code")
        ),
    )
    op.create_table(
        "ab_permission_view_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_view_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["permission_view_id"],
            ["ab_permission_view.id"],
            name=op.f("fk_ab_permission_view_role_permission_view_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["ab_role.id"],
            name=op.f("fk_ab_permission_view_role_role_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ab_permission_view_role")),
        sa.UniqueConstraint(
            "permission_view_id",
            "role_id",
            name=op.f("uq_ab_permission_view_role_permission_view_id_role_id"),
        ),
    )
    op.create_index(
        "idx_permission_view_id", "ab_permission_view_role", ["permission_view_id"], unique=False
    )
    op.create_index("idx_role_id", "ab_permission_view_role", ["role_id"], unique=False)
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("leader_title", sa.String(length=16), server_default="组长", nullable=False),
        sa.Column("cadence", sa.String(length=64), nullable=True),
        sa.Column(
            "duties", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["body.id"], name=op.f("fk_body_parent_id")),
        sa.ForeignKeyConstraint(
            ["secretariat_id"], ["org.id"], name=op.f("fk_body_secretariat_id")
        ),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_body_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_body_township_id_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sort_key", sa.String(length=256), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_mark", sa.String(length=64), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_person_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_person_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_person_township_id_id")),
    )
    op.create_index(op.f("ix_person_phone_mark"), "person", ["phone_mark"], unique=False)
    op.create_table(
        "platform",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("short_name", sa.String(length=16), nullable=False),
        sa.Column("host_org_id", sa.Integer(), nullable=False),
        sa.Column("host_relation", sa.String(length=16), nullable=False),
        sa.Column(
            "functions", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "lines", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "forces", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("hue", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("hue BETWEEN 1 AND 8", name=op.f("ck_platform_hue")),
        sa.ForeignKeyConstraint(["host_org_id"], ["org.id"], name=op.f("fk_platform_host_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_platform_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_platform_township_id_code")),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("seats_per", sa.String(length=32), nullable=True),
        sa.Column("role_code", sa.String(length=32), nullable=True),
        sa.Column(
            "approves", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_post_seats")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_post_org_id")),
        sa.ForeignKeyConstraint(["township_id"], ["township.id"], name=op.f("fk_post_township_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_post_township_id_code")),
    )
    op.create_table(
        "village",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("division_code", sa.String(length=16), nullable=True),
        sa.Column(
            "aliases", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_village_span")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_village_org_id")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["village.id"], name=op.f("fk_village_successor_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_village_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_village_township_id_code")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_village_township_id_id")),
    )
    op.create_table(
        "account",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default=sa.text("true"), nullable=False
        ),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failed_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_stamp", sa.String(length=32), server_default="0", nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_account_township_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_account_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "body_member",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(length=32), server_default="MEMBER", nullable=False),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("body_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("function = 'LEADER'"),
            using="gist",
            name="ex_body_member_one_leader",
        ),
        sa.CheckConstraint(
            "function IN ('LEADER','DEPUTY','MEMBER')", name=op.f("ck_body_member_function")
        ),
        sa.CheckConstraint(
            "num_nonnulls(post_id, person_id) = 1", name=op.f("ck_body_member_post_or_person")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_body_member_span")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_member_body_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_body_member_person_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_body_member_post_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_body_member_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_member")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column(
            "assist_platforms",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_county", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("needs_place", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("needs_people", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("level", sa.String(length=32), server_default="一般", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="EVENT", nullable=False),
        sa.Column("dedup_days", sa.Integer(), server_default=sa.text("15"), nullable=False),
        sa.Column(
            "words", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_category_org_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "platform"],
            ["platform.township_id", "platform.code"],
            name=op.f("fk_category_township_id_platform"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_category_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_category_township_id_code")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=False),
        sa.Column("edition", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("body_code", sa.String(length=32), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sheet_sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column(
            "versions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("retention", sa.String(length=32), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_document_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_document_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "township_id",
            "kind",
            "number",
            "edition",
            name=op.f("uq_document_township_id_kind_number_edition"),
        ),
    )
    op.create_index(
        "ix_document_recent",
        "document",
        ["township_id", "kind", sa.literal_column("issued_at DESC")],
        unique=False,
    )
    op.create_index("ix_document_subject", "document", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "grid_member",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("is_main", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_head", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("engagement", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column(
            "lines", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("certificate_no", sa.String(length=64), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("is_main"),
            using="gist",
            name="ex_grid_member_one_main",
        ),
        sa.CheckConstraint("engagement IN ('专职','兼职')", name=op.f("ck_grid_member_engagement")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_member_span")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_grid_member_grid_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_grid_member_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_grid_member_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_member")),
    )
    op.create_table(
        "grid_village",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_grid_village_one_village",
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grid_village_span")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "grid_id"],
            ["grid.township_id", "grid.id"],
            name=op.f("fk_grid_village_township_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "village_id"],
            ["village.township_id", "village.id"],
            name=op.f("fk_grid_village_township_id_village_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_grid_village_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_village")),
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("seat", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=32), server_default="在任", nullable=False),
        sa.Column("basis", sa.String(length=256), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("township_id"), "="),
            (sa.column("post_id"), "="),
            (sa.column("seat"), "="),
            (sa.text("coalesce(platform, '')"), "="),
            (sa.text("coalesce(org_id, 0)"), "="),
            (sa.text("coalesce(grid_id, 0)"), "="),
            (sa.text("coalesce(village_id, 0)"), "="),
            (sa.text("((mode IN ('代行','委托'))::int)"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("post_id IS NOT NULL"),
            using="gist",
            name="ex_holding_one_a_seat",
        ),
        sa.CheckConstraint(
            "mode <> '委托' OR (valid_to IS NOT NULL AND valid_to - valid_from < 30)",
            name=op.f("ck_holding_delegate_30_days"),
        ),
        sa.CheckConstraint("mode IN ('在任','代行','兼任','委托')", name=op.f("ck_holding_mode")),
        sa.CheckConstraint(
            "num_nonnulls(platform, org_id, grid_id, village_id, body_id) <= 1",
            name=op.f("ck_holding_one_place"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_holding_span")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_holding_body_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_holding_grid_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_holding_org_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_holding_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_holding_post_id")),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_holding_role_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_holding_township_id")
        ),
        sa.ForeignKeyConstraint(["village_id"], ["village.id"], name=op.f("fk_holding_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
    )
    op.create_index("ix_holding_person", "holding", ["person_id", "valid_from"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain_seq", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=False),
        sa.Column("actor_post", sa.String(length=64), nullable=True),
        sa.Column("actor_mode", sa.String(length=32), nullable=True),
        sa.Column("actor_role", sa.String(length=32), nullable=True),
        sa.Column("actor_org", sa.String(length=128), nullable=True),
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("after", sa.String(length=32), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("elapsed_minutes", sa.Integer(), nullable=True),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_journal_actor_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_journal_township_id")
        ),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_journal")),
        sa.UniqueConstraint(
            "township_id", "chain_seq", name=op.f("uq_journal_township_id_chain_seq")
        ),
    )
    op.create_index("ix_journal_at", "journal", ["at"], unique=False, postgresql_using="brin")
    op.create_index("ix_journal_case", "journal", ["case_id", "id"], unique=False)
    op.create_index("ix_journal_subject", "journal", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "meeting_series",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(length=32), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("numbering", sa.String(length=64), nullable=False),
        sa.Column("quorum", sa.String(length=128), nullable=False),
        sa.Column("sections", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agenda_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("clause", sa.String(length=16), nullable=True),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_meeting_series_body_id")),
        sa.ForeignKeyConstraint(
            ["secretariat_id"], ["org.id"], name=op.f("fk_meeting_series_secretariat_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_meeting_series_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_series")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_meeting_series_township_id_code")),
    )
    op.create_table(
        "platform_org",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("is_main", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("org_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("is_main"),
            using="gist",
            name="ex_platform_org_one_main",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("platform"), "="),
            (sa.column("org_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_platform_org_once",
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_platform_org_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "platform"],
            ["platform.township_id", "platform.code"],
            name=op.f("fk_platform_org_township_id_platform"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_platform_org_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_org")),
    )
    op.create_table(
        "reset_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=256), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_reset_code_issued_by_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_reset_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_code")),
    )
    op.create_index(op.f("ix_reset_code_user_id"), "reset_code", ["user_id"], unique=False)
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_rule_set_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_rule_set_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_rule_set_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint(
            "township_id", "kind", "code", name=op.f("uq_rule_set_township_id_kind_code")
        ),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minuted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("term", sa.SmallInteger(), nullable=False),
        sa.Column("week", sa.SmallInteger(), nullable=True),
        sa.Column("quarter", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'MINUTED') = (minuted_at IS NOT NULL)", name=op.f("ck_meeting_minuted")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_meeting_body_id")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_meeting_host_id")),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["person.id"], name=op.f("fk_meeting_recorder_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["meeting_series.id"], name=op.f("fk_meeting_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_meeting_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint(
            "series_id", "year", "term", name=op.f("uq_meeting_series_id_year_term")
        ),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_meeting_township_id_id")),
    )
    op.create_index(
        "ix_meeting_recent",
        "meeting",
        ["township_id", sa.literal_column("planned_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "service_item",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("service_type", sa.String(length=32), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_village", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("final_org_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_service_item_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["final_org_id"], ["org.id"], name=op.f("fk_service_item_final_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_service_item_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_item")),
        sa.UniqueConstraint("township_id", "code", name=op.f("uq_service_item_township_id_code")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_name", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("function", sa.String(length=32), nullable=False),
        sa.Column("is_expected", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=256), nullable=True),
        sa.Column("proxy_name", sa.String(length=64), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sort_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('未登记','出席','请假','代会','缺席','列席')",
            name=op.f("ck_attendance_status"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "meeting_id"],
            ["meeting.township_id", "meeting.id"],
            name=op.f("fk_attendance_township_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_attendance_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "meeting_id", "person_id", name=op.f("uq_attendance_meeting_id_person_id")
        ),
    )
    op.create_table(
        "case_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_tick_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("service_item_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("point_village_id", sa.Integer(), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("lead_org_id", sa.Integer(), nullable=True),
        sa.Column("lead_person_id", sa.Integer(), nullable=True),
        sa.Column("registrar_id", sa.Integer(), nullable=False),
        sa.Column("registrar_org_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("round", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("turn", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("return_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "supplement_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("rework_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("transfer_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "redispatch_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("resume_state", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("card", sa.String(length=32), nullable=True),
        sa.Column("archive_no", sa.String(length=64), nullable=True),
        sa.Column("retention", sa.String(length=32), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_direct", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_self_closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_county_done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_degraded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "is_open",
            sa.Boolean(),
            sa.Computed(
                "state <> 'DRAFT' AND state NOT IN ('ARCHIVED','REJECTED','MERGED','CANCELLED')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Text(collation="C"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "channel_data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("submit_key", sa.String(length=64), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ARCHIVED') = (archived_at IS NOT NULL)", name=op.f("ck_case_record_archived")
        ),
        sa.CheckConstraint(
            "(state = 'DRAFT' AND number IS NULL) OR state = 'CANCELLED' OR (state <> 'DRAFT' AND number IS NOT NULL)",
            name=op.f("ck_case_record_draft_has_no_number"),
        ),
        sa.CheckConstraint(
            "(state IN ('ARCHIVED','REJECTED','MERGED','CANCELLED')) = (closed_at IS NOT NULL)",
            name=op.f("ck_case_record_closed_at_when_final"),
        ),
        sa.CheckConstraint("level IN ('一般','较大','重大')", name=op.f("ck_case_record_level")),
        sa.CheckConstraint(
            "state NOT IN ('DISPATCHED','PROCESSING','HANDLED','VERIFIED','ARCHIVED') OR platform IS NOT NULL",
            name=op.f("ck_case_record_platform_after_dispatch"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)",
            name=op.f("ck_case_record_outcome_when_final"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(number, seq, year, reported_at) IN (0, 4)",
            name=op.f("ck_case_record_numbered_once_reported"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_case_record_category_id")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_case_record_grid_id")),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["person.id"], name=op.f("fk_case_record_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_org_id"], ["org.id"], name=op.f("fk_case_record_lead_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_person_id"], ["person.id"], name=op.f("fk_case_record_lead_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["case_record.id"], name=op.f("fk_case_record_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_case_record_org_id")),
        sa.ForeignKeyConstraint(
            ["point_village_id"], ["village.id"], name=op.f("fk_case_record_point_village_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrar_id"], ["person.id"], name=op.f("fk_case_record_registrar_id")
        ),
        sa.ForeignKeyConstraint(
            ["registrar_org_id"], ["org.id"], name=op.f("fk_case_record_registrar_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_item_id"], ["service_item.id"], name=op.f("fk_case_record_service_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "platform"],
            ["platform.township_id", "platform.code"],
            name=op.f("fk_case_record_township_id_platform"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_record_township_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["village.id"], name=op.f("fk_case_record_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_record")),
        sa.UniqueConstraint("archive_no", name=op.f("uq_case_record_archive_no")),
        sa.UniqueConstraint("submit_key", name=op.f("uq_case_record_submit_key")),
        sa.UniqueConstraint("township_id", "id", name=op.f("uq_case_record_township_id_id")),
        sa.UniqueConstraint(
            "township_id", "seq", "year", name=op.f("uq_case_record_township_id_seq_year")
        ),
        postgresql_with={"fillfactor": 90},
    )
    op.create_index(
        "ix_case_closed",
        "case_record",
        ["township_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_include=[
            "category_id",
            "grid_id",
            "village_id",
            "outcome",
            "level",
            "channel",
            "platform",
            "is_sensitive",
            "closed_at",
        ],
        postgresql_where=sa.text("NOT is_open"),
    )
    op.create_index(
        "ix_case_grid",
        "case_record",
        ["grid_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_case_open_due",
        "case_record",
        ["township_id", "due_at", "id"],
        unique=False,
        postgresql_include=[
            "platform",
            "level",
            "channel",
            "category_id",
            "village_id",
            "grid_id",
            "is_sensitive",
        ],
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_case_recent",
        "case_record",
        ["township_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_case_registrar",
        "case_record",
        ["registrar_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_case_tick",
        "case_record",
        ["next_tick_at"],
        unique=False,
        postgresql_where=sa.text("next_tick_at IS NOT NULL"),
    )
    op.create_index(
        "ix_case_village",
        "case_record",
        ["village_id", sa.literal_column("reported_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "minutes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("edition", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("distribution", sa.String(length=256), nullable=True),
        sa.Column("review_opinion", sa.Text(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ISSUED' OR (signed_by_id IS NOT NULL AND document_id IS NOT NULL)",
            name=op.f("ck_minutes_issued_is_signed"),
        ),
        sa.CheckConstraint(
            "reviewed_by_id <> drafted_by_id AND signed_by_id <> drafted_by_id AND signed_by_id <> reviewed_by_id",
            name=op.f("ck_minutes_three_people"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_minutes_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_minutes_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["person.id"], name=op.f("fk_minutes_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_minutes_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "meeting_id"],
            ["meeting.township_id", "meeting.id"],
            name=op.f("fk_minutes_township_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_minutes_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", "edition", name=op.f("uq_minutes_meeting_id_edition")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("proposer_id", sa.Integer(), nullable=True),
        sa.Column("proposer_org_id", sa.Integer(), nullable=True),
        sa.Column("order_no", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("discussion", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source <> 'CASE' OR case_id IS NOT NULL", name=op.f("ck_agenda_item_case_source")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_agenda_item_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["person.id"], name=op.f("fk_agenda_item_proposer_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposer_org_id"], ["org.id"], name=op.f("fk_agenda_item_proposer_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["meeting_series.id"], name=op.f("fk_agenda_item_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "meeting_id"],
            ["meeting.township_id", "meeting.id"],
            name=op.f("fk_agenda_item_township_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_agenda_item_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index("ix_agenda_item_case", "agenda_item", ["case_id"], unique=False)
    op.create_index(
        "ix_agenda_item_meeting", "agenda_item", ["meeting_id", "order_no"], unique=False
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("end_kind", sa.String(length=32), nullable=True),
        sa.Column("return_fair", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('LEAD','ASSIST')", name=op.f("ck_assignment_role")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_kind IS NULL)", name=op.f("ck_assignment_ended")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["person.id"], name=op.f("fk_assignment_assigned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["person.id"], name=op.f("fk_assignment_handler_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_assignment_org_id")),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_assignment_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_assignment_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "platform"],
            ["platform.township_id", "platform.code"],
            name=op.f("fk_assignment_township_id_platform"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_assignment_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "case_id",
            "round",
            "turn",
            "platform",
            name=op.f("uq_assignment_case_id_round_turn_platform"),
        ),
        postgresql_with={"fillfactor": 90},
    )
    op.create_index(
        "ix_assignment_platform_open",
        "assignment",
        ["township_id", "platform", "due_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("is_open AND is_listed"),
    )
    op.create_index(
        "ix_assignment_platform_recent",
        "assignment",
        [
            "township_id",
            "platform",
            sa.literal_column("reported_at DESC"),
            sa.literal_column("case_id DESC"),
        ],
        unique=False,
        postgresql_where=sa.text("is_listed"),
    )
    op.create_index(
        "uq_assignment_listed",
        "assignment",
        ["case_id", "platform"],
        unique=True,
        postgresql_where=sa.text("is_listed"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("journal_action", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=True),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("thumb_path", sa.String(length=200), nullable=True),
        sa.Column("upload_key", sa.String(length=64), nullable=True),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_attachment_case_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attachment_person_id")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_attachment_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("upload_key", name=op.f("uq_attachment_upload_key")),
    )
    op.create_index("ix_attachment_case", "attachment", ["case_id"], unique=False)
    op.create_index(
        "ix_attachment_subject", "attachment", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "case_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_check_person_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_check_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_check_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_check")),
    )
    op.create_index("ix_case_check_case", "case_check", ["case_id"], unique=False)
    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("yellow_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("red_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("yellow_rule", sa.String(length=32), nullable=True),
        sa.Column("red_rule", sa.String(length=32), nullable=True),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column(
            "pauses",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("extension_wd", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "late_extension_wd", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("owner_org_id", sa.Integer(), nullable=True),
        sa.Column("end_kind", sa.String(length=32), nullable=True),
        sa.Column("is_degraded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_org_id"], ["org.id"], name=op.f("fk_case_clock_owner_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_clock_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_clock_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
        sa.UniqueConstraint(
            "case_id", "clock", "round", "turn", name=op.f("uq_case_clock_case_id_clock_round_turn")
        ),
    )
    op.create_index(
        "ix_case_clock_due", "case_clock", ["township_id", "clock", "yellow_at"], unique=False
    )
    op.create_index(
        "ix_case_clock_running",
        "case_clock",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "case_informant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("from_case_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_mark", sa.String(length=64), nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["case_record.id"], name=op.f("fk_case_informant_from_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_informant_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_informant_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_informant")),
    )
    op.create_index("ix_case_informant_case", "case_informant", ["case_id"], unique=False)
    op.create_index(
        "ix_case_informant_phone", "case_informant", ["township_id", "phone_mark"], unique=False
    )
    op.create_table(
        "case_org",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('HANDLE','LEAD','ASSIST')", name=op.f("ck_case_org_role")),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_case_org_handler_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_case_org_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_org_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_org_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_org")),
        sa.UniqueConstraint("case_id", "org_id", name=op.f("uq_case_org_case_id_org_id")),
    )
    op.create_index(
        "ix_case_org_open",
        "case_org",
        ["org_id", "due_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_case_org_recent",
        "case_org",
        ["org_id", sa.literal_column("reported_at DESC"), sa.literal_column("case_id DESC")],
        unique=False,
    )
    op.create_table(
        "case_result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.String(length=128), nullable=True),
        sa.Column("document_no", sa.String(length=64), nullable=True),
        sa.Column("party_opinion", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_case_result_org_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_result_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_result_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_result_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_result")),
    )
    op.create_index("ix_case_result_case", "case_result", ["case_id"], unique=False)
    op.create_table(
        "case_text",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("phone_token", sa.BigInteger(), nullable=True),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_text_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_text_township_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_text")),
    )
    op.create_index(
        "ix_case_text_recent",
        "case_text",
        ["township_id", sa.literal_column("reported_at DESC"), sa.literal_column("case_id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_case_text_search",
        "case_text",
        [sa.literal_column("search_tokens(township_id, doc, phone_token)")],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("NOT is_sensitive AND reported_at IS NOT NULL"),
    )
    op.create_table(
        "cooperation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_cooperation_org_id")),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_cooperation_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_cooperation_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation")),
    )
    op.create_index("ix_cooperation_case", "cooperation", ["case_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("meeting_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("dedup_key", sa.String(length=128), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_notification_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_notification_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_notification_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "person_id", "dedup_key", name=op.f("uq_notification_person_id_dedup_key")
        ),
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id", sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "case_feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("informant_id", sa.BigInteger(), nullable=True),
        sa.Column("method", sa.String(length=32), nullable=True),
        sa.Column("receiver", sa.String(length=128), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        sa.Column("county_reply_no", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["informant_id"], ["case_informant.id"], name=op.f("fk_case_feedback_informant_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_feedback_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_case_feedback_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_case_feedback_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_feedback")),
    )
    op.create_index("ix_case_feedback_case", "case_feedback", ["case_id"], unique=False)
    op.create_table(
        "resolution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("duty_person_id", sa.Integer(), nullable=True),
        sa.Column("lead_org_id", sa.Integer(), nullable=True),
        sa.Column("order_no", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=128), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("duty_post", sa.String(length=64), nullable=True),
        sa.Column("assist_orgs", sa.String(length=256), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'DRAFTED' OR (duty_person_id IS NOT NULL AND lead_org_id IS NOT NULL AND due_on IS NOT NULL AND number IS NOT NULL)",
            name=op.f("ck_resolution_complete_when_effective"),
        ),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"], ["agenda_item.id"], name=op.f("fk_resolution_agenda_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_resolution_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["duty_person_id"], ["person.id"], name=op.f("fk_resolution_duty_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_org_id"], ["org.id"], name=op.f("fk_resolution_lead_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "meeting_id"],
            ["meeting.township_id", "meeting.id"],
            name=op.f("fk_resolution_township_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_resolution_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.UniqueConstraint(
            "meeting_id", "order_no", name=op.f("uq_resolution_meeting_id_order_no")
        ),
    )
    op.create_index("ix_resolution_case", "resolution", ["case_id"], unique=False)
    op.create_index("ix_resolution_due", "resolution", ["township_id", "due_on"], unique=False)
    op.create_table(
        "supervision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("demand", sa.Text(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('NORMAL','YELLOW','RED')", name=op.f("ck_supervision_kind")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["person.id"], name=op.f("fk_supervision_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["case_clock.id"], name=op.f("fk_supervision_clock_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_supervision_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id", "case_id"],
            ["case_record.township_id", "case_record.id"],
            name=op.f("fk_supervision_township_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["township.id"], name=op.f("fk_supervision_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index("ix_supervision_case", "supervision", ["case_id"], unique=False)
    op.create_index(
        "uq_supervision_card",
        "supervision",
        ["clock_id", "kind"],
        unique=True,
        postgresql_where=sa.text("clock_id IS NOT NULL"),
    )

    op.execute(
        "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index(
        "uq_supervision_card",
        table_name="supervision",
        postgresql_where=sa.text("clock_id IS NOT NULL"),
    )
    op.drop_index("ix_supervision_case", table_name="supervision")
    op.drop_table("supervision")
    op.drop_index("ix_resolution_due", table_name="resolution")
    op.drop_index("ix_resolution_case", table_name="resolution")
    op.drop_table("resolution")
    op.drop_index("ix_case_feedback_case", table_name="case_feedback")
    op.drop_table("case_feedback")
    op.drop_index(
        "ix_notification_unread",
        table_name="notification",
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_table("notification")
    op.drop_index("ix_cooperation_case", table_name="cooperation")
    op.drop_table("cooperation")
    op.drop_index(
        "ix_case_text_search",
        table_name="case_text",
        postgresql_using="gin",
        postgresql_where=sa.text("NOT is_sensitive AND reported_at IS NOT NULL"),
    )
    op.drop_index("ix_case_text_recent", table_name="case_text")
    op.drop_table("case_text")
    op.drop_index("ix_case_result_case", table_name="case_result")
    op.drop_table("case_result")
    op.drop_index("ix_case_org_recent", table_name="case_org")
    op.drop_index("ix_case_org_open", table_name="case_org", postgresql_where=sa.text("is_open"))
    op.drop_table("case_org")
    op.drop_index("ix_case_informant_phone", table_name="case_informant")
    op.drop_index("ix_case_informant_case", table_name="case_informant")
    op.drop_table("case_informant")
    op.drop_index(
        "ix_case_clock_running",
        table_name="case_clock",
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_case_clock_due", table_name="case_clock")
    op.drop_table("case_clock")
    op.drop_index("ix_case_check_case", table_name="case_check")
    op.drop_table("case_check")
    op.drop_index("ix_attachment_subject", table_name="attachment")
    op.drop_index("ix_attachment_case", table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(
        "uq_assignment_listed", table_name="assignment", postgresql_where=sa.text("is_listed")
    )
    op.drop_index(
        "ix_assignment_platform_recent",
        table_name="assignment",
        postgresql_where=sa.text("is_listed"),
    )
    op.drop_index(
        "ix_assignment_platform_open",
        table_name="assignment",
        postgresql_where=sa.text("is_open AND is_listed"),
    )
    op.drop_table("assignment")
    op.drop_index("ix_agenda_item_meeting", table_name="agenda_item")
    op.drop_index("ix_agenda_item_case", table_name="agenda_item")
    op.drop_table("agenda_item")
    op.drop_table("minutes")
    op.drop_index("ix_case_village", table_name="case_record")
    op.drop_index(
        "ix_case_tick",
        table_name="case_record",
        postgresql_where=sa.text("next_tick_at IS NOT NULL"),
    )
    op.drop_index("ix_case_registrar", table_name="case_record")
    op.drop_index("ix_case_recent", table_name="case_record")
    op.drop_index(
        "ix_case_open_due",
        table_name="case_record",
        postgresql_include=[
            "platform",
            "level",
            "channel",
            "category_id",
            "village_id",
            "grid_id",
            "is_sensitive",
        ],
        postgresql_where=sa.text("is_open"),
    )
    op.drop_index("ix_case_grid", table_name="case_record")
    op.drop_index(
        "ix_case_closed",
        table_name="case_record",
        postgresql_include=[
            "category_id",
            "grid_id",
            "village_id",
            "outcome",
            "level",
            "channel",
            "platform",
            "is_sensitive",
            "closed_at",
        ],
        postgresql_where=sa.text("NOT is_open"),
    )
    op.drop_table("case_record")
    op.drop_table("attendance")
    op.drop_table("service_item")
    op.drop_index("ix_meeting_recent", table_name="meeting")
    op.drop_table("meeting")
    op.drop_table("rule_set")
    op.drop_index(op.f("ix_reset_code_user_id"), table_name="reset_code")
    op.drop_table("reset_code")
    op.drop_table("platform_org")
    op.drop_table("meeting_series")
    op.drop_index("ix_journal_subject", table_name="journal")
    op.drop_index("ix_journal_case", table_name="journal")
    op.drop_index("ix_journal_at", table_name="journal", postgresql_using="brin")
    op.drop_table("journal")
    op.drop_index("ix_holding_person", table_name="holding")
    op.drop_table("holding")
    op.drop_table("grid_village")
    op.drop_table("grid_member")
    op.drop_index("ix_document_subject", table_name="document")
    op.drop_index("ix_document_recent", table_name="document")
    op.drop_table("document")
    op.drop_table("category")
    op.drop_table("body_member")
    op.drop_table("account")
    op.drop_table("village")
    op.drop_table("post")
    op.drop_table("platform")
    op.drop_index(op.f("ix_person_phone_mark"), table_name="person")
    op.drop_table("person")
    op.drop_table("body")
    op.drop_index("idx_role_id", table_name="ab_permission_view_role")
    op.drop_index("idx_permission_view_id", table_name="ab_permission_view_role")
    op.drop_table("ab_permission_view_role")
    op.drop_table("seed_mark")
    op.drop_table("role_profile")
    op.drop_index("ix_role_limit_role", table_name="role_limit")
    op.drop_table("role_limit")
    op.drop_index(op.f("ix_password_history_user_id"), table_name="password_history")
    op.drop_table("password_history")
    op.drop_index("ix_org_path", table_name="org", postgresql_ops={"path": "text_pattern_ops"})
    op.drop_table("org")
    op.drop_table("number_counter")
    op.drop_table("journal_head")
    op.drop_table("grid")
    op.drop_table("config_version")
    op.drop_table("channel")
    op.drop_table("carrier_system")
    op.drop_table("calendar_day")
    op.drop_table("ab_user_role")
    op.drop_index("idx_user_id", table_name="ab_user_group")
    op.drop_index("idx_user_group_id", table_name="ab_user_group")
    op.drop_table("ab_user_group")
    op.drop_index("idx_view_menu_id", table_name="ab_permission_view")
    op.drop_index("idx_permission_id", table_name="ab_permission_view")
    op.drop_table("ab_permission_view")
    op.drop_index("idx_group_role_id", table_name="ab_group_role")
    op.drop_index("idx_group_id", table_name="ab_group_role")
    op.drop_table("ab_group_role")
    op.drop_index("idx_api_key_user_id", table_name="ab_api_key")
    op.drop_index("idx_api_key_prefix", table_name="ab_api_key")
    op.drop_index("idx_api_key_lookup_hash", table_name="ab_api_key")
    op.drop_table("ab_api_key")
    op.drop_table("township")
    op.drop_table("ab_view_menu")
    op.drop_table("ab_user")
    op.drop_table("ab_role")
    op.drop_table("ab_register_user")
    op.drop_table("ab_permission")
    op.drop_table("ab_group")
    op.execute("DROP FUNCTION search_tokens(int, text, bigint)")
    op.execute("DROP FUNCTION refuse_change()")
