"""考核：分子分母 → 指标值 → 月分 → 等级；全程精确分数，最后一步才进位。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, Self

from app.domain.errors import Refused

FULL = 100


class AssessmentState(StrEnum):
    """考核一版的状态：算好、已复核、已发布、已被新版替代."""

    CALCULATED = "CALCULATED"
    REVIEWED = "REVIEWED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True)
class Count:
    """分子与分母（count）：两者都空为“无数据”（产品里还没有这项记录），分母 0 为“本期无”."""

    num: int | None = None
    den: int | None = None

    @property
    def is_measured(self) -> bool:
        """有没有数据（分母可以是 0）."""
        return self.den is not None

    @property
    def rate(self) -> Fraction | None:
        """比率，精确分数，至多为 1（上月交办本月退回的会使退回多于交办）；没有分母为空."""
        if not self.den or self.num is None:
            return None
        return min(Fraction(self.num, self.den), Fraction(1))


@dataclass(frozen=True, slots=True)
class Term:
    """计分项（term）：指标、权重；``invert`` 的越低越好，按 1 减比率计."""

    code: str
    weight: int
    invert: bool = False

    def share(self, count: Count) -> Fraction | None:
        """得分的比例；没有分母为空."""
        rate = count.rate
        if rate is None:
            return None
        return 1 - rate if self.invert else rate


@dataclass(frozen=True, slots=True)
class Grade:
    """等级（grade）：``least`` 分及以上."""

    code: str
    zh: str
    least: int


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """平台月分的规则（score rule）：权重、扣牌、等级的一个版本，造出来时即自检."""

    version: str
    valid_from: date
    terms: tuple[Term, ...]
    yellow: int
    red: int
    grades: tuple[Grade, ...]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """由 ``version``、``terms``、``penalty``、``grades`` 读入；写法不对抛 ValueError."""
        since = data["version"]["valid_from"]
        return cls(
            version=data["version"]["code"],
            valid_from=since if isinstance(since, date) else date.fromisoformat(since),
            terms=tuple(
                Term(row["code"], row["weight"], bool(row.get("invert"))) for row in data["terms"]
            ),
            yellow=data["penalty"]["yellow"],
            red=data["penalty"]["red"],
            grades=tuple(Grade(row["code"], row["zh"], row["min"]) for row in data["grades"]),
        )

    def __post_init__(self) -> None:
        codes = [term.code for term in self.terms]
        least = [grade.least for grade in self.grades]
        faults = []
        if len(set(codes)) != len(codes):
            faults.append("指标重复")
        if any(term.weight <= 0 for term in self.terms):
            faults.append("权重须大于 0")
        if sum(term.weight for term in self.terms) != FULL:
            faults.append("权重合计须为 100")
        if min(self.yellow, self.red) < 0 or self.red < self.yellow:
            faults.append("红牌扣分不得少于黄牌")
        if least != sorted(set(least), reverse=True) or least[-1:] != [0]:
            faults.append("等级须由高到低，末级从 0 起")
        if faults:
            raise ValueError("；".join(faults))

    def grade_of(self, hundredths: int) -> str:
        """两位小数的得分是哪一等."""
        return next(g.code for g in self.grades if hundredths >= g.least * FULL)


@dataclass(frozen=True, slots=True)
class Line:
    """一项的得数（line）：``spread`` 是摊过的权重，``points`` 是得分；没有分母的摊 0、无得分."""

    term: Term
    count: Count
    spread: Fraction
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class MonthScore:
    """平台月分（month score）：``exact`` 为扣牌前的精确分；没有考核量时分与等级都空."""

    lines: tuple[Line, ...]
    yellow: int
    red: int
    penalty: int
    exact: Fraction | None
    base_hundredths: int | None
    score_hundredths: int | None
    grade: str | None


def hundredths(value: Fraction) -> int:
    """四舍五入（逢五进一）到两位小数，以百分之一计."""
    return floor(value * FULL + Fraction(1, 2))


def month_score(
    rule: ScoreRule, counts: Mapping[str, Count], *, yellow: int = 0, red: int = 0
) -> MonthScore:
    """平台月分：没有分母的指标不计，其余权重按比例放大到 100；扣牌后不低于 0；先进位再判等."""
    shares = {t.code: t.share(counts.get(t.code, Count())) for t in rule.terms}
    total = sum(t.weight for t in rule.terms if shares[t.code] is not None)
    lines = tuple(_line(t, counts.get(t.code, Count()), shares[t.code], total) for t in rule.terms)
    penalty = rule.yellow * yellow + rule.red * red
    if not total:
        return MonthScore(lines, yellow, red, penalty, None, None, None, None)
    exact = sum((line.points or Fraction(0) for line in lines), Fraction(0))
    score = hundredths(max(exact - penalty, Fraction(0)))
    return MonthScore(
        lines, yellow, red, penalty, exact, hundredths(exact), score, rule.grade_of(score)
    )


def _line(term: Term, count: Count, share: Fraction | None, total: int) -> Line:
    if share is None:
        return Line(term, count, Fraction(0), None)
    spread = Fraction(term.weight * FULL, total)
    return Line(term, count, spread, spread * share)


def ranks(scores: Mapping[str, int | None]) -> dict[str, int | None]:
    """名次：同分同名次，其后空出；没有考核量的不排."""
    known = sorted((s for s in scores.values() if s is not None), reverse=True)
    return {k: None if s is None else known.index(s) + 1 for k, s in scores.items()}


def rule_for(rules: Iterable[ScoreRule], first: date, last: date) -> ScoreRule:
    """一个月适用的规则：月首已生效的里最新的（不溯及既往）；都在月中才生效的取最早的一版.

    到月末都没有生效的规则时 ``Refused("no_assessment_rule")``。
    """
    known = sorted(rules, key=lambda rule: rule.valid_from)
    before = [rule for rule in known if rule.valid_from <= first]
    if before:
        return before[-1]
    inside = [rule for rule in known if rule.valid_from <= last]
    if not inside:
        raise Refused("no_assessment_rule", day=first)
    return inside[0]
