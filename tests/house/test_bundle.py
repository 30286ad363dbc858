"""打包好的界面：大小、图标、锁文件、颜色对比."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
OUT = ROOT / "app" / "static" / "ui"
FIRST_PAGE = 120 * 1024
ICON = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")
ICON_KEY = re.compile(r"""["']icon["']\s*:\s*["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']""")


@pytest.fixture(scope="module")
def built() -> dict[str, Path]:
    """打包文件：名字 → 路径；还没打包就说明怎么做."""
    manifest = OUT / "manifest.json"
    if not manifest.exists():
        pytest.fail("还没有打包界面：在 frontend 里 npm ci --ignore-scripts，再 node build.mjs")
    files = json.loads(manifest.read_text("utf-8"))["files"]
    return {name: OUT / hashed for name, hashed in files.items()}


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_the_first_page_stays_within_120_kb_gzip(built: dict[str, Path]) -> None:
    size = _gzipped(built["app.js"]) + _gzipped(built["app.css"])
    assert size <= FIRST_PAGE, f"app.js + app.css 共 {size} 字节，上限 {FIRST_PAGE}"


def test_the_sign_in_page_loads_less_than_a_third_of_it(built: dict[str, Path]) -> None:
    assert _gzipped(built["small.js"]) + _gzipped(built["small.css"]) <= FIRST_PAGE // 3


def test_every_file_carries_a_fingerprint_of_its_content(built: dict[str, Path]) -> None:
    for name, path in built.items():
        stem, ending = name.rsplit(".", 1)
        assert re.fullmatch(rf"{stem}-[0-9a-f]{{10}}\.{ending}", path.name)
        assert path.exists()


def test_every_icon_used_is_in_the_list() -> None:
    known = set((FRONTEND / "icons.txt").read_text("utf-8").split())
    sources = [*(ROOT / "app" / "templates").rglob("*.html"), *(ROOT / "views").rglob("*.py")]
    missing = {
        (source.name, name)
        for source in sources
        for pattern in (ICON, ICON_KEY)
        for found in pattern.findall(source.read_text("utf-8"))
        for name in (found if isinstance(found, tuple) else (found,))
        if name and name not in known
    }
    assert not missing, f"图标不在 frontend/icons.txt 里：{sorted(missing)}"


def test_the_icon_list_and_the_bundle_agree(built: dict[str, Path]) -> None:
    sprite = built["icons.svg"].read_text("utf-8")
    listed = (FRONTEND / "icons.txt").read_text("utf-8").split()
    assert len(listed) == len(set(listed)), "icons.txt 有重复"
    assert set(re.findall(r'id="i-([a-z0-9-]+)"', sprite)) == set(listed)


def test_what_scripts_add_is_not_purged(built: dict[str, Path]) -> None:
    css = built["app.css"].read_text("utf-8")
    added = (
        "ts-dropdown",
        "ts-control",
        "plugin-clear_button",
        "clear-button",
        "flatpickr-calendar",
    )
    assert [name for name in added if name not in css] == []


def test_the_bundle_asks_for_nothing_that_the_content_policy_forbids(
    built: dict[str, Path],
) -> None:
    for name in ("app.js", "palette.js", "small.js"):
        script = built[name].read_text("utf-8")
        assert not re.search(r"\beval\(|new Function\(|document\.write\(", script)
    for name in ("app.css", "small.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", built[name].read_text("utf-8"))


def test_the_lock_records_no_registry_address() -> None:
    lock = (FRONTEND / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 20
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text("utf-8")


def test_every_package_is_pinned_exactly() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} 要写死版本，现在是 {version}"


# ------------------------------------------------------------------ 颜色对比


def _tokens() -> dict[str, str]:
    text = (FRONTEND / "src" / "css" / "tokens.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", text))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lit = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3") for paper in ("surface", "page")),
    ("brand", "surface"),
    ("brand", "brand-soft"),
    ("on-brand", "brand"),
    ("side-ink", "side"),
    ("side-caption", "side"),
    ("side-ink", "side-on"),
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "danger", "info", "mute")),
    ("danger-ink", "danger-soft"),
    ("on-yellow-card", "yellow-card"),
    ("on-red-card", "red-card"),
    *((f"hue-{n}", f"hue-{n}-soft") for n in range(1, 9)),
]


@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_is_readable_on_its_paper(ink: str, paper: str) -> None:
    tokens = _tokens()
    ratio = _contrast(tokens[ink], tokens[paper])
    assert ratio >= 4.5, f"{ink} 在 {paper} 上只有 {ratio:.2f}"


@pytest.mark.parametrize("edge", ["control", "focus", "brand"])
def test_control_edges_and_focus_stand_out_from_the_paper(edge: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[edge], tokens["surface"]) >= 3
