"""编号：写法与读法。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbering import (
    archive_number,
    case_number,
    fill,
    meeting_number,
    parse_case_number,
    resolution_number,
    weekly_minutes_number,
)


def test_a_case_number_is_prefix_year_and_five_digits() -> None:
    assert case_number(2017, 1) == "BQ2017-00001"
    assert case_number(2026, 360, prefix="JN") == "JN2026-00360"
    assert case_number(2026, 123_456) == "BQ2026-123456"
    with pytest.raises(ValueError, match="从 1 起"):
        case_number(2017, 0)


@pytest.mark.parametrize(
    ("typed", "year", "seq"),
    [
        ("BQ2017-00001", 2017, 1),
        (" bq2017—00012 ", 2017, 12),
        ("ＢＱ２０１７－０００１２", 2017, 12),
        ("BQ 2017 12", 2017, 12),
        ("2017-12", 2017, 12),
        ("2017/12号", 2017, 12),
        ("201700012", 2017, 12),
        ("12", None, 12),
        ("00012", None, 12),
        ("BQ00012", None, 12),
        ("12号", None, 12),
        ("2017", None, 2017),
    ],
)
def test_a_case_is_found_by_what_people_type(typed: str, year: int | None, seq: int) -> None:
    assert parse_case_number(typed) == (year, seq)


@pytest.mark.parametrize(
    "typed", ["", "BQ", "垃圾", "BQ2017-", "2017-00000", "0", "1-2-3", "12345678901", "BQ17-1"]
)
def test_what_is_no_case_number_is_left_to_the_search(typed: str) -> None:
    assert parse_case_number(typed) is None


@given(st.integers(1900, 2099), st.integers(1, 999_999))
def test_every_case_number_is_read_back(year: int, seq: int) -> None:
    assert parse_case_number(case_number(year, seq)) == (year, seq)


@given(st.text(max_size=40))
def test_reading_a_number_never_fails(typed: str) -> None:
    found = parse_case_number(typed)
    assert found is None or found.seq > 0


def test_meetings_are_numbered_by_the_pattern_of_their_series() -> None:
    assert meeting_number("{年}年第{周}周", year=2017, week=18) == "2017年第18周"
    quarterly = "{年}年第{季}季度（第{年内序}次）"
    assert meeting_number(quarterly, year=2017, quarter=2, term=1) == "2017年第2季度（第1次）"
    assert meeting_number("{年}年第{年内序}次", year=2017, term=3) == "2017年第3次"


def test_a_number_with_a_part_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="缺：周"):
        meeting_number("{年}年第{周}周", year=2017)


def test_resolutions_minutes_and_archives_have_their_official_numbers() -> None:
    assert resolution_number("2017年第2季度联席会议", 3) == "2017年第2季度联席会议-决03"
    assert weekly_minutes_number("综合执法", 2017, 21) == "综合执法例会纪要〔2017〕第21周"
    archived = archive_number(fonds="BQX", year=2017, period="D30", platform="ZF", seq=1)
    assert archived == "BQX-SGPT-2017-D30-ZF-0001"
    assert fill("考核通报〔{年}〕{月}月", 年=2017, 月=5) == "考核通报〔2017〕5月"
