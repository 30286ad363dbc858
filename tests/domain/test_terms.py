"""任期在时间轴上：位置、空缺、错开、刻度。"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.terms import DAY, Term, Window, gaps, in_force, marks, stacked, window_of

FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)
days = st.dates(FIRST - timedelta(days=200), LAST + timedelta(days=200))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    first = draw(days)
    length = draw(st.none() | st.integers(0, 300))
    return Term(first, None if length is None else first + timedelta(days=length))


def test_a_term_holds_both_its_first_and_its_last_day() -> None:
    term = Term(date(2017, 4, 18), date(2017, 5, 1))
    told = [in_force(term, date(2017, *day)) for day in ((4, 17), (4, 18), (5, 1), (5, 2))]
    assert told == [False, True, True, False]


def test_a_whole_year_fills_the_axis_and_what_is_outside_is_not_drawn() -> None:
    window = Window(FIRST, LAST)
    assert window.span(Term(FIRST, LAST)) == (0, 100)
    assert window.span(Term(FIRST)) == (0, 100)
    assert window.span(Term(date(2016, 1, 1), date(2016, 12, 31))) is None
    assert window.span(Term(date(2018, 1, 1))) is None


def test_a_vacancy_is_every_day_without_a_term_and_joined_up() -> None:
    held = [Term(date(2017, 3, 1), date(2017, 4, 30)), Term(date(2017, 6, 1))]
    assert gaps(held, FIRST, LAST) == [
        Term(FIRST, date(2017, 2, 28)),
        Term(date(2017, 5, 1), date(2017, 5, 31)),
    ]
    assert gaps([], FIRST, LAST) == [Term(FIRST, LAST)]
    assert gaps([Term(FIRST)], FIRST, LAST) == []


@given(st.lists(terms(), max_size=6))
def test_each_day_is_either_held_or_vacant(held: list[Term]) -> None:
    empty = gaps(held, FIRST, LAST)
    day = FIRST
    while day <= LAST:
        taken = any(in_force(term, day) for term in held)
        assert taken != any(in_force(gap, day) for gap in empty), day
        day += DAY
    for one, other in pairwise(empty):
        assert (one.last or date.max) < other.first - DAY, "连着的两段该并成一段"


@given(st.lists(terms(), max_size=6))
def test_terms_of_the_same_days_never_share_a_row(held: list[Term]) -> None:
    rows = stacked(held)
    for n, one in enumerate(held):
        for m, other in enumerate(held[:n]):
            meet = one.first <= (other.last or date.max) and other.first <= (one.last or date.max)
            assert not (meet and rows[n] == rows[m])


@given(st.lists(terms(), min_size=1, max_size=6), days)
def test_the_axis_holds_every_bar_inside(held: list[Term], day: date) -> None:
    window = window_of(held, day)
    for term in held:
        place = window.span(term)
        assert place is not None
        assert 0 <= place[0] < place[0] + place[1] <= 100.001
    assert window.first <= day <= window.last


@given(st.integers(1, 12_000))
def test_marks_are_few_and_start_a_month(length: int) -> None:
    found = list(marks(Window(FIRST, FIRST + timedelta(days=length))))
    assert 1 <= len(found) <= 15
    assert all(day.day == 1 for day in found)
