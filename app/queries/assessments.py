"""考核的读：一版的全表与所用的规则；页面与文书都从这里取，一律先过数据范围."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.assessed import assess_reach
from app.access.scope import condition_for
from app.db import session
from app.domain.assessment import Count, ScoreRule, ranks
from app.queries.assessment_heads import AssessmentHead, head_of
from models.assessment import (
    AssessmentLine,
    AssessmentReview,
    AssessmentScore,
)
from models.people import Person
from models.rules import RuleSet

RULE_KIND = "weights"


@dataclass(frozen=True, slots=True)
class Cell:
    """一格：指标的分子分母、权重、摊过的权重与得分（百分之一）."""

    indicator: str
    num: int | None
    den: int | None
    weight: int
    spread_hundredths: int
    points_hundredths: int | None

    @property
    def count(self) -> Count:
        """分子与分母."""
        return Count(self.num, self.den)


@dataclass(frozen=True, slots=True)
class PlatformScore:
    """一个平台的月分；``rank`` 只在各平台都看得到时有."""

    platform: str
    name: str
    base_hundredths: int | None
    score_hundredths: int | None
    penalty_hundredths: int
    yellow: int
    red: int
    grade: str | None
    rank: int | None
    cells: tuple[Cell, ...]

    def cell(self, indicator: str) -> Cell | None:
        """某项指标的一格."""
        return next((c for c in self.cells if c.indicator == indicator), None)


@dataclass(frozen=True, slots=True)
class PersonCell:
    """一名网格员的一项指标（有效上报率）."""

    person_id: int
    name: str
    indicator: str
    num: int
    den: int


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """一条复核意见."""

    line: str
    role: str
    post_name: str | None
    person_id: int
    person: str
    is_agreed: bool
    opinion: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentSheet:
    """一版考核的全表（看得到的那些）."""

    head: AssessmentHead
    scores: tuple[PlatformScore, ...]
    people: tuple[PersonCell, ...]
    reviews: tuple[ReviewLine, ...]


def scores_of(ids: Iterable[int], actor: Actor) -> dict[int, tuple[PlatformScore, ...]]:
    """几版考核各平台的分与各格，按平台次序；两条查询."""
    wanted = list(ids)
    if not wanted:
        return {}
    cells: dict[tuple[int, str], list[Cell]] = {}
    lines = session.execute(
        select(
            AssessmentLine.assessment_id,
            AssessmentLine.platform,
            AssessmentLine.indicator,
            AssessmentLine.num,
            AssessmentLine.den,
            AssessmentLine.weight,
            AssessmentLine.spread_hundredths,
            AssessmentLine.points_hundredths,
        )
        .where(
            condition_for(AssessmentLine, actor),
            AssessmentLine.assessment_id.in_(wanted),
            AssessmentLine.platform.is_not(None),
        )
        .order_by(AssessmentLine.id)
    )
    for assessment_id, platform, *rest in lines:
        cells.setdefault((assessment_id, platform), []).append(Cell(*rest))
    rows = session.execute(
        select(AssessmentScore)
        .where(condition_for(AssessmentScore, actor), AssessmentScore.assessment_id.in_(wanted))
        .order_by(AssessmentScore.assessment_id, AssessmentScore.sort_no, AssessmentScore.platform)
    ).scalars()
    grouped: dict[int, list[AssessmentScore]] = {}
    for row in rows:
        grouped.setdefault(row.assessment_id, []).append(row)
    wide = assess_reach(actor).is_wide
    return {key: _scores(found, cells, wide=wide) for key, found in grouped.items()}


def _scores(
    rows: list[AssessmentScore], cells: dict[tuple[int, str], list[Cell]], *, wide: bool
) -> tuple[PlatformScore, ...]:
    placed = ranks({row.platform: row.score_hundredths for row in rows}) if wide else {}
    return tuple(
        PlatformScore(
            platform=row.platform,
            name=row.name,
            base_hundredths=row.base_hundredths,
            score_hundredths=row.score_hundredths,
            penalty_hundredths=row.penalty_hundredths,
            yellow=row.yellow,
            red=row.red,
            grade=row.grade,
            rank=placed.get(row.platform),
            cells=tuple(cells.get((row.assessment_id, row.platform), ())),
        )
        for row in rows
    )


def people_of(assessment_id: int, actor: Actor) -> tuple[PersonCell, ...]:
    """各网格员的有效上报率（看得到的）."""
    rows = session.execute(
        select(
            AssessmentLine.person_id,
            Person.name,
            AssessmentLine.indicator,
            AssessmentLine.num,
            AssessmentLine.den,
        )
        .join(Person, Person.id == AssessmentLine.person_id)
        .where(condition_for(AssessmentLine, actor), AssessmentLine.assessment_id == assessment_id)
        .order_by(Person.sort_key, Person.id)
    )
    return tuple(PersonCell(*row) for row in rows)


def reviews_of(assessment_id: int, actor: Actor) -> tuple[ReviewLine, ...]:
    """各条复核意见，按时间."""
    rows = session.execute(
        select(
            AssessmentReview.line,
            AssessmentReview.role,
            AssessmentReview.post_name,
            AssessmentReview.person_id,
            Person.name,
            AssessmentReview.is_agreed,
            AssessmentReview.opinion,
            AssessmentReview.at,
        )
        .join(Person, Person.id == AssessmentReview.person_id)
        .where(
            condition_for(AssessmentReview, actor),
            AssessmentReview.assessment_id == assessment_id,
        )
        .order_by(AssessmentReview.at, AssessmentReview.id)
    )
    return tuple(ReviewLine(*row) for row in rows)


def sheet_of(assessment_id: int, actor: Actor) -> AssessmentSheet:
    """一版考核的全表。Raises Refused('not_found')."""
    head = head_of(assessment_id, actor)
    return AssessmentSheet(
        head=head,
        scores=scores_of([head.id], actor).get(head.id, ()),
        people=people_of(head.id, actor),
        reviews=reviews_of(head.id, actor),
    )


def rules_of(township_id: int) -> list[ScoreRule]:
    """本乡的全部月分规则版本."""
    bodies = session.execute(
        select(RuleSet.body).where(RuleSet.township_id == township_id, RuleSet.kind == RULE_KIND)
    ).scalars()
    return [ScoreRule.from_mapping(body) for body in bodies]


def rule_of(head: AssessmentHead) -> ScoreRule | None:
    """这一版所用的规则版本；已不在库里的为空."""
    found = (rule for rule in rules_of(head.township_id) if rule.version == head.rule_version)
    return next(found, None)
