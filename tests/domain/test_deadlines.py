"""时限：45 个验算用例、停表、延期、返工、说明与性质。"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadlines import (
    Due,
    Pause,
    Remaining,
    RemainingKind,
    SegmentKind,
    Span,
    Unit,
    compute,
    is_on_time,
    pauses_until,
    remaining,
    replay,
)
from tests.domain.time_data import DATA, at, calendar, seconds_after

CALENDAR = calendar()
moments = seconds_after("2017-01-10T00:00", 400)
spans = st.one_of(
    st.integers(0, 30).map(lambda n: Span(n, Unit.WORKING_DAY)),
    st.integers(0, 3000).map(lambda n: Span(n, Unit.WORKING_MINUTE)),
    st.integers(0, 3000).map(lambda n: Span(n, Unit.NATURAL_MINUTE)),
    st.integers(1, 60).map(lambda n: Span(n, Unit.NATURAL_DAY)),
)


def due_of(vector: dict[str, Any]) -> Due:
    return compute(
        at(vector["start"]),
        Span.parse(vector["rule"]),
        CALENDAR,
        [Pause(at(stop), at(resume)) for stop, resume in vector.get("suspend", [])],
        vector.get("ext", 0),
        at(vector["raised_at"]) if "raised_at" in vector else None,
    )


def five_days(start: str, *pauses: tuple[str, str | None], **more: Any) -> datetime | None:
    stops = [Pause(at(stop), at(resume) if resume else None) for stop, resume in pauses]
    return compute(at(start), Span.parse("5wd"), CALENDAR, stops, **more).at


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: vector["id"])
def test_the_deadline_is_as_worked_out_by_hand(vector: dict[str, Any]) -> None:
    due = due_of(vector)
    assert due.at == at(vector["due"])
    assert due.degraded is vector["degraded"]
    assert replay(due.start, due.segments) == due.at


def test_there_are_forty_five_worked_deadlines() -> None:
    assert len({vector["id"] for vector in DATA["vectors"]}) == 45


def test_done_at_the_due_moment_is_on_time_and_a_second_later_is_not() -> None:
    due = at("2026-11-09T17:30")
    assert is_on_time(due, due)
    assert not is_on_time(due + timedelta(seconds=1), due)


def test_a_deadline_explains_each_day_it_passes() -> None:
    due = compute(at("2017-05-25T18:00"), Span.parse("2wd"), CALENDAR)
    kinds = [(s.kind.value, s.number) for s in due.segments]
    assert kinds == [
        ("rule", 2),
        ("normalize", 0),
        ("first_day", 0),
        ("makeup", 1),
        ("weekend", 0),
        ("holiday", 0),
        ("workday", 1),
    ]
    assert due.segments[-1].until == due.at == at("2017-05-31T17:30")
    assert due.segments[3].code == "explain.makeup"


def test_a_deadline_in_minutes_explains_lunch_and_nights() -> None:
    due = compute(at("2017-05-27T11:00"), Span.parse("300wm"), CALENDAR)
    kinds = [(s.kind.value, s.number) for s in due.segments if not s.is_quota]
    assert kinds == [
        ("makeup", 60),
        ("break", 0),
        ("makeup", 210),
        ("off_hours", 0),
        ("weekend", 0),
        ("holiday", 0),
        ("off_hours", 0),
        ("workday", 30),
    ]
    assert due.at == at("2017-05-31T09:00")


def test_pauses_and_extensions_are_listed_with_what_they_add() -> None:
    vector = next(v for v in DATA["vectors"] if v["id"] == "DV33")
    quota = [(s.kind, s.number) for s in due_of(vector).segments if s.is_quota]
    assert quota == [(SegmentKind.RULE, 5), (SegmentKind.PAUSE, 2), (SegmentKind.EXTENSION, 2)]


def test_an_explanation_with_a_step_missing_does_not_replay() -> None:
    due = compute(at("2017-05-25T18:00"), Span.parse("2wd"), CALENDAR)
    without_rule = due.segments[1:]
    with pytest.raises(ValueError, match="不等于应计"):
        replay(due.start, without_rule)
    with pytest.raises(ValueError, match="不相接"):
        replay(due.start, due.segments[:2] + due.segments[3:])


def test_a_pause_still_open_leaves_no_deadline() -> None:
    due = compute(
        at("2026-11-09T10:00"), Span.parse("5wd"), CALENDAR, [Pause(at("2026-11-10T15:00"))]
    )
    assert due.paused
    assert due.segments[-1].until is None
    assert remaining(CALENDAR, at("2026-11-11T09:00"), due.at, Unit.WORKING_DAY) == Remaining(
        RemainingKind.PAUSED
    )


def test_a_pause_before_the_clock_started_does_not_count() -> None:
    plain = five_days("2026-11-09T10:00")
    assert five_days("2026-11-09T10:00", ("2026-11-02T10:00", "2026-11-06T10:00")) == plain
    half = five_days("2026-11-09T10:00", ("2026-11-06T10:00", "2026-11-10T10:00"))
    assert half == at("2026-11-17T17:30")


@pytest.mark.parametrize(
    "pauses",
    [
        [("2026-11-12T09:00", "2026-11-10T09:00")],
        [("2026-11-10T09:00", "2026-11-12T09:00"), ("2026-11-11T09:00", "2026-11-13T09:00")],
        [("2026-11-10T09:00", None), ("2026-11-11T09:00", "2026-11-13T09:00")],
    ],
)
def test_pauses_that_cannot_be_are_refused(pauses: list[tuple[str, str | None]]) -> None:
    with pytest.raises(ValueError, match=r"停表|复表"):
        five_days("2026-11-09T10:00", *pauses)


def test_rework_gives_the_time_spent_in_verification_back() -> None:
    stay = ("2026-11-11T10:00", "2026-11-13T10:00")
    due = five_days("2026-11-09T10:00", stay, not_before=at(stay[1]))
    assert due == at("2026-11-18T17:30")


def test_rework_of_a_case_that_has_no_day_left_gives_one_working_day() -> None:
    stay = ("2026-11-16T16:00", "2026-11-16T17:00")
    due = five_days("2026-11-09T10:00", stay, not_before=at(stay[1]))
    assert due == at("2026-11-17T17:30")


def test_what_is_paused_or_extended_after_a_rework_moves_the_given_day_too() -> None:
    rework = at("2026-11-24T10:00")
    pause = ("2026-11-25T09:00", "2026-11-27T09:00")
    assert five_days("2026-11-09T10:00", not_before=rework) == at("2026-11-25T17:30")
    assert five_days("2026-11-09T10:00", pause, not_before=rework) == at("2026-11-27T17:30")
    extended = five_days("2026-11-09T10:00", not_before=rework, extension_wd=3, late_extension_wd=3)
    assert extended == at("2026-11-30T17:30")


def test_the_given_day_is_a_step_of_the_explanation() -> None:
    vector = next(v for v in DATA["vectors"] if v["id"] == "DV35")
    assert due_of(vector).segments[-1].kind is SegmentKind.FLOOR


def test_a_clock_in_working_minutes_is_extended_by_whole_days() -> None:
    start, span = at("2026-11-09T11:00"), Span.parse("120wm")
    assert compute(start, span, CALENDAR, extension_wd=1).at == at("2026-11-10T15:00")


@pytest.mark.parametrize(("span", "days"), [("30nm", 1), ("5wd", -1)])
def test_an_extension_that_makes_no_sense_is_refused(span: str, days: int) -> None:
    with pytest.raises(ValueError, match="不能延期"):
        compute(at("2026-11-09T11:00"), Span.parse(span), CALENDAR, extension_wd=days)


@pytest.mark.parametrize("text", ["5", "wd", "-1wd", "5 wd", "5d", "0nd", "1.5wd"])
def test_a_span_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="写法不对"):
        Span.parse(text)


def test_a_span_is_written_as_it_is_read() -> None:
    assert [str(Span.parse(t)) for t in ("5wd", "120wm", "15nm")] == ["5wd", "120wm", "15nm"]


def test_the_pause_that_a_finish_began_does_not_count_for_its_own_judging() -> None:
    finish = at("2026-11-13T10:00")
    earlier = Pause(at("2026-11-10T10:00"), at("2026-11-11T10:00"))
    assert pauses_until([earlier, Pause(finish)], finish) == (earlier,)


def test_a_degraded_deadline_in_natural_minutes_is_not_degraded() -> None:
    start = at("2027-03-01T10:00")
    assert not compute(start, Span.parse("15nm"), CALENDAR).degraded
    assert compute(start, Span.parse("15wm"), CALENDAR).degraded


# ---- 性质


@given(moments, moments, spans)
def test_a_clock_that_starts_later_is_never_due_earlier(
    one: datetime, other: datetime, span: Span
) -> None:
    first, last = (compute(start, span, CALENDAR).at for start in sorted((one, other)))
    assert first is not None
    assert last is not None
    assert first <= last


@given(moments, spans, st.lists(st.integers(1, 30 * 86_400), max_size=6), st.integers(0, 20))
def test_the_steps_of_any_explanation_add_up_to_the_deadline(
    start: datetime, span: Span, gaps: list[int], extension: int
) -> None:
    ticks = [start]
    for gap in gaps:
        ticks.append(ticks[-1] + timedelta(seconds=gap))
    pauses = [Pause(a, b) for a, b in pairwise(ticks)][::2]
    extension = 0 if span.unit is Unit.NATURAL_MINUTE else extension
    due = compute(start, span, CALENDAR, pauses, extension, not_before=ticks[-1])
    assert due.at == replay(due.start, due.segments)
    assert due.segments[-1].until == due.at


@given(moments, st.integers(0, 30), st.integers(0, 20 * 86_400), st.integers(0, 20 * 86_400))
def test_a_pause_moves_a_deadline_by_exactly_its_working_days(
    start: datetime, days: int, wait: int, length: int
) -> None:
    stop = start + timedelta(seconds=wait)
    resume = stop + timedelta(seconds=length)
    span = Span(days, Unit.WORKING_DAY)
    plain = compute(start, span, CALENDAR).at
    paused = compute(start, span, CALENDAR, [Pause(stop, resume)]).at
    assert plain is not None
    assert paused is not None
    first, last = (CALENDAR.local_day(CALENDAR.normalize(m)) for m in (stop, resume))
    shift = sum(
        CALENDAR.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1)
    )
    assert (
        CALENDAR.working_days_between(CALENDAR.local_day(plain), CALENDAR.local_day(paused))
        == shift
    )


@given(moments, st.integers(0, 2000), st.integers(0, 10 * 86_400), st.integers(0, 10 * 86_400))
def test_a_pause_moves_a_clock_in_minutes_by_exactly_its_working_time(
    start: datetime, minutes: int, wait: int, length: int
) -> None:
    stop = start + timedelta(seconds=wait)
    resume = stop + timedelta(seconds=length)
    span = Span(minutes, Unit.WORKING_MINUTE)
    plain = compute(start, span, CALENDAR).at
    paused = compute(start, span, CALENDAR, [Pause(stop, resume)]).at
    assert plain is not None
    assert paused is not None
    moved = CALENDAR.working_time_between(plain, paused)
    assert moved == CALENDAR.working_time_between(stop, resume)


@given(moments, spans)
def test_a_deadline_lies_in_working_hours_unless_it_counts_natural_minutes(
    start: datetime, span: Span
) -> None:
    due = compute(start, span, CALENDAR).at
    assert due is not None
    assert due >= start
    if span.unit is not Unit.NATURAL_MINUTE:
        day = CALENDAR.local_day(due)
        assert CALENDAR.is_working(day)
        assert CALENDAR.opening(day) <= due <= CALENDAR.closing(day)
