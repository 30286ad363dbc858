"""以其身份预览：谁可以、写明事由、只读、敏感正文与个人信息不给、到时自动结束、起止留痕."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from app.db import session
from app.domain.errors import Refused
from tests.site import Browser, words
from tests.sql import counted
from tests.web.case_desk import Desk, upload
from tests.web.test_config_screens import one
from views import base
from views.seeing import KEY

Client = Callable[[str], Browser]
REASON = "核对这个岗位看得到哪些清单"
BAND = 'class="preview-band"'
ENTRIES = "SELECT data ->> 'deed' FROM journal WHERE action = 'view_as' ORDER BY id"


def user_id(app: Flask, login: str) -> int:
    """账号的编号."""
    return one(app, "SELECT id FROM ab_user WHERE username = :login", login=login)


def entries(app: Flask) -> list[str]:
    """预览的各条日志."""
    with app.app_context():
        return list(session.execute(text(ENTRIES)).scalars())


@pytest.fixture
def see_as(app: Flask, client_for: Client) -> Callable[..., Browser]:
    """某人以另一个人的身份预览."""

    def start(login: str, who: str = "admin") -> Browser:
        browser = client_for(who)
        browser.valid_token()
        answer = browser.post(f"/users/view-as/{user_id(app, login)}", data={"reason": REASON})
        assert answer.status_code == 302, words(answer)
        return browser

    return start


def test_the_administrator_sees_the_menu_and_lists_of_that_person(app, see_as, client_for):
    browser = see_as("clerk")
    page = words(browser.get("/"))
    assert "正以 蓝其蓁 · 党政办主任 的身份预览，您是 蓝青禾" in page
    assert "结束预览" in page
    assert "统一受理" in page
    assert browser.get("/cases/").status_code == 200
    assert browser.get("/config/").status_code == 403
    own = client_for("clerk")
    for path in ("/", "/cases/", "/meetings/", "/users/list/", "/roles/matrix/", "/no/such"):
        assert browser.get(path).status_code == own.get(path).status_code, path


def test_the_session_and_its_stamp_stay_the_administrators(app, see_as):
    browser = see_as("clerk")
    with browser.session_transaction() as kept:
        assert kept["_user_id"] == str(user_id(app, "admin"))
        assert set(kept[KEY]) == {"user", "until"}
    browser.post("/users/view-as/stop")
    assert browser.get("/config/").status_code == 200


def test_a_reason_of_ten_characters_is_asked_for_and_what_was_typed_stays(app, client_for):
    browser = client_for("admin")
    path = f"/users/view-as/{user_id(app, 'clerk')}"
    for reason, said in (("看看", "理由至少写 10 个字"), ("", "这一项必须填")):
        answer = browser.post(path, data={"reason": reason})
        assert said in words(answer)
        assert reason in answer.text
        assert BAND not in browser.get("/config/").text
    assert entries(app) == []


def test_only_the_administrator_and_the_inspector_may_preview(app, client_for):
    path = f"/users/view-as/{user_id(app, 'clerk')}"
    for login, code in (("clerk", 403), ("mayor", 403), ("viewer", 403), ("jiwei", 200)):
        browser = client_for(login)
        assert browser.get(path).status_code == code, login
        if code == 403:
            assert browser.post(path, data={"reason": REASON}).status_code == 403


def test_neither_oneself_nor_a_disabled_account_nor_nobody_is_previewed(app, client_for):
    browser = client_for("admin")
    own = browser.post(f"/users/view-as/{user_id(app, 'admin')}", data={"reason": REASON})
    assert "就是您本人的账号" in words(own)
    one(app, "UPDATE ab_user SET active = false WHERE username = 'clerk3'")
    off = browser.post(f"/users/view-as/{user_id(app, 'clerk3')}", data={"reason": REASON})
    assert "账号停用了" in words(off)
    gone = browser.post("/users/view-as/999999", data={"reason": REASON})
    assert gone.status_code == 404


def test_a_preview_is_not_nested_and_ends_by_its_button(app, see_as):
    browser = see_as("jiwei")
    nested = browser.post(f"/users/view-as/{user_id(app, 'clerk')}", data={"reason": REASON})
    assert nested.status_code == 403
    answer = browser.post("/users/view-as/stop", follow_redirects=True)
    assert "预览已结束" in words(answer)
    assert BAND not in answer.text
    assert entries(app) == ["preview_start", "preview_refused", "preview_end"]


def test_it_ends_after_fifteen_minutes_whatever_is_clicked(app, see_as, clock):
    browser = see_as("clerk")
    clock.later(minutes=14, seconds=59)
    assert browser.get("/cases/").status_code == 200
    clock.later(seconds=1)
    answer = browser.get("/cases/", follow_redirects=True)
    assert "预览满 15 分钟，已自动结束" in words(answer)
    assert browser.get("/cases/").status_code == 403
    assert entries(app)[-1] == "preview_end"


def test_what_is_submitted_after_the_end_is_not_done_in_the_own_name(app, see_as, clock):
    browser = see_as("jiwei2")
    clock.later(minutes=16)
    path = f"/users/disable/{user_id(app, 'clerk3')}"
    assert browser.post(path, data={"reason": "预览里点的停用，到时才到"}).status_code == 403
    assert one(app, "SELECT active FROM ab_user WHERE username = 'clerk3'")


def test_signing_out_ends_it_too(app, see_as):
    browser = see_as("clerk")
    browser.post("/logout/")
    assert browser.get("/").status_code == 302
    assert entries(app) == ["preview_start", "preview_end"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ab_user SET active = false WHERE username = 'clerk'",
        "DELETE FROM role_limit WHERE permission = 'can_view_as'",
    ],
)
def test_it_ends_when_the_account_or_the_grant_is_withdrawn(app, see_as, change):
    browser = see_as("clerk")
    one(app, change)
    answer = browser.get("/cases/", follow_redirects=True)
    assert "预览的授权或账号已变" in words(answer)
    why = "SELECT data ->> 'why' FROM journal WHERE action = 'view_as' ORDER BY id DESC LIMIT 1"
    assert one(app, why) == "withdrawn"


def test_a_preview_that_cannot_be_read_is_ended_not_ignored(app, see_as):
    browser = see_as("clerk")
    for told in ({}, {"user": "x", "until": "昨天"}, "坏的", {"user": 1, "until": "2017-05-22"}):
        with browser.session_transaction() as kept:
            kept[KEY] = told
        assert browser.post("/users/add", data={"login": "x"}).status_code == 403
        with browser.session_transaction() as kept:
            assert KEY not in kept


def test_the_journal_names_both_and_the_reason(app, see_as):
    browser = see_as("clerk")
    browser.post("/users/view-as/stop")
    told = (
        "SELECT actor_name || ' ' || (data ->> 'name') || ' ' || opinion FROM journal"
        " WHERE data ->> 'deed' = 'preview_start'"
    )
    assert one(app, told) == f"蓝青禾 蓝其蓁 {REASON}"
    ended = "SELECT actor_name || ' ' || (data ->> 'name') || ' ' || (data ->> 'why') FROM journal"
    assert one(app, f"{ended} WHERE data ->> 'deed' = 'preview_end'") == "蓝青禾 蓝其蓁 stopped"
    page = words(browser.get(f"/users/show/{user_id(app, 'clerk')}"))
    assert "蓝青禾：以其身份预览" in page


SECRET = "有人在串联，准备集体上访，地点在村口。"
ORDINARY = "路边倒了一堆建筑垃圾，车过不去。"


def test_texts_informants_and_files_stay_hidden_whoever_is_previewed(app, see_as, client_for):
    desk = Desk(client_for, app)
    file_id = upload(desk.clerk).get_json()["id"]
    secret = desk.enter(
        title="村口有人串联准备上访",
        body=SECRET,
        category_id=str(desk.category("ZZ0204")),
        level="重大",
        people_count="12",
        attachments=str(file_id),
    )
    plain = desk.enter(body=ORDINARY)
    draft = desk.enter(do="draft", title="没有写完的草稿")
    for who, viewer in (("secretary", "admin"), ("clerk", "jiwei")):
        browser = see_as(who, viewer)
        for path in ("/cases/", "/cases/?view=drafts", f"/cases/{secret}", f"/cases/{plain}"):
            page = words(browser.get(path))
            assert SECRET not in page, (who, path)
            assert ORDINARY not in page, (who, path)
            assert "雷某英" not in page, (who, path)
            assert "串联" not in page, (who, path)
        for path in (
            f"/attachments/{file_id}",
            f"/cases/{secret}/look",
            f"/cases/{draft}/edit",
            "/cases/suggest?title=村口有人串联",
            "/account/password",
        ):
            assert browser.get(path).status_code in (403, 404), path
        number = browser.post(f"/cases/{plain}/number")
        assert number.status_code == 403


def test_the_database_itself_refuses_to_write_in_a_preview(app):
    with app.test_request_context():
        base.go_read_only()
        with pytest.raises(InternalError), session.begin_nested():
            session.execute(text("UPDATE person SET name = '改了' WHERE id = 1"))
        with pytest.raises(Refused) as caught:
            base.commit()
        assert caught.value.code == "preview_read_only"
        session.rollback()
        with pytest.raises(InternalError):
            session.execute(text("UPDATE person SET name = '改了' WHERE id = 1"))
        session.rollback()
    assert one(app, "UPDATE person SET note = '还能写' WHERE id = 1 RETURNING note") == "还能写"


def test_a_preview_costs_a_handful_of_statements_more(app, see_as, client_for):
    browser, own = see_as("clerk"), client_for("clerk")
    for each in (browser, own):
        each.get("/cases/")
    with counted() as mine:
        own.get("/cases/")
    with counted() as theirs:
        browser.get("/cases/")
    assert len(theirs) <= len(mine) + 6, theirs.report
