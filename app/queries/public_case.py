"""来件人凭查询码看到的：编号、走到哪一段、承诺的期限、要补什么、能不能撤回与评价；别的都没有."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.scope import fetch
from app.db import session
from app.domain.case_facts import CaseFacts
from app.domain.case_guards_life import RATE_DAYS
from app.domain.case_states import State
from app.domain.case_words import Action
from app.domain.working_time import SHANGHAI
from app.queries.case_facts import facts_of
from models.case import Case
from models.journal import Journal

SHOWN = ("report", "direct_report", "accept", "dispatch", "finish", "feedback", "archive", "reject")
"""给来件人看的几步：什么时候到了哪一段."""


@dataclass(frozen=True, slots=True)
class PublicCase:
    """来件人看到的一件（public case）；``steps`` 是 动作 → 时刻，``items`` 是须补正的项目."""

    number: str
    state: str
    resume_state: str | None
    fed_back: bool
    due_at: datetime | None
    steps: dict[str, datetime]
    items: str
    can_supplement: bool
    can_withdraw: bool
    can_rate: bool


def public_case(case_id: int, actor: Actor, now: datetime) -> PublicCase:
    """码所对的那一件。Raises Refused('not_found')."""
    case = fetch(Case, case_id, actor)
    facts = facts_of(case)
    rows = session.execute(
        select(Journal.action, func.max(Journal.at).label("at"))
        .where(Journal.case_id == case.id, Journal.module == "case", Journal.action.in_(SHOWN))
        .group_by(Journal.action)
    ).all()
    return PublicCase(
        number=case.number or "",
        state=case.state,
        resume_state=case.resume_state,
        fed_back=facts.feedback_done,
        due_at=case.due_at if case.state in (State.DISPATCHED, State.PROCESSING) else None,
        steps={row.action: row.at for row in rows},
        items=_items(case) if case.state == State.SUPPLEMENT else "",
        can_supplement=case.state == State.SUPPLEMENT,
        can_withdraw=case.state in (State.REPORTED, State.SUPPLEMENT) and case.channel != "COUNTY",
        can_rate=_can_rate(facts, now),
    )


def _can_rate(facts: CaseFacts, now: datetime) -> bool:
    if facts.state not in (State.VERIFIED, State.ARCHIVED) or not facts.feedback_done:
        return False
    told = facts.fed_back_at
    if told is None or facts.rated:
        return False
    return (now.astimezone(SHANGHAI).date() - told.astimezone(SHANGHAI).date()).days <= RATE_DAYS


def _items(case: Case) -> str:
    """退回补正时一次性告知的缺项."""
    data = session.execute(
        select(Journal.data)
        .where(Journal.case_id == case.id, Journal.action == Action.REQUEST_SUPPLEMENT)
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    return str((data or {}).get("items") or "")
