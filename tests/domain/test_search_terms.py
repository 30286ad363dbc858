"""检索词：一行字有几种读法；命中的字怎样标；姓名与拼音."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.search_terms import marked, plain_name, read_terms, snippet, spelled


def test_an_empty_line_is_nothing():
    for typed in ("", "   ", "　"):
        assert read_terms(typed).is_empty


@pytest.mark.parametrize(
    ("typed", "year", "seq"),
    [
        ("BQ2017-00012", 2017, 12),
        ("bq２０１７－00012号", 2017, 12),
        ("2017-12", 2017, 12),
        ("12", None, 12),
        ("0612", None, 612),
    ],
)
def test_a_number_whole_or_in_part_is_a_number(typed, year, seq):
    assert read_terms(typed).number == (year, seq)


def test_a_phone_is_not_taken_for_a_serial():
    found = read_terms("138 0000-0612")
    assert found.phones == ("13800000612",)
    assert found.number is None
    assert read_terms("5781234").number is None


def test_a_landline_is_looked_for_with_and_without_its_dash():
    assert read_terms("05785123456").phones == ("05785123456", "057-85123456", "0578-5123456")
    assert read_terms("0578-5123456").phones[0] == "05785123456"


def test_four_digits_may_be_the_end_of_a_phone():
    assert read_terms("0612").tail == "0612"
    assert read_terms("061").tail == read_terms("06123").tail == ""


def test_letters_without_digits_may_be_a_name():
    assert read_terms("雷 某英").name == "雷某英"
    assert read_terms("买买提·艾力").name == plain_name("买买提 艾力") == "买买提艾力"
    assert read_terms("雷").name == ""
    assert read_terms("雷1").name == ""


def test_words_are_split_at_spaces_and_at_most_four():
    assert read_terms("高山　垃圾 垃圾").words == ("高山", "垃圾")
    assert len(read_terms("一 二 三 四 五").words) == 4
    assert read_terms("水 火").is_one_character
    assert not read_terms("水 火灾").is_one_character


def test_hits_are_marked_in_the_original_writing():
    assert marked("高山村口ＡＢ路", ("村口", "ab")) == (
        ("高山", False),
        ("村口ＡＢ", True),
        ("路", False),
    )
    assert marked("垃圾", ("水",)) == (("垃圾", False),)


def test_overlapping_and_repeated_words_mark_the_whole():
    assert marked("啊啊啊啊", ("啊啊",)) == (("啊啊啊啊", True),)
    assert marked("高山村", ("高山", "山村")) == (("高山村", True),)


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_marking_never_changes_the_text(text, words):
    assert "".join(piece for piece, _ in marked(text, words)) == text


def test_a_snippet_shows_the_words_with_some_text_before():
    body = "前" * 40 + "垃圾" + "后" * 100
    found = snippet(body, ("垃圾",))
    assert found.startswith("…前")
    assert found.endswith("后…")
    assert "垃圾" in found
    assert snippet(body, ("没有",)) == ""


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("望", True),
        ("lan", True),
        ("lwx", True),
        ("lanwang", True),
        ("wangxiu", True),
        ("xiu", False),
        ("w", True),
        ("lan2", False),
        ("", False),
    ],
)
def test_a_person_is_found_by_characters_pinyin_and_initials(typed, right):
    assert spelled("蓝望岫", "lan2 wang4 xiu4", typed) is right
