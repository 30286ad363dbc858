"""调解：协议随办结登记，到期回访履行，挂在本案与调解机构名下；谁看得到随案（规格 Mediation）."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.decide import decide, require
from app.access.subject import Subject, case_subject
from app.db import session
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.services import journal
from app.services.case_step import Step
from app.services.rules import calendar_of
from models.case import Case
from models.record import Record
from models.township import Org

MEDIATION = "mediation"
AGREED, GUIDED, PERFORMED = "AGREED", "GUIDED", "PERFORMED"
"""调解登记的状态：达成协议、调解不成已引导、已履行."""
JUSTICE = "SFS"
"""限定 LINKED 所指的机构：司法所."""


@dataclass(frozen=True, slots=True)
class Mediation:
    """调解登记（调解子表）：当事人、争议、调解员、协议要点、履行期限."""

    parties: str
    dispute: str
    mediator: str
    agreement: str = ""
    perform_by: date | None = None
    agreed: bool = True


def record_mediation(step: Step, mediation: Mediation) -> Record:
    """调解登记：随办结一并登记；写了履行期限的，到期前要回访。Raises Refused."""
    for name in ("parties", "dispute", "mediator"):
        if not getattr(mediation, name).strip():
            raise Refused("needs", fields=(name,))
    if mediation.agreed and not mediation.agreement.strip():
        raise Refused("needs", fields=("agreement",))
    case, until = step.case, mediation.perform_by
    calendar = calendar_of(case.township_id)
    row = Record(
        township_id=case.township_id,
        flow=MEDIATION,
        state=AGREED if mediation.agreed else GUIDED,
        opened_at=step.now.astimezone(UTC),
        due_at=calendar.closing(until).astimezone(UTC) if until else None,
        case_id=case.id,
        org_id=step.org_id,
        opened_by_id=step.actor.person_id,
        platform=case.platform,
        round=case.round,
        data={
            "parties": mediation.parties.strip(),
            "dispute": mediation.dispute.strip(),
            "mediator": mediation.mediator.strip(),
            "agreement": mediation.agreement.strip(),
            "perform_by": until.isoformat() if until else None,
        },
    )
    session.add(row)
    session.flush()
    return row


def mediation_of(case: Case) -> Record | None:
    """本案最近的一次调解登记."""
    return session.execute(
        select(Record)
        .where(Record.flow == MEDIATION, Record.case_id == case.id)
        .order_by(Record.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def may_follow_up(case: Case, row: Record, *, actor: Actor) -> bool:
    """此人此刻可不可以记履行回访."""
    subject = _subject(case, row)
    return row.state == AGREED and decide(actor, MEDIATION, "record", subject).allowed


def follow_up(
    case: Case,
    *,
    content: str,
    performed: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Record:
    """履行回访：记看到的情况，``performed`` 为已按协议履行；案件须已锁住.

    ``seen`` 是填表时看到的版本，其后别人记过、自己点了两下的不再记。Raises Refused.
    """
    row = mediation_of(case)
    if row is None:
        raise Refused("not_found")
    holding = require(actor, MEDIATION, "record", _subject(case, row))
    if row.state != AGREED:
        raise Refused("mediation_closed")
    if seen is not None and seen != row.version:
        raise Refused("changed_meanwhile")
    if not content.strip():
        raise Refused("needs", fields=("content",), field="content")
    moment = now.astimezone(UTC)
    visit = {
        "at": moment.isoformat(),
        "person_id": actor.person_id,
        "content": content.strip(),
        "performed": performed,
    }
    before = row.state
    row.data = {**row.data, "visits": [*row.data.get("visits", ()), visit]}
    if performed:
        row.state, row.closed_at = PERFORMED, moment
    row.version += 1
    journal.record(
        actor=actor,
        now=now,
        module=MEDIATION,
        action="record",
        subject_kind="record",
        subject_id=row.id,
        holding=holding,
        case_id=case.id,
        before=before,
        after=row.state,
        round=case.round,
        opinion=content.strip(),
        data={"performed": performed},
    )
    return row


def _subject(case: Case, row: Record) -> Subject:
    """判定对象：机构取调解机构（限定 OWN_ORG），是司法所的有关联（限定 LINKED）."""
    org = session.get(Org, row.org_id) if row.org_id else None
    return replace(
        case_subject(facts_of(case)),
        org_ids=frozenset({org.id} if org else ()),
        linked=org is not None and org.code == JUSTICE,
    )


__all__ = ["Mediation", "follow_up", "may_follow_up", "mediation_of", "record_mediation"]
