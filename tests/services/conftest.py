"""演示测试的公用件：演过的库只演一次，几个进程共用。"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app import storage
from app.db import db, session
from app.domain.weeks import map_demo
from app.plan import demo as story
from app.plan.load import load
from app.services import documents
from app.services.rules import calendar_of
from app.unit import unit_of_work
from models.case import Case
from models.journal import Journal
from models.township import Township
from tests import support_pg
from tests.conftest import TODAY, bare_app
from tests.services import raw
from tests.services.law import built

LATER = date(2026, 11, 23)
TALE = "高山村口垃圾成堆"
PLAN = load()
VOLUMES = PLAN.demo.volumes


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "demo-gate").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _play(url: str, today: date) -> dict[str, Any]:
    app = bare_app(url)
    with app.app_context():
        township = session.execute(select(Township.id)).scalar_one()
        with unit_of_work():
            report = story.play(PLAN, today=today, township_id=township, progress=lambda _: None)
        again = story.play(PLAN, today=today, township_id=township, progress=lambda _: None)
        session.remove()
        db.engine.dispose()
    names = ("steps", "cases", "drafts", "meetings", "yellow", "red", "entries", "head")
    kept = {name: getattr(report, name) for name in names}
    return {**kept, "played": report.played, "again": again.reason, "files": str(storage.root())}


def _played(name: str, today: date) -> SimpleNamespace:
    """演过一遍的库：几个进程共用一个，先到的演。"""
    folder = Path(os.environ[support_pg.RUN])
    record = folder / f"demo-{name}.json"
    server = support_pg._server(folder)
    with _one_at_a_time(folder):
        if not record.exists():
            with support_pg._gate(folder):
                server.clone(f"demo_{name}", support_pg.TEMPLATE)
            record.write_text(json.dumps(_play(server.urls(f"demo_{name}").app, today)))
    return SimpleNamespace(
        **json.loads(record.read_text()), url=server.urls(f"demo_{name}").app, today=today
    )


@pytest.fixture(scope="session")
def ready(urls, bare, tmp_path_factory):
    """模板库、密钥、存放目录都备好；字库没有，纪要照样签发。"""
    before = dict(documents._state)
    documents.configure(cache_dir=tmp_path_factory.mktemp("no-fonts"))
    yield
    documents._state.clear()
    documents._state.update(before)


@pytest.fixture(scope="session")
def played(ready):
    """2017-06-30 演过的库。"""
    return _played("first", TODAY)


@pytest.fixture(scope="session")
def replayed(ready):
    """同一天再演一遍的另一个库。"""
    return _played("second", TODAY)


@pytest.fixture(scope="session")
def played_later(ready):
    """2026-11-23 演过的库。"""
    return _played("later", LATER)


@contextmanager
def inside(played: SimpleNamespace) -> Iterator[Any]:
    """进这个库看一看，什么也不留。"""
    app = bare_app(played.url)
    with app.app_context():
        try:
            yield session
        finally:
            session.rollback()
            session.remove()
            db.engine.dispose()


@pytest.fixture
def demo(played):
    """演示过的库里的会话；用完不留。"""
    with inside(played) as found:
        yield found


@pytest.fixture
def township(demo):
    """演示的乡。"""
    return demo.execute(select(Township.id)).scalar_one()


@pytest.fixture
def moved(township):
    """演示季度的时刻搬到哪一刻。"""
    calendar = calendar_of(township)
    return lambda moment: map_demo(moment, today=TODAY, calendar=calendar)


@pytest.fixture
def tale(demo):
    """故事里的那一件。"""
    return demo.execute(select(Case).where(Case.title == TALE)).scalar_one()


def numbered(found: Any) -> list[Case]:
    """取了号的案件。"""
    return list(found.execute(select(Case).where(Case.number.is_not(None))).scalars())


def steps(found: Any) -> list[Journal]:
    """案件的每一步，依先后。"""
    return list(
        found.execute(
            select(Journal)
            .where(Journal.module == "case", Journal.case_id.is_not(None))
            .order_by(Journal.chain_seq)
        ).scalars()
    )


@pytest.fixture(scope="module")
def made(bare, urls):
    """什么都走到过的小库：一个文件只造一次."""
    with raw.borrowed(bare, urls.app):
        yield built()


@pytest.fixture
def law(made):
    """小库；用例里改的，用完作废."""
    nested, start = session.begin_nested(), made.walk.now
    yield made
    nested.rollback()
    session.expire_all()
    made.walk.now = start
