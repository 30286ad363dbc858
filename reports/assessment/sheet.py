"""月度考核通报的底稿：全是纯数据，分以百分之一分存，写法由底稿自己答."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar

from markupsafe import Markup

from app.domain.assessment import Count, hundredths
from reports.assessment.chart import Bar, score_chart
from reports.minutes.sheet import Attendee, Colophon
from reports.wording import points


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """一格：分子、分母（都空为无数据，分母 0 为本期无）、摊过的权重与得分（百分之一）."""

    num: int | None
    den: int | None
    spread: int = 0
    points: int | None = None

    @property
    def pair(self) -> str:
        """分子／分母，或没有的缘由."""
        if self.den is None:
            return "无数据"
        return f"{self.num}/{self.den}" if self.den else "本期无"

    @property
    def rate(self) -> str:
        """比率；没有分母为空串."""
        rate = Count(self.num, self.den).rate
        if rate is None:
            return ""
        return points(hundredths(rate * 100)).removesuffix(".00") + "%"

    @property
    def worth(self) -> str:
        """得分／摊后权重；没有得分为空串."""
        if self.points is None:
            return ""
        return f"{points(self.points)}/{points(self.spread)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """一项指标：名称、口径、权重（0 为只展示）、越低越好否、各平台一格（次序同 ``scores``）."""

    code: str
    name: str
    rule: str
    weight: int
    cells: tuple[Cell, ...]
    is_inverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """一个平台：扣牌前、黄红牌、扣分、得分、等级、名次、上月得分（百分之一，没有为空）."""

    platform: str
    name: str
    base: int | None
    yellow: int
    red: int
    penalty: int
    score: int | None
    grade: str
    rank: int | None
    before: int | None = None

    @property
    def change(self) -> str:
        """与上月比；比不了为“—”."""
        if self.score is None or self.before is None:
            return "—"
        delta = self.score - self.before
        return f"+{points(delta)}" if delta > 0 else points(delta)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """一张黄牌或红牌：哪个平台、哪件、触发的时刻."""

    platform: str
    kind: str
    case: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """一个问题（只写编号，不写事由与人）：平台、编号、指标、缘由、期限."""

    platform: str
    case: str
    indicator: str
    why: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """一名网格员的有效上报：分子、分母."""

    name: str
    num: int
    den: int

    @property
    def rate(self) -> str:
        """比率；没有上报为“本期无”."""
        return Cell(num=self.num, den=self.den).rate or "本期无"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """一条复核意见：哪条线、谁（当时职务）、同意否、意见、时刻."""

    line: str
    person: Attendee
    is_agreed: bool
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularSheet:
    """月度考核通报（monthly assessment circular）；方案三（三），文书 P4.

    ``number`` 编号（〔2017〕5月），未发布的没有；``snapshot`` 快照号，``rule_version`` 规则版本；
    ``penalty`` 每张黄牌、红牌扣几分；``grades`` 等级一句话；``problems_left`` 没有列出的有几个。

    有编号而没有签发人、版次大于一而没有更正说明、各指标的格数与平台数不等，抛 ``ValueError``。
    """

    even_pages: ClassVar[bool] = True

    mark: str
    number: str | None
    organ: str
    dated: date
    title: tuple[str, ...]
    year: int
    month: int
    first: date
    last: date
    revision: int
    snapshot: str
    rule_version: str
    counts_demo: bool
    computed_at: datetime
    computed_by: str
    frozen_at: datetime
    scores: tuple[ScoreRow, ...]
    indicators: tuple[IndicatorRow, ...]
    penalty: str
    grades: str
    colophon: Colophon
    cards: tuple[CardRow, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    problems_left: int = 0
    people: tuple[PersonRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    signer: Attendee | None = None
    correction: str = ""

    def __post_init__(self) -> None:
        if self.number is not None and self.signer is None:
            raise ValueError("有编号的通报须有签发人")
        if self.revision > 1 and not self.correction:
            raise ValueError("另出一版须有更正说明")
        if any(len(row.cells) != len(self.scores) for row in self.indicators):
            raise ValueError("各指标的格数须与平台数相等")
        if self.frozen_at.tzinfo is None:
            raise ValueError("发布时刻必须带时区")

    @property
    def is_draft(self) -> bool:
        """草稿：还没有发布."""
        return self.number is None

    @property
    def document_title(self) -> str:
        """PDF 属性里的标题."""
        return f"{self.mark}{self.number or '（草稿）'}"

    @property
    def document_author(self) -> str:
        """PDF 属性里的作者：编发机构."""
        return self.organ

    @property
    def summary(self) -> tuple[str, ...]:
        """总体情况：几句话，全由表里的数写成."""
        scored = [row for row in self.scores if row.score is not None]
        if not scored:
            return (f"{self.month}月各平台都没有考核量，不评分、不排名。",)
        found = [self._range(scored)]
        yellow, red = sum(row.yellow for row in self.scores), sum(row.red for row in self.scores)
        cards = f"黄牌{yellow}张、红牌{red}张" if yellow or red else "没有黄牌、红牌"
        found.append(f"本月计入考核的{cards}。")
        idle = [row.name for row in self.scores if row.score is None]
        if idle:
            found.append(f"{'、'.join(idle)}本月没有考核量，不评分、不排名。")
        return tuple(found)

    def _range(self, scored: list[ScoreRow]) -> str:
        total = sum(row.score or 0 for row in scored)
        average = points(hundredths(Fraction(total, 100 * len(scored))))
        best = max(scored, key=lambda row: row.score or 0)
        least = min(scored, key=lambda row: row.score or 0)
        head = f"{self.month}月纳入考核的{len(scored)}个平台平均{average}分"
        if best.score == least.score:
            return f"{head}，各平台得分相同。"
        return (
            f"{head}，最高{best.name}{points(best.score)}分，"
            f"最低{least.name}{points(least.score)}分。"
        )

    @property
    def chart(self) -> Markup:
        """各平台得分的条形图."""
        return score_chart([Bar(row.name, row.score, row.grade) for row in self.scores])

    @property
    def missing(self) -> tuple[str, ...]:
        """各平台都没有数据的指标：名称与权重."""
        return tuple(
            f"{row.name}（权重{row.weight}）"
            for row in self.indicators
            if row.weight and all(cell.den is None for cell in row.cells)
        )

    @property
    def empty(self) -> tuple[str, ...]:
        """各平台本期没有的指标，一个平台一句."""
        found = []
        for place, score in enumerate(self.scores):
            names = [
                row.name for row in self.indicators if row.weight and row.cells[place].den == 0
            ]
            if names:
                found.append(f"{score.name}的{'、'.join(names)}")
        return tuple(found)

    @property
    def reporters(self) -> tuple[PersonRow, ...]:
        """本期有上报的网格员."""
        return tuple(row for row in self.people if row.den)

    @property
    def silent(self) -> tuple[str, ...]:
        """本期没有上报的网格员."""
        return tuple(row.name for row in self.people if not row.den)
