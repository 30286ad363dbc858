"""迁移：只有一个头，与模型没有差别，退到底再升上来还是原样；日志改不了."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from app import migrate
from tests import support_pg

KEPT = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
SHAPE = """
SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def fresh(urls: Any) -> Iterator[str]:
    """另一个空库，由库主迁移；用完删去."""
    folder = Path(os.environ[support_pg.RUN])
    server = support_pg._server(folder)
    name = f"migrations_{secrets.token_hex(4)}"
    server.create(name)
    yield server.urls(name).owner
    with support_pg.connect(urls.owner) as connection:
        database = psycopg.sql.Identifier(_database(server.urls(name).owner))
        connection.execute(
            psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database)
        )


def _database(url: str) -> str:
    return url.rsplit("/", 1)[1].partition("?")[0]


def shape(url: str) -> dict[str, list[Any]]:
    """库的样子：表、列、约束、索引、触发器."""
    with support_pg.connect(url) as connection:
        return {
            name: connection.execute(query).fetchall()
            for name, query in (
                ("tables", KEPT),
                ("columns", SHAPE),
                ("constraints", CONSTRAINTS),
                ("indexes", INDEXES),
                ("triggers", TRIGGERS),
            )
        }


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrate.HERE).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def test_there_is_one_head_and_one_line_of_versions():
    found = scripts()
    assert len(found.get_heads()) == 1
    assert len(found.get_bases()) == 1
    assert all(not script.is_branch_point for script in found.walk_revisions())


def test_versions_are_numbered_in_order_and_say_what_they_change():
    names = sorted(path.stem for path in (migrate.HERE / "versions").glob("*.py"))
    numbers = [name.split("_")[0] for name in names]
    assert numbers == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all(len(name.split("_", 1)) == 2 for name in names)


def test_the_models_and_the_migrations_describe_the_same_database(urls):
    assert migrate.drift(urls.owner) == []


def test_down_to_nothing_and_up_again_gives_the_same_database(fresh):
    migrate.upgrade(fresh)
    first = shape(fresh)
    assert migrate.drift(fresh) == []
    migrate.downgrade(fresh, "base")
    left = {row[0] for row in shape(fresh)["tables"]}
    assert left <= {"alembic_version"}
    migrate.upgrade(fresh)
    assert shape(fresh) == first


def test_going_up_twice_changes_nothing(fresh):
    migrate.upgrade(fresh)
    first = shape(fresh)
    migrate.upgrade(fresh)
    assert shape(fresh) == first


def test_the_application_can_add_to_the_journal_but_not_change_it(urls):
    with support_pg.connect(urls.app) as connection:
        for statement in (
            "UPDATE journal SET action = 'x'",
            "DELETE FROM journal",
            "TRUNCATE journal",
            "DROP TABLE journal",
            "ALTER TABLE journal DISABLE TRIGGER ALL",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
