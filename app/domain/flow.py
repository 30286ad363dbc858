"""流程内核：凡有状态的东西（事件、会议、议题、决议、纪要与各台账）都是一个 ``Flow`` 值。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Self, TypeVar

from app.domain.errors import Refused

S = TypeVar("S", bound=str)
A = TypeVar("A", bound=str)
F = TypeVar("F")
C = TypeVar("C")


class Term(StrEnum):
    """词（term）：值是规格里的代码，``zh`` 是它的中文说法."""

    zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        term = str.__new__(cls, code)
        term._value_ = code
        term.zh = zh or code
        return term


# 不用 slots：Python 3.11 里 FlowStep[S, A](...) 会因泛型记号写不进去而出错
@dataclass(frozen=True)
class FlowStep(Generic[S, A]):
    """一步（step of a flow）：从 ``before`` 经 ``action`` 到 ``after``.

    ``before`` 为空表示事物由此步产生。``after`` 只有一个状态时到达态已定；有几个时由结果决定；
    ``prior`` 为真时回到原先记下的状态，``after`` 列出它可能是哪些。
    ``needs`` 是必填输入的键，``guards`` 是守卫代码：只是数据，判定在各流程的守卫簿里。
    """

    action: A
    before: S | None
    after: tuple[S, ...]
    prior: bool = False
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """到达态是否不待结果而定."""
        return len(self.after) == 1 and not self.prior

    def settle(self, chosen: S | None = None) -> S:
        """到达态（state after the step）.

        有几个可能时 ``chosen`` 须为其中之一，否则 ``Refused("no_such_outcome")``。
        """
        if self.is_fixed:
            return self.after[0]
        if chosen is None or chosen not in self.after:
            raise Refused("no_such_outcome", action=self.action, chosen=chosen)
        return chosen


@dataclass(frozen=True)
class Flow(Generic[S, A]):
    """流程（flow）：状态、起点、终点与全部的步；造出来时即自检.

    ``exits`` 列出终态上可以离开它的动作；终态上原地不动的步不算离开。
    自检不过时 ``ValueError`` 一次说出全部毛病。
    """

    code: str
    states: tuple[S, ...]
    initial: S
    finals: frozenset[S]
    steps: tuple[FlowStep[S, A], ...]
    exits: Mapping[S, frozenset[A]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [*_unknown_states(self), *_duplicates(self)]
        faults = faults or [*_unreachable(self), *_wrong_exits(self), *_dead_ends(self)]
        if faults:
            raise ValueError(f"{self.code}：" + "；".join(faults))

    def next_steps(self, state: S | None) -> tuple[FlowStep[S, A], ...]:
        """从此状态能走的步（available steps），依表中次序；``None`` 为尚未产生."""
        return tuple(s for s in self.steps if s.before == state)

    def step(self, state: S | None, action: A) -> FlowStep[S, A]:
        """从此状态作此动作的那一步；表里没有即 ``Refused("no_such_step")``."""
        for step in self.steps:
            if step.before == state and step.action == action:
                return step
        raise Refused("no_such_step", state=state, action=action)


def missing_needs(needs: Iterable[str], inputs: Mapping[str, object]) -> tuple[str, ...]:
    """缺的必填输入（missing inputs）：没有、为空或只有空白的都算缺；``False`` 与 0 不算缺."""
    return tuple(need for need in needs if is_blank(inputs.get(need)))


def is_blank(value: object) -> bool:
    """空白（blank）：None、空串、只有空白的串、空的集合与列表."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, set, frozenset, dict)) and not value


def refusals(checks: Iterable[Callable[[F, C], None]], facts: F, ctx: C) -> list[Refused]:
    """逐个判定，收下每一个拒绝（every refusal），供“现在不能做”与办理共用."""
    found = []
    for check in checks:
        try:
            check(facts, ctx)
        except Refused as refused:
            found.append(refused)
    return found


def _unknown_states(flow: Flow[S, A]) -> list[str]:
    known = set(flow.states)
    named = {flow.initial, *flow.finals, *flow.exits}
    named |= {s.before for s in flow.steps if s.before is not None}
    named |= {after for s in flow.steps for after in s.after}
    empty = [f"{s.before} 的 {s.action} 没有到达态" for s in flow.steps if not s.after]
    return [f"没有状态 {s}" for s in sorted(named - known)] + empty


def _duplicates(flow: Flow[S, A]) -> list[str]:
    keys = [(s.before, s.action) for s in flow.steps]
    twice = {key for key in keys if keys.count(key) > 1}
    same = {s for s in flow.states if flow.states.count(s) > 1}
    return [f"{b} 的 {a} 写了两次" for b, a in sorted(twice, key=str)] + [
        f"状态 {s} 写了两次" for s in sorted(same)
    ]


def _unreachable(flow: Flow[S, A]) -> list[str]:
    seen: set[S] = set()
    fresh = {flow.initial}
    while fresh:
        seen |= fresh
        fresh = {a for s in flow.steps if s.before in fresh for a in s.after} - seen
    births = [s for s in flow.steps if s.before is None and s.after != (flow.initial,)]
    return [f"{s} 走不到" for s in flow.states if s not in seen] + [
        f"{s.action} 产生的不是起点 {flow.initial}" for s in births
    ]


def _leaving(flow: Flow[S, A], state: S) -> frozenset[A]:
    steps = flow.next_steps(state)
    return frozenset(s.action for s in steps if any(after != state for after in s.after))


def _wrong_exits(flow: Flow[S, A]) -> list[str]:
    faults = [f"{state} 不是终态，不列出口" for state in flow.exits if state not in flow.finals]
    for state in sorted(flow.finals):
        declared, real = flow.exits.get(state, frozenset()), _leaving(flow, state)
        faults += [f"终态 {state} 不得经 {a} 离开" for a in sorted(real - declared)]
        faults += [f"终态 {state} 的出口 {a} 表中没有" for a in sorted(declared - real)]
    return faults


def _dead_ends(flow: Flow[S, A]) -> list[str]:
    return [
        f"{s} 不是终态却走不出去"
        for s in flow.states
        if s not in flow.finals and not _leaving(flow, s)
    ]
