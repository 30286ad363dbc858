"""清单的执行计划：各范围走各自的有序索引，没有整表扫描，没有大排序."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

import app.queries.case_list as listing
from app.queries.case_list import CaseFilter, Cursor, case_page
from tests.conftest import NOW
from tests.sql import counted

PLANS = (
    ("clerk", CaseFilter(), "ix_case_open_due"),
    ("clerk", CaseFilter(bucket="all", sort="recent"), "ix_case_recent"),
    ("clerk", CaseFilter(bucket="closed", sort="recent"), "ix_case_"),
    ("zhifa", CaseFilter(), "ix_assignment_platform_open"),
    ("zhifa", CaseFilter(bucket="all", sort="recent"), "ix_assignment_platform_recent"),
    ("chengguan", CaseFilter(), "ix_case_org_open"),
)


def nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize(("login", "wanted", "index"), PLANS)
def test_a_list_walks_its_own_index(login, wanted, index, actor, db_session):
    who = actor(login)
    # 表里只有几行时整表扫描更便宜；关掉它，看索引用不用得上
    db_session.execute(text("SET LOCAL enable_seqscan = off"))
    db_session.execute(text("SET LOCAL enable_bitmapscan = off"))
    statement = listing._rows(
        listing._walks(wanted, who),
        [*listing.conditions(wanted), *listing._bucket(wanted, who)],
        wanted,
        None,
    )
    compiled = statement.compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    plan = db_session.execute(text(f"EXPLAIN (FORMAT JSON) {compiled}")).scalar()[0]["Plan"]
    found = list(nodes(plan))
    used = {node.get("Index Name", "") for node in found}
    assert any(name.startswith(index) for name in used), used
    assert not [n for n in found if n["Node Type"] == "Seq Scan"]


@pytest.mark.parametrize("login", ["clerk", "zhifa", "chengguan", "grid09", "grid03b"])
def test_a_page_is_two_statements_wherever_it_stands(login, actor):
    who = actor(login)
    for cursor in (None, Cursor(NOW, 10), Cursor(None, 10), Cursor(NOW, 10, back=True)):
        with counted() as found:
            case_page(CaseFilter(), actor=who, cursor=cursor)
        assert len(found) == 2, found.report
