"""考核抬头：清单、一版、同月各版；一律先过数据范围."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from models.assessment import Assessment
from models.people import Person

MOST_HEADS = 60


@dataclass(frozen=True, slots=True)
class AssessmentHead:
    """考核抬头：哪月哪一版、到哪一步、谁在何时做的；时刻为 UTC."""

    id: int
    township_id: int
    version: int
    kind: str
    year: int
    month: int
    revision: int
    state: str
    snapshot_no: int
    rule_version: str
    counts_demo: bool
    reason: str | None
    document_id: int | None
    computed_at: datetime
    reviewed_at: datetime | None
    published_at: datetime | None
    superseded_at: datetime | None
    computed_by_id: int | None
    published_by_id: int | None
    computed_by: str | None
    published_by: str | None


_COMPUTER, _PUBLISHER = aliased(Person), aliased(Person)
# 次序与 AssessmentHead 的字段一致
_HEAD: tuple[Any, ...] = (
    Assessment.id,
    Assessment.township_id,
    Assessment.version,
    Assessment.kind,
    Assessment.year,
    Assessment.month,
    Assessment.revision,
    Assessment.state,
    Assessment.snapshot_no,
    Assessment.rule_version,
    Assessment.counts_demo,
    Assessment.reason,
    Assessment.document_id,
    Assessment.computed_at,
    Assessment.reviewed_at,
    Assessment.published_at,
    Assessment.superseded_at,
    Assessment.computed_by_id,
    Assessment.published_by_id,
    _COMPUTER.name,
    _PUBLISHER.name,
)


def _heads(actor: Actor) -> Select[Any]:
    columns: Select[Any] = select(*_HEAD)
    return (
        columns.outerjoin(_COMPUTER, _COMPUTER.id == Assessment.computed_by_id)
        .outerjoin(_PUBLISHER, _PUBLISHER.id == Assessment.published_by_id)
        .where(condition_for(Assessment, actor))
    )


def head_of(assessment_id: int, actor: Actor) -> AssessmentHead:
    """一版考核的抬头。Raises Refused('not_found')."""
    row = session.execute(_heads(actor).where(Assessment.id == assessment_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    return AssessmentHead(*row)


def heads(
    actor: Actor, *, year: int | None = None, state: str | None = None, most: int = MOST_HEADS
) -> list[AssessmentHead]:
    """看得到的各版考核，新的在前."""
    statement = _heads(actor)
    if year is not None:
        statement = statement.where(Assessment.year == year)
    if state is not None:
        statement = statement.where(Assessment.state == state)
    order = (Assessment.year.desc(), Assessment.month.desc(), Assessment.revision.desc())
    return [AssessmentHead(*row) for row in session.execute(statement.order_by(*order).limit(most))]


def years_of(actor: Actor) -> list[int]:
    """看得到的考核都在哪些年，新的在前."""
    return list(
        session.execute(
            select(Assessment.year)
            .where(condition_for(Assessment, actor))
            .distinct()
            .order_by(Assessment.year.desc())
        ).scalars()
    )


def revisions_of(head: AssessmentHead, actor: Actor) -> list[AssessmentHead]:
    """同一月的各版，新的在前."""
    statement = _heads(actor).where(
        Assessment.kind == head.kind, Assessment.year == head.year, Assessment.month == head.month
    )
    found = session.execute(statement.order_by(Assessment.revision.desc()))
    return [AssessmentHead(*row) for row in found]
