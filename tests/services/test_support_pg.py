"""测试自己的数据库：内置的与别处的服务器都要行."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from app.pg import Cluster
from tests import support_pg


def migrate(owner_url: str) -> None:
    with support_pg.connect(owner_url) as connection:
        connection.execute("CREATE TABLE journal (word text)")
        connection.execute("INSERT INTO journal VALUES ('塔石')")


def _walk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(support_pg.RUN, str(folder))
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    folder.mkdir()
    first = support_pg.worker_database(migrate)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    second = support_pg.worker_database(lambda _: pytest.fail("模板只做一次"))
    assert first != second
    for urls in (first, second):
        with support_pg.connect(urls.app) as connection:
            assert connection.execute("SELECT word FROM journal").fetchall() == [("塔石",)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM journal")
    support_pg.end()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        support_pg.connect(first.app)


def test_each_worker_gets_its_own_copy_of_the_template(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    _walk(tmp_path / "run", monkeypatch)


def test_a_given_server_is_used_and_left_as_it_was(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with Cluster(tmp_path / "pg", fsync=False) as server:
        with psycopg.connect(
            host="127.0.0.1",
            port=server.port,
            user="postgres",
            dbname="postgres",
            password=server._record["superuser"],
            autocommit=True,
        ) as connection:
            connection.execute("CREATE ROLE dba LOGIN CREATEDB CREATEROLE PASSWORD 'dba'")
            counts = "SELECT (SELECT count(*) FROM pg_roles), (SELECT count(*) FROM pg_database)"
            before = connection.execute(counts).fetchone()
            url = f"postgresql://dba:dba@127.0.0.1:{server.port}/postgres"
            monkeypatch.setenv("DATABASE_URL", url)
            _walk(tmp_path / "run", monkeypatch)
            assert connection.execute(counts).fetchone() == before
        server.destroy()
