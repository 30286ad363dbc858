"""搜索的执行计划：一万件里，各种词、各种范围都走索引，读不了多少页."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.db import db, session
from app.domain.search_terms import read_terms
from app.queries import search_cases
from app.queries.case_list import CaseFilter
from app.unit import unit_of_work
from tests import support_pg
from tests.conftest import NOW, TODAY, _prepare, bare_app
from tests.factories import Walk
from tests.site import actor_named

ROWS = 10_000
MOST_BUFFERS = 3_000
WIDE = ("clerk", "viewer")
"""看全乡的：不许整表扫描；范围窄的表小时计划可以整个读，页数一样封顶."""
FILL = """
INSERT INTO case_record (township_id, created_at, updated_at, reported_at, state, level, kind,
  channel, platform, number, seq, year, title, place, registrar_id, grid_id, village_id,
  category_id, org_id)
SELECT township_id, created_at, updated_at, reported_at - n * interval '1 minute', 'PROCESSING',
  CASE WHEN n % 5 = 0 THEN '较大' ELSE '一般' END, kind, channel,
  CASE n % 4 WHEN 0 THEN 'ZF' WHEN 1 THEN 'SJ' WHEN 2 THEN 'ZZ' ELSE 'BM' END,
  'X' || n, 100000 + n, 2016, '第' || n || '号路灯' || chr(19968 + n % 3000), '某处',
  registrar_id, CASE WHEN n % 13 = 0 THEN grid_id END, village_id, category_id, org_id
FROM case_record, generate_series(1, :rows) n WHERE id = :id
"""
TEXTS = """
INSERT INTO case_text (case_id, township_id, reported_at, is_sensitive, doc, body)
SELECT id, township_id, reported_at, false, title || ' ' || place || ' 报来有人反映，'
  || CASE WHEN seq % 400 = 0 THEN '井盖缺失' ELSE '路面积水' END, title
FROM case_record WHERE year = 2016
"""
PLACES = """
INSERT INTO assignment (case_id, township_id, reported_at, assigned_at, round, turn, platform,
  role, is_listed, is_open)
SELECT id, township_id, reported_at, reported_at, 1, 1, platform, 'LEAD', true, true
FROM case_record WHERE year = 2016
"""


@pytest.fixture(scope="module")
def crowded(ready: Any) -> Iterator[Flask]:
    """另一个库，一万件别的案件：统计数不随事务作废，不能留在大家用的库里."""
    urls = support_pg.worker_database(_prepare, "search_plans")
    app = bare_app(urls.app)
    with app.app_context():
        with unit_of_work():
            # 刚插的若留在词表的待合并清单里，计划会躲着它；平时由后台并进去
            session.execute(text("SET LOCAL gin_pending_list_limit = '64kB'"))
            case = Walk(lambda login: actor_named(login, TODAY), NOW).reported()
            session.flush()
            for statement in (FILL, TEXTS, PLACES):
                session.execute(text(statement), {"rows": ROWS, "id": case.id})
        session.remove()
        db.engine.dispose()
    with support_pg.connect(urls.owner) as connection:
        connection.execute("VACUUM ANALYZE case_record, case_text, assignment")
    return app


@pytest.fixture
def crowd(crowded: Flask) -> Iterator[Any]:
    """那个库里的会话."""
    with crowded.app_context():
        yield session
        session.rollback()
        session.remove()
        db.engine.dispose()


@pytest.fixture
def actor(crowd: Any) -> Any:
    """按登录名装入操作人."""
    return lambda login: actor_named(login, TODAY)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """计划的各步."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def plan_of(crowd: Any, typed: str, who: Any, wanted: CaseFilter) -> dict[str, Any]:
    """跑一遍，读执行计划."""
    search = search_cases.Search(read_terms(typed), who, wanted, None, 51)
    made = search_cases._statement(search).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    asked = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {made}".replace(":", "\\:"))
    found: dict[str, Any] = crowd.execute(asked).scalar()[0]["Plan"]
    return found


def test_every_term_in_every_scope_stays_within_its_buffers(crowd: Any, actor: Any) -> None:
    wrong = []
    for login in ("clerk", "zhifa", "grid09", "anjian", "viewer"):
        who = actor(login)
        for typed in ("路灯", "井盖缺失", "没有这个词", "灯", "雷某英", "13800000612", "0612"):
            for wanted in (CaseFilter(bucket="all"), CaseFilter(bucket="all", levels=("较大",))):
                plan = plan_of(crowd, typed, who, wanted)
                read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
                whole = [
                    step["Relation Name"]
                    for step in nodes(plan)
                    if step["Node Type"] == "Seq Scan" and step["Actual Loops"]
                ]
                if read > MOST_BUFFERS or (login in WIDE and whole):
                    wrong.append((login, typed, wanted.levels, read, whole))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_rare_word_is_found_through_the_index_of_tokens(crowd: Any, actor: Any) -> None:
    plan = plan_of(crowd, "井盖缺失", actor("clerk"), CaseFilter(bucket="all"))
    used = {step.get("Index Name") for step in nodes(plan) if step["Actual Loops"]}
    assert "ix_case_text_search" in used
    assert "ix_case_text_recent" in used


def test_a_common_word_is_found_among_the_newest_without_that_index(crowd: Any, actor: Any) -> None:
    plan = plan_of(crowd, "路灯", actor("clerk"), CaseFilter(bucket="all"))
    ran = {step.get("Index Name") for step in nodes(plan) if step["Actual Loops"]}
    assert "ix_case_text_search" not in ran


def test_numbers_names_and_phones_each_walk_their_own_index(crowd: Any, actor: Any) -> None:
    for typed, index in (
        ("2017-1", "uq_case_record_township_id_seq_year"),
        ("雷某英", "ix_case_informant_name"),
        ("13800000612", "ix_case_informant_phone"),
    ):
        plan = plan_of(crowd, typed, actor("clerk"), CaseFilter(bucket="all"))
        assert index in {step.get("Index Name") for step in nodes(plan)}, typed
