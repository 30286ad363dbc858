"""全年安排的写法：放假段、补班、看不懂的."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.calendar_lines import BadDayError, read_days, write_days, year_plan


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1月1日", ["2027-01-01"]),
        ("2月15日至17日", ["2027-02-15", "2027-02-16", "2027-02-17"]),
        ("1月31日至2月1日", ["2027-01-31", "2027-02-01"]),
        ("5.1~5.2、2027-10-01\n10/2", ["2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02"]),
        ("5-1 5-1", ["2027-05-01"]),
        ("", []),
    ],
)
def test_days_are_read_as_the_notice_writes_them(text, days):
    assert [str(day) for day in read_days(text, 2027)] == days


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("春节", "syntax"),
        ("2月30日", "syntax"),
        ("15日", "syntax"),
        ("2026-01-01", "year"),
        ("2月5日至2日", "range"),
        ("1月1日至3月1日", "range"),
        ("1月1日至2日至3日", "syntax"),
    ],
)
def test_what_cannot_be_read_is_named(text, why):
    with pytest.raises(BadDayError) as caught:
        read_days(text, 2027)
    assert (caught.value.words, caught.value.why) == (text, why)


def test_weekends_inside_a_holiday_are_not_listed_and_make_up_days_are_weekends():
    spring = read_days("2月5日至11日", 2027)
    plan = year_plan(2027, spring, [date(2027, 2, 13)])
    assert len(plan.rest) == 5
    assert plan.days[date(2027, 2, 13)] is True
    assert date(2027, 2, 6) not in plan.days
    with pytest.raises(BadDayError, match="2月12日"):
        year_plan(2027, spring, [date(2027, 2, 12)])
    with pytest.raises(BadDayError) as caught:
        year_plan(2027, spring, [date(2027, 2, 6)])
    assert caught.value.why == "both"


def test_writing_and_reading_are_inverse():
    days = read_days("1月1日至3日、1月31日至2月2日、12月31日", 2027)
    assert read_days(write_days(days), 2027) == days
