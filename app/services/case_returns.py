"""退回当否的认定：党政办说一次退回当不当，不当的进退回率（考核 I5、AG7）."""

from __future__ import annotations

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.decide import require
from app.access.subject import Subject
from app.db import session
from app.domain.case_words import Party
from app.domain.errors import Refused
from app.services import journal, notify
from models.case import Case
from models.case_parts import Assignment

OPINION_MIN = 10
"""认定不当、改认定，意见至少几个字."""


def judge_return(
    case: Case,
    *,
    assignment_id: int,
    fair: bool,
    opinion: str,
    actor: Actor,
    now: datetime,
    seen: bool | None = None,
) -> Assignment:
    """认定退回当否（workflow return_case；plan 二(三)）：只写那一轮交办与日志，不动案件.

    ``seen`` 是页面上看到的认定，期间别人认定过的不覆盖。认定不当、改认定须写意见，至少
    ``OPINION_MIN`` 个字。知会退回的那个平台的组长（案件此时可能已在别的平台）。
    Raises Refused('not_granted'…, 'return_not_found', 'judged_meanwhile', 'assess_reason').
    """
    holding = require(
        actor, "assess", "judge_return", Subject(kind="case", township_id=case.township_id)
    )
    row = session.get(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    if row is None or row.case_id != case.id or row.end_kind != "RETURNED":
        raise Refused("return_not_found")
    if row.return_fair is not seen:
        raise Refused("judged_meanwhile", by=row.judged_by_id, at=row.judged_at)
    words = opinion.strip()
    if (not fair or seen is not None) and len(words) < OPINION_MIN:
        raise Refused("assess_reason", field="opinion", at_least=OPINION_MIN)
    row.return_fair, row.judged_opinion = fair, words or None
    row.judged_at, row.judged_by_id = now.astimezone(UTC), actor.person_id
    session.flush()
    entry = journal.record(
        actor=actor,
        now=now,
        module="assess",
        action="judge_return",
        subject_kind="case",
        subject_id=case.id,
        holding=holding,
        case_id=case.id,
        round=case.round,
        opinion=words or None,
        data={"fair": fair, "was": seen, "platform": row.platform, "turn": row.turn},
    )
    leads = notify.of_platform(case.township_id, row.platform, Party.G, now=now)
    notify.write(case, leads, action="judge_return", entry_id=entry.id, now=now, by=actor.person_id)
    return row
