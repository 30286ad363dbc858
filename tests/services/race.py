"""抢着做：真的两条连接、真的提交；两个人在同一刻各走各的一步."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from app import crypto, storage
from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from app.domain.errors import Refused
from app.services import journal
from app.unit import unit_of_work
from models.security import Account, User
from tests.conftest import FIELD_KEY, NOW, TODAY, _prepare, bare_app
from tests.factories import Walk
from tests.support_pg import worker_database

Deed = Callable[[Actor], Any]
LONG_ENOUGH = 30


@contextmanager
def committed(purpose: str, files: Path | None = None) -> Iterator[Flask]:
    """会真提交的库：一个文件自己的一份克隆；``files`` 为存放目录，用不着附件的可不给."""
    crypto.configure(FIELD_KEY)
    kept = dict(storage._state)
    if files is not None:
        storage.configure(files)
    app = bare_app(worker_database(_prepare, purpose).app)
    try:
        yield app
    finally:
        storage._state.clear()
        storage._state.update(kept)
        with app.app_context():
            db.engine.dispose()


def who(login: str) -> Actor:
    """按登录名装入操作人."""
    user_id = session.execute(
        select(Account.user_id).join(User, User.id == Account.user_id).where(User.username == login)
    ).scalar_one()
    return actor_of_user(user_id, TODAY)


def told(refused: Refused) -> str:
    """拒绝的代码；说得出是谁、做了什么的一并写上."""
    named = [str(refused.facts[key]) for key in ("who", "what") if refused.facts.get(key)]
    return ":".join([refused.code, *named])


def at_once(app: Flask, *steps: tuple[str | Actor, Deed]) -> list[str]:
    """几个人同时各做一步，各一条连接；各自办成（done:姓名）还是被拒."""
    gate = Barrier(len(steps))

    def one(step: tuple[str | Actor, Deed]) -> str:
        login, deed = step
        with app.app_context():
            actor = who(login) if isinstance(login, str) else login
            session.commit()
            gate.wait(LONG_ENOUGH)
            try:
                with unit_of_work():
                    deed(actor)
            except Refused as refused:
                return told(refused)
            return f"done:{actor.name}"

    with ThreadPoolExecutor(len(steps)) as pool:
        return [future.result(LONG_ENOUGH) for future in [pool.submit(one, s) for s in steps]]


def entries(app: Flask, case_id: int) -> list[tuple[str, str | None]]:
    """这一件的日志：动作与到达态，依次；验过整条链."""
    with app.app_context():
        found = session.execute(
            text(
                "SELECT action, after, township_id FROM journal WHERE case_id = :id"
                " AND module = 'case' ORDER BY chain_seq"
            ),
            {"id": case_id},
        ).all()
        assert journal.verify(found[0].township_id).is_whole
        return [(row.action, row.after) for row in found]


def made(app: Flask, step: str) -> tuple[int, int]:
    """走到某一步的一件：编号与版本."""
    with app.app_context(), unit_of_work():
        case = getattr(Walk(who, NOW), step)()
        return case.id, case.version


def state_of(app: Flask, case_id: int) -> tuple[Any, ...]:
    """状态、并入了哪件、版本."""
    with app.app_context():
        statement = text("SELECT state, merged_into_id, version FROM case_record WHERE id = :id")
        return tuple(session.execute(statement, {"id": case_id}).one())


def split(words: list[str]) -> tuple[str, str]:
    """办成的那一个的姓名，与没办成的听到的话."""
    assert sorted(w.startswith("done:") for w in words) == [False, True], words
    done = next(w for w in words if w.startswith("done:"))
    return done.removeprefix("done:"), next(w for w in words if not w.startswith("done:"))
