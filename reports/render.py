"""出文书：底稿 → 网页 → PDF，过两道关，在单独进程里排版。"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.errors import Refused
from reports import wording
from reports.fonts import Kit
from reports.gates import missing_glyphs, visible_text
from reports.sheet import Sheet, snapshot

HERE = Path(__file__).resolve().parent
VARIANT = "pdf/a-3b"
SNAPSHOT_NAME = "snapshot.json"
_KILLED = {signal.SIGXCPU, signal.SIGKILL}


class RenderRefused(Refused):
    """出不了文书（document refused）：``code`` 说为什么，``facts`` 是缺的字、被拒的网址等事实."""


@dataclass(frozen=True, slots=True)
class Limits:
    """排版上限：处理器秒、墙上秒、内存字节、网页字符数、页数。"""

    cpu_seconds: int = 60
    wall_seconds: int = 90
    memory_bytes: int = 1536 * 1024 * 1024
    html_chars: int = 3_000_000
    pages: int = 300


@dataclass(frozen=True, slots=True)
class Pdf:
    """成品（issued PDF）：字节与它的 SHA-256、页数、各库版本、结构化副本、排版库的警告。"""

    content: bytes
    sha256: str
    pages: int
    versions: Mapping[str, str]
    snapshot: str
    warnings: tuple[str, ...] = ()


@cache
def environment() -> Environment:
    """模板环境：未定义即报错，自动转义，看不见的字符一律去掉。"""
    env = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=wording.clean,
    )
    for maker in wording.FILTERS:
        env.filters[maker.__name__] = maker
    return env


def render_html(name: str, sheet: Sheet) -> str:
    """底稿 → 网页：``name`` 是文书目录名（如 minutes），模板用到底稿没有的字段即报错。"""
    return environment().get_template(f"{name}/page.html").render(sheet=sheet)


def stylesheet(name: str) -> str:
    """公文通用样式加上该文书自己的样式。"""
    files = (HERE / "official" / "official.css", HERE / name / "page.css")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def to_pdf(
    name: str,
    sheet: Sheet,
    *,
    kit: Kit,
    identifier: str,
    limits: Limits = Limits(),
    accepted_missing: str = "",
) -> Pdf:
    """底稿 → PDF/A-3b（草稿为带水印的预览，不附数据）.

    ``identifier`` 是文书的固定标识，``accepted_missing`` 是有人具名同意照缺的字。
    同样的底稿、标识、字库和排版库版本得到逐字节相同的文件。

    抛 :class:`RenderRefused`：document.missing_glyphs 缺字、document.foreign_asset 引用了外部文件、
    document.foreign_fonts 混入别的字体、document.too_long 太长、document.too_heavy 排版超限、
    document.render_failed 其他排版故障。
    """
    html = render_html(name, sheet)
    if len(html) > limits.html_chars:
        raise RenderRefused("document.too_long", chars=len(html), most=limits.html_chars)
    _check_glyphs(html, kit, accepted_missing)
    copy = snapshot(name, sheet, identifier=identifier)
    attached = [] if sheet.is_draft else [_attachment(copy)]
    job = {
        "html": html,
        "css": stylesheet(name),
        "even_pages": sheet.even_pages,
        "identifier": identifier,
        "variant": VARIANT,
        "frozen_at": wording.local(sheet.frozen_at).isoformat(),
        "attachments": attached,
        "roles": sorted(kit.fonts),
        "limits": asdict(limits),
        "max_pages": limits.pages,
    }
    facts, content = run_worker(job, kit, limits)
    check_facts(facts, limits)
    digest = hashlib.sha256(content).hexdigest()
    used = {**facts["versions"], "kit": kit.version}
    return Pdf(content, digest, facts["pages"], used, copy, tuple(facts["warnings"]))


def _check_glyphs(html: str, kit: Kit, accepted: str) -> None:
    """缺字一个不放过，除非有人具名同意照缺。"""
    lacking = [g for g in missing_glyphs(visible_text(html), kit) if g.char not in accepted]
    if lacking:
        shown = "；".join(f"{g.char}（{g.code}，{g.count} 处，如“{g.context}”）" for g in lacking)
        raise RenderRefused("document.missing_glyphs", glyphs=shown, found=tuple(lacking))


def _attachment(text: str) -> dict[str, str]:
    return {"name": SNAPSHOT_NAME, "description": "签发时的结构化副本", "text": text}


def run_worker(job: dict[str, Any], kit: Kit, limits: Limits) -> tuple[dict[str, Any], bytes]:
    """在排版进程里干一份活，返回它的事实和 PDF 字节；超限或垮掉抛 :class:`RenderRefused`。"""
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(kit.folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "FONTCONFIG_FILE": str(kit.fontconfig),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.worker"],
            input=json.dumps(job).encode(),
            capture_output=True,
            cwd=HERE.parent,
            env=environ,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise RenderRefused("document.too_heavy", seconds=limits.wall_seconds) from fault
    if -done.returncode in _KILLED:
        raise RenderRefused("document.too_heavy", seconds=limits.cpu_seconds)
    if done.returncode or len(done.stdout) < 4:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RenderRefused(
            "document.render_failed", reason="".join(reason) or f"exit {done.returncode}"
        )
    size = int.from_bytes(done.stdout[:4], "big")
    return json.loads(done.stdout[4 : 4 + size]), done.stdout[4 + size :]


def check_facts(facts: Mapping[str, Any], limits: Limits) -> None:
    """凡有外来网址、异字体、缺文件或超限，都不出文书。"""
    if facts.get("fault"):
        raise RenderRefused("document.render_failed", reason=facts["fault"])
    if facts.get("too_long"):
        raise RenderRefused("document.too_long", pages=facts["pages"], most=limits.pages)
    if facts["refused"]:
        raise RenderRefused("document.foreign_asset", urls="、".join(facts["refused"]))
    if facts["foreign"]:
        raise RenderRefused("document.foreign_fonts", fonts="、".join(facts["foreign"]))
