"""改与回头：调整小类或等级、更正登记信息、撤回办结、重开."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.access.actor import Actor
from app.db import session
from app.domain.case_states import State
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.services import clock_rules
from app.services.attachments import bind
from app.services.case_closing import informants_of
from app.services.case_intake import category_of
from app.services.case_orgs import current_assignment, hand_over, reopen_rows
from app.services.case_record import Informant, describe, name_informant, place_case
from app.services.case_step import Step, take_step
from models.case import Case, CaseInformant, CaseText


def reclassify(
    case: Case,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    category_id: int | None = None,
    level: str = "",
    seen: int | None = None,
) -> Step:
    """调整小类或等级：按新等级从原起点重算，调高的给足一个工作日（R7）。Raises Refused."""
    category = category_of(case.township_id, category_id)
    new_level = level or case.level
    if new_level == case.level and category_id in (None, case.category_id):
        raise Refused("amend_nothing")
    inputs: dict[str, Any] = {"level": new_level}
    if category is not None and category_id != case.category_id:
        inputs["category_id"] = category_id
        inputs["target_platforms"] = (category.platform,) if category.platform else ()

    def changes(step: Step) -> None:
        was = {"category_id": case.category_id, "level": case.level}
        before = case.level
        case.level = new_level
        if category is not None:
            case.category_id = category_id
            if category.is_sensitive and not case.is_sensitive:
                case.is_sensitive = True
                session.get_one(CaseText, case.id).is_sensitive = True
        clock_rules.rerule(case, before=before, now=now)
        step.data.update({"from": was, "category_id": case.category_id, "level": new_level})

    return take_step(
        case,
        Action.RECLASSIFY,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


@dataclass(frozen=True, slots=True)
class Corrections:
    """更正的登记字段；为 None 的不改。时刻为带时区的时刻，村网格为编号."""

    title: str | None = None
    body: str | None = None
    place: str | None = None
    grid_id: int | None = None
    village_id: int | None = None
    received_at: datetime | None = None
    occurred_at: datetime | None = None
    people_count: int | None = None
    informant: Informant | None = None

    def given(self) -> dict[str, Any]:
        """给了哪些，给的是什么."""
        names = (name for name in self.__slots__ if name != "informant")
        return {name: v for name in names if (v := getattr(self, name)) is not None}


def correct(
    case: Case,
    *,
    corrections: Corrections,
    reason: str,
    actor: Actor,
    now: datetime,
    attachments: Sequence[int] = (),
    seen: int | None = None,
) -> Step:
    """更正登记信息：只限登记字段，原值留在日志；改来件时间须附依据。Raises Refused."""
    text = session.get_one(CaseText, case.id)
    own = _own_informant(case)
    changed = _differences(case, text, corrections)
    person = corrections.informant if _informant_differs(own, corrections.informant) else None
    if not changed and person is None:
        raise Refused("amend_nothing")
    if "received_at" in changed and not attachments:
        raise Refused("correct_evidence", field="attachments")
    names = [*changed, *(["informant"] if person else [])]

    def changes(step: Step) -> None:
        files = bind(attachments, case=case, actor=actor, action=Action.CORRECT)
        _rewrite(case, text, changed, person, own)
        step.data.update(
            {
                "from": {} if case.is_sensitive else {k: v[0] for k, v in changed.items()},
                "to": {} if case.is_sensitive else {k: v[1] for k, v in changed.items()},
                "fields": names,
                "attachments": [f.id for f in files],
            }
        )

    return take_step(
        case,
        Action.CORRECT,
        actor=actor,
        now=now,
        seen=seen,
        inputs={"corrections": names},
        reason=reason,
        changes=changes,
    )


def _differences(
    case: Case, text: CaseText, corrections: Corrections
) -> dict[str, tuple[Any, Any]]:
    """真改了的：字段 → (原值, 新值)."""
    found = {}
    for name, new in corrections.given().items():
        old = text.body if name == "body" else getattr(case, name)
        if old != new:
            found[name] = (old, new)
    return found


def _own_informant(case: Case) -> CaseInformant | None:
    return next((i for i in informants_of(case) if i.from_case_id is None), None)


def _informant_differs(own: CaseInformant | None, new: Informant | None) -> bool:
    if new is None:
        return False
    if own is None:
        return True
    now = (own.name, own.phone, own.is_anonymous, own.is_confidential)
    return now != (new.name or None, new.phone or None, new.is_anonymous, new.is_confidential)


def _rewrite(
    case: Case,
    text: CaseText,
    changed: Mapping[str, tuple[Any, Any]],
    person: Informant | None,
    own: CaseInformant | None,
) -> None:
    new = {name: pair[1] for name, pair in changed.items()}
    for name in ("received_at", "occurred_at", "people_count"):
        if name in new:
            setattr(case, name, new[name])
    if "title" in new:
        case.title = new["title"].strip()
    if {"place", "grid_id", "village_id"} & set(new):
        place_case(
            case,
            village_id=new.get("village_id", None if "grid_id" in new else case.village_id),
            grid_id=new.get("grid_id", None if "village_id" in new else case.grid_id),
            point_village_id=case.point_village_id,
            place=new.get("place", case.place),
            lon=case.lon,
            lat=case.lat,
        )
    phone = person.phone if person else (own.phone if own else None)
    describe(case, body=new.get("body", text.body), phone=phone)
    if person is not None:
        name_informant(case, person)


def withdraw_finish(
    case: Case, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """撤回办结：原办结人，核查之前，每案一次，不计返工。Raises Refused."""

    def changes(step: Step) -> None:
        case.handled_at = None
        current_assignment(case).finished_at = None

    return take_step(
        case,
        Action.WITHDRAW_FINISH,
        actor=actor,
        now=now,
        seen=seen,
        reason=reason,
        changes=changes,
    )


def reopen(
    case: Case,
    *,
    reopen_reason: str,
    reason: str,
    actor: Actor,
    now: datetime,
    basis: str = "",
    seen: int | None = None,
) -> Step:
    """重开：开新一轮，办理期限重新起算，原卷保留。Raises Refused."""
    inputs = {"reopen_reason": reopen_reason, "basis": basis}

    def changes(step: Step) -> None:
        was = {"archive_no": case.archive_no, "round": case.round}
        case.round += 1
        case.rework_count = 0
        case.handled_at = None
        case.archive_no = None
        case.retention = None
        case.is_self_closed = False
        if step.taken.after is State.PROCESSING:
            _carry_on(step)
        else:
            case.platform = case.org_id = case.handler_id = None
            case.lead_org_id = case.lead_person_id = None
        step.data.update({**inputs, "from": was})

    return take_step(
        case,
        Action.REOPEN,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def _carry_on(step: Step) -> None:
    """归档的重开，仍由原主办平台、原承办机构办：新一轮另写一行交办，视同已签收."""
    case = step.case
    row = hand_over(step, platform=case.platform or "", org_id=case.org_id, note="重开")
    row.signed_at = step.now.astimezone(UTC)
    row.handler_id = case.handler_id
    row.signed_by_id = step.actor.person_id
    reopen_rows(case)
