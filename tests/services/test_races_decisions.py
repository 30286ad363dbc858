"""两个有权的人同时决定一件事（延期、挂起、多平台、决议回写）：只决定一次，后到的被告知是谁决定的."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.access.actor import Actor
from app.db import session
from app.services import case_joint, case_multi, case_suspend, case_time, meetings
from app.services.case_step import locked
from app.services.meeting_minutes import Draft
from app.unit import unit_of_work
from tests.conftest import NOW
from tests.factories import REASON, Walk, person_id
from tests.meeting_walk import CONCLUSION, DISCUSSION
from tests.services import race
from tests.services.law import BOTH, Law
from tests.services.race import at_once, entries, split, state_of, who
from tests.services.test_joint_meeting import WHEN, JointWalk

LATER = NOW + timedelta(hours=6)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """本文件自己的库与存放目录."""
    with race.committed("race_decide", tmp_path_factory.mktemp("race-files")) as app:
        yield app


def asked_extension(app: Flask) -> tuple[int, int]:
    with app.app_context(), unit_of_work():
        walk = Walk(who, NOW)
        case = walk.processing()
        case_time.request_extension(
            case, extension_wd=2, work_done="已送达通知", reason=REASON,
            actor=who("zhifa2"), now=walk.later(),
        )  # fmt: skip
        return case.id, case.version


def asked_suspension(app: Flask) -> tuple[int, int]:
    with app.app_context(), unit_of_work():
        law = Law()
        case = law.walk.processing()
        case_suspend.request_suspend(
            case,
            suspend_reason="AWAIT_TEST",
            resume_on=date(2017, 5, 26),
            attachments=law.proof("zhifa2", "blue"),
            reason=REASON,
            **law.by("zhifa2"),
        )
        return case.id, case.version


def asked_several(app: Flask) -> tuple[int, int]:
    with app.app_context(), unit_of_work():
        walk = Walk(who, NOW)
        case = walk.accepted()
        case_multi.request_multi_dispatch(
            case, **BOTH, note="两家有份", actor=who("clerk2"), now=walk.later()
        )
        return case.id, case.version


def decisions(app: Flask, case_id: int) -> list[tuple[Any, ...]]:
    with app.app_context():
        statement = "SELECT state, decider_id IS NOT NULL FROM case_proposal WHERE case_id = :id"
        return [tuple(row) for row in session.execute(text(statement), {"id": case_id})]


def test_an_extension_is_decided_once(apart: Flask) -> None:
    """同一位组长的两个窗口：一个批、一个不批."""
    case_id, seen = asked_extension(apart)

    def approve(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_time.approve_extension(
            case, granted_wd=2, opinion="同意", actor=actor, now=LATER, seen=seen
        )

    def refuse(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_time.refuse_extension(case, opinion="照常办", actor=actor, now=LATER, seen=seen)

    words = at_once(apart, ("zhifa_lead", approve), ("zhifa_lead", refuse))
    winner, lost = split(words)
    approved = words[0].startswith("done:")
    action = "approve_extension" if approved else "refuse_extension"
    assert lost == f"changed_meanwhile:{winner}:{action}"
    assert decisions(apart, case_id) == [("APPROVED" if approved else "REFUSED", True)]
    told = [one for one, _ in entries(apart, case_id) if one.endswith("e_extension")]
    assert told == [action]
    with apart.app_context():
        clock = "SELECT extension_wd FROM case_clock WHERE case_id = :id AND clock = 'handle'"
        found = session.execute(text(clock), {"id": case_id}).scalar_one()
    assert found == (2 if approved else 0)


def test_a_suspension_is_decided_by_one_of_two_who_may(apart: Flask) -> None:
    """平台组长批准、综合协调组副组长不批."""
    case_id, seen = asked_suspension(apart)

    def approve(actor: Actor) -> None:
        case_suspend.approve_suspend(
            locked(case_id, actor=actor), until_on=date(2017, 5, 26), opinion="同意",
            actor=actor, now=LATER, seen=seen,
        )  # fmt: skip

    def refuse(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_suspend.refuse_suspend(case, opinion="照常办", actor=actor, now=LATER, seen=seen)

    words = at_once(apart, ("zhifa_lead", approve), ("deputy", refuse))
    winner, lost = split(words)
    approved = words[0].startswith("done:")
    action = "approve_suspend" if approved else "refuse_suspend"
    assert lost == f"changed_meanwhile:{winner}:{action}"
    assert state_of(apart, case_id)[0] == ("SUSPENDED" if approved else "PROCESSING")
    assert decisions(apart, case_id) == [("APPROVED" if approved else "REFUSED", True)]
    assert [one for one, _ in entries(apart, case_id)].count(action) == 1


def test_several_platforms_are_decided_by_the_head_or_the_secretary(apart: Flask) -> None:
    case_id, seen = asked_several(apart)

    def dispatch(actor: Actor) -> None:
        case = locked(case_id, actor=actor)
        case_multi.dispatch_multi(case, **BOTH, note="同意", actor=actor, now=LATER, seen=seen)

    words = at_once(apart, ("mayor", dispatch), ("secretary", dispatch))
    winner, lost = split(words)
    assert lost == f"changed_meanwhile:{winner}:dispatch_multi"
    assert state_of(apart, case_id)[0] == "DISPATCHED"
    with apart.app_context():
        count = text("SELECT count(*) FROM cooperation WHERE case_id = :id")
        assert session.execute(count, {"id": case_id}).scalar_one() == 1
    assert decisions(apart, case_id) == [("APPROVED", True)]
    assert [one for one, _ in entries(apart, case_id)].count("dispatch_multi") == 1


def resolved(app: Flask) -> tuple[int, int, int]:
    """提交了联席会议、会上有了决议、等着回写的一件."""
    with app.app_context(), unit_of_work():
        walk = Walk(who, NOW)
        case = walk.accepted()
        case_joint.submit_to_joint_meeting(
            case, agenda_title="治理分工", agenda_type="重大问题研究", dispute="归谁管",
            plan="执法牵头", reason=REASON, actor=who("clerk2"), now=walk.later(),
        )  # fmt: skip
        held = JointWalk(who, walk.now)
        held.scheduled()
        (item,) = session.execute(text("SELECT id FROM agenda_item WHERE source = 'CASE'")).one()
        meetings.admit(held.id, item_ids=[item], actor=held.g, now=held.later())
        meetings.notice(held.id, actor=held.f, now=held.later())
        held.now = WHEN
        meetings.open_meeting(held.id, actor=held.f, now=held.now)
        said = {"discussion": DISCUSSION, "conclusion": CONCLUSION}
        meetings.deliberate(held.id, item_id=item, **said, actor=held.f, now=held.later())
        terms = held.terms(
            content="执法牵头，六月十五日前办完",
            duty_person_id=person_id("盘月岚"),
            due_on=date(2017, 6, 15),
        )
        meetings.resolve(held.id, item_id=item, terms=terms, actor=held.f, now=held.later())
        meetings.mark_all_present(held.id, actor=held.f, now=held.later())
        meetings.close(held.id, actor=held.f, now=held.later(hours=1))
        draft = Draft("群众反映集中。", (), "各成员单位")
        meetings.draft_minutes(held.id, draft=draft, actor=held.f, now=held.later())
        meetings.review_minutes(held.id, actor=held.f2, now=held.later())
        meetings.sign_minutes(held.id, actor=held.g, now=held.later())
        (resolution,) = session.execute(text("SELECT id FROM resolution")).one()
        return case.id, case.version, resolution


def test_a_resolution_is_written_back_once(apart: Flask) -> None:
    case_id, seen, resolution = resolved(apart)
    then = WHEN + timedelta(days=1)

    def apply(actor: Actor) -> None:
        case_joint.apply_resolution(
            locked(case_id, actor=actor), resolution_id=resolution, actor=actor, now=then, seen=seen
        )

    winner, lost = split(at_once(apart, ("clerk", apply), ("clerk3", apply)))
    assert lost == f"changed_meanwhile:{winner}:apply_resolution"
    assert state_of(apart, case_id)[0] == "ACCEPTED"
    assert [one for one, _ in entries(apart, case_id)].count("apply_resolution") == 1
