"""清单的新条件：今天到期、逾期、牌、退回、补正、反馈没有、按办结或到期的起止；数与行出自同一份."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.case_states import State
from app.queries.case_list import CaseFilter, case_page
from app.queries.home_counts import amounts, heads
from app.services import case_cards, case_closing, case_dispatch, case_intake
from models.case import Case
from tests.conftest import NOW
from tests.factories import REASON, Walk, category_id, grid_id, org_id

MONTH = timedelta(days=30)


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def ids(wanted, who):
    return {row.id for row in case_page(wanted, actor=who).rows}


def test_what_is_due_today_is_not_overdue_yet(walk, actor, db_session):
    case = walk.processing()
    who, due = actor("clerk"), case.due_at
    at = {"now": due - timedelta(hours=1), "day_end": due + timedelta(hours=6)}
    today = CaseFilter(flags=("due_today",), **at)
    assert ids(today, who) == {case.id}
    after = CaseFilter(flags=("due_today",), now=due + timedelta(minutes=1), day_end=at["day_end"])
    assert ids(after, who) == set()
    assert ids(CaseFilter(overdue_at=due + timedelta(minutes=1)), who) == {case.id}


def test_a_case_finished_in_time_is_due_and_not_late(walk, actor, db_session):
    done = walk.verified()
    db_session.flush()
    now = NOW + MONTH
    span = {"bucket": "all", "by": "due", "since": NOW, "until": now, "now": now}
    who = actor("clerk")
    assert ids(CaseFilter(**span), who) == {done.id}
    assert ids(CaseFilter(**span, flags=("late",)), who) == set()
    assert ids(CaseFilter(bucket="all", now=now, flags=("late",)), who) == set()
    # 还没到期的不算
    assert ids(CaseFilter(**{**span, "now": walk.now}), who) == set()
    # 期限不在这几天里的不算
    assert ids(CaseFilter(**{**span, "until": NOW}), who) == set()


def test_a_case_still_in_hand_after_its_time_is_late_and_carded(walk, actor, db_session):
    case = walk.processing()
    db_session.commit()
    now = NOW + MONTH
    while case_cards.tick(now=now):
        db_session.flush()
    db_session.refresh(case)
    who = actor("mayor")
    span = {"bucket": "all", "by": "due", "since": NOW, "until": now, "now": now}
    assert ids(CaseFilter(**span, flags=("late",)), who) == {case.id}
    assert ids(CaseFilter(bucket="all", now=now, flags=("late",)), who) == {case.id}
    assert case.card in ("YELLOW", "RED")
    assert ids(CaseFilter(cards=(case.card,)), who) == {case.id}
    other = "RED" if case.card == "YELLOW" else "YELLOW"
    assert ids(CaseFilter(cards=(other,)), who) == set()


def test_closed_within_goes_by_the_moment_of_closing(walk, actor, db_session):
    case = walk.archived()
    who = actor("clerk")
    span = {"bucket": "closed", "by": "closed"}
    assert ids(CaseFilter(**span, since=case.closed_at), who) == {case.id}
    assert ids(CaseFilter(**span, until=case.closed_at), who) == set()
    assert ids(CaseFilter(**span, since=case.closed_at + timedelta(seconds=1)), who) == set()
    # 不写 by 的看上报时刻
    assert ids(CaseFilter(bucket="closed", since=case.closed_at), who) == set()


def test_told_and_untold_part_the_verified_cases(walk, actor, db_session):
    case, who = walk.verified(), actor("clerk")
    db_session.flush()
    told = CaseFilter(states=(State.VERIFIED,), flags=("told",))
    untold = CaseFilter(states=(State.VERIFIED,), flags=("untold",))
    assert (ids(told, who), ids(untold, who)) == (set(), {case.id})
    case_closing.feedback(
        case,
        method="电话",
        content="已清运",
        feedback_at=walk.now,
        actor=actor("clerk3"),
        now=walk.later(),
    )
    assert (ids(told, who), ids(untold, who)) == ({case.id}, set())


def test_returned_counts_how_often(walk, actor, db_session):
    case, who = walk.dispatched(), actor("zhifa_lead")
    case_dispatch.return_case(
        case,
        return_reason="内容不清无法办理",
        suggestion="请核实地点",
        reason=REASON,
        actor=actor("zhifa"),
        now=walk.later(),
    )
    assert ids(CaseFilter(flags=("returned",)), actor("clerk")) == {case.id}
    assert ids(CaseFilter(flags=("returned_twice",)), actor("clerk")) == set()
    # 退回以后不在平台手里，平台的人看不到
    assert ids(CaseFilter(flags=("returned",), states=("DISPATCHED",)), who) == set()


def test_a_case_that_was_completed_is_marked(walk, actor, db_session):
    case, who = walk.reported(), actor("clerk")
    case_intake.request_supplement(
        case, items="具体地点", reason=REASON, actor=actor("clerk"), now=walk.later()
    )
    wanted = CaseFilter(states=(State.REPORTED,), flags=("supplemented",))
    assert ids(wanted, who) == set()
    assert ids(CaseFilter(states=(State.SUPPLEMENT,), flags=("supplemented",)), who) == {case.id}


def test_mine_is_what_i_registered(walk, actor, db_session):
    case = walk.reported("clerk2")
    mine = CaseFilter(flags=("mine",), person_id=actor("clerk2").person_id)
    assert ids(mine, actor("clerk2")) == {case.id}
    theirs = CaseFilter(flags=("mine",), person_id=actor("clerk3").person_id)
    assert ids(theirs, actor("clerk3")) == set()


def test_an_office_counts_what_it_has_now(walk, actor, db_session):
    case, mine = walk.processing(), org_id("SHZX")
    assert ids(CaseFilter(orgs=(mine,)), actor("clerk")) == {case.id}
    assert ids(CaseFilter(orgs=(org_id("GTS"),)), actor("clerk")) == set()
    # 走法自己就走派给机构的那张表
    assert ids(CaseFilter(orgs=(org_id("GTS"),)), actor("guotu")) == set()


def test_without_grid_or_category_is_a_choice_of_its_own(walk, actor, db_session):
    placed = walk.reported()
    loose = Walk(actor, walk.later()).reported(category_id=None)
    who, code = actor("clerk"), category_id("ZF1001")
    db_session.flush()
    assert ids(CaseFilter(categories=(0,)), who) == {loose.id}
    assert ids(CaseFilter(categories=(code,)), who) == {placed.id}
    assert ids(CaseFilter(categories=(0, code)), who) == {placed.id, loose.id}
    assert ids(CaseFilter(grids=(0,)), who) == set()
    assert ids(CaseFilter(grids=(0, grid_id("G09"))), who) == {placed.id, loose.id}


# 数与行


FILTERS = {
    "open": CaseFilter(),
    "late": CaseFilter(bucket="all", flags=("late",), now=NOW + MONTH),
    "processing": CaseFilter(states=("PROCESSING",)),
    "all": CaseFilter(bucket="all", sort="recent"),
    "closed": CaseFilter(bucket="closed", by="closed", since=NOW - MONTH),
    "due": CaseFilter(bucket="all", by="due", since=NOW, now=NOW + MONTH),
    "drafts": CaseFilter(bucket="drafts"),
    "mine": CaseFilter(flags=("returned",)),
}


@pytest.mark.parametrize(
    "login", ["clerk2", "zhifa", "chengguan", "grid09", "grid03b", "shichang2"]
)
def test_amounts_and_first_rows_are_those_of_the_list(login, actor, db_session):
    for step in ("reported", "dispatched", "processing", "verified", "archived"):
        getattr(Walk(actor, NOW), step)()
    db_session.flush()
    who = actor(login)
    found = amounts(FILTERS, actor=who)
    first = heads(FILTERS, actor=who, most=3)
    for name, wanted in FILTERS.items():
        page = case_page(wanted, actor=who)
        assert found[name].n == page.count, name
        assert [row.id for row in first[name]] == [row.id for row in page.rows[:3]], name


def test_somebody_who_sees_nothing_counts_nothing(actor, db_session):
    who = actor("admin")
    assert not any(one.n for one in amounts(FILTERS, actor=who).values())
    assert heads(FILTERS, actor=who, most=3) == {name: [] for name in FILTERS}
    assert db_session.query(Case).count() == 0
