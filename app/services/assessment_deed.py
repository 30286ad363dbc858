"""考核的一步：锁住这一版、核对看见的版本、判定授权、回避、留痕、知会."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.scope import fetch
from app.access.subject import Subject
from app.db import session
from app.domain.assessment import AssessmentState
from app.domain.errors import Refused
from app.services import journal, notify
from models.assessment import Assessment, AssessmentScore
from models.journal import Journal

BM, OTHER = "BM", "OTHER"
MONTH_LINE = "month"
REASON_MIN = 10


@dataclass(frozen=True, slots=True)
class Deed:
    """走着的一步：锁住的一版、谁、以哪条任职、何时."""

    row: Assessment
    actor: Actor
    holding: HoldingView
    now: datetime

    @property
    def moment(self) -> datetime:
        """这一步的时刻（UTC）."""
        return self.now.astimezone(UTC)

    @property
    def person_id(self) -> int:
        """做事的人（系统不能复核、发布）."""
        if self.actor.person_id is None:
            raise Refused("system_only")
        return self.actor.person_id


def line_of(platform: str) -> str:
    """分线：便民平台由乡长与乡纪委复核，其余由副组长（SD3）."""
    return BM if platform == BM else OTHER


def subject_of(township_id: int, *, line: str | None = None, state: str | None = None) -> Subject:
    """考核的判定对象."""
    return Subject(
        kind="assessment",
        township_id=township_id,
        line=line,
        state=state,
        is_published=state == AssessmentState.PUBLISHED,
    )


def begin(
    assessment_id: int,
    action: str,
    *,
    line: str,
    actor: Actor,
    now: datetime,
    seen: int | None,
) -> Deed:
    """开始一步：锁住范围内的一版，核对版本，判定授权。Raises Refused."""
    row = fetch(Assessment, assessment_id, actor, lock=True)
    _unmoved(row, seen)
    subject = subject_of(row.township_id, line=line, state=row.state)
    return Deed(row, actor, require(actor, "assess", action, subject), now)


def _unmoved(row: Assessment, seen: int | None) -> None:
    """表单带着它看见的版本：期间别人动过就拒绝，说出是谁、做了什么、什么时候."""
    if seen is None or seen == row.version:
        return
    last = session.execute(
        select(Journal.actor_name, Journal.module, Journal.action, Journal.at)
        .where(Journal.subject_kind == "assessment", Journal.subject_id == row.id)
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).one_or_none()
    who, what, at = (last[0], f"{last[1]}.{last[2]}", last[3]) if last else ("—", "", None)
    raise Refused("changed_meanwhile", who=who, action=what, at=at, version=row.version)


def platforms_of(assessment_id: int) -> dict[str, str]:
    """这一版考核了哪些平台：代码 → 名称."""
    rows = session.execute(
        select(AssessmentScore.platform, AssessmentScore.name).where(
            AssessmentScore.assessment_id == assessment_id
        )
    )
    return {row.platform: row.name for row in rows}


def not_self(actor: Actor, platforms: Mapping[str, str]) -> None:
    """被考核人不得裁定自己（SD9）：在被考核平台任职的回避。Raises Refused('assess_self')."""
    own = {h.platform for h in actor.current if h.platform} & set(platforms)
    if own:
        raise Refused("assess_self", names="、".join(platforms[code] for code in sorted(own)))


def not_computer(deed: Deed) -> None:
    """自己算的不得自己复核、发布。Raises Refused('assess_own_work')."""
    if deed.actor.person_id is not None and deed.actor.person_id == deed.row.computed_by_id:
        raise Refused("assess_own_work")


def reasoned(text: str | None) -> str:
    """理由须写明，至少十个字。Raises Refused('reason')."""
    plain = (text or "").strip()
    if len(plain) < REASON_MIN:
        raise Refused("assess_reason", field="reason", at_least=REASON_MIN)
    return plain


def note(
    deed: Deed,
    action: str,
    *,
    before: str | None,
    tell: Iterable[str] = (),
    opinion: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Journal:
    """收尾：版本加一，留痕一条，知会各角色（做事的本人不用知会）."""
    row = deed.row
    row.version += 1
    session.flush()
    facts = {
        "assessment": row.id,
        "month": f"{row.year}-{row.month:02d}",
        "revision": row.revision,
        "snapshot": row.snapshot_no,
    }
    entry = journal.record(
        actor=deed.actor,
        now=deed.now,
        module="assess",
        action=action,
        subject_kind="assessment",
        subject_id=row.id,
        holding=deed.holding,
        before=before,
        after=row.state,
        opinion=opinion,
        data={**facts, **(data or {})},
    )
    notify.post(
        notify.holders(row.township_id, tell, now=deed.now) - {deed.actor.person_id},
        township_id=row.township_id,
        kind=f"assess.{action}",
        key=f"assessment:{row.id}:{entry.id}",
        now=deed.now,
        facts=facts,
    )
    return entry
