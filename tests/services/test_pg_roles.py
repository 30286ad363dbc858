"""数据库角色与授权：应用角色改不了日志."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from app.pg import Cluster, ClusterError, Urls, grant_app, role_of, urls_for
from config import Settings
from tests.support_pg import connect


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("pg"), fsync=False) as one:
        assert one.ensure_database("grants") is True
        yield one
        one.destroy()


def owner(cluster: Cluster) -> psycopg.Connection:
    return connect(cluster.owner_url("grants"))


def test_it_sorts_and_lowers_as_builtin_c_utf8_does(cluster):
    with owner(cluster) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding), lower('Ä')"
            " FROM pg_database WHERE datname = 'grants'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "UTF8", "ä")


def test_neither_role_is_a_superuser(cluster):
    with owner(cluster) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'township%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("township_app", False, False, False),
        ("township_owner", False, False, False),
    ]


def test_the_application_can_work_but_not_change_the_journal(cluster):
    assert cluster.ensure_database("grants") is False
    before = "CREATE TABLE {} (id serial PRIMARY KEY, word text)"
    with owner(cluster) as connection:
        for statement in grant_app():
            connection.execute(statement)
        for table in ("journal", "journal_head", "alembic_version", "note"):
            connection.execute(before.format(table))
        for _ in range(2):
            for statement in grant_app():
                connection.execute(statement)
        connection.execute(before.format("later"))
        connection.execute("INSERT INTO alembic_version (word) VALUES ('0001')")

    deeds = {
        table: {
            verb: _allowed(cluster, statement.format(table))
            for verb, statement in {
                "insert": "INSERT INTO {} (word) VALUES ('字')",
                "select": "SELECT * FROM {}",
                "update": "UPDATE {} SET word = ''",
                "delete": "DELETE FROM {}",
                "truncate": "TRUNCATE {}",
            }.items()
        }
        for table in ("journal", "journal_head", "alembic_version", "note", "later")
    }
    can = {table: [verb for verb, ok in verbs.items() if ok] for table, verbs in deeds.items()}
    assert can == {
        "journal": ["insert", "select"],
        "journal_head": ["insert", "select", "update"],
        "alembic_version": ["select"],
        "note": ["insert", "select", "update", "delete"],
        "later": ["insert", "select", "update", "delete"],
    }


def _allowed(cluster: Cluster, statement: str) -> bool:
    with connect(cluster.app_url("grants")) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True


def test_a_given_database_is_used_as_it_is(tmp_path):
    given = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://app%40x:pw@db/town",
        "DATABASE_OWNER_URL": "postgres://boss:pw@db/town",
    }
    urls = urls_for(Settings.from_env(given))
    assert urls == Urls(
        "postgresql+psycopg://app%40x:pw@db/town", "postgresql+psycopg://boss:pw@db/town"
    )
    assert role_of(urls.app) == "app@x"
    del given["DATABASE_OWNER_URL"]
    with pytest.raises(ClusterError, match="DATABASE_OWNER_URL"):
        _ = urls_for(Settings.from_env(given)).owner
