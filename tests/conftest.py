"""全部测试共用的夹具：一次测试一套数据库，一个用例一个存档点."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
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
from app.plan.load import load
from app.plan.seed import seed
from app.unit import unit_of_work
from models.security import Account, User
from tests import support_pg

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
    engine = create_engine(urls.app, poolclass=NullPool)
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
