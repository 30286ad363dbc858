"""全年日历：缺的年份按估算走、只提醒不发牌；登记后重算并补发；缺着的每周一提醒（R9、R10）."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.domain.calendar_lines import read_days, year_plan
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.calendar_gaps import guessed_cases, missing_years
from app.services import calendar_days, calendar_year, ticking
from app.services.rules import calendar_of
from models.attachment import Notification
from models.case_parts import Supervision
from models.journal import Journal
from models.rules import CalendarDay
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
