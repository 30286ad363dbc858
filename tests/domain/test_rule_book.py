"""时限规则册、黄红牌时刻、剩余与临期。"""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.deadlines import (
    Pause,
    Remaining,
    RemainingKind,
    Rule,
    RuleBook,
    Span,
    Unit,
    book_for,
    clock_plan,
    compute,
    is_near_due,
    is_raised,
    near_due_at,
    remaining,
    replay,
)
from tests.domain.time_data import DATA, at, calendar

CALENDAR = calendar()
BOOK = RuleBook.from_mapping(DATA)


def pair(clock: str, level: str, kind: str = "EVENT", **more: Any) -> tuple[str, str] | None:
    rule = BOOK.rule_for(clock, level, kind, **more)
    return rule and (str(rule.yellow), str(rule.red))


def changed(**more: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    for path, value in more.items():
        *parents, last = path.split("__")
        row = data
        for key in parents:
            row = row[int(key)] if isinstance(row, list) else row[key]
        row[int(last) if isinstance(row, list) else last] = value
    return data


@pytest.mark.parametrize(
    ("clock", "level", "expected"),
    [
        ("accept", "一般", ("1wd", "2wd")),
        ("accept", "较大", ("120wm", "240wm")),
        ("sign_in", "重大", ("30nm", "60nm")),
        ("first_progress", "一般", None),
        ("first_progress", "较大", ("1wd", "2wd")),
        ("handle", "一般", ("5wd", "10wd")),
        ("supplement", "一般", ("2wd", "5wd")),
        ("county_follow", "一般", None),
    ],
)
def test_each_clock_has_the_time_of_its_level(
    clock: str, level: str, expected: tuple[str, str] | None
) -> None:
    assert pair(clock, level) == expected


@pytest.mark.parametrize(
    ("level", "kind", "days", "expected"),
    [
        ("一般", "CONSULT", None, ("3wd", "5wd")),
        ("较大", "CONSULT", None, ("3wd", "5wd")),
        ("重大", "CONSULT", None, ("2wd", "4wd")),
        ("一般", "COMPLAINT", None, ("13wd", "18wd")),
        ("较大", "COMPLAINT", None, ("3wd", "6wd")),
        ("一般", "SERVICE", 20, ("20wd", "25wd")),
        ("一般", "SERVICE", 0, ("0wd", "1wd")),
        ("较大", "SERVICE", 20, ("3wd", "6wd")),
        ("较大", "SERVICE", 1, ("1wd", "6wd")),
        ("一般", "SERVICE", None, ("5wd", "10wd")),
        ("一般", "COUNTY_TASK", None, ("5wd", "10wd")),
        ("一般", "PETITION", None, ("5wd", "10wd")),
    ],
)
def test_handling_takes_the_kind_and_for_urgent_levels_the_earlier(
    level: str, kind: str, days: int | None, expected: tuple[str, str]
) -> None:
    assert pair("handle", level, kind, item_days=days) == expected


def test_a_petition_once_enabled_keeps_its_own_time_at_any_level() -> None:
    book = RuleBook.from_mapping(changed(kinds__5__enabled=True))
    rule = book.rule_for("handle", "重大", "PETITION")
    assert rule is not None
    assert (str(rule.yellow), str(rule.red)) == ("50nd", "60nd")


def test_a_county_task_is_bound_by_the_county_and_urgent_ones_by_their_level_too() -> None:
    asked = at("2026-11-20T12:00")
    plain = BOOK.rule_for("handle", "一般", "COUNTY_TASK", county_due=asked)
    urgent = BOOK.rule_for("handle", "较大", "COUNTY_TASK", county_due=asked)
    assert plain == Rule(Span.parse("5wd"), None, "SLA-2017-1", asked)
    assert urgent == Rule(Span.parse("3wd"), Span.parse("6wd"), "SLA-2017-1", asked)


def test_what_the_book_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="没有这个时钟"):
        BOOK.rule_for("tea", "一般", "EVENT")
    with pytest.raises(ValueError, match="没有这个等级"):
        BOOK.rule_for("handle", "特大", "EVENT")
    with pytest.raises(ValueError, match="没有这个件别"):
        BOOK.rule_for("handle", "一般", "TEA")


