"""主题：不选跟随系统；选了记在 cookie 里，页首由服务器写好；登录前也能选，去处只认本站."""

from __future__ import annotations

import pytest
from flask import Flask

MARK = 'data-bs-theme="{}"'
SCHEME = '<meta name="color-scheme" content="{}">'


def pages_of(browser) -> list[str]:
    return [browser.get(path).get_data(as_text=True) for path in ("/", "/nowhere")]


def test_nothing_chosen_follows_the_system(app: Flask) -> None:
    page = app.test_client().get("/login/").get_data(as_text=True)
    assert MARK.format("auto") in page
    assert SCHEME.format("light dark") in page


@pytest.mark.parametrize("code", ["auto", "light", "dark"])
def test_the_choice_is_written_into_every_page_by_the_server(app: Flask, code: str) -> None:
    browser = app.test_client().take_token("/login/")
    answer = browser.post("/theme", data={"theme": code, "next": "/login/?next=/cases/"})
    assert answer.status_code == 302
    assert answer.location == "/login/?next=/cases/"
    cookie = answer.headers["Set-Cookie"]
    assert f"theme={code};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie
    page = browser.get("/login/").get_data(as_text=True)
    assert MARK.format(code) in page
    assert page.count('aria-pressed="true"') == 1
    assert f'value="{code}" class="btn btn-sm btn-plain" aria-pressed="true"' in page


def test_the_choice_holds_after_signing_in_and_on_error_pages(client_for) -> None:
    browser = client_for("clerk")
    answer = browser.post("/theme", data={"theme": "dark", "next": "/cases/?view=overdue"})
    assert answer.location == "/cases/?view=overdue"
    for page in pages_of(browser):
        assert MARK.format("dark") in page
        assert SCHEME.format("dark") in page
        assert 'value="dark" class="pop-item" aria-pressed="true"' in page


def test_a_theme_that_does_not_exist_is_refused_and_a_forged_cookie_counts_for_nothing(
    app: Flask,
) -> None:
    browser = app.test_client().take_token("/login/")
    assert browser.post("/theme", data={"theme": "pink"}).status_code == 400
    browser.set_cookie("theme", 'x" onload="y')
    assert MARK.format("auto") in browser.get("/login/").get_data(as_text=True)


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil", ""])
def test_the_way_back_stays_on_this_site(app: Flask, target: str) -> None:
    browser = app.test_client().take_token("/login/")
    assert browser.post("/theme", data={"theme": "dark", "next": target}).location == "/"
