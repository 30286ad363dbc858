"""时限规则：各时钟在各等级、各件别下的黄牌（承诺期限）与红牌时限。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self

from app.domain.explain import Span, Unit

LEVELS = ("一般", "较大", "重大")
SERVICE_RED_AFTER = 5  # 服务件红牌：承诺工作日之后再过的工作日（件别表 SERVICE）
LEVEL_EXEMPT_KINDS = frozenset({"PETITION"})  # 信访事项不与等级值比早晚（R14）


def is_raised(before: str, after: str) -> bool:
    """等级是否调高；调高的期限不早于变更后 1 个工作日末（R7）."""
    return LEVELS.index(after) > LEVELS.index(before)


@dataclass(frozen=True, slots=True)
class Rule:
    """时限规则（deadline rule）：黄牌即承诺期限，红牌从同一起点算（R8）.

    ``county_due`` 是县级交办件的县要求时刻（UTC）：黄牌不晚于其前一个工作日末，红牌不晚于该
    时刻。这时 ``red`` 为 None 表示红牌就是县要求时刻；没有 ``county_due`` 而 ``red`` 为 None
    的抛 ValueError。``version`` 是规则版本，记在时钟上，已在走的时钟按旧版走完。
    """

    yellow: Span
    red: Span | None
    version: str
    county_due: datetime | None = None

    def __post_init__(self) -> None:
        if self.red is None and self.county_due is None:
            raise ValueError("没有县要求时刻的规则须有红牌时限")


@dataclass(frozen=True, slots=True)
class ClockRule:
    """时钟（clock）：责任方、发不发牌、跟催的工作日、自带的时限（如补正）."""

    code: str
    owner: str
    cards: bool = True
    remind_wd: tuple[int, ...] = ()
    pair: tuple[Span, Span] | None = None


@dataclass(frozen=True, slots=True)
class KindRule:
    """件别（kind of case）的办理时限：``handle`` 为 level、item、county 或一对时限."""

    code: str
    handle: str | tuple[Span, Span]
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class RuleBook:
    """时限规则册（一个版本的全部时限）.

    由 ``from_mapping`` 读入；自 ``valid_from`` 起开始的时钟用它。查不到的时钟、等级、件别
    抛 ValueError。依据：时限规则 R8、R14 与各表；方案未给数值，全部可配。
    """

    version: str
    valid_from: date
    clocks: Mapping[str, ClockRule] = field(hash=False)
    levels: Mapping[str, Mapping[str, tuple[Span, Span] | None]] = field(hash=False)
    kinds: Mapping[str, KindRule] = field(hash=False)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """由 ``version``、``clocks``、``sla``、``kinds`` 四项读入；写法不对抛 ValueError."""
        since = data["version"]["valid_from"]
        book = cls(
            version=data["version"]["code"],
            valid_from=since if isinstance(since, date) else date.fromisoformat(since),
            clocks=MappingProxyType({row["code"]: _clock(row) for row in data["clocks"]}),
            levels=MappingProxyType({k: _level(k, row) for k, row in data["sla"].items()}),
            kinds=MappingProxyType({row["code"]: _kind(row) for row in data["kinds"]}),
        )
        book._check()
        return book

    def _check(self) -> None:
        if set(self.levels) != set(LEVELS):
            raise ValueError(f"等级须为{'、'.join(LEVELS)}")
        for level, row in self.levels.items():
            if unknown := set(row) - set(self.clocks):
                raise ValueError(f"{level}：没有这些时钟：{'、'.join(sorted(unknown))}")
            handle = row.get("handle")
            if handle is None or not all(_extends(span) for span in handle):
                raise ValueError(f"{level}.handle：办理时限须有，且为工作日、工作分钟或自然日")
        for kind in self.kinds.values():
            self._check_kind(kind)

    def _check_kind(self, kind: KindRule) -> None:
        pair = (Span(0, Unit.WORKING_DAY),) if kind.handle == "item" else kind.handle
        if isinstance(pair, str) or kind.code in LEVEL_EXEMPT_KINDS:
            return
        for level in LEVELS[1:]:
            # 同一单位从同一起点算，数小的就早：R14 才不必等日历来判。
            if {s.unit for s in pair} != {s.unit for s in self._of_level("handle", level) or ()}:
                raise ValueError(f"{kind.code}：件别与{level}的办理时限须用同一单位（R14）")

    def _of_level(self, clock: str, level: str) -> tuple[Span, Span] | None:
        if level not in self.levels:
            raise ValueError(f"没有这个等级：{level}")
        return self.levels[level].get(clock)

    def clock(self, code: str) -> ClockRule:
        """时钟的责任方等；没有的抛 ValueError."""
        if code not in self.clocks:
            raise ValueError(f"没有这个时钟：{code}")
        return self.clocks[code]

    def rule_for(
        self,
        clock: str,
        level: str,
        kind: str,
        *,
        item_days: int | None = None,
        county_due: datetime | None = None,
    ) -> Rule | None:
        """某时钟的时限规则；不设时限的返回 None.

        只有办理时限看件别：``item_days`` 是服务事项承诺的工作日（服务件；未定事项的按等级值），
        ``county_due`` 是县要求时刻（县级交办件；县未给的按等级值）。件别停用的按等级值。
        较大、重大取件别值与等级值中较早者，信访事项除外（R14）。
        """
        by_level = self._of_level(clock, level) or self.clock(clock).pair
        if by_level is None:
            return None
        if clock != "handle":
            return Rule(*by_level, self.version)
        if kind not in self.kinds:
            raise ValueError(f"没有这个件别：{kind}")
        rule = self.kinds[kind]
        urgent = level != LEVELS[0]
        if rule.enabled and rule.handle == "county" and county_due is not None:
            red = by_level[1] if urgent else None
            return Rule(by_level[0], red, self.version, county_due)
        pair = _of_kind(rule, item_days) or by_level
        if urgent and kind not in LEVEL_EXEMPT_KINDS:
            pair = (_earlier(pair[0], by_level[0]), _earlier(pair[1], by_level[1]))
        return Rule(*pair, self.version)


def book_for(books: Iterable[RuleBook], start: date) -> RuleBook:
    """起算日（当地）适用的规则册：已生效的里最新的；都未生效时抛 ValueError."""
    known = [book for book in books if book.valid_from <= start]
    if not known:
        raise ValueError(f"{start} 没有已生效的时限规则")
    return max(known, key=lambda book: book.valid_from)


def _earlier(one: Span, other: Span) -> Span:
    return min(one, other, key=lambda span: span.amount)


def _extends(span: Span) -> bool:
    return span.unit is not Unit.NATURAL_MINUTE


def _of_kind(rule: KindRule, item_days: int | None) -> tuple[Span, Span] | None:
    """件别自己的办理时限；没有的为 None."""
    if not rule.enabled:
        return None
    if rule.handle == "item" and item_days is not None:
        # 即办件（n=0）：当日末黄牌，次一工作日末红牌。
        red = item_days + SERVICE_RED_AFTER if item_days else 1
        return Span(item_days, Unit.WORKING_DAY), Span(red, Unit.WORKING_DAY)
    return None if isinstance(rule.handle, str) else rule.handle


def _pair(values: Any, where: str) -> tuple[Span, Span]:
    try:
        yellow, red = (Span.parse(text) for text in values)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{where}：须为 [黄牌, 红牌]：{values}") from fault
    if yellow.unit == red.unit and yellow.amount > red.amount:
        raise ValueError(f"{where}：红牌不得早于黄牌：{values}")
    return yellow, red


def _clock(row: Mapping[str, Any]) -> ClockRule:
    code = row["code"]
    return ClockRule(
        code=code,
        owner=row["owner"],
        cards=row.get("cards", True),
        remind_wd=tuple(row.get("remind_wd", ())),
        pair=_pair(row["rule"], f"clocks.{code}") if row.get("rule") else None,
    )


def _level(level: str, row: Mapping[str, Any]) -> Mapping[str, tuple[Span, Span] | None]:
    return MappingProxyType(
        {
            clock: None if value is None else _pair(value, f"sla.{level}.{clock}")
            for clock, value in row.items()
            if clock != "basis"  # 数值的依据，只供阅读
        }
    )


def _kind(row: Mapping[str, Any]) -> KindRule:
    code, handle = row["code"], row.get("handle_from") or row["handle"]
    if isinstance(handle, str):
        if handle not in ("level", "item", "county"):
            raise ValueError(f"kinds.{code}：办理时限来源须为 level、item 或 county：{handle}")
        return KindRule(code, handle, row.get("enabled", True))
    return KindRule(code, _pair(handle, f"kinds.{code}"), row.get("enabled", True))
