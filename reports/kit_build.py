"""生成文书字库：找来源、按角色合成、写清单，整套做好才换上。"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from fontTools import version as fonttools_version
from fontTools.ttLib import TTLibError

from reports.fonts import (
    FORMAT,
    MANIFEST,
    ROLES,
    Kit,
    Lack,
    build_lock,
    file_hash,
    note_failure,
    note_stage,
    own_fonts,
    own_key,
    packed,
    read_kit,
)
from reports.fonts_charset import gb2312_han, wanted
from reports.fonts_merge import Source, merge
from reports.fonts_sources import (
    OPEN_FONTS,
    Finder,
    FontFile,
    KitError,
    OpenFont,
    Progress,
    install_command,
)

# 每个角色的来源，先者为准，后面的只补前面没有的字。仿宋补字用细体文楷，笔画粗细最接近。
RECIPES: Mapping[str, tuple[str, ...]] = {
    "biaosong": ("serif-bold", "wenkai"),
    "fang": ("fandol-fang", "wenkai-light", "wenkai", "serif"),
    "hei": ("sans", "wenkai"),
    "kai": ("wenkai", "serif"),
    "song": ("serif", "wenkai"),
}
_KEPT_KITS = 2
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Plan:
    """建库方案：每个角色用哪些文件、哪些角色以宋体代替、缺什么，以及据此算出的版本。"""

    roles: Mapping[str, tuple[FontFile, ...]]
    fallbacks: tuple[str, ...]
    lacks: tuple[Lack, ...]
    hashes: Mapping[Path, str]
    codes: frozenset[int]
    version: str


def _codes(file: FontFile) -> set[int]:
    """一个字体文件所收的码位。"""
    with Source(file.key, file.path, file.face) as source:
        return set(source.cmap)


def _own_files(font_dir: Path | None) -> dict[str, FontFile]:
    """单位自有字体，逐个打开验过；打不开、没有汉字的当场拒绝。"""
    files = {}
    for role, path in own_fonts(font_dir).items():
        if path.suffix.lower() == ".ttc":
            raise KitError("fonts.own_collection", role=ROLES[role], file=path.name)
        try:
            codes = _codes(FontFile("own", path, -1, "own"))
        except (TTLibError, OSError, KeyError, AssertionError) as fault:
            raise KitError("fonts.own_unreadable", role=ROLES[role], file=path.name) from fault
        if not codes & gb2312_han():
            raise KitError("fonts.own_without_han", role=ROLES[role], file=path.name)
        files[role] = FontFile(f"own-{role}", path, -1, "own")
    return files


def _lacks(missing: Sequence[OpenFont]) -> tuple[Lack, ...]:
    found = []
    for font in missing:
        roles = tuple(role for role, recipe in RECIPES.items() if recipe[0] == font.key)
        found.append(Lack(roles, f"{font.zh} {font.file}", font.package))
    return tuple(found)


def plan_kit(found: Mapping[str, FontFile], own: Mapping[str, FontFile]) -> Plan:
    """定建库方案：宋体的来源必须有；别的角色缺了首选来源就以宋体代替，自有字体排在最前."""
    if "serif" not in found and "song" not in own:
        missing = [font for key, font in OPEN_FONTS.items() if key not in found]
        raise KitError(
            "fonts.missing",
            fonts="、".join(font.zh for font in missing),
            command=install_command(missing),
        )
    roles, fallbacks = {}, []
    for role, recipe in RECIPES.items():
        if recipe[0] in found or role in own:
            keys, first = recipe, own.get(role)
        else:
            fallbacks.append(role)
            keys, first = RECIPES["song"], own.get("song")
        rest = (found[key] for key in keys if key in found)
        roles[role] = (first, *rest) if first else tuple(rest)
    wenkai = found.get("wenkai")
    codes = wanted(_codes(wenkai) if wenkai else ())
    paths = {file.path for files in roles.values() for file in files}
    hashes = {path: file_hash(path) for path in sorted(paths)}
    missing = [font for key, font in OPEN_FONTS.items() if key not in found]
    return Plan(
        roles, tuple(fallbacks), _lacks(missing), hashes, codes, _version(roles, hashes, codes)
    )


def _version(
    roles: Mapping[str, Sequence[FontFile]], hashes: Mapping[Path, str], codes: frozenset[int]
) -> str:
    """做法、工具、字符集和各来源内容的指纹：任何一样变了，就是另一版字库。"""
    used = {r: [[hashes[f.path], f.face] for f in files] for r, files in sorted(roles.items())}
    text = json.dumps([FORMAT, fonttools_version, packed(codes), used])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _make_role(role: str, plan: Plan, folder: Path) -> dict[str, Any]:
    """合成一个角色，返回它在清单里的一条。"""
    files = plan.roles[role]
    target = folder / "fonts" / f"{role}.otf"
    with ExitStack() as opened:
        sources = [opened.enter_context(Source(f.key, f.path, f.face)) for f in files]
        merge(role, sources, plan.codes, target)
        restrictions = [source.fs_type for source in sources]
    covered = plan.codes & set().union(*(s.cmap for s in sources))
    listed = [
        {
            "key": file.key,
            "file": file.path.name,
            "origin": file.origin,
            "sha256": plan.hashes[file.path],
            "supplied": len(covered & set(source.cmap)),
            "gb2312_lacking": len(gb2312_han() - set(source.cmap)),
            "fs_type": restricted,
        }
        for file, source, restricted in zip(files, sources, restrictions, strict=True)
    ]
    return {
        "file": f"fonts/{role}.otf",
        "bytes": target.stat().st_size,
        "sha256": file_hash(target),
        "glyphs": len(covered),
        "coverage": packed(covered),
        "sources": listed,
    }


def _make(plan: Plan, cache_dir: Path, final: Path, progress: Progress) -> None:
    """在临时文件夹里做好整套，再一次改名换上；中途断掉不留半套。"""
    folder = Path(tempfile.mkdtemp(dir=cache_dir, prefix="making-"))
    try:
        (folder / "fonts").mkdir()
        roles = {}
        for number, role in enumerate(RECIPES, start=1):
            text = f"生成{ROLES[role]}（{number}/{len(RECIPES)}）……"
            note_stage(cache_dir, text)
            progress(text)
            roles[role] = _make_role(role, plan, folder)
        config = _FONTS_CONF.format(cache=escape(str(final / "cache")))
        (folder / "fonts.conf").write_text(config, encoding="utf-8")
        manifest = {
            "format": FORMAT,
            "version": plan.version,
            "fonttools": fonttools_version,
            "fallbacks": list(plan.fallbacks),
            "roles": roles,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        folder.chmod(0o755)
        if final.exists():
            shutil.rmtree(final)
        folder.rename(final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tidy(cache_dir: Path, current: Path) -> None:
    """同类旧字库只留最近一套（可能还有进程在用），断电留下的半成品一并清掉。"""
    kind = current.name.rsplit("-", 1)[0]
    kits = sorted(cache_dir.glob(f"{kind}-*"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for old in [*[k for k in kits if k != current][_KEPT_KITS - 1 :], *cache_dir.glob("making-*")]:
        shutil.rmtree(old, ignore_errors=True)


def build_kit(
    cache_dir: Path,
    work_dir: Path,
    font_dir: Path | None = None,
    progress: Progress = print,
    *,
    finder: Finder | None = None,
) -> Kit:
    """生成文书字库，返回可用的一套；来源没变就直接用缓存里的.

    ``cache_dir`` 放成品，``work_dir`` 放下载来的字体，``font_dir`` 是单位自有字体的文件夹
    （REPORT_FONT_DIR），``progress`` 逐步收到一句中文。约用 35 秒处理器时间，首次另需下载
    约 160 MB。

    连宋体的来源都找不到时抛 ``KitError("fonts.missing")``，自有字体不能用时抛 ``fonts.own_*``。
    """
    cache_dir, work_dir = cache_dir.resolve(), work_dir.resolve()
    work_dir.mkdir(parents=True, exist_ok=True)
    with build_lock(cache_dir):
        note_stage(cache_dir, "查找字体来源")
        own = _own_files(font_dir)
        finder = finder or Finder(work_dir, progress)
        found = finder.find()
        try:
            plan = plan_kit(found, own)
        except KitError as fault:
            lacks = _lacks(finder.missing())
            note_failure(cache_dir, lacks, str(fault.facts["command"]))
            raise
        note_failure(cache_dir, plan.lacks, install_command(finder.missing()))
        final = cache_dir / f"kit-{own_key(font_dir)}-{plan.version}"
        if read_kit(final) is None:
            _make(plan, cache_dir, final, progress)
            _tidy(cache_dir, final)
        os.utime(final / MANIFEST)
        return _ready(plan, final, progress)


def _ready(plan: Plan, final: Path, progress: Progress) -> Kit:
    """读回做好的字库，并说明哪些角色用了自有字体、哪些以宋体代替。"""
    kit = read_kit(final)
    if kit is None:
        raise KitError("fonts.damaged", folder=str(final))
    for role, files in plan.roles.items():
        if files[0].origin == "own" and role not in plan.fallbacks:
            progress(f"{ROLES[role]}用单位自有字体 {files[0].path.name}，缺的字以开放字体补齐。")
    for role in plan.fallbacks:
        progress(f"找不到{ROLES[role]}的字体，暂以宋体代替。")
    progress(f"文书字库可用：{final}")
    return kit
