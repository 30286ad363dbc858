"""每条路都有门：不登录进不去，没有令牌提交不了，权限名都在计划里，框架自带的路一条也没有."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.plan.load import load
from tests.site import Browser, words

PUBLIC = {
    "static",
    "HealthView.healthz",
    "HealthView.readyz",
    "SignInView.login",
    "SignInView.logout",
    "ForgottenView.reset",
    "PublicCaseView.ask",
    "PublicCaseView.supplement",
    "PublicCaseView.withdraw",
    "PublicCaseView.rate",
    "ThemeView.choose",
}
"""有意公开的；添一条须在这里写明."""
SIGNED_IN = {
    "HomeView.index",
    "PreviewView.stop",
    "PasswordView.change",
    "NoticeView.list",
    "NoticeView.unread",
    "NoticeView.read",
    "NoticeView.read_one",
    "SearchView.index",
    "SearchView.find",
}
"""登录即可进、不另要授权的."""
FOREIGN = ("/api/", "/userdb", "/superset", "/swagger", "/appbuilder", "/lang/", "/back", "/menu")
CHINESE = re.compile(r"[一-鿿]")
EXPIRED = re.compile("表单(已过期|打开太久了)")
SAMPLE = {
    "assessment_id": 1,
    "document_id": 1,
    "case_id": 1,
    "meeting_id": 1,
    "file_id": 1,
    "slip_id": 1,
    "return_id": 1,
    "year": 2017,
    "export_id": 1,
    "notice_id": 1,
    "code": "cases",
    "pk": 1,
    "action": "notice",
    "module": "case",
    "filename": "x.css",
}


def rules(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """有这个方法的每条路与填好样例的地址."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {name: SAMPLE[name] for name in rule.arguments}
            yield rule, rule.build(values)[1]  # type: ignore[index]


def is_at_the_door(answer: Any) -> bool:
    """被引去登录，或答 401."""
    if answer.status_code == 302:
        return answer.location.startswith("/login/")
    return answer.status_code == 401


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """没有登录的浏览器，手里有有效的令牌."""
    browser: Browser = app.test_client()  # type: ignore[assignment]
    return browser.take_token("/login/")


def test_reading_any_route_without_signing_in_leads_to_the_door(app, stranger):
    wrong = [
        f"{rule} → {answer.status_code}"
        for rule, path in rules(app, "GET")
        if rule.endpoint not in PUBLIC and not is_at_the_door(answer := stranger.get(path))
    ]
    assert wrong == []


def test_submitting_to_any_route_without_signing_in_leads_to_the_door(app, stranger):
    wrong = [
        f"{rule} → {answer.status_code}"
        for rule, path in rules(app, "POST")
        if rule.endpoint not in PUBLIC and not is_at_the_door(answer := stranger.post(path))
    ]
    assert wrong == []


def test_the_public_routes_are_exactly_those_named_here(app):
    marked = {
        name for name, view in app.view_functions.items() if getattr(view, "_guard", "") == "public"
    }
    assert marked == PUBLIC - {"static"}


def test_every_other_route_asks_for_a_grant_or_says_that_signing_in_is_enough(app):
    bare = {
        name
        for name, view in app.view_functions.items()
        if name not in PUBLIC | SIGNED_IN and not hasattr(view, "_permission_name")
    }
    assert bare == set()


def test_every_permission_a_route_asks_for_is_granted_to_somebody_by_the_plan(app):
    granted = {(grant.module, grant.action) for grant in load().grants}
    asked = {}
    for view in app.extensions["appbuilder"].baseviews:
        names = dict(getattr(view, "method_permission_name", None) or {})
        for endpoint, function in app.view_functions.items():
            head, _dot, method = endpoint.partition(".")
            if head == type(view).__name__ and hasattr(function, "_permission_name"):
                verb = names.get(method, function._permission_name)
                asked[endpoint] = (view.class_permission_name, verb)
    assert asked, "一条要授权的路也没有"
    assert {name: need for name, need in asked.items() if need not in granted} == {}


def test_every_submission_without_a_token_is_refused_in_chinese(app, client_for):
    browser = client_for("admin")
    wrong = []
    for rule, path in rules(app, "POST"):
        answer = browser.post(path, csrf=False)
        text = words(answer)
        if answer.status_code != 400 or not EXPIRED.search(text):
            wrong.append(f"{rule} → {answer.status_code} {text[:80]}")
    assert wrong == []


def test_a_token_of_another_session_is_refused(client_for):
    mine, other = client_for("clerk"), client_for("clerk2")
    token = other.take_token("/account/password").token
    mine.token = token
    answer = mine.post("/cases/add", data={"title": "别人的令牌"})
    assert answer.status_code == 400
    assert EXPIRED.search(words(answer))


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_method_that_a_route_does_not_know_is_said_in_chinese(app, client_for, method):
    browser = client_for("admin")
    for rule, path in rules(app, "GET"):
        if rule.endpoint == "static":
            continue
        answer = getattr(browser, method)(path, headers={"X-CSRFToken": browser.valid_token()})
        assert answer.status_code == 405, rule
        assert CHINESE.search(words(answer)), rule
        assert answer.headers["Allow"], rule


def test_nothing_of_the_frameworks_own_routes_is_left(app):
    left = [str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith(FOREIGN)]
    assert left == []
    assert [str(r) for r in app.url_map.iter_rules() if "delete" in str(r)] == []


def test_an_unknown_address_is_a_chinese_page_for_all(app, client_for):
    stranger = app.test_client()
    for browser in (stranger, client_for("clerk")):
        answer = browser.get("/no/such/page")
        assert answer.status_code == 404
        assert CHINESE.search(words(answer))


def test_every_answer_carries_the_security_headers(app, client_for):
    browser = client_for("clerk")
    for path in ("/", "/cases/", "/login/", "/no/such/page", "/healthz"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        assert "script-src 'self'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] in ("SAMEORIGIN", "DENY"), path


def test_pages_of_the_signed_in_are_not_kept_by_the_browser(client_for):
    browser = client_for("clerk")
    for path in ("/", "/cases/", "/meetings/"):
        assert "no-store" in browser.get(path).headers["Cache-Control"], path


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app):
    browser = app.test_client()
    cookies = [v for k, v in browser.get("/login/").headers if k == "Set-Cookie"]
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_behind_a_proxy_the_session_cookie_goes_only_over_https(app_with):
    site = app_with(SESSION_COOKIE_SECURE=True)
    cookies = [v for k, v in site.test_client().get("/login/").headers if k == "Set-Cookie"]
    assert all("Secure" in cookie for cookie in cookies)
