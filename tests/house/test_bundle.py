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


CSS = FRONTEND / "src" / "css"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?)\((?!var\()")
IN_PRINT = re.compile(r"@media print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
THEMES = ("light", "dark")


def _named(name: str) -> dict[str, str]:
    text = (CSS / name).read_text("utf-8")
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", text))


def _tokens(theme: str) -> dict[str, str]:
    light = _named("tokens.css")
    return light if theme == "light" else {**light, **_named("tokens-dark.css")}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lit = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAPERS = ("surface", "surface-2", "page")
TONES = ("ok", "warn", "danger", "info", "mute")
TEXT_PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3", "brand") for paper in PAPERS),
    *((ink, "brand-soft") for ink in ("ink", "ink-2", "ink-3", "brand", "brand-ink")),
    *((ink, "mute-soft") for ink in ("ink", "ink-2", "ink-3")),
    ("on-brand", "brand"),
    *(("on-fill", f"{fill}-fill") for fill in ("brand", "danger", "ok")),
    *(("on-fill", f"{fill}-fill-2") for fill in ("brand", "danger")),
    *(("on-fill-2", fill) for fill in ("brand-fill", "red-card")),
    *((ink, "side") for ink in ("side-ink", "side-caption", "side-soft", "on-side")),
    ("side-ink", "side-on"),
    ("side-badge-ink", "side-badge"),
    ("side-badge-ink", "side-2"),
    ("on-side", "emblem"),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    *((f"{tone}-ink", f"{tone}-soft") for tone in ("ok", "warn", "danger")),
    *(("ink-3", f"{tone}-soft") for tone in ("ok", "warn", "danger")),
    ("brand-ink", "info-soft"),
    ("brand-ink", "day-soft"),
    ("brand-ink", "disc"),
    ("ink-2", "day-soft"),
    *(("off-ink", paper) for paper in ("off-soft", "off-soft-2")),
    *((ink, paper) for ink in ("ink", "ink-3", "brand") for paper in ("edit-soft", "new-soft")),
    *((ink, "paper") for ink in ("paper-ink", "paper-red")),
    ("on-yellow-card", "yellow-card"),
    ("on-red-card", "red-card"),
    *((f"hue-{n}", f"hue-{n}-soft") for n in range(1, 9)),
    *((f"hue-{n}", "surface") for n in range(1, 9)),
]
EDGE_PAIRS = [
    ("control", "surface"),
    *(("focus", paper) for paper in (*PAPERS, "brand-soft")),
    *(("brand", paper) for paper in (*PAPERS, "track")),
    *(("brand-fill", paper) for paper in PAPERS),
    ("danger", "surface"),
    ("side-mark", "side"),
    ("side-mark", "side-on"),
    ("side-control", "side"),
    ("on-fill-focus", "brand-fill"),
]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_its_paper(theme: str) -> None:
    tokens = _tokens(theme)
    found = {pair: _contrast(*(tokens[name] for name in pair)) for pair in TEXT_PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_control_edges_and_focus_stand_out_from_the_paper(theme: str) -> None:
    tokens = _tokens(theme)
    found = {pair: _contrast(*(tokens[name] for name in pair)) for pair in EDGE_PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 3} == {}


def test_the_dark_theme_only_changes_values_and_leaves_no_colour_of_paper_or_ink_behind() -> None:
    light, dark = _named("tokens.css"), _named("tokens-dark.css")
    assert set(dark) - set(light) == set()
    same = ("side", "emblem", "yellow", "red-card", "on-", "paper", "photo")
    left = {n for n, v in light.items() if COLOUR.search(v) and not n.startswith(same)} - set(dark)
    assert left == set(), f"深色没有给值：{sorted(left)}"


def test_colours_are_named_in_the_tokens_only() -> None:
    free = {"tokens.css", "tokens-dark.css", "print.css"}
    found = [
        f"{path.name}: {line.strip()[:80]}"
        for path in sorted(CSS.rglob("*.css"))
        if path.name not in free
        for line in IN_PRINT.sub("", path.read_text("utf-8")).splitlines()
        if COLOUR.search(line.split("/*")[0])
    ]
    assert found == [], "颜色写在 tokens.css 与 tokens-dark.css，别处用 var(--名字)"


def test_every_token_that_is_used_has_a_value(built: dict[str, Path]) -> None:
    sheets = [*CSS.rglob("*.css"), *(FRONTEND / "src" / "js").rglob("*.js")]
    text = "".join(path.read_text("utf-8") for path in sheets)
    given = set(re.findall(r"--([a-z0-9-]+)\s*:", text))
    used = {n for n in re.findall(r"var\(--([a-z0-9-]+)", text) if not n.startswith("tblr-")}
    assert used - given == set()


def test_the_built_sheets_hold_both_themes_and_print_is_light(built: dict[str, Path]) -> None:
    for name in ("app.css", "small.css"):
        css = built[name].read_text("utf-8")
        assert re.search(r"@media screen\{:root\[data-bs-theme=\"?dark", css), name
        follows = r"@media screen and \(prefers-color-scheme: ?dark\)\{:root\[data-bs-theme=\"?auto"
        assert re.search(follows, css), name
        assert len(re.findall("bs-theme", css)) == 2, f"{name}：Tabler 自带的主题规则混了进来"
