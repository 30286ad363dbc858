"""文书字库：字符集、找来源、合成、缓存与状况。"""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from reports import kit_build
from reports.fonts import MANIFEST, ROLES, build_lock, kit_status, load_kit, note_stage
from reports.fonts_charset import gb2312_han, gbk_han, symbols, wanted
from reports.fonts_merge import ASCENDER, DESCENDER
from reports.fonts_outline import number, segments
from reports.fonts_sources import Finder, KitError
from reports.kit_build import build_kit
from tests.reports import tiny_fonts


def silent(_: str) -> None:
    return None


def build(tmp_path: Path, sources: Path, *, font_dir: Path | None = None, said=silent, run=None):
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    run = run or (lambda command, folder: None)
    finder = Finder(work, said, system_dirs=[sources], run=run)
    return build_kit(tmp_path / "cache", work, font_dir, said, finder=finder)


@pytest.fixture
def sources(tmp_path) -> Path:
    return tiny_fonts.make_all(tmp_path / "系统 字体")


def test_the_charset_holds_gbk_and_gb2312_and_the_signs_of_official_papers():
    codes = wanted(())
    assert len(gb2312_han()) == 6763
    assert len(gbk_han()) == 20902 + 21
    assert gbk_han() <= codes
    assert {ord(c) for c in "①℃㎡〔〕“”—…·×％№←★○●Ａａ０αⅣ㈠"} <= codes
    assert not {0x00, 0x200B, 0x202E, 0xE000} & codes
    assert len(symbols()) < 4000


def test_rare_characters_of_the_breadth_font_are_taken_but_not_its_other_scripts():
    assert 0x2B3CB in wanted({0x2B3CB, 0x0905})
    assert 0x0905 not in wanted({0x0905})


def test_the_real_kit_covers_the_same_characters_in_every_role(kit):
    assert set(kit.fonts) == set(ROLES)
    assert len(set(kit.coverage.values())) == 1
    if not kit.fallbacks:
        assert len(kit.coverage["fang"]) > 25_000


def test_every_font_of_the_real_kit_has_the_same_metrics_and_no_layout_features(kit):
    for role, path in kit.fonts.items():
        with TTFont(path, lazy=True) as font:
            assert font["head"].unitsPerEm == 1000
            assert (font["hhea"].ascent, font["hhea"].descent) == (ASCENDER, DESCENDER)
            assert font["hhea"].lineGap == font["OS/2"].sTypoLineGap == 0
            assert not {"GSUB", "GPOS", "GDEF", "BASE", "fvar"} & set(font.keys())
            assert font["name"].getDebugName(1) == role


@pytest.mark.parametrize("char", "国赟㛃“—1①")
def test_glyphs_of_the_real_kit_have_outlines_and_their_own_width(kit, char):
    for path in kit.fonts.values():
        with TTFont(path, lazy=True) as font:
            name = font.getBestCmap()[ord(char)]
            pen, drawing = BoundsPen(None), font["CFF "].cff[0].CharStrings[name]
            drawing.draw(pen)
            assert pen.bounds is not None
            width = font["hmtx"][name][0]
            assert drawing.width == width
            assert pen.bounds[2] <= width + 60
            if char not in "1—":
                assert width == 1000


def test_a_kit_is_built_from_fonts_found_on_the_machine(tmp_path, sources):
    said: list[str] = []
    kit = build(tmp_path, sources, said=said.append)
    assert kit.fallbacks == ()
    assert {ord(c) for c in tiny_fonts.TEXT + "㛃"} == set(kit.coverage["song"])
    assert any("仿宋" in text for text in said)
    assert kit_status(tmp_path / "cache").state == "ready"
    assert kit.manifest["roles"]["fang"]["sources"][0]["key"] == "fandol-fang"
    assert str(tmp_path / "cache") in kit.fontconfig.read_text(encoding="utf-8")


