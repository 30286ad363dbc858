"""周、季与演示日期的搬移。"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.weeks import DEMO_END, Quarter, Week, map_demo, map_demo_day, weeks_between
from app.domain.working_time import DAY
from tests.domain.time_data import at, calendar

CALENDAR = calendar()
START = date(2017, 4, 18)
todays = st.dates(date(2017, 7, 1), date(2018, 12, 31)) | st.dates(
    date(2025, 6, 1), date(2026, 12, 31)
)
minutes = st.integers(0, 75 * 1440).map(lambda n: at("2017-04-18T00:00") + timedelta(minutes=n))


def moved(moment: datetime, today: date) -> datetime:
    return map_demo(moment, today=today, calendar=CALENDAR)


# ---- 周与季


def test_the_demo_quarter_has_the_weeks_17_to_26() -> None:
    weeks = list(weeks_between(date(2017, 4, 24), date(2017, 6, 30)))
    assert [week.number for week in weeks] == list(range(17, 27))
    assert {week.year for week in weeks} == {2017}


def test_a_week_runs_from_monday_to_sunday() -> None:
    week = Week.of(date(2017, 5, 28))
    assert (week.first, week.last) == (date(2017, 5, 22), date(2017, 5, 28))
    assert week == Week(2017, 21)
    assert week.code == "2017W21"
    assert week.shift(1) == Week(2017, 22)


def test_a_week_across_new_year_belongs_to_the_year_of_its_thursday() -> None:
    assert Week.of(date(2017, 1, 1)) == Week(2016, 52)
    assert Week.of(date(2026, 1, 1)) == Week(2026, 1)
    assert Week(2026, 53).shift(1) == Week(2027, 1)
    with pytest.raises(ValueError, match="week"):
        Week(2017, 53)


def test_a_week_of_less_than_three_working_days_may_be_merged() -> None:
    assert len(Week(2017, 21).working_days(CALENDAR)) == 6
    assert not Week(2017, 22).may_merge(CALENDAR)
    assert Week(2017, 40).working_days(CALENDAR) == ()
    assert Week(2017, 40).may_merge(CALENDAR)


def test_a_quarter_knows_its_days_and_its_last_working_days() -> None:
    quarter = Quarter.of(date(2017, 5, 12))
    assert quarter == Quarter(2017, 2)
    assert (quarter.first, quarter.last) == (date(2017, 4, 1), date(2017, 6, 30))
    assert (quarter.shift(3), quarter.shift(-2)) == (Quarter(2018, 1), Quarter(2016, 4))
    assert quarter.working_day_before_end(CALENDAR, 1) == date(2017, 6, 30)
    assert quarter.working_day_before_end(CALENDAR, 3) == date(2017, 6, 28)
    with pytest.raises(ValueError, match="1 至 4"):
        Quarter(2017, 5)


# ---- 演示日期


def test_the_day_after_the_demo_quarter_leaves_every_moment_where_it_was() -> None:
    for text in ("2017-04-18T09:00", "2017-05-28T23:10", "2017-06-30T17:30"):
        assert moved(at(text), date(2017, 7, 1)) == at(text)


def test_the_last_working_day_of_the_demo_becomes_the_last_one_before_today() -> None:
    assert moved(at("2017-06-30T17:30"), date(2017, 6, 30)) == at("2017-06-29T17:30")
    assert moved(at("2017-06-30T09:00"), date(2026, 11, 9)) == at("2026-11-06T09:00")
    assert moved(at("2017-06-29T09:00"), date(2026, 11, 9)) == at("2026-11-05T09:00")


def test_a_rest_day_follows_the_working_day_before_it() -> None:
    # 06-23 周五变为 10-30 周五，其后的周六照样落在周六。
    assert moved(at("2017-06-23T10:00"), date(2026, 11, 9)) == at("2026-10-30T10:00")
    assert moved(at("2017-06-24T10:20"), date(2026, 11, 9)) == at("2026-10-31T10:20")


def test_a_rest_day_without_room_is_put_into_the_evening_before() -> None:
    # 06-30 周五变为 11-05 周四，次日仍上班：周六的时刻挤进周四下班以后。
    saturday = moved(at("2017-07-01T10:00"), date(2026, 11, 6))
    assert at("2026-11-05T17:30") < saturday < at("2026-11-06T00:00")
    assert map_demo_day(date(2017, 7, 1), today=date(2026, 11, 6), calendar=CALENDAR) == date(
        2026, 11, 5
    )


@given(minutes, minutes, todays)
def test_the_order_of_moments_is_kept_strictly(one: datetime, other: datetime, today: date) -> None:
    first, last = sorted((one, other))
    assert (moved(first, today) < moved(last, today)) is (first < last)


@given(st.integers(0, 73), todays)
def test_neighbouring_moments_stay_in_order_all_day_long(offset: int, today: date) -> None:
    midnight = CALENDAR.moment(START + offset * DAY)
    images = [moved(midnight + timedelta(minutes=5 * n), today) for n in range(289)]
    assert images == sorted(set(images))


@given(st.sampled_from(CALENDAR.working_days(START, DEMO_END)), st.integers(0, 1050), todays)
def test_working_days_stay_working_days_and_keep_the_hour(
    day: date, minute: int, today: date
) -> None:
    image = CALENDAR.local(moved(CALENDAR.moment(day) + timedelta(minutes=minute), today))
    assert CALENDAR.is_working(image.date())
    assert image.hour * 60 + image.minute == minute
    assert image.date() < today
    ahead = CALENDAR.working_days_between(day, DEMO_END)
    assert CALENDAR.working_days_between(image.date(), today - DAY) == ahead


@given(minutes, todays)
def test_the_demo_never_reaches_into_today(moment: datetime, today: date) -> None:
    if moment < at("2017-07-01T00:00"):
        assert CALENDAR.local_day(moved(moment, today)) < today
