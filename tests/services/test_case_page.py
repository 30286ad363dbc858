"""案件页的查询：能做什么、不能的谁可以、计数、建议，都与服务的判定一致."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.case_states import State
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_counts import case_counts
from app.queries.case_facts import facts_of
from app.queries.case_options import WIRED, barrier_of, options_of, who_can
from app.queries.case_people import office_of
from app.queries.case_suggest import Draft, similar_cases, suggest_categories
from app.queries.names import names_of
from app.services.case_closing import verify
from tests.conftest import NOW, TODAY
from tests.factories import Walk, category_id, grid_id
from tests.sql import counted


@pytest.fixture
def walk(actor: Any) -> Walk:
    """往前走的一件."""
    return Walk(actor, NOW)


@pytest.fixture
def office(db_session: Any, township_id: int) -> Any:
    """今日的班底."""
    return office_of(township_id, TODAY)


def test_the_main_button_is_the_next_step_of_whoever_may_do_it(
    walk: Walk, actor: Any, office: Any
) -> None:
    case = walk.dispatched()
    for login, main in (("zhifa", Action.SIGN_IN), ("clerk", None), ("zongzhi", None)):
        found = options_of(facts_of(case), actor(login), office, walk.now)
        assert found.main is main, login


def test_a_step_that_is_not_possible_names_those_who_can(
    walk: Walk, actor: Any, office: Any
) -> None:
    case = walk.handled()
    found = options_of(facts_of(case), actor("zhifa2"), office, walk.now)
    barrier = next(one for one in found.barriers if one.action is Action.VERIFY)
    assert "蓝其蓁" in barrier.who
    assert actor("zhifa2").name not in barrier.who


def test_who_can_is_exactly_who_is_not_refused(walk: Walk, actor: Any, office: Any) -> None:
    case = walk.handled()
    allowed = who_can(Action.VERIFY, facts_of(case), office, walk.now)
    for login in ("clerk", "clerk3", "mayor", "zhifa", "zhifa2", "zongzhi", "jiwei", "grid01"):
        who = actor(login)
        try:
            with walk_back():
                verify(case, method="现场", opinion="属实", actor=who, now=walk.later())
        except Refused:
            assert who.name not in allowed, login
        except Done:
            assert who.name in allowed, login


class Done(Exception):  # noqa: N818
    """办成了，退回原样."""


def walk_back() -> Any:
    """办成也退回：一个存档点里试一试."""
    from contextlib import contextmanager  # noqa: PLC0415

    from app.db import session  # noqa: PLC0415

    @contextmanager
    def tried() -> Any:
        with session.begin_nested():
            yield
            raise Done

    return tried()


def test_after_archiving_only_a_rating_and_a_reopening_are_offered(
    walk: Walk, actor: Any, office: Any
) -> None:
    case = walk.archived()
    offered = {"clerk": (Action.RATE,), "mayor": (Action.REOPEN,), "zhifa": (), "jiwei": ()}
    for login, actions in offered.items():
        found = options_of(facts_of(case), actor(login), office, walk.now)
        assert found.allowed == actions, login
        assert found.barriers == (), login


def test_barriers_agree_with_options(walk: Walk, actor: Any, office: Any) -> None:
    case = walk.processing()
    facts = facts_of(case)
    for login in ("zhifa2", "clerk", "mayor", "zhifa_lead"):
        found = options_of(facts, actor(login), office, walk.now)
        for action in set(WIRED) - {Action.ARCHIVE}:
            possible = barrier_of(action, facts, actor(login), walk.now) is None
            assert possible == (action in found.allowed), (login, action)


def test_counts_follow_scope_and_take_one_statement(walk: Walk, actor: Any) -> None:
    walk.processing()
    Walk(actor, walk.now).reported()
    clerk = actor("clerk")
    with counted() as statements:
        counts = case_counts(clerk, walk.now)
    assert len(statements) == 1, statements.report
    assert counts.of(State.PROCESSING) == 1
    assert counts.of(State.REPORTED) == 1
    assert case_counts(actor("zhifa"), walk.now).of(State.REPORTED) == 0
    assert case_counts(actor("zongzhi"), walk.now).open == 0


def test_suggestions_carry_the_words_that_were_hit(township_id: int) -> None:
    found = suggest_categories("彩钢棚占用消防通道，堵住了", names_of(township_id))
    hit = next(one for one in found if one.category.code == "ZF0402")
    assert "消防" in hit.words
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)


def test_similar_cases_stay_within_scope_grid_and_fifteen_days(
    walk: Walk, actor: Any, township_id: int
) -> None:
    case = walk.dispatched()
    names = names_of(township_id)
    draft = Draft("高山村口垃圾成堆没人清运", category_id("ZF1001"), grid_id("G09"))
    clerk, other = actor("clerk"), actor("zongzhi")
    found = similar_cases(draft, actor=clerk, names=names, now=walk.now)
    assert [one.id for one in found] == [case.id]
    assert found[0].same_category
    assert similar_cases(draft, actor=other, names=names, now=walk.now) == []
    elsewhere = Draft(draft.text, draft.category_id, grid_id("G01"))
    assert similar_cases(elsewhere, actor=clerk, names=names, now=walk.now) == []
    later = walk.later(days=16)
    assert similar_cases(draft, actor=clerk, names=names, now=later) == []
