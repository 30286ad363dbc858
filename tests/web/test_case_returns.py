"""退回当否在界面上：工作台的数、案件页的一栏、认定的表单、越权与重复."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.db import session
from tests.web.case_desk import Desk, done, form_of, words

WHY = "属本平台职责，不应退回，请照常办理。"


@pytest.fixture
def desk(app, client_for):
    return Desk(client_for, app)


@pytest.fixture
def back(desk):
    """执法平台退回的一件与那次退回的地址."""
    case_id = desk.dispatched()
    sent = {
        "return_reason": "内容不清无法办理",
        "suggestion": "请核实地点后再分",
        "reason": "来件没有写清是哪一处棚房，现场找不到。",
    }
    done(desk.step(desk.zhifa, case_id, "return_case", **sent))
    row = desk.id_of("SELECT id FROM assignment WHERE case_id = :id", id=case_id)
    return case_id, f"/cases/{case_id}/returns/{row}"


def test_the_clerk_finds_and_judges_what_was_returned(desk, back):
    case_id, path = back
    home = desk.clerk.get("/").get_data(as_text=True)
    assert "flag=unjudged" in home
    assert f'href="/cases/{case_id}"' in desk.clerk.get("/cases/?view=all&flag=unjudged").get_data(
        as_text=True
    )
    page = desk.clerk.get(f"/cases/{case_id}")
    assert path in page.get_data(as_text=True)
    assert "待认定" in words(page)
    assert "前认定" in words(page)
    form = words(desk.clerk.get(path))
    assert "请核实地点后再分" in form
    assert "来件没有写清是哪一处棚房" in form
    done(desk.clerk.post(path, data={"fair": "0", "opinion": WHY, "version": ""}))
    after = words(desk.clerk.get(f"/cases/{case_id}"))
    assert "改认定" in after
    assert "认定退回当否：" in after
    assert "执法 不当" in after
    assert WHY in after
    assert f'href="/cases/{case_id}"' not in desk.clerk.get(
        "/cases/?view=all&flag=unjudged"
    ).get_data(as_text=True)


def test_improper_without_words_is_told_at_the_field_and_keeps_what_was_typed(desk, back):
    _case_id, path = back
    answer = desk.clerk.post(path, data={"fair": "0", "opinion": "不应退回", "version": ""})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "不应退回" in page
    assert "至少 10 个字" in words(answer)
    nothing = desk.clerk.post(path, data={"opinion": WHY})
    assert nothing.status_code == 422
    assert WHY in nothing.get_data(as_text=True)


def test_the_second_to_judge_is_told_who_did_and_keeps_his_words(desk, back):
    _case_id, path = back
    second = desk.open("clerk2")
    data = {"fair": "1", "opinion": "", "version": ""}
    done(desk.clerk.post(path, data=data))
    # 同一个人点了两下
    done(desk.clerk.post(path, data=data))
    answer = second.post(path, data={"fair": "0", "opinion": WHY, "version": ""})
    assert answer.status_code == 409
    assert WHY in answer.get_data(as_text=True)
    assert "认定：填的字还在" in words(answer)
    done(second.post(path, data={"fair": "0", "opinion": WHY, "version": form_of(second, path)}))


@pytest.mark.parametrize("login", ["zhifa", "zhifa_lead", "mayor", "jiwei"])
def test_others_see_the_returns_and_cannot_judge(desk, back, login):
    case_id, path = back
    who = desk.open(login)
    assert who.post(path, data={"fair": "1"}).status_code in {403, 404}
    if login in {"mayor", "jiwei"}:
        page = who.get(f"/cases/{case_id}")
        assert "待认定" in words(page)
        assert path not in page.get_data(as_text=True)


def test_a_sensitive_return_is_judged_without_its_words(desk, back):
    case_id, path = back
    with desk.app.app_context():
        session.execute(
            text("UPDATE case_record SET is_sensitive = true WHERE id = :id"), {"id": case_id}
        )
        session.commit()
    other = desk.open("clerk3")
    page = other.get(f"/cases/{case_id}")
    assert path in page.get_data(as_text=True)
    form = words(other.get(path))
    assert "现场找不到" not in form
    assert "请核实地点后再分" not in form
    done(other.post(path, data={"fair": "1", "version": ""}))
