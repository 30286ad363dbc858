"""工作日历覆盖表：某日上班或休息，先于国家调休表；须写依据，每改必记."""

from __future__ import annotations

from datetime import date, datetime

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.services import calendar_reckoning, config_rows, rules
from app.services.config_rows import Deed
from app.services.organisation import outright
from models.rules import CalendarDay

MODULE, VERB, KIND = "config", "calendar", "calendar_day"


def save(
    row: CalendarDay | None,
    *,
    day: date,
    is_working: bool,
    basis: str,
    seen: str | None,
    actor: Actor,
    now: datetime,
) -> CalendarDay:
    """添一天或改一天，走着的期限随之重算；``row`` 空为添，``seen`` 是表单带着的版本.

    Raises Refused('not_granted' | 'draft_only' | 'basis_needed' | 'changed_meanwhile' | …)。
    """
    holding = allow(actor)
    if not basis.strip():
        raise Refused("basis_needed")
    if row is None:
        row = CalendarDay(
            township_id=actor.township_id, day=day, is_working=is_working, basis=basis.strip()
        )
        deed = Deed(MODULE, VERB, KIND, "add")
        config_rows.add(row, deed, actor=actor, now=now, holding=holding)
        _follow(actor.township_id, day)
        return row
    config_rows.lock(row, seen)
    before, was = config_rows.snapshot(row), row.day
    row.day, row.is_working, row.basis = day, is_working, basis.strip()
    deed = Deed(MODULE, VERB, KIND, "edit")
    if config_rows.change(row, deed, before, actor=actor, now=now, holding=holding):
        _follow(actor.township_id, was, day)
    return row


def drop(row: CalendarDay, reason: str, *, actor: Actor, now: datetime) -> None:
    """去掉一天，回到国家调休表，走着的期限随之重算；日志里留着原样.

    Raises Refused('reason_needed' | …)。
    """
    holding = allow(actor)
    if not reason.strip():
        raise Refused("reason_needed")
    config_rows.lock(row)
    deed = Deed(MODULE, VERB, KIND, "drop", reason.strip())
    config_rows.note(row, deed, {}, actor=actor, now=now, holding=holding)
    day = row.day
    session.delete(row)
    config_rows.write()
    _follow(actor.township_id, day)


def _follow(township_id: int, *days: date) -> None:
    """走着的期限跟着这几天的班休走（R9）；本次事务不成时，新日历不留在进程里."""
    try:
        calendar_reckoning.reckon_again(township_id, min(days), max(days))
    finally:
        rules.forget(township_id)


def allow(actor: Actor) -> HoldingView:
    """能直接生效的才算；只能起草的（DRAFT）不算。Raises Refused."""
    able = outright(actor)
    if actor.has_verb(MODULE, VERB) and not able.has_verb(MODULE, VERB):
        raise Refused("draft_only", action=f"{MODULE}.{VERB}")
    return require(able, MODULE, VERB, Subject(kind=KIND, township_id=actor.township_id))
