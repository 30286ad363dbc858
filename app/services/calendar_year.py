"""全年日历：一次登记一年的放假与补班，估算过的期限随之重算；缺日历的提醒."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.calendar_lines import YearPlan
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.calendar_gaps import guessed_cases, missing_years
from app.services import calendar_reckoning, config_rows, notify, rules
from app.services.calendar_days import MODULE, VERB, allow
from app.services.config_rows import Deed
from models.rules import CalendarDay, CalendarYear
from models.township import Township

KIND = "calendar_year"
MONDAY = 0
KEEPERS = ("A", "B")
"""系统管理员、党政办：缺日历时提醒的人（R10）."""


@dataclass(frozen=True, slots=True)
class Difference:
    """登记后会变的：添几天、改几天、去几天，与现在按估算走着的案件数."""

    added: tuple[date, ...]
    changed: tuple[date, ...]
    dropped: tuple[date, ...]
    cases: int


def difference(plan: YearPlan, actor: Actor) -> Difference:
    """登记之前先看：与现有覆盖表差在哪."""
    known = {row.day: row.is_working for row in _days(plan.year, actor.township_id)}
    days = plan.days
    return Difference(
        added=tuple(sorted(day for day in days if day not in known)),
        changed=tuple(sorted(d for d in days if d in known and known[d] != days[d])),
        dropped=tuple(sorted(day for day in known if day not in days)),
        cases=guessed_cases(actor.township_id),
    )


def import_year(plan: YearPlan, *, basis: str, actor: Actor, now: datetime) -> int:
    """登记全年：换成这一年的安排，重算走着的期限；返回重算了几件.

    同一事务；写法相同的日子留着原来的依据，去掉的记在日志里。重算之后到点的牌由每分钟的
    任务按应触发的时刻补发（R9）。Raises Refused('not_granted' | 'draft_only' | 'basis_needed')。
    """
    holding = allow(actor)
    if not basis.strip():
        raise Refused("basis_needed")
    before = _put_days(plan, basis.strip(), actor.township_id)
    year = _year_row(plan.year, basis.strip(), actor.township_id)
    config_rows.write()
    deed = Deed(MODULE, VERB, KIND, "import")
    config_rows.note(year, deed, {"days": before}, actor=actor, now=now, holding=holding)
    try:
        first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
        return calendar_reckoning.reckon_again(actor.township_id, first, last)
    finally:
        rules.forget(actor.township_id)


def _days(year: int, township_id: int) -> list[CalendarDay]:
    statement = select(CalendarDay).where(
        CalendarDay.township_id == township_id,
        CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return list(session.execute(statement.order_by(CalendarDay.day)).scalars())


def _put_days(plan: YearPlan, basis: str, township_id: int) -> list[str]:
    """把覆盖表换成这一年的安排；返回原来的样子（日、班休、依据），给日志."""
    rows = _days(plan.year, township_id)
    before = [f"{row.day} {'上班' if row.is_working else '休息'} {row.basis}" for row in rows]
    wanted = plan.days
    for row in rows:
        if row.day not in wanted:
            session.delete(row)
        elif wanted.pop(row.day) != row.is_working:
            row.is_working, row.basis = not row.is_working, basis
    session.add_all(
        CalendarDay(township_id=township_id, day=day, is_working=works, basis=basis)
        for day, works in sorted(wanted.items())
    )
    return before


def _year_row(year: int, basis: str, township_id: int) -> CalendarYear:
    row = session.execute(
        select(CalendarYear)
        .where(CalendarYear.township_id == township_id, CalendarYear.year == year)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        row = CalendarYear(township_id=township_id, year=year, basis=basis)
        session.add(row)
    row.basis = basis
    return row


def remind(*, now: datetime) -> None:
    """每周一提醒管理员与党政办补日历，直到补入（R10）；一周一条，重跑不重."""
    today = now.astimezone(SHANGHAI).date()
    if today.weekday() != MONDAY:
        return
    for township_id in session.execute(select(Township.id)).scalars():
        for year in missing_years(township_id, today):
            notify.post(
                notify.holders(township_id, KEEPERS, now=now),
                township_id=township_id,
                kind="calendar.missing",
                key=f"calendar.missing:{year}:{today.isoformat()}",
                now=now,
                facts={"year": year},
            )
