"""任务队列：用已装版本自带的脚本建表."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DROP = """
DO $f$
DECLARE r record;
BEGIN
  FOR r IN SELECT c.oid::regclass AS name FROM pg_class c
           WHERE c.relkind IN ('r') AND c.relname LIKE 'procrastinate\\_%'
             AND c.relnamespace = current_schema()::regnamespace LOOP
    EXECUTE format('DROP TABLE %s CASCADE', r.name);
  END LOOP;
  FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p
           WHERE p.proname LIKE 'procrastinate\\_%'
             AND p.pronamespace = current_schema()::regnamespace LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', r.name);
  END LOOP;
  FOR r IN SELECT t.oid::regtype AS name FROM pg_type t
           WHERE t.typname LIKE 'procrastinate\\_%' AND t.typtype IN ('e', 'c')
             AND t.typnamespace = current_schema()::regnamespace LOOP
    EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', r.name);
  END LOOP;
END $f$
"""


def _run(sql: str) -> None:
    """整段执行，不解析百分号（脚本自带的文字不能当占位符）."""
    raw = op.get_bind().connection.dbapi_connection
    with raw.cursor() as cursor:  # type: ignore[union-attr]
        cursor.execute(sql)


def upgrade() -> None:
    _run(SchemaManager.get_schema())


def downgrade() -> None:
    _run(DROP)
