"""议题与议定事项：从案件列入，组长定列不列，审议之后才有议定事项。"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.working_time import SHANGHAI
from app.queries.meeting_agenda import candidates
from app.queries.meeting_case import meetings_of_case
from app.queries.meetings import head_of
from app.services import meetings
from models.journal import Journal
from tests.conftest import NOW
from tests.factories import Walk, org_id
from tests.meeting_walk import PLACE, MeetingWalk, refused, series_id


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


def test_a_case_becomes_an_agenda_item_and_leaves_a_line_on_the_case(walk, actor, db_session):
    case = Walk(actor, NOW).processing()
    walk.scheduled()
    [item] = meetings.collect_cases(
        walk.id, case_ids=[case.id], agreed=True, actor=walk.f, now=walk.later()
    )
    assert (item.source, item.case_id, item.title) == ("CASE", case.id, case.title)
    line = db_session.execute(
        select(Journal).where(Journal.case_id == case.id, Journal.module == "meeting")
    ).scalar_one()
    assert line.action == "collect_agenda"
    refused(
        "agenda_listed",
        lambda: meetings.collect_cases(
            walk.id, case_ids=[case.id], agreed=True, actor=walk.f, now=walk.later()
        ),
    )
    assert [row.id for row in meetings_of_case(case.id, actor=walk.f)] == [walk.id]


def test_another_platforms_case_cannot_be_taken_by_its_id(walk, actor, db_session):
    case = Walk(actor, NOW).dispatched(platform="ZF")
    foreign = MeetingWalk(actor, NOW)
    foreign.found = meetings.schedule(
        series_id=series_id("MS-ZZ"),
        planned_at=datetime(2017, 5, 24, 9, tzinfo=SHANGHAI),
        place=PLACE,
        actor=actor("zongzhi"),
        now=NOW,
    )
    refused(
        "not_found",
        lambda: meetings.collect_cases(
            foreign.id, case_ids=[case.id], agreed=True, actor=actor("zongzhi"), now=NOW
        ),
    )


def test_overdue_and_returned_cases_are_offered_and_sensitive_titles_are_hidden(
    walk, actor, db_session
):
    plain = Walk(actor, NOW).processing()
    late = Walk(actor, NOW).processing()
    late.due_at = NOW - timedelta(days=1)
    hidden = Walk(actor, NOW).dispatched()
    hidden.is_sensitive = True
    db_session.flush()
    walk.scheduled()
    rows = candidates(head_of(walk.id, actor=walk.f), actor=walk.f, now=NOW)
    offered = {row.id: row for row in rows}
    assert plain.id not in offered
    assert offered[late.id].is_overdue
    assert offered[hidden.id].title is None


def test_after_the_closing_date_an_item_needs_the_leaders_consent(walk):
    walk.scheduled()

    def collect(**extra):
        return meetings.collect(
            walk.id, title="临时议题", actor=walk.f, now=walk.at(23, 9), **extra
        )

    refused("agenda_late", collect)
    assert collect(agreed=True).state == "COLLECTED"


def test_only_the_leader_admits_items_and_declining_needs_a_reason(walk):
    walk.scheduled()
    item = meetings.collect(walk.id, title="议题甲", agreed=True, actor=walk.f, now=walk.later())

    def admit(who, **extra):
        return meetings.admit(walk.id, item_ids=[item.id], actor=who, now=walk.later(), **extra)

    refused("not_granted", lambda: admit(walk.f))
    refused("agenda_decline_reason", lambda: admit(walk.g, outcome="DECLINED"))
    admit(walk.g)
    assert item.state == "ADMITTED"
    refused("no_such_step", lambda: admit(walk.g))


def test_items_move_up_and_down_but_never_above_the_standing_one(walk):
    walk.scheduled()
    first, second = (
        meetings.collect(walk.id, title=t, agreed=True, actor=walk.f, now=walk.later())
        for t in ("甲", "乙")
    )
    meetings.arrange(walk.id, item_id=second.id, up=True, actor=walk.f, now=walk.later())
    assert (second.order_no, first.order_no) == (1, 2)
    meetings.arrange(walk.id, item_id=second.id, up=True, actor=walk.f, now=walk.later())
    assert (second.order_no, first.order_no) == (1, 2)
    refused(
        "agenda_standing",
        lambda: meetings.arrange(
            walk.id, item_id=walk.standing().id, up=False, actor=walk.f, now=walk.later()
        ),
    )


def test_a_resolution_needs_a_deliberated_item(walk):
    walk.opened()
    item = walk.item()
    refused(
        "agenda_not_deliberated",
        lambda: meetings.resolve(
            walk.id, item_id=item.id, terms=walk.terms(), actor=walk.f, now=walk.later()
        ),
    )
    walk.debated(item)
    row = meetings.resolve(
        walk.id,
        item_id=item.id,
        terms=walk.terms(assist_org_ids=[org_id("ZFZD")]),
        actor=walk.f,
        now=walk.later(),
    )
    assert (row.state, row.order_no, item.state) == ("DRAFTED", 1, "RESOLVED")
    assert row.duty_post == "社会事业服务中心主任"
    assert row.assist_orgs == "综合行政执法中队（片区）"


def test_dropping_a_resolution_renumbers_the_rest_but_keeps_the_last_of_an_item(walk, db_session):
    walk.opened()
    item = walk.debated(walk.item())
    first, second = (
        meetings.resolve(
            walk.id, item_id=item.id, terms=walk.terms(), actor=walk.f, now=walk.later()
        )
        for _ in range(2)
    )
    meetings.drop_resolution(walk.id, resolution_id=first.id, actor=walk.f, now=walk.later())
    assert second.order_no == 1
    refused(
        "resolution_last",
        lambda: meetings.drop_resolution(
            walk.id, resolution_id=second.id, actor=walk.f, now=walk.later()
        ),
    )


def test_an_item_of_a_case_may_be_returned_to_the_case(walk, actor):
    case = Walk(actor, NOW).processing()
    walk.opened()
    [item] = meetings.collect_cases(
        walk.id, case_ids=[case.id], agreed=True, actor=walk.f, now=walk.later()
    )
    meetings.admit(walk.id, item_ids=[item.id], actor=walk.g, now=walk.later())
    walk.debated(item)
    meetings.return_item(
        walk.id, item_id=item.id, reason="按原分工办理即可", actor=walk.f, now=walk.later()
    )
    assert item.state == "RETURNED_CASE"
