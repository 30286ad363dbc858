"""两个人同时走同一步：一个走成，另一个被告知是谁；真的两条连接，真的提交."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from app.db import session
from app.domain.errors import Refused
from app.services import (
    case_cards,
    case_dispatch,
    case_intake,
    case_reception,
    export_work,
    exports,
    journal,
)
from app.services.case_step import locked, locked_many
from app.services.export_sources import Listing, Source
from app.unit import unit_of_work
from models.case import Case
from models.case_parts import Assignment, Supervision
from reports.workbook import Column
from tests.conftest import NOW
from tests.factories import hotline, org_id
from tests.services import race
from tests.services.race import who


@pytest.fixture(scope="module")
def apart():
    """会真提交的库：本文件自己的一份克隆."""
    with race.committed("race") as app:
        yield app


def accepted(app) -> tuple[int, int]:
    """一件待分流的案件：编号与版本."""
    with app.app_context(), unit_of_work():
        clerk = who("clerk2")
        case = case_intake.draft(hotline(received_at=NOW), actor=clerk, now=NOW)
        case_intake.report(case, actor=clerk, now=NOW + timedelta(minutes=1))
        case_reception.accept(
            case,
            category_id=case.category_id,
            level="一般",
            kind="EVENT",
            sensitive=False,
            actor=clerk,
            now=NOW + timedelta(minutes=2),
        )
        return case.id, case.version


def test_of_two_clerks_dispatching_one_case_the_second_is_told_who_was_first(apart):
    case_id, seen = accepted(apart)
    gate = Barrier(2)

    def dispatch(login: str, platform: str) -> str:
        with apart.app_context():
            actor = who(login)
            session.commit()
            gate.wait()
            try:
                with unit_of_work():
                    case = locked(case_id, actor=actor)
                    case_dispatch.dispatch(
                        case,
                        platform=platform,
                        note="按职责",
                        actor=actor,
                        now=NOW + timedelta(minutes=5),
                        seen=seen,
                    )
            except Refused as refused:
                return f"{refused.code}:{refused.facts.get('who')}"
            return f"done:{actor.name}"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(dispatch, ("clerk", "clerk3"), ("ZF", "SJ")))
    first = told[1].removeprefix("done:")
    assert told[0] == f"changed_meanwhile:{first}"
    with apart.app_context():
        case = session.get_one(Case, case_id)
        assert case.state == "DISPATCHED"
        assert case.version == seen + 1
        assert journal.verify(case.township_id).is_whole


def test_two_clerks_dispatching_overlapping_batches_neither_wait_for_each_other_nor_both_win(
    apart,
):
    made = dict(accepted(apart) for _ in range(4))
    gate = Barrier(2)

    def batch(login: str, platform: str, ids: list[int]) -> list[str]:
        with apart.app_context(), unit_of_work():
            actor = who(login)
            gate.wait()
            found = locked_many(ids, actor=actor)
            return [_one_of_a_batch(found[key], made[key], platform, actor) for key in ids]

    ids = list(made)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(batch, "clerk", "ZF", ids)
        other = pool.submit(batch, "clerk3", "SJ", ids[::-1])
        told = sorted([one.result(30), other.result(30)])
    assert told == [["changed_meanwhile"] * 4, ["done"] * 4]
    with apart.app_context():
        rows = session.execute(
            select(Case.state, Case.version, Case.id).where(Case.id.in_(ids))
        ).all()
        assert [(row.state, row.version) for row in rows] == [
            ("DISPATCHED", made[row.id] + 1) for row in rows
        ]


def _one_of_a_batch(case: Case, seen: int, platform: str, actor: Any) -> str:
    try:
        with session.begin_nested():
            case_dispatch.dispatch(
                case,
                platform=platform,
                note="按职责",
                actor=actor,
                now=NOW + timedelta(minutes=5),
                seen=seen,
            )
    except Refused as refused:
        return refused.code
    return "done"


def test_a_redispatch_and_a_signature_at_once_never_both_succeed(apart):
    case_id, seen = accepted(apart)
    later = NOW + timedelta(minutes=9)
    with apart.app_context(), unit_of_work():
        actor = who("clerk")
        case = locked(case_id, actor=actor)
        case_dispatch.dispatch(case, platform="ZF", actor=actor, now=NOW + timedelta(minutes=5))
    gate = Barrier(2)

    def redo() -> str:
        with apart.app_context():
            actor = who("clerk")
            session.commit()
            gate.wait()
            return _try(
                lambda: case_dispatch.redispatch(
                    locked(case_id, actor=actor),
                    platform="SJ",
                    reason="分错了平台，应由市监来办。",
                    actor=actor,
                    now=later,
                    seen=seen + 1,
                )
            )

    def sign() -> str:
        with apart.app_context():
            actor = who("zhifa")
            org = org_id("SHZX")
            session.commit()
            gate.wait()
            return _try(
                lambda: case_dispatch.sign_in(
                    locked(case_id, actor=actor),
                    org_id=org,
                    handler_id=actor.person_id,
                    actor=actor,
                    now=later,
                    seen=seen + 1,
                )
            )

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(redo), pool.submit(sign)]
        words = [one.result(30) for one in told]
    # 后到的签收：有时已不在他的范围里，有时还看得见、版本已不符
    lost = {"not_found", "changed_meanwhile"}
    assert words.count("done") == 1
    assert set(words) - {"done"} <= lost
    with apart.app_context():
        case = session.get_one(Case, case_id)
        right = ("DISPATCHED", "SJ") if words[0] == "done" else ("PROCESSING", "ZF")
        assert (case.state, case.platform) == right
        open_rows = session.execute(
            select(Assignment.platform).where(Assignment.case_id == case_id, Assignment.is_open)
        ).scalars()
        assert list(open_rows) == [right[1]]
        assert journal.verify(case.township_id).is_whole


def _try(deed: Any) -> str:
    try:
        with unit_of_work():
            deed()
    except Refused as refused:
        return refused.code
    return "done"


def test_cases_reported_at_once_get_numbers_without_a_gap_and_a_whole_chain(apart):
    def one(turn: int) -> str:
        with apart.app_context(), unit_of_work():
            actor = who("clerk" if turn % 2 else "clerk2")
            case = case_intake.draft(hotline(received_at=NOW), actor=actor, now=NOW)
            case_intake.report(case, actor=actor, now=NOW + timedelta(minutes=1))
            return str(case.number)

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(one, range(12)))
    seqs = [int(n[-5:]) for n in numbers]
    assert seqs == list(range(seqs[0], seqs[0] + 12))
    with apart.app_context():
        township = session.execute(select(Case.township_id).limit(1)).scalar_one()
        assert journal.verify(township).is_whole


def test_two_tickers_at_once_issue_each_card_once(apart):
    case_id, _ = accepted(apart)
    late = NOW + timedelta(days=30)

    def tick(_: int) -> int:
        with apart.app_context(), unit_of_work():
            return case_cards.tick(now=late)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tick, range(2)))
    with apart.app_context():
        cards = session.execute(
            select(Supervision.clock_id, Supervision.kind).where(Supervision.case_id == case_id)
        ).all()
        assert len(cards) == len(set(cards)) == 2


def test_of_two_clicks_at_once_only_one_export_is_started_and_one_worker_takes_it(apart):
    keys = range(3000)
    rows = Listing("许多行", "", (Column("数"),), lambda _: keys, lambda some: [(k,) for k in some])
    source = Source(
        "many", (("case", "read"),), has_platform=True, read=lambda *_: nullcontext(rows)
    )
    gate = Barrier(2)

    def click(_: int) -> tuple[int, bool]:
        with apart.app_context():
            actor = who("clerk")
            session.commit()
            gate.wait()
            with unit_of_work():
                started = exports.start(source, rows, (("a", "1"),), actor=actor, now=NOW)
                return started.job.id, started.is_new

    def claim(_: int) -> bool:
        with apart.app_context(), unit_of_work():
            return export_work.claim(key, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        (key, one), (same, other) = pool.map(click, range(2))
        assert key == same
        assert {one, other} == {True, False}
        assert sorted(pool.map(claim, range(2))) == [False, True]
