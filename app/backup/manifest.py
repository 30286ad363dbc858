"""清单：备份里有什么、哪一版、哪一刻，各成员的大小与哈希；写在备份的最后一个成员里."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from app.backup.trouble import BackupRefused
from app.env import ROOT

FORMAT = 1
NAME = "manifest.json"
DATABASE = "database/"
FILES = "files/"
KEYS = "keys/"
KEY_NAMES = ("secret_key", "field_key")
DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Manifest:
    """备份的清单（manifest）.

       ``revision`` 是迁移到哪一版；``server``、``client`` 是数据库与 pg_dump 的大版本；
    ``counts`` 是各表的行数；``members`` 是成员 → (字节数, SHA-256)；
       ``field_key_mark`` 认得出是哪一把字段密钥，由它推不回密钥；``missing`` 是库里记着、存放目录里
       却没有的文件。
    """

    product: str
    revision: str
    taken_at: str
    townships: tuple[str, ...]
    server: int
    client: int
    field_key_mark: str
    has_keys: bool
    is_demo: bool
    counts: Mapping[str, int]
    members: Mapping[str, tuple[int, str]]
    missing: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def to_json(self) -> bytes:
        """写成文字."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """读回来。Raises BackupRefused（不是清单，或格式比程序新）."""
        try:
            given: dict[str, Any] = json.loads(content)
            kind = int(given["format"])
        except (ValueError, KeyError, TypeError):
            raise BackupRefused("备份的清单读不懂，这不是本产品的备份") from None
        if kind > FORMAT:
            raise BackupRefused(f"备份的格式是第 {kind} 版，这里只认到第 {FORMAT} 版：先升级程序")
        known = {one.name for one in fields(cls)}
        if set(given) != known:
            raise BackupRefused("备份的清单缺项或多项，这不是本产品的备份")
        members = {name: (int(size), str(mark)) for name, (size, mark) in given["members"].items()}
        given |= {"townships": tuple(given["townships"]), "missing": tuple(given["missing"])}
        return cls(**{**given, "members": members})

    @property
    def files(self) -> int:
        """附件与文书几个."""
        return sum(name.startswith(FILES) for name in self.members)

    @property
    def bytes(self) -> int:
        """各成员一共几字节（压缩之前）."""
        return sum(size for size, _ in self.members.values())


def key_mark(field_key: str) -> str:
    """认密钥用的记号；密钥是 32 个随机字节，由记号推不回去."""
    return hashlib.sha256(b"field-key:" + field_key.encode()).hexdigest()[:16]


def product_version() -> str:
    """产品的版本."""
    try:
        return version("four-platforms")
    except PackageNotFoundError:
        lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        return next(x.split('"')[1] for x in lines if x.startswith("version ="))
