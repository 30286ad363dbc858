"""刁难：两个标签页、连点两下、表单过期、假文件、一百万个字、乱写的地址；话都说清，字都还在."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

REASON = "涉及国土所职责，本平台没有执法依据，请重新分派。"
SUGGESTION = "建议改派国土资源所承办"
TITLE = "高山村石桥护栏松动"
BODY = "石桥护栏松动，放学的孩子靠上去很危险，请尽快加固。"


def open_dialog(visitor: Visitor, name: str) -> Locator:
    """打开这一步的表单：常用的是对话框，别的是一页；收在“更多”里的先打开“更多”."""
    button = visitor.button(name).first
    if not button.is_visible():
        visitor.page.locator("main summary", has_text="更多").click()
    button.click()
    return visitor.page.locator("dialog[open], main form.card[enctype]").first


def test_the_second_of_two_tabs_is_told_who_did_what_and_keeps_the_text(
    visit: Visit, site: Site
) -> None:
    address = f"/cases/{site.stage['two_tabs']}"
    first, second = visit("zhifa"), visit("zhifa2")
    first.go(address)
    second.go(address)
    late = open_dialog(second, "退回重分")
    late.get_by_label("建议").fill(SUGGESTION)
    late.get_by_label("理由").fill(REASON)

    early = open_dialog(first, "签收")
    expect(early.locator("select[name=handler_id] option:checked")).to_contain_text("蓝望岫")
    with first.page.expect_navigation():
        early.get_by_role("button", name="签收", exact=True).click()
    expect(first.page.locator("main")).to_contain_text("承办人蓝望岫")

    with second.page.expect_navigation():
        late.get_by_role("button", name="退回重分", exact=True).click()
    main = second.page.locator("main")
    expect(main).to_contain_text("蓝望岫")
    expect(main).to_contain_text("签收")
    kept = [box.input_value() for box in main.locator("textarea").all()]
    assert {REASON, SUGGESTION} <= set(kept) or (
        REASON in second.text and SUGGESTION in second.text
    )


def test_a_double_click_signs_in_once(visit: Visit, site: Site) -> None:
    operator = visit("zhifa2")
    page = operator.page
    operator.go(f"/cases/{site.stage['double_click']}")
    dialog = open_dialog(operator, "签收")
    with page.expect_navigation():
        dialog.get_by_role("button", name="签收", exact=True).dblclick()
    expect(page.locator("main")).to_contain_text("承办人雷霁月")
    page.reload()
    assert operator.text.count("签收，社会事业服务中心承办") == 1


def test_two_submissions_that_really_arrive_finish_once(visit: Visit, site: Site) -> None:
    """脚本拦不住的重复提交：同一张表单同时到两次."""
    operator = visit("zhifa2")
    page = operator.page
    operator.go(f"/cases/{site.stage['processing']}/record_progress")
    page.get_by_label("做了什么").fill(BODY)
    statuses = page.evaluate(
        """() => {
          const form = document.querySelector('main form[method=post]');
          const send = () => fetch(form.action, {method: 'POST', body: new FormData(form)});
          return Promise.all([send(), send()]).then(all => all.map(one => one.status));
        }"""
    )
    assert statuses == [200, 200]
    operator.go(f"/cases/{site.stage['processing']}")
    assert operator.text.count(BODY) == 1


def test_an_expired_form_is_explained_and_the_text_is_offered_again(visit: Visit) -> None:
    clerk = visit("clerk3")
    page = clerk.page
    clerk.go("/cases/add")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("诉求内容").fill(BODY)
    clerk.context.clear_cookies()
    clerk.press("存草稿")
    expect(page.locator("main")).to_contain_text("过期")
    expect(page.locator("h1")).to_have_count(1)

    clerk.enter("clerk3")
    clerk.go("/cases/add")
    page.locator(".note", has_text="草稿").get_by_role("button").first.click()
    expect(page.get_by_label("标题")).to_have_value(TITLE)
    expect(page.get_by_label("诉求内容")).to_have_value(BODY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("现场.jpg", b"<html><script>alert(1)</script></html>"),
        ("清单.pdf", b"MZ" + b"\x00" * 600),
        ("空的.png", b""),
    ],
)
def test_a_file_that_lies_about_its_type_is_named_and_not_taken(
    visit: Visit, tmp_path: Path, name: str, content: bytes
) -> None:
    clerk = visit("clerk")
    clerk.told_off = ("/cases/attachments",)
    page = clerk.page
    path = tmp_path / name
    path.write_bytes(content)
    clerk.go("/cases/add")
    page.get_by_label("标题").fill(TITLE)
    page.locator("input[name=attachments_file]").set_input_files(path)
    tile = page.locator(".up.is-bad")
    expect(tile).to_contain_text(name)
    expect(tile).to_contain_text("请重新选" if not content else "这类文件不收")
    expect(page.locator(".up input[name=attachments]")).to_have_count(0)
    expect(page.get_by_label("标题")).to_have_value(TITLE)


def test_a_title_of_a_million_characters_is_refused_in_words_and_not_lost(visit: Visit) -> None:
    clerk = visit("clerk3")
    page = clerk.page
    clerk.go("/cases/add")
    with page.expect_response(lambda answer: "/cases/suggest" in answer.url) as suggested:
        page.get_by_label("诉求内容").fill(BODY * 40)
    assert suggested.value.ok
    page.get_by_label("标题").evaluate("box => { box.value = '长'.repeat(1000000) }")
    clerk.press("存草稿")
    expect(page.locator("[data-errors]").first).to_contain_text("标题：至多 200 个字")
    assert page.get_by_label("标题").evaluate("box => box.value.length") == 1_000_000
    expect(page.get_by_label("诉求内容")).to_have_value(BODY * 40)


def test_nonsense_in_the_address_still_gives_the_list(visit: Visit) -> None:
    clerk = visit("clerk3")
    answer = clerk.go("/cases/?page=abc&state=XYZ&village=9e9&since=2017-99-99&cursor=zzz")
    assert answer.status == 200
    expect(clerk.page.locator("[data-row]").first).to_be_visible()
    expect(clerk.page.locator("main .note")).to_contain_text("page=abc")


@pytest.mark.parametrize("path", ["/cases/99999999", "/cases/abc", "/meetings/0", "/nowhere"])
def test_a_wrong_address_says_so_in_chinese(visit: Visit, path: str) -> None:
    clerk = visit("clerk3")
    answer = clerk.go(path)
    assert answer.status == 404
    expect(clerk.page.locator("h1")).to_have_count(1)
    expect(clerk.page.locator("main")).to_contain_text("没有找到")
    expect(clerk.page.locator("main")).to_contain_text("编号")
