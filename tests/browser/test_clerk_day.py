"""受理员的一天：登记热线来件，受理，分流，在清单里找到它，退出."""

from __future__ import annotations

import re
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

    # 缺一项：说在那一项旁边，写过的、传过的都在
    clerk.press("受理并送分流")
    summary = page.locator("[data-errors]")
    expect(summary).to_contain_text("来电时间：这一项必须填")
    expect(summary).to_be_focused()
    call_time = page.get_by_label("来电时间")
    expect(call_time).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("热线号码")).to_have_value("12345")
    expect(page.get_by_label("诉求内容")).to_have_value(BODY)
    expect(page.locator("select[name=category_id]")).to_have_value(re.compile(r"^\d+$"))
    expect(page.locator(".up input[name=attachments]")).to_have_count(1)

    call_time.fill("2017-06-30 09:50")
    clerk.press("受理并送分流")
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".toasts")).to_contain_text("已受理，待分流")
    expect(page.locator("main")).to_contain_text("138****0612")
    number = page.locator("main").inner_text().split("BQ")[1][:10]
    number = f"BQ{number}"

    # 分流：全用键盘，小类的平台已选好
    page.keyboard.press("d")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("radio", name="执法")).to_be_checked()
    page.keyboard.press("4")
    expect(dialog.get_by_role("radio", name="便民")).to_be_checked()
    page.keyboard.press("3")
    expect(dialog.get_by_role("radio", name="执法")).to_be_checked()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("main .chips, main").first).to_contain_text("待签收")
    expect(page.get_by_text("分流到执法")).to_be_visible()
    find_again(clerk, number)


def find_again(clerk: Visitor, number: str) -> None:
    """在清单里筛出来，再用编号搜出来."""
    page = clerk.page
    clerk.go("/cases/?view=DISPATCHED")
    page.keyboard.press("f")
    clerk.choose("platform", "执法")
    clerk.press("筛选")
    expect(page.locator("[data-row]", has_text=number)).to_contain_text("待签收")
    assert "BQ2017-00001" not in clerk.text

    page.keyboard.press("/")
    page.keyboard.type(number)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(TITLE)
    assert case_of(page)


def test_signing_out_really_ends_the_visit(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    page.locator("summary.who").click()
    with page.expect_navigation():
        page.get_by_role("button", name="退出").click()
    assert "/login" in page.url
    clerk.go("/cases/")
    assert "/login" in page.url
    page.go_back()
    expect(page.get_by_label("用户名")).to_be_visible()
