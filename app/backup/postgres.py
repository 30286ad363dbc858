"""数据库进出：用 PostgreSQL 自己的 pg_dump 与 pg_restore，一进一出都是流."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from app import pg_home
from app.backup.trouble import BackupError

CHUNK = 16 * 1024 * 1024
_DUMP = (
    "--format=custom --compress=0 --no-owner --no-privileges --no-comments"
    " --no-publications --no-subscriptions --no-security-labels --encoding=UTF8"
    " --lock-wait-timeout=30s --no-password"
)
_UNBOUND = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Server:
    """一个库：怎么连，服务器是哪个大版本."""

    url: str
    major: int

    @classmethod
    def at(cls, url: str) -> Server:
        """由 SQLAlchemy 地址连一下看是哪一版。Raises BackupError."""
        with connected(url) as connection:
            return cls(url, connection.info.server_version // 10_000)

    @property
    def where(self) -> list[str]:
        """给客户端程序的连接参数；口令不写在命令行上."""
        plain = make_url(self.url).set(drivername="postgresql", password=None)
        return [f"--dbname={plain.render_as_string(hide_password=False)}"]

    @property
    def environ(self) -> dict[str, str]:
        """给客户端程序的环境."""
        password = make_url(self.url).password
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        options = f"{_UNBOUND} -c maintenance_work_mem=256MB"
        return {**kept, "PGPASSWORD": str(password or ""), "PGOPTIONS": options, "LC_ALL": "C"}


def program(name: str, least: int) -> str:
    """合用的客户端程序：大版本恰为 ``least`` 的优先，没有就用更新的里最旧的。Raises BackupError."""
    found = [(major_of(path), path) for path in _candidates(name)]
    fit = [one for one in found if one[0] >= least]
    if not fit:
        raise BackupError(f"没有 PostgreSQL {least} 以上的 {name}：请装好它的客户端")
    return min(fit)[1]


def _candidates(name: str) -> list[str]:
    found = [shutil.which(name)]
    found += [str(one) for one in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    with suppress(pg_home.ClusterError):
        found.append(str(pg_home.wheel_programs() / name))
    return [one for one in found if one and os.access(one, os.X_OK)]


def major_of(path: str) -> int:
    """一个客户端程序的大版本；问不出为 0."""
    said = subprocess.run(  # noqa: S603
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """以 SQLAlchemy 地址直接连上，语句不限时。Raises BackupError（连不上）."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(plain, connect_timeout=10, options=_UNBOUND)
    except psycopg.OperationalError as error:
        raise BackupError(f"连不上数据库：{error}") from None
    with connection:
        yield connection


@contextmanager
def snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """定住一刻：给出连接与快照号，别的连接凭号看到同一刻."""
    with connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]
        connection.rollback()


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """全部表."""
    return [name for (name,) in connection.execute(_TABLES).fetchall()]


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """各表的行数."""
    found = {}
    for name in tables(connection):
        query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))
        row = connection.execute(query).fetchone()
        found[name] = row[0] if row else 0
    return found


def dump(server: Server, snapshot_id: str) -> Iterator[bytes]:
    """这一刻的整个库，一段一段。Raises BackupError."""
    argv = [
        program("pg_dump", server.major),
        *server.where,
        *_DUMP.split(),
        f"--snapshot={snapshot_id}",
    ]
    with subprocess.Popen(  # noqa: S603
        argv, env=server.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            while piece := process.stdout.read(CHUNK):
                yield piece
            said = process.stderr.read().decode(errors="replace")
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise BackupError("pg_dump 没有做成：" + said.strip()[-1000:])


def listed(head: bytes, client: int) -> set[str]:
    """由导出的开头读出里面有哪些表的数据；``client`` 是做导出的程序的大版本。Raises BackupError."""
    done = subprocess.run(  # noqa: S603
        [program("pg_restore", client), "--list"],
        input=head,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise BackupError("数据库的导出读不懂：" + done.stderr.decode(errors="replace")[-500:])
    text = done.stdout.decode(errors="replace")
    return set(re.findall(r"^\d+; \d+ \d+ TABLE DATA public (\S+)", text, re.MULTILINE))
