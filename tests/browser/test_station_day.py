"""平台的一天：签收，记进展，办结；没经手的受理员核查、反馈、归档；经手的人核查不了."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.factories import LONG, photo

PROGRESS = "联系清运公司，派车到高山村口，先清路面。"


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    """处理中、处理后的照片."""
    during, after = tmp_path / "清运中.jpg", tmp_path / "清运后.jpg"
    during.write_bytes(photo("orange"))
    after.write_bytes(photo("green"))
    return during, after


def dialog_of(visitor: Visitor, name: str) -> Locator:
    """按下按钮打开的对话框."""
    visitor.button(name).first.click()
    dialog = visitor.page.locator("dialog[open]")
    expect(dialog.get_by_role("heading", name=name)).to_be_visible()
    return dialog


def send(visitor: Visitor, dialog: Locator, name: str) -> None:
    """交上去，等新的一页."""
    with visitor.page.expect_navigation():
        dialog.get_by_role("button", name=name, exact=True).click()


def attach(where: Locator, picture: Path) -> None:
    """放一张照片，等它传完."""
    where.locator("input[name=attachments_file]").set_input_files(picture)
    expect(where.locator(".up input[name=attachments]")).to_have_count(1)


def test_a_platform_operator_signs_handles_and_finishes_and_another_clerk_closes(
    visit: Visit, site: Site, pictures: tuple[Path, Path]
) -> None:
    case = f"/cases/{site.stage['station']}"
    operator = visit("zhifa2")
    handle(operator, case, pictures)
    close(visit("clerk3"), case)

    operator.go(case)
    expect(operator.page.locator("main")).to_contain_text("已归档")
    # 受理、分流的人看得到结局
    other = visit("clerk2")
    other.go(case)
    expect(other.page.locator("main")).to_contain_text("BQX-SGPT-2017-D10-ZF-")


def handle(operator: Visitor, case: str, pictures: tuple[Path, Path]) -> None:
    page = operator.page
    operator.go(case)
    dialog = dialog_of(operator, "签收")
    expect(dialog.locator("select[name=org_id] option:checked")).to_have_text("社会事业服务中心")
    expect(dialog.locator("select[name=handler_id] option:checked")).to_contain_text("雷霁月")
    send(operator, dialog, "签收")
    expect(page.locator("main")).to_contain_text("承办人雷霁月")

    page.get_by_label("记进展并附文件").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("做了什么").fill(PROGRESS)
    attach(dialog, pictures[0])
    send(operator, dialog, "记录进展")
    expect(page.locator("main")).to_contain_text(PROGRESS)

    # 不足 20 个字：说出来，写的、传的都还在
    page.keyboard.press("d")
    dialog = page.locator("dialog[open]")
    operator.choose("result", "已解决", dialog)
    dialog.get_by_label("办理情况").fill("已清运")
    attach(dialog, pictures[1])
    send(operator, dialog, "办结报送")
    expect(page.locator("[data-errors]").first).to_contain_text("至少 20 个字")
    box = page.get_by_label("办理情况")
    expect(box).to_have_value("已清运")
    expect(page.locator("main .up input[name=attachments]")).to_have_count(1)
    box.fill(LONG)
    operator.press("办结报送")
    expect(page.locator("main")).to_contain_text("办结报送：已解决")
    expect(page.locator("main .shot img")).to_have_count(2)

    expect(operator.button("核查通过")).to_have_count(0)
    expect(cannot(operator)).to_contain_text("核查通过 由")


def cannot(visitor: Visitor) -> Locator:
    """右栏“现在不能做”."""
    heading = visitor.page.get_by_role("heading", name="现在不能做")
    return visitor.page.locator(".card").filter(has=heading)


def test_a_clerk_who_handled_the_case_cannot_verify_it(visit: Visit, site: Site) -> None:
    clerk = visit("clerk2")
    page = clerk.page
    clerk.go(f"/cases/{site.stage['own']}")
    expect(clerk.button("核查通过")).to_have_count(0)
    expect(clerk.button("退回重办")).to_have_count(0)
    expect(cannot(clerk)).to_contain_text("本轮经手的人不能核查")
    expect(cannot(clerk)).to_contain_text("钟竹筠")

    # 硬敲地址也一样
    address = page.url
    clerk.go(f"{address}/verify")
    assert page.url == address
    expect(page.locator("main")).to_contain_text("核查通过：本轮经手的人不能核查")

    other = visit("clerk3")
    other.go(address)
    expect(other.button("核查通过")).to_have_count(1)


def close(clerk: Visitor, case: str) -> None:
    page = clerk.page
    clerk.go(case)
    dialog = dialog_of(clerk, "核查通过")
    clerk.choose("verify_method", "资料", dialog)
    dialog.get_by_label("核查意见").fill("照片与现场一致")
    send(clerk, dialog, "核查通过")
    expect(page.locator("main")).to_contain_text("核查通过（资料）")

    dialog = dialog_of(clerk, "反馈来件人")
    expect(dialog.locator("select[name=informant_id] option:checked")).to_contain_text(
        "138****0612"
    )
    dialog.get_by_label("告知内容").fill("垃圾已清运，今后每日一清。")
    send(clerk, dialog, "反馈来件人")

    dialog = dialog_of(clerk, "归档")
    dialog.get_by_label("密级与敏感标记已核对").check()
    send(clerk, dialog, "归档")
    expect(page.locator("main")).to_contain_text("已归档")
    expect(page.locator("main")).to_contain_text("档号 BQX-SGPT-2017-D10-ZF-")
    expect(page.locator("main .btn-primary")).to_have_count(0)
