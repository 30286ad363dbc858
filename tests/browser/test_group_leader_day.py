"""组长的一天：工作台上等他定的延期与挂起，明确牵头、请协办，第二次退回，下载纪要."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, Visit
from tests.browser.test_station_day import cannot
from tests.browser.visitor import Visitor
from tests.factories import REASON, photo

REFUSED = "泥堆就在河边，汛期不能等，边检测边清。"


def test_what_the_station_asks_for_is_decided_on_the_leaders_desk(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    longer, pause = (f"/cases/{site.stage[name]}" for name in ("longer", "pause"))
    station = visit("zhifa2")
    ask_for_days(station, longer)
    ask_for_pause(station, pause, tmp_path)

    leader = visit("zhifa_lead")
    decide(leader, "approve_extension", "村道塌了半边", "去批准")
    page = leader.page
    expect(page.locator("main")).to_contain_text("延 4 个工作日")
    expect(box(page, "批准几个工作日")).to_have_value("4")
    box(page, "批准几个工作日").fill("3")
    box(page, "意见").fill("同意三天")
    leader.press("批准延期")
    expect(page.locator("main")).to_contain_text("批准延期 3 个工作日")

    leader.go("/")
    decide(leader, "approve_suspend", "河边倒了建筑泥", "去批准")
    leader.go(pause)
    choose(leader, "不批准挂起")
    expect(page.locator("main")).to_contain_text("等待检验")
    leader.press("不批准挂起")
    expect(page.locator("[data-errors]")).to_contain_text("意见：这一项必须填")
    box(page, "意见").fill(REFUSED)
    leader.press("不批准挂起")
    expect(page.locator("main")).to_contain_text(REFUSED)
    leader.go("/")
    expect(page.locator("[data-decision=approve_suspend]")).to_have_count(0)

    see_the_answer(station, longer, pause)


def ask_for_days(station: Visitor, case: str) -> None:
    """申请延期：超过上限的说出来，改过再交."""
    page = station.page
    station.go(case)
    choose(station, "申请延期")
    box(page, "延几个工作日").fill("40")
    box(page, "已做工作").fill("已围挡，正在清塌方")
    box(page, "理由").fill(REASON)
    station.press("申请延期")
    expect(page.locator("[data-errors]")).to_contain_text("1 至 20")
    expect(box(page, "已做工作")).to_have_value("已围挡，正在清塌方")
    box(page, "延几个工作日").fill("4")
    station.press("申请延期")
    expect(waiting(station)).to_contain_text("延 4 个工作日")


def ask_for_pause(station: Visitor, case: str, folder: Path) -> None:
    """申请挂起：要有依据."""
    page, proof = station.page, folder / "送检单.jpg"
    proof.write_bytes(photo("white"))
    station.go(case)
    choose(station, "申请挂起")
    station.choose("suspend_reason", "等待检验检测鉴定")
    box(page, "预计恢复日").fill("2017-07-05")
    page.locator("main h1").click()
    page.locator("input[name=attachments_file]").set_input_files(proof)
    expect(page.locator(".up input[name=attachments]")).to_have_count(1)
    box(page, "理由").fill(REASON)
    station.press("申请挂起")
    expect(waiting(station)).to_contain_text("7月5日")


def see_the_answer(station: Visitor, longer: str, pause: str) -> None:
    """申请的人看得到准了几天、为什么不准；通知里也有."""
    page = station.page
    station.go("/notifications/")
    expect(page.locator("main")).to_contain_text("的延期已批准")
    station.go(longer)
    expect(page.locator("main")).to_contain_text("批准延期 3 个工作日")
    station.go(pause)
    expect(page.locator("main")).to_contain_text(REFUSED)
    expect(page.get_by_role("heading", name="等待批准")).to_have_count(0)


def test_the_leader_says_who_leads_and_the_unit_asked_to_help_replies(
    visit: Visit, site: Site
) -> None:
    case = f"/cases/{site.stage['led']}"
    leader = visit("zhifa_lead")
    page = leader.page
    leader.go(case)
    choose(leader, "明确牵头人和牵头单位")
    leader.choose("lead_org_id", "安全生产监管站")
    leader.choose("lead_person_id", "盘月岚 · 分管领导（综合执法平台）")
    box(page, "理由").fill("两家都有份，由分管领导牵头")
    leader.press("明确牵头人和牵头单位")
    expect(units(leader)).to_contain_text("盘月岚")
    choose(leader, "增减协办单位")
    leader.choose("org_id", "综合行政执法中队（片区）")
    box(page, "任务").fill("夜里守住倒土的路口")
    leader.press("增减协办单位")
    expect(units(leader)).to_contain_text("综合行政执法中队")

    helper = visit("chengguan")
    page = helper.page
    helper.go("/notifications/")
    expect(page.locator("main")).to_contain_text("调整了协办单位")
    helper.go(case)
    choose(helper, "协办回复")
    expect(page.locator("select[name=cooperation_id] option:checked")).to_contain_text("守住倒土")
    box(page, "协办结果").fill("连守三夜，查获两车，已移交")
    helper.press("协办回复")
    expect(units(helper)).to_contain_text("已回复")


def test_a_second_return_is_the_leaders_and_the_minutes_are_downloaded(
    visit: Visit, site: Site
) -> None:
    case = f"/cases/{site.stage['returned']}"
    operator = visit("zhifa2")
    operator.go(case)
    expect(operator.page.locator("main")).to_contain_text("退回 1 次")
    expect(operator.page.locator("main a[href$='/return_case']")).to_have_count(0)
    expect(cannot(operator)).to_contain_text("退回重分")

    leader = visit("zhifa_lead")
    page = leader.page
    expect(page.locator("main")).to_contain_text("理发店污水直排街沟")
    leader.go(case)
    choose(leader, "退回重分")
    leader.choose("return_reason", "不属本平台职责")
    box(page, "建议由谁办").fill("提请联席会议定责")
    box(page, "理由").fill(REASON)
    leader.press("退回重分")
    assert page.url.endswith("/cases/")
    expect(page.locator(".toasts")).to_contain_text("退回重分")
    clerk = visit("clerk3")
    clerk.go(case)
    expect(clerk.page.locator("main")).to_contain_text("退回 2 次")
    expect(clerk.button("提交联席会议", more(clerk))).to_have_count(1)

    leader.go("/downloads/")
    with page.expect_download() as waiting_for:
        page.locator("[data-row] a[download]").first.click()
    assert Path(waiting_for.value.path()).read_bytes().startswith(b"%PDF-")


def box(page: Page, label: str) -> Locator:
    """表单里的一项."""
    return page.locator("main").get_by_label(label)


def more(visitor: Visitor) -> Locator:
    """打开了的“更多”."""
    menu = visitor.page.locator("main details.pop").first
    menu.locator("summary").click()
    return menu


def choose(visitor: Visitor, name: str) -> None:
    """打开“更多”，按里面的一项，到表单页."""
    menu = more(visitor)
    with visitor.page.expect_navigation():
        visitor.button(name, menu).click()
    expect(visitor.page.locator("h1")).to_have_text(name)


def decide(leader: Visitor, source: str, title: str, words: str) -> None:
    """工作台上等他定的一件，点开."""
    line = leader.page.locator(f"[data-decision={source}]", has_text=title)
    with leader.page.expect_navigation():
        line.get_by_role("link", name=words).click()


def waiting(visitor: Visitor) -> Locator:
    """案件页上的“等待批准”."""
    heading = visitor.page.get_by_role("heading", name="等待批准")
    return visitor.page.locator(".card").filter(has=heading)


def units(visitor: Visitor) -> Locator:
    """案件页上的“参与单位”."""
    heading = visitor.page.get_by_role("heading", name="参与单位")
    return visitor.page.locator(".card").filter(has=heading)
