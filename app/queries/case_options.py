"""现在能做什么、不能做什么：由流程表、授权与守卫推出，不能的说明差什么、谁可以."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.access.actor import Actor
from app.access.case_verdict import context_of
from app.access.decide import decide
from app.access.subject import case_subject
from app.domain.case_facts import CaseFacts
from app.domain.case_flow import explain, next_steps, state_of
from app.domain.case_states import State
from app.domain.case_words import Action
from app.queries.case_people import Office

WIRED: tuple[Action, ...] = (
    Action.REPORT,
    Action.DIRECT_REPORT,
    Action.SELF_CLOSE,
    Action.REQUEST_SUPPLEMENT,
    Action.SUPPLEMENT,
    Action.ACCEPT,
    Action.PROPOSE_REJECT,
    Action.REJECT,
    Action.DECLINE_REJECT,
    Action.MERGE,
    Action.UNMERGE,
    Action.DISPATCH,
    Action.REQUEST_MULTI_DISPATCH,
    Action.DISPATCH_MULTI,
    Action.REFUSE_MULTI_DISPATCH,
    Action.REDISPATCH,
    Action.SIGN_IN,
    Action.TRANSFER,
    Action.APPOINT_LEAD,
    Action.ADD_COOPERATORS,
    Action.SUBMIT_COOPERATION,
    Action.RECORD_PROGRESS,
    Action.APPROVE_EXTENSION,
    Action.REFUSE_EXTENSION,
    Action.REQUEST_EXTENSION,
    Action.APPROVE_SUSPEND,
    Action.REFUSE_SUSPEND,
    Action.REQUEST_SUSPEND,
    Action.RESUME,
    Action.SUBMIT_TO_JOINT_MEETING,
    Action.APPLY_RESOLUTION,
    Action.FINISH,
    Action.WITHDRAW_FINISH,
    Action.RETURN_CASE,
    Action.VERIFY,
    Action.REWORK,
    Action.FEEDBACK,
    Action.RATE,
    Action.ARCHIVE,
    Action.RECLASSIFY,
    Action.CORRECT,
    Action.CANCEL,
    Action.REOPEN,
)
"""已有界面的动作；次序即按钮的次序."""

MAIN_LINE: tuple[tuple[State, Action], ...] = (
    (State.DRAFT, Action.REPORT),
    (State.SUPPLEMENT, Action.SUPPLEMENT),
    (State.REPORTED, Action.ACCEPT),
    (State.ACCEPTED, Action.DISPATCH),
    (State.DISPATCHED, Action.SIGN_IN),
    (State.PROCESSING, Action.FINISH),
    (State.HANDLED, Action.VERIFY),
    (State.VERIFIED, Action.FEEDBACK),
)
"""主线：各状态下的下一步."""

AHEAD = (Action.VERIFY, Action.ARCHIVE)
"""还没走到、先说清条件与人的两步."""

UNDER_WAY = frozenset(
    {State.DISPATCHED, State.PROCESSING, State.SUSPENDED, State.HANDLED, State.VERIFIED}
)
"""说得上“还没走到”的状态：已交办、未终结."""

_COULD: Mapping[Action, Mapping[str, object]] = MappingProxyType(
    {
        Action.SUPPLEMENT: {"reference": "preview"},
        Action.FEEDBACK: {"reference": "preview"},
        Action.RATE: {"reference": "preview"},
        Action.RECLASSIFY: {"level": "重大"},
    }
)
"""判定按钮时当作已填的凭据：真填没填，办的时候再判."""


QUIET = frozenset(
    {
        *("not_granted", "limit", "out_of_scope"),
        *("nothing_pending", "no_resolution", "not_coop_org", "withdraw_by_finisher"),
        *("self_close_place", "extension_by_head", "suspend_long_term"),
    }
)
"""不是主线的一步时，这些原因不必说：与这件事、这个人无关."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """现在不能做（barrier）：``code`` 即 ``refused.<code>``；``who`` 是可以做的人."""

    action: Action
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """能做的（依按钮次序）、主按钮、不能做的."""

    allowed: tuple[Action, ...] = ()
    main: Action | None = None
    barriers: tuple[Barrier, ...] = ()


def main_action(facts: CaseFacts) -> Action | None:
    """主线的下一步（main step）：已反馈的待归档件为归档；终态没有."""
    state = state_of(facts)
    if state is State.VERIFIED and facts.feedback_done:
        return Action.ARCHIVE
    return dict(MAIN_LINE).get(state) if state else None


def barrier_of(action: Action, facts: CaseFacts, actor: Actor, now: datetime) -> Barrier | None:
    """这个人现在做这件事差什么；什么也不差为空."""
    subject = case_subject(facts, _COULD.get(action, {}))
    found = decide(actor, "case", action, subject)
    if found.holding is None:
        code = {"verb": "not_granted", "row": "out_of_scope"}.get(found.lacks or "verb", "limit")
        return Barrier(action, code, {"action": f"case.{action}", "limit": found.limit})
    ctx = context_of(action, actor=actor, holding=found.holding, now=now, preview=True)
    blocked = explain(facts, lambda _: ctx, [action])
    return Barrier(action, blocked[0].code, blocked[0].facts) if blocked else None


def who_can(
    action: Action, facts: CaseFacts, office: Office, now: datetime, *, but: int | None = None
) -> tuple[str, ...]:
    """今日谁可以做（names）：逐个任职的人按同样的判定试一遍."""
    return tuple(
        holder.name
        for holder in office.holders
        if holder.person_id != but and barrier_of(action, facts, holder, now) is None
    )


def options_of(facts: CaseFacts, actor: Actor, office: Office, now: datetime) -> Options:
    """现在能做的与不能做的（options）：只看已有界面的动作."""
    state = state_of(facts)
    here = {step.action for step in next_steps(state)}
    main = main_action(facts)
    allowed, barriers = [], []
    for action in WIRED:
        if action not in here or (action is Action.ARCHIVE and main is not Action.ARCHIVE):
            continue
        barrier = barrier_of(action, facts, actor, now)
        if barrier is None:
            allowed.append(action)
        elif action is main or barrier.code not in QUIET:
            who = who_can(action, facts, office, now, but=actor.person_id)
            barriers.append(Barrier(action, barrier.code, barrier.facts, who))
    if state in UNDER_WAY:
        barriers += _ahead(facts, here, main, office, now)
    shown = tuple(allowed)
    return Options(shown, main if main in shown else None, tuple(barriers))


def _ahead(
    facts: CaseFacts, here: set[Action], main: Action | None, office: Office, now: datetime
) -> list[Barrier]:
    """还没走到的两步：先要做什么，届时谁可以."""
    found = []
    for action in AHEAD:
        if action is main or (action in here and action is not Action.ARCHIVE):
            continue
        if action is Action.VERIFY and state_of(facts) is State.VERIFIED:
            continue
        then = _later(facts, action)
        found.append(Barrier(action, f"ahead.{action}", {}, who_can(action, then, office, now)))
    return found


def _later(facts: CaseFacts, action: Action) -> CaseFacts:
    """假定走到了那一步的事实：用来说届时谁可以."""
    state = State.HANDLED if action is Action.VERIFY else State.VERIFIED
    return replace(facts, state=state, feedback_done=True, missing_archive=(), spot_sampled=False)