def test_a_quotation_mark_from_a_truetype_source_fills_a_whole_cell(tmp_path, sources):
    kit = build(tmp_path, sources)
    with TTFont(kit.fonts["kai"]) as font:
        cmap = font.getBestCmap()
        assert font["hmtx"][cmap[ord("“")]][0] == 1000
        assert font["hmtx"][cmap[ord("国")]][0] == 500


def test_the_same_sources_give_the_same_kit_and_are_not_built_twice(tmp_path, sources):
    first = build(tmp_path, sources)
    stamps = {role: path.stat().st_mtime_ns for role, path in first.fonts.items()}
    again = build(tmp_path, sources)
    assert again.version == first.version
    assert {role: path.stat().st_mtime_ns for role, path in again.fonts.items()} == stamps
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = build(other, sources)
    assert elsewhere.version == first.version
    for role, path in elsewhere.fonts.items():
        assert path.read_bytes() == first.fonts[role].read_bytes()


def test_changed_sources_make_a_new_kit_and_the_newest_is_loaded(tmp_path, sources):
    old = build(tmp_path, sources)
    tiny_fonts.make(sources / "FandolFang-Regular.otf", "FandolFang", text="国", width=900)
    new = build(tmp_path, sources)
    assert new.version != old.version
    loaded = load_kit(tmp_path / "cache")
    assert loaded is not None
    assert loaded.version == new.version


def test_without_fangsong_the_role_falls_back_to_song_and_the_status_says_so(tmp_path):
    sources = tiny_fonts.make_all(tmp_path / "s", without=("FandolFang-Regular.otf",))
    said: list[str] = []
    kit = build(tmp_path, sources, said=said.append)
    assert kit.fallbacks == ("fang",)
    assert kit.manifest["roles"]["fang"]["sources"][0]["key"] == "serif"
    status = kit_status(tmp_path / "cache")
    assert status.state == "ready"
    assert status.fallbacks == ("fang",)
    assert "仿宋" in status.message
    assert "texlive-lang-chinese" in status.command
    assert any("暂以宋体代替" in text for text in said)


def test_without_any_songti_nothing_is_built_and_the_command_is_given(tmp_path):
    sources = tiny_fonts.make_all(tmp_path / "s", without=("NotoSerifCJK-Regular.ttc",))
    with pytest.raises(KitError) as caught:
        build(tmp_path, sources)
    assert caught.value.code == "fonts.missing"
    status = kit_status(tmp_path / "cache")
    assert status.state == "missing"
    assert "思源宋体" in status.message
    assert "fonts-noto-cjk" in status.command
    assert "flask --app run fonts build" in status.command
    assert load_kit(tmp_path / "cache") is None


def test_a_kit_that_was_never_built_is_missing(tmp_path):
    status = kit_status(tmp_path / "nothing")
    assert status.state == "missing"
    assert status.command == "flask --app run fonts build"


def test_while_somebody_builds_the_status_says_how_far(tmp_path):
    with build_lock(tmp_path):
        note_stage(tmp_path, "生成楷体（4/5）")
        status = kit_status(tmp_path)
    assert status.state == "building"
    assert "生成楷体" in status.message
    assert kit_status(tmp_path).state == "missing"


