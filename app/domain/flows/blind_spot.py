"""监管盲区的流程：列入、认领、整改、待销号、销号（plan 二(三)）."""

from __future__ import annotations

from app.domain.flow import Flow, FlowStep, Term


class BlindSpotState(Term):
    """盲区状态（state of a blind spot）."""

    LISTED = "LISTED", "已列入"
    CLAIMED = "CLAIMED", "已认领"
    RECTIFYING = "RECTIFYING", "整改中"
    TO_CLOSE = "TO_CLOSE", "待销号"
    CLOSED = "CLOSED", "已销号"


class BlindSpotAction(Term):
    """盲区动作（action on a blind spot）：模块.动作."""

    OPEN = "blindspot.open", "列监管盲区"
    CLAIM = "blindspot.claim", "认领盲区"
    RESOLVE = "blindspot.resolve", "整改盲区"
    CLOSE = "blindspot.close", "销号盲区"


class BlindSpotSource(Term):
    """盲区来源（where a blind spot comes from）."""

    RETURNED_TWICE = "RETURNED_TWICE", "退回两次"
    NO_CATEGORY = "NO_CATEGORY", "无小类"
    DISPUTE = "DISPUTE", "协调争议"
    MEETING = "MEETING", "会议提出"


DUE_DAYS = 30
"""整改期限（自然日，建议值）."""


def _step(
    action: BlindSpotAction, before: BlindSpotState | None, *after: BlindSpotState
) -> FlowStep[BlindSpotState, BlindSpotAction]:
    return FlowStep(action=action, before=before, after=after)


BLIND_SPOT: Flow[BlindSpotState, BlindSpotAction] = Flow(
    code="blind_spot",
    states=tuple(BlindSpotState),
    initial=BlindSpotState.LISTED,
    finals=frozenset({BlindSpotState.CLOSED}),
    steps=(
        _step(BlindSpotAction.OPEN, None, BlindSpotState.LISTED),
        _step(BlindSpotAction.CLAIM, BlindSpotState.LISTED, BlindSpotState.CLAIMED),
        _step(BlindSpotAction.RESOLVE, BlindSpotState.CLAIMED, BlindSpotState.RECTIFYING),
        _step(BlindSpotAction.RESOLVE, BlindSpotState.RECTIFYING, BlindSpotState.TO_CLOSE),
        _step(
            BlindSpotAction.CLOSE,
            BlindSpotState.TO_CLOSE,
            BlindSpotState.CLOSED,
            BlindSpotState.RECTIFYING,
        ),
    ),
)
"""监管盲区（blind spot）：退回两次自动列入，认领、整改、销号."""
