"""打印：题头、打印人、时刻、页码都在；没有导航与按钮；表头每页重印；深色时也印成浅色."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

RADICALS = str.maketrans("⻘⻚⻅⻋⻓⻔", "青页见车长门")
"""PDF 取字时有的字成了部首区的同形字."""
FURNITURE = ("快捷键", "五个统一", "搜索编号", "跳到正文", "跟随系统", "更多", "http://", "打印 P")


def _words(text: str) -> str:
    return normalize("NFKC", text).translate(RADICALS)


def printed(visitor: Visitor, path: str, most: int = 4) -> tuple[list[str], int]:
    """这一页打印出来头几页的字，与一共几页."""
    visitor.go(path)
    sheets = PdfReader(BytesIO(visitor.page.pdf(prefer_css_page_size=True))).pages
    return [_words(sheet.extract_text()) for sheet in sheets[:most]], len(sheets)


@pytest.mark.parametrize(
    ("login", "name", "screens"),
    [
        (
            "clerk",
            "蓝其蓁",
            {"/": "上午好", "/cases/": "案件", "/cases/{archived}": "公厕"},
        ),
        ("zhifa_lead", "盘月岚", {"/meetings/": "会议", "/meetings/{meeting}": "例会"}),
        ("admin", "蓝青禾", {"/config/": "配置", "/gallery/": "界面样品册"}),
    ],
)
def test_a_printed_screen_has_its_title_who_when_and_page_numbers_and_no_furniture(
    visit: Visit, site: Site, login: str, name: str, screens: dict[str, str]
) -> None:
    visitor = visit(login)
    for path, title in screens.items():
        pages, total = printed(visitor, path.format(**site.stage))
        first, everything = pages[0], "\n".join(pages)
        for words in (title, name, "板桥畲族乡", "打印于 6月30日 10:0"):
            assert words in first, (path, words)
        for number, text in enumerate(pages, 1):
            assert f"{number} / {total}" in text, path
        wanted = FURNITURE if path != "/gallery/" else FURNITURE[:4]
        assert [words for words in wanted if words in everything] == [], path


def test_a_long_list_repeats_its_heading_on_every_page(visit: Visit) -> None:
    pages, _total = printed(visit("admin"), "/config/people/list/?psize_PersonView=100")
    assert len(pages) > 1
    for text in pages:
        assert "姓名" in text
        assert "今天的任职" in text


def test_the_case_list_is_laid_sideways_so_that_titles_stay_whole(visit: Visit) -> None:
    clerk = visit("clerk")
    clerk.go("/cases/?view=all")
    sheet = PdfReader(BytesIO(clerk.page.pdf(prefer_css_page_size=True))).pages[0]
    assert sheet.mediabox.width > sheet.mediabox.height
    assert "高山村沿街乱堆杂物" in _words(sheet.extract_text())


def test_paper_is_white_whatever_the_theme_on_screen(visit: Visit) -> None:
    clerk = visit("clerk")
    clerk.page.evaluate("() => { document.documentElement.dataset.bsTheme = 'dark'; }")
    told = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    assert clerk.page.evaluate(told, "--surface") == "#111a28"
    clerk.page.emulate_media(media="print")
    assert clerk.page.evaluate(told, "--surface") == "#ffffff"
    assert clerk.page.evaluate(told, "color-scheme") in ("light", "")
    scheme = clerk.page.evaluate("() => getComputedStyle(document.documentElement).colorScheme")
    assert scheme == "light"
