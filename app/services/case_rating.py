"""满意度评价：电话回访由党政办记，来件人凭查询码自评（plan 三(三)；R90）."""

from __future__ import annotations

from datetime import UTC, datetime

from app.access.actor import Actor
from app.db import session
from app.domain.case_choices import Satisfaction
from app.domain.case_words import Action
from app.services.case_step import Step, take_step
from models.case import Case
from models.case_life import CaseRating

EFFECTIVE = frozenset({Satisfaction.GOOD, Satisfaction.FAIR, Satisfaction.BAD})
"""作出了评价的；未联系上、拒绝评价不计入满意率的分母."""


def rate(
    case: Case,
    *,
    satisfaction: str,
    method: str,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    reference: str = "",
    informant_id: int | None = None,
    seen: int | None = None,
) -> Step:
    """满意度评价：只写评价子表与日志，不改案件；承办人不得代评。Raises Refused."""
    inputs = {
        "satisfaction": satisfaction,
        "method": method,
        "opinion": opinion,
        "reference": reference,
    }

    def changes(step: Step) -> None:
        session.add(
            CaseRating(
                township_id=case.township_id,
                case_id=case.id,
                rated_at=now.astimezone(UTC),
                round=case.round,
                informant_id=informant_id,
                person_id=step.actor.person_id,
                satisfaction=satisfaction,
                method=method,
                opinion=opinion.strip() or None,
                is_valid=satisfaction in EFFECTIVE,
            )
        )
        step.data.update({k: v for k, v in inputs.items() if v})

    return take_step(
        case, Action.RATE, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )
