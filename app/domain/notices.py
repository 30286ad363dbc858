"""通知分三组：等我办、跟我有关、系统；哪一步的通知是把球传到手上的."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.case_flow import STEPS
from app.domain.case_states import State
from app.domain.case_words import Action
from app.domain.flow import Term


class NoticeGroup(Term):
    """通知的组（group of notices）."""

    WAITING = "waiting", "等我办"
    ABOUT = "about", "跟我有关"
    SYSTEM = "system", "系统"


NEXT_STEP: Mapping[State, Action] = MappingProxyType(
    {
        State.SUPPLEMENT: Action.SUPPLEMENT,
        State.REPORTED: Action.ACCEPT,
        State.ACCEPTED: Action.DISPATCH,
        State.DISPATCHED: Action.SIGN_IN,
        State.PROCESSING: Action.FINISH,
        State.HANDLED: Action.VERIFY,
        State.VERIFIED: Action.FEEDBACK,
    }
)
"""停在这个状态的，下一步是什么."""

_HANDS_OVER = frozenset(
    {
        Action.REPORT,
        Action.DIRECT_REPORT,
        Action.REQUEST_SUPPLEMENT,
        Action.SUPPLEMENT,
        Action.ACCEPT,
        Action.DECLINE_REJECT,
        Action.UNMERGE,
        Action.DISPATCH,
        Action.REFUSE_MULTI_DISPATCH,
        Action.DISPATCH_MULTI,
        Action.REDISPATCH,
        Action.SIGN_IN,
        Action.RETURN_CASE,
        Action.TRANSFER,
        Action.RESUME,
        Action.WITHDRAW_ESCALATION,
        Action.REFUSE_ESCALATION,
        Action.RECEIVE_COUNTY_RETURN,
        Action.RECEIVE_COUNTY_FEEDBACK,
        Action.APPLY_RESOLUTION,
        Action.FINISH,
        Action.WITHDRAW_FINISH,
        Action.VERIFY,
        Action.REWORK,
        Action.SUPERVISE,
        Action.AUTO_CARD,
        Action.INSTRUCT,
        Action.REOPEN,
    }
)
"""这些步之后，收到通知、又走得了下一步的人，就是该办的人."""

HANDED_OVER: tuple[tuple[Action, State], ...] = tuple(
    (action, state)
    for action in Action
    if action in _HANDS_OVER
    for state in State
    if state in NEXT_STEP and any(step.action is action and state in step.after for step in STEPS)
)
"""（那一步, 它留下的状态）：案件还停在这个状态，球就还在手上；走开了就不再等."""

DECISIONS: Mapping[Action, Action] = MappingProxyType(
    {
        Action.PROPOSE_REJECT: Action.REJECT,
        Action.REQUEST_MULTI_DISPATCH: Action.DISPATCH_MULTI,
        Action.REQUEST_EXTENSION: Action.APPROVE_EXTENSION,
        Action.REQUEST_SUSPEND: Action.APPROVE_SUSPEND,
        Action.DRAFT_ESCALATION: Action.APPROVE_ESCALATION,
    }
)
"""请示 → 批准它的动作；批没批看不出状态，读过就不再算等我办."""
