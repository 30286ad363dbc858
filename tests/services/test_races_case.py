"""两个人抢同一件案件（并案、撤回、退回）：恰一个办成，另一个被告知谁做了什么；一步一条日志，链完好."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.access.actor import Actor, public_actor
from app.db import session
from app.services import case_dispatch, case_merge, case_reception
from app.services.case_step import locked
from app.unit import unit_of_work
from models.case import Case
from tests.conftest import NOW, TODAY
from tests.factories import REASON, Walk, org_id
from tests.services import race
from tests.services.law import BACK
from tests.services.race import at_once, entries, made, split, state_of, who

SAME = {"same_points": ["地点"], "reason": REASON}
LATER = NOW + timedelta(hours=6)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """本文件自己的库与存放目录."""
    with race.committed("race_case", tmp_path_factory.mktemp("race-files")) as app:
        yield app


def merge(case_id: int, main_id: int, seen: int) -> race.Deed:
    def deed(actor: Actor) -> None:
        case, main = case_merge.lock_pair(case_id, main_id, actor=actor)
        case_merge.merge(case, main=main, **SAME, actor=actor, now=LATER, seen=seen)

    return deed


@pytest.mark.parametrize("turn", range(3))
def test_a_case_merged_away_takes_in_no_other_at_the_same_moment(apart: Flask, turn: int) -> None:
    """甲并入乙、同时乙并入丙：不成串；编号的先后换着来."""
    three = [made(apart, "reported") for _ in range(3)]
    (a, va), (b, vb), (c, _) = three[turn:] + three[:turn]
    words = at_once(apart, ("clerk", merge(a, b, va)), ("clerk3", merge(b, c, vb)))
    winner, lost = split(words)
    if words[0].startswith("done:"):
        # 乙已收进甲：乙的版本变了
        assert lost == f"changed_meanwhile:{winner}:merge"
        assert (state_of(apart, a)[:2], state_of(apart, b)[:2]) == (
            ("MERGED", b),
            ("REPORTED", None),
        )
    else:
        assert lost == f"main_closed_by:{winner}:merge"
        assert (state_of(apart, a)[:2], state_of(apart, b)[:2]) == (
            ("REPORTED", None),
            ("MERGED", c),
        )
    moves = [one for case_id in (a, b, c) for one in entries(apart, case_id) if one[0] == "merge"]
    assert len(moves) == 2, "本案一条、主案一条"


def test_two_cases_merged_into_each_other_make_no_circle(apart: Flask) -> None:
    (a, va), (b, vb) = made(apart, "reported"), made(apart, "reported")
    words = at_once(apart, ("clerk", merge(a, b, va)), ("clerk3", merge(b, a, vb)))
    winner, lost = split(words)
    assert lost == f"changed_meanwhile:{winner}:merge"
    assert sorted(state_of(apart, one)[0] for one in (a, b)) == ["MERGED", "REPORTED"]


def accept(case_id: int, seen: int) -> race.Deed:
    def deed(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_reception.accept(
            case, category_id=case.category_id or 0, level="一般", kind="EVENT",
            sensitive=False, actor=actor, now=LATER, seen=seen,
        )  # fmt: skip

    return deed


def test_the_registrar_takes_it_back_or_the_clerk_accepts_it(apart: Flask) -> None:
    case_id, seen = made(apart, "reported")

    def cancel(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_reception.cancel(case, reason=REASON, actor=actor, now=LATER, seen=seen)

    words = at_once(apart, ("clerk2", cancel), ("clerk", accept(case_id, seen)))
    winner, lost = split(words)
    action = "cancel" if words[0].startswith("done:") else "accept"
    assert lost == f"changed_meanwhile:{winner}:{action}"
    assert state_of(apart, case_id)[0] == ("CANCELLED" if action == "cancel" else "ACCEPTED")
    assert [one for one, _ in entries(apart, case_id)][-1] == action


def test_the_sender_takes_it_back_or_the_clerk_accepts_it(apart: Flask) -> None:
    """凭查询码撤回没有看见的版本：受理在前的说现在撤不了，撤回在前的告诉受理员."""
    case_id, seen = made(apart, "reported")
    with apart.app_context():
        sender = public_actor(case_id, session.get_one(Case, case_id).township_id, TODAY)

    def withdraw(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_reception.cancel(case, reason=REASON, withdrawal="查询码", actor=actor, now=LATER)

    words = at_once(apart, (sender, withdraw), ("clerk", accept(case_id, seen)))
    winner, lost = split(words)
    if words[0].startswith("done:"):
        assert lost == f"changed_meanwhile:{winner}:cancel"
        assert state_of(apart, case_id)[0] == "CANCELLED"
    else:
        assert lost == "limit"
        assert state_of(apart, case_id)[0] == "ACCEPTED"
    last = [one for one, _ in entries(apart, case_id)][-1]
    assert last == ("cancel" if words[0].startswith("done:") else "accept")


def test_a_second_return_and_a_signature_at_once(apart: Flask) -> None:
    """组长第二次退回、操作员签收：退回了就有一条盲区，签收了就没有."""
    with apart.app_context(), unit_of_work():
        walk = Walk(who, NOW)
        case = walk.dispatched()
        case_dispatch.return_case(case, **BACK, actor=who("zhifa"), now=walk.later())
        case_dispatch.dispatch(case, platform="ZF", actor=who("clerk"), now=walk.later())
        case_id, seen = case.id, case.version

    def back(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_dispatch.return_case(case, **BACK, actor=actor, now=LATER, seen=seen)

    def sign(actor: Actor) -> None:
        case_dispatch.sign_in(
            locked(case_id, actor=actor), org_id=org_id("SHZX"), handler_id=actor.person_id or 0,
            actor=actor, now=LATER, seen=seen,
        )  # fmt: skip

    words = at_once(apart, ("zhifa_lead", back), ("zhifa2", sign))
    winner, lost = split(words)
    returned = words[0].startswith("done:")
    # 退回之后操作员的范围里有时已没有这一件
    named = f"changed_meanwhile:{winner}:{'return_case' if returned else 'sign_in'}"
    assert lost in ({named, "not_found"} if returned else {named})
    assert state_of(apart, case_id)[0] == ("ACCEPTED" if returned else "PROCESSING")
    with apart.app_context():
        count = text("SELECT count(*) FROM record WHERE case_id = :id AND flow = 'blind_spot'")
        assert session.execute(count, {"id": case_id}).scalar_one() == int(returned)
    last = [one for one, _ in entries(apart, case_id)][-1]
    assert last == ("return_case" if returned else "sign_in")
