"""备份留哪些：近几日、近几周、近几月各取最新的一份；最新的总在."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.retention import Retention, kept
from app.domain.working_time import SHANGHAI

LAST = datetime(2017, 6, 30, 2, 30, tzinfo=SHANGHAI)
YEAR = [LAST - timedelta(days=n) for n in range(400)]


def days(found):
    return sorted((at.date().isoformat() for at in found), reverse=True)


def test_a_year_of_nightly_backups_leaves_days_weeks_and_months():
    assert days(kept(YEAR, Retention(3, 3, 3))) == [
        "2017-06-30",
        "2017-06-29",
        "2017-06-28",
        "2017-06-25",
        "2017-06-18",
        "2017-05-31",
        "2017-04-30",
    ]


def test_of_several_on_one_day_the_latest_stays():
    several = [LAST, LAST + timedelta(hours=1), LAST + timedelta(hours=2)]
    assert kept(several, Retention(1, 0, 0)) == {several[-1]}


def test_a_machine_that_was_off_for_long_loses_nothing_at_once():
    old = [LAST - timedelta(days=100 + n) for n in range(3)]
    assert kept([LAST, *old], Retention(4, 0, 0)) == {LAST, *old}


def test_the_latest_stays_whatever_the_rule():
    assert kept(YEAR, Retention(0, 0, 0)) == {LAST}
    assert kept([], Retention(7, 5, 12)) == set()


@given(st.sets(st.integers(0, 800)), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_clearing_twice_is_clearing_once_and_never_more_than_the_rule(ages, d, w, m):
    moments = [LAST - timedelta(days=age) for age in ages]
    rule = Retention(d, w, m)
    once = kept(moments, rule)
    assert once <= set(moments)
    assert len(once) <= max(1, d + w + m)
    assert kept(once, rule) == once
