"""考核的算法：验算用例、权重摊派、扣牌与等级、名次、月份."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment import (
    Count,
    ScoreRule,
    hundredths,
    month_score,
    ranks,
    rule_for,
)
from app.domain.errors import Refused
from app.domain.months import Month
from app.domain.working_time import SHANGHAI, WorkingCalendar

DATA = yaml.safe_load((Path(__file__).parent / "assessment_vectors.yaml").read_text())
RULE = ScoreRule.from_mapping(DATA["rule"])
CODES = [term.code for term in RULE.terms]


def counts(values):
    return {code: Count(*pair) for code, pair in values.items()}


@pytest.mark.parametrize("case", DATA["examples"], ids=lambda case: case["id"])
def test_every_worked_example_gives_its_score_and_grade(case):
    found = month_score(
        RULE, counts(case["v"]), yellow=case.get("yellow", 0), red=case.get("red", 0)
    )
    assert f"{found.score_hundredths / 100:.2f}" == case["expect"]
    assert found.grade == case["grade"]


def test_a_month_without_anything_to_count_is_not_graded():
    none = {code: Count(0, 0) for code in CODES}
    for given_counts in (none, {}):
        found = month_score(RULE, given_counts, yellow=1, red=1)
        assert (found.base_hundredths, found.score_hundredths, found.grade) == (None, None, None)
        assert {line.spread for line in found.lines} == {0}


def test_no_records_and_nothing_this_month_both_spread_their_weight_over_the_rest():
    empty = month_score(RULE, {"I1": Count(1, 2), "I2": Count(1, 1), "I4": Count(0, 0)})
    missing = month_score(RULE, {"I1": Count(1, 2), "I2": Count(1, 1)})
    assert empty.exact == missing.exact == Fraction(100, 45) * Fraction(75, 2)
    by_code = {line.term.code: line for line in empty.lines}
    assert by_code["I1"].spread == Fraction(1500, 45)
    assert by_code["I4"].points is None
    assert by_code["I4"].count.is_measured
    assert not by_code["I6"].count.is_measured


def test_zero_out_of_something_is_a_nought_not_a_gap():
    found = month_score(RULE, {"I1": Count(0, 3)})
    assert (found.score_hundredths, found.grade) == (0, "E")


def test_more_returns_than_hand_overs_count_as_all():
    assert Count(3, 2).rate == 1
    assert month_score(RULE, {"I5": Count(3, 2)}).score_hundredths == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(89995, 1000), 9000), (Fraction(89994999, 10**6), 8999), (Fraction(0), 0)],
)
def test_the_third_decimal_five_goes_up(value, expected):
    assert hundredths(value) == expected


PAIR = st.integers(0, 50).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den)))


@given(st.dictionaries(st.sampled_from(CODES), PAIR), st.integers(0, 9), st.integers(0, 9))
def test_points_add_up_and_weights_fill_a_hundred(values, yellow, red):
    found = month_score(RULE, counts(values), yellow=yellow, red=red)
    spread = sum(line.spread for line in found.lines)
    if found.score_hundredths is None:
        assert spread == 0
        return
    assert spread == 100
    assert found.exact == sum(line.points or 0 for line in found.lines)
    assert 0 <= found.score_hundredths <= found.base_hundredths <= 10000


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d["terms"].append({"code": "I1", "weight": 1}), "指标重复"),
        (lambda d: d["terms"][0].update(weight=16), "权重合计须为 100"),
        (lambda d: d["terms"][0].update(weight=0), "权重须大于 0"),
        (lambda d: d["penalty"].update(red=1), "红牌扣分不得少于黄牌"),
        (lambda d: d["grades"].pop(), "末级从 0 起"),
        (lambda d: d["grades"].reverse(), "由高到低"),
    ],
)
def test_a_rule_that_does_not_hold_together_says_what_is_wrong(change, fault):
    data = deepcopy(DATA["rule"])
    change(data)
    with pytest.raises(ValueError, match=fault):
        ScoreRule.from_mapping(data)


def versions(*days):
    rules = []
    for number, day in enumerate(days):
        data = deepcopy(DATA["rule"])
        data["version"] = {"code": f"v{number}", "valid_from": day}
        rules.append(ScoreRule.from_mapping(data))
    return rules


def test_a_change_of_rule_takes_hold_from_the_first_month_it_covers_whole():
    rules = versions(date(2017, 4, 18), date(2017, 6, 15))
    found = {m: rule_for(rules, m.first, m.last).version for m in map(month, (4, 5, 6, 7))}
    assert [found[month(m)] for m in (4, 5, 6, 7)] == ["v0", "v0", "v0", "v1"]
    with pytest.raises(Refused, match="no_assessment_rule"):
        rule_for(rules, month(3).first, month(3).last)


def month(number):
    return Month(2017, number)


def test_equal_scores_share_a_place_and_the_unscored_have_none():
    assert ranks({"a": 9000, "b": 9500, "c": 9000, "d": None, "e": 1}) == {
        "b": 1,
        "a": 2,
        "c": 2,
        "e": 4,
        "d": None,
    }


def test_a_month_begins_and_ends_at_local_midnight_and_is_read_on_the_first_working_day():
    calendar = WorkingCalendar(holidays=lambda day: {date(2017, 6, 1): False}.get(day, True))
    assert month(12).shift(1) == Month(2018, 1)
    assert Month(2018, 1).shift(-2) == month(11)
    assert (month(2).last, month(5).code) == (date(2017, 2, 28), "2017-05")
    assert month(5).span(calendar) == (
        datetime(2017, 4, 30, 16, tzinfo=UTC),
        datetime(2017, 5, 31, 16, tzinfo=UTC),
    )
    local = month(5).snapshot_at(calendar).astimezone(SHANGHAI)
    assert (local.date(), local.hour, local.minute) == (date(2017, 6, 2), 8, 30)
    with pytest.raises(ValueError, match="month"):
        Month(2017, 13)
