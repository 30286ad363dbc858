"""网页用例的夹具：整个应用接在一个用例一个的外层事务上，用完作废."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app import storage
from app.db import db, session
from app.factory import create_app
from config import Settings
from tests.conftest import FIELD_KEY, NOW, PASSWORD


class Clock:
    """应用的钟：用例可以往后拨."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> Any:
        return self.at


@pytest.fixture(scope="session")
def clock() -> Clock:
    """应用的钟."""
    return Clock()


@pytest.fixture(scope="session")
def whole_app(urls: Any, tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Flask:
    """整个应用（只装一次）."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = Settings.from_env(
        {"DATA_DIR": str(home), "SECRET_KEY": "s" * 64, "FIELD_KEY": FIELD_KEY, "DEMO": "1"}
    )
    app = create_app(
        settings,
        SQLALCHEMY_DATABASE_URI=urls.app,
        NOW=clock,
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=False,
    )
    storage.configure(home / "files")
    return app


@pytest.fixture
def app(whole_app: Flask, connection: Connection, clock: Clock) -> Iterator[Flask]:
    """接在外层事务上的应用：提交只到存档点."""
    clock.at = NOW
    with whole_app.app_context():
        engines = db._app_engines[whole_app]
        session.configure(join_transaction_mode="create_savepoint")
    kept = engines[None]
    engines[None] = connection  # type: ignore[assignment]
    try:
        yield whole_app
    finally:
        engines[None] = kept


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], FlaskClient]:
    """以这个账号登录好的浏览器."""

    def signed_in(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/login/", data={"username": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.status_code
        return client

    return signed_in
