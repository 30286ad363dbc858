"""月度考核通报的底稿怎么填：按范围读一版快照，化成纯数据；文字只由数写成."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.access.actor import Actor
from app.domain.assessment import AssessmentState, ScoreRule
from app.domain.assessment_rows import SHOWN_ONLY
from app.domain.months import Month
from app.queries.assessment_compare import comparisons
from app.queries.assessment_heads import AssessmentHead, revisions_of
from app.queries.assessment_paper import cards_of, problems_of, town_name
from app.queries.assessments import (
    AssessmentSheet,
    PlatformScore,
    ReviewLine,
    rule_of,
    sheet_of,
)
from reports.assessment.sheet import (
    CardRow,
    Cell,
    CircularSheet,
    IndicatorRow,
    PersonRow,
    ProblemRow,
    ReviewRow,
    ScoreRow,
)
from reports.assessment.words import CARDS, LINES, WHY, indicator_name, indicator_rule
from reports.minutes.sheet import Attendee, Colophon
from reports.wording import local

MARK = "“四个平台”考核通报"
ORGAN = "党政综合办公室"
DISTRIBUTION = ("各平台协调组", "乡纪委")
SCORED_PROBLEMS = ("I1", "I2", "I3")
MOST_PROBLEMS = 20
SYSTEM = "系统自动"


@dataclass(frozen=True, slots=True)
class Signing:
    """签发：编号（印在纸上的，如 〔2017〕5月）与签发人."""

    number: str
    signer: Attendee


def build(
    assessment_id: int, *, actor: Actor, now: datetime, signing: Signing | None = None
) -> CircularSheet:
    """月度考核通报底稿（P4）；没有 ``signing`` 即草稿。不在范围内抛 Refused('not_found')."""
    found = sheet_of(assessment_id, actor)
    head = found.head
    month, rule, dated = Month(head.year, head.month), rule_of(head), local(now).date()
    organ = f"{town_name(actor.township_id)}{ORGAN}"
    return CircularSheet(
        **_lists(found, actor),
        mark=MARK,
        number=signing.number if signing else None,
        signer=signing.signer if signing else None,
        organ=organ,
        dated=dated,
        title=(f"{head.year}年{head.month}月", "“四个平台”考核情况通报"),
        year=head.year,
        month=head.month,
        first=month.first,
        last=month.last,
        revision=head.revision,
        snapshot=f"{head.year}-{head.snapshot_no:04d}",
        rule_version=head.rule_version,
        counts_demo=head.counts_demo,
        computed_at=head.computed_at,
        computed_by=head.computed_by or SYSTEM,
        frozen_at=now.astimezone(UTC),
        scores=_scores(found, rule, actor),
        indicators=_indicators(found, rule),
        penalty=f"黄牌每张扣{rule.yellow}分，红牌每张扣{rule.red}分" if rule else "",
        grades=_grades(rule),
        colophon=Colophon(
            issuer=organ, issued_on=dated if signing else None, distribution=DISTRIBUTION
        ),
        correction=(head.reason or "") if head.revision > 1 else "",
    )


def _lists(found: AssessmentSheet, actor: Actor) -> dict[str, Any]:
    """黄红牌、问题、网格员、复核意见."""
    names = {row.platform: row.name for row in found.scores}
    key = found.head.id
    rows, total = problems_of(key, actor, indicators=SCORED_PROBLEMS, most=MOST_PROBLEMS)
    return {
        "cards": tuple(
            CardRow(
                platform=names.get(row.platform, row.platform),
                kind=CARDS[row.indicator],
                case=row.number or "—",
                due_at=row.due_at,
            )
            for row in cards_of(key, actor)
        ),
        "problems": tuple(
            ProblemRow(
                platform=names.get(row.platform, row.platform),
                case=row.number or "—",
                indicator=indicator_name(row.indicator),
                why=WHY.get(row.why, "未计入分子"),
                due_at=row.due_at,
            )
            for row in rows
        ),
        "problems_left": total - len(rows),
        "people": tuple(PersonRow(name=p.name, num=p.num, den=p.den) for p in found.people),
        "reviews": tuple(_review(one) for one in found.reviews),
    }


def _scores(found: AssessmentSheet, rule: ScoreRule | None, actor: Actor) -> tuple[ScoreRow, ...]:
    words = {grade.code: grade.zh for grade in rule.grades} if rule else {}
    before = _before(found.head, found.scores, actor)
    return tuple(
        ScoreRow(
            platform=row.platform,
            name=row.name,
            base=row.base_hundredths,
            yellow=row.yellow,
            red=row.red,
            penalty=row.penalty_hundredths,
            score=row.score_hundredths,
            grade=words.get(row.grade or "", row.grade or ""),
            rank=row.rank,
            before=before.get(row.platform),
        )
        for row in found.scores
    )


def _before(
    head: AssessmentHead, scores: tuple[PlatformScore, ...], actor: Actor
) -> dict[str, int | None]:
    """上月已发布的得分；上月没有发布的不比."""
    _earlier, last = comparisons(head, scores, revisions_of(head, actor), actor)
    if last is None or last.other.state != AssessmentState.PUBLISHED:
        return {}
    return {one.platform: one.before for one in last.changes}


def _indicators(found: AssessmentSheet, rule: ScoreRule | None) -> tuple[IndicatorRow, ...]:
    terms = {term.code: term for term in rule.terms} if rule else {}
    codes = dict.fromkeys(cell.indicator for row in found.scores for cell in row.cells)
    ordered = [code for code in terms if code in codes]
    ordered += [code for code in codes if code not in terms]
    return tuple(
        IndicatorRow(
            code=code,
            name=indicator_name(code),
            rule=indicator_rule(code),
            weight=0 if code in SHOWN_ONLY or code not in terms else terms[code].weight,
            is_inverted=code in terms and terms[code].invert,
            cells=tuple(_cell(row, code) for row in found.scores),
        )
        for code in ordered
    )


def _cell(row: PlatformScore, code: str) -> Cell:
    cell = row.cell(code)
    if cell is None:
        return Cell(num=None, den=None)
    return Cell(
        num=cell.num, den=cell.den, spread=cell.spread_hundredths, points=cell.points_hundredths
    )


def _grades(rule: ScoreRule | None) -> str:
    if rule is None:
        return ""
    return "，".join(f"{grade.least}分以上为{grade.zh}" for grade in rule.grades[:-1]) + (
        f"，其余为{rule.grades[-1].zh}"
    )


def _review(one: ReviewLine) -> ReviewRow:
    return ReviewRow(
        line=LINES.get(one.line, one.line),
        person=Attendee(name=one.person, post=one.post_name or ""),
        is_agreed=one.is_agreed,
        opinion=one.opinion or "",
        at=one.at,
    )
