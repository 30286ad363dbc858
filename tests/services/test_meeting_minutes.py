"""纪要：三签不同人，要素不齐不能签，审核过的只有退回才能改。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.services import meetings
from models.meeting import Minutes, Resolution
from models.people import Holding
from tests.conftest import NOW
from tests.factories import Walk
from tests.meeting_walk import DISCUSSION, MeetingWalk, refused
from tests.services.raw import broken_by_hand


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


def test_drafting_fills_in_the_figures_of_last_week_and_locks_them(walk, actor, db_session):
    Walk(actor, NOW - timedelta(days=7)).processing()
    walk.drafted()
    row = db_session.execute(select(Minutes).where(Minutes.meeting_id == walk.id)).scalar_one()
    parts = {one["code"]: one for one in row.sections}
    assert parts["analysis"]["text"].startswith(
        "上周（5月15日至5月21日）本平台收件1件，办结0件，退回重分0件；"
    )
    assert parts["snapshot"]["rows"][0] == ["收件（件）", "1", "0"]
    meetings.draft_minutes(
        walk.id,
        draft=meetings.Draft(analysis="另写"),
        actor=walk.f,
        now=walk.later(),
    )
    kept = {one["code"]: one for one in row.sections}
    assert kept["analysis"]["text"] == "另写"
    assert kept["snapshot"] == parts["snapshot"]


def test_the_draft_is_version_checked_and_belongs_to_its_drafter(walk):
    walk.drafted()
    draft = meetings.Draft(analysis="改")

    def save(who, seen=1):
        return meetings.draft_minutes(walk.id, draft=draft, seen=seen, actor=who, now=walk.later())

    refused("minutes_other_drafter", lambda: save(walk.f2), who="蓝望岫")
    assert save(walk.f).version == 2
    refused("minutes_changed", lambda: save(walk.f))


def test_whoever_takes_over_the_draft_can_no_longer_review_it(walk):
    walk.drafted()
    meetings.take_over_draft(walk.id, actor=walk.f2, now=walk.later())
    refused("limit", lambda: meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later()))
    assert meetings.review_minutes(walk.id, actor=walk.f, now=walk.later()).state == "REVIEWED"


def test_three_different_people_draft_review_and_sign(walk, db_session):
    walk.drafted()
    refused("limit", lambda: meetings.review_minutes(walk.id, actor=walk.f, now=walk.later()))
    refused("no_such_step", lambda: meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later()))
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    for who in (walk.f, walk.f2):
        refused(
            "not_granted",
            lambda who=who: meetings.sign_minutes(walk.id, actor=who, now=walk.later()),
        )
    meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    row = db_session.execute(select(Minutes).where(Minutes.meeting_id == walk.id)).scalar_one()
    assert len({row.drafted_by_id, row.reviewed_by_id, row.signed_by_id}) == 3
    assert walk.meeting.state == "MINUTED"


def test_inv05_the_database_refuses_minutes_of_fewer_than_three_people(walk):
    """INV05 之于纪要：绕过服务也不成；待批条的在 test_invariants."""
    walk.signed()
    for column, other in (
        ("reviewed_by_id", "drafted_by_id"),
        ("signed_by_id", "drafted_by_id"),
        ("signed_by_id", "reviewed_by_id"),
    ):
        assert "minutes" in broken_by_hand(f"UPDATE minutes SET {column} = {other}")


def test_a_leader_who_also_drafted_cannot_sign(walk, db_session):
    """组长若兼操作员、自己起草，就不能自己签."""
    operator = (
        db_session.execute(select(Holding).where(Holding.person_id == walk.f.person_id))
        .scalars()
        .first()
    )
    both = Holding(
        township_id=operator.township_id,
        person_id=walk.g.person_id,
        role_id=operator.role_id,
        platform="ZF",
        mode="兼任",
        valid_from=date(2017, 4, 18),
    )
    db_session.add(both)
    walk.closed()
    meetings.draft_minutes(walk.id, actor=walk.g, now=walk.later())
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    refused(
        "minutes_by_drafter",
        lambda: meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later()),
    )


@pytest.mark.parametrize(
    ("gap", "lacking"),
    [
        ({"duty_person_id": None}, ("person",)),
        ({"lead_org_id": None}, ("lead_org",)),
        ({"due_on": None}, ("due_on",)),
    ],
)
def test_minutes_with_a_gap_can_neither_be_reviewed_nor_signed(walk, gap, lacking, db_session):
    walk.drafted(walk.terms(**gap))
    [found] = meetings.gaps(walk.id, actor=walk.f)
    assert (found.code, found.facts["lacking"]) == ("resolution", lacking)
    refused(
        "resolution_gaps",
        lambda: meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later()),
        numbers=("决01",),
    )
    row = db_session.execute(select(Resolution)).scalar_one()
    meetings.amend_resolution(
        walk.id, resolution_id=row.id, terms=walk.terms(), actor=walk.f, now=walk.later()
    )
    assert meetings.gaps(walk.id, actor=walk.f) == ()
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())


def test_an_item_nobody_deliberated_keeps_the_minutes_open(walk):
    walk.opened()
    item = walk.item("没来得及议的")
    walk.debated(walk.standing())
    meetings.mark_all_present(walk.id, actor=walk.f, now=walk.later())
    meetings.close(walk.id, actor=walk.f, now=walk.later())
    meetings.draft_minutes(walk.id, actor=walk.f, now=walk.later())
    assert [gap.code for gap in meetings.gaps(walk.id, actor=walk.f)] == ["item_open"]
    meetings.admit(walk.id, item_ids=[item.id], outcome="DEFERRED", actor=walk.g, now=walk.later())
    assert meetings.gaps(walk.id, actor=walk.f) == ()


def test_reviewed_minutes_are_settled_until_somebody_returns_them(walk):
    walk.reviewed()
    item = walk.standing()
    refused(
        "minutes_settled",
        lambda: meetings.deliberate(
            walk.id, item_id=item.id, discussion=DISCUSSION, actor=walk.f, now=walk.later()
        ),
    )
    refused(
        "reason_short",
        lambda: meetings.return_minutes(walk.id, reason="改", actor=walk.g, now=walk.later()),
    )
    row = meetings.return_minutes(
        walk.id, reason="第一项责任单位写错，请改正", actor=walk.g, now=walk.later()
    )
    assert (row.state, row.reviewed_by_id) == ("DRAFT", None)
    meetings.deliberate(
        walk.id, item_id=item.id, discussion=DISCUSSION, actor=walk.f, now=walk.later()
    )


def test_a_reviewer_may_send_the_draft_back_with_a_reason(walk):
    walk.drafted()
    row = meetings.review_minutes(
        walk.id,
        approve=False,
        opinion="分析太笼统，请补上退回原因",
        actor=walk.f2,
        now=walk.later(),
    )
    assert (row.state, row.return_reason) == ("DRAFT", "分析太笼统，请补上退回原因")
