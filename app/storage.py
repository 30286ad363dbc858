"""文件存放：按内容哈希分层放在数据目录下，只读写自己的目录."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

_state: dict[str, Path] = {}


class Misplaced(ValueError):  # noqa: N818
    """路径跑出了存放目录."""


def configure(root: Path) -> None:
    """定下存放目录（``DATA_DIR`` 之下），没有就建（0700）."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    _state["root"] = root.resolve()


def root() -> Path:
    """存放目录。启动时没有定下的抛 RuntimeError."""
    try:
        return _state["root"]
    except KeyError:
        raise RuntimeError("存放目录还没有定下：先调用 app.storage.configure") from None


def put(content: bytes, kind: str, suffix: str) -> str:
    """存一份内容，返回相对路径 ``<kind>/<aa>/<sha256><suffix>``；同样的内容只存一份."""
    digest = hashlib.sha256(content).hexdigest()
    relative = f"{kind}/{digest[:2]}/{digest}{suffix}"
    target = path_of(relative)
    if target.exists():
        return relative
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)
    return relative


@contextmanager
def draft(suffix: str) -> Iterator[Path]:
    """一个临时文件，在存放目录里（收进来时只改名）；用完没有收的删去."""
    handle, name = tempfile.mkstemp(dir=root(), prefix=".new-", suffix=suffix)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def adopt(path: Path, kind: str, suffix: str) -> tuple[str, str, int]:
    """收进一个写好的临时文件（不整个读进内存），返回（相对路径, 哈希, 大小）."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    size = path.stat().st_size
    relative = f"{kind}/{digest[:2]}/{digest}{suffix}"
    target = path_of(relative)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)
    return relative, digest, size


def remove(relative: str) -> None:
    """删去一份到期的内容；早已不在的不算错."""
    path_of(relative).unlink(missing_ok=True)


def sweep_drafts(before: datetime) -> None:
    """写到一半没人收的（进程断了），早于此刻的删去."""
    for path in root().glob(".new-*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)


def path_of(relative: str) -> Path:
    """相对路径对应的文件。Raises Misplaced."""
    found = (root() / relative).resolve()
    if not found.is_relative_to(root()):
        raise Misplaced(relative)
    return found


def read(relative: str) -> bytes:
    """读出内容；文件不在抛 FileNotFoundError."""
    return path_of(relative).read_bytes()
