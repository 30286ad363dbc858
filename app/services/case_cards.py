"""自动黄红牌：到点的时钟各发一张，重跑任意次结果不变（INV08）."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from app.access.actor import system_actor
from app.db import session
from app.domain.case_states import UNCARDED, Clock
from app.domain.case_words import Action, Proposal
from app.services import clocks, proposals
from app.services.case_step import Step, take_step
from app.services.rules import calendar_of
from models.case import Case
from models.case_parts import CaseClock, Supervision

BATCH = 500


def _cards_due(case: Case, now: datetime) -> list[tuple[datetime, CaseClock, str]]:
    """该发未发的牌，按应触发时刻排."""
    issued = {
        (row.clock_id, row.kind)
        for row in session.execute(
            select(Supervision.clock_id, Supervision.kind).where(
                Supervision.case_id == case.id, ~Supervision.is_void
            )
        )
    }
    due = [
        (at, clock, card)
        for clock in clocks.running(case)
        if not clock.is_paused and not clock.is_degraded and Clock(clock.clock) not in UNCARDED
        for card, at in (("YELLOW", clock.yellow_at), ("RED", clock.red_at))
        if at is not None and at < now and (clock.id, card) not in issued
    ]
    return sorted(due, key=lambda row: (row[0], row[1].id))


def auto_card(case: Case, clock: CaseClock, card: str, at: datetime, *, now: datetime) -> Step:
    """发一张牌：触发时刻按应触发的时刻记，不按任务实际运行的时刻；责任方取时钟的责任方."""
    today = calendar_of(case.township_id).local_day(now)
    inputs = {"clock": clock.clock, "card": card, "triggered_at": at}

    def changes(step: Step) -> None:
        session.add(
            Supervision(
                township_id=case.township_id,
                case_id=case.id,
                triggered_at=at.astimezone(UTC),
                clock_id=clock.id,
                kind=card,
                owner=clock.owner,
            )
        )
        session.flush()
        case.card = "RED" if "RED" in (card, case.card) else card
        if card == "RED" and clock.clock == Clock.HANDLE:
            # 已自动红牌的，未决的延期申请失效（R6）
            proposals.void(case, Proposal.EXTENSION, now=now, why="办理时钟已发红牌，申请失效")
        step.data.update({**inputs, "owner": clock.owner})

    return take_step(
        case,
        Action.AUTO_CARD,
        actor=system_actor(case.township_id, today),
        now=now,
        inputs=inputs,
        changes=changes,
    )


def tick_case(case: Case, *, now: datetime) -> int:
    """一件案件到点的牌全部发出；返回发了几张."""
    cards = _cards_due(case, now)
    for at, clock, card in cards:
        auto_card(case, clock, card, at, now=now)
    if not cards:
        clocks.settle(case, clocks.all_of(case))
    return len(cards)


def due_cases(now: datetime, *, limit: int = BATCH) -> list[Case]:
    """有时钟到点的案件，锁住（别的进程正在办的跳过）."""
    statement = (
        select(Case)
        .where(Case.next_tick_at < now)
        .order_by(Case.next_tick_at, Case.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Case)
        .execution_options(populate_existing=True)
    )
    return list(session.execute(statement).scalars())


def tick(*, now: datetime) -> int:
    """到点的案件各发其牌（一批）；幂等，可由几个进程同时跑."""
    return sum(tick_case(case, now=now) for case in due_cases(now))


def withdraw_yellow(
    case: Case, *, clock_id: int, since: datetime, by: int, now: datetime, why: str
) -> int:
    """撤销 ``since`` 以来这个时钟自动发的黄牌（批准延期后期限前移，R6）；返回撤了几张."""
    rows = list(
        session.execute(
            select(Supervision).where(
                Supervision.case_id == case.id,
                Supervision.clock_id == clock_id,
                Supervision.kind == "YELLOW",
                Supervision.triggered_at >= since,
                Supervision.cancelled_at.is_(None),
            )
        ).scalars()
    )
    for row in rows:
        row.cancelled_at = now.astimezone(UTC)
        row.cancelled_by_id = by
        row.cancel_reason = why
        row.is_void = True
    session.flush()
    show_card(case)
    return len(rows)


def show_card(case: Case) -> None:
    """案件上显示的牌：未撤销的里最重的一种."""
    kinds = set(
        session.execute(
            select(Supervision.kind).where(
                Supervision.case_id == case.id,
                Supervision.kind.in_(("YELLOW", "RED")),
                Supervision.cancelled_at.is_(None),
            )
        ).scalars()
    )
    case.card = next((kind for kind in ("RED", "YELLOW") if kind in kinds), None)
