"""打印：题头、打印人、时刻、页码都在；没有导航与按钮；表头每页重印；深色时也印成浅色."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

FURNITURE = ("快捷键", "五个统一", "搜索编号", "跳到正文", "跟随系统", "更多", "http://", "打印 P")


def printed(visitor: Visitor, path: str) -> list[str]:
    """这一页打印出来各页的字."""
    visitor.go(path)
    sheets = PdfReader(BytesIO(visitor.page.pdf(prefer_css_page_size=True))).pages
    return [normalize("NFKC", sheet.extract_text()) for sheet in sheets]


@pytest.mark.parametrize(
    ("login", "path", "title", "name"),
    [
        ("clerk", "/", "上午好", "蓝其蓁"),
        ("clerk", "/cases/?view=all", "案件", "蓝其蓁"),
        ("clerk", "/cases/{archived}", "公厕无人打扫", "蓝其蓁"),
        ("zhifa_lead", "/meetings/{meeting}", "例会", "盘月岚"),
        ("admin", "/config/", "配置", "蓝青禾"),
        ("admin", "/gallery/", "界面样品册", "蓝青禾"),
    ],
)
def test_a_printed_screen_has_its_title_who_when_and_page_numbers_and_no_furniture(
    visit: Visit, site: Site, login: str, path: str, title: str, name: str
) -> None:
    pages = printed(visit(login), path.format(**site.stage))
    first, everything = pages[0], "\n".join(pages)
    assert title in first
    assert "板桥畲族乡" in first
    assert name in first
    assert "打印于 6月30日 10:0" in first
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
    wanted = FURNITURE if "gallery" not in path else FURNITURE[:4]
    assert [words for words in wanted if words in everything] == []


def test_a_long_list_repeats_its_heading_on_every_page(visit: Visit) -> None:
    pages = printed(visit("admin"), "/config/people/list/?psize_PersonView=100")
    assert len(pages) > 1
    for text in pages:
        assert "姓名" in text
        assert "今天的任职" in text


def test_the_case_list_is_laid_sideways_so_that_titles_stay_whole(visit: Visit) -> None:
    clerk = visit("clerk")
    clerk.go("/cases/?view=all")
    sheet = PdfReader(BytesIO(clerk.page.pdf(prefer_css_page_size=True))).pages[0]
    assert sheet.mediabox.width > sheet.mediabox.height
    assert "高山村路灯不亮" in normalize("NFKC", sheet.extract_text())


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
