"""考核的计数：由每一行得分子分母与分，写成一版快照的各行；只写，不判谁能算."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import insert

from app.db import session
from app.domain.assessment import Count, MonthScore, ScoreRule, hundredths, month_score
from app.domain.assessment_rows import CARDS, IN_NUM, OF_PERSON, OF_PLATFORM, SHOWN_ONLY
from app.queries.assessment_rows import (
    CountedRow,
    Period,
    grid_members_in,
    platforms_in,
    rows_of,
)
from models.assessment import Assessment, AssessmentLine, AssessmentRow, AssessmentScore
from models.platform import Platform

IN_TIME, OVERDUE = "I2", "I11"


@dataclass(frozen=True, slots=True)
class Tally:
    """一个月的取数：各平台、各网格员，以及每个数字背后的行."""

    platforms: tuple[Platform, ...]
    people: tuple[int, ...]
    rows: tuple[CountedRow, ...]

    def counts(self, indicator: str) -> dict[str | int, Count]:
        """一项指标各平台（或各人）的分子分母；没有行的分母为 0."""
        den: Counter[str | int] = Counter()
        num: Counter[str | int] = Counter()
        for row in self.rows:
            if row.indicator == indicator:
                whose = row.platform if row.person_id is None else row.person_id
                den[whose or ""] += row.in_den
                num[whose or ""] += row.in_num
        every: Iterable[str | int] = (
            self.people if indicator == OF_PERSON else [p.code for p in self.platforms]
        )
        return {one: Count(num[one], den[one]) for one in every}


def tally(period: Period) -> Tally:
    """取数：一个指标一条查询；超期率与按时办结率出自同一批行，两者之和才恒为 1."""
    where = (period.township_id, period.first, period.last)
    platforms, people = platforms_in(*where), grid_members_in(*where)
    known: set[str | int | None] = {p.code for p in platforms} | set(people)
    rows = [row for code in IN_NUM if code != OVERDUE for row in rows_of(code, period)]
    rows += [_overdue(row) for row in rows if row.indicator == IN_TIME]
    return Tally(
        tuple(platforms),
        tuple(people),
        tuple(row for row in rows if (row.person_id or row.platform) in known),
    )


def _overdue(row: CountedRow) -> CountedRow:
    return replace(row, indicator=OVERDUE, in_num=row.in_den and row.why in IN_NUM[OVERDUE])


def write(assessment: Assessment, found: Tally, rule: ScoreRule) -> dict[str, MonthScore]:
    """把一版的分、指标、行写进库；返回各平台的月分."""
    counts = {code: found.counts(code) for code in (*OF_PLATFORM, OF_PERSON, *CARDS)}
    scores = {p.code: _score(p.code, counts, rule) for p in found.platforms}
    key = {"township_id": assessment.township_id, "assessment_id": assessment.id}
    _add(AssessmentScore, key, [_score_row(p, scores[p.code]) for p in found.platforms])
    lines = [line for code, one in scores.items() for line in _lines(code, one, counts)]
    lines += [
        {**_blank_line(OF_PERSON, count), "platform": None, "person_id": person}
        for person, count in counts[OF_PERSON].items()
    ]
    _add(AssessmentLine, key, lines)
    _add(AssessmentRow, key, [asdict(row) for row in found.rows])
    return scores


def _score(
    platform: str, counts: Mapping[str, Mapping[str | int, Count]], rule: ScoreRule
) -> MonthScore:
    yellow, red = (counts[card][platform].num or 0 for card in CARDS)
    own = {code: counts[code][platform] for code in OF_PLATFORM}
    return month_score(rule, own, yellow=yellow, red=red)


def _score_row(platform: Platform, score: MonthScore) -> dict[str, Any]:
    return {
        "platform": platform.code,
        "name": platform.name,
        "sort_no": platform.sort_no,
        "base_hundredths": score.base_hundredths,
        "score_hundredths": score.score_hundredths,
        "penalty_hundredths": score.penalty * 100,
        "yellow": score.yellow,
        "red": score.red,
        "grade": score.grade,
    }


def _lines(
    platform: str, score: MonthScore, counts: Mapping[str, Mapping[str | int, Count]]
) -> list[dict[str, Any]]:
    whose = {"platform": platform, "person_id": None}
    scored = [
        {
            **whose,
            "indicator": line.term.code,
            "num": line.count.num,
            "den": line.count.den,
            "weight": line.term.weight,
            "spread_hundredths": hundredths(line.spread),
            "points_hundredths": None if line.points is None else hundredths(line.points),
        }
        for line in score.lines
    ]
    shown = [{**_blank_line(code, counts[code][platform]), **whose} for code in SHOWN_ONLY]
    return scored + shown


def _blank_line(indicator: str, count: Count) -> dict[str, Any]:
    """只展示、不计分的一项."""
    return {
        "indicator": indicator,
        "num": count.num,
        "den": count.den,
        "weight": 0,
        "spread_hundredths": 0,
        "points_hundredths": None,
    }


def _add(model: Any, key: Mapping[str, int], rows: list[dict[str, Any]]) -> None:
    if rows:
        # 直接插表：ORM 会按空列分批，行越杂语句越多
        session.execute(insert(model.__table__), [{**key, **row} for row in rows])
