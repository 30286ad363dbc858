"""案件的岔路在界面上走一遍：自办自结、直报、并案、请示与批准、延期挂起、协办、更正、重开、评价."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.sql import counted
from tests.web.case_desk import LONG_STORY, Desk, done, form_of, upload, words

REASON = "经现场核实，情况属实，理由如下所述。"


@pytest.fixture
def desk(app: Any, client_for: Callable[[str], FlaskClient]) -> Desk:
    """受理员与综合执法平台操作员的浏览器."""
    return Desk(client_for, app)


def grid_draft(desk: Desk, shortcut: str) -> tuple[FlaskClient, int]:
    """网格员在手机上填一件，点快路的按钮."""
    grid = desk.open("grid09")
    home = desk.id_of("SELECT id FROM grid WHERE code = 'G09'")
    data = {
        "matter": "roads",
        "body": "村口水沟堵了，水漫到路上",
        "channel": "GRID",
        "level": "一般",
        "kind": "EVENT",
        "grid_id": str(home),
        "place": "高山村口",
        "do": shortcut,
        "submit_key": f"road-{shortcut}",
    }
    answer = done(grid.post("/cases/add", data=data))
    place = answer.headers["Location"]
    assert place.endswith(f"/{shortcut}"), place
    page = words(grid.get(place))
    assert "小类" in page
    return grid, int(place.split("/")[-2])


def test_a_grid_member_settles_a_matter_on_the_spot_from_the_phone(desk: Desk) -> None:
    grid, case_id = grid_draft(desk, "self_close")
    before, after = (upload(grid, f"{n}.jpg").get_json()["id"] for n in ("前", "后"))
    data = {
        "category_id": str(desk.category("ZF1001")),
        "content": "当场疏通，路面冲洗干净。",
        "before_photos": str(before),
        "after_photos": str(after),
        "told_on_spot": "y",
    }
    bare = {**data, "before_photos": "", "after_photos": ""}
    refused = desk.step(grid, case_id, "self_close", **bare)
    assert refused.status_code == 422
    assert "照片" in words(refused)
    assert "当场疏通" in refused.get_data(as_text=True)
    done(desk.step(grid, case_id, "self_close", **data))
    assert desk.state(case_id) == "VERIFIED"
    assert "自办自结" in words(desk.clerk.get(f"/cases/{case_id}"))


def test_a_direct_report_reaches_the_platform_and_the_office_can_redirect_it(desk: Desk) -> None:
    grid, case_id = grid_draft(desk, "direct_report")
    data = {
        "category_id": str(desk.category("ZF1001")),
        "platform": "ZF",
        "direct_reason": "水已漫到路上，车过不去",
    }
    done(desk.step(grid, case_id, "direct_report", **data))
    assert desk.state(case_id) == "DISPATCHED"
    assert "直报" in words(desk.clerk.get(f"/cases/{case_id}"))
    assert "直报" in words(desk.zhifa.get(f"/cases/{case_id}"))


def test_merging_by_number_and_taking_out_again(desk: Desk) -> None:
    main, other = desk.enter(do="report"), desk.enter(do="report", submit_key="key-2")
    number = desk.id_of("SELECT number FROM case_record WHERE id = :id", id=main)
    data = {"main_number": "不是编号", "same_points": ["地点", "内容"], "reason": REASON}
    wrong = desk.step(desk.clerk, other, "merge", **data)
    assert wrong.status_code == 422
    assert "不像案件编号" in words(wrong)
    unknown = desk.step(desk.clerk, other, "merge", **{**data, "main_number": "BQ2017-09999"})
    assert "没有找到这个编号" in words(unknown)
    done(desk.step(desk.clerk, other, "merge", **{**data, "main_number": number}))
    assert desk.state(other) == "MERGED"
    page = desk.clerk.get(f"/cases/{main}")
    assert "并入 1 件" in words(page)
    assert f'href="/cases/{other}"' in page.get_data(as_text=True)
    assert number in words(desk.clerk.get(f"/cases/{other}"))
    third = desk.enter(do="report", submit_key="key-3")
    merged = desk.id_of("SELECT number FROM case_record WHERE id = :id", id=other)
    late = desk.step(desk.clerk, third, "merge", **{**data, "main_number": merged})
    assert "主案现在是“已并案”（蓝其蓁：并案），不能并入。" in words(late)
    done(desk.step(desk.clerk, other, "unmerge", reason=REASON))
    assert desk.state(other) == "REPORTED"


def test_what_is_asked_is_shown_to_whoever_decides(desk: Desk) -> None:
    case_id = desk.in_hand()
    mayor = desk.open("mayor")
    lead = desk.open("zhifa_lead")
    ask = {"extension_wd": "6", "work_done": "已送达通知", "reason": REASON}
    done(desk.step(desk.zhifa, case_id, "request_extension", **ask))
    page = words(lead.get(f"/cases/{case_id}"))
    assert "等待批准" in page
    assert "延 6 个工作日" in page
    refused = lead.get(f"/cases/{case_id}/approve_extension", follow_redirects=True)
    assert "钟怀川" in words(refused)
    form = words(mayor.get(f"/cases/{case_id}/approve_extension"))
    assert "延 6 个工作日" in form
    data = {"granted_wd": "6", "opinion": "同意"}
    done(desk.step(mayor, case_id, "approve_extension", **data))
    proof = upload(desk.zhifa).get_json()["id"]
    ask = {
        "suspend_reason": "AWAIT_TEST",
        "resume_on": "2017-05-26",
        "attachments": proof,
        "reason": REASON,
    }
    done(desk.step(desk.zhifa, case_id, "request_suspend", **ask))
    assert "等待检验" in words(lead.get(f"/cases/{case_id}/approve_suspend"))
    late = desk.step(lead, case_id, "approve_suspend", until_on="2017-06-30", opinion="同意")
    assert late.status_code == 422
    assert "10 个工作日" in words(late)
    done(desk.step(lead, case_id, "approve_suspend", until_on="2017-05-26", opinion="同意"))
    assert desk.state(case_id) == "SUSPENDED"
    done(desk.step(lead, case_id, "resume", note="检验结果已出"))
    assert desk.state(case_id) == "PROCESSING"


def test_several_platforms_from_request_to_reply(desk: Desk) -> None:
    case_id = desk.enter()
    both = {"platform": "ZF", "assist_platforms": "SJ", "assist_platforms-SJ": "查有没有证照"}
    empty = {**both, "assist_platforms-SJ": ""}
    wrong = desk.step(desk.clerk, case_id, "request_multi_dispatch", **empty, note="两家都有份")
    assert wrong.status_code == 422
    assert "都要写任务" in words(wrong)
    done(desk.step(desk.clerk, case_id, "request_multi_dispatch", **both, note="两家都有份"))
    barred = desk.clerk.get(f"/cases/{case_id}/dispatch_multi", follow_redirects=True)
    assert "批准" in words(barred)
    mayor = desk.open("mayor")
    assert "两家都有份" in words(mayor.get(f"/cases/{case_id}"))
    done(desk.step(mayor, case_id, "dispatch_multi", **both, note="同意"))
    place = {"org_id": desk.org("社会事业服务中心"), "handler_id": desk.person("蓝望岫")}
    done(desk.step(desk.zhifa, case_id, "sign_in", **place))
    other = desk.open("shichang")
    slip = desk.id_of("SELECT id FROM cooperation WHERE case_id = :id", id=case_id)
    path = f"/cases/{case_id}/slips/{slip}"
    assert path in other.get(f"/cases/{case_id}").get_data(as_text=True)
    assert desk.open("bianmin").get(path).status_code == 404
    assert desk.zhifa.get(path).status_code == 404
    team = {
        "org_id": desk.id_of("SELECT id FROM org WHERE code = 'SJS'"),
        "handler_id": desk.person("蓝衡之"),
    }
    assert other.get(path).status_code == 200
    done(other.post(path, data=team))
    # 点了两下的算办成；换了人再交的说已签收
    done(other.post(path, data=team))
    signed = "SELECT count(*) FROM journal WHERE case_id = :id AND data ? 'handler_id'"
    assert desk.id_of(f"{signed} AND action = 'sign_in'", id=case_id) == 2
    rival = {**team, "handler_id": desk.person("钟茗生")}
    assert other.post(path, data=rival).status_code == 422
    done(
        desk.step(
            desk.open("shijian"), case_id, "submit_cooperation", cooperation_id=slip, reply="已立案"
        )
    )
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "已回复" in page
    assert "协办签收，市场监管所（片区）协办，协办人蓝衡之" in page
    lead = {
        "lead_org_id": desk.org("社会事业服务中心"),
        "lead_person_id": desk.person("蓝望岫"),
        "note": "由执法牵头",
    }
    done(desk.step(mayor, case_id, "appoint_lead", **lead))
    assert "牵头人" in words(desk.clerk.get(f"/cases/{case_id}"))


def test_a_mediation_is_followed_up_on_its_own_page(desk: Desk) -> None:
    """协议登记了什么、回访了没有，案件页上看得到；记回访的只有调解的那一家."""
    case_id = desk.enter(category_id=str(desk.category("ZZ0201")), people_count="2")
    path = f"/cases/{case_id}/mediation"
    mediator = desk.open("sifa")
    done(desk.step(desk.clerk, case_id, "dispatch", platform="ZZ"))
    assert desk.clerk.get(path).status_code == 404
    place = {
        "org_id": desk.id_of("SELECT id FROM org WHERE code = 'SFS'"),
        "handler_id": desk.person("钟解颐"),
    }
    done(desk.step(desk.open("zongzhi"), case_id, "sign_in", **place))
    data = {
        "result": "调解成功",
        "content": LONG_STORY,
        "attachments": upload(mediator).get_json()["id"],
        "parties": "相邻两户",
        "mediator": "钟解颐",
        "dispute": "屋后沟的走向",
        "agreement": "六月十日前改沟",
        "perform_by": "2017-06-10",
    }
    done(desk.step(mediator, case_id, "finish", **data))
    assert "六月十日前改沟" in words(desk.clerk.get(f"/cases/{case_id}"))
    assert path not in desk.clerk.get(f"/cases/{case_id}").get_data(as_text=True)
    assert path in mediator.get(f"/cases/{case_id}").get_data(as_text=True)
    assert desk.clerk.get(path).status_code == 404
    assert desk.clerk.post(path, data={"content": "改好了"}).status_code == 403
    empty = mediator.post(path, data={"content": ""})
    assert empty.status_code == 422
    assert 'for="record_progress-content"' in empty.get_data(as_text=True)
    half = {"content": "沟挖了一半", "version": form_of(mediator, path)}
    done(mediator.post(path, data=half))
    done(mediator.post(path, data=half))
    assert words(desk.clerk.get(f"/cases/{case_id}")).count("沟挖了一半") == 2, "日志与协议各一处"
    stale = mediator.post(path, data={**half, "content": "另一位也去看了"})
    assert stale.status_code == 409
    assert "另一位也去看了" in stale.get_data(as_text=True)
    done(mediator.post(path, data={"content": "沟已改回原位", "performed": "y"}))
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "已履行" in page
    assert "沟已改回原位" in page
    assert mediator.post(path, data={"content": "再看一次"}).status_code == 422


def test_a_correction_shows_only_to_whoever_sees_the_text(desk: Desk) -> None:
    case_id = desk.enter()
    page = desk.clerk.get(f"/cases/{case_id}/correct").get_data(as_text=True)
    assert "彩钢棚" in page
    data = {
        "title": "棚房占用消防通道",
        "body": "改过的正文",
        "place": "振兴路东侧",
        "received_at": "2017-05-22 08:50",
        "informant_name": "雷某英",
        "informant_phone": "13812345678",
        "reason": REASON,
    }
    done(desk.step(desk.clerk, case_id, "correct", **data))
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "棚房占用消防通道" in page
    assert "更正：" in page
    raised = {"category_id": str(desk.category("ZF0402")), "level": "重大", "reason": REASON}
    done(desk.step(desk.clerk, case_id, "reclassify", **raised))
    assert "重大" in words(desk.clerk.get(f"/cases/{case_id}"))


def test_rated_archived_and_opened_again(desk: Desk) -> None:
    case_id = desk.finished()
    done(desk.step(desk.zhifa, case_id, "withdraw_finish", reason=REASON))
    file_id = upload(desk.zhifa).get_json()["id"]
    data = {"result": "已解决", "content": LONG_STORY, "attachments": file_id}
    done(desk.step(desk.zhifa, case_id, "finish", **data))
    done(desk.step(desk.clerk, case_id, "verify", verify_method="现场", opinion="属实"))
    informant = desk.id_of("SELECT id FROM case_informant WHERE case_id = :id", id=case_id)
    told = {
        "informant_id": informant,
        "receiver": "雷某英",
        "method": "电话",
        "feedback_at": "2017-05-22 09:00",
        "content": "已拆除。",
    }
    done(desk.step(desk.clerk, case_id, "feedback", **told))
    ask = {"satisfaction": "基本满意", "method": "电话回访", "reference": "0577-1234 10:00"}
    done(desk.step(desk.clerk, case_id, "rate", **ask))
    done(desk.step(desk.clerk, case_id, "archive", retention="D10", secrecy_confirmed="y"))
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "基本满意" in page
    deputy = desk.open("deputy")
    again = {"reopen_reason": "反弹", "reason": REASON}
    done(desk.step(deputy, case_id, "reopen", **again))
    assert desk.state(case_id) == "PROCESSING"


def test_a_page_full_of_waiting_things_stays_within_its_statements(desk: Desk) -> None:
    case_id = desk.in_hand()
    ask = {"extension_wd": "2", "work_done": "已送达通知", "reason": REASON}
    done(desk.step(desk.zhifa, case_id, "request_extension", **ask))
    lead = desk.open("zhifa_lead")
    for browser in (desk.clerk, desk.zhifa, lead):
        browser.get(f"/cases/{case_id}")
        with counted() as statements:
            browser.get(f"/cases/{case_id}")
        assert len(statements) <= 16, statements.report


def test_a_draft_that_lacks_something_says_so_before_it_can_be_reported(desk: Desk) -> None:
    lacking = {"category_id": str(desk.category("ZZ0201")), "people_count": "", "do": "draft"}
    case_id = desk.enter(**lacking)
    page = desk.clerk.get(f"/cases/{case_id}")
    assert f"/cases/{case_id}/report" not in page.get_data(as_text=True)
    assert "还缺：涉及人数" in words(page)
    assert f"/cases/{case_id}/edit" in page.get_data(as_text=True)
    version = desk.id_of("SELECT version FROM case_record WHERE id = :id", id=case_id)
    filled = desk.intake(**{**lacking, "people_count": "2", "version": str(version)})
    done(desk.clerk.post(f"/cases/{case_id}/edit", data=filled))
    page = desk.clerk.get(f"/cases/{case_id}").get_data(as_text=True)
    assert f"/cases/{case_id}/report" in page
