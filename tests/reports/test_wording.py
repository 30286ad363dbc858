"""行文与底稿的写法。"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from reports import wording
from reports.minutes.sheet import SnapshotTable
from reports.sheet import snapshot
from tests.reports import samples


def test_dates_are_written_without_padding():
    assert wording.cn_date(date(2017, 6, 5)) == "2017年6月5日"
    assert wording.cn_weekday(date(2017, 6, 5)) == "星期一"
    assert wording.day_in(date(2017, 7, 1), 2017) == "7月1日"
    assert wording.day_in(date(2018, 1, 1), 2017) == "2018年1月1日"


def test_moments_are_shown_in_beijing_time():
    late = datetime(2017, 6, 5, 18, 5, tzinfo=UTC)
    assert wording.cn_date(late) == "2017年6月6日"
    assert wording.clock(late) == "2:05"
    assert wording.clock(time(9, 0)) == "9:00"
    assert wording.w3c(late) == "2017-06-06T02:05:00+08:00"
    with pytest.raises(ValueError, match="时区"):
        wording.local(late.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (100, "100")],
)
def test_ordinals_are_written_in_chinese(number, words):
    assert wording.ordinal(number) == words


@pytest.mark.parametrize(
    "together", ["5月31日", "2017年6月5日", "9:05", "12件", "90.9%", "1个工作日"]
)
def test_a_date_or_amount_is_never_split_between_lines(together):
    assert f'<span class="keep">{together}</span>' in wording.keep(f"自{together}起<")
    assert wording.keep("<b>").endswith("&lt;b&gt;")


def test_an_absurdly_long_name_may_break():
    assert "keep" in wording.name("钟碧澜")
    assert "keep" not in wording.name("名" * 13)


def test_sentences_get_exactly_one_stop():
    assert wording.unstopped("已办结。") == "已办结"
    assert wording.inner("国土所（片区）") == "国土所〔片区〕"
    assert wording.lines(" 甲\n\n 乙 ") == ["甲", "乙"]


def test_numbered_minutes_need_a_signer_and_a_correction_needs_its_reason():
    with pytest.raises(ValueError, match="签发人"):
        replace(samples.FULL, signer=None)
    with pytest.raises(ValueError, match="更正"):
        replace(samples.FULL, version=2)
    with pytest.raises(ValueError, match="时区"):
        replace(samples.FULL, frozen_at=samples.SIGNED_AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="等长"):
        replace(samples.SNAPSHOT, rows=(("只有一格",),))
    assert isinstance(samples.SNAPSHOT, SnapshotTable)


def test_the_snapshot_is_the_same_text_for_the_same_sheet():
    first = snapshot("minutes", samples.FULL, identifier="a")
    assert first == snapshot("minutes", replace(samples.FULL), identifier="a")
    assert first != snapshot("minutes", samples.SHORT, identifier="a")


def test_the_snapshot_refuses_anything_but_plain_data():
    with pytest.raises(TypeError):
        snapshot("minutes", object(), identifier="a")
    with pytest.raises(TypeError, match="纯数据"):
        snapshot("minutes", replace(samples.FULL, place=object()), identifier="a")


def test_a_moment_keeps_its_meaning_whatever_zone_it_came_in():
    west = timezone(timedelta(hours=-5))
    assert wording.clock(datetime(2017, 6, 5, 20, 0, tzinfo=west)) == "9:00"
