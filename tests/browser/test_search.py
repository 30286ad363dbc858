"""搜索：命令面板只用键盘、输入法选字时不搜、手机上点得开；命中的在整页里标出."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import PHONE, case_of

TITLE = "高山村路灯不亮"
COMPOSE = """box => {
  box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  box.value = "lu deng";
  box.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
}"""
COMPOSED = """box => {
  box.value = "路灯";
  box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "路灯" }));
}"""


def test_the_palette_opens_finds_and_goes_with_keys_alone(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/search/find" in one.url else None)
    clerk.go("/meetings/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="搜索，或直接去")
    expect(box).to_be_focused()
    options = page.locator("#palette").get_by_role("option")
    expect(options.first).to_contain_text("登记来件")

    before = len(asked)
    box.evaluate(COMPOSE)
    page.wait_for_timeout(400)
    assert len(asked) == before, "输入法还在选字"
    box.evaluate(COMPOSED)
    expect(options.first.locator("mark")).to_have_text("路灯")
    assert box.get_attribute("aria-activedescendant") is None

    page.keyboard.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert case_of(page)
    expect(page.locator("h1")).to_contain_text(TITLE)

    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_what_is_typed_before_the_script_arrives_stays(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page

    def late(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/palette*.js", late)
    clerk.go("/meetings/")
    page.keyboard.press("/")
    page.keyboard.type("路灯")
    expect(page.locator("#palette mark").first).to_have_text("路灯")
    page.keyboard.type("不")
    expect(page.get_by_role("combobox", name="搜索，或直接去")).to_have_value("路灯不")


def test_enter_without_choosing_leads_to_the_full_page_with_the_hits_marked(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    clerk.go("/")
    page.locator(".top .search").click()
    box = page.get_by_role("combobox")
    box.fill("路灯")
    expect(page.locator("#palette mark").first).to_have_text("路灯")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".find-cases mark").first).to_have_text("路灯")
    with page.expect_navigation():
        page.get_by_role("link", name="待受理").click()
    expect(page.locator(".find-cases .row-title")).to_have_text([TITLE])
    assert "state=REPORTED" in page.url


def test_on_a_phone_the_palette_fills_the_screen_and_is_tapped(visit: Visit) -> None:
    member = visit("grid09", PHONE)
    page = member.page
    member.go("/cases/")
    page.locator(".top .search").click()
    page.get_by_role("combobox").fill("路灯")
    option = page.locator("#palette").get_by_role("option", name=TITLE)
    expect(option).to_be_visible()
    assert (option.bounding_box() or {})["height"] >= 44
    with page.expect_navigation():
        option.click()
    assert case_of(page)
