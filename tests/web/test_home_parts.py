"""工作台的算法：时段与上一期、同比、纵轴、深浅."""

from __future__ import annotations

from datetime import date

import pytest

from views.home_heat import shade
from views.home_parts import change, period_of, share
from views.home_trend import ceiling


@pytest.mark.parametrize(
    ("code", "day", "since", "before"),
    [
        ("week", date(2017, 6, 29), date(2017, 6, 26), (date(2017, 6, 19), date(2017, 6, 22))),
        ("week", date(2017, 1, 1), date(2016, 12, 26), (date(2016, 12, 19), date(2016, 12, 25))),
        ("month", date(2017, 6, 29), date(2017, 6, 1), (date(2017, 5, 1), date(2017, 5, 29))),
        ("month", date(2017, 3, 31), date(2017, 3, 1), (date(2017, 2, 1), date(2017, 2, 28))),
        ("month", date(2017, 1, 5), date(2017, 1, 1), (date(2016, 12, 1), date(2016, 12, 5))),
        ("quarter", date(2017, 6, 30), date(2017, 4, 1), (date(2017, 1, 1), date(2017, 3, 31))),
        ("quarter", date(2017, 1, 1), date(2017, 1, 1), (date(2016, 10, 1), date(2016, 10, 1))),
    ],
)
def test_a_period_is_compared_with_as_many_days_of_the_one_before(code, day, since, before):
    found = period_of(code, day)
    assert (found.since, found.until) == (since, day)
    assert (found.before_since, found.before_until) == before


def test_a_change_needs_something_to_be_compared_with():
    assert change(5, 0) == ("", "")
    assert change(12, 10) == ("+20%", "up")
    assert change(7, 10) == ("-30%", "down")
    assert change(10, 10) == ("+0%", "")


def test_a_share_without_a_base_is_not_a_number():
    assert share(0, 0) == "—"
    assert share(38, 40) == "95.0"
    assert share(0, 3) == "0.0"


@pytest.mark.parametrize(("most", "top"), [(0, 3), (1, 3), (3, 3), (4, 6), (18, 18), (19, 21)])
def test_the_axis_holds_the_highest_and_parts_in_three(most, top):
    assert ceiling(most) == top


def test_shades_grow_with_the_count_and_stay_pale_for_few():
    assert [shade(n, 1) for n in (0, 1)] == [0, 1]
    assert [shade(n, 10) for n in (0, 1, 2, 5, 9, 10)] == [0, 1, 1, 3, 5, 5]
