"""分流：分流交办、改派、签收、退回重分、平台内转办；交办与参与机构的行只在这里写."""

from __future__ import annotations

from datetime import UTC, datetime

from app.access.actor import Actor
from app.db import session
from app.domain.case_states import Clock
from app.domain.case_words import Action
from app.domain.deadlines import clock_plan
from app.domain.errors import Refused
from app.services.case_orgs import (
    current_assignment,
    end_assignment,
    end_assists,
    hand_over,
    join_org,
    leave_orgs,
    platforms_of,
)
from app.services.case_step import Step, take_step
from app.services.clocks import rule_of
from app.services.records import BLIND_SPOT_AFTER, open_blind_spot
from app.services.rules import calendar_of
from models.case import Case
from models.people import Person
from models.township import Org


def handling_due(case: Case, now: datetime) -> datetime | None:
    """此刻交办，办理期限是哪一刻（分流时显示，可缩短不可放长）."""
    rule = rule_of(case, Clock.HANDLE, now)
    if rule is None:
        return None
    return clock_plan(rule, now, calendar_of(case.township_id)).yellow.at


def dispatch(
    case: Case,
    *,
    platform: str,
    actor: Actor,
    now: datetime,
    org_id: int | None = None,
    note: str = "",
    due_at: datetime | None = None,
    seen: int | None = None,
) -> Step:
    """分流交办（plan 三(三)）：交给一个平台，签收与办理时钟起动。Raises Refused."""
    inputs = {
        "platform": platform,
        "org_id": org_id,
        "note": note,
        "due_at": due_at,
        "rule_due_at": handling_due(case, now) if due_at else None,
        "target_platforms": platforms_of(org_id, township_id=case.township_id, now=now),
    }

    def changes(step: Step) -> None:
        hand_over(step, platform=platform, org_id=org_id, note=note)
        step.capped_at = due_at
        step.data.update({"platform": platform, "org_id": org_id, "note": note, "due_at": due_at})

    return take_step(
        case, Action.DISPATCH, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def redispatch(
    case: Case,
    *,
    platform: str,
    reason: str,
    actor: Actor,
    now: datetime,
    org_id: int | None = None,
    seen: int | None = None,
) -> Step:
    """改派：签收前换一个平台，原交办作废留痕，两个时钟从此刻重新起算（R12）。Raises Refused."""
    inputs = {
        "platform": platform,
        "org_id": org_id,
        "target_platforms": platforms_of(org_id, township_id=case.township_id, now=now),
    }

    def changes(step: Step) -> None:
        row = current_assignment(case)
        end_assignment(row, kind="REDISPATCHED", now=now)
        leave_orgs(case, now=now)
        step.data.update({"from_platform": case.platform, "platform": platform, "org_id": org_id})
        case.org_id = None
        case.redispatch_count += 1
        if platform in step.facts.assist_platforms:
            # 协办平台成了主办：它自己的协办条撤了，别的平台照旧
            step.data["cooperations_withdrawn"] = end_assists(
                case, now=now, kind="REDISPATCHED", platform=platform
            )
        hand_over(step, platform=platform, org_id=org_id, note=reason)

    return take_step(
        case,
        Action.REDISPATCH,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def _handler(case: Case, handler_id: int | None, org_id: int | None) -> Person:
    """承办人须在承办机构任职或属于该机构。Raises Refused('handler_not_found')."""
    person = session.get(Person, handler_id) if handler_id else None
    if person is None or person.township_id != case.township_id or person.left_on is not None:
        raise Refused("handler_not_found", field="handler_id")
    org = session.get(Org, org_id) if org_id else None
    if org is None or org.township_id != case.township_id:
        raise Refused("org_not_found", field="org_id")
    return person


def sign_in(
    case: Case,
    *,
    org_id: int,
    handler_id: int,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """签收：定承办机构与承办人，首报时钟起动。Raises Refused."""
    inputs = {
        "org_id": org_id,
        "handler_id": handler_id,
        "target_platforms": platforms_of(org_id, township_id=case.township_id, now=now),
    }

    def changes(step: Step) -> None:
        person = _handler(case, handler_id, org_id)
        row = current_assignment(case)
        row.signed_at = now.astimezone(UTC)
        row.signed_by_id = step.person_id
        row.org_id, row.handler_id = org_id, handler_id
        join_org(case, org_id, role="HANDLE", handler_id=handler_id, now=now)
        case.org_id, case.handler_id = org_id, handler_id
        step.data.update({"org_id": org_id, "handler_id": handler_id, "handler": person.name})

    return take_step(
        case, Action.SIGN_IN, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def return_case(
    case: Case,
    *,
    return_reason: str,
    suggestion: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """退回重分：首次由操作员，第二次起须组长；退回次数加一。Raises Refused."""
    inputs = {"return_reason": return_reason, "suggestion": suggestion}

    def changes(step: Step) -> None:
        row = current_assignment(case)
        end_assignment(row, kind="RETURNED", now=now)
        leave_orgs(case, now=now)
        end_assists(case, now=now, kind="RETURNED")
        step.data.update({**inputs, "platform": case.platform})
        case.return_count += 1
        if case.return_count >= BLIND_SPOT_AFTER:
            open_blind_spot(case, dispute=reason, now=now)
        case.platform = case.org_id = case.handler_id = None
        case.lead_org_id = case.lead_person_id = None

    return take_step(
        case,
        Action.RETURN_CASE,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def transfer(
    case: Case,
    *,
    org_id: int,
    handler_id: int,
    opinion: str = "",
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """平台内转办：换机构或换承办人，办理期限不变，流转级数加一。Raises Refused."""
    inputs = {
        "org_id": org_id,
        "handler_id": handler_id,
        "target_platforms": platforms_of(org_id, township_id=case.township_id, now=now),
    }

    def changes(step: Step) -> None:
        person = _handler(case, handler_id, org_id)
        step.data.update(
            {
                "from_org_id": case.org_id,
                "from_handler_id": case.handler_id,
                "org_id": org_id,
                "handler_id": handler_id,
                "handler": person.name,
                "content": opinion,
            }
        )
        row = current_assignment(case)
        row.org_id, row.handler_id = org_id, handler_id
        join_org(case, org_id, role="HANDLE", handler_id=handler_id, now=now)
        case.org_id, case.handler_id = org_id, handler_id
        case.transfer_count += 1

    return take_step(
        case, Action.TRANSFER, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )
