"""案件的时钟：起动、停止、停表、复表；案件的期限与下一触发时刻只在这里写."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select, text

from app.db import session
from app.domain.case_states import CLOCK_OWNER, STATES, UNCARDED, Clock, State
from app.domain.case_steps import ClockEffects
from app.domain.deadlines import ClockPlan, Pause, Rule, Span, clock_plan
from app.domain.errors import Refused
from app.services.rules import book_at, calendar_of
from models.case import Case
from models.case_parts import CaseClock, Supervision
from models.platform import ServiceItem

MAIN_ORDER: Final = (
    Clock.HANDLE,
    Clock.ACCEPT,
    Clock.DISPATCH,
    Clock.SUPPLEMENT,
    Clock.VERIFY,
    Clock.FEEDBACK,
    Clock.ARCHIVE,
    Clock.COUNTY_FOLLOW,
)
COORDINATION: Final = "CC"
REGISTRAR: Final = "REPORTER"
CARDS: Final = ("YELLOW", "RED")


def all_of(case: Case) -> list[CaseClock]:
    """一件案件的全部时钟."""
    return list(
        session.execute(
            select(CaseClock).where(CaseClock.case_id == case.id).order_by(CaseClock.id)
        ).scalars()
    )


def running(case: Case) -> list[CaseClock]:
    """还没完成的时钟（含停着表的）."""
    return [row for row in all_of(case) if row.done_at is None]


def running_one(case: Case, clock: Clock) -> CaseClock:
    """正在走的这一个时钟。Raises Refused('no_handle_clock')."""
    for row in running(case):
        if row.clock == clock:
            return row
    raise Refused("no_handle_clock")


def owner_of(case: Case, clock: Clock) -> str:
    """责任方：平台代码、综合协调组（CC）或登记人（REPORTER）；牌计到它名下."""
    words = CLOCK_OWNER[clock]
    if words == "登记人":
        return REGISTRAR
    return (case.platform or COORDINATION) if "平台" in words else COORDINATION


def _pauses(clock: CaseClock) -> tuple[Pause, ...]:
    return tuple(
        Pause(datetime.fromisoformat(str(a)), datetime.fromisoformat(b) if b else None)
        for a, b in clock.pauses
    )


def plan_of(case: Case, clock: CaseClock) -> ClockPlan | None:
    """时钟的黄红牌期限及其逐段说明；不设时限的为空."""
    if clock.yellow_rule is None:
        return None
    rule = Rule(
        yellow=Span.parse(clock.yellow_rule),
        red=Span.parse(clock.red_rule) if clock.red_rule else None,
        version=clock.rule_version,
        county_due=case.county_due_at if clock.clock == Clock.HANDLE else None,
    )
    return clock_plan(
        rule,
        clock.start_at,
        calendar_of(case.township_id),
        _pauses(clock),
        extension_wd=clock.extension_wd,
        not_before=clock.not_before,
        late_extension_wd=clock.late_extension_wd,
    )


def reckon(case: Case, clock: CaseClock) -> None:
    """重算一个时钟的黄红牌时刻；停着表的没有期限."""
    plan = plan_of(case, clock)
    if plan is None:
        return
    clock.yellow_at = plan.yellow.at
    clock.red_at = plan.red.at
    clock.is_degraded = plan.degraded
    if clock.capped_at and clock.yellow_at:
        clock.yellow_at = min(clock.yellow_at, clock.capped_at)


def _item_days(case: Case) -> int | None:
    if case.service_item_id is None:
        return None
    item = session.get(ServiceItem, case.service_item_id)
    return item.days if item else None


def rule_of(case: Case, clock: Clock, now: datetime) -> Rule | None:
    """此刻开始这个时钟，适用哪条时限."""
    return book_at(case.township_id, now).rule_for(
        clock,
        case.level,
        case.kind,
        item_days=_item_days(case) if clock is Clock.HANDLE else None,
        county_due=case.county_due_at,
    )


def start(
    case: Case,
    clock: Clock,
    *,
    now: datetime,
    known: list[CaseClock],
    capped_at: datetime | None = None,
) -> None:
    """起动一个时钟；此等级不设这个时钟的不起（如一般件的首报）."""
    rule = rule_of(case, clock, now)
    if rule is None and clock is not Clock.COUNTY_FOLLOW:
        return
    turns = [row.turn for row in known if row.clock == clock and row.round == case.round]
    row = CaseClock(
        township_id=case.township_id,
        case_id=case.id,
        clock=clock,
        round=case.round,
        turn=max(turns, default=0) + 1,
        start_at=now.astimezone(UTC),
        yellow_rule=str(rule.yellow) if rule else None,
        red_rule=str(rule.red) if rule and rule.red else None,
        rule_version=rule.version if rule else book_at(case.township_id, now).version,
        pauses=[],
        is_paused=False,
        extension_wd=0,
        late_extension_wd=0,
        capped_at=capped_at,
        owner=owner_of(case, clock),
        is_degraded=False,
    )
    reckon(case, row)
    session.add(row)
    known.append(row)


def stop(clock: CaseClock, *, at: datetime, kind: str) -> None:
    """停止：记完成时刻与由哪个动作停的."""
    clock.done_at = at.astimezone(UTC)
    clock.end_kind = kind
    clock.is_paused = False


def pause(case: Case, clock: CaseClock, *, now: datetime) -> None:
    """停表：已停着的不再停."""
    if clock.is_paused:
        return
    clock.promised_at = clock.yellow_at
    clock.pauses = [*clock.pauses, [now.astimezone(UTC).isoformat(), None]]
    clock.is_paused = True
    reckon(case, clock)


def resume(case: Case, clock: CaseClock, *, now: datetime) -> None:
    """复表：期限按规则后移（R4）."""
    if not clock.is_paused:
        return
    begin = clock.pauses[-1][0]
    clock.pauses = [*clock.pauses[:-1], [begin, now.astimezone(UTC).isoformat()]]
    clock.is_paused = False
    reckon(case, clock)


def apply(
    case: Case,
    effects: ClockEffects,
    *,
    now: datetime,
    action: str,
    capped_at: datetime | None = None,
) -> None:
    """一步对各时钟的影响：先停、停表、复表，再起动；最后写案件的期限与下一触发时刻."""
    known = all_of(case)
    for row in [row for row in known if row.done_at is None]:
        clock = Clock(row.clock)
        if clock in effects.stop:
            _stop_by(case, row, clock, now=now, action=action)
        elif clock in effects.pause:
            pause(case, row, now=now)
        elif clock in effects.resume:
            resume(case, row, now=now)
        elif clock in effects.recompute:
            reckon(case, row)
    # 一步可到几处的（重开、抽查），只起到达态里走着的时钟
    for clock in (one for one in effects.start if one in STATES[State(case.state)].running):
        limit = capped_at if clock is Clock.HANDLE else None
        start(case, clock, now=now, known=known, capped_at=limit)
    settle(case, known)


def _stop_by(case: Case, row: CaseClock, clock: Clock, *, now: datetime, action: str) -> None:
    """办理时钟按最后一次办结报送的时刻判按时：去掉由这次报送引起的停表."""
    if clock is Clock.HANDLE and action == "verify" and case.handled_at is not None:
        handled = case.handled_at.astimezone(UTC)
        row.pauses = [p for p in row.pauses if datetime.fromisoformat(str(p[0])) < handled]
        row.is_paused = False
        reckon(case, row)
        stop(row, at=handled, kind=action)
        return
    if row.is_paused:
        resume(case, row, now=now)
    stop(row, at=now, kind=action)


def _ticks(rows: Iterable[CaseClock], issued: set[tuple[int, str]]) -> list[datetime]:
    return [
        at
        for row in rows
        if not row.is_paused and not row.is_degraded and Clock(row.clock) not in UNCARDED
        for card, at in ((CARDS[0], row.yellow_at), (CARDS[1], row.red_at))
        if at is not None and (row.id, card) not in issued
    ]


def _issued(case: Case) -> set[tuple[int, str]]:
    if case.card is None:
        return set()
    rows = session.execute(
        select(Supervision.clock_id, Supervision.kind).where(
            Supervision.case_id == case.id,
            Supervision.clock_id.is_not(None),
            ~Supervision.is_void,
        )
    )
    return {(row.clock_id, row.kind) for row in rows}


def settle(case: Case, known: list[CaseClock]) -> None:
    """写案件的期限（正在走的主时钟的黄牌时刻）与下一触发时刻，期限变了就抄到清单用的行."""
    live = [row for row in known if row.done_at is None]
    by_clock = {row.clock: row for row in live if not row.is_paused}
    main = next((by_clock[c] for c in MAIN_ORDER if c in by_clock), None)
    was = case.due_at
    case.due_at = main.yellow_at if main else None
    case.is_degraded = any(row.is_degraded for row in live)
    case.next_tick_at = min(_ticks(live, _issued(case)), default=None)
    session.flush()
    if case.reported_at is not None and case.due_at != was:
        session.execute(_COPY_DUE, {"case": case.id, "due": case.due_at})


# 期限抄到清单用的行：只在此写
_COPY_DUE = text(
    "WITH a AS (UPDATE assignment SET due_at = :due WHERE case_id = :case AND is_open)"
    " UPDATE case_org SET due_at = :due WHERE case_id = :case AND is_open"
)
