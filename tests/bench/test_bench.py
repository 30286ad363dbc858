"""量具自己也要对：造的二百件守全部约束、链验得过、清单检索看得见；量一页印得出一行."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app import crypto, migrate, storage
from app.access.load import actor_of_user
from app.db import db, session
from app.factory import create_app
from app.queries.case_list import CaseFilter, case_page
from app.services import journal
from config import Settings
from models.case import Case
from models.security import User
from models.township import Township
from tests import support_pg
from tests.bench import peers, report, served, town, words
from tests.bench.pages import pages
from tests.bench.visit import Figure, Visitor, measured
from tests.conftest import FIELD_KEY, PASSWORD, _prepare, bare_app

CASES = 200


@pytest.fixture(scope="module")
def poured(bare: Any) -> Iterator[Any]:
    """造好的二百件；密钥用完放回去."""
    urls = support_pg.worker_database(_prepare, "bench")
    town.build(urls, cases=CASES, years=1.0, seeded=True)
    crypto.configure(FIELD_KEY)
    return urls


def test_the_generated_town_keeps_every_rule(poured):
    assert migrate.drift(poured.owner) == []
    with psycopg.connect(town.libpq(poured.owner)) as connection:
        loose = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        assert connection.execute(loose).fetchall() == []
        invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        assert connection.execute(invalid).fetchone() == (0,)
    with bare_app(poured.app).app_context():
        township = session.execute(select(Township.id)).scalar_one()
        assert journal.verify(township).is_whole
        counting = select(Case.is_open, func.count()).group_by(Case.is_open)
        counts = dict(session.execute(counting).all())
        user = session.execute(select(User.id).where(User.username == "clerk")).scalar_one()
        actor = actor_of_user(user, town.NOW.date())
        wanted = CaseFilter(bucket="all", sort="recent", words=words.COMMON)
        found = case_page(wanted, actor=actor)
        session.remove()
        db.engine.dispose()
    assert sum(counts.values()) == CASES
    assert counts[True] >= 2
    assert found.rows
    assert all(words.COMMON in row.title or words.COMMON in row.place for row in found.rows)


@pytest.fixture
def watched(poured: Any, tmp_path: Path) -> Iterator[Any]:
    """量的那个应用；存放目录用完放回去."""
    files = storage.root()
    environ = {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": town.SECRET_KEY,
        "FIELD_KEY": FIELD_KEY,
        "DATABASE_URL": poured.app,
    }
    app = served.watch(create_app(Settings.from_env(environ), NOW=lambda: town.NOW))
    yield app
    served.unwatch()
    storage.configure(files)
    with app.app_context():
        db.engine.dispose()


def test_a_page_is_measured_and_printed(poured, watched):
    server = make_server("127.0.0.1", 0, watched, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.port}"
        visitor = Visitor(base, "clerk", PASSWORD)
        listed = next(page for page in pages(town.Town(poured, None, CASES)) if "深页" in page.name)
        figure = measured(visitor, listed.name, listed.path, samples=2)
        absent = measured(visitor, "没有的页", "/nowhere/")
        visitor.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert figure.samples == 2
    assert figure.statements <= 12
    assert figure.buffers > 0
    assert "SELECT" in figure.slowest
    assert "404" in absent.note
    assert "清单 全部 深页 80%" in report.shown([figure, absent])


def test_peers_are_on_this_machine_unless_said_otherwise():
    assert peers.read_peers("甲=http://127.0.0.1:8000/a?b=1, 乙=http://localhost/") == [
        ("甲", "http://127.0.0.1:8000/a?b=1"),
        ("乙", "http://localhost/"),
    ]
    for wrong in ("甲=http://example.org/", "甲=https://127.0.0.1/", "http://127.0.0.1/", "=x"):
        with pytest.raises(peers.BadPeer):
            peers.read_peers(wrong)
    assert peers.read_peers("甲=http://example.org/", anywhere=True)


def test_the_report_says_what_was_left_out():
    text = report.markdown("题", {"案件": "1 件"}, [Figure("看板", note="略去：/board/ 回 404")])
    assert "| 看板 | " in text
    assert "略去：/board/ 回 404" in text
