"""登记册：列一条；监管盲区由系统自动列入，其余的册另来."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.access.actor import Actor, HoldingView, system_actor
from app.access.decide import require
from app.access.subject import Subject
from app.db import session
from app.domain.case_words import Party
from app.domain.flows.blind_spot import (
    BLIND_SPOT,
    DUE_DAYS,
    BlindSpotAction,
    BlindSpotSource,
)
from app.services import journal, notify, numbers
from app.services.rules import calendar_of
from models.case import Case
from models.record import Record

BLIND_SPOT_AFTER = 2
"""退回第几次起自动列监管盲区."""


def open_blind_spot(case: Case, *, dispute: str, now: datetime) -> Record:
    """列监管盲区：退回第二次由系统自动列入，一件只列一条（INV10）；知会综合协调组组长."""
    known = session.execute(
        select(Record).where(Record.flow == BLIND_SPOT.code, Record.case_id == case.id)
    ).scalar_one_or_none()
    if known is not None:
        return known
    calendar = calendar_of(case.township_id)
    day = calendar.local_day(now)
    actor = system_actor(case.township_id, day)
    subject = Subject(kind="record", township_id=case.township_id)
    holding = require(actor, "blindspot", "open", subject)
    step = BLIND_SPOT.step(None, BlindSpotAction.OPEN)
    seq = numbers.take(case.township_id, BLIND_SPOT.code, day.year)
    due_on = calendar.on_or_after(day + timedelta(days=DUE_DAYS))
    row = Record(
        township_id=case.township_id,
        flow=BLIND_SPOT.code,
        state=step.settle(),
        number=f"BS-{day.year}-{seq:02d}",
        opened_at=now.astimezone(UTC),
        due_at=calendar.closing(due_on).astimezone(UTC),
        case_id=case.id,
        category_id=case.category_id,
        data={
            "source": BlindSpotSource.RETURNED_TWICE,
            "dispute": "" if case.is_sensitive else dispute.strip(),
            "case_number": case.number,
        },
    )
    session.add(row)
    session.flush()
    _told_blind_spot(case, row, actor=actor, holding=holding, now=now)
    return row


def _told_blind_spot(
    case: Case, row: Record, *, actor: Actor, holding: HoldingView, now: datetime
) -> None:
    """列入盲区：留痕，知会综合协调组组长."""
    entry = journal.record(
        actor=actor,
        now=now,
        module="blindspot",
        action="open",
        subject_kind="record",
        subject_id=row.id,
        holding=holding,
        case_id=case.id,
        after=row.state,
        round=case.round,
        data={"number": row.number, "source": BlindSpotSource.RETURNED_TWICE},
    )
    notify.tell(case, (Party.C1,), action="blind_spot", entry_id=entry.id, now=now, by=None)
