"""期限怎么说：剩几天、超几天、为什么是这一刻，逐段写成人话."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.domain.case_states import STATES, Clock, State
from app.domain.deadlines import ClockPlan, Due, Segment, SegmentKind, Unit, remaining
from app.domain.deadlines import RemainingKind as Left
from app.domain.explain import Span
from app.services.clocks import MAIN_ORDER, plan_of
from app.services.rules import book_at
from models.case import Case
from models.case_parts import CaseClock
from views.base import current_actor, today
from views.case_common import calendar, now
from views.ui_filters import cn_day, cn_moment, local

SOON_DAYS, SOON_MINUTES, HOUR = 1, 60, 60
PLAIN = frozenset({SegmentKind.WORKDAY, SegmentKind.NATURAL})
"""只写日子、不写种类的段."""
_TICK = timedelta(microseconds=1)


def deadline(due_at: datetime | None, unit: Unit) -> dict[str, Any]:
    """期限标签：剩、超、今日、暂停."""
    left = remaining(calendar(), now(), due_at, unit)
    if left.kind is Left.PAUSED:
        return {"words": _("Paused"), "tone": "mute", "icon": "player-pause"}
    if left.kind is Left.TODAY:
        return {"words": _("Due today"), "tone": "warn"}
    amount = _amount(left.kind, left.amount)
    if left.overdue:
        return {"words": _("%(n)s over", n=amount), "tone": "bad"}
    soon = SOON_DAYS if left.kind is Left.DAYS else SOON_MINUTES
    tone = "warn" if left.amount <= soon else "mute"
    return {"words": _("%(n)s left", n=amount), "tone": tone}


def _amount(kind: Left, amount: int) -> str:
    if kind is Left.DAYS:
        return _("%(n)s working days", n=amount)
    return minutes_words(amount)


def minutes_words(amount: int) -> str:
    """分钟数：两小时以上写成小时与分."""
    if amount < 2 * HOUR:
        return _("%(n)s minutes", n=amount)
    hours, minutes = divmod(amount, HOUR)
    rest = _("%(n)s min", n=minutes) if minutes else ""
    return _("%(n)s hours", n=hours) + rest


def unit_of(state: str, level: str, kind: str) -> Unit:
    """清单里一行的期限按什么数：由状态的主时钟与规则册推出，不另查时钟."""
    running = STATES[State(state)].running
    book = book_at(current_actor().township_id, now())
    for clock in MAIN_ORDER:
        if clock in running:
            rule = book.rule_for(clock, level, kind, item_days=1, county_due=now())
            return rule.yellow.unit if rule else Unit.WORKING_DAY
    return Unit.WORKING_DAY


def main_clock(clocks: Iterable[CaseClock]) -> CaseClock | None:
    """正在走的主时钟：与案件期限同一个；都停着的取停着的那个."""
    live = {row.clock: row for row in clocks if row.done_at is None}
    for paused in (False, True):
        for clock in MAIN_ORDER:
            row = live.get(clock)
            if row is not None and row.is_paused is paused:
                return row
    return None


def running_clocks(clocks: Iterable[CaseClock]) -> list[CaseClock]:
    """还没完成的时钟，主时钟除外."""
    rows = list(clocks)
    main = main_clock(rows)
    return [row for row in rows if row.done_at is None and row is not main]


def clock_chip(case: Case, row: CaseClock) -> dict[str, Any]:
    """一个时钟的标签：名称加剩余，点开是逐段说明."""
    plan = plan_of(case, row)
    unit = plan.rule.yellow.unit if plan else Unit.WORKING_DAY
    chip = deadline(None if row.is_paused else row.yellow_at, unit)
    chip["words"] = f"{_(f'clock.{row.clock}')}：{chip['words']}"
    if plan is not None:
        chip["explain"] = explain_clock(row, plan)
    return chip


def due_card(case: Case, clocks: Sequence[CaseClock]) -> dict[str, Any] | None:
    """期限卡：主时钟还剩多少、已过几成、逐段说明；没有在走的为空."""
    row = main_clock(clocks)
    plan = plan_of(case, row) if row is not None else None
    if row is None or plan is None:
        return None
    shown = deadline(None if row.is_paused else row.yellow_at, plan.rule.yellow.unit)
    due = row.yellow_at
    return {
        **shown,
        "clock": _(f"clock.{row.clock}"),
        "chip": _("due %(at)s", at=cn_moment(due, today())) if due and not row.is_paused else "",
        "share": _share(row),
        "explain": explain_clock(row, plan),
    }


def settled_card(case: Case, clocks: Sequence[CaseClock]) -> dict[str, Any] | None:
    """归档之后的期限卡：办理按时没有、期限是哪一刻、逐段说明；没有办理过的为空."""
    done = [row for row in clocks if row.clock == Clock.HANDLE and row.done_at is not None]
    row = done[-1] if case.state == State.ARCHIVED and done else None
    plan = plan_of(case, row) if row is not None else None
    if row is None or plan is None or row.done_at is None or row.yellow_at is None:
        return None
    in_time = row.done_at <= row.yellow_at
    return {
        "words": _("Handled in time") if in_time else _("Handled late"),
        "tone": "ok" if in_time else "bad",
        "clock": _(f"clock.{row.clock}"),
        "chip": _("due %(at)s", at=cn_moment(row.yellow_at, today())),
        "explain": explain_clock(row, plan),
    }


def _share(row: CaseClock) -> int | None:
    if row.yellow_at is None or row.is_paused:
        return None
    book = calendar()
    whole = book.working_minutes_between(row.start_at, row.yellow_at)
    gone = book.working_minutes_between(row.start_at, min(now(), row.yellow_at))
    return max(0, min(100, round(100 * gone / whole))) if whole > 0 else 100


def explain_clock(row: CaseClock, plan: ClockPlan) -> dict[str, Any]:
    """一个时钟的说明（explain）：规则、起算、每一段、到期."""
    found = explain_due(plan.yellow, plan.rule.yellow, row.rule_version)
    found["title"] = _("%(clock)s: how it is counted", clock=_(f"clock.{row.clock}"))
    started = _(f"clock_start.{row.clock}")
    found["start"] = f"{cn_moment(row.start_at, today())} {started}"
    if row.capped_at is not None and row.yellow_at == row.capped_at:
        words = _("shortened at dispatch")
        value = cn_moment(row.capped_at, today())
        found["spans"].append({"words": words, "value": value, "skipped": False})
        found["due"] = value
    return found


def explain_due(due: Due, span: Span, version: str) -> dict[str, Any]:
    """一个期限的说明：每一段写成一行."""
    spans = [_span_line(segment) for segment in due.segments if segment.kind != SegmentKind.RULE]
    quota = {segment.kind for segment in due.segments}
    quiet = not quota & {SegmentKind.PAUSE, SegmentKind.EXTENSION}
    return {
        "rule": _("Rule %(version)s: %(span)s", version=version, span=span_words(span)),
        "start": cn_moment(due.start, today()),
        "total": span_words(span),
        "spans": spans,
        "due": cn_moment(due.at, today()) if due.at else _("Paused"),
        "note": _("No pause, no extension") if quiet else _("Due"),
        "warning": _degraded(due),
    }


def span_words(span: Span) -> str:
    """时限值：``3 个工作日``、``120 个工作分钟``."""
    return _(f"span.{span.unit}", n=span.amount)


def _degraded(due: Due) -> str:
    if not due.degraded:
        return ""
    year = local(due.at or due.start).year
    return _("The day-off plan of %(year)s is not entered; counted Monday to Friday.", year=year)


def _span_line(segment: Segment) -> dict[str, Any]:
    skipped = not segment.is_quota and not segment.amount
    kind = "" if segment.kind in PLAIN else _(segment.code)
    words = f"{_when(segment)} {kind}".strip()
    return {"words": words, "value": _value(segment, skipped=skipped), "skipped": skipped}


def _value(segment: Segment, *, skipped: bool) -> str:
    if segment.kind is SegmentKind.PAUSE and segment.until is None:
        return _("until resumed")
    if skipped:
        return _("not counted")
    key = "days" if segment.unit.in_days else "minutes"
    plus = "+" if segment.is_quota else ""
    return plus + _(f"counted.{key}", n=segment.number)


def _when(segment: Segment) -> str:
    if segment.kind is SegmentKind.EXTENSION:
        return ""
    first = local(segment.since)
    if segment.until is None:
        return _("from %(at)s", at=cn_moment(segment.since, today()))
    last = local(segment.until - _TICK) if segment.until > segment.since else first
    if segment.unit.in_days or (first.date() != last.date()):
        return _days(first, last)
    end = local(segment.until)
    return f"{cn_day(first, today())} {first:%H:%M}–{end:%H:%M}"


def _days(first: datetime, last: datetime) -> str:
    head = f"{cn_day(first, today())} {weekday(first)}"
    if first.date() == last.date():
        return head
    end = f"{last.day}日" if first.month == last.month else cn_day(last, today())
    return _("%(first)s to %(last)s", first=head, last=f"{end} {weekday(last)}")


def weekday(day: date) -> str:
    """周几."""
    return _(f"weekday.{day.isoweekday()}")
