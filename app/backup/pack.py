"""备份文件：gzip 压缩的 tar，可再加一层口令加密；边写边压，边读边核对，内存里只有一段."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Self

from app.backup.cipher import HEADER, SealedReader, SealingWriter, is_sealed
from app.backup.manifest import NAME, Manifest
from app.backup.trouble import BackupError, BackupRefused

LEVEL = 3
BUFFER = 1024 * 1024
GZIP = b"\x1f\x8b"
DAMAGED = "备份文件坏了或没有传完"


class Packer:
    """往备份里一件一件地放，记下各件的大小与哈希."""

    def __init__(self, out: IO[bytes], passphrase: str | None) -> None:
        self.members: dict[str, tuple[int, str]] = {}
        self._stack = ExitStack()
        inner: Any = out
        if passphrase is not None:
            inner = self._stack.enter_context(SealingWriter(out, passphrase))
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=inner, mtime=0)
        self._stack.enter_context(packed)
        self._tar = self._stack.enter_context(
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def put(self, name: str, content: bytes) -> None:
        """放一段内存里的内容."""
        self._add(name, len(content), io.BytesIO(content))

    def put_file(self, name: str, path: Path) -> None:
        """放一个文件."""
        with path.open("rb") as source:
            self._add(name, path.stat().st_size, source)

    def finish(self, manifest: Manifest) -> None:
        """最后放清单；清单自己不列在清单里."""
        self._add(NAME, len(content := manifest.to_json()), io.BytesIO(content))

    def _add(self, name: str, size: int, source: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(source)
        self._tar.addfile(info, hashed)
        self.members[name] = (size, hashed.digest.hexdigest())


class _Hashed:
    """读过去的同时算哈希."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """读一段."""
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def opened(path: Path, passphrase: str | None) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """打开一个备份，依次给出 (名字, 内容)；坏了、口令不对都说成一句话。Raises BackupError."""
    try:
        with path.open("rb") as raw, _plain(raw, path, passphrase) as packed:
            yield _members(packed)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupError(f"{path}：{DAMAGED}（{error}）") from None
    except FileNotFoundError as error:
        if error.filename != str(path):
            raise
        raise BackupRefused(f"没有 {path} 这个文件") from None


def _plain(raw: IO[bytes], path: Path, passphrase: str | None) -> IO[bytes]:
    head = raw.read(HEADER)
    raw.seek(0)
    if is_sealed(head):
        if passphrase is None:
            raise BackupRefused(f"{path} 加了口令：用 --passphrase-file 给出口令文件")
        unsealed = io.BufferedReader(SealedReader(raw, passphrase), BUFFER)  # type: ignore[type-var]
        return gzip.GzipFile(fileobj=unsealed)  # type: ignore[return-value]
    if not head.startswith(GZIP):
        raise BackupRefused(f"{path} 不是本产品的备份")
    return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]


def _members(packed: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None:
                raise BackupRefused(f"备份里有不该有的东西（{info.name}），不敢用")
            yield info.name, content
    # 读到底，压缩与加密的尾巴才核对得到
    while packed.read(BUFFER):
        pass


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """一段一段地读."""
    while piece := content.read(BUFFER):
        yield piece
