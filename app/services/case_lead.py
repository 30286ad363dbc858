"""牵头与协办：明确牵头人和牵头单位、增减协办单位、协办签收与回复（plan 三(一)3、二(一)）."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.subject import case_subject
from app.db import session
from app.domain.case_flow import step_of
from app.domain.case_states import State
from app.domain.case_words import Action, Party
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.services import journal, notify
from app.services.attachments import bind
from app.services.case_multi import ROLES, assist
from app.services.case_orgs import join_org, platforms_of
from app.services.case_step import Step, take_step
from models.case import Case
from models.case_parts import Assignment, CaseOrg, Cooperation
from models.people import Person
from models.township import Org


def _local(case: Case, org_id: int | None, person_id: int | None = None) -> None:
    """机构与人都须是本乡的。Raises Refused."""
    org = session.get(Org, org_id) if org_id else None
    if org is None or org.township_id != case.township_id:
        raise Refused("org_not_found", field="lead_org_id")
    person = session.get(Person, person_id) if person_id else None
    if person_id and (person is None or person.township_id != case.township_id):
        raise Refused("handler_not_found", field="lead_person_id")


def appoint_lead(
    case: Case,
    *,
    lead_person_id: int,
    lead_org_id: int,
    note: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """明确牵头人和牵头单位：只由协调组组长作出，历任留痕。Raises Refused."""
    _local(case, lead_org_id, lead_person_id)
    inputs = {"lead_person_id": lead_person_id, "lead_org_id": lead_org_id, "note": note}

    def changes(step: Step) -> None:
        was = {"lead_person_id": case.lead_person_id, "lead_org_id": case.lead_org_id}
        case.lead_person_id, case.lead_org_id = lead_person_id, lead_org_id
        if lead_org_id != case.org_id:
            join_org(case, lead_org_id, role="LEAD", handler_id=None, now=now.astimezone(UTC))
        step.data.update({**inputs, "from": was})

    return take_step(
        case,
        Action.APPOINT_LEAD,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=note,
        changes=changes,
    )


@dataclass(frozen=True, slots=True)
class Ask:
    """请谁协办：单位、协作角色、任务、回复期限（带时区的时刻，可空）."""

    org_id: int
    task: str
    role: str = "配合"
    reply_due_at: datetime | None = None


def add_cooperators(
    case: Case,
    *,
    asks: Sequence[Ask] = (),
    drop: Sequence[int] = (),
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """增减协办单位：涉及第二个平台的须过多平台闸门；撤的只限还没有回复的。Raises Refused."""
    if not asks and not drop:
        raise Refused("cooperators_none", field="coop_org_ids")
    platforms = {ask.org_id: _platform_of(case, ask, now) for ask in asks}
    inputs = {
        "coop_org_ids": [ask.org_id for ask in asks],
        "assist_platforms": sorted({p for p in platforms.values() if p != case.platform}),
        "drop": list(drop),
    }

    def changes(step: Step) -> None:
        for row in _dropped(case, drop):
            row.state = "CANCELLED"
            _leave(case, row, now=now)
        for ask in asks:
            assist(
                step,
                platforms[ask.org_id],
                task=ask.task,
                org_id=ask.org_id,
                role=ask.role,
                reply_due_at=ask.reply_due_at,
            )
            join_org(case, ask.org_id, role="ASSIST", handler_id=None, now=now.astimezone(UTC))
        step.data.update({**inputs, "tasks": {str(a.org_id): a.task for a in asks}})

    return take_step(
        case,
        Action.ADD_COOPERATORS,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def _platform_of(case: Case, ask: Ask, now: datetime) -> str:
    """这个单位以哪个平台的名义协办：属主办平台的算主办平台。Raises Refused."""
    _local(case, ask.org_id)
    if ask.org_id in (case.org_id, case.lead_org_id):
        raise Refused("cooperator_is_handler", field="coop_org_ids", org_id=ask.org_id)
    if ask.role not in ROLES or not ask.task.strip():
        raise Refused("cooperation_task", field="tasks")
    if _open_of(case, org_id=ask.org_id):
        raise Refused("cooperator_known", field="coop_org_ids", org_id=ask.org_id)
    found = platforms_of(ask.org_id, township_id=case.township_id, now=now)
    if not found:
        raise Refused("org_outside_platforms", field="coop_org_ids", org_id=ask.org_id)
    return case.platform if case.platform in found and case.platform else found[0]


def _open_of(case: Case, *, org_id: int) -> list[Cooperation]:
    return list(
        session.execute(
            select(Cooperation).where(
                Cooperation.case_id == case.id,
                Cooperation.round == case.round,
                Cooperation.org_id == org_id,
                Cooperation.state.in_(("WAITING", "DOING")),
            )
        ).scalars()
    )


def _dropped(case: Case, keys: Sequence[int]) -> list[Cooperation]:
    rows = list(
        session.execute(
            select(Cooperation).where(Cooperation.case_id == case.id, Cooperation.id.in_(keys))
        ).scalars()
    )
    if len(rows) != len(set(keys)) or any(row.state in ("REPLIED", "CANCELLED") for row in rows):
        raise Refused("cooperation_closed", field="drop")
    return rows


def _leave(case: Case, row: Cooperation, *, now: datetime) -> None:
    """协办撤了：单位转为只读；平台再没有协办条的，不再列在它的清单里."""
    if row.org_id is not None:
        org = session.execute(
            select(CaseOrg).where(
                CaseOrg.case_id == case.id,
                CaseOrg.org_id == row.org_id,
                CaseOrg.role == "ASSIST",
            )
        ).scalar_one_or_none()
        if org is not None:
            org.is_current = org.is_open = False
            org.until = now.astimezone(UTC)
    left = session.execute(
        select(Cooperation.id).where(
            Cooperation.case_id == case.id,
            Cooperation.platform == row.platform,
            Cooperation.id != row.id,
            Cooperation.state != "CANCELLED",
        )
    ).first()
    if left is None:
        for listed in session.execute(
            select(Assignment).where(
                Assignment.case_id == case.id,
                Assignment.platform == row.platform,
                Assignment.role == "ASSIST",
                Assignment.is_listed,
            )
        ).scalars():
            listed.is_listed = listed.is_open = False
            listed.ended_at, listed.end_kind = now.astimezone(UTC), "CANCELLED"


def cooperation_of(case: Case, key: int) -> Cooperation:
    """本案的一张协办条，锁住。Raises Refused('not_found')."""
    row = session.execute(
        select(Cooperation)
        .where(Cooperation.case_id == case.id, Cooperation.id == key)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def sign_cooperation(
    case: Case, *, cooperation_id: int, org_id: int, handler_id: int, actor: Actor, now: datetime
) -> Cooperation:
    """签收协办条：协办平台另行签收，不改主案状态；已不能回复的案件不再签收。Raises Refused."""
    step_of(State(case.state), Action.SUBMIT_COOPERATION)
    row = cooperation_of(case, cooperation_id)
    if row.state != "WAITING":
        raise Refused("cooperation_closed")
    own = frozenset({row.org_id} if row.org_id else ())
    subject = replace(case_subject(facts_of(case)), platform=row.platform, org_ids=own)
    holding = require(actor, "case", Action.SIGN_IN, subject)
    _local(case, org_id, handler_id)
    if row.org_id not in (None, org_id):
        raise Refused("own_org_only", field="org_id", org_id=row.org_id)
    if row.platform not in platforms_of(org_id, township_id=case.township_id, now=now):
        raise Refused("org_outside_platform", field="org_id", platform=row.platform)
    row.state, row.signed_at = "DOING", now.astimezone(UTC)
    row.org_id, row.handler_id = org_id, handler_id
    join_org(case, org_id, role="ASSIST", handler_id=handler_id, now=now.astimezone(UTC))
    case.version += 1
    _tell_signed(case, row, holding, actor=actor, now=now)
    return row


def _tell_signed(
    case: Case, row: Cooperation, holding: HoldingView, *, actor: Actor, now: datetime
) -> None:
    """签收协办条：留痕（协办人的姓名一并记下），知会协办人与主办的承办人."""
    person = session.get_one(Person, row.handler_id)
    data = {name: getattr(row, name) for name in ("platform", "org_id", "handler_id")}
    entry = journal.record(
        actor=actor,
        now=now,
        module="case",
        action=Action.SIGN_IN,
        subject_kind="cooperation",
        subject_id=row.id,
        holding=holding,
        case_id=case.id,
        before=case.state,
        after=case.state,
        round=case.round,
        data={**data, "handler": person.name},
    )
    common: dict[str, Any] = {"entry_id": entry.id, "now": now, "by": actor.person_id}
    notify.write(case, {person.id}, action="cooperation_assigned", **common)
    notify.tell(case, (Party.HANDLER,), action="cooperation_signed", **common)


def submit_cooperation(
    case: Case,
    *,
    cooperation_id: int,
    reply: str,
    actor: Actor,
    now: datetime,
    attachments: Sequence[int] = (),
    seen: int | None = None,
) -> Step:
    """协办回复：协办条置已回复；办结之前可改（另写一条）。Raises Refused."""
    row = cooperation_of(case, cooperation_id)
    if row.state == "CANCELLED":
        raise Refused("cooperation_closed")
    inputs = {"reply": reply, "cooperation_id": cooperation_id}

    def changes(step: Step) -> None:
        if row.org_id not in (None, step.org_id) and step.holding.platform != row.platform:
            raise Refused("not_coop_org")
        row.org_id = row.org_id or step.org_id
        files = bind(attachments, case=case, actor=actor, action=Action.SUBMIT_COOPERATION)
        row.state, row.replied_at = "REPLIED", now.astimezone(UTC)
        row.signed_at = row.signed_at or row.replied_at
        row.reply = reply.strip()
        step.data.update({**inputs, "attachments": [f.id for f in files]})

    return take_step(
        case,
        Action.SUBMIT_COOPERATION,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )
