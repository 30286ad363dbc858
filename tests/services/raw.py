"""绕过服务看库、改库：一个文件共用的会话，几句 SQL，试着弄坏."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from models.security import Account, User
from tests.conftest import TODAY


def actor_of(login: str, today: date = TODAY) -> Actor:
    """按登录名装入操作人."""
    user_id = session.execute(
        select(Account.user_id).join(User, User.id == Account.user_id).where(User.username == login)
    ).scalar_one()
    return actor_of_user(user_id, today)


@contextmanager
def borrowed(bare: Any, url: str) -> Iterator[None]:
    """一个外层事务里的会话，用完全部作废：整个文件共用一次."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection, bare.app_context():
        outer = connection.begin()
        engines = db._app_engines[bare]
        kept = engines[None]
        engines[None] = connection
        session.configure(join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            session.remove()
            engines[None] = kept
            kept.dispose()
            outer.rollback()
    engine.dispose()


def value(statement: str, **given: Any) -> Any:
    """一个数."""
    return session.execute(text(statement), given).scalar()


def rows(statement: str, **given: Any) -> list[tuple[Any, ...]]:
    """几行."""
    return [tuple(row) for row in session.execute(text(statement), given)]


def broken_by_hand(statement: str, **given: Any) -> str:
    """绕过服务直接改库：数据库拒绝时说的话；没有拒绝就是空."""
    session.flush()
    inner = session.begin_nested()
    try:
        done = session.execute(text(statement), given)
        assert done.rowcount, "没有碰到任何一行，说明不了什么"
    except DBAPIError as error:
        inner.rollback()
        return str(error.orig)
    inner.rollback()
    return ""
