"""每种角色走遍自己的菜单：不横滚、没有控制台的错、一个一级标题、没有英文与代码漏出来."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.visitor import LAPTOP, PHONE, WIDE, Visitor

HERE = Path(__file__).parent
ROLES = {
    "A": "admin",
    "B": "clerk",
    "C1": "mayor",
    "D": "secretary",
    "E": "member",
    "F": "zhifa",
    "G": "zhifa_lead",
    "H": "sifa",
    "I": "grid09",
    "J": "village206",
    "K": "jiwei",
    "L": "viewer",
    "M": "police",
}
MENU = "#side a[href^='/']"
FIRST_ROW, ADD = "main [data-open], main [data-row] a[href^='/']", "main a.btn-primary[href^='/']"
CONFIG = ("/users/list/", "/roles/list/")
"""系统管理员从配置里进的，不在侧栏."""

LOOK = (HERE / "look.js").read_text("utf-8")
"""横着滚的：说出是哪一个元素撑宽的."""

READ = (HERE / "read.js").read_text("utf-8")
"""英文的词条、没翻译的代码、没填的空位漏到了页面上."""


def links_in(visitor: Visitor, selector: str) -> list[str]:
    """这些链接的地址."""
    links = visitor.page.locator(selector)
    every = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    found: list[str] = [one for one in every if not one.endswith(".pdf")]
    return found


def look_at(visitor: Visitor, path: str) -> list[str]:
    """在三种宽度下看一页."""
    page = visitor.page
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    answer = visitor.go(path)
    if answer.status != 200:
        return [f"{path} 答 {answer.status}"]
    found = page.evaluate(READ)
    for width, height in (WIDE, LAPTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} 宽：{words}" for words in page.evaluate(LOOK)]
    return [f"{path} {words}" for words in found]


@pytest.mark.parametrize("role", ROLES)
def test_every_menu_entry_of_every_role_is_clean_at_three_widths(visit: Visit, role: str) -> None:
    visitor = visit(ROLES[role])
    paths = ["/", *links_in(visitor, MENU)]
    assert len(paths) > 1
    if role == "A":
        visitor.go("/config/")
        paths += [*links_in(visitor, "main a[href^='/']"), *CONFIG]
    found = [words for path in dict.fromkeys(paths) for words in look_at(visitor, path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["A", "B", "G", "I"])
def test_the_pages_behind_the_lists_are_clean_too(visit: Visit, role: str) -> None:
    """清单里的头一行、新增、修改."""
    visitor = visit(ROLES[role])
    doors = links_in(visitor, MENU)
    if role == "A":
        visitor.go("/config/")
        doors += [*links_in(visitor, "main a[href^='/']"), *CONFIG]
    behind: list[str] = []
    for door in dict.fromkeys(doors):
        visitor.go(door)
        behind += [*links_in(visitor, FIRST_ROW)[:1], *links_in(visitor, ADD)[:1]]
    found = [words for path in dict.fromkeys(behind) for words in look_at(visitor, path)]
    assert not found, "\n".join(found)
