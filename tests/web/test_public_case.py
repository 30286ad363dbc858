"""来件人凭查询码：看得到进度，能补、能撤、能评；码不对、作废的、别人的一样没有."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.case_desk import TITLE, Desk, done, words

REASON = "事情已经自己解决，不用再办了。"


@pytest.fixture
def desk(app: Any, client_for: Callable[[str], FlaskClient]) -> Desk:
    """受理员与综合执法平台操作员的浏览器."""
    return Desk(client_for, app)


@pytest.fixture
def visitor(app: Any) -> Any:
    """没有账号的来件人."""
    return app.test_client().take_token("/q/")


def code_of(browser: Any, case_id: int) -> str:
    """发一个查询码."""
    page = browser.post(f"/cases/{case_id}/code").get_data(as_text=True)
    found = re.search(r"<b>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</b>", page)
    assert found, page
    return found[1]


def test_the_code_shows_where_the_case_stands_and_nothing_else(desk: Desk, visitor: Any) -> None:
    case_id = desk.in_hand()
    code = code_of(desk.clerk, case_id)
    answer = visitor.post("/q/", data={"code": code.lower().replace("-", " ")})
    page = words(answer)
    assert answer.status_code == 200
    assert "BQ2017-00001" in page
    assert "办理中" in page
    for secret in (TITLE, "彩钢棚", "雷某英", "蓝望岫", "社会事业", "13812345678"):
        assert secret not in page, secret
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_wrong_or_revoked_code_finds_nothing(desk: Desk, visitor: Any) -> None:
    case_id = desk.in_hand()
    first = code_of(desk.clerk, case_id)
    second = code_of(desk.clerk, case_id)
    for code in ("", "AAAA-BBBB-CCCC", first, "BQ2017-00001", "x" * 39):
        answer = visitor.post("/q/", data={"code": code})
        assert answer.status_code in (404, 422), code
        assert "BQ2017" not in words(answer)
    assert visitor.post("/q/", data={"code": second}).status_code == 200
    for path in ("supplement", "withdraw", "rate"):
        data = {"code": first, "content": "补一点", "reason": REASON, "satisfaction": "满意"}
        assert visitor.post(f"/q/{path}", data=data).status_code == 404


def test_only_who_tells_the_reporter_gives_a_code(desk: Desk) -> None:
    case_id = desk.in_hand()
    for login, status in (("zhifa", 403), ("jiwei", 403), ("zongzhi", 404)):
        answer = desk.open(login).post(f"/cases/{case_id}/code")
        assert answer.status_code == status, login
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "发查询码" in page
    assert "发查询码" not in words(desk.zhifa.get(f"/cases/{case_id}"))


def test_what_is_missing_is_handed_in_and_a_wrong_form_keeps_what_was_typed(
    desk: Desk, visitor: Any
) -> None:
    case_id = desk.enter(do="report")
    lack = {"items": "缺具体门牌", "reason": "请写清具体地点，便于上门核实。"}
    done(desk.step(desk.clerk, case_id, "request_supplement", **lack))
    code = code_of(desk.clerk, case_id)
    assert "缺具体门牌" in words(visitor.post("/q/", data={"code": code}))
    empty = visitor.post("/q/supplement", data={"code": code, "content": "", "place": "三号院"})
    assert empty.status_code == 422
    assert "三号院" in empty.get_data(as_text=True)
    good = {"code": code, "content": "振兴路三号院门口", "place": "振兴路三号"}
    assert visitor.post("/q/supplement", data=good).status_code == 200
    assert desk.state(case_id) == "REPORTED"
    assert "振兴路三号" in words(desk.clerk.get(f"/cases/{case_id}"))
    again = visitor.post("/q/supplement", data=good)
    assert again.status_code == 422
    assert "现在不能这样做了" in words(again)


def test_a_reporter_withdraws_before_acceptance_only(desk: Desk, visitor: Any) -> None:
    early = desk.enter(do="report")
    code = code_of(desk.clerk, early)
    short = visitor.post("/q/withdraw", data={"code": code, "reason": "不办了"})
    assert short.status_code == 422
    assert visitor.post("/q/withdraw", data={"code": code, "reason": REASON}).status_code == 200
    assert desk.state(early) == "CANCELLED"
    late = desk.enter(submit_key="key-9")
    code = code_of(desk.clerk, late)
    assert visitor.post("/q/withdraw", data={"code": code, "reason": REASON}).status_code == 422
    assert desk.state(late) == "ACCEPTED"


def test_a_reporter_rates_once_after_being_told(desk: Desk, visitor: Any) -> None:
    case_id = desk.finished()
    code = code_of(desk.clerk, case_id)
    rating = {"code": code, "satisfaction": "不满意", "opinion": "太慢了"}
    assert visitor.post("/q/rate", data=rating).status_code == 422
    done(desk.step(desk.clerk, case_id, "verify", verify_method="现场", opinion="属实"))
    informant = desk.id_of("SELECT id FROM case_informant WHERE case_id = :id", id=case_id)
    told = {
        "informant_id": informant,
        "method": "电话",
        "feedback_at": "2017-05-22 09:00",
        "content": "已拆除。",
    }
    done(desk.step(desk.clerk, case_id, "feedback", **told))
    assert "提交评价" in words(visitor.post("/q/", data={"code": code}))
    assert visitor.post("/q/rate", data={**rating, "satisfaction": "未联系上"}).status_code == 422
    assert visitor.post("/q/rate", data=rating).status_code == 200
    assert visitor.post("/q/rate", data=rating).status_code == 422
    assert "太慢了" in words(desk.clerk.get(f"/cases/{case_id}"))


def test_guessing_codes_is_slowed_down(app_with: Any) -> None:
    site = app_with(RATELIMIT_ENABLED=True)
    visitor = site.test_client().take_token("/q/")
    answers = [visitor.post("/q/", data={"code": "AAAA-BBBB-CCCC"}).status_code for _ in range(12)]
    assert answers[0] == 404
    assert answers[-1] == 429
