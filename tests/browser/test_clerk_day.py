"""受理员的一天：登记热线来件，受理，分流，在清单里找到它，退出."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor, case_of
from tests.factories import photo

TITLE = "高山村水渠堵塞，污水漫到路上"
BODY = "高山村口水渠被垃圾堵住，污水漫到路上，老人小孩走过容易滑倒，请尽快清理。"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """一张照片."""
    path = tmp_path / "水渠.jpg"
    path.write_bytes(photo("brown"))
    return path


def fill_in(clerk: Visitor, picture: Path) -> None:
    """填热线来件，来电时间先不填；渠道用数字键选."""
    page = clerk.page
    page.locator("main h1").click()
    page.keyboard.press("5")
    expect(page.get_by_label("热线号码")).to_be_visible()
    expect(page.get_by_label("来信或来访")).to_be_hidden()
    page.get_by_label("热线号码").fill("12345")
    page.get_by_label("来件人", exact=True).fill("来电人")
    page.get_by_label("电话", exact=True).fill("13800000612")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("诉求内容").fill(BODY)
    clerk.choose("village_id", "高山村")
    clerk.choose("grid_id", "高山一网格")
    page.get_by_label("具体位置").fill("高山村口")
    page.set_input_files("input[name=attachments_file]", picture)
    expect(page.locator(".up input[name=attachments]")).to_have_count(1)
    page.get_by_role("button", name="河道垃圾与沟渠排水").click()


def test_a_clerk_registers_accepts_and_dispatches_a_hotline_case(
    visit: Visit, picture: Path
) -> None:
    clerk = visit("clerk")
    page = clerk.page
    clerk.press("登记来件")
    fill_in(clerk, picture)

    clerk.press("受理并送分流")
    print(clerk.text); print(page.url)
    clerk.shoot(Path("/tmp/bp/bad.png"))
    page.get_by_label("来电时间").fill("2017-06-30 09:50")
    clerk.press("受理并送分流")
    print(clerk.text); print(page.url)
    clerk.shoot(Path("/tmp/bp/ok.png"))
    clerk.go("/cases/1")
    clerk.shoot(Path("/tmp/bp/rep.png"))
    clerk.go("/cases/2")
    clerk.shoot(Path("/tmp/bp/acc.png"))
    page.keyboard.press("d")
    page.wait_for_timeout(500)
    page.screenshot(path="/tmp/bp/dlg.png")
    raise SystemExit
