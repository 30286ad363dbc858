"""流程的不变量里不用数据库的：停着不走（INV07）、批准延期后的期限（INV13）、有下一步（INV16）."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.deadlines import ClockPlan, Pause, Rule, Span, Unit, clock_plan
from app.domain.working_time import SHANGHAI
from tests.domain.flow_people import actor_of
from tests.domain.flow_reference import FINAL, MATRIX, MOVES, ROLES, STATES, places
from tests.domain.test_flow_exhaustive import outcome
from tests.domain.time_data import DATA, at, calendar, printed_table, seconds_after

CALENDAR = calendar()
MORNING, NOON, AFTERNOON, EVENING = (8, 30), (12, 0), (14, 0), (17, 30)
starts = seconds_after("2017-01-10T00:00", 300)
stops = st.lists(st.tuples(st.integers(0, 6 * 86_400), st.integers(0, 9 * 86_400)), max_size=4)
rules = st.sampled_from(["1wd:2wd", "5wd:10wd", "13wd:18wd", "120wm:240wm", "240wm:420wm"])
nature = st.sampled_from(["15nm:30nm", "60nm:120nm"])


def works(day: date) -> bool:
    """这一天上不上班：照印出来的调休表数，不问日历."""
    known = printed_table(day)
    assert known is not None
    return known


def normal(moment: datetime) -> datetime:
    """归整（R2）：不在工作时段的，取下一个时段的起点."""
    local = moment.astimezone(SHANGHAI)
    while True:
        for opens, closes in ((MORNING, NOON), (AFTERNOON, EVENING)):
            first, last = (local.replace(hour=h, minute=m, second=0) for h, m in (opens, closes))
            if works(local.date()) and local < last:
                return max(local, first)
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0)


def days_after(first: date, count: int) -> date:
    """此日之后第几个工作日."""
    day = first
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


Spells = list[tuple[datetime, datetime]]
"""停着的几段：停表与复表的时刻."""


def shift(spells: Spells) -> int:
    """停表后移几个工作日（R4）：归整后停表日之后至归整后复表日，多段相加."""
    total = 0
    for stop, resume in spells:
        day, last = normal(stop).date(), normal(resume).date()
        while day < last:
            day += timedelta(days=1)
            total += works(day)
    return total


def rule_of(words: str) -> Rule:
    yellow, red = words.split(":")
    return Rule(yellow=Span.parse(yellow), red=Span.parse(red), version="t")


def spells_of(start: datetime, gaps: list[tuple[int, int]]) -> Spells:
    found: Spells = []
    for wait, length in gaps:
        stop = (found[-1][1] if found else start) + timedelta(seconds=wait)
        found.append((stop, stop + timedelta(seconds=length)))
    return found


def plan(rule: Rule, start: datetime, spells: Spells, **more: Any) -> ClockPlan:
    return clock_plan(rule, start, CALENDAR, tuple(Pause(*spell) for spell in spells), **more)


def closing(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, *EVENING, tzinfo=SHANGHAI)


@settings(deadline=None)
@given(starts, rules, stops)
def test_inv07_standing_still_adds_exactly_what_the_rule_says_to_both_cards(
    start: datetime, words: str, gaps: list[tuple[int, int]]
) -> None:
    """随机几段停表：工作日时钟等于“第 N+shift 个工作日末”，工作分钟时钟净增为零."""
    rule, spells = rule_of(words), spells_of(start, gaps)
    plain, found = plan(rule, start, []), plan(rule, start, spells)
    for span, before, after in (
        (rule.yellow, plain.yellow.at, found.yellow.at),
        (rule.red, plain.red.at, found.red.at),
    ):
        assert span is not None
        assert before is not None
        assert after is not None
        if span.unit is Unit.WORKING_DAY:
            day = days_after(normal(start).date(), span.amount + shift(spells))
            assert after == closing(day)
            continue
        stood = sum((CALENDAR.working_time_between(*spell) for spell in spells), timedelta())
        assert CALENDAR.working_time_between(before, after) == stood


@settings(deadline=None)
@given(starts, nature, stops)
def test_inv07_a_clock_of_natural_minutes_moves_by_the_natural_time_it_stood(
    start: datetime, words: str, gaps: list[tuple[int, int]]
) -> None:
    rule, spells = rule_of(words), spells_of(start, gaps)
    plain, found = plan(rule, start, []), plan(rule, start, spells)
    stood = sum((resume - stop for stop, resume in spells), timedelta())
    assert plain.yellow.at is not None
    assert found.yellow.at is not None
    assert found.yellow.at - plain.yellow.at == stood


EXTENDED = [v for v in DATA["vectors"] if v.get("ext") and "raised_at" not in v]


@pytest.mark.parametrize("vector", EXTENDED, ids=lambda vector: vector["id"])
def test_inv13_after_an_extension_it_is_the_last_moment_of_that_working_day(
    vector: dict[str, Any],
) -> None:
    """批准延期后：期限 = 第（N + 停表 + 延期）个工作日末；红牌同移."""
    span = Span.parse(vector["rule"])
    assert span.unit is Unit.WORKING_DAY
    spells = [(at(stop), at(resume)) for stop, resume in vector.get("suspend", [])]
    start, count = at(vector["start"]), span.amount + shift(spells) + vector["ext"]
    rule = rule_of(f"{span.amount}wd:{2 * span.amount}wd")
    found = plan(rule, start, spells, extension_wd=vector["ext"])
    first = normal(start).date()
    assert found.yellow.at == at(vector["due"]) == closing(days_after(first, count))
    assert found.red.at == closing(days_after(first, count + span.amount))


def test_inv13_has_its_worked_examples() -> None:
    assert len(EXTENDED) >= 3
    assert any(vector.get("suspend") for vector in EXTENDED)


@pytest.mark.parametrize("state", [state for state in STATES if state not in FINAL])
def test_inv16_from_every_open_state_somebody_can_go_on(state: str) -> None:
    """按表逐角色列动作：至少一个角色有一步走得出这个状态（县级办理中在内）."""
    able = {
        role
        for role in ROLES
        for (action, one) in MATRIX
        if one == role and any(x != state for x in MOVES.get((state, action), ()))
        for place in places(MATRIX[action, role], role)
        if outcome(role, state, action, place) == "allowed"
    }
    assert able - {"SYS"}, f"{state} 没有人能往前走"
    assert all(actor_of(role).main is not None for role in able)
