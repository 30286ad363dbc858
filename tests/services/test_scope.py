"""数据范围：SQL 条件与逐行判定说的是同一批行；没登记的模型报错."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from app.access.reach import covers, reach
from app.access.scope import SCOPES, Unscoped, condition_for
from app.access.subject import case_subject
from app.db import Model
from app.queries.case_facts import facts_of
from app.queries.case_list import CaseFilter, case_page
from app.services import case_dispatch, case_intake
from models.case import Case
from models.security import ResetCode
from models.township import Township
from tests.conftest import NOW
from tests.factories import Walk, category_id, grid_id, hotline, org_id

ACCOUNTS = [
    "clerk",
    "mayor",
    "secretary",
    "zongzhi",
    "zongzhi_lead",
    "shichang",
    "shichang2",
    "zhifa",
    "zhifa_lead",
    "bianmin",
    "jiwei",
    "viewer",
    "admin",
    "member",
    "chengguan",
    "anjian",
    "grid03b",
    "grid09",
    "grid01",
    "village206",
    "cunjian",
]
OUTSIDE = {
    "backup_run",
    "township",
    "config_version",
    "journal_head",
    "number_counter",
    "password_history",
    "reset_code",
    "role_limit",
    "seed_mark",
}


@pytest.fixture
def cases(actor, db_session):
    """几件在各平台、各状态的案件，一件草稿，一件转过手的."""
    walk = Walk(actor, NOW)
    found = [walk.processing(), walk.reported(), walk.accepted(grid_id=grid_id("G03"))]
    found.append(walk.archived())
    found.append(
        walk.dispatched(
            platform="SJ",
            category_id=category_id("SJ0101"),
            grid_id=grid_id("G01"),
        )
    )
    moved = walk.processing(grid_id=grid_id("G08"))
    case_dispatch.transfer(
        moved,
        org_id=org_id("AJZ"),
        handler_id=actor("anjian").person_id,
        actor=actor("zhifa2"),
        now=walk.later(),
    )
    found.append(moved)
    found.append(case_intake.draft(hotline(), actor=actor("clerk"), now=walk.later()))
    db_session.flush()
    return found


@pytest.mark.parametrize("login", ACCOUNTS)
def test_the_sql_scope_gives_exactly_the_rows_that_the_rule_gives(login, cases, actor, db_session):
    who = actor(login)
    by_sql = set(db_session.execute(select(Case.id).where(condition_for(Case, who))).scalars())
    by_rule = set()
    for case in cases:
        subject = case_subject(facts_of(case))
        drafted = case.state != "DRAFT" or case.registrar_id == who.person_id
        if drafted and covers(reach(who), subject):
            by_rule.add(case.id)
    assert by_sql & {c.id for c in cases} == by_rule


@pytest.mark.parametrize("login", ACCOUNTS)
def test_the_list_walks_show_the_same_rows_as_the_scope(login, cases, actor, db_session):
    who = actor(login)
    by_sql = set(
        db_session.execute(
            select(Case.id).where(condition_for(Case, who), Case.state != "DRAFT")
        ).scalars()
    )
    page = case_page(CaseFilter(bucket="all", sort="recent"), actor=who)
    assert {row.id for row in page.rows} == by_sql
    assert page.count == len(by_sql)


def test_rows_of_another_township_are_out_of_reach(cases, actor, db_session):
    other = db_session.execute(
        insert(Township)
        .values(
            code="XX",
            name="邻乡",
            short_name="邻乡",
            number_prefix="XX",
            fonds_code="XXX",
        )
        .returning(Township.id)
    ).scalar_one()
    from models.platform import Channel  # noqa: PLC0415

    db_session.execute(
        insert(Channel).values(township_id=other, code="HOTLINE", name="热线", fields=[])
    )
    db_session.execute(
        insert(Case).values(
            township_id=other,
            created_at=NOW,
            updated_at=NOW,
            reported_at=NOW,
            state="REPORTED",
            level="一般",
            kind="EVENT",
            channel="HOTLINE",
            number="XX2017-00001",
            seq=1,
            year=2017,
            title="邻乡的事",
            registrar_id=actor("clerk").person_id,
        )
    )
    for login in ACCOUNTS:
        who = actor(login)
        seen = db_session.execute(select(Case.number).where(condition_for(Case, who))).scalars()
        assert "XX2017-00001" not in set(seen)
        for bucket in ("open", "all"):
            rows = case_page(CaseFilter(bucket=bucket), actor=who).rows
            assert "XX2017-00001" not in {row.number for row in rows}


def test_an_unlisted_model_raises(actor):
    with pytest.raises(Unscoped):
        condition_for(ResetCode, actor("clerk"))


def test_every_table_of_ours_is_scoped_or_named_as_internal():
    scoped = {model.__tablename__ for model in SCOPES}
    ours = {t for t in Model.metadata.tables if not t.startswith(("ab_", "procrastinate_"))}
    assert ours - scoped == OUTSIDE


def test_words_of_two_characters_find_the_case_and_sensitive_ones_stay_out(cases, actor):
    found = case_page(CaseFilter(bucket="all", words="垃圾"), actor=actor("clerk"))
    assert found.count >= 1
    nothing = case_page(CaseFilter(bucket="all", words="没有的词"), actor=actor("clerk"))
    assert nothing.count == 0


def test_paging_by_keys_shows_each_row_once_and_goes_back(actor, db_session):
    walk = Walk(actor, NOW)
    for _ in range(3):
        walk.reported()
    import app.queries.case_list as listing  # noqa: PLC0415

    kept, listing.PAGE = listing.PAGE, 2
    try:
        who = actor("clerk")
        first = case_page(CaseFilter(), actor=who)
        second = case_page(CaseFilter(), actor=who, cursor=first.next)
        seen = [r.id for r in first.rows] + [r.id for r in second.rows]
        assert len(seen) == len(set(seen)) == 3
        assert second.next is None
        back = case_page(CaseFilter(), actor=who, cursor=second.previous)
        assert [r.id for r in back.rows] == [r.id for r in first.rows]
    finally:
        listing.PAGE = kept
