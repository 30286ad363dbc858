"""执行计划：一万件的乡里，各范围的清单、看板、检索走各自的索引，大表不整扫，读的块有限."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

import app.queries.case_list as listing
from app import crypto
from app.access.load import actor_of_user
from app.db import db, session
from app.queries.case_board import board_statement, counts_statement, lanes_of
from app.queries.case_list import CaseFilter
from app.queries.case_search import is_common
from models.security import User
from tests import support_pg
from tests.bench import town, words
from tests.conftest import FIELD_KEY, _prepare, bare_app

CASES = 10_000
PLATFORMS = ["ZZ", "SJ", "ZF", "BM"]
BIG = {"case_record", "assignment", "case_org", "case_text", "case_clock", "journal"}
SINCE = town.NOW - timedelta(days=30)
LISTS = (
    ("clerk", CaseFilter(), "ix_case_open_due", 500),
    ("clerk", CaseFilter(bucket="all", sort="recent"), "ix_case_recent", 500),
    ("clerk", CaseFilter(bucket="closed", sort="recent"), "ix_case_", 500),
    ("clerk", CaseFilter(bucket="drafts"), "ix_case_", 500),
    ("zhifa", CaseFilter(), "ix_assignment_platform_open", 500),
    ("zhifa", CaseFilter(bucket="all", sort="recent"), "ix_assignment_platform_recent", 500),
    ("chengguan", CaseFilter(), "ix_case_org_open", 500),
    ("grid09", CaseFilter(bucket="all", sort="recent"), "ix_case_grid", 500),
    (
        "clerk",
        CaseFilter(bucket="closed", by="closed", since=SINCE, until=town.NOW),
        "ix_case_closed",
        1500,
    ),
    ("clerk", CaseFilter(bucket="all", sort="recent", words=words.COMMON), "ix_case_recent", 5000),
    ("clerk", CaseFilter(bucket="all", sort="recent", words="没有这样的字"), "ix_case_text", 5000),
)


@pytest.fixture(scope="module")
def site(bare: Any) -> Iterator[Any]:
    """造好的一万件；密钥用完放回去."""
    urls = support_pg.worker_database(_prepare, "plans")
    town.build(urls, cases=CASES, years=3.0, seeded=True)
    crypto.configure(FIELD_KEY)
    with bare_app(urls.app).app_context():
        yield urls
        session.remove()
        db.engine.dispose()


def actor(login: str) -> Any:
    """这个账号的操作人."""
    user = session.execute(select(User.id).where(User.username == login)).scalar_one()
    return actor_of_user(user, town.NOW.date())


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """计划里的每一步."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def walked(statement: Any) -> tuple[set[str], set[str], int]:
    """走了哪些索引、整扫了哪些大表、读了几块."""
    compiled = statement.compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    explained = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled}".replace(":", "\\:"))
    plan = session.execute(explained).scalar()[0]["Plan"]
    found = list(nodes(plan))
    scanned = {n["Relation Name"] for n in found if n["Node Type"] == "Seq Scan"} & BIG
    read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return {n.get("Index Name", "") for n in found}, scanned, read


@pytest.mark.parametrize(("login", "wanted", "index", "most"), LISTS)
def test_a_list_walks_its_own_index(site, login, wanted, index, most):
    who = actor(login)
    statement = listing._rows(
        listing._walks(wanted, who), listing.everything(wanted, who), wanted, None
    )
    used, scanned, read = walked(statement)
    assert any(name.startswith(index) for name in used), used
    assert not scanned
    assert read <= most


@pytest.mark.parametrize(
    ("login", "indexes"),
    [
        ("clerk", {"ix_case_open_due", "ix_assignment_platform_open"}),
        ("zhifa", {"ix_assignment_platform_open"}),
        ("chengguan", {"ix_case_org_open"}),
    ],
)
def test_each_column_of_the_board_walks_its_own_index(site, login, indexes):
    lanes = lanes_of(actor(login), PLATFORMS)
    used, scanned, read = walked(board_statement(lanes, CaseFilter()))
    assert indexes <= used, used
    assert not scanned
    assert read <= 5000
    day = (town.NOW, town.NOW + timedelta(hours=8))
    _used, scanned, read = walked(counts_statement(lanes, CaseFilter(), day))
    assert not scanned
    assert read <= 5000


def test_what_is_common_is_known_from_the_newest(site):
    township = actor("clerk").township_id
    assert is_common(township, [words.COMMON])
    assert not is_common(township, ["没有这样的字"])
