"""案件走一步：真数据库上走一遍，拒绝的说得出为什么."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.access.scope import fetch
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.services import case_cards, case_closing, case_dispatch, case_intake, journal
from models.case import Case
from models.case_parts import Assignment, CaseClock, CaseOrg, Supervision
from models.journal import Journal
from tests.conftest import NOW
from tests.factories import REASON, Walk, hotline, org_id


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_a_case_walks_from_intake_to_archive(walk, db_session, township_id):
    case = walk.archived()

    assert case.state == "ARCHIVED"
    assert case.number == "BQ2017-00001"
    assert case.archive_no == "BQX-SGPT-2017-D10-ZF-0001"
    steps = db_session.execute(
        select(Journal.action).where(Journal.case_id == case.id).order_by(Journal.chain_seq)
    ).scalars()
    assert list(steps) == [
        "draft",
        "report",
        "accept",
        "dispatch",
        "sign_in",
        "finish",
        "verify",
        "feedback",
        "archive",
    ]
    assert journal.verify(township_id).is_whole
    assert not db_session.execute(
        select(func.count()).select_from(Assignment).where(Assignment.is_open)
    ).scalar()
    assert not db_session.execute(
        select(func.count())
        .select_from(CaseClock)
        .where(CaseClock.case_id == case.id, CaseClock.done_at.is_(None))
    ).scalar()


def test_a_draft_has_no_number_and_reporting_takes_the_next_without_a_gap(walk, actor):
    first = case_intake.draft(hotline(received_at=NOW), actor=actor("clerk"), now=NOW)
    assert first.number is None
    second = walk.reported()
    assert second.number == "BQ2017-00001"
    case_intake.report(first, actor=actor("clerk"), now=walk.later())
    assert first.number == "BQ2017-00002"


def test_the_same_submit_key_makes_one_case(actor):
    who = actor("clerk")
    one = case_intake.draft(hotline(), actor=who, now=NOW, submit_key="k1")
    two = case_intake.draft(hotline(), actor=who, now=NOW, submit_key="k1")
    assert one.id == two.id


def test_the_handling_deadline_runs_from_the_hand_over(walk):
    walk.now = at("2017-05-22T09:40")
    case = walk.dispatched()
    assert case.due_at == at("2017-05-27T17:30")


def test_one_who_handled_the_case_cannot_verify_it(walk, actor):
    case = walk.handled()
    with pytest.raises(Refused) as refused:
        case_closing.verify(
            case, method="资料", opinion="自查", actor=actor("zhifa2"), now=walk.later()
        )
    assert refused.value.code == "not_granted"


def test_the_operator_of_another_platform_cannot_even_find_the_case(walk, actor):
    case = walk.dispatched()
    with pytest.raises(Refused) as refused:
        fetch(Case, case.id, actor("zongzhi"))
    assert refused.value.code == "not_found"
    assert fetch(Case, case.id, actor("zhifa")).id == case.id


def test_a_two_post_person_never_uses_one_holding_over_the_rows_of_the_other(walk, actor):
    """u56 是安监站人员，又是金村网格员：只能办派到安监站的，不能办本网格的其他案件."""
    case = walk.processing(grid_id=None, village_id=None)
    both = actor("grid03b")
    with pytest.raises(Refused):
        fetch(Case, case.id, both)
    case_dispatch.transfer(
        case,
        org_id=org_id("AJZ"),
        handler_id=both.person_id,
        actor=actor("zhifa2"),
        now=walk.later(),
    )
    assert fetch(Case, case.id, actor("grid03b")).org_id == org_id("AJZ")


def test_the_first_return_is_the_operators_the_second_the_leaders(walk, actor):
    case = walk.dispatched()
    give_back = {"return_reason": "不属本平台职责", "suggestion": "市场监管", "reason": REASON}
    case_dispatch.return_case(case, **give_back, actor=actor("zhifa"), now=walk.later())
    assert (case.state, case.platform, case.return_count) == ("ACCEPTED", None, 1)
    case_dispatch.dispatch(case, platform="ZF", actor=actor("clerk"), now=walk.later())
    with pytest.raises(Refused) as refused:
        case_dispatch.return_case(case, **give_back, actor=actor("zhifa"), now=walk.later())
    assert refused.value.code == "return_by_leader"
    case_dispatch.return_case(case, **give_back, actor=actor("zhifa_lead"), now=walk.later())
    assert case.return_count == 2


def test_a_form_that_saw_an_older_version_is_told_who_moved_the_case(walk, actor):
    case = walk.accepted()
    seen = case.version
    case_dispatch.dispatch(case, platform="ZF", actor=actor("clerk"), now=walk.later(), seen=seen)
    with pytest.raises(Refused) as refused:
        case_dispatch.dispatch(
            case, platform="SJ", actor=actor("clerk2"), now=walk.later(), seen=seen
        )
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.facts["who"] == "蓝其蓁"


def test_another_platform_than_the_rules_needs_a_note(walk, actor):
    case = walk.accepted()
    with pytest.raises(Refused) as refused:
        case_dispatch.dispatch(case, platform="SJ", actor=actor("clerk"), now=walk.later())
    assert refused.value.code == "dispatch_note"


def test_cards_come_at_the_moment_due_and_only_once(walk, db_session):
    walk.now = at("2017-05-15T14:30")
    case = walk.processing()
    yellow, red = at("2017-05-22T17:30"), at("2017-05-27T17:30")
    assert case_cards.tick(now=yellow) == 0
    assert case_cards.tick(now=yellow + timedelta(minutes=3)) == 1
    assert case_cards.tick(now=yellow + timedelta(minutes=3)) == 0
    assert case_cards.tick(now=red + timedelta(seconds=1)) == 1
    cards = db_session.execute(
        select(Supervision.kind, Supervision.triggered_at, Supervision.owner).order_by(
            Supervision.triggered_at
        )
    ).all()
    assert [tuple(c) for c in cards] == [("YELLOW", yellow, "ZF"), ("RED", red, "ZF")]
    assert case.card == "RED"
    assert case.next_tick_at is None


def test_rework_moves_the_deadline_by_the_time_it_waited_for_the_check(walk, actor):
    walk.now = at("2017-05-15T14:30")
    case = walk.handled()
    due_before = at("2017-05-22T17:30")
    walk.now = at("2017-05-17T10:00")
    case_closing.rework(
        case,
        faults="缺农户签字",
        demand="补齐签字",
        reason=REASON,
        actor=actor("clerk3"),
        now=walk.now,
    )
    assert case.state == "PROCESSING"
    assert case.due_at == due_before + timedelta(days=2)


def test_the_past_office_keeps_reading_after_a_transfer(walk, actor, db_session):
    case = walk.processing()
    case_dispatch.transfer(
        case,
        org_id=org_id("ZFZD"),
        handler_id=actor("chengguan").person_id,
        actor=actor("zhifa2"),
        now=walk.later(),
    )
    rows = db_session.execute(
        select(CaseOrg.org_id, CaseOrg.is_current).where(CaseOrg.case_id == case.id)
    ).all()
    assert set(rows) == {(org_id("SHZX"), False), (org_id("ZFZD"), True)}
