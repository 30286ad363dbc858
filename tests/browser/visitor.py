"""一个人坐在浏览器前：登录、去某页、按钮、填表；同时记下页面暗地里出的错."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.conftest import PASSWORD

PATIENCE_MS = 12_000
"""等页面的上限：两个核上几个进程一起跑，页面会慢."""
WIDE, LAPTOP, PHONE = (1440, 900), (1366, 768), (390, 844)
# 文档本身答 4xx 是我们说给人听的话（表单没填对、别人先办了）；浏览器照例在控制台记一笔
TOLD = re.compile(r"Failed to load resource.*\b4\d\d\b")


class Visitor:
    """登录了的人和他的浏览器.

    ``faults`` 是控制台的错、脚本的错、违反安全策略、取不到的资源；``told_off``
    是故意让它拒绝的地址.
    """

    def __init__(self, browser: Browser, base: str, size: tuple[int, int] = WIDE) -> None:
        width, height = size
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        self.told_off: tuple[str, ...] = ()
        self.page = self.new_page()

    def new_page(self) -> Page:
        """另开一个标签页."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"脚本出错：{error}"))
        page.on("response", self._answered)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not TOLD.search(message.text):
            self.faults.append(f"{self.page.url} 控制台：{message.text[:400]}")

    def _answered(self, answer: Response) -> None:
        is_page = answer.request.resource_type == "document" or answer.url.endswith(self.told_off)
        if answer.status >= 500 or (answer.status >= 400 and not is_page):
            self.faults.append(f"{answer.status} {answer.url[:200]}")

    def enter(self, login: str, password: str = PASSWORD) -> Visitor:
        """由登录页登录."""
        self.page.goto("/login/")
        self.page.fill("input[name=username]", login)
        self.page.fill("input[name=password]", password)
        with self.page.expect_navigation():
            self.page.press("input[name=password]", "Enter")
        assert "/login" not in self.page.url, self.text
        return self

    def go(self, path: str) -> Response:
        """去某个地址."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    @property
    def text(self) -> str:
        """正文看得见的字，空白并成一个."""
        return " ".join(self.page.inner_text("body").split())

    def button(self, name: str, root: Locator | Page | None = None) -> Locator:
        """这个名字的按钮或作按钮用的链接（快捷键的字不算）."""
        place = root or self.page.locator("main")
        own = re.compile(rf"^\s*{re.escape(name)}(\s*(Ctrl|Alt|[A-Z?/↵+]|\s)*)?$")
        return place.get_by_role("button", name=own).or_(place.get_by_role("link", name=own))

    def press(self, name: str, root: Locator | Page | None = None) -> None:
        """按下去，等新的一页."""
        with self.page.expect_navigation():
            self.button(name, root).first.click()

    def choose(self, name: str, label: str, root: Locator | Page | None = None) -> None:
        """下拉框选一项；可搜索的也一样（原来的框还在，脚本跟着它走）."""
        box = (root or self.page).locator(f"select[name='{name}']").first
        if box.evaluate("box => Boolean(box.tomselect)"):
            value = box.evaluate(
                "(box, label) => Object.values(box.tomselect.options)"
                ".find(one => one.text.trim() === label)?.value",
                label,
            )
            assert value is not None, f"{name} 里没有 {label}"
            box.evaluate("(box, value) => box.tomselect.setValue(value)", value)
        else:
            box.select_option(label=label)

    def shoot(self, path: Path) -> None:
        """截全页的图."""
        self.page.screenshot(path=path, full_page=True)

    def leave(self) -> None:
        """关掉浏览器窗口；暗地里出过错的不放过."""
        self.context.close()
        assert not self.faults, "\n".join(self.faults)


def case_of(page: Any) -> int:
    """地址里的案件编号."""
    found = re.search(r"/cases/(\d+)", page.url)
    assert found, page.url
    return int(found[1])
