"""签发之后：议定事项生效、回到案件、下次列出；谁看得到，谁改过，几条语句。"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.access.actor import Actor
from app.access.load import actor_of_person
from app.domain.working_time import SHANGHAI
from app.queries.meeting_agenda import follow_ups, resolutions_of
from app.queries.meeting_case import resolutions_of_case
from app.queries.meeting_list import meeting_page, series_of
from app.queries.meetings import head_of
from app.services import journal, meetings
from models.attachment import Notification
from models.journal import Journal
from models.meeting import Attendance, Minutes
from models.people import Holding, Post
from tests.conftest import NOW
from tests.factories import Walk, person_id
from tests.meeting_walk import REASON, MeetingWalk, refused
from tests.sql import counted


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


def test_resolutions_take_effect_with_their_numbers_and_come_back_to_the_case(
    walk, actor, db_session
):
    case = Walk(actor, NOW).processing()
    walk.opened()
    [item] = meetings.collect_cases(
        walk.id, case_ids=[case.id], agreed=True, actor=walk.f, now=walk.later()
    )
    meetings.admit(walk.id, item_ids=[item.id], actor=walk.g, now=walk.later())
    walk.debated(walk.standing())
    walk.debated(item)
    meetings.resolve(walk.id, item_id=item.id, terms=walk.terms(), actor=walk.f, now=walk.later())
    grid_member = actor("grid09")
    assert resolutions_of_case(case.id, actor=grid_member) == []
    assert len(resolutions_of_case(case.id, actor=walk.f)) == 1
    meetings.mark_all_present(walk.id, actor=walk.f, now=walk.later())
    meetings.close(walk.id, actor=walk.f, now=walk.later())
    meetings.draft_minutes(walk.id, actor=walk.f, now=walk.later())
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    document = meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    assert document.number == "执法例会纪要〔2017〕第21周"
    [row] = resolutions_of_case(case.id, actor=grid_member)
    assert row.number == "2017年第21周综合执法平台例会-决01"
    assert (row.state, row.duty, row.can_open) == ("EFFECTIVE", "蓝望岫", False)
    assert resolutions_of_case(case.id, actor=actor("zongzhi")) == []
    line = db_session.execute(
        select(Journal).where(Journal.case_id == case.id, Journal.subject_kind == "resolution")
    ).scalar_one()
    assert line.data["number"] == row.number
    told = db_session.execute(
        select(Notification).where(Notification.kind == "resolution.effective")
    ).scalar_one()
    assert told.person_id == person_id("蓝望岫")


def test_the_next_meeting_lists_what_the_last_one_resolved_and_how_it_went(walk, actor):
    walk.signed()
    first = walk.meeting
    [row] = resolutions_of(walk.id)
    meetings.report_resolution(
        row.id, text="清运点已装好一个", done=False, actor=walk.f, now=walk.later()
    )
    walk.at(31, 9)
    walk.scheduled(datetime(2017, 5, 31, 14, 30, tzinfo=SHANGHAI))
    [line] = follow_ups(first.series_id, before=walk.meeting.planned_at)
    assert (line.resolution.state, line.note) == ("IN_PROGRESS", "清运点已装好一个")


def test_a_reported_resolution_is_confirmed_by_the_leader_or_sent_back(walk, actor):
    walk.signed()
    [row] = resolutions_of(walk.id)
    duty = actor("zhifa")
    refused(
        "not_found",
        lambda: meetings.report_resolution(
            row.id, text="完成", done=True, actor=actor("zongzhi"), now=walk.later()
        ),
    )
    meetings.report_resolution(row.id, text="两处已建成", done=True, actor=duty, now=walk.later())
    refused(
        "not_granted",
        lambda: meetings.confirm_resolution(row.id, actor=duty, now=walk.later()),
    )
    back = meetings.confirm_resolution(
        row.id,
        passed=False,
        reason="现场查看只建成一处，继续落实",
        actor=walk.g,
        now=walk.later(),
    )
    assert back.state == "IN_PROGRESS"
    meetings.report_resolution(row.id, text="第二处建成", done=True, actor=duty, now=walk.later())
    assert meetings.confirm_resolution(row.id, actor=walk.g, now=walk.later()).state == "CONFIRMED"


def test_reissuing_makes_a_second_edition_and_keeps_the_first(walk, db_session):
    first = walk.signed()
    second = meetings.reissue_minutes(
        walk.id,
        reason="上周工作分析中收件数写错，更正为3件",
        draft=meetings.Draft(analysis="上周收件3件。"),
        actor=walk.g,
        now=walk.later(),
    )
    assert (first.state, second.edition, second.number) == ("REPLACED", 2, first.number)
    assert second.sheet["sheet"]["correction"].startswith("上周工作分析")
    assert second.sheet["sheet"]["analysis"] == ["上周收件3件。"]
    editions = db_session.execute(
        select(Minutes.edition, Minutes.state).where(Minutes.meeting_id == walk.id)
    ).all()
    assert sorted(map(tuple, editions)) == [(1, "ISSUED"), (2, "ISSUED")]
    assert walk.meeting.state == "MINUTED"


def test_an_acting_leaders_signature_says_so(walk, actor, db_session):
    post = db_session.execute(select(Post).where(Post.code == "P-FGZF")).scalar_one()
    lead = db_session.execute(select(Holding).where(Holding.post_id == post.id)).scalar_one()
    lead.valid_to = date(2017, 5, 20)
    stand_in = person_id("钟松屿")
    db_session.add(
        Holding(
            township_id=lead.township_id,
            person_id=stand_in,
            role_id=lead.role_id,
            post_id=post.id,
            platform="ZF",
            mode="代行",
            valid_from=date(2017, 5, 21),
            valid_to=date(2017, 7, 30),
        )
    )
    db_session.flush()
    acting = actor_of_person(stand_in, date(2017, 5, 25))
    walk.opened()
    walk.debated(walk.standing())
    meetings.mark_all_present(walk.id, actor=walk.f, now=walk.later())
    meetings.close(walk.id, actor=walk.f, now=walk.later())
    meetings.draft_minutes(walk.id, actor=walk.f, now=walk.later())
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    document = meetings.sign_minutes(walk.id, actor=acting, now=walk.later())
    signer = document.sheet["sheet"]["signer"]
    assert (signer["name"], signer["mode"]) == ("钟松屿", "代行")


def test_meetings_are_seen_by_their_platform_the_township_and_the_inspector(walk, actor):
    walk.noticed()

    def seen(login):
        return [row.id for row in meeting_page(actor=actor(login)).rows]

    for login in ("zhifa", "zhifa_lead", "clerk", "mayor", "jiwei", "chengguan"):
        assert seen(login) == [walk.id], login
    for login in ("zongzhi", "shichang", "grid01", "sifa"):
        assert seen(login) == [], login
        refused("not_found", lambda login=login: head_of(walk.id, actor=actor(login)))
    assert len(series_of(actor("clerk"))) == 5
    assert [one.code for one in series_of(actor("zhifa"))] == ["MS-ZF"]


def test_the_inspector_reads_but_changes_nothing(walk, actor):
    walk.reviewed()
    inspector = actor("jiwei")
    assert head_of(walk.id, actor=inspector).state == "CLOSED"
    for step in (
        lambda: meetings.sign_minutes(walk.id, actor=inspector, now=walk.later()),
        lambda: meetings.draft_minutes(walk.id, actor=inspector, now=walk.later()),
        lambda: meetings.cancel(walk.id, reason=REASON, actor=inspector, now=walk.later()),
    ):
        refused("not_granted", step)


def test_a_stale_form_is_told_who_changed_what(walk):
    walk.opened()
    seen = walk.meeting.version
    meetings.mark_all_present(walk.id, actor=walk.f2, now=walk.later())
    caught = refused(
        "changed_meanwhile",
        lambda: meetings.close(walk.id, seen=seen, actor=walk.f, now=walk.later()),
        who="雷霁月",
    )
    assert caught.facts["action"] == "meeting.roll_call"


def test_every_step_is_in_the_journal_chain(walk, township_id, db_session):
    walk.signed()
    actions = db_session.execute(
        select(Journal.action)
        .where(Journal.subject_kind == "meeting", Journal.subject_id == walk.id)
        .order_by(Journal.chain_seq)
    ).scalars()
    assert set(actions) == {
        "schedule",
        "roll_call",
        "collect_agenda",
        "admit_agenda",
        "assign",
        "draft_minutes",
        "review_minutes",
        "sign_minutes",
    }
    assert journal.verify(township_id).is_whole


def test_two_meetings_page_one_after_another(walk, db_session):
    walk.scheduled()
    page = meeting_page(actor=walk.f)
    assert (page.count, page.next, page.previous) == (1, None, None)
    assert db_session.execute(select(func.count()).select_from(Attendance)).scalar_one() == 0


@pytest.mark.parametrize("step", ["schedule", "notice", "open", "close", "draft", "review", "sign"])
def test_each_step_stays_within_its_statements(walk, step, db_session):
    before = {
        "schedule": lambda: None,
        "notice": walk.scheduled,
        "open": walk.noticed,
        "close": walk.opened,
        "draft": walk.closed,
        "review": walk.drafted,
        "sign": walk.reviewed,
    }
    who: dict[str, Actor] = {"review": walk.f2, "sign": walk.g}
    person = who.get(step, walk.f)
    before[step]()
    if step == "close":
        meetings.mark_all_present(walk.id, actor=walk.f, now=walk.later())
    if step == "open":
        walk.now = walk.meeting.planned_at
    db_session.commit()
    db_session.expire_all()
    run = {
        "schedule": walk.scheduled,
        "notice": lambda: meetings.notice(walk.id, actor=person, now=walk.later()),
        "open": lambda: meetings.open_meeting(walk.id, actor=person, now=walk.later()),
        "close": lambda: meetings.close(walk.id, actor=person, now=walk.later()),
        "draft": lambda: meetings.draft_minutes(walk.id, actor=person, now=walk.later()),
        "review": lambda: meetings.review_minutes(walk.id, actor=person, now=walk.later()),
        "sign": lambda: meetings.sign_minutes(walk.id, actor=person, now=walk.later()),
    }
    with counted() as found:
        run[step]()
        db_session.flush()
    assert len(found) <= 25, found.report


def test_the_database_itself_refuses_one_person_in_two_of_the_three_places(walk, db_session):
    walk.drafted()
    row = db_session.execute(select(Minutes).where(Minutes.meeting_id == walk.id)).scalar_one()
    row.reviewed_by_id = row.drafted_by_id
    with pytest.raises(IntegrityError), db_session.begin_nested():
        db_session.flush()
