"""案件流程（事件流转）：14 个状态、57 个动作的唯一一张表，以及“走一步”的判定。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from app.domain.case_context import Check, StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_guards import GUARDS
from app.domain.case_rules import RULES, closed_choices
from app.domain.case_states import FINALS, NEW, STATES, State
from app.domain.case_steps import Step
from app.domain.case_steps_closing import CLOSING
from app.domain.case_steps_county import COUNTY
from app.domain.case_steps_handling import HANDLING
from app.domain.case_steps_intake import INTAKE
from app.domain.case_words import Action, Field, Guard
from app.domain.errors import Refused
from app.domain.flow import Flow, missing_needs, refusals

STEPS: tuple[Step, ...] = INTAKE + HANDLING + COUNTY + CLOSING
"""全部的步（the table of steps），次序即规格的次序."""

CASE_FLOW: Flow[State, Action] = Flow(
    code="case",
    states=tuple(State),
    initial=State.DRAFT,
    finals=FINALS,
    steps=STEPS,
    exits={state: frozenset(STATES[state].exits) for state in FINALS},
)
"""案件流程（case flow）."""

_STEP_AT: Mapping[tuple[State | None, Action], Step] = MappingProxyType(
    {(step.before, step.action): step for step in STEPS}
)


@dataclass(frozen=True, slots=True)
class Taken:
    """走成的一步（step taken）：``after`` 是定下来的到达态."""

    step: Step
    before: State | None
    after: State


@dataclass(frozen=True, slots=True)
class Blocked:
    """现在不能做（why an action is not possible now）：``code`` 即 ``refused.<code>``."""

    action: Action
    code: str
    facts: Mapping[str, Any]


def state_of(facts: CaseFacts) -> State | None:
    """案件的状态（state）；登记之前为空."""
    return None if facts.state == NEW else State(facts.state)


def step_of(state: State | None, action: Action) -> Step:
    """表中的那一步；没有即 ``Refused("no_such_step")``."""
    step = _STEP_AT.get((state, action))
    if step is None:
        raise Refused("no_such_step", state=state, action=action)
    return step


def has_step(state: State | None, action: Action) -> bool:
    """此状态有没有这一步（is the step in the table）."""
    return (state, action) in _STEP_AT


def next_steps(state: State | None) -> tuple[Step, ...]:
    """从此状态能走的步（available steps），依表中次序；按钮由此画出."""
    return tuple(step for step in STEPS if step.before == state)


def take(facts: CaseFacts, ctx: StepContext) -> Taken:
    """判定能否走这一步并定下到达态（take a step）；不改任何东西.

    先判人与案件，再判填写的内容；一遇不过即 ``Refused``。
    """
    step = step_of(state_of(facts), ctx.action)
    _insist(_failures(step, facts, replace(ctx, preview=True)))
    missing = missing_needs(step.needs, ctx.inputs)
    if missing:
        raise Refused("needs", fields=missing)
    _insist(_failures(step, facts, replace(ctx, preview=False)))
    return Taken(step=step, before=step.before, after=step.settle(_outcome(step, facts, ctx)))


def explain(
    facts: CaseFacts, ctx_for: Callable[[Action], StepContext], actions: Iterable[Action]
) -> list[Blocked]:
    """现在不能做的，一条一个原因（why not now）：不看尚未填写的内容，列出每一个不过的条件."""
    return [blocked for action in actions for blocked in _blocked(facts, ctx_for(action), action)]


def _blocked(facts: CaseFacts, ctx: StepContext, action: Action) -> Iterator[Blocked]:
    try:
        step = step_of(state_of(facts), action)
    except Refused as absent:
        yield Blocked(action, absent.code, absent.facts)
        return
    for refused in _failures(step, facts, replace(ctx, action=action, preview=True)):
        yield Blocked(action, refused.code, refused.facts)


def _failures(step: Step, facts: CaseFacts, ctx: StepContext) -> list[Refused]:
    guards: list[Check] = [GUARDS[Guard(code)] for code in step.guards]
    checks = [*guards, closed_choices, *RULES.get(step.action, ())]
    return refusals(checks, facts, ctx)


def _insist(failures: list[Refused]) -> None:
    if failures:
        raise failures[0]


def _outcome(step: Step, facts: CaseFacts, ctx: StepContext) -> State | None:
    if step.prior:
        return State(facts.resume_state) if facts.resume_state else None
    decide = OUTCOMES.get(step.action)
    return decide(facts, ctx) if decide else None


def _rework(facts: CaseFacts, _ctx: StepContext) -> State:
    return State.ESCALATED if facts.county_done else State.PROCESSING


def _spot_check(_facts: CaseFacts, ctx: StepContext) -> State:
    return State.VERIFIED if ctx.inputs.get(Field.PASSED) is True else State.REPORTED


def _reopen(facts: CaseFacts, _ctx: StepContext) -> State:
    # 未经乡级平台的县级办结件，主办平台只是小类默认平台，没有承办机构
    nominal = facts.county_done and facts.org_id is None
    return State.PROCESSING if facts.platform and not nominal else State.ACCEPTED


OUTCOMES: Mapping[Action, Callable[[CaseFacts, StepContext], State]] = MappingProxyType(
    {
        Action.REWORK: _rework,
        Action.SPOT_CHECK: _spot_check,
        Action.REOPEN: _reopen,
    }
)
"""到达态有几个时由结果定（outcomes）."""
