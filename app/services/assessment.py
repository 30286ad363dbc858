"""考核的动词：计算（重算即另出一版）、复核、发布，以及到点自动出草稿."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select

from app.access.actor import Actor, system_actor
from app.access.decide import require
from app.db import session
from app.domain.assessment import AssessmentState, MonthScore, rule_for
from app.domain.errors import Refused
from app.domain.months import Month
from app.queries.assessment_rows import Period, counts_demo, platforms_in
from app.queries.assessments import rules_of
from app.services import assessment_count, assessment_documents, numbers
from app.services.assessment_deed import (
    BM,
    MONTH_LINE,
    OTHER,
    Deed,
    begin,
    line_of,
    not_computer,
    not_self,
    note,
    platforms_of,
    reasoned,
    subject_of,
)
from app.services.rules import calendar_of
from models.assessment import Assessment, AssessmentReview
from models.case import Case
from models.township import Township

KIND = "PLATFORM_MONTH"
NUMBERED = "assessment"
REQUIRED = {OTHER: ("C2",), BM: ("C1", "K")}
"""每条线须由哪些角色复核同意；乡纪委对便民平台必复核，对其余可抽核."""
REVIEWERS = ("C1", "C2", "K")
READERS = ("B", "C2", "D", "E", "F1", "F2", "F3", "F4", "G1", "G2", "G3", "G4", "K")


def period_of(month: Month, township_id: int) -> Period:
    """一个月的取数范围；演示件计不计看这个乡是不是还在演示."""
    since, until = month.span(calendar_of(township_id))
    demo = counts_demo(township_id)
    return Period(township_id, month.first, month.last, since, until, demo)


def calculate(
    month: Month, *, actor: Actor, now: datetime, reason: str | None = None
) -> Assessment:
    """计算考核：取快照号，冻结每一行；已有的另出一版并写明理由，已发布的不动。Raises Refused."""
    township_id = actor.township_id
    holding = require(actor, "assess", "calculate", subject_of(township_id))
    period = period_of(month, township_id)
    if now < period.until:
        raise Refused("month_not_over", month=month.code)
    rule = rule_for(rules_of(township_id), month.first, month.last)
    not_self(actor, {p.code: p.name for p in platforms_in(township_id, month.first, month.last)})
    # 取号即锁：同一乡的计算排队，后来的看得见先来的一版
    snapshot = numbers.take(township_id, NUMBERED, month.year)
    last = _latest(month, township_id)
    why = reasoned(reason) if last else None
    _supersede(last, now)
    row = Assessment(
        township_id=township_id,
        kind=KIND,
        year=month.year,
        month=month.number,
        revision=(last.revision if last else 0) + 1,
        state=AssessmentState.CALCULATED,
        snapshot_no=snapshot,
        version=0,
        rule_version=rule.version,
        counts_demo=period.demo,
        reason=why,
        computed_at=now.astimezone(UTC),
        computed_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    scores = assessment_count.write(row, assessment_count.tally(period), rule)
    deed = Deed(row, actor, holding, now)
    note(deed, "calculate", before=None, tell=REVIEWERS, opinion=why, data=_figures(scores))
    return row


def _figures(scores: dict[str, MonthScore]) -> dict[str, Any]:
    return {"scores": {code: score.score_hundredths for code, score in scores.items()}}


def _latest(month: Month, township_id: int) -> Assessment | None:
    """这个月最新的一版，锁住."""
    return session.execute(
        select(Assessment)
        .where(
            Assessment.township_id == township_id,
            Assessment.kind == KIND,
            Assessment.year == month.year,
            Assessment.month == month.number,
        )
        .order_by(Assessment.revision.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def _supersede(row: Assessment | None, now: datetime) -> None:
    """还没发布的一版由新版替代；已发布的留着，等新版发布."""
    if row is not None and row.state in (AssessmentState.CALCULATED, AssessmentState.REVIEWED):
        row.state = AssessmentState.SUPERSEDED
        row.superseded_at = now.astimezone(UTC)
        row.version += 1
        session.flush()


def review(
    assessment_id: int,
    *,
    line: str,
    agreed: bool,
    actor: Actor,
    now: datetime,
    opinion: str | None = None,
    seen: int | None = None,
) -> Assessment:
    """复核考核：按线，算的人与被考核的人回避；不同意的写明理由，退回重算。Raises Refused."""
    deed = begin(assessment_id, "review", line=line, actor=actor, now=now, seen=seen)
    row, before = deed.row, deed.row.state
    platforms = platforms_of(row.id)
    _reviewable(deed, line, platforms)
    words = (opinion or "").strip() or None
    session.add(
        AssessmentReview(
            township_id=row.township_id,
            assessment_id=row.id,
            at=deed.moment,
            person_id=deed.person_id,
            line=line,
            role=deed.holding.role,
            post_name=deed.holding.title,
            is_agreed=agreed,
            opinion=words if agreed else reasoned(words),
        )
    )
    session.flush()
    if missing_reviews(row.id, platforms):
        row.state, row.reviewed_at = AssessmentState.CALCULATED, None
    else:
        row.state, row.reviewed_at = AssessmentState.REVIEWED, row.reviewed_at or deed.moment
    tell = ("B",) if not agreed else ("C1",) if row.state == AssessmentState.REVIEWED else ()
    data = {"line": line, "agreed": agreed}
    note(deed, "review", before=before, tell=tell, opinion=words, data=data)
    return row


def _reviewable(deed: Deed, line: str, platforms: dict[str, str]) -> None:
    row = deed.row
    if row.state not in (AssessmentState.CALCULATED, AssessmentState.REVIEWED):
        raise Refused("assess_state", assessment_state=row.state)
    not_computer(deed)
    not_self(deed.actor, {code: name for code, name in platforms.items() if line_of(code) == line})
    done = session.execute(
        select(AssessmentReview.person_id).where(
            AssessmentReview.assessment_id == row.id,
            AssessmentReview.line == line,
            AssessmentReview.role == deed.holding.role,
        )
    ).scalar()
    if done is not None:
        raise Refused("already_reviewed", person_id=done)


def missing_reviews(assessment_id: int, platforms: dict[str, str]) -> list[tuple[str, str]]:
    """还差谁的同意：（线，角色）；有人不同意的，那一条一直差着，须重算."""
    rows = session.execute(
        select(AssessmentReview.line, AssessmentReview.role, AssessmentReview.is_agreed).where(
            AssessmentReview.assessment_id == assessment_id
        )
    ).all()
    agreed = {(row.line, row.role) for row in rows if row.is_agreed}
    refused = [(row.line, row.role) for row in rows if not row.is_agreed]
    lines = {line_of(code) for code in platforms}
    needed = [(line, role) for line in sorted(lines) for role in REQUIRED[line]]
    return [pair for pair in needed if pair not in agreed] + [
        pair for pair in refused if pair not in needed
    ]


def publish(
    assessment_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> Assessment:
    """发布考核：须复核齐全；同月先前发布的一版由它替代，两版都留着。Raises Refused."""
    deed = begin(assessment_id, "publish", line=MONTH_LINE, actor=actor, now=now, seen=seen)
    row, before = deed.row, deed.row.state
    if row.state == AssessmentState.CALCULATED:
        raise Refused("assess_not_reviewed")
    if row.state != AssessmentState.REVIEWED:
        raise Refused("assess_state", assessment_state=row.state)
    not_computer(deed)
    not_self(actor, platforms_of(row.id))
    replaced = _retire_published(row, deed.moment)
    row.state = AssessmentState.PUBLISHED
    row.published_at, row.published_by_id = deed.moment, deed.person_id
    session.flush()
    issued = assessment_documents.issue(row, actor=actor, holding=deed.holding, now=now)
    data: dict[str, Any] = {"number": issued.number, "sheet_sha256": issued.sheet_sha256}
    if replaced:
        data["replaces"] = replaced
    note(deed, "publish", before=before, tell=READERS, opinion=row.reason, data=data)
    return row


def _retire_published(row: Assessment, at: datetime) -> int | None:
    """同月已发布的一版改为已替代；返回它是第几版."""
    old = session.execute(
        select(Assessment)
        .where(
            Assessment.township_id == row.township_id,
            Assessment.kind == row.kind,
            Assessment.year == row.year,
            Assessment.month == row.month,
            Assessment.state == AssessmentState.PUBLISHED,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if old is None:
        return None
    old.state, old.superseded_at = AssessmentState.SUPERSEDED, at
    old.version += 1
    session.flush()
    return old.revision


def draft_due(*, now: datetime) -> int:
    """自动出草稿：过了次月第 1 个工作日 08:30 还没有的，各乡出上月一版；幂等，不提交."""
    towns = session.execute(select(Township.id).order_by(Township.id)).scalars().all()
    return sum(_draft(town, now) for town in towns)


def _draft(township_id: int, now: datetime) -> bool:
    calendar = calendar_of(township_id)
    month = Month.of(calendar.local_day(now)).shift(-1)
    if now < month.snapshot_at(calendar) or _latest(month, township_id) is not None:
        return False
    if not _had_cases(township_id, month.span(calendar)[1]):
        return False
    rules = rules_of(township_id)
    if not any(rule.valid_from <= month.last for rule in rules):
        return False
    calculate(month, actor=system_actor(township_id, calendar.local_day(now)), now=now)
    return True


def _had_cases(township_id: int, until: datetime) -> bool:
    """这个月末以前上报过案件：刚启用的乡不出空的一版."""
    found = exists().where(Case.township_id == township_id, Case.reported_at < until)
    return bool(session.execute(select(found)).scalar())
