"""做一份备份：定住一刻，先收文件再收库，收完自己核对一遍，成了才换上正式的名字."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from psycopg import sql

from app.backup import postgres
from app.backup.check import verify
from app.backup.manifest import DATABASE, DEMO, FILES, KEYS, Manifest, key_mark, product_version
from app.backup.pack import Packer
from app.backup.postgres import Server
from app.backup.trouble import BackupError, BackupRefused

_STORED = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name ~ '(^|_)path$' AND character_maximum_length = 200
"""
"""库里记着存放目录中文件的各列：都叫 path 或 …_path，长 200（测试守着）."""
DRAFT = ".partial-"
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Source:
    """备份什么：库（应用角色就够）、数据目录、两把密钥；``with_keys`` 假为不带密钥."""

    url: str
    data_dir: Path
    secret_key: str
    field_key: str
    with_keys: bool = True

    @property
    def files(self) -> Path:
        """附件与文书的存放目录."""
        return self.data_dir / "files"

    @property
    def demo(self) -> Path:
        """演示数据的记号."""
        return self.data_dir / DEMO


def make_backup(
    source: Source,
    target: Path,
    *,
    now: datetime,
    passphrase: str | None = None,
    force: bool = False,
    say: Say = lambda _: None,
) -> Manifest:
    """备份到 ``target``（0600）；已有同名的不覆盖，除非 ``force``。Raises BackupError."""
    target = Path(os.path.abspath(target))  # noqa: PTH100 - 不解开符号链接
    if target.exists() and not force:
        raise BackupRefused(f"{target} 已经有了；换一个名字，或加 --force 覆盖")
    if not target.parent.is_dir():
        raise BackupRefused(f"没有 {target.parent} 这个文件夹")
    with _draft(target) as (draft, out):
        manifest = _write(source, out, passphrase, now, say)
        out.flush()
        os.fsync(out.fileno())
        say("写完了，正在核对……")
        if verify(draft, passphrase=passphrase) != manifest:
            raise BackupError("写下的与要写的不一样，没有留下这份备份")
        _install(draft, target, force=force)
    return manifest


@contextmanager
def _draft(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    draft = target.with_name(f"{DRAFT}{secrets.token_hex(6)}-{target.name}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                yield draft, out
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"写不了备份 {target}：{error.strerror or error}") from None


def _install(draft: Path, target: Path, *, force: bool) -> None:
    if force:
        draft.replace(target)
    else:
        try:
            target.hardlink_to(draft)
        except FileExistsError:
            raise BackupRefused(f"{target} 刚刚有了；换一个名字，或加 --force 覆盖") from None
        except OSError:  # 有的文件系统没有硬链接
            draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(
    source: Source, out: IO[bytes], passphrase: str | None, now: datetime, say: Say
) -> Manifest:
    server = Server.at(source.url)
    with postgres.snapshot(source.url) as (connection, number), Packer(out, passphrase) as pack:
        facts = _facts(connection)
        wanted = _stored(connection)
        missing = _put_files(pack, source.files, wanted)
        say(f"附件与文书 {len(pack.members)} 个")
        _put_database(pack, server, number)
        if source.with_keys:
            pack.put(f"{KEYS}secret_key", source.secret_key.encode())
            pack.put(f"{KEYS}field_key", source.field_key.encode())
        if source.demo.exists():
            pack.put_file(DEMO, source.demo)
        manifest = Manifest(
            product=product_version(),
            taken_at=now.isoformat(),
            server=server.major,
            client=postgres.major_of(postgres.program("pg_dump", server.major)),
            field_key_mark=key_mark(source.field_key),
            has_keys=source.with_keys,
            is_demo=source.demo.exists(),
            members=dict(pack.members),
            missing=tuple(sorted(missing)),
            **facts,
        )
        pack.finish(manifest)
    return manifest


def _facts(connection: Any) -> dict[str, Any]:
    """这一刻库里的样子：迁移到哪版、哪几个乡、各表几行."""
    found = postgres.counts(connection)
    if "alembic_version" not in found or "township" not in found:
        raise BackupRefused("这个库还没有装过本产品，没有什么可备份")
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    names = connection.execute("SELECT name FROM township ORDER BY id").fetchall()
    return {
        "revision": revision[0],
        "townships": tuple(name for (name,) in names),
        "counts": found,
    }


def _stored(connection: Any) -> set[str]:
    """库里记着的文件（相对存放目录的路径）."""
    found: set[str] = set()
    for table, column in connection.execute(_STORED).fetchall():
        query = sql.SQL("SELECT {0} FROM public.{1} WHERE {0} IS NOT NULL")
        rows = connection.execute(query.format(sql.Identifier(column), sql.Identifier(table)))
        found |= {path for (path,) in rows}
    return found


def _put_files(pack: Packer, folder: Path, wanted: set[str]) -> set[str]:
    """收下全部文件：内容不改，此刻记着的都已写成。返回记着却没有的（包括刚刚到期删去的）."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            relative = path.relative_to(folder).as_posix()
            with suppress(FileNotFoundError):
                pack.put_file(FILES + relative, path)
                wanted.discard(relative)
    return wanted


def _put_database(pack: Packer, server: Server, number: str) -> None:
    for index, piece in enumerate(postgres.dump(server, number)):
        pack.put(f"{DATABASE}{index:06d}", piece)
