"""交办与参与机构：谁在办、办到哪、哪些机构看得见；清单用的行只在这里写."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select, update

from app.db import session
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.services.case_step import Step
from app.services.rules import calendar_of
from models.case import Case
from models.case_parts import Assignment, CaseOrg, Cooperation
from models.platform import PlatformOrg


def platforms_of(org_id: int | None, *, township_id: int, now: datetime) -> tuple[str, ...]:
    """此刻这个机构属于哪些平台（一机构可属多平台）."""
    if org_id is None:
        return ()
    today = calendar_of(township_id).local_day(now)
    rows = session.execute(
        select(PlatformOrg.platform).where(
            PlatformOrg.township_id == township_id,
            PlatformOrg.org_id == org_id,
            PlatformOrg.valid_from <= today,
            (PlatformOrg.valid_to.is_(None)) | (PlatformOrg.valid_to >= today),
        )
    )
    return tuple(rows.scalars())


def hand_over(step: Step, *, platform: str, org_id: int | None, note: str) -> Assignment:
    """写一行交办：同平台旧的一行不再列入清单，永不重开旧行."""
    case, now = step.case, step.now.astimezone(UTC)
    if case.reported_at is None:
        raise Refused("no_such_step", state=case.state, action=Action.DISPATCH)
    case.platform = platform
    case.turn += 1
    session.execute(
        update(Assignment)
        .where(
            Assignment.case_id == case.id,
            Assignment.platform == platform,
            Assignment.is_listed,
        )
        .values(is_listed=False)
        .execution_options(synchronize_session=False)
    )
    row = Assignment(
        township_id=case.township_id,
        case_id=case.id,
        round=case.round,
        turn=case.turn,
        platform=platform,
        role="LEAD",
        is_listed=True,
        is_open=True,
        reported_at=case.reported_at,
        due_at=case.due_at,
        assigned_at=now,
        assigned_by_id=step.actor.person_id,
        org_id=org_id,
        note=note or None,
    )
    session.add(row)
    if org_id is not None:
        join_org(case, org_id, role="HANDLE", handler_id=None, now=now)
        case.org_id = org_id
    return row


def join_org(case: Case, org_id: int, *, role: str, handler_id: int | None, now: datetime) -> None:
    """机构参与本案；承办机构换了，原来的转为只读."""
    if case.reported_at is None:
        raise Refused("no_such_step", state=case.state, action=Action.SIGN_IN)
    if role == "HANDLE":
        leave_orgs(case, now=now, keep=org_id)
    row = session.execute(
        select(CaseOrg).where(CaseOrg.case_id == case.id, CaseOrg.org_id == org_id)
    ).scalar_one_or_none()
    if row is None:
        row = CaseOrg(
            township_id=case.township_id,
            case_id=case.id,
            org_id=org_id,
            reported_at=case.reported_at,
            since=now,
        )
        session.add(row)
    row.role = role
    row.is_current = True
    row.is_open = True
    row.until = None
    row.handler_id = handler_id
    row.due_at = case.due_at


def leave_orgs(case: Case, *, now: datetime, keep: int | None = None) -> None:
    """原承办机构退出：此后只读，不再列在办."""
    session.execute(
        update(CaseOrg)
        .where(
            CaseOrg.case_id == case.id,
            CaseOrg.role == "HANDLE",
            CaseOrg.is_current,
            CaseOrg.org_id != (keep or 0),
        )
        .values(is_current=False, is_open=False, until=now.astimezone(UTC))
        .execution_options(synchronize_session=False)
    )


def current_assignment(case: Case) -> Assignment:
    """主办平台现在的这一次交办。Raises Refused('no_assignment')."""
    row = session.execute(
        select(Assignment).where(
            Assignment.case_id == case.id,
            Assignment.role == "LEAD",
            Assignment.is_listed,
            Assignment.ended_at.is_(None),
        )
    ).scalar_one_or_none()
    if row is None:
        raise Refused("no_assignment")
    return row


def end_assignment(row: Assignment, *, kind: str, now: datetime) -> None:
    """结束一次交办，不再列入平台清单."""
    row.ended_at = now.astimezone(UTC)
    row.end_kind = kind
    row.is_open = False
    row.is_listed = False


def reopen_rows(case: Case, *, ended_by: str | None = None) -> None:
    """终结的案件又走起来：清单用的行重新打开；``ended_by`` 为那一步结束的交办也恢复."""
    if ended_by is not None:
        session.execute(
            update(Assignment)
            .where(
                Assignment.case_id == case.id,
                Assignment.round == case.round,
                Assignment.end_kind == ended_by,
            )
            .values(ended_at=None, end_kind=None, is_listed=True, is_open=True)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Assignment)
        .where(Assignment.case_id == case.id, Assignment.is_listed)
        .values(is_open=True)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(CaseOrg)
        .where(CaseOrg.case_id == case.id, CaseOrg.is_current)
        .values(is_open=True)
        .execution_options(synchronize_session=False)
    )


def end_assists(case: Case, *, now: datetime, kind: str, platform: str | None = None) -> list[int]:
    """协办结束：清单行与未回复的协办条一并结束；退回时全部，改派到协办平台时只它的.

    返回撤了哪几张协办条。
    """
    moment = now.astimezone(UTC)
    session.execute(
        update(Assignment)
        .where(
            Assignment.case_id == case.id,
            Assignment.role == "ASSIST",
            Assignment.ended_at.is_(None),
            *_only(Assignment.platform, platform),
        )
        .values(ended_at=moment, end_kind=kind, is_listed=False, is_open=False)
        .execution_options(synchronize_session=False)
    )
    withdrawn = session.execute(
        update(Cooperation)
        .where(
            Cooperation.case_id == case.id,
            Cooperation.state.in_(("WAITING", "DOING")),
            *_only(Cooperation.platform, platform),
        )
        .values(state="CANCELLED")
        .returning(Cooperation.id, Cooperation.org_id)
        .execution_options(synchronize_session=False)
    ).all()
    left = [row.org_id for row in withdrawn if row.org_id is not None]
    session.execute(
        update(CaseOrg)
        .where(
            CaseOrg.case_id == case.id,
            CaseOrg.is_current,
            *_leaving(case, left if platform else None),
        )
        .values(is_current=False, is_open=False, until=moment)
        .execution_options(synchronize_session=False)
    )
    return [row.id for row in withdrawn]


def _leaving(case: Case, org_ids: list[int] | None) -> list[Any]:
    """退出的协办机构：空为牵头、协办的全部；否则是这几家里不再有协办条的."""
    if org_ids is None:
        return [CaseOrg.role.in_(("ASSIST", "LEAD"))]
    asked = exists().where(
        Cooperation.case_id == case.id,
        Cooperation.org_id == CaseOrg.org_id,
        Cooperation.state.in_(("WAITING", "DOING")),
    )
    return [CaseOrg.role == "ASSIST", CaseOrg.org_id.in_(org_ids), ~asked]


def _only(column: Any, platform: str | None) -> list[Any]:
    return [] if platform is None else [column == platform]
