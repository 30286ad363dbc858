"""全年日历：缺的年份按估算走、只提醒不发牌；登记后重算并补发；缺着的每周一提醒（R9、R10）."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.db import session
from app.domain.calendar_lines import read_days, year_plan
from app.domain.case_states import Clock
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.calendar_gaps import guessed_cases, missing_years
from app.services import calendar_days, calendar_year, clocks, ticking
from app.services.rules import calendar_of
from models.attachment import Notification
from models.case_parts import Assignment, Supervision
from models.journal import Journal
from models.rules import CalendarDay
from tests.conftest import NOW
from tests.factories import Walk

START = datetime(2028, 3, 6, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
BASIS = "国务院办公厅关于2028年部分节假日安排的通知"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def put(actor, rest="3月8日至10日", makeup="3月11日", login="admin", now=START):
    plan = year_plan(2028, read_days(rest, 2028), read_days(makeup, 2028))
    return calendar_year.import_year(plan, basis=BASIS, actor=actor(login), now=now)


def test_a_guessed_deadline_only_warns_and_is_reckoned_again_when_the_year_is_entered(
    actor, db_session
):
    walk = Walk(actor, START)
    case = walk.processing()
    township = case.township_id
    assert case.is_degraded
    assert guessed_cases(township) == 1
    guessed = case.due_at
    assert guessed == at("2028-03-13T17:30")
    assert ticking.tick(now=at("2028-05-08T09:00")) == 0
    assert case.card is None

    assert put(actor, now=at("2028-05-08T10:00")) == 1
    assert not case.is_degraded
    # 三天假、一天补班：后移两个工作日
    assert case.due_at == at("2028-03-15T17:30")
    ticking.tick(now=at("2028-05-08T10:01"))
    cards = db_session.execute(select(Supervision).order_by(Supervision.id)).scalars().all()
    assert {(c.kind, c.triggered_at) for c in cards} >= {("YELLOW", at("2028-03-15T17:30"))}
    assert guessed_cases(township) == 0
    assert not calendar_of(township).is_degraded(date(2028, 1, 1), date(2028, 12, 31))


def test_a_second_import_replaces_the_year_and_tells_what_was(actor, db_session):
    who = actor("admin")
    calendar_days.save(
        None,
        day=date(2028, 6, 1),
        is_working=False,
        basis="县里通知停电一天",
        seen=None,
        actor=who,
        now=START,
    )
    plan = year_plan(2028, read_days("3月8日", 2028), ())
    found = calendar_year.difference(plan, who)
    assert (found.added, found.dropped) == ((date(2028, 3, 8),), (date(2028, 6, 1),))
    put(actor, "3月8日", "")
    put(actor, "3月8日、3月9日", "3月11日")
    days = db_session.execute(
        select(CalendarDay.day, CalendarDay.is_working)
        .where(CalendarDay.day >= date(2028, 1, 1))
        .order_by(CalendarDay.day)
    ).all()
    assert [tuple(row) for row in days] == [
        (date(2028, 3, 8), False),
        (date(2028, 3, 9), False),
        (date(2028, 3, 11), True),
    ]
    entries = (
        db_session.execute(
            select(Journal).where(Journal.subject_kind == "calendar_year").order_by(Journal.id)
        )
        .scalars()
        .all()
    )
    assert "县里通知停电一天" in str(entries[0].data)


def day(actor, when, works, row=None, now=START):
    return calendar_days.save(
        row, day=when, is_working=works, basis="县里通知", seen=None, actor=actor("admin"), now=now
    )


def test_a_single_day_moves_the_running_deadlines_and_back_again(actor):
    """5月27日补班，28日至30日端午放假."""
    walk = Walk(actor, NOW)
    case = walk.processing()
    handle = clocks.running_one(case, Clock.HANDLE)
    due, red = case.due_at, handle.red_at
    assert not case.is_degraded
    assert due == at("2017-05-27T17:30")

    row = day(actor, date(2017, 5, 25), works=False)
    assert case.due_at == at("2017-05-31T17:30")
    assert handle.red_at > red
    assert case.next_tick_at == case.due_at
    assert clocks.plan_of(case, handle).yellow.at == case.due_at
    listed = session.execute(select(Assignment.due_at).where(Assignment.case_id == case.id))
    assert listed.scalar_one() == case.due_at

    # 挪到放假的一天上班、挪到期限之后，都跟着变
    day(actor, date(2017, 5, 26), works=False, row=row)
    assert case.due_at == at("2017-05-31T17:30")
    day(actor, date(2017, 12, 1), works=False, row=row)
    assert (case.due_at, handle.red_at) == (due, red)
    day(actor, date(2017, 5, 27), works=False, row=row)
    assert case.due_at == at("2017-05-31T17:30")
    calendar_days.drop(row, "通知撤回", actor=actor("admin"), now=START)
    assert (case.due_at, handle.red_at) == (due, red)


def test_a_clock_that_is_done_or_ends_before_the_day_is_left_alone(actor, db_session):
    walk = Walk(actor, NOW)
    case = walk.processing()
    accept = next(one for one in clocks.all_of(case) if one.clock == "accept")
    was = accept.yellow_at, accept.red_at
    version = case.version
    day(actor, date(2017, 5, 22), works=False)
    db_session.refresh(accept)
    assert (accept.yellow_at, accept.red_at) == was
    assert case.version == version


def test_a_day_declared_working_late_brings_the_card_that_was_due(actor, db_session):
    walk = Walk(actor, NOW)
    case = walk.processing()
    row = day(actor, date(2017, 5, 25), works=False)
    late = at("2017-05-28T10:00")
    ticking.tick(now=late)
    yellow = select(Supervision.triggered_at).where(
        Supervision.case_id == case.id,
        Supervision.kind == "YELLOW",
        Supervision.clock_id == clocks.running_one(case, Clock.HANDLE).id,
    )
    assert db_session.execute(yellow).all() == []
    day(actor, date(2017, 5, 25), works=True, row=row, now=late)
    ticking.tick(now=late)
    assert db_session.execute(yellow).scalar_one() == at("2017-05-27T17:30")


def test_a_year_already_known_moves_the_running_deadlines_too(actor):
    walk = Walk(actor, NOW)
    case = walk.processing()
    due = case.due_at
    plan = year_plan(2017, read_days("5月25日", 2017), ())
    calendar_year.import_year(plan, basis=BASIS, actor=actor("admin"), now=START)
    assert case.due_at > due


def test_only_who_may_keep_the_calendar_enters_a_year(actor):
    with pytest.raises(Refused, match="not_granted"):
        put(actor, login="zhifa2")
    plan = year_plan(2028, read_days("3月8日", 2028), ())
    with pytest.raises(Refused, match="basis_needed"):
        calendar_year.import_year(plan, basis=" ", actor=actor("admin"), now=START)


def test_every_monday_from_november_until_it_is_entered(actor, db_session):
    township = actor("admin").township_id

    def told():
        statement = select(Notification).where(Notification.kind == "calendar.missing")
        return db_session.execute(statement).scalars().all()

    # 2026 年有数据，十月不催
    ticking.once(now=at("2026-10-26T09:00"))
    ticking.once(now=at("2026-11-03T09:00"))
    assert told() == []
    ticking.once(now=at("2026-11-02T09:00"))
    ticking.once(now=at("2026-11-02T09:01"))
    first = {row.person_id for row in told()}
    assert {actor("admin").person_id, actor("clerk2").person_id} <= first
    assert len(told()) == len(first)
    assert missing_years(township, date(2026, 11, 2)) == [2027]
    ticking.once(now=at("2026-11-09T09:00"))
    assert len(told()) == 2 * len(first)
    plan = year_plan(2027, read_days("1月1日", 2027), ())
    calendar_year.import_year(plan, basis=BASIS, actor=actor("admin"), now=START)
    ticking.once(now=at("2026-11-16T09:00"))
    assert len(told()) == 2 * len(first)
    assert missing_years(township, date(2026, 11, 16)) == []
