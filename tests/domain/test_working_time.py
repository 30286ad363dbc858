"""工作日历：判定次序、归整、按工作日与工作时长加减。"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.working_time import (
    DAY,
    DEFAULT_INTERVALS,
    DayKind,
    Interval,
    Season,
    WorkingCalendar,
)
from app.holidays import chinese_holidays, has_holidays
from tests.domain.time_data import TABLE, at, calendar, printed_table, seconds_after

CALENDAR = calendar()
days = st.dates(date(2017, 1, 1), date(2018, 12, 1))
moments = seconds_after("2017-01-01T00:00", 660)


def every_day(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + n * DAY for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", sorted(TABLE))
def test_the_holiday_package_agrees_with_the_printed_calendar(year: int) -> None:
    differing = [d for d in every_day(year) if chinese_holidays(d) != printed_table(d)]
    assert differing == []


def test_the_holiday_package_says_when_it_lacks_a_year() -> None:
    assert chinese_holidays(date(2003, 5, 1)) is None
    assert not has_holidays(2003)
    assert has_holidays(2017)


def test_the_townships_own_table_comes_before_the_national_one() -> None:
    own = WorkingCalendar(
        holidays=printed_table, overrides={date(2017, 5, 1): True, date(2017, 5, 2): False}
    )
    assert own.is_working(date(2017, 5, 1))
    assert own.day_kind(date(2017, 5, 2)) is DayKind.HOLIDAY
    assert own.next_working_day(date(2017, 5, 1)) == date(2017, 5, 3)


def test_a_year_without_data_falls_back_to_weekdays_except_fixed_holidays() -> None:
    assert CALENDAR.is_working(date(2027, 1, 4))
    assert not CALENDAR.is_working(date(2027, 1, 1))
    assert not CALENDAR.is_working(date(2027, 1, 2))
    assert CALENDAR.is_degraded(date(2026, 12, 31), date(2027, 1, 1))
    assert CALENDAR.is_degraded(date(2016, 1, 1), date(2018, 1, 1))
    assert not CALENDAR.is_degraded(date(2017, 1, 1), date(2018, 12, 31))


def test_entering_the_missing_year_ends_the_degradation() -> None:
    day = date(2027, 3, 1)
    one_day = WorkingCalendar(holidays=printed_table, overrides={day: True})
    assert not one_day.is_degraded(day)
    assert one_day.is_degraded(day, day + DAY)
    whole = WorkingCalendar(
        holidays=printed_table,
        overrides={date(2027, 1, 1): False},
        imported_years=frozenset({2027}),
    )
    assert not whole.is_degraded(date(2027, 1, 1), date(2027, 12, 31))
    assert not whole.is_working(date(2027, 1, 1))
    assert whole.is_working(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2017-05-26", DayKind.WORKDAY),
        ("2017-05-27", DayKind.MAKEUP),
        ("2017-05-28", DayKind.WEEKEND),
        ("2017-05-29", DayKind.HOLIDAY),
    ],
)
def test_each_day_has_its_kind(day: str, kind: DayKind) -> None:
    assert CALENDAR.day_kind(date.fromisoformat(day)) is kind


@pytest.mark.parametrize(
    ("given_at", "expected"),
    [
        ("2026-11-09T08:30", "2026-11-09T08:30"),
        ("2026-11-09T11:59:59", "2026-11-09T11:59:59"),
        ("2026-11-09T12:00", "2026-11-09T14:00"),
        ("2026-11-06T17:30", "2026-11-09T08:30"),
        ("2026-11-07T10:00", "2026-11-09T08:30"),
        ("2017-05-27T09:00", "2017-05-27T09:00"),
    ],
)
def test_a_moment_outside_hours_is_moved_to_the_next_spell(given_at: str, expected: str) -> None:
    assert CALENDAR.normalize(at(given_at)) == at(expected)
    assert CALENDAR.is_open(at(given_at)) is (given_at == expected)


def test_moments_may_come_from_any_zone_and_leave_as_utc() -> None:
    there = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
    moved = CALENDAR.normalize(there)
    assert moved == at("2026-11-09T08:30")
    assert moved.tzinfo is UTC
    assert CALENDAR.local_day(datetime(2026, 11, 8, 16, 0, tzinfo=UTC)) == date(2026, 11, 9)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        CALENDAR.normalize(datetime(2026, 11, 9, 9, 0))  # noqa: DTZ001


def test_lunch_and_nights_hold_no_working_minutes() -> None:
    minutes = CALENDAR.working_minutes_between
    assert CALENDAR.minutes_per_day == 420
    assert minutes(at("2026-11-09T11:00"), at("2026-11-09T15:00")) == 120
    assert minutes(at("2026-11-06T17:00"), at("2026-11-09T09:00")) == 60
    assert minutes(at("2025-12-31T16:30"), at("2026-01-05T09:00")) == 60 + 420 + 30
    assert minutes(at("2026-11-09T15:00"), at("2026-11-09T11:00")) == 0


def test_the_first_and_last_working_day_of_a_week_are_known() -> None:
    sunday = date(2017, 5, 28)
    assert CALENDAR.first_working_day_of_week(sunday) == date(2017, 5, 22)
    assert CALENDAR.last_working_day_of_week(sunday) == date(2017, 5, 27)
    assert CALENDAR.last_working_day_of_week(date(2017, 10, 4)) is None


def test_summer_hours_replace_the_usual_ones_between_their_dates() -> None:
    summer = Season((5, 1), (9, 30), (Interval.parse("08:30-12:00"), Interval.parse("14:30-18:00")))
    seasonal = WorkingCalendar(holidays=printed_table, seasons=(summer,))
    assert seasonal.closing(date(2017, 6, 1)) == at("2017-06-01T18:00")
    assert seasonal.closing(date(2017, 4, 28)) == at("2017-04-28T17:30")
    assert seasonal.normalize(at("2017-06-01T14:00")) == at("2017-06-01T14:30")
    winter = Season((11, 1), (2, 1), DEFAULT_INTERVALS)
    assert winter.covers(date(2017, 1, 5))
    assert not winter.covers(date(2017, 3, 5))


@pytest.mark.parametrize(
    "bad", [(), ("14:00-17:30", "08:30-12:00"), ("08:00-10:00", "09:00-11:00")]
)
def test_hours_that_overlap_or_are_missing_are_refused(bad: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="工作时段"):
        WorkingCalendar(holidays=printed_table, intervals=tuple(map(Interval.parse, bad)))
    with pytest.raises(ValueError, match="止点"):
        Interval.parse("12:00-08:30")


@given(days, st.integers(-300, 300))
def test_adding_working_days_is_undone_by_counting_them(day: date, count: int) -> None:
    reached = CALENDAR.add_working_days(day, count)
    if count:
        assert CALENDAR.is_working(reached)
    if count >= 0:
        assert CALENDAR.working_days_between(day, reached) == count
    else:
        assert len(CALENDAR.working_days(reached, day - DAY)) == -count
    assert CALENDAR.working_days_between(reached, day) == -CALENDAR.working_days_between(
        day, reached
    )


@given(days, days)
def test_counting_working_days_agrees_with_looking_at_each_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    listed = [first + n * DAY for n in range(1, (last - first).days + 1)]
    working = [d for d in listed if CALENDAR.is_working(d)]
    assert CALENDAR.working_days_between(first, last) == len(working)
    assert CALENDAR.working_days(first + DAY, last) == tuple(working)
    assert CALENDAR.on_or_after(first) >= first >= CALENDAR.on_or_before(first)


@given(moments)
def test_normalising_twice_changes_nothing_more(moment: datetime) -> None:
    moved = CALENDAR.normalize(moment)
    assert moved >= moment
    assert CALENDAR.normalize(moved) == moved
    assert CALENDAR.working_time_between(moment, moved) == timedelta()


@given(moments, moments)
def test_a_later_moment_is_never_normalised_to_an_earlier_one(one: datetime, two: datetime) -> None:
    first, last = sorted((one, two))
    assert CALENDAR.normalize(first) <= CALENDAR.normalize(last)


@given(st.lists(moments, min_size=3, max_size=3))
def test_working_time_adds_up_over_any_moment_between(three: list[datetime]) -> None:
    first, middle, last = sorted(three)
    between = CALENDAR.working_time_between
    assert between(first, middle) + between(middle, last) == between(first, last)
    assert between(last, first) == -between(first, last)


@given(moments, st.integers(1, 5000))
def test_working_time_added_is_the_time_between(moment: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    reached = CALENDAR.add_working_time(moment, amount)
    assert CALENDAR.working_time_between(moment, reached) == amount
    back = CALENDAR.subtract_working_time(reached, amount)
    assert CALENDAR.working_time_between(back, reached) == amount


def test_negative_working_time_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        CALENDAR.add_working_time(at("2026-11-09T09:00"), timedelta(minutes=-1))


def test_the_local_midnight_of_a_day_is_its_start() -> None:
    assert CALENDAR.moment(date(2017, 5, 1)) == at("2017-05-01T00:00")
    assert CALENDAR.opening(date(2017, 5, 2)) == at("2017-05-02T08:30")
    assert CALENDAR.moment(date(2017, 5, 2), time(9)) == at("2017-05-02T09:00")
