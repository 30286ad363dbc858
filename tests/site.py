"""网页用例的底：整个应用接到一个外层事务上，浏览器带真的口令登录、真的 CSRF 令牌."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from app.queries import names
from models.security import User

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HEADER = "X-CSRFToken"
OWN_PAGE = "/account/password"
"""登录了都能开、带令牌的页面."""


class Clock:
    """应用的钟：用例里往后拨."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def later(self, **delta: float) -> datetime:
        """往后拨，如 ``later(minutes=10)``."""
        self.at += timedelta(**delta)
        return self.at


class Browser(FlaskClient):
    """浏览器：POST 自动带上有效的令牌；``csrf=False`` 时不带."""

    token: str | None = None

    def enter(self, login: str, password: str) -> Browser:
        """由登录页登录，须成功."""
        self.take_token("/login/")
        answer = self.post("/login/", data={"username": login, "password": password})
        assert answer.status_code == 302, words(answer)
        self.token = None  # 登录后会话换新，令牌也换
        return self

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """发请求."""
        if csrf and kwargs.get("method") == "POST":
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {HEADER: self.valid_token(), **headers}
        return super().open(*args, **kwargs)

    def take_token(self, path: str) -> Browser:
        """由这一页的表单里取令牌."""
        self.token = _token_in(self.get(path).get_data(as_text=True))
        return self

    def valid_token(self) -> str:
        """本会话的有效令牌."""
        if self.token is None:
            self.take_token(OWN_PAGE)
        return self.token or ""


def _token_in(page: str) -> str:
    found = TOKEN.search(page)
    assert found, page[:500]
    return found[1]


def actor_named(login: str, today: date) -> Actor:
    """按登录名装入操作人；须在应用的环境里."""
    user_id = session.execute(select(User.id).where(User.username == login)).scalar_one()
    return actor_of_user(user_id, today)


def words(answer: Any) -> str:
    """页面上看得见的字，空白并成一个."""
    text = answer.get_data(as_text=True)
    text = re.sub(r"(?s)<(script|style|template)\b.*?</\1>", " ", text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()


@contextmanager
def bound(app: Flask, connection: Connection) -> Iterator[Flask]:
    """应用接到这个连接上：它的提交只到存档点，外层事务作废即全部作废."""
    with app.app_context():
        engines = db._app_engines[app]
        session.configure(join_transaction_mode="create_savepoint")
    kept = engines[None]
    engines[None] = connection  # type: ignore[assignment]
    forget_names()
    try:
        yield app
    finally:
        engines[None] = kept
        kept.dispose()
        forget_names()


def forget_names() -> None:
    """名称缓存按配置版本记；版本随事务作废后会重号，所以一并忘掉."""
    names._known.clear()
