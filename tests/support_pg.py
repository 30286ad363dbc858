"""测试用的数据库：一次测试一套服务器，先做好一个模板库，每个 xdist 进程克隆一个.

平时用内置的 PostgreSQL（不 fsync，用完即删）；给了 ``DATABASE_URL`` 就用那台服务器，
其角色须能建库、建角色（``DATABASE_OWNER_URL`` 若也给了，用它）。
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from app.env import database
from app.pg import Cluster, Urls, grant_app, role_of

RUN = "TOWNSHIP_TEST_RUN"  # 本次测试的公用文件夹，由主进程建，xdist 的进程从环境里得知
TEMPLATE = "template"


class Server(Protocol):
    """测试要用的服务器：建空库、克隆、说出地址、全部清掉."""

    def create(self, name: str) -> None:
        """建一个空库."""

    def clone(self, name: str, template: str) -> None:
        """由模板库克隆一个库；有同名的先删去."""

    def urls(self, name: str) -> Urls:
        """某个库的两个地址."""

    def clear(self) -> None:
        """删去测试建的一切."""


class Embedded:
    """内置的 PostgreSQL，用完即删."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(folder / "pg", fsync=False)

    def create(self, name: str) -> None:
        """建一个空库."""
        self.cluster.start()
        self.cluster.ensure_database(name)

    def clone(self, name: str, template: str) -> None:
        """由模板库克隆一个库；有同名的先删去."""
        self.cluster.start()
        self.cluster.drop(name)
        self.cluster.create_from_template(name, template)

    def urls(self, name: str) -> Urls:
        """某个库的两个地址."""
        self.cluster.start()
        return Urls(self.cluster.app_url(name), self.cluster.owner_url(name))

    def clear(self) -> None:
        """停服务器并删去数据."""
        if (self.cluster.data_dir / "database.json").exists():
            self.cluster.destroy()


class External:
    """别处的服务器：测试自建两个角色与若干库，名字里有一段随机字，用完删去."""

    def __init__(self, folder: Path, admin_url: str) -> None:
        self.admin = make_url(admin_url)
        self.record = folder / "external.json"

    def create(self, name: str) -> None:
        """建一个空库，头一次先建两个角色."""
        token = secrets.token_hex(4)
        names = self._names() or {
            "prefix": f"township_test_{token}",
            "password": secrets.token_urlsafe(24),
        }
        with self._connect() as connection:
            if not self.record.exists():
                self.record.write_text(json.dumps(names))
                for role in ("owner", "app"):
                    self._make_role(connection, f"{names['prefix']}_{role}", names["password"])
            query = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
            owner = sql.Identifier(f"{names['prefix']}_owner")
            connection.execute(query.format(self._database(name), owner))
        with connect(self.urls(name).owner) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")

    def clone(self, name: str, template: str) -> None:
        """由模板库克隆一个库；有同名的先删去."""
        owner = sql.Identifier(f"{self._names()['prefix']}_owner")
        names = (self._database(name), owner, self._database(template))
        with self._connect() as connection:
            self._drop(connection, self._database(name))
            query = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
            connection.execute(query.format(*names))

    def urls(self, name: str) -> Urls:
        """某个库的两个地址."""
        names = self._names()
        app, owner = (
            self.admin.set(
                username=f"{names['prefix']}_{role}",
                password=names["password"],
                database=f"{names['prefix']}_{name}",
            ).render_as_string(hide_password=False)
            for role in ("app", "owner")
        )
        return Urls(app, owner)

    def clear(self) -> None:
        """删去测试建的库与角色."""
        prefix = self._names().get("prefix")
        if prefix is None:
            return
        like = prefix.replace("_", r"\_") + r"\_%"
        with self._connect() as connection:
            query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            for (name,) in connection.execute(query, [like]).fetchall():
                self._drop(connection, sql.Identifier(name))
            for role in ("app", "owner"):
                query = sql.SQL("DROP ROLE IF EXISTS {}")
                connection.execute(query.format(sql.Identifier(f"{prefix}_{role}")))

    def _names(self) -> dict[str, str]:
        return json.loads(self.record.read_text()) if self.record.exists() else {}

    def _database(self, name: str) -> sql.Identifier:
        return sql.Identifier(f"{self._names()['prefix']}_{name}")

    def _connect(self) -> psycopg.Connection:
        return connect(self.admin.render_as_string(hide_password=False))

    @staticmethod
    def _drop(connection: psycopg.Connection, name: sql.Identifier) -> None:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    @staticmethod
    def _make_role(connection: psycopg.Connection, name: str, password: str) -> None:
        role = sql.Identifier(name)
        query = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(query.format(role, sql.Literal(password)))
        # 非超级用户要先是某角色的成员，才能建归它所有的库
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))


def begin() -> None:
    """主进程开始时：备好公用文件夹，清掉上次被强杀而留下的."""
    root = Path(tempfile.gettempdir())
    for left in root.glob("township-test-*"):
        # 同时开始的另一次测试可能正在清它
        with suppress(FileNotFoundError):
            if left.stat().st_uid == os.geteuid() and not _controller_lives(left):
                _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=f"township-test-{os.getpid()}-"))
    os.environ[RUN] = str(folder)


def end() -> None:
    """主进程结束时：停服务器，删去数据."""
    folder = os.environ.pop(RUN, None)
    if folder:
        _clear(Path(folder))


def worker_database(migrate: Callable[[str], None], purpose: str = "test") -> Urls:
    """本进程自己的库：由迁移好的模板库克隆；``migrate`` 得到模板库的库主地址.

    每个进程在会话级夹具里调一次；要真的提交的（浏览器）另取 ``purpose``，另得一个库。模板只由
    先到的进程做一次；授权在迁移之后由这里做。
    """
    folder = Path(os.environ[RUN])
    server = _server(folder)
    with _gate(folder):
        if not (folder / "migrated").exists():
            server.create(TEMPLATE)
            urls = server.urls(TEMPLATE)
            migrate(urls.owner)
            _grant(urls)
            (folder / "migrated").touch()
    name = f"{purpose}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(name, TEMPLATE)
    return server.urls(name)


def connect(url: str) -> psycopg.Connection:
    """以 SQLAlchemy 地址直接连上，一句一提交."""
    return psycopg.connect(_libpq(url), autocommit=True)


def _server(folder: Path) -> Server:
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    url = database(given or "")
    return External(folder, url) if url else Embedded(folder)


def _grant(urls: Urls) -> None:
    with psycopg.connect(_libpq(urls.owner)) as connection:
        for statement in grant_app(role_of(urls.app)):
            connection.execute(statement)


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    with (folder / "gate").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _controller_lives(folder: Path) -> bool:
    try:
        os.kill(int(folder.name.split("-")[2]), 0)
    except (OSError, ValueError):
        return False
    return True


def _clear(folder: Path) -> None:
    # 上次用的未必与这次是同一种服务器
    Embedded(folder).clear()
    server = _server(folder)
    if isinstance(server, External):
        server.clear()
    shutil.rmtree(folder, ignore_errors=True)
