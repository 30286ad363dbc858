"""核对一份备份：读到底，各成员的大小与哈希都要与清单相同，一件不多一件不少."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from app.backup import postgres
from app.backup.manifest import DATABASE, DEMO, FILES, KEY_NAMES, KEYS, NAME, Manifest
from app.backup.pack import opened, pieces
from app.backup.trouble import BackupError, BackupRefused

_SAFE = re.compile(r"[A-Za-z0-9_\-]+(/[A-Za-z0-9_\-]+)*/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*")
HEAD = DATABASE + "000000"
LONGEST_HEAD = 16 * 1024 * 1024


def verify(path: Path, *, passphrase: str | None = None) -> Manifest:
    """核对，返回清单。Raises BackupError（坏了、缺了、多了、被改了、读不懂）."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    head = b""
    with opened(path, passphrase) as members:
        for name, content in members:
            if manifest is not None or name in seen:
                raise BackupRefused(f"备份里的次序不对（{name}），不敢用")
            if name == NAME:
                manifest = Manifest.from_json(content.read())
                continue
            check_name(name)
            digest, size = hashlib.sha256(), 0
            for piece in pieces(content):
                digest.update(piece)
                size += len(piece)
                if name == HEAD and len(head) < LONGEST_HEAD:
                    head += piece
            seen[name] = (size, digest.hexdigest())
    if manifest is None:
        raise BackupError(f"{path} 没有写完：末尾没有清单")
    _compare(manifest, seen)
    _check_dump(manifest, head)
    return manifest


def check_name(name: str) -> None:
    """成员的名字只能是我们写的那几种；文件的名字跑不出存放目录。Raises BackupRefused."""
    known = name == DEMO or name in {f"{KEYS}{key}" for key in KEY_NAMES}
    if not known and not (name.startswith((DATABASE, FILES)) and _SAFE.fullmatch(name)):
        raise BackupRefused(f"备份里有不该有的东西（{name}），不敢用")


def _compare(manifest: Manifest, seen: dict[str, tuple[int, str]]) -> None:
    wrong = sorted(
        name
        for name in {*manifest.members, *seen}
        if tuple(manifest.members.get(name, ())) != seen.get(name, ())
    )
    if wrong:
        some = "、".join(wrong[:5])
        raise BackupError(f"备份被改过或坏了：{some} 等 {len(wrong)} 件与清单不符")
    if manifest.has_keys != any(name.startswith(KEYS) for name in seen):
        raise BackupError("备份被改过或坏了：清单说的密钥与里面的不符")


def _check_dump(manifest: Manifest, head: bytes) -> None:
    """库的导出读得懂，清单里的表都在."""
    found = postgres.listed(head, manifest.client)
    absent = sorted(set(manifest.counts) - found)
    if absent:
        raise BackupError("数据库的导出里缺这些表：" + "、".join(absent))
