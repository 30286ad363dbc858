"""由备份恢复：先核对再动手，只装进空的库与空的数据目录，装完逐表数一遍."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app import migrate
from app.backup import postgres
from app.backup.check import verify
from app.backup.loading import Loading
from app.backup.manifest import DATABASE, DEMO, FILES, KEY_NAMES, KEYS, Manifest, key_mark
from app.backup.pack import opened, pieces
from app.backup.postgres import Server
from app.backup.trouble import BackupError, BackupRefused
from app.pg_roles import grant_app, role_of

STAGED = "files.restoring"
REPLACED = ".replaced"
LOCK = "serve.lock"
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Target:
    """恢复到哪里；``keys`` 是此刻在用的密钥，``fixed`` 是由环境变量给的那几把."""

    app_url: str
    owner_url: str
    data_dir: Path
    keys: Mapping[str, str]
    fixed: frozenset[str] = frozenset()

    @property
    def files(self) -> Path:
        """附件与文书的存放目录."""
        return self.data_dir / "files"


@dataclass(frozen=True, slots=True)
class Restored:
    """恢复的结果：清单、恢复后的密钥、由哪版升到哪版."""

    manifest: Manifest
    keys: Mapping[str, str]
    revision: str


def restore_backup(
    path: Path, target: Target, *, passphrase: str | None = None, say: Say = lambda _: None
) -> Restored:
    """恢复；目标不空、版本太新、密钥不合都不动手。Raises BackupError."""
    say("正在核对备份……")
    manifest = verify(path, passphrase=passphrase)
    with _alone(target):
        server = Server.at(target.owner_url)
        _check_target(target, server, manifest)
        staged = _staged(target)
        try:
            keys = _load(path, target, Loading(server, manifest.client), passphrase, say)
            _check_counts(server, manifest)
            _place(staged, target.files)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        _keep_keys(target, keys)
        if manifest.is_demo:
            (target.data_dir / DEMO).write_text("done")
        say("正在升到本程序的版本、授权……")
        migrate.upgrade(target.owner_url)
        _settle(target)
    return Restored(manifest, {**target.keys, **keys}, migrate.head())


@contextmanager
def _alone(target: Target) -> Iterator[None]:
    """占住数据目录：这时起不了网页与任务."""
    target.data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target.data_dir / LOCK, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupRefused(f"{target.data_dir} 正在运行：先停下来再恢复") from None
    finally:
        os.close(descriptor)


def _check_target(target: Target, server: Server, manifest: Manifest) -> None:
    """目标是空的，版本与密钥也合。Raises BackupRefused."""
    with postgres.connected(target.owner_url) as connection:
        if postgres.tables(connection):
            raise BackupRefused(
                "这个数据库里已经有数据，恢复只往空库里装：换一个空的 DATA_DIR 或空库"
            )
    if any(one.is_file() for one in target.files.rglob("*")):
        raise BackupRefused(
            f"{target.files} 里已经有文件，恢复只往空的数据目录里装：换一个 DATA_DIR"
        )
    if not migrate.knows(manifest.revision):
        raise BackupRefused(
            f"备份是更新的程序做的（{manifest.product}，迁移 {manifest.revision}）："
            "先把程序升到那一版再恢复"
        )
    if server.major < manifest.server:
        raise BackupRefused(
            f"备份来自 PostgreSQL {manifest.server}，这里是 {server.major}：换同样或更新的服务器"
        )
    _check_field_key(target, manifest)


def _check_field_key(target: Target, manifest: Manifest) -> None:
    same = key_mark(target.keys["field_key"]) == manifest.field_key_mark
    if same or (manifest.has_keys and "field_key" not in target.fixed):
        return
    if manifest.has_keys:
        raise BackupRefused("环境变量 FIELD_KEY 与备份里的字段密钥不同：去掉它，或改成原来的那一把")
    raise BackupRefused(
        "这份备份没有带密钥，现在的字段密钥也不是原来那一把：把原来的 field_key 放进"
        f" {target.data_dir}，或设 FIELD_KEY，再恢复"
    )


def _staged(target: Target) -> Path:
    folder = target.data_dir / STAGED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _load(
    path: Path, target: Target, loading: Loading, passphrase: str | None, say: Say
) -> dict[str, str]:
    """读一遍：文件放到一旁，库装进去，返回密钥。文件在前，库装成了文件也已备好."""
    keys: dict[str, str] = {}
    folder = target.data_dir / STAGED
    say("正在装文件与数据库……")
    with opened(path, passphrase) as members, loading:
        for name, content in members:
            if name.startswith(DATABASE):
                for piece in pieces(content):
                    loading.write(piece)
            elif name.startswith(FILES):
                _write_file(folder / name.removeprefix(FILES), pieces(content))
            elif name.startswith(KEYS):
                keys[name.removeprefix(KEYS)] = content.read().decode()
        loading.finish()
    return keys


def _write_file(path: Path, content: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in content:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _check_counts(server: Server, manifest: Manifest) -> None:
    with postgres.connected(server.url) as connection:
        found = postgres.counts(connection)
    wrong = [
        f"{name}（{found.get(name)}，应为 {wanted}）"
        for name, wanted in manifest.counts.items()
        if found.get(name) != wanted
    ]
    if wrong:
        raise BackupError("装进去的行数与清单不符：" + "、".join(wrong[:10]))


def _place(staged: Path, files: Path) -> None:
    """放到一旁的文件换上正式的位置（原来的是空的）."""
    if files.exists():
        shutil.rmtree(files)
    staged.rename(files)


def _keep_keys(target: Target, keys: Mapping[str, str]) -> None:
    """密钥写进数据目录（0600）；原来有不同的挪到一边，不抹掉."""
    for name in KEY_NAMES:
        if name not in keys or name in target.fixed:
            continue
        path = target.data_dir / name
        if path.exists() and path.read_text().strip() != keys[name]:
            path.replace(path.with_name(path.name + REPLACED))
        if not path.exists():
            _write_file(path, iter([keys[name].encode()]))


def _settle(target: Target) -> None:
    """应用角色的授权、做到一半的任务、统计信息；都可重复."""
    with postgres.connected(target.owner_url) as connection:
        if role_of(target.owner_url) != role_of(target.app_url):
            for statement in grant_app(role_of(target.app_url)):
                connection.execute(statement.encode())
        _requeue(connection)
    with postgres.connected(target.owner_url) as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")


def _requeue(connection: psycopg.Connection[Any]) -> None:
    """备份那一刻正在做的任务没有人接着做：重新排队；定时的到点自会再来."""
    connection.execute("DELETE FROM procrastinate_workers")
    connection.execute(
        "UPDATE procrastinate_jobs SET status = 'todo'"
        " WHERE status = 'doing' AND queueing_lock IS NULL"
    )
