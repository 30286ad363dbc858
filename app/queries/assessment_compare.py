"""考核的对比：与上一版、与上一个月，哪些分、哪些数变了."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.domain.months import Month
from app.queries.assessment_heads import AssessmentHead, head_of
from app.queries.assessments import PlatformScore, scores_of
from models.assessment import Assessment


@dataclass(frozen=True, slots=True)
class CellChange:
    """一格的变化：原来与现在的分子分母."""

    indicator: str
    before: tuple[int | None, int | None]
    after: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """一个平台的变化：原来与现在的得分（百分之一）、牌数，以及变了的各格."""

    platform: str
    name: str
    before: int | None
    after: int | None
    cards_before: tuple[int, int]
    cards_after: tuple[int, int]
    cells: tuple[CellChange, ...]

    @property
    def delta(self) -> int | None:
        """升降多少；有一边没有分的为空."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def is_changed(self) -> bool:
        """有没有变."""
        return bool(
            self.cells or self.before != self.after or self.cards_before != self.cards_after
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """与另一版（上一版，或上一个月）的对比."""

    other: AssessmentHead
    changes: tuple[ScoreChange, ...]


def compare(old: Sequence[PlatformScore], new: Sequence[PlatformScore]) -> tuple[ScoreChange, ...]:
    """逐平台、逐指标比；两边都有的平台才比."""
    before = {score.platform: score for score in old}
    return tuple(
        ScoreChange(
            platform=score.platform,
            name=score.name,
            before=was.score_hundredths,
            after=score.score_hundredths,
            cards_before=(was.yellow, was.red),
            cards_after=(score.yellow, score.red),
            cells=tuple(
                CellChange(cell.indicator, (other.num, other.den), (cell.num, cell.den))
                for cell in score.cells
                if (other := was.cell(cell.indicator)) is not None
                and (other.num, other.den) != (cell.num, cell.den)
            ),
        )
        for score in new
        if (was := before.get(score.platform)) is not None
    )


def comparisons(
    head: AssessmentHead,
    scores: Sequence[PlatformScore],
    editions: Sequence[AssessmentHead],
    actor: Actor,
) -> tuple[Comparison | None, Comparison | None]:
    """与上一版、与上一个月（发布的，没有发布的取最新一版）的对比；没有为空."""
    earlier = next((one for one in editions if one.revision < head.revision), None)
    month = _month_before(head, actor)
    others = [one for one in (earlier, month) if one is not None]
    found = scores_of([one.id for one in others], actor)

    def against(other: AssessmentHead | None) -> Comparison | None:
        if other is None:
            return None
        return Comparison(other, compare(found.get(other.id, ()), scores))

    return against(earlier), against(month)


def _month_before(head: AssessmentHead, actor: Actor) -> AssessmentHead | None:
    before = Month(head.year, head.month).shift(-1)
    key = session.execute(
        select(Assessment.id)
        .where(
            condition_for(Assessment, actor),
            Assessment.kind == head.kind,
            Assessment.year == before.year,
            Assessment.month == before.number,
        )
        .order_by((Assessment.state == "PUBLISHED").desc(), Assessment.revision.desc())
        .limit(1)
    ).scalar()
    return None if key is None else head_of(key, actor)
