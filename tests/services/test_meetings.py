"""平台例会：一周一次，通知到人，应到由在任职务带出，没登记的记缺席，主持有着落。"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.meeting_roll import roll_of, seats_of, tally
from app.services import meetings
from models.attachment import Notification
from models.people import Holding, Post
from tests.conftest import NOW
from tests.factories import person_id
from tests.meeting_walk import PLACE, REASON, MeetingWalk, refused, series_id


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


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