def test_a_build_that_breaks_off_leaves_nothing_behind(tmp_path, sources, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(kit_build, "_make_role", broken)
        with pytest.raises(OSError, match="disk full"):
            build(tmp_path, sources)
    cache = tmp_path / "cache"
    assert not list(cache.glob("kit-*"))
    assert not list(cache.glob("making-*"))
    assert build(tmp_path, sources).fallbacks == ()


def test_a_damaged_kit_counts_as_none(tmp_path, sources):
    kit = build(tmp_path, sources)
    (kit.folder / MANIFEST).write_text("{", encoding="utf-8")
    assert load_kit(tmp_path / "cache") is None
    repaired = build(tmp_path, sources)
    repaired.fonts["fang"].write_bytes(b"short")
    assert load_kit(tmp_path / "cache") is None


def test_the_offices_own_font_comes_first_and_its_gaps_are_filled(tmp_path, sources):
    own = tmp_path / "own"
    tiny_fonts.make(own / "fang.ttf", "FangSong_GB2312", text="国治", em=256, cff=False, width=256)
    kit = build(tmp_path, sources, font_dir=own)
    entry = kit.manifest["roles"]["fang"]
    assert [s["origin"] for s in entry["sources"]][:2] == ["own", "package"]
    assert ord("㛃") in kit.coverage["fang"]
    with TTFont(kit.fonts["fang"]) as font:
        assert font["hmtx"][font.getBestCmap()[ord("国")]][0] == 1000
        assert font["hmtx"][font.getBestCmap()[ord("综")]][0] == 500
    assert load_kit(tmp_path / "cache", own) is not None
    assert load_kit(tmp_path / "cache") is None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("fang.ttc", "国", "fonts.own_collection"),
        ("fang.ttf", "ab", "fonts.own_without_han"),
        ("song.otf", "", "fonts.own_unreadable"),
    ],
)
def test_an_own_font_that_cannot_serve_is_refused_by_name(tmp_path, sources, name, text, code):
    own = tmp_path / "own"
    path = own / name
    if text:
        tiny_fonts.make(path, "Own", text=text, cff=False)
    else:
        own.mkdir()
        path.write_bytes(b"not a font")
    with pytest.raises(KitError) as caught:
        build(tmp_path, sources, font_dir=own)
    assert caught.value.code == code
    assert caught.value.facts["file"] == name


def test_packages_are_downloaded_and_only_the_fonts_are_kept(tmp_path):
    archive = tiny_fonts.make_all(tmp_path / "archive")
    ran: list[list[str]] = []

    def run(command, folder):
        ran.append(list(command))
        if command[-2] == "download":
            (folder / f"{command[-1]}_1.0_all.deb").write_bytes(b"")
        if command[0] == "dpkg-deb":
            for font in archive.iterdir():
                inside = Path(command[-1]) / "usr" / "share"
                inside.mkdir(parents=True, exist_ok=True)
                (inside / font.name).write_bytes(font.read_bytes())
        return ""

    empty = tmp_path / "empty"
    empty.mkdir()
    kit = build(tmp_path, empty, run=run)
    assert kit.fallbacks == ()
    asked = [c[-1] for c in ran if c[-2] == "download"]
    assert asked == ["fonts-lxgw-wenkai", "fonts-noto-cjk", "texlive-lang-chinese"]
    assert sorted(p.name for p in (tmp_path / "work").iterdir()) == ["sources"]
    again: list[object] = []
    build(tmp_path, empty, run=lambda command, folder: again.append(command))
    assert not again


def test_where_there_is_no_apt_fonts_are_found_by_family(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    path = tiny_fonts.make(elsewhere / "SourceHanSerifSC-Regular.otf", "Source Han Serif SC")

    def run(command, folder):
        wanted_one = command[0] == "fc-list" and "Source Han Serif SC:style=Regular" in command[-1]
        return f"{path}\n" if wanted_one else None

    empty = tmp_path / "empty"
    empty.mkdir()
    kit = build(tmp_path, empty, run=run)
    assert kit.manifest["roles"]["song"]["sources"][0]["origin"] == "system"
    assert set(kit.fallbacks) == {"biaosong", "fang", "hei", "kai"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, b"\x8b"),
        (-107, b"\x20"),
        (108, b"\xf7\x00"),
        (-108, b"\xfb\x00"),
        (2000, b"\x1c\x07\xd0"),
    ],
)
def test_operands_are_encoded_as_the_charstring_format_says(value, code):
    assert number(value) == code


def test_a_contour_of_only_off_curve_points_starts_between_the_last_and_the_first():
    start, parts = segments([(0, 0), (2, 0), (2, 2), (0, 2)], [0, 0, 0, 0])
    assert start == (0, 1)
    assert len(parts) == 4
    assert parts[-1][1] == start
