"""全部测试共用的夹具：一次测试一套数据库，一个用例一个存档点."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from app import crypto, migrate, storage
from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from app.domain.working_time import SHANGHAI
from app.factory import create_app
from app.plan.load import load
from app.plan.seed import seed
from app.unit import unit_of_work
from config import Settings
from models.security import Account, User
from tests import support_pg
from tests.site import Browser, Clock, bound

FIELD_KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
PASSWORD = "Banqiao-2017"
TODAY = date(2017, 6, 30)
NOW = datetime(2017, 5, 22, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)


def pytest_configure(config: pytest.Config) -> None:
    """主进程备好测试数据库的公用文件夹；xdist 的进程从环境里得知."""
    if not hasattr(config, "workerinput"):
        support_pg.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """主进程最后停掉测试数据库，删去数据."""
    if not hasattr(config, "workerinput"):
        support_pg.end()


def bare_app(url: str) -> Flask:
    """只接数据库的应用：造模板库时用."""
    app = Flask("app")
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="test")
    db.init_app(app)
    return app


def _prepare(owner_url: str) -> None:
    """模板库：迁移，装计划与演示账号."""
    migrate.upgrade(owner_url)
    crypto.configure(FIELD_KEY)
    app = bare_app(owner_url)
    with app.app_context(), unit_of_work():
        seed(load(), now=NOW, with_accounts=True, demo_password=PASSWORD)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def urls() -> Any:
    """本进程自己的库的两个地址（应用角色、库主）."""
    return support_pg.worker_database(_prepare)


@pytest.fixture(scope="session")
def bare(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """没有界面的应用，以应用角色连库."""
    crypto.configure(FIELD_KEY)
    storage.configure(tmp_path_factory.mktemp("files"))
    return bare_app(urls.app)


@pytest.fixture
def connection(urls: Any) -> Iterator[Connection]:
    """一个用例一个外层事务，用完作废."""
    options = {"options": "-c timezone=UTC"}
    engine = create_engine(urls.app, poolclass=NullPool, connect_args=options)
    with engine.connect() as found:
        outer = found.begin()
        yield found
        outer.rollback()
    engine.dispose()


@pytest.fixture
def db_session(bare: Flask, connection: Connection) -> Iterator[Any]:
    """服务层用例的会话：提交只到存档点，用例完了全部作废."""
    with bare.app_context():
        engines = db._app_engines[bare]
        kept = engines[None]
        engines[None] = connection  # type: ignore[assignment]
        session.configure(join_transaction_mode="create_savepoint")
        try:
            yield session
        finally:
            session.remove()
            engines[None] = kept
            kept.dispose()


@pytest.fixture
def township_id(db_session: Any) -> int:
    """种好的那个乡."""
    from models.township import Township  # noqa: PLC0415

    return db_session.execute(select(Township.id).where(Township.code == "BQ")).scalar_one()


@pytest.fixture
def actor(db_session: Any) -> Callable[..., Actor]:
    """按登录名装入操作人，如 ``actor("clerk")``."""

    def load_actor(login: str, today: date = TODAY) -> Actor:
        user_id = db_session.execute(
            select(Account.user_id)
            .join(User, User.id == Account.user_id)
            .where(User.username == login)
        ).scalar_one()
        return actor_of_user(user_id, today)

    return load_actor


@pytest.fixture
def here() -> Path:
    """仓库的根."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def clock() -> Clock:
    """应用的钟；每个用到应用的用例开始时拨回 ``NOW``."""
    return Clock(NOW)


@pytest.fixture(scope="session")
def make_app(
    bare: Flask, urls: Any, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Flask]:
    """装一个完整的应用，``overrides`` 覆盖配置，如 ``RATELIMIT_ENABLED=True``."""
    home = tmp_path_factory.mktemp("home")

    def make(**overrides: Any) -> Flask:
        files = storage.root()
        environ = {
            "DATA_DIR": str(home),
            "SECRET_KEY": "s" * 64,
            "FIELD_KEY": FIELD_KEY,
            "DEMO": "1",
            "DEMO_PASSWORD": PASSWORD,
            "FONT_CACHE_DIR": os.environ.get("FONT_CACHE_DIR", ""),
        }
        values = {"NOW": clock, "TESTING": True, "RATELIMIT_ENABLED": False, **overrides}
        app = create_app(Settings.from_env(environ), SQLALCHEMY_DATABASE_URI=urls.app, **values)
        app.test_client_class = Browser
        storage.configure(files)
        return app

    return make


@pytest.fixture(scope="session")
def whole_app(make_app: Callable[..., Flask]) -> Flask:
    """完整的应用，一个进程只装一次；没有接到用例的事务上，用例请用 ``app``."""
    return make_app()


@pytest.fixture
def app(whole_app: Flask, connection: Connection, clock: Clock) -> Iterator[Flask]:
    """完整的应用，接在本用例的外层事务上：与 ``db_session`` 看见同样的行，用完作废."""
    clock.at = NOW
    with bound(whole_app, connection) as site:
        yield site


@pytest.fixture
def app_with(
    make_app: Callable[..., Flask], connection: Connection, clock: Clock
) -> Iterator[Callable[..., Flask]]:
    """另装一个配置不同的应用，同样接在本用例的事务上，如 ``app_with(RATELIMIT_ENABLED=True)``."""
    clock.at = NOW
    with ExitStack() as stack:
        yield lambda **overrides: stack.enter_context(bound(make_app(**overrides), connection))


@pytest.fixture
def client_for(app: Flask) -> Callable[..., Browser]:
    """以这个账号登录好的浏览器，各有各的会话：``client_for("clerk").post("/cases/add", data=…)``.

    登录走 ``POST /login/``；CSRF 是开着的，POST 自动带令牌（``csrf=False`` 不带）。调用时外面
    不要套 ``app.app_context()``，否则登录的人会串；查库用 ``db_session``，先 ``expire_all()``。
    """

    def enter(login: str, password: str = PASSWORD) -> Browser:
        browser: Browser = app.test_client()  # type: ignore[assignment]
        return browser.enter(login, password)

    return enter
