"""协调组的一周：排例会、发通知、收议题、开会点名、议定、起草，另一人审核，组长签发，下载纪要."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from app.domain.working_time import SHANGHAI
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

PLACE = "乡政府二楼会议室"
MEETING_DAY = datetime(2017, 7, 5, 14, 30, tzinfo=SHANGHAI)
DISCUSSION = "会议听取了清运情况汇报。村口清运点少，垃圾当天运不走，雨天漫到路上。"
CONCLUSION = "由社会事业服务中心牵头，增设清运点，每日清运。"
RESOLUTION = "高山村口增设2个清运点，落实每日清运"
TITLE = "高山村村口垃圾成堆"


def test_a_weekly_meeting_is_held_and_its_minutes_are_signed_by_three_people(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    recorder = visit("zhifa")
    meeting = prepare(recorder)
    leader = visit("zhifa_lead")
    leader.go(meeting)
    leader.press(f"列入：{TITLE}")

    site.set_clock(MEETING_DAY)
    recorder = visit("zhifa")
    recorder.go(meeting)
    hold(recorder)

    reviewer = visit("zhifa2")
    reviewer.go(meeting)
    reviewer.press("审核通过")
    leader = visit("zhifa_lead")
    leader.go(meeting)
    leader.press("签发")
    expect(leader.page.locator("main")).to_contain_text("纪要已签发")
    check_pdf(leader, meeting, tmp_path)
    see_on_the_case(visit("clerk"), f"/cases/{site.stage['meeting_case']}", meeting)


def prepare(recorder: Visitor) -> str:
    """排期、发通知、从案件里选一件作议题；返回会议的地址."""
    page = recorder.page
    recorder.go("/meetings/")
    recorder.press("排期")
    page.get_by_label("时间").fill("2017-07-05 14:30")
    page.get_by_label("地点").fill(PLACE)
    page.locator("main h1").click()
    recorder.press("排期")
    expect(page.locator("h1")).to_have_text("2017年第27周综合执法平台例会")
    meeting = page.url
    recorder.press("发通知")
    expect(page.locator("main")).to_contain_text("应 5")

    # 没到那天不能开
    recorder.press("开会")
    expect(page.locator("[data-errors]")).to_contain_text("7月5日")
    recorder.go(meeting)
    with page.expect_navigation():
        page.get_by_role("link", name="从案件选").click()
    with page.expect_navigation():
        page.locator("#candidates li", has_text=TITLE).get_by_role("button").click()
    expect(page.locator(".agenda")).to_contain_text(TITLE)
    return meeting


def hold(recorder: Visitor) -> None:
    """开会：点名、审议、议定，散会，起草."""
    page = recorder.page
    recorder.press("开会")
    roll_call(recorder)
    with page.expect_navigation():
        page.locator(".agenda").get_by_role("link", name=TITLE).click()
    debate(recorder)
    recorder.press("结束会议")
    expect(page.locator("main")).to_contain_text("已结束")
    recorder.press("起草纪要")
    box = page.locator("textarea[name=analysis]")
    expect(box).to_have_value(re.compile("收件"))
    page.locator("[name=row_content]").last.fill("高山村、张山村巡查清运点")
    page.locator("[name=row_responsible]").last.fill("蓝望岫")
    page.locator("[name=row_lead_unit]").last.fill("社会事业服务中心")
    page.locator("[name=row_due]").last.fill("2017-07-12")
    page.locator("main h1").click()
    recorder.press("保存")
    expect(page.locator(".paper")).to_contain_text("高山村、张山村巡查清运点")
    expect(recorder.button("审核通过")).to_have_count(0)


def roll_call(recorder: Visitor) -> None:
    """点名：一人请假要写原因，其余全到."""
    page = recorder.page
    recorder.press("雷巡野：假")
    page.locator("main textarea[name=reason]").fill("下乡处置违建")
    page.locator("main textarea[name=reason]").press("Control+Enter")
    expect(page.locator("main")).to_contain_text("假 1")
    recorder.press("其余全到")
    expect(page.locator("main")).to_contain_text("应 5 · 到 4 · 假 1 · 缺 0")


def debate(recorder: Visitor) -> None:
    """审议一件，议定一项：责任人、牵头单位、期限."""
    page = recorder.page
    page.get_by_label("审议情况").fill(DISCUSSION)
    page.get_by_label("结论").fill(CONCLUSION)
    recorder.press("记下")
    fold = page.locator("#resolution")
    fold.locator("summary").click()
    fold.get_by_label("内容").fill(RESOLUTION)
    recorder.choose("lead_org_id", "社会事业服务中心", fold)
    recorder.choose("duty_person_id", "蓝望岫", fold)
    fold.get_by_label("期限").fill("2017-07-14")
    page.locator("main h1").click()
    recorder.press("加上", fold)
    row = page.locator("[data-row]", has_text=RESOLUTION)
    expect(row).to_contain_text("社会事业服务中心")
    expect(row).to_contain_text("7月14日")


def check_pdf(leader: Visitor, meeting: str, folder: Path) -> None:
    """下载两次逐字节相同；每页画成图都有字."""
    page = leader.page
    with page.expect_download() as waiting:
        leader.button("下载 PDF").first.click()
    path = folder / "minutes.pdf"
    waiting.value.save_as(path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    again = leader.context.request.get(f"{meeting}/minutes.pdf")
    assert again.headers["content-type"] == "application/pdf"
    assert again.body() == content

    subprocess.run(["pdftoppm", "-gray", "-r", "40", path, folder / "page"], check=True)
    pages = sorted(folder.glob("page*.pgm"))
    assert pages
    for one in pages:
        dark = sum(Image.open(one).histogram()[:128])
        assert dark > 500, f"{one.name} 几乎是空白的"
    words = subprocess.run(
        ["pdftotext", path, "-"], check=True, capture_output=True
    ).stdout.decode()
    assert RESOLUTION in words.replace("\n", "")


def see_on_the_case(clerk: Visitor, case: str, meeting: str) -> None:
    """案件页上看得到会议与议定事项."""
    clerk.go(case)
    heading = clerk.page.get_by_role("heading", name="会议与决议")
    card = clerk.page.locator(".card").filter(has=heading)
    expect(card).to_contain_text(RESOLUTION)
    expect(card).to_contain_text("蓝望岫")
    with clerk.page.expect_navigation():
        card.get_by_role("link").first.click()
    assert clerk.page.url.startswith(meeting)
