"""进出的闸：响应头、跨站保护、限速、大小、怪文字、出错页、健康检查，样样不经登录也守着."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.conftest import PASSWORD
from tests.site import Browser
from views.base import OurView

Client = Callable[[str], Browser]
PUBLIC = {"/login/", "/logout/", "/forgotten/", "/healthz", "/readyz", "/theme"}
BY_CODE = {"/q/", "/q/supplement", "/q/withdraw", "/q/rate"}
"""来件人凭查询码用的页：不用登录，写的凭会话里的码."""
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", re.IGNORECASE)


@pytest.fixture
def in_service(app: Flask) -> Iterator[Flask]:
    """像上线时那样：错不往外抛，画出错页."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.mark.parametrize("path", ["/login/", "/healthz", "/nowhere", "/config/"])
def test_every_answer_carries_the_safe_headers(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/", "/config/", "/config/orgs/list/", "/config/orgs/show/1", "/users/list/", "/roles/list/"],
)
def test_no_page_carries_inline_script_or_style(client_for: Client, path: str) -> None:
    page = client_for("admin").get(path, follow_redirects=True).get_data(as_text=True)
    assert not INLINE.search(page)
    assert "glyphicon" not in page
    assert "/static/appbuilder" not in page


def test_pages_of_a_signed_in_person_are_not_kept_by_the_browser(client_for: Client) -> None:
    assert client_for("clerk").get("/").headers["Cache-Control"] == "private, no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    client = app.test_client().take_token("/login/")
    answer = client.post("/login/", data={"username": "clerk", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_hsts_is_sent_over_https_only(app: Flask) -> None:
    client = app.test_client()
    assert "Strict-Transport-Security" not in client.get("/login/").headers
    secure = client.get("/login/", base_url="https://town.example/")
    assert "Strict-Transport-Security" in secure.headers


def test_a_post_without_the_token_is_refused_and_says_what_to_do(app: Flask) -> None:
    form = {"username": "clerk", "password": PASSWORD}
    answer = app.test_client().post("/login/", data=form, csrf=False)
    assert answer.status_code == 400
    assert "重新登录" in answer.get_data(as_text=True)


def test_every_route_but_the_named_ones_asks_for_a_sign_in(app: Flask) -> None:
    client = app.test_client().take_token("/login/")
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<int:[a-z_]+>", "1", rule.rule)
        path = re.sub(r"<[a-z_:]+>", "x", path)
        if rule.endpoint == "static" or path in PUBLIC | BY_CODE:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(path, method=method)
        # 读的引去登录；写的不转走（草稿还在），说登录已过期
        expected = 302 if method == "GET" else 401
        assert answer.status_code == expected, f"{method} {path} 不登录也答了 {answer.status_code}"
        assert method == "POST" or answer.location.startswith("/login/"), path


@pytest.mark.parametrize(
    "path",
    [
        "/config/orgs/list/?page_OrgView=abc",
        "/config/orgs/list/?psize_OrgView=1000000",
        "/config/orgs/list/?_oc_OrgView=nosuch&_od_OrgView=asc",
        "/config/orgs/list/?_flt_9_name=x",
        "/config/orgs/list/?_flt_0_nosuch=x",
        "/config/holdings/list/?_flt_0_post=abc",
        "/config/calendar/list/?_flt_0_day=notaday",
        "/config/orgs/list/?life=nonsense",
    ],
)
def test_a_hand_made_list_address_shows_the_list(client_for: Client, path: str) -> None:
    answer = client_for("admin").get(path, follow_redirects=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/config/orgs/show/999999999", 404),
        ("/config/orgs/show/99999999999999999999", 404),
        ("/config/orgs/show/abc", 404),
        ("/config/orgs/list/?_flt_0_name=" + "长" * 9000, 414),
        ("/config/orgs/list/?_flt_0_name=%00", 400),
    ],
)
def test_an_odd_address_is_answered_in_chinese_with_a_number(
    client_for: Client, path: str, status: int
) -> None:
    answer = client_for("admin").get(path)
    assert answer.status_code == status
    assert re.search(r"[0-9A-F]{8}", answer.get_data(as_text=True))


def test_a_million_characters_in_a_field_are_refused_by_the_form(client_for: Client) -> None:
    answer = client_for("admin").post(
        "/config/orgs/add",
        data={"code": "X1", "name": "长" * 1_000_000, "kind": "office", "valid_from": "2017-05-01"},
    )
    assert answer.status_code == 200
    assert "至多 128 个字" in answer.get_data(as_text=True)


def test_a_body_beyond_the_limit_is_refused(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    answer = client.post("/config/orgs/add", data={"name": "x" * (33 * 1024 * 1024)})
    assert answer.status_code == 413


def test_a_script_that_asks_for_json_gets_the_reason_as_json(app: Flask) -> None:
    answer = app.test_client().get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["reference"]


def test_a_fault_of_ours_shows_only_a_number(
    in_service: Flask, client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for("admin")

    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("秘密在这里")

    monkeypatch.setattr(OurView, "render_template", fails)
    answer = client.get("/config/check/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "秘密" not in page
    assert re.search(r"[0-9A-F]{8}", page)


def test_a_lost_database_is_said_plainly(
    in_service: Flask, client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for("admin")

    def fails(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("select 1", {}, Exception("connection refused"))

    monkeypatch.setattr("views.base.session_account", fails)
    monkeypatch.setattr("views.security_session.session_account", fails)
    answer = client.get("/config/check/")
    assert answer.status_code == 503
    assert "系统暂时用不了" in answer.get_data(as_text=True)


def test_healthz_answers_without_sign_in(app: Flask) -> None:
    assert app.test_client().get("/healthz").json == {"status": "ok"}


def test_readyz_says_what_is_missing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.health.readiness", lambda: {"worker": "没有心跳"})
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "checks": {"database": "ok", "migrations": "ok", "worker": "没有心跳"},
    }


def test_too_many_sign_ins_a_minute_are_slowed(app_with: Callable[..., Flask]) -> None:
    app = app_with(RATELIMIT_ENABLED=True, AUTH_RATE_LIMIT="3 per minute")
    client = app.test_client().take_token("/login/")
    form = {"username": "nobody-at-all", "password": "wrong-one"}
    assert [client.post("/login/", data=form).status_code for _ in range(3)] == [200] * 3
    answer = client.post("/login/", data=form)
    assert answer.status_code == 429
    assert "稍等" in answer.get_data(as_text=True)
    assert client.get("/login/").status_code == 200
