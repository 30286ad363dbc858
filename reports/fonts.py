"""文书字库：小标宋、仿宋、黑体、楷体、宋体五个角色，文书模板只认这五个名字。

字库由 :func:`reports.kit_build.build_kit` 在本机从开放字体做成，放在缓存目录里；
这里只管读取与说明。
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

ROLES = MappingProxyType(
    {"biaosong": "小标宋", "fang": "仿宋", "hei": "黑体", "kai": "楷体", "song": "宋体"}
)
# 字库做法变了就加一，旧缓存随之作废。
FORMAT = 1
MANIFEST = "manifest.json"
_LOCK, _STAGE, _FAILURE = "building.lock", "building.txt", "missing.json"


@dataclass(frozen=True, slots=True)
class Kit:
    """文书字库（font kit）：五个角色的字体文件、所收字和来历.

    ``version`` 由各来源的内容算出，随文书一并存档：同一版字库才出得同样的字节。
    """

    folder: Path
    version: str
    fonts: Mapping[str, Path]
    coverage: Mapping[str, frozenset[int]]
    fallbacks: tuple[str, ...]
    manifest: Mapping[str, Any] = field(repr=False)

    @property
    def fontconfig(self) -> Path:
        """只看得见这五个字体的 fontconfig 配置，排版进程专用。"""
        return self.folder / "fonts.conf"


@dataclass(frozen=True, slots=True)
class Lack:
    """缺的一个字体：给哪些角色用、叫什么、在哪个软件包。"""

    roles: tuple[str, ...]
    font: str
    package: str


@dataclass(frozen=True, slots=True)
class KitStatus:
    """字库状况（font kit status），给设置页和首页提示.

    ``state``：ready 可用、building 正在做、missing 没有。``fallbacks`` 是以宋体代替的角色；
    ``command`` 是要敲的命令，齐全时为空。
    """

    state: Literal["ready", "building", "missing"]
    message: str
    missing: tuple[Lack, ...] = ()
    fallbacks: tuple[str, ...] = ()
    command: str = ""
    version: str = ""


def file_hash(path: Path) -> str:
    """文件内容的 SHA-256（十六进制）。"""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def own_fonts(font_dir: Path | None) -> dict[str, Path]:
    """单位自有字体：``font_dir`` 下按角色命名的文件（fang.ttf、biaosong.otf……），不分大小写。"""
    if font_dir is None or not font_dir.is_dir():
        return {}
    names = {f"{role}.{suffix}": role for role in ROLES for suffix in ("ttf", "otf", "ttc")}
    files = [path for path in sorted(font_dir.iterdir()) if path.is_file()]
    return {names[path.name.lower()]: path for path in files if path.name.lower() in names}


def own_key(font_dir: Path | None) -> str:
    """自有字体的指纹（八位），没有时为 ``open``；用来找对应的字库。"""
    fonts = own_fonts(font_dir)
    if not fonts:
        return "open"
    text = json.dumps({role: file_hash(path) for role, path in sorted(fonts.items())})
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def packed(codes: frozenset[int]) -> list[list[int]]:
    """码位集合 → 首尾成对的区间，存进清单。"""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def _unpacked(ranges: list[list[int]]) -> frozenset[int]:
    return frozenset(code for low, high in ranges for code in range(low, high + 1))


def read_kit(folder: Path) -> Kit | None:
    """读一个字库文件夹；清单坏了、做法旧了或文件不全，都当没有。"""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = manifest["format"] == FORMAT and all(
            (folder / role["file"]).stat().st_size == role["bytes"]
            for role in manifest["roles"].values()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not whole or set(manifest["roles"]) != set(ROLES):
        return None
    roles = manifest["roles"]
    return Kit(
        folder=folder,
        version=manifest["version"],
        fonts=MappingProxyType({role: folder / roles[role]["file"] for role in ROLES}),
        coverage=MappingProxyType({role: _unpacked(roles[role]["coverage"]) for role in ROLES}),
        fallbacks=tuple(manifest["fallbacks"]),
        manifest=MappingProxyType(manifest),
    )


def load_kit(cache_dir: Path, font_dir: Path | None = None) -> Kit | None:
    """取文书字库：缓存里与自有字体相符的最新一套，没有则为空（此时看 :func:`kit_status`）。"""
    pattern = f"kit-{own_key(font_dir)}-*/{MANIFEST}"
    for path in sorted(cache_dir.glob(pattern), key=lambda p: p.stat().st_mtime_ns, reverse=True):
        if kit := read_kit(path.parent):
            return kit
    return None


@contextmanager
def build_lock(cache_dir: Path) -> Iterator[None]:
    """建库锁：同一缓存目录同时只有一个进程在建，别的等它。进程一死锁就没了。"""
    cache_dir.mkdir(parents=True, exist_ok=True)
    with (cache_dir / _LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            (cache_dir / _STAGE).unlink(missing_ok=True)


def note_stage(cache_dir: Path, text: str) -> None:
    """记下建到哪一步，供别的进程显示。"""
    (cache_dir / _STAGE).write_text(text, encoding="utf-8")


def note_failure(cache_dir: Path, lacks: tuple[Lack, ...], command: str) -> None:
    """记下缺什么、该敲什么命令；``lacks`` 为空时抹去旧记录。"""
    path = cache_dir / _FAILURE
    if not lacks:
        path.unlink(missing_ok=True)
        return
    listed = [{"roles": list(x.roles), "font": x.font, "package": x.package} for x in lacks]
    path.write_text(json.dumps({"missing": listed, "command": command}), encoding="utf-8")


def _building(cache_dir: Path) -> str | None:
    """正在建时的步骤说明，不在建为空。"""
    try:
        with (cache_dir / _LOCK).open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError:
        return None
    else:
        return None
    try:
        return (cache_dir / _STAGE).read_text(encoding="utf-8") or "准备中"
    except OSError:
        return "准备中"


def _failure(cache_dir: Path) -> tuple[tuple[Lack, ...], str]:
    try:
        noted = json.loads((cache_dir / _FAILURE).read_text(encoding="utf-8"))
        lacks = tuple(Lack(tuple(x["roles"]), x["font"], x["package"]) for x in noted["missing"])
        return lacks, noted["command"]
    except (OSError, ValueError, KeyError, TypeError):
        return (), "flask --app run fonts build"


def kit_status(cache_dir: Path, font_dir: Path | None = None) -> KitStatus:
    """字库状况：可用、正在做，还是没有；没有时说缺哪个字体、敲哪条命令。"""
    lacks, command = _failure(cache_dir)
    if kit := load_kit(cache_dir, font_dir):
        if not kit.fallbacks:
            return KitStatus("ready", "文书字库可用。", version=kit.version)
        names = "、".join(ROLES[role] for role in kit.fallbacks)
        message = f"文书字库可用，但本机找不到{names}的字体，暂以宋体代替。"
        return KitStatus("ready", message, lacks, kit.fallbacks, command, kit.version)
    if stage := _building(cache_dir):
        return KitStatus("building", f"文书字库正在生成：{stage}")
    if not lacks:
        return KitStatus("missing", "文书字库还没有生成。", command=command)
    names = "、".join(f"{lack.font}（软件包 {lack.package}）" for lack in lacks)
    return KitStatus("missing", f"文书字库缺少字体：{names}。", lacks, command=command)
