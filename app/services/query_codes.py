"""查询码：发给来件人，凭它看进度、补充、撤回、评价；库里只存带密钥的指纹."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import UTC, datetime

from sqlalchemy import select, update

from app.access.actor import Actor
from app.access.decide import decide
from app.access.subject import case_subject
from app.crypto import mark
from app.db import session
from app.domain.case_facts import CaseFacts
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.services import journal
from models.case import Case, CaseInformant
from models.case_life import QueryCode

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""不用容易看错的 0、1、I、O."""
LENGTH, GROUP = 12, 4


def normalised(typed: str) -> str:
    """人输入的查询码：全角、小写、空格、横线都不论."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in plain if one in ALPHABET)


def may_issue(facts: CaseFacts, actor: Actor) -> bool:
    """谁可以发查询码：反馈来件人的，或登记人本人."""
    if actor.person_id is not None and actor.person_id == facts.reporter_id:
        return True
    subject = case_subject(facts, {"reference": "query_code"})
    return decide(actor, "case", "feedback", subject).allowed


def issue(case: Case, *, actor: Actor, now: datetime, informant_id: int | None = None) -> str:
    """发一个查询码，只给看这一次；同一来件人从前的作废。Raises Refused."""
    if case.number is None:
        raise Refused("code_before_report")
    if not may_issue(facts_of(case), actor):
        raise Refused("not_granted", action="case.feedback")
    person = _informant(case, informant_id)
    session.execute(
        update(QueryCode)
        .where(
            QueryCode.case_id == case.id,
            QueryCode.informant_id.is_not_distinct_from(person),
            QueryCode.revoked_at.is_(None),
        )
        .values(revoked_at=now.astimezone(UTC))
        .execution_options(synchronize_session=False)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.add(
        QueryCode(
            township_id=case.township_id,
            case_id=case.id,
            issued_at=now.astimezone(UTC),
            informant_id=person,
            issued_by_id=actor.person_id,
            code_mark=mark(code) or "",
        )
    )
    journal.record(
        actor=actor,
        now=now,
        module="case",
        action="read",
        subject_kind="case",
        subject_id=case.id,
        case_id=case.id,
        round=case.round,
        data={"what": "query_code"},
    )
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _informant(case: Case, informant_id: int | None) -> int | None:
    known = list(
        session.execute(
            select(CaseInformant.id)
            .where(CaseInformant.case_id == case.id)
            .order_by(CaseInformant.id)
        ).scalars()
    )
    if informant_id is None:
        return known[0] if len(known) == 1 else None
    if informant_id not in known:
        raise Refused("informant_not_found", field="informant_id")
    return informant_id


def find_code(typed: str) -> QueryCode | None:
    """输入的查询码对的是哪一个；作废的、没有的一样为空."""
    code = normalised(typed)
    if len(code) != LENGTH:
        return None
    return session.execute(
        select(QueryCode).where(QueryCode.code_mark == mark(code), QueryCode.revoked_at.is_(None))
    ).scalar_one_or_none()
