"""受理员在看板上：只用键盘分流，别人先办了，拖错了弹回，改派，两个人互相看得见."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, Visit

REASON = "分错了平台，这件应由市场监管来办。"


def card(page: Page, site: Site, name: str) -> Locator:
    """一张卡片."""
    return page.locator(f"[data-card][data-id='{site.stage[name]}']")


def lane(page: Page, code: str) -> Locator:
    """一列."""
    return page.locator(f"[data-lane-box={code}]")


def go_to(page: Page, wanted: Locator) -> None:
    """用 J、K 走到这张卡片；指针放到看板之外."""
    page.mouse.move(4, 4)
    for key in ("j", "k"):
        for _ in range(30):
            if "is-at" in (wanted.get_attribute("class") or ""):
                return
            page.keyboard.press(key)
    raise AssertionError("J、K 走不到这张卡片")


def drag(page: Page, what: Locator, where: Locator) -> None:
    """用鼠标拖过去."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), where.bounding_box()
    assert start
    assert end
    height = start["y"] + start["height"] - 6
    page.mouse.move(start["x"] + 90, height)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, height, steps=8)
    page.mouse.up()


def test_three_cases_by_keys_only_and_the_third_somebody_else_was_first(
    visit: Visit, site: Site
) -> None:
    clerk, other = visit("clerk"), visit("clerk2")
    page, rival = clerk.page, other.page
    clerk.told_off = ("/board/move", "/board/redo")
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("f")
    expect(page.locator("h1")).to_have_text("分流看板")
    other.go("/board/")

    first, second, third = (card(page, site, f"board{n}") for n in range(3))
    go_to(page, first)
    page.keyboard.press("3")
    expect(lane(page, "ZF").locator(first)).to_be_visible()
    expect(page.locator(".toasts")).to_contain_text("已分给执法")
    # 光标已到下一张，接着按
    expect(lane(page, "POOL").locator(".is-at")).to_have_count(1)
    go_to(page, second)
    page.keyboard.press("3")
    expect(lane(page, "ZF").locator(second)).to_be_visible()
    # 那一边三秒之内看见
    expect(lane(rival, "ZF").locator(card(rival, site, "board1"))).to_be_visible()

    # 选着的时候什么也不动；别人先把它分走
    go_to(page, third)
    page.keyboard.press("x")
    expect(page.locator("[data-board-bulk]")).to_contain_text("已选 1")
    go_to(rival, card(rival, site, "board2"))
    rival.keyboard.press("3")
    expect(lane(rival, "ZF").locator(card(rival, site, "board2"))).to_be_visible()
    expect(page.locator("[data-fresh]")).to_contain_text("有 1 件新到")
    expect(lane(page, "POOL").locator(third)).to_contain_text("雷小满")

    # 还是分给便民：先问为什么，再被告知别人先办了，写的字还在
    page.keyboard.press("4")
    box = page.locator("#board-note")
    expect(box).to_contain_text("规则建议综合执法，仍分给便民服务？理由")
    page.keyboard.type("来人要求代办")
    page.keyboard.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("已由雷小满在")
    expect(box.get_by_role("textbox")).to_have_value("来人要求代办")
    page.keyboard.press("Escape")
    expect(lane(page, "ZF").locator(third)).to_be_visible()

    # 撤销刚分走的：改派，写理由
    page.keyboard.press("Escape")
    go_to(page, second)
    page.keyboard.press("z")
    box = page.locator("#board-redo")
    expect(box).to_be_visible()
    expect(box.get_by_role("radio", name="执法")).to_be_disabled()
    page.keyboard.press("2")
    box.get_by_role("textbox").fill("太短")
    page.keyboard.press("Control+Enter")
    expect(box.get_by_role("alert")).to_contain_text("至少 10 个字")
    box.get_by_role("textbox").fill(REASON)
    page.keyboard.press("Control+Enter")
    expect(lane(page, "SJ").locator(second)).to_be_visible()
    expect(box).to_be_hidden()
    clerk.go(f"/cases/{site.stage['board1']}")
    expect(page.locator("main")).to_contain_text("由执法改派到市监")


def test_a_drop_goes_home_or_snaps_back_and_the_menu_does_the_same(
    visit: Visit, site: Site
) -> None:
    clerk = visit("clerk3")
    page = clerk.page
    clerk.told_off = ("/board/move",)
    clerk.go("/board/")
    # 办理中的拖到别的平台：弹回来，说为什么、谁可以
    busy = card(page, site, "processing")
    drag(page, busy, lane(page, "BM"))
    alert = page.get_by_role("alert").filter(has_text="执法已经签收")
    expect(alert).to_contain_text("先退回重分")
    expect(lane(page, "ZF").locator(busy)).to_be_visible()
    alert.get_by_role("button", name="关闭").click()

    waiting = card(page, site, "board3")
    drag(page, waiting, lane(page, "ZF"))
    expect(lane(page, "ZF").locator(waiting)).to_be_visible()
    assert "/board/" in page.url

    # 不用拖也行
    last = card(page, site, "board4")
    last.get_by_role("link", name="能做什么").click()
    page.get_by_role("menuitem", name="分给执法").click()
    expect(lane(page, "ZF").locator(last)).to_be_visible()
