"""看板的查询：各列走各自的索引（见 test_plans），件数与变动各一条语句，各人只有各人的列."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.queries.case_board import (
    POOL,
    TOP,
    board_cards,
    board_counts,
    board_rows,
    board_version,
    changes_since,
    lanes_of,
    returns_of,
)
from app.queries.case_list import CaseFilter, Cursor
from app.services import case_dispatch
from tests.conftest import NOW
from tests.factories import REASON, Walk, grid_id
from tests.sql import counted

PLATFORMS = ["ZZ", "SJ", "ZF", "BM"]
DAY = (NOW - timedelta(hours=12), NOW + timedelta(hours=12))


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


@pytest.mark.parametrize("login", ["clerk", "zhifa", "chengguan", "grid09", "viewer", "admin"])
def test_the_columns_are_one_statement_and_the_counts_another_for_every_scope(login, actor):
    lanes = lanes_of(actor(login), PLATFORMS)
    some = 1 if lanes else 0
    for cursor in (None, Cursor(NOW, 10), Cursor(None, 10)):
        with counted() as found:
            board_rows(lanes, CaseFilter(), cursor)
        assert len(found) == some, found.report
    with counted() as found:
        board_counts(lanes, CaseFilter(), DAY)
    assert len(found) == some, found.report


def test_the_version_is_one_row_by_its_key(actor, db_session, township_id, walk):
    walk.accepted()
    with counted() as found:
        before = board_version(township_id)
    assert len(found) == 1
    assert "journal_head" in found[0]
    walk.reported()
    assert board_version(township_id) > before


def lane_ids(who, wanted=None):
    rows = board_rows(lanes_of(who, PLATFORMS), wanted or CaseFilter())
    return {code: [row.id for row in found] for code, found in rows.items()}


def test_a_case_is_in_the_column_of_its_platform_and_before_that_in_the_pool(walk, actor):
    waiting = walk.accepted().id
    sent = walk.dispatched().id
    done = walk.handled().id
    closed = walk.archived().id
    new = walk.reported().id
    clerk = lane_ids(actor("clerk"))
    assert clerk == {POOL: [waiting], "ZZ": [], "SJ": [], "ZF": [sent, done], "BM": []} or (
        clerk[POOL] == [waiting] and set(clerk["ZF"]) == {sent, done}
    )
    assert lane_ids(actor("zhifa")).keys() == {"ZF"}
    assert set(lane_ids(actor("zhifa"))["ZF"]) == {sent, done}
    shown = {one for ids in clerk.values() for one in ids}
    assert not {closed, new} & shown


def test_the_operator_of_another_platform_sees_an_empty_column_of_his_own(walk, actor):
    walk.dispatched()
    assert lane_ids(actor("shichang")) == {"SJ": []}


def test_a_returned_case_is_back_in_the_pool_and_counted_as_returned(walk, actor):
    case = walk.dispatched()
    case_dispatch.return_case(
        case,
        return_reason="不属本平台职责",
        suggestion="市场监管",
        reason=REASON,
        actor=actor("zhifa"),
        now=walk.later(),
    )
    clerk = actor("clerk")
    assert lane_ids(clerk)[POOL] == [case.id]
    counts = board_counts(lanes_of(clerk, PLATFORMS), CaseFilter(), DAY)
    assert counts.of(mark="returned") == 1
    assert lane_ids(clerk, CaseFilter(mark="returned"))[POOL] == [case.id]
    told = returns_of([case.id])[case.id]
    assert (told["platform"], told["suggestion"]) == ("ZF", "市场监管")
    assert lane_ids(actor("zhifa")) == {"ZF": []}


def test_the_numbers_count_exactly_the_rows_and_follow_the_filters(walk, actor):
    walk.accepted()
    walk.accepted(grid_id=grid_id("G01"))
    walk.dispatched()
    clerk = actor("clerk")
    lanes = lanes_of(clerk, PLATFORMS)
    day = (NOW - timedelta(days=30), NOW + timedelta(days=30))
    for wanted in (
        CaseFilter(),
        CaseFilter(grids=(grid_id("G01"),)),
        CaseFilter(levels=("重大",)),
        CaseFilter(channels=("HOTLINE",), mark="today", day=day),
        CaseFilter(mark="carded"),
    ):
        counts = board_counts(lanes, wanted, day)
        rows = board_rows(lanes, wanted)
        assert {code: counts.of(code, mark=wanted.mark) for code in rows} == {
            code: len(found) for code, found in rows.items()
        }


def test_a_long_column_goes_on_where_it_stopped_without_gap_or_repeat(walk, actor):
    clerk = actor("clerk")
    made = [_waiting(walk) for _ in range(TOP + 3)]
    lanes = [one for one in lanes_of(clerk, PLATFORMS) if one.code == POOL]
    first = board_rows(lanes, CaseFilter())[POOL]
    assert len(first) == TOP + 1
    last = first[TOP - 1]
    rest = board_rows(lanes, CaseFilter(), Cursor(last.due_at, last.id))[POOL]
    seen = [row.id for row in first[:TOP]] + [row.id for row in rest]
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


def _waiting(walk):
    return walk.accepted().id


def test_what_changed_since_a_version_says_who_and_only_shows_what_is_in_reach(
    walk, actor, township_id
):
    case = walk.accepted()
    since = board_version(township_id)
    case_dispatch.dispatch(case, platform="ZF", actor=actor("clerk"), now=walk.later())
    [change] = changes_since(township_id, since)
    assert (change.case_id, change.who, change.action) == (case.id, "蓝其蓁", "dispatch")

    def cards(login):
        who = actor(login)
        return board_cards([case.id], lanes_of(who, PLATFORMS), CaseFilter(), who)

    assert [(row.id, row.lane) for row in cards("clerk")] == [(case.id, "ZF")]
    assert [row.id for row in cards("zhifa")] == [case.id]
    assert cards("shichang") == []
