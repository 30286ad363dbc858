"""文书测试的公用件：字库只建一次，放在用户的缓存目录里。"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from reports.fonts import Kit
from reports.kit_build import build_kit
from reports.render import VARIANT, Limits, Pdf, run_worker, stylesheet, to_pdf
from tests.reports import samples


def cache_dir() -> Path:
    """字库缓存：环境变量 FONT_CACHE_DIR，否则 XDG 缓存目录。"""
    if given := os.environ.get("FONT_CACHE_DIR"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "four-platforms" / "fonts"


@pytest.fixture(scope="session")
def kit() -> Kit:
    """真的文书字库；缓存里没有相符的就从软件包建一次（约半分钟），并行的各进程等同一把锁。"""
    folder = cache_dir()
    return build_kit(folder, folder / "work", progress=lambda text: None)


@pytest.fixture(scope="session")
def full_pdf(kit: Kit) -> Pdf:
    """一份完整的例会纪要。"""
    return to_pdf("minutes", samples.FULL, kit=kit, identifier="minutes-2017-23-ZF")


@pytest.fixture
def typeset(kit: Kit) -> Callable[..., tuple[dict[str, Any], bytes]]:
    """直接把一段网页交给排版进程，绕开模板。"""

    def run(html: str, *, css: str = "", limits: Limits | None = None) -> Any:
        limits = limits or Limits()
        job = {
            "html": html,
            "css": stylesheet("minutes") + css,
            "even_pages": False,
            "identifier": "test",
            "variant": VARIANT,
            "frozen_at": samples.SIGNED_AT.isoformat(),
            "attachments": [],
            "roles": sorted(kit.fonts),
            "limits": asdict(limits),
            "max_pages": limits.pages,
        }
        return run_worker(job, kit, limits)

    return run
