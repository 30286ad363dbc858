"""登录：锁定、不泄露有没有账号、强制改口令、一次性口令、闲置退出、会话换新、退出."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import session
from tests.conftest import PASSWORD
from tests.site import Browser
from views import security_sign_in

Client = Callable[[str], Browser]
NEW = "Chunfeng-Huayu-9"


@pytest.fixture(autouse=True)
def fresh_shadows() -> None:
    """没有账号的名字记的次数，一个用例从头来."""
    security_sign_in._nobody.reset()


def run(app: Flask, statement: str, **facts: Any) -> Any:
    """直接改库里的一处，提交到存档点."""
    with app.app_context():
        found = session.execute(text(statement), facts)
        rows = found.fetchall() if found.returns_rows else []
        session.commit()
        return rows


def visitor(app: Flask, path: str = "/login/") -> Browser:
    """没有登录的人，打开了一页."""
    return app.test_client().take_token(path)


def sign_in(client: Browser, login: str, password: str = PASSWORD, path: str = "/login/") -> Any:
    """登录一次；成了换新令牌."""
    client.take_token("/login/")
    answer = client.post(path, data={"username": login, "password": password})
    if answer.status_code == 302:
        client.token = None
    return answer


def words(answer: Any) -> str:
    """页面的文字."""
    return answer.get_data(as_text=True)


def test_the_right_password_opens_the_desk_and_the_page_asked_for(app: Flask) -> None:
    client = app.test_client()
    asked = client.get("/config/orgs/list/?life=all")
    assert asked.status_code == 302
    assert "next=" in asked.location
    answer = sign_in(client, "admin", path=asked.location)
    assert answer.location == "/config/orgs/list/?life=all"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/x",
        "/\\evil.example",
        "javascript:alert(1)",
        "/login/",
    ],
)
def test_the_page_to_return_to_is_never_elsewhere(app: Flask, target: str) -> None:
    answer = sign_in(app.test_client(), "clerk", path="/login/?" + urlencode({"next": target}))
    assert answer.location == "/"


@pytest.mark.parametrize("login", ["clerk", "nobody-of-that-name"])
def test_five_wrong_tries_lock_and_do_not_tell_whether_the_account_exists(
    app: Flask, login: str
) -> None:
    client = app.test_client()
    seen = [
        re.findall(r"还可试 (\d) 次", words(sign_in(client, login, "wrong-one"))) for _ in range(4)
    ]
    assert seen == [["4"], ["3"], ["2"], ["1"]]
    fifth = words(sign_in(client, login, "wrong-one"))
    assert "锁到 09:15" in fifth
    assert "不对" not in fifth


def test_a_locked_account_refuses_the_right_password_until_the_lock_ends(
    app: Flask, clock: Any
) -> None:
    client = app.test_client()
    for _ in range(5):
        sign_in(client, "clerk", "wrong-one")
    assert sign_in(client, "clerk").status_code == 200
    clock.at += timedelta(minutes=16)
    assert sign_in(client, "clerk").status_code == 302


def test_a_disabled_account_is_refused_with_the_same_words(app: Flask) -> None:
    run(app, "UPDATE ab_user SET active = false WHERE username = 'clerk'")
    assert "还可试 4 次" in words(sign_in(app.test_client(), "clerk"))


def test_thirty_idle_minutes_sign_out_and_polling_does_not_count_as_work(
    app: Flask, client_for: Client, clock: Any
) -> None:
    client = client_for("clerk")
    clock.at += timedelta(minutes=29)
    assert client.get("/", headers={"X-Quiet": "1"}).status_code == 200
    clock.at += timedelta(minutes=2)
    answer = client.get("/", follow_redirects=True)
    assert "30 分钟没有操作" in words(answer)


def test_a_form_sent_after_the_idle_time_is_not_lost_behind_a_redirect(
    client_for: Client, clock: Any
) -> None:
    client = client_for("admin")
    client.valid_token()
    clock.at += timedelta(minutes=31)
    here = {"Referer": "http://localhost/config/orgs/add"}
    answer = client.post("/config/orgs/add", data={"name": "写了一半"}, headers=here)
    assert answer.status_code == 401
    assert "data-fault" in words(answer)
    assert "/login/?next=" in words(answer)


def test_work_keeps_the_session_alive(client_for: Client, clock: Any) -> None:
    client = client_for("clerk")
    for _ in range(3):
        clock.at += timedelta(minutes=25)
        assert client.get("/").status_code == 200


def test_signing_in_renews_the_session(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["planted"] = "before"
    sign_in(client, "clerk")
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["stamp"]


def test_a_forged_user_id_without_the_stamp_opens_nothing(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = "1"
    assert client.get("/").status_code == 302


def test_changing_the_password_ends_the_other_sign_ins(client_for: Client) -> None:
    here, there = client_for("clerk"), client_for("clerk")
    answer = here.post("/account/password", data={"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "现在的"),
        (PASSWORD, "short1", "short1", "至少 10 位"),
        (PASSWORD, "clerk-2017-Xy", "clerk-2017-Xy", "里不要有登录名"),
        (PASSWORD, PASSWORD, PASSWORD, "最近用过"),
        (PASSWORD, NEW, NEW + "x", "两遍不一样"),
        ("", "", "", "这一项必须填"),
    ],
)
def test_a_poor_new_password_is_refused_with_its_reason(
    client_for: Client, old: str, new: str, again: str, said: str
) -> None:
    client = client_for("clerk")
    answer = client.post("/account/password", data={"old": old, "password": new, "again": again})
    assert answer.status_code == 200
    assert said in words(answer)


def test_the_first_sign_in_leads_to_the_password_page_and_nowhere_else(app: Flask) -> None:
    run(
        app,
        "UPDATE account SET must_change_password = true, is_demo = false WHERE user_id ="
        " (SELECT id FROM ab_user WHERE username = 'clerk')",
    )
    client = app.test_client()
    sign_in(client, "clerk")
    for path in ("/", "/cases/", "/config/"):
        assert client.get(path).location == "/account/password"
    assert "第一次登录" in words(client.get("/account/password"))
    client.post("/account/password", data={"old": PASSWORD, "password": NEW, "again": NEW})
    assert client.get("/").status_code == 200


def test_a_demo_account_is_spared_the_first_change(app: Flask) -> None:
    run(
        app,
        "UPDATE account SET must_change_password = true, is_demo = true WHERE user_id ="
        " (SELECT id FROM ab_user WHERE username = 'clerk')",
    )
    client = app.test_client()
    sign_in(client, "clerk")
    assert client.get("/").status_code == 200


def test_a_one_time_code_from_the_administrator_sets_a_new_password(
    app: Flask, client_for: Client
) -> None:
    [(pk,)] = run(app, "SELECT id FROM ab_user WHERE username = 'clerk'")
    page = words(client_for("admin").post(f"/users/code/{pk}"))
    code = re.search(r'id="code">([A-Z0-9]{4} [A-Z0-9]{4})<', page)
    assert code is not None
    client = visitor(app, "/forgotten/")
    form = {"username": "clerk", "code": code[1], "password": NEW, "again": NEW}
    assert client.post("/forgotten/", data=form).location == "/login/"
    assert sign_in(client, "clerk", NEW).status_code == 302
    again = {**form, "password": NEW + "x", "again": NEW + "x"}
    assert "或已过期" in words(visitor(app, "/forgotten/").post("/forgotten/", data=again))


@pytest.mark.parametrize("login", ["clerk", "nobody-of-that-name"])
def test_a_wrong_code_does_not_tell_whether_the_account_exists(app: Flask, login: str) -> None:
    form = {"username": login, "code": "AAAA AAAA", "password": NEW, "again": NEW}
    answer = words(visitor(app, "/forgotten/").post("/forgotten/", data=form))
    assert "用户名或一次性验证码不对，或已过期" in answer


def test_signing_out_needs_a_post(client_for: Client) -> None:
    client = client_for("clerk")
    assert "在这台电脑上退出" in words(client.get("/logout/"))
    assert client.get("/").status_code == 200
    client.post("/logout/")
    assert client.get("/").status_code == 302


def test_a_person_without_a_holding_is_told_so_and_sees_nothing(
    app: Flask, client_for: Client
) -> None:
    run(
        app,
        "UPDATE holding SET valid_to = '2017-04-30' WHERE person_id ="
        " (SELECT id FROM person WHERE name = '蓝其蓁')",
    )
    client = client_for("clerk")
    page = words(client.get("/"))
    assert "您今天没有在效的任职" in page
    assert "统一受理" not in page
    assert client.get("/cases/").status_code == 403


def test_disabling_an_account_throws_it_out_on_the_next_click(
    app: Flask, client_for: Client
) -> None:
    clerk, admin = client_for("clerk"), client_for("admin")
    [(pk,)] = run(app, "SELECT id FROM ab_user WHERE username = 'clerk'")
    answer = admin.post(f"/users/disable/{pk}", data={"reason": "调离岗位，账号停用。"})
    assert answer.status_code == 302
    assert clerk.get("/").status_code == 302
