"""主题开关当场换、换页不闪、没有脚本也能换；快捷键说明只列本页真有的，单键可以关."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.conftest import Site, Visit

PAPER = "() => getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(11, 19, 32)", "rgb(245, 247, 250)"


def test_the_switch_changes_the_page_at_once_and_is_remembered(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    clerk.go("/cases/add?form=full")
    page.get_by_label("标题").fill("高山村水管漏水")
    page.locator("summary.who").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="深色").click()
    assert page.evaluate(PAPER) == DARK
    expect(page.get_by_label("标题")).to_have_value("高山村水管漏水")  # 正在填的没有动
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true")

    answer = clerk.go("/cases/")
    assert 'data-bs-theme="dark"' in answer.text()  # 服务器写好，不等脚本
    assert page.evaluate(PAPER) == DARK
    page.locator("summary.who").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="跟随系统").click()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(PAPER) == DARK
    page.emulate_media(color_scheme="light")
    assert page.evaluate(PAPER) == LIGHT


def test_the_switch_works_before_signing_in_and_without_scripts(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context(base_url=site.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login/?next=/cases/")
    page.get_by_role("button", name="深色").click()
    assert page.url.endswith("/login/?next=/cases/")
    assert 'data-bs-theme="dark"' in page.content()
    context.close()


def test_the_help_lists_what_this_page_has_and_nothing_else(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    listed = page.locator("#keys [data-keys-list] li:visible")
    clerk.go("/cases/?view=DISPATCHED")
    page.keyboard.press("?")
    told = listed.all_inner_texts()
    words = " ".join(" ".join(told).split())
    for one in ("搜索", "下一行、上一行", "打开这一行", "登记来件", "筛选", "打印", "统一分流"):
        assert one in words, one
    for one in ("上移、下移", "采用建议", "按序号选", "存草稿"):
        assert one not in words, one
    assert len(told) == len({" ".join(text.split()) for text in told})

    page.keyboard.press("Escape")
    clerk.go("/cases/add?form=full")
    page.locator("main h1").click()
    page.keyboard.press("?")
    words = " ".join(" ".join(listed.all_inner_texts()).split())
    for one in ("按序号选", "提交表单", "存草稿"):
        assert one in words, one
    for one in ("下一行、上一行", "打开这一行"):
        assert one not in words, one


def test_single_keys_can_be_switched_off_and_stay_off(visit: Visit) -> None:
    clerk = visit("clerk")
    page = clerk.page
    clerk.go("/cases/")
    page.keyboard.press("?")
    page.get_by_label("使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name="快捷键").click()
    page.get_by_label("使用单键快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()


def test_dialogs_menus_and_pickers_are_accessible_in_both_themes(visit: Visit, site: Site) -> None:
    zhifa = visit("zhifa")
    page = zhifa.page
    zhifa.go(f"/cases/{site.stage['dispatched']}")
    found: list[str] = []
    for name in page.locator("dialog.dlg").evaluate_all("all => all.map(one => one.id)"):
        page.evaluate("id => document.getElementById(id).showModal()", name)
        found += [f"{name} {words}" for words in axe.in_both_themes(page, f"#{name}")]
        page.evaluate("id => document.getElementById(id).close()", name)
    page.locator("summary.who").click()
    found += axe.in_both_themes(page, ".top")

    clerk = visit("clerk")
    clerk.go("/cases/add?form=full")
    clerk.page.locator("select[name=category_id]").evaluate("box => box.tomselect.open()")
    found += axe.in_both_themes(clerk.page, ".ts-dropdown")
    clerk.page.locator("input[name=received_at]").evaluate("box => box._flatpickr.open()")
    found += axe.in_both_themes(clerk.page, ".flatpickr-calendar.open")
    assert not found, "\n".join(found)
