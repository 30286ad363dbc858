"""平台例会：一周一次，应到由在任职务带出，三签不同人，要素不齐不能签，议定事项回到案件。"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.access.actor import Actor
from app.access.load import actor_of_person
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.meeting_agenda import candidates, follow_ups, resolutions_of
from app.queries.meeting_case import meetings_of_case, resolutions_of_case
from app.queries.meeting_list import meeting_page, series_of
from app.queries.meeting_roll import roll_of, seats_of, tally
from app.queries.meetings import head_of
from app.services import journal, meetings
from models.attachment import Notification
from models.journal import Journal
from models.meeting import Attendance, Minutes, Resolution
from models.people import Holding, Post
from tests.conftest import NOW
from tests.factories import Walk, org_id, person_id
from tests.meeting_walk import DISCUSSION, PLACE, MeetingWalk, series_id
from tests.sql import counted

REASON = "组长赴县里开会，经请示改期举行。"


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


def refused(code, step, **facts):
    """这一步须以此拒绝."""
    with pytest.raises(Refused) as caught:
        step()
    assert caught.value.code == code
    for name, value in facts.items():
        assert caught.value.facts[name] == value
    return caught.value


# 排期


def test_a_weekly_meeting_is_named_after_its_week_and_lists_the_standing_item_first(walk):
    meeting = walk.scheduled()
    assert meeting.title == "2017年第21周综合执法平台例会"
    assert (meeting.year, meeting.week, meeting.term) == (2017, 21, 1)
    assert (meeting.platform, meeting.state, meeting.version) == ("ZF", "PLANNED", 1)
    item = walk.standing()
    assert (item.title, item.state, item.order_no) == ("上次议定事项落实情况", "ADMITTED", 0)


def test_a_series_meets_once_a_week_unless_the_first_was_cancelled(walk):
    walk.scheduled()
    friday = datetime(2017, 5, 26, 9, tzinfo=SHANGHAI)
    refused("week_taken", lambda: walk.scheduled(friday), title="2017年第21周综合执法平台例会")
    meetings.cancel(walk.id, reason=REASON, actor=walk.g, now=walk.later())
    again = walk.scheduled(friday)
    assert (again.week, again.term) == (21, 2)


def test_a_meeting_cannot_be_scheduled_in_the_past(walk):
    refused("meeting_in_past", lambda: walk.scheduled(datetime(2017, 5, 19, 9, tzinfo=SHANGHAI)))


def test_only_the_platforms_own_operator_schedules(walk, actor):
    for login in ("zongzhi", "zhifa_lead", "clerk", "jiwei", "grid01"):
        with pytest.raises(Refused):
            meetings.schedule(
                series_id=series_id(),
                planned_at=NOW + timedelta(days=1),
                place=PLACE,
                actor=actor(login),
                now=NOW,
            )


def test_the_joint_meeting_is_not_scheduled_here_yet(walk, actor):
    refused(
        "series_not_weekly",
        lambda: meetings.schedule(
            series_id=series_id("MS-JM"),
            planned_at=NOW + timedelta(days=1),
            place=PLACE,
            actor=actor("clerk"),
            now=NOW,
        ),
    )


def test_the_notice_reaches_everybody_expected_but_the_sender(walk, db_session):
    meeting = walk.noticed()
    told = set(
        db_session.execute(
            select(Notification.person_id).where(Notification.meeting_id == meeting.id)
        ).scalars()
    )
    expected = {seat.person_id for seat in seats_of(meeting.body_id, "ZF", date(2017, 5, 24))}
    assert told == expected - {walk.f.person_id, None}
    assert meeting.state == "NOTICED"


def test_rescheduling_needs_the_leader_and_a_reason_and_renames_the_meeting(walk):
    walk.noticed()
    monday = datetime(2017, 5, 31, 9, tzinfo=SHANGHAI)

    def move(**changes):
        values = {"planned_at": monday, "place": "党群服务中心", "reason": REASON, "actor": walk.g}
        return meetings.reschedule(walk.id, now=walk.later(), **{**values, **changes})

    refused("not_granted", lambda: move(actor=walk.f))
    refused("reason_short", lambda: move(reason="改期"))
    assert move().title == "2017年第22周综合执法平台例会"
    assert walk.meeting.state == "NOTICED"


def test_cancelling_needs_a_reason_of_ten_characters(walk):
    walk.noticed()
    refused(
        "reason_short",
        lambda: meetings.cancel(walk.id, reason="不开了", actor=walk.g, now=walk.later()),
    )
    assert meetings.cancel(walk.id, reason=REASON, actor=walk.g, now=walk.later()).cancel_reason


# 点名


def test_the_roll_comes_from_the_posts_held_that_day_and_shows_vacancies(walk, db_session):
    db_session.execute(select(Holding))
    post = db_session.execute(select(Post).where(Post.code == "P-HBS")).scalar_one()
    holding = db_session.execute(select(Holding).where(Holding.post_id == post.id)).scalar_one()
    holding.valid_to = date(2017, 5, 20)
    db_session.flush()
    walk.opened()
    lines = roll_of(walk.id)
    assert "钟碧澜" not in {line.name for line in lines}
    assert lines[0].name == "盘月岚"
    assert lines[0].function == "LEADER"
    seats = seats_of(walk.meeting.body_id, "ZF", date(2017, 5, 24))
    assert [seat.post for seat in seats if seat.person_id is None] == [post.name]


def test_an_acting_holder_is_expected_when_the_post_is_otherwise_vacant(walk, db_session):
    post = db_session.execute(select(Post).where(Post.code == "P-HBS")).scalar_one()
    holding = db_session.execute(select(Holding).where(Holding.post_id == post.id)).scalar_one()
    holding.valid_to = date(2017, 5, 20)
    acting = Holding(
        township_id=holding.township_id,
        person_id=person_id("雷济川"),
        role_id=holding.role_id,
        post_id=post.id,
        org_id=holding.org_id,
        mode="代行",
        valid_from=date(2017, 5, 21),
        valid_to=date(2017, 6, 19),
    )
    db_session.add(acting)
    db_session.flush()
    walk.opened()
    line = next(line for line in roll_of(walk.id) if line.name == "雷济川")
    assert (line.post, line.mode, line.is_expected) == (post.name, "代行", True)


def test_a_meeting_opens_on_its_day_and_not_after_its_week(walk):
    walk.noticed()
    refused(
        "meeting_not_yet",
        lambda: meetings.open_meeting(walk.id, actor=walk.f, now=walk.at(23, 9)),
    )
    refused(
        "meeting_week_over",
        lambda: meetings.open_meeting(walk.id, actor=walk.f, now=walk.at(29, 9)),
    )
    opened = meetings.open_meeting(walk.id, actor=walk.f, now=walk.at(24, 14, 28))
    assert opened.host_id == person_id("盘月岚")
    assert opened.recorder_id == walk.f.person_id


def test_whoever_is_unmarked_counts_as_absent_when_the_meeting_closes(walk):
    walk.opened()
    lead, other = person_id("盘月岚"), person_id("雷巡野")
    meetings.mark(walk.id, person_id=lead, status="出席", actor=walk.f, now=walk.later())
    meetings.mark(
        walk.id, person_id=other, status="请假", reason="外出培训", actor=walk.f, now=walk.later()
    )
    meetings.close(walk.id, actor=walk.f, now=walk.later())
    lines = {line.person_id: line.status for line in roll_of(walk.id)}
    assert lines[lead] == "出席"
    assert lines[other] == "请假"
    assert set(lines.values()) == {"出席", "请假", "缺席"}
    assert tally(roll_of(walk.id)).present == 1


def test_after_the_meeting_a_late_leave_only_adds_a_note_and_needs_a_reason(walk):
    walk.opened()
    meetings.mark(
        walk.id, person_id=person_id("盘月岚"), status="出席", actor=walk.f, now=walk.later()
    )
    meetings.close(walk.id, actor=walk.f, now=walk.later())
    absent = person_id("雷巡野")

    def leave(reason):
        return meetings.mark(
            walk.id, person_id=absent, status="请假", reason=reason, actor=walk.f, now=walk.later()
        )

    refused("roll_locked", lambda: leave("病了"))
    row = leave("当日突发急病，次日补交假条")
    assert row.status == "缺席"
    assert row.reason == "会后更正：当日突发急病，次日补交假条"


def test_leave_and_proxy_must_say_why_and_who(walk):
    walk.opened()
    other = person_id("雷巡野")

    def mark(status, **extra):
        return meetings.mark(
            walk.id, person_id=other, status=status, actor=walk.f, now=walk.later(), **extra
        )

    refused("leave_reason", lambda: mark("请假"))
    refused("proxy_name", lambda: mark("代会"))
    assert mark("代会", proxy_name="中队副队长").proxy_name == "中队副队长"
    refused("mark_not_allowed", lambda: mark("列席"))


def test_a_member_asks_for_leave_before_the_meeting_for_themselves_only(walk, actor):
    walk.noticed()
    member, outsider = actor("chengguan"), actor("sifa")
    row = meetings.request_leave(walk.id, reason="外出办案", actor=member, now=walk.later())
    assert row.status == "请假"
    refused(
        "not_found",
        lambda: meetings.request_leave(walk.id, reason="有事", actor=outsider, now=walk.later()),
    )
    walk.at(24, 14, 30)
    meetings.open_meeting(walk.id, actor=walk.f, now=walk.now)
    assert {x.person_id: x.status for x in roll_of(walk.id)}[member.person_id] == "请假"


def test_the_meeting_cannot_close_without_its_leader_unless_another_is_entrusted(walk):
    walk.opened()
    lead, deputy = person_id("盘月岚"), person_id("蓝望岫")
    meetings.mark(
        walk.id, person_id=lead, status="请假", reason="县里开会", actor=walk.f, now=walk.later()
    )
    meetings.mark(walk.id, person_id=deputy, status="出席", actor=walk.f, now=walk.later())
    refused("chair_absent", lambda: meetings.close(walk.id, actor=walk.f, now=walk.later()))
    meetings.entrust(
        walk.id,
        person_id=deputy,
        reason="组长书面委托蓝望岫主持",
        actor=walk.f,
        now=walk.later(),
    )
    assert meetings.close(walk.id, actor=walk.f, now=walk.later()).state == "CLOSED"


# 议题


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


# 纪要


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


# 签发之后


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


# 谁看得到，谁改过


def test_meetings_are_seen_by_their_platform_the_township_and_the_inspector(walk, actor):
    walk.noticed()

    def seen(login):
        return [row.id for row in meeting_page(actor=actor(login)).rows]

    for login in ("zhifa", "zhifa_lead", "clerk", "mayor", "jiwei", "chengguan"):
        assert seen(login) == [walk.id], login
    for login in ("zongzhi", "shichang", "grid01", "sifa"):
        assert seen(login) == [], login
        refused("not_found", lambda login=login: head_of(walk.id, actor=actor(login)))
    assert len(series_of(actor("clerk"))) == 4
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
