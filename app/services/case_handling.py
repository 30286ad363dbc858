"""办理：记录进展、办结报送."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from app.access.actor import Actor
from app.db import session
from app.domain.case_words import Action
from app.services import mediation as mediations
from app.services.attachments import bind
from app.services.case_orgs import current_assignment
from app.services.case_step import Step, take_step
from app.services.mediation import Mediation
from models.case import Case
from models.case_parts import CaseResult


def record_progress(
    case: Case,
    *,
    content: str,
    actor: Actor,
    now: datetime,
    document_no: str = "",
    attachments: Sequence[int] = (),
    seen: int | None = None,
) -> Step:
    """记录进展：首次进展停首报时钟。Raises Refused."""

    def changes(step: Step) -> None:
        files = bind(attachments, case=case, actor=actor, action=Action.RECORD_PROGRESS)
        step.data.update({"content": content, "document_no": document_no})
        step.data["attachments"] = [f.id for f in files]

    return take_step(
        case,
        Action.RECORD_PROGRESS,
        actor=actor,
        now=now,
        seen=seen,
        inputs={"content": content},
        changes=changes,
    )


def finish(
    case: Case,
    *,
    result: str,
    content: str,
    attachments: Sequence[int],
    actor: Actor,
    now: datetime,
    transfer_org: str = "",
    transfer_no: str = "",
    party_opinion: str = "",
    no_wait_reason: str = "",
    mediation: Mediation | None = None,
    seen: int | None = None,
) -> Step:
    """办结报送：结果类别、说明、证据；办理停表，核查时钟起动；调解的连同登记。Raises Refused."""
    inputs = {
        "result": result,
        "content": content,
        "evidence": list(attachments),
        "transfer_org": transfer_org,
        "transfer_no": transfer_no,
        "no_wait_reason": no_wait_reason,
        "mediation_id": mediation,
    }

    def changes(step: Step) -> None:
        files = bind(attachments, case=case, actor=actor, action=Action.FINISH)
        moment = now.astimezone(UTC)
        session.add(
            CaseResult(
                township_id=case.township_id,
                case_id=case.id,
                at=moment,
                round=case.round,
                person_id=step.person_id,
                org_id=step.org_id,
                result=result,
                account=content,
                moved_to=transfer_org or None,
                document_no=transfer_no or None,
                party_opinion=party_opinion or None,
            )
        )
        case.handled_at = moment
        current_assignment(case).finished_at = moment
        if mediation is not None:
            step.data["mediation"] = mediations.record_mediation(step, mediation).id
        hidden = ("evidence", "mediation_id")
        step.data.update({k: v for k, v in inputs.items() if v and k not in hidden})
        step.data["attachments"] = [f.id for f in files]

    return take_step(
        case, Action.FINISH, actor=actor, now=now, seen=seen, inputs=inputs, changes=changes
    )
