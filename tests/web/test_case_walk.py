"""一件案件在界面上从登记走到归档；语句数、越界、重复、冲突、填错都在这里."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.sql import counted
from tests.web.case_desk import LONG_STORY, TITLE, Desk, done, form_of, upload, words


@pytest.fixture
def desk(app: Any, client_for: Callable[[str], FlaskClient]) -> Desk:
    """受理员与综合执法平台操作员的浏览器."""
    return Desk(client_for, app)


def test_one_case_walks_its_whole_life_on_the_screens(desk: Desk) -> None:
    case_id = desk.finished()
    done(desk.step(desk.clerk, case_id, "verify", verify_method="现场", opinion="到场核实，已恢复"))
    informant = desk.id_of("SELECT id FROM case_informant WHERE case_id = :id", id=case_id)
    told = {
        "informant_id": informant,
        "receiver": "雷某英",
        "method": "电话",
        "feedback_at": "2017-05-22 09:00",
        "content": "棚房已拆除。",
    }
    done(desk.step(desk.clerk, case_id, "feedback", **told))
    done(desk.step(desk.clerk, case_id, "archive", retention="D10", secrecy_confirmed="y"))
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert desk.state(case_id) == "ARCHIVED"
    assert "归档，档号" in page
    assert LONG_STORY in page
    assert "只读" in page
    assert "按时办结" in page


def test_pages_and_steps_stay_within_their_statements(desk: Desk) -> None:
    case_id = desk.in_hand()
    for path, most in (("/cases/", 10), (f"/cases/{case_id}", 15)):
        desk.clerk.get(path)
        with counted() as statements:
            desk.clerk.get(path)
        assert len(statements) <= most, statements.report
    version = form_of(desk.zhifa, f"/cases/{case_id}/finish")
    file_id = upload(desk.zhifa).get_json()["id"]
    data = {"version": version, "result": "已解决", "content": LONG_STORY, "attachments": file_id}
    with counted() as statements:
        done(desk.zhifa.post(f"/cases/{case_id}/finish", data=data))
    assert len(statements) <= 25, statements.report


def test_another_platform_finds_nothing_by_any_route(desk: Desk) -> None:
    case_id = desk.in_hand()
    file_id = upload(desk.zhifa).get_json()["id"]
    done(desk.step(desk.zhifa, case_id, "record_progress", text="到场", attachments=file_id))
    number = desk.id_of("SELECT number FROM case_record WHERE id = :id", id=case_id)
    other = desk.open("zongzhi")
    for path in (
        f"/cases/{case_id}",
        f"/cases/{case_id}/finish",
        f"/cases/{case_id}/edit",
        f"/cases/{case_id}/look",
        f"/attachments/{file_id}",
        f"/attachments/{file_id}/thumb",
        "/cases/99999999",
        "/cases/999999999999999999999",
    ):
        assert other.get(path).status_code == 404, path
    for action in ("finish", "verify", "record_progress", "return_case"):
        answer = other.post(f"/cases/{case_id}/{action}", data={"version": "1", "text": "看看"})
        assert answer.status_code == 404, action
    assert other.post(f"/cases/attachments/{file_id}/discard").status_code == 404
    for path in ("/cases/?view=all", "/cases/?view=all&q=消防", f"/cases/?view=all&q={number}"):
        page = words(other.get(path))
        assert TITLE not in page, path
        assert "共 1 件" not in page, path
    found = other.get("/cases/suggest?title=临时棚房占用消防通道的事情请来看&grid_id=1").get_json()
    assert found["similar"] == []


def test_whoever_handled_a_case_cannot_verify_it(desk: Desk) -> None:
    case_id = desk.finished()
    answer = desk.zhifa.post(
        f"/cases/{case_id}/verify", data={"verify_method": "现场", "opinion": "没有问题"}
    )
    assert answer.status_code == 403
    assert desk.state(case_id) == "HANDLED"
    assert "由" in words(answer)


def test_what_was_typed_stays_when_a_step_is_refused(desk: Desk) -> None:
    case_id = desk.in_hand()
    answer = desk.step(desk.zhifa, case_id, "finish", result="已解决", content="太短了")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "太短了" in page
    assert "至少 20 个字" in page
    assert desk.state(case_id) == "PROCESSING"


def test_the_intake_form_keeps_everything_and_says_what_is_wrong(desk: Desk) -> None:
    answer = desk.clerk.post("/cases/add", data=desk.intake(informant_phone="1381234567"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "联系电话少 1 位，请补齐。" in page
    assert TITLE in page
    assert "振兴路东侧" in page


def test_missing_channel_fields_are_told_at_the_field(desk: Desk) -> None:
    answer = desk.clerk.post("/cases/add", data=desk.intake(HOTLINE_line=""))
    assert answer.status_code == 422
    assert "热线号码" in words(answer)
    assert desk.id_of("SELECT count(*) FROM case_record") == 0


def test_a_million_characters_give_a_sentence_and_lose_nothing(desk: Desk) -> None:
    story = "字" * 1_000_000
    answer = desk.clerk.post("/cases/add", data=desk.intake(body=story))
    assert answer.status_code == 422
    assert story in answer.get_data(as_text=True)


def test_a_double_click_enters_one_case(desk: Desk) -> None:
    first, second = desk.enter(), desk.enter()
    assert first == second
    assert desk.id_of("SELECT count(*) FROM case_record") == 1
    assert desk.id_of("SELECT count(*) FROM journal WHERE case_id = :id", id=first) == 3


def test_a_double_click_on_a_step_does_it_once(desk: Desk) -> None:
    case_id = desk.in_hand()
    version = form_of(desk.zhifa, f"/cases/{case_id}/record_progress")
    data = {"version": version, "content": "到场核实，户主同意拆除"}
    done(desk.zhifa.post(f"/cases/{case_id}/record_progress", data=data))
    done(desk.zhifa.post(f"/cases/{case_id}/record_progress", data=data))
    count = "SELECT count(*) FROM journal WHERE case_id = :id AND action = 'record_progress'"
    assert desk.id_of(count, id=case_id) == 1


def test_the_loser_of_two_tabs_sees_who_did_what_and_can_go_on(desk: Desk) -> None:
    case_id = desk.in_hand()
    version = form_of(desk.zhifa, f"/cases/{case_id}/record_progress")
    first = {"version": version, "content": "第一个标签页写的"}
    done(desk.zhifa.post(f"/cases/{case_id}/record_progress", data=first))
    second = {"version": version, "content": "第二个标签页写的"}
    answer = desk.zhifa.post(f"/cases/{case_id}/record_progress", data=second)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "蓝望岫" in page
    assert "第二个标签页写的" in page
    again = re.search(r'name="version" value="(\d+)"', page)
    assert again is not None
    data = {**second, "version": again[1]}
    done(desk.zhifa.post(f"/cases/{case_id}/record_progress", data=data))


def test_a_file_that_lies_about_its_type_is_refused_in_words(desk: Desk) -> None:
    lying = upload(desk.zhifa, "说明.pdf")
    assert lying.status_code == 422
    assert "扩展名不符" in lying.get_json()["error"]
    program = upload(desk.zhifa, "照片.jpg", b"MZ" + b"\0" * 100)
    assert program.status_code == 422


def test_files_are_sent_out_harmless(desk: Desk) -> None:
    file_id = upload(desk.zhifa).get_json()["id"]
    with desk.zhifa.get(f"/attachments/{file_id}") as answer:
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_hand_written_address_gives_the_clean_list(desk: Desk) -> None:
    for junk in ("page=abc", "cursor=junk", "state=XYZ", "since=soon", "village=-1", "sort=;"):
        answer = desk.clerk.get(f"/cases/?{junk}")
        assert answer.status_code == 200, junk
        assert "已经略去" in words(answer), junk


def test_a_returned_case_leaves_the_platform_and_goes_to_the_list(desk: Desk) -> None:
    case_id = desk.dispatched()
    answer = desk.step(
        desk.zhifa,
        case_id,
        "return_case",
        return_reason="不属本平台职责",
        suggestion="请分给市场监管",
        reason="这一件是食品经营的事，不归本平台",
    )
    assert answer.headers["Location"].endswith("/cases/")
    assert desk.zhifa.get(f"/cases/{case_id}").status_code == 404
    page = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "退回 1 次" in page
    assert "待分流" in page


def test_a_phone_number_is_masked_until_asked_for_and_the_look_is_recorded(desk: Desk) -> None:
    case_id = desk.in_hand()
    for client in (desk.clerk, desk.zhifa):
        page = words(client.get(f"/cases/{case_id}"))
        assert "13812345678" not in page
        assert "138****5678" in page
        assert "13812345678" in words(client.post(f"/cases/{case_id}/number"))
        assert "13812345678" not in words(client.get(f"/cases/{case_id}"))
    looked = "SELECT count(*) FROM journal WHERE case_id = :id AND action = 'read'"
    assert desk.id_of(looked, id=case_id) == 2
    outsider = desk.open("jiwei")
    assert outsider.post(f"/cases/{case_id}/number").status_code == 409
    assert "13812345678" not in words(outsider.get(f"/cases/{case_id}"))


def test_a_confidential_person_is_named_only_to_those_trusted(desk: Desk) -> None:
    case_id = desk.enter(is_confidential="y")
    done(desk.step(desk.clerk, case_id, "dispatch", platform="ZF"))
    assert "雷某英" in words(desk.open("mayor").get(f"/cases/{case_id}"))
    page = words(desk.zhifa.get(f"/cases/{case_id}"))
    assert "雷某英" not in page
    assert "保密来件人" in page
    assert desk.zhifa.post(f"/cases/{case_id}/number").status_code == 409


def test_the_phone_in_the_channel_fields_is_stored_sealed(desk: Desk) -> None:
    case_id = desk.enter()
    stored = desk.id_of("SELECT channel_data->>'caller' FROM case_record WHERE id = :i", i=case_id)
    assert "13812345678" not in str(stored)
    assert "138****5678" in words(desk.clerk.get(f"/cases/{case_id}"))