def test_the_book_names_owner_cards_and_reminders_of_a_clock() -> None:
    assert BOOK.clock("accept").owner == "综合协调组"
    assert BOOK.clock("accept").cards
    assert not BOOK.clock("supplement").cards
    assert BOOK.clock("county_follow").remind_wd == (3, 7, 15)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("sla__一般__accept", ["2wd", "1wd"], "sla.一般.accept：红牌不得早于黄牌"),
        ("sla__一般__accept", ["2wd"], "sla.一般.accept：须为"),
        ("sla__一般__accept", 5, "sla.一般.accept：须为"),
        ("sla__一般__tea", ["1wd", "2wd"], "没有这些时钟：tea"),
        ("sla__重大__handle", ["30nm", "60nm"], "重大.handle"),
        ("sla__重大__handle", None, "重大.handle"),
        ("sla__特大", {}, "等级须为"),
        ("kinds__1__handle", ["50nd", "60nd"], "CONSULT：件别与较大"),
        ("kinds__1__handle", "tea", "kinds.CONSULT"),
    ],
)
def test_a_faulty_rule_table_is_refused_with_its_place(path: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RuleBook.from_mapping(changed(**{path: value}))


def test_a_rule_needs_a_red_moment() -> None:
    with pytest.raises(ValueError, match="红牌"):
        Rule(Span.parse("5wd"), None, "V")


def test_a_clock_uses_the_latest_rules_in_force_when_it_starts() -> None:
    later = RuleBook.from_mapping(changed(version={"code": "V2", "valid_from": "2017-06-01"}))
    assert book_for([later, BOOK], date(2017, 5, 31)).version == "SLA-2017-1"
    assert book_for([later, BOOK], date(2017, 6, 1)).version == "V2"
    with pytest.raises(ValueError, match="没有已生效"):
        book_for([later, BOOK], date(2017, 4, 17))


def test_only_a_more_serious_level_is_a_raised_one() -> None:
    assert is_raised("一般", "较大")
    assert not is_raised("重大", "较大")
    assert not is_raised("较大", "较大")


# ---- 黄红牌


def test_yellow_and_red_move_together() -> None:
    rule = Rule(Span.parse("5wd"), Span.parse("10wd"), "SLA-2017-1")
    plan = clock_plan(rule, at("2026-11-09T10:00"), CALENDAR, extension_wd=3)
    assert plan.yellow.at == at("2026-11-19T17:30")
    assert plan.red.at == at("2026-11-26T17:30")
    assert not plan.degraded


@pytest.mark.parametrize(
    ("county_due", "red_span", "yellow", "red"),
    [
        ("2026-11-20T12:00", None, "2026-11-16T17:30", "2026-11-20T12:00"),
        ("2026-11-13T12:00", None, "2026-11-12T17:30", "2026-11-13T12:00"),
        ("2026-11-16T12:00", None, "2026-11-13T17:30", "2026-11-16T12:00"),
        ("2026-11-10T12:00", None, "2026-11-09T17:30", "2026-11-10T12:00"),
        ("2026-11-09T16:00", None, "2026-11-09T16:00", "2026-11-09T16:00"),
        ("2026-11-30T12:00", "10wd", "2026-11-16T17:30", "2026-11-23T17:30"),
        ("2026-11-20T12:00", "10wd", "2026-11-16T17:30", "2026-11-20T12:00"),
    ],
)
def test_a_county_task_is_due_a_working_day_before_the_county_asks(
    county_due: str, red_span: str | None, yellow: str, red: str
) -> None:
    rule = Rule(Span.parse("5wd"), Span.parse(red_span) if red_span else None, "V", at(county_due))
    plan = clock_plan(rule, at("2026-11-09T10:00"), CALENDAR)
    assert (plan.yellow.at, plan.red.at) == (at(yellow), at(red))
    for due in (plan.yellow, plan.red):
        assert replay(due.start, due.segments) == due.at


def test_a_paused_county_task_has_no_deadline() -> None:
    rule = Rule(Span.parse("5wd"), None, "V", at("2026-11-20T12:00"))
    plan = clock_plan(rule, at("2026-11-09T10:00"), CALENDAR, [Pause(at("2026-11-10T09:00"))])
    assert plan.yellow.paused
    assert plan.red.paused


# ---- 剩余与临期


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-09T10:00", Remaining(RemainingKind.DAYS, 5)),
        ("2026-11-12T23:00", Remaining(RemainingKind.DAYS, 2)),
        ("2026-11-15T10:00", Remaining(RemainingKind.DAYS, 1)),
        ("2026-11-16T08:00", Remaining(RemainingKind.TODAY)),
        ("2026-11-16T17:30", Remaining(RemainingKind.TODAY)),
        ("2026-11-16T17:31", Remaining(RemainingKind.DAYS, 1, overdue=True)),
        ("2026-11-18T09:00", Remaining(RemainingKind.DAYS, 2, overdue=True)),
    ],
)
def test_what_is_left_is_said_in_working_days(now: str, expected: Remaining) -> None:
    due = at("2026-11-16T17:30")
    assert remaining(CALENDAR, at(now), due, Unit.WORKING_DAY) == expected


@pytest.mark.parametrize(
    ("now", "unit", "expected"),
    [
        ("2026-11-09T11:20", Unit.WORKING_MINUTE, Remaining(RemainingKind.MINUTES, 100)),
        ("2026-11-09T11:20", Unit.NATURAL_MINUTE, Remaining(RemainingKind.MINUTES, 220)),
        ("2026-11-09T15:00", Unit.WORKING_MINUTE, Remaining(RemainingKind.MINUTES, 0)),
        ("2026-11-09T18:00", Unit.WORKING_MINUTE, Remaining(RemainingKind.MINUTES, 150, True)),
    ],
)
def test_what_is_left_is_said_in_minutes_when_the_clock_counts_them(
    now: str, unit: Unit, expected: Remaining
) -> None:
    assert remaining(CALENDAR, at(now), at("2026-11-09T15:00"), unit) == expected


@pytest.mark.parametrize(
    ("start", "span", "near"),
    [
        ("2026-11-09T10:00", "5wd", "2026-11-13T08:30"),
        ("2026-11-09T10:00", "1wd", "2026-11-09T10:00"),
        ("2026-11-09T11:00", "120wm", "2026-11-09T14:00"),
        ("2026-11-09T16:30", "120wm", "2026-11-10T08:30"),
        ("2026-11-14T02:10", "30nm", "2026-11-14T02:25"),
    ],
)
def test_a_deadline_is_near_when_little_is_left(start: str, span: str, near: str) -> None:
    rule = Span.parse(span)
    due = compute(at(start), rule, CALENDAR).at
    assert due is not None
    when = near_due_at(CALENDAR, at(start), due, rule.unit)
    assert when == at(near)
    assert is_near_due(CALENDAR, due, at(start), due, rule.unit)
    assert not is_near_due(CALENDAR, when - timedelta(seconds=1), at(start), due, rule.unit)
    assert not is_near_due(CALENDAR, due + timedelta(seconds=1), at(start), due, rule.unit)
