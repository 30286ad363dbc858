"""备份放在哪里：定时备份的名字、清理旧的；别的文件一概不碰."""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path

from app.backup.make import DRAFT
from app.domain.retention import Retention, kept
from app.domain.working_time import SHANGHAI

_NAME = re.compile(r"township-(\d{8}-\d{6})\.tar\.gz(\.sealed)?")
STALE_SECONDS = 24 * 3600


def name_of(now: datetime, *, sealed: bool) -> str:
    """一份备份的名字，时刻用本地的，如 ``township-20170630-023000.tar.gz``."""
    stamp = now.astimezone(SHANGHAI).strftime("%Y%m%d-%H%M%S")
    return f"township-{stamp}.tar.gz" + (".sealed" if sealed else "")


def prune(folder: Path, rule: Retention) -> list[Path]:
    """删去不留的，返回删了哪些；写到一半被断电的残件过一天也删."""
    found: dict[Path, datetime] = {}
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match:
            stamp = datetime.strptime(f"{match[1]} +0800", "%Y%m%d-%H%M%S %z")
            found[path] = stamp.astimezone(SHANGHAI)
        elif path.name.startswith(DRAFT) and time.time() - path.stat().st_mtime > STALE_SECONDS:
            path.unlink(missing_ok=True)
    keep = kept(found.values(), rule)
    gone = sorted(path for path, at in found.items() if at not in keep)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
