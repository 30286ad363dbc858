"""待批条：一件案件请了什么；等某人决定的各条."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from models.case import Case
from models.case_life import CaseProposal


def asked_of(case: Case, kind: str, *, pending: bool = True) -> CaseProposal | None:
    """一类待批条里最近的一条；``pending`` 为真只看未决的."""
    statement = select(CaseProposal).where(
        CaseProposal.case_id == case.id, CaseProposal.kind == kind
    )
    if pending:
        statement = statement.where(CaseProposal.state == "PENDING")
    return session.execute(statement.order_by(CaseProposal.id.desc()).limit(1)).scalar_one_or_none()


def pending_of(case: Case) -> list[CaseProposal]:
    """这一件未决的待批条."""
    return list(
        session.execute(
            select(CaseProposal)
            .where(CaseProposal.case_id == case.id, CaseProposal.state == "PENDING")
            .order_by(CaseProposal.id)
        ).scalars()
    )
