"""收尾：核查通过、退回重办、反馈来件人、归档."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.domain.numbering import archive_number
from app.services import clock_revival, numbers
from app.services.attachments import bind
from app.services.case_step import Step, take_step
from app.services.rules import calendar_of
from models.case import Case, CaseInformant
from models.case_parts import CaseCheck, CaseFeedback
from models.township import Township


def _checked(step: Step, *, passed: bool, method: str, opinion: str) -> None:
    session.add(
        CaseCheck(
            township_id=step.case.township_id,
            case_id=step.case.id,
            at=step.now.astimezone(UTC),
            round=step.case.round,
            person_id=step.person_id,
            passed=passed,
            method=method,
            opinion=opinion,
        )
    )


def verify(
    case: Case,
    *,
    method: str,
    opinion: str,
    actor: Actor,
    now: datetime,
    attachments: Sequence[int] = (),
    seen: int | None = None,
) -> Step:
    """核查通过：核查人本轮未经手（SD1）；办理时钟按最后一次办结报送判按时。Raises Refused."""
    inputs = {"verify_method": method, "opinion": opinion}

    def changes(step: Step) -> None:
        files = bind(attachments, case=case, actor=actor, action=Action.VERIFY)
        _checked(step, passed=True, method=method, opinion=opinion)
        step.data.update({**inputs, "attachments": [f.id for f in files]})

    return take_step(
        case, Action.VERIFY, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def rework(
    case: Case,
    *,
    faults: str,
    demand: str,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """退回重办：返工次数加一，办理期限按 R11 后移，不足一日的给足一个工作日。Raises Refused."""
    inputs = {"faults": faults, "demand": demand}

    def changes(step: Step) -> None:
        _checked(step, passed=False, method="", opinion=f"{faults}；{demand}")
        case.rework_count += 1
        case.handled_at = None
        clock_revival.grant_rework(case, now=now)
        step.data.update(inputs)

    return take_step(
        case,
        Action.REWORK,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def informants_of(case: Case) -> list[CaseInformant]:
    """本案的来件人（含并入件的）."""
    return list(
        session.execute(
            select(CaseInformant).where(CaseInformant.case_id == case.id).order_by(CaseInformant.id)
        ).scalars()
    )


def feedback(
    case: Case,
    *,
    actor: Actor,
    now: datetime,
    method: str = "",
    content: str = "",
    receiver: str = "",
    feedback_at: datetime | None = None,
    no_feedback: str = "",
    county_reply_no: str = "",
    informant_id: int | None = None,
    reference: str = "",
    seen: int | None = None,
) -> Step:
    """反馈来件人：写方式、内容、时间，或“无须反馈”的理由；县级交办件记回复号。Raises Refused."""
    if informant_id is not None and informant_id not in {i.id for i in informants_of(case)}:
        raise Refused("informant_not_found", field="informant_id")
    inputs = {
        "method": method,
        "content": content,
        "feedback_at": feedback_at,
        "no_feedback": no_feedback,
        "reference": reference,
    }

    def changes(step: Step) -> None:
        session.add(
            CaseFeedback(
                township_id=case.township_id,
                case_id=case.id,
                at=(feedback_at or now).astimezone(UTC),
                round=case.round,
                person_id=step.person_id,
                informant_id=informant_id,
                method=method or None,
                receiver=receiver or None,
                content=content or None,
                waived_reason=no_feedback or None,
                county_reply_no=county_reply_no or None,
            )
        )
        step.data.update({k: v for k, v in inputs.items() if v})
        # 来件人要求保密的，接收人姓名不进日志
        step.data["receiver"] = None if step.facts.confidential else receiver

    return take_step(
        case, Action.FEEDBACK, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )


def archive(
    case: Case,
    *,
    retention: str,
    secrecy_confirmed: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """归档：清单齐全才给档号，此后只读。Raises Refused."""
    inputs = {"retention": retention, "secrecy_confirmed": secrecy_confirmed}

    def changes(step: Step) -> None:
        township = session.get_one(Township, case.township_id)
        year = calendar_of(case.township_id).local(now).year
        kind = f"archive:{retention}:{case.platform}"
        case.retention = retention
        case.archive_no = archive_number(
            fonds=township.fonds_code,
            year=year,
            period=retention,
            platform=case.platform or "",
            seq=numbers.take(case.township_id, kind, year),
        )
        step.data["archive_no"] = case.archive_no

    return take_step(
        case, Action.ARCHIVE, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )
