"""流程的十九条不变量之二：时钟、抽查、下一步、台账、非法流转（INV07、08、14、16、17、19）."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.case_verdict import verdict
from app.db import session
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.case_facts import facts_of
from app.queries.case_list import CaseFilter, case_page
from app.queries.case_options import WIRED, barrier_of
from app.queries.case_people import office_of
from app.services import case_closing, case_merge, case_suspend, clocks, ticking
from app.services.case_step import take_step
from app.services.rules import calendar_of
from models.case import Case
from tests.conftest import TODAY
from tests.domain.flow_reference import ACTIONS, FINAL, MOVES, SPEC_ROLES
from tests.factories import REASON
from tests.services.law import Law
from tests.services.raw import broken_by_hand, rows, value

# INV07：停着的时候乡级时钟不走


def _working_days(township: int, stop: datetime, resume: datetime) -> int:
    """停表到复表之间的工作日：起算当日不计，归整后数."""
    calendar = calendar_of(township)
    first, last = (calendar.local_day(calendar.normalize(m)) for m in (stop, resume))
    days = (last - first).days
    return sum(calendar.is_working(first + timedelta(days=n)) for n in range(1, days + 1))


def _moved(law: Law, before: datetime, after: datetime) -> int:
    calendar = calendar_of(law.township)
    return calendar.working_days_between(calendar.local_day(before), calendar.local_day(after))


gaps = st.lists(st.tuples(st.integers(5, 900), st.integers(5, 3 * 1440)), min_size=1, max_size=3)


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(waits=gaps)
def test_inv07_while_a_case_stands_still_its_deadline_moves_by_exactly_that(
    law: Law, waits: list[tuple[int, int]]
) -> None:
    """随机几段挂起：黄红牌同移停着的那几个工作日；停着的时候没有期限、不发牌."""
    nested = session.begin_nested()
    start = law.walk.now
    case = law.walk.processing()
    clock = clocks.running_one(case, clocks.Clock.HANDLE)
    yellow, red = clock.yellow_at, clock.red_at
    stood = 0
    for wait, length in waits:
        law.walk.later(minutes=wait)
        until = law.walk.now.astimezone(SHANGHAI).date() + timedelta(days=6)
        case_suspend.request_suspend(
            case,
            suspend_reason="AWAIT_TEST",
            resume_on=until,
            attachments=law.proof("zhifa2", "blue"),
            reason=REASON,
            **law.by("zhifa2"),
        )
        case_suspend.approve_suspend(case, until_on=until, opinion="同意", **law.by("deputy"))
        stop = law.walk.now
        assert (case.due_at, case.next_tick_at) == (None, None)
        law.walk.later(minutes=length)
        case_suspend.resume(case, note="结果已到", **law.by("deputy"))
        stood += _working_days(law.township, stop, law.walk.now)
    assert _moved(law, yellow, clock.yellow_at) == stood
    assert _moved(law, red, clock.red_at) == stood
    nested.rollback()
    session.expire_all()
    law.walk.now = start


def test_inv07_a_merged_case_does_not_run_either(law: Law) -> None:
    """并案期间不计时；县级办理中的要等上报县平台的动作."""
    case = law.case("DISPATCHED")
    main = law.case("county")
    before = {c.clock: c.yellow_at for c in clocks.running(case)}
    assert set(before) == {"sign_in", "handle"}
    law.merge(case, main)
    stop = law.walk.now
    assert (case.due_at, case.next_tick_at, clocks.running(case)) == (None, None, [])
    law.walk.later(days=4)
    case_merge.unmerge(case, main=main, reason=REASON, **law.by("clerk3"))
    stood = _working_days(law.township, stop, law.walk.now)
    assert stood >= 2
    after = {c.clock: c.yellow_at for c in clocks.running(case)}
    assert {c: _moved(law, before[c], after[c]) for c in after} == dict.fromkeys(before, stood)


# INV08：自动督办幂等

CARDS = "SELECT clock_id, kind, triggered_at, owner FROM supervision WHERE NOT is_void ORDER BY 1,2"


def test_inv08_the_same_cards_come_however_often_the_task_runs(law: Law) -> None:
    end = law.walk.now + timedelta(days=20)
    nested = session.begin_nested()
    ticking.tick(now=end)
    at_once = rows(CARDS)
    entries = value("SELECT count(*) FROM journal")
    assert ticking.tick(now=end) == 0
    assert (rows(CARDS), value("SELECT count(*) FROM journal")) == (at_once, entries)
    twice = (
        "INSERT INTO supervision (township_id, case_id, clock_id, kind, triggered_at, owner)"
        " SELECT township_id, case_id, clock_id, kind, triggered_at, owner FROM supervision"
    )
    assert "uq_supervision_card" in broken_by_hand(twice)
    nested.rollback()
    session.expire_all()
    for left in (19, 15, 8, 0):
        ticking.tick(now=end - timedelta(days=left))
    assert rows(CARDS) == at_once
    assert {kind for _, kind, _, _ in at_once} == {"YELLOW", "RED"}


# INV14：自办自结的抽查


def test_inv14_a_tenth_of_what_each_settles_on_the_spot_is_checked_before_archiving(
    law: Law,
) -> None:
    """抽查的动作（spot_check）要等下一件事；已有的：抽得够、种子在日志里、抽中未查不能归档."""
    months = rows(
        "SELECT s.person_id, s.month, count(*), count(*) FILTER (WHERE s.is_sampled)"
        " FROM spot_sample s JOIN case_record c ON c.id = s.case_id WHERE c.is_self_closed"
        " GROUP BY s.person_id, s.month"
    )
    assert [count for _, _, count, _ in months] == [11]
    assert all(drawn >= max(1, math.ceil(count / 10)) for _, _, count, drawn in months)
    assert not rows(
        "SELECT c.id FROM case_record c LEFT JOIN spot_sample s ON s.case_id = c.id"
        " WHERE c.is_self_closed AND s.id IS NULL"
    )
    assert not rows(
        "SELECT s.id FROM spot_sample s JOIN journal j ON j.case_id = s.case_id"
        " AND j.action = 'self_close' WHERE j.data ->> 'seed' <> s.seed"
        " OR (j.data ->> 'sampled')::bool <> s.is_sampled"
    )
    for case_id, sampled in rows("SELECT case_id, is_sampled FROM spot_sample"):
        case = session.get_one(Case, case_id)
        filed = {"retention": "D10", "secrecy_confirmed": True, **law.by("clerk2")}
        if sampled:
            with pytest.raises(Refused, match="spot_undone"):
                case_closing.archive(case, **filed)
        else:
            case_closing.archive(case, **filed)
    assert value(
        "SELECT count(*) FROM case_record WHERE is_self_closed AND state = 'ARCHIVED'"
    ) == sum(count - drawn for _, _, count, drawn in months)
    unsampled = "UPDATE spot_sample SET passed = true, checked_at = now(), is_sampled = false"
    assert "only_sampled_checked" in broken_by_hand(unsampled)


# INV16：有人管、有下一步


def test_inv16_every_open_case_is_in_somebodys_hands_and_has_a_next_step(law: Law) -> None:
    """逐件问今日任职的每一个人；县级办理中的状态在表里另查（tests/domain）."""
    office = office_of(law.township, TODAY)
    states = set()
    for case_id, state in rows("SELECT id, state FROM case_record"):
        if state in FINAL:
            continue
        states.add(state)
        facts = facts_of(session.get_one(Case, case_id))
        onward = [a for a in WIRED if any(x != state for x in MOVES.get((state, str(a)), ()))]
        assert any(
            barrier_of(action, facts, who, law.walk.now) is None
            for who in office.holders
            for action in onward
        ), f"{state} 的 {case_id} 没有人能往前走"
    assert states == {"DRAFT", "REPORTED", "SUPPLEMENT", "ACCEPTED", "DISPATCHED", "PROCESSING",
                      "SUSPENDED", "HANDLED", "VERIFIED"}  # fmt: skip
    assert not rows(
        "SELECT id FROM case_record WHERE state IN ('PROCESSING','HANDLED')"
        " AND (org_id IS NULL OR handler_id IS NULL)"
    )
    assert not rows("SELECT id FROM case_record WHERE registrar_id IS NULL")


# INV17：统一台账


def test_inv17_whatever_way_it_came_a_case_is_in_the_one_ledger_with_a_number(law: Law) -> None:
    ledger = case_page(CaseFilter(bucket="all", sort="recent"), actor=law.actor("clerk"))
    numbered = value("SELECT count(*) FROM case_record WHERE number IS NOT NULL")
    assert ledger.count == numbered == len(law.ids) - 1
    for name in ("direct", "county", *(f"self_closed_{n}" for n in range(11))):
        assert law.case(name).number, name
    flags = value("SELECT count(*) FROM case_record WHERE is_direct OR is_self_closed")
    assert flags == 12
    stripped = "UPDATE case_record SET number = NULL WHERE is_direct"
    assert "case_record" in broken_by_hand(stripped)


# INV19：表外的一律不行，什么也不写

WRITTEN = (
    *("case_record", "case_text", "case_clock", "assignment", "case_org", "cooperation"),
    *("case_proposal", "case_informant", "case_result", "case_check", "case_feedback"),
    *("case_rating", "spot_sample", "supervision", "record", "notification", "journal"),
    *("agenda_item", "number_counter"),
)
BEST = ("mayor", "clerk", "zhifa_lead", "zhifa2", "secretary", "grid09")


def _digest() -> list[tuple[Any, ...]]:
    whole = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t"
    return [(table, *rows(whole.format(table))[0]) for table in WRITTEN]


def test_inv19_a_step_outside_the_table_is_refused_and_writes_nothing(law: Law) -> None:
    """真案件的事实、真账号，表外的每个动作都问一遍，隔几个真去做；全部角色的穷举在 tests/domain."""
    before = _digest()
    when = {"now": datetime(2017, 6, 1, 2, 0, tzinfo=UTC), "reason": REASON}
    inputs = {"reference": "R-1"}
    outside = [
        (state, action)
        for state in sorted({s for s, _ in MOVES} - {"NEW", "ESCALATED"} | FINAL)
        for action in ACTIONS
        if (state, action) not in MOVES
    ]
    facts = {state: facts_of(law.case(state)) for state in {s for s, _ in outside}}
    for turn, (state, action) in enumerate(outside):
        able = [w for w in map(law.actor, BEST) if w.roles & SPEC_ROLES[action]]
        able = able or [law.actor("clerk")]
        for who in able:
            with pytest.raises(Refused):
                verdict(facts[state], Action(action), actor=who, inputs=inputs, **when)
        if turn % 8 == 0:
            with pytest.raises(Refused):
                take_step(law.case(state), Action(action), actor=able[0], inputs=inputs, **when)
    assert len(outside) > 500
    session.flush()
    assert _digest() == before
