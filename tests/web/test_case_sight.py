"""看得到多少：敏感件、脱敏、写事由才看；登记人、别的角色各看到什么."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.case_desk import Desk, done, upload, words

SECRET = "有人在串联，准备集体上访，地点在村口。"
TITLE = "村口有人串联准备上访"
REASON = "监督检查敏感事项的办理时限是否合规"


@pytest.fixture
def desk(app: Any, client_for: Callable[[str], FlaskClient]) -> Desk:
    """几个人的浏览器."""
    return Desk(client_for, app)


@pytest.fixture
def secret(desk: Desk) -> int:
    """交到综治平台的一件敏感件."""
    file_id = upload(desk.clerk).get_json()["id"]
    case_id = desk.enter(
        title=TITLE,
        body=SECRET,
        category_id=str(desk.category("ZZ0204")),
        level="重大",
        people_count="12",
        attachments=str(file_id),
    )
    done(desk.step(desk.clerk, case_id, "dispatch", platform="ZZ"))
    return case_id


def test_the_clerk_no_longer_reads_a_sensitive_case_once_it_is_dispatched(
    desk: Desk, secret: int
) -> None:
    page = words(desk.clerk.get(f"/cases/{secret}"))
    assert SECRET not in page
    assert TITLE not in page
    assert "雷某英" not in page
    assert "敏感事项 · 矛盾化解" in page
    listed = words(desk.clerk.get("/cases/"))
    assert TITLE not in listed
    assert "敏感事项 · 矛盾化解" in listed


def test_the_platform_and_the_head_read_it_in_full(desk: Desk, secret: int) -> None:
    for login in ("zongzhi", "mayor", "secretary"):
        assert SECRET in words(desk.open(login).get(f"/cases/{secret}")), login


def test_an_inspector_reads_it_once_after_giving_a_reason(desk: Desk, secret: int) -> None:
    inspector = desk.open("jiwei")
    closed = inspector.get(f"/cases/{secret}")
    assert SECRET not in words(closed)
    assert f"/cases/{secret}/look" in closed.get_data(as_text=True)
    short = inspector.post(f"/cases/{secret}/look", data={"reason": "看看"})
    assert short.status_code == 422
    assert SECRET not in words(short)
    opened = inspector.post(f"/cases/{secret}/look", data={"reason": REASON})
    assert SECRET in words(opened)
    assert SECRET not in words(inspector.get(f"/cases/{secret}"))
    looked = "SELECT count(*) FROM journal WHERE case_id = :id AND module = 'sensitive'"
    assert desk.id_of(looked + " AND opinion = :reason", id=secret, reason=REASON) == 1


def test_sensitive_files_open_only_with_the_pass_of_that_look(desk: Desk, secret: int) -> None:
    file_id = desk.id_of("SELECT id FROM attachment WHERE case_id = :id", id=secret)
    inspector = desk.open("jiwei")
    assert inspector.get(f"/attachments/{file_id}").status_code == 404
    page = inspector.post(f"/cases/{secret}/look", data={"reason": REASON})
    link = page.get_data(as_text=True).split(f'href="/attachments/{file_id}?')[1].split('"')[0]
    with inspector.get(f"/attachments/{file_id}?{link}") as answer:
        assert answer.status_code == 200
    assert desk.clerk.get(f"/attachments/{file_id}?{link}").status_code == 404


def test_those_without_the_right_cannot_give_a_reason(desk: Desk, secret: int) -> None:
    answer = desk.open("deputy").post(f"/cases/{secret}/look", data={"reason": REASON})
    assert answer.status_code == 422
    assert SECRET not in words(answer)


def test_duplicates_of_a_sensitive_case_show_only_number_and_state(desk: Desk, secret: int) -> None:
    grid = desk.id_of("SELECT grid_id FROM case_record WHERE id = :id", id=secret)
    category = desk.category("ZZ0204")
    address = f"/cases/suggest?title={TITLE}一事请核实&grid_id={grid}&category_id={category}"
    found = desk.clerk.get(address).get_json()
    assert [set(one) for one in found["similar"]] == [{"code", "words"}]
    assert TITLE not in found["html"]["similar"]


def test_only_the_registrar_opens_a_draft(desk: Desk) -> None:
    case_id = desk.enter(do="draft")
    assert desk.clerk.get(f"/cases/{case_id}").status_code == 200
    assert desk.clerk.get(f"/cases/{case_id}/edit").status_code == 200
    for login in ("clerk2", "mayor", "jiwei", "zhifa"):
        assert desk.open(login).get(f"/cases/{case_id}").status_code == 404, login


def test_a_draft_is_changed_and_reported_from_its_form(desk: Desk) -> None:
    case_id = desk.enter(do="draft", title="先记一笔")
    data = desk.intake(do="report", title="改好了的标题", version="1")
    answer = done(desk.clerk.post(f"/cases/{case_id}/edit", data=data))
    assert answer.headers["Location"].endswith(f"/cases/{case_id}")
    assert desk.state(case_id) == "REPORTED"
    assert "改好了的标题" in words(desk.clerk.get(f"/cases/{case_id}"))


def test_a_grid_member_gets_the_short_form_and_reports(desk: Desk) -> None:
    member = desk.open("grid01")
    page = member.get("/cases/add")
    assert "什么事" in words(page)
    assert "完整登记表" in words(page)
    grid = desk.id_of("SELECT id FROM grid WHERE name = '板桥一网格'")
    data = {
        "channel": "GRID",
        "matter": "roads",
        "body": "村口路灯坏了两盏，晚上走路看不清",
        "grid_id": str(grid),
        "submit_key": "short-1",
        "do": "report",
    }
    answer = done(member.post("/cases/add", data=data))
    page = words(member.get(answer.headers["Location"]))
    assert "道路水利：村口路灯坏了两盏" in page
    assert "待受理" in page


def test_an_administrator_has_no_way_into_cases(desk: Desk) -> None:
    admin = desk.open("admin")
    case_id = desk.enter()
    assert admin.get("/cases/").status_code == 403
    assert admin.get(f"/cases/{case_id}").status_code in (403, 404)
