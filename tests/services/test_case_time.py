"""延期与挂起：谁批得了、期限怎样移、到日自己恢复，重跑不变."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.services import attachments, case_suspend, case_time, clocks, ticking
from models.case_life import CaseProposal
from models.case_parts import CaseClock, Supervision
from tests.conftest import NOW
from tests.factories import REASON, Walk, photo

WORK = "已送达限期整改通知，正在组织人手。"


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def ask(walk, days, login="zhifa2", **more):
    return case_time.request_extension(
        walk.one,
        extension_wd=days,
        work_done=WORK,
        reason=REASON,
        actor=walk.actor(login),
        now=more.get("now") or walk.later(),
    )


def grant(walk, days, login="zhifa_lead", **more):
    return case_time.approve_extension(
        walk.one,
        granted_wd=days,
        opinion="同意",
        actor=walk.actor(login),
        now=more.get("now") or walk.later(),
    )


def handle(walk):
    return clocks.running_one(walk.one, clocks.Clock.HANDLE)


def test_an_extension_moves_both_cards_and_is_explained(walk, db_session):
    case = walk.processing()
    assert case.due_at == at("2017-05-27T17:30")
    ask(walk, 3)
    assert case.due_at == at("2017-05-27T17:30")
    grant(walk, 3)
    clock = handle(walk)
    assert (clock.extension_wd, case.due_at) == (3, at("2017-06-02T17:30"))
    assert clock.red_at == at("2017-06-09T17:30")
    row = db_session.execute(select(CaseProposal)).scalar_one()
    assert (row.state, row.granted) == ("APPROVED", {"wd": 3})
    assert row.decider_id != row.proposer_id


def test_a_second_request_waits_for_the_first_and_a_third_is_too_many(walk):
    walk.processing()
    ask(walk, 2)
    with pytest.raises(Refused, match="already_pending"):
        ask(walk, 1)
    grant(walk, 2)
    ask(walk, 3)
    case_time.refuse_extension(
        walk.one, opinion="不必再延", actor=walk.actor("zhifa_lead"), now=walk.later()
    )
    with pytest.raises(Refused, match="extension_times"):
        ask(walk, 1)


def test_more_than_five_days_or_a_leaders_own_request_goes_to_the_township_head(walk):
    walk.processing()
    ask(walk, 6)
    with pytest.raises(Refused, match="limit"):
        grant(walk, 6)
    with pytest.raises(Refused, match="extension_more_than_asked"):
        grant(walk, 7, "mayor")
    grant(walk, 6, "mayor")
    assert handle(walk).extension_wd == 6


def test_the_proposer_cannot_decide_even_with_the_seat(walk):
    walk.processing()
    ask(walk, 2, "zhifa_lead")
    with pytest.raises(Refused):
        grant(walk, 2)
    grant(walk, 2, "mayor")


def test_after_the_deadline_nothing_can_be_asked_and_a_red_card_voids_what_was(walk, db_session):
    case = walk.processing()
    ask(walk, 2, now=at("2017-05-27T17:00"))
    ticking.tick(now=at("2017-05-31T09:00"))
    assert case.card == "YELLOW"
    grant(walk, 2, now=at("2017-05-31T10:00"))
    assert case.card is None
    yellow = db_session.execute(select(Supervision)).scalar_one()
    assert yellow.is_void
    assert yellow.cancel_reason
    assert case.due_at == at("2017-06-01T17:30")
    ticking.tick(now=at("2017-06-01T17:31"))
    assert case.card == "YELLOW"
    with pytest.raises(Refused, match="past_due"):
        ask(walk, 1, now=at("2017-06-02T09:00"))


def test_a_red_card_voids_the_pending_request(walk, db_session):
    case = walk.processing()
    ask(walk, 2, now=at("2017-05-27T17:00"))
    ticking.tick(now=at("2017-06-30T09:00"))
    assert case.card == "RED"
    assert db_session.execute(select(CaseProposal.state)).scalar_one() == "VOID"
    with pytest.raises(Refused, match="nothing_pending"):
        grant(walk, 2, now=at("2017-06-30T10:00"))


def suspend(walk, cause="AWAIT_TEST", until="2017-05-26", login="zhifa2"):
    who = walk.actor(login)
    proof = attachments.upload(photo(), "basis.jpg", actor=who, now=walk.now)
    case_suspend.request_suspend(
        walk.one,
        suspend_reason=cause,
        resume_on=date.fromisoformat(until),
        attachments=[proof.id],
        reason=REASON,
        actor=who,
        now=walk.later(),
    )


def allow(walk, until="2017-05-26", login="zhifa_lead"):
    case_suspend.approve_suspend(
        walk.one,
        until_on=date.fromisoformat(until),
        opinion="同意",
        actor=walk.actor(login),
        now=walk.later(),
    )


def test_a_suspended_case_stands_still_and_goes_on_by_itself_on_the_day(walk, db_session):
    case = walk.processing()
    suspend(walk)
    allow(walk)
    assert (case.state, case.resume_state, case.due_at) == ("SUSPENDED", "PROCESSING", None)
    assert ticking.tick(now=at("2017-05-26T08:29")) == 0
    assert ticking.tick(now=at("2017-05-26T08:30")) == 1
    assert (case.state, case.resume_state) == ("PROCESSING", None)
    # 22 日停、26 日复：后移 4 个工作日
    assert case.due_at == at("2017-06-05T17:30")
    assert ticking.tick(now=at("2017-05-26T08:31")) == 0
    row = db_session.execute(select(CaseProposal)).scalar_one()
    assert (row.end_kind, row.ended_at) == ("DUE", at("2017-05-26T08:30"))


def test_it_can_be_resumed_by_hand_and_the_day_then_does_nothing(walk):
    case = walk.processing()
    suspend(walk)
    allow(walk)
    case_suspend.resume(
        case, note="检验结果提前出来了", actor=walk.actor("zhifa_lead"), now=walk.later()
    )
    assert case.state == "PROCESSING"
    assert ticking.tick(now=at("2017-05-26T08:30")) == 0


@pytest.mark.parametrize(
    ("cause", "until", "login", "code"),
    [
        ("AWAIT_TEST", "2017-06-30", "zhifa_lead", "suspend_too_long_wd"),
        ("AWAIT_TEST", "2017-08-01", "deputy", "suspend_too_long_nd"),
        ("LONG_TERM", "2017-05-26", "zhifa_lead", "suspend_long_term"),
        ("LONG_TERM", "2017-05-26", "deputy", "suspend_long_term"),
        ("AWAIT_TEST", "2017-05-22", "zhifa_lead", "suspend_until"),
    ],
)
def test_how_long_and_why_decide_who_may_suspend(walk, cause, until, login, code):
    walk.processing()
    suspend(walk, cause)
    with pytest.raises(Refused) as caught:
        allow(walk, until, login)
    assert caught.value.code == code


def test_finishing_voids_what_was_asked(walk, db_session):
    walk.processing()
    ask(walk, 2)
    suspend(walk)
    who = walk.actor("zhifa2")
    proof = attachments.upload(photo("red"), "done.jpg", actor=who, now=walk.now)
    from app.services import case_handling  # noqa: PLC0415 - 只此一处
    from tests.factories import LONG  # noqa: PLC0415

    case_handling.finish(
        walk.one,
        result="已解决",
        content=LONG,
        attachments=[proof.id],
        actor=who,
        now=walk.later(),
    )
    states = db_session.execute(select(CaseProposal.state)).scalars().all()
    assert states == ["VOID", "VOID"]


def test_two_spells_of_standing_still_add_up(walk, db_session):
    case = walk.processing()
    suspend(walk)
    allow(walk)
    ticking.tick(now=at("2017-05-26T08:30"))
    walk.now = at("2017-05-26T09:00")
    suspend(walk, until="2017-06-01")
    allow(walk, "2017-06-01")
    ticking.tick(now=at("2017-06-01T08:30"))
    clock = db_session.execute(select(CaseClock).where(CaseClock.clock == "handle")).scalar_one()
    assert len(clock.pauses) == 2
    # 4 + 3（27 补班、31、6月1日；28–30 端午）
    assert case.due_at == at("2017-06-08T17:30")
