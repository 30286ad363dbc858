"""会议、议题、决议、纪要四个流程；动作代码即权限代码（``meeting.sign_minutes``）。"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from app.domain.flow import Flow, FlowStep, Term, refusals
from app.domain.meeting_guards import MEETING_GUARDS, MeetingContext, MeetingFacts, MeetingGuard

S = TypeVar("S", bound=str)


class MeetingAction(Term):
    """会议动作（meeting action）：模块.动作."""

    SCHEDULE = "meeting.schedule", "会议排期通知"
    ROLL_CALL = "meeting.roll_call", "点名与请假登记"
    COLLECT_AGENDA = "meeting.collect_agenda", "提出议题"
    ADMIT_AGENDA = "meeting.admit_agenda", "列入议程"
    DRAFT_MINUTES = "meeting.draft_minutes", "起草纪要"
    REVIEW_MINUTES = "meeting.review_minutes", "审核纪要"
    SIGN_MINUTES = "meeting.sign_minutes", "签发纪要"
    REISSUE_MINUTES = "meeting.reissue_minutes", "更正重发"
    CANCEL = "meeting.cancel", "取消或改期"
    ASSIGN = "resolution.assign", "分解决议"
    REPORT = "resolution.report", "报告决议进展"
    CONFIRM = "resolution.confirm", "确认决议完成"


class MeetingState(Term):
    """会议状态（meeting state）."""

    PLANNED = "PLANNED", "已排期"
    NOTICED = "NOTICED", "已通知"
    OPEN = "OPEN", "进行中"
    CLOSED = "CLOSED", "已结束待纪要"
    MINUTED = "MINUTED", "纪要已签发"
    CANCELLED_MTG = "CANCELLED_MTG", "已取消"


class AgendaState(Term):
    """议题状态（agenda item state）."""

    COLLECTED = "COLLECTED", "征集"
    ADMITTED = "ADMITTED", "列入"
    DEFERRED = "DEFERRED", "暂缓"
    DECLINED = "DECLINED", "不列入"
    DELIBERATED = "DELIBERATED", "已审议"
    RESOLVED = "RESOLVED", "已形成决议"
    RETURNED_CASE = "RETURNED_CASE", "退回案件"


class ResolutionState(Term):
    """决议状态（resolution state）；逾期按期限算，不是状态."""

    DRAFTED = "DRAFTED", "拟定"
    EFFECTIVE = "EFFECTIVE", "已生效"
    IN_PROGRESS = "IN_PROGRESS", "落实中"
    REPORTED_DONE = "REPORTED_DONE", "报告完成"
    CONFIRMED = "CONFIRMED", "确认完成"
    REVOKED = "REVOKED", "撤销"


class MinutesState(Term):
    """纪要状态（minutes state）：签发即冻结."""

    DRAFT = "DRAFT", "起草"
    REVIEWED = "REVIEWED", "审核"
    ISSUED = "ISSUED", "签发印发"


def _step(
    action: MeetingAction, before: S | None, *after: S, guards: tuple[MeetingGuard, ...] = ()
) -> FlowStep[S, MeetingAction]:
    return FlowStep(action=action, before=before, after=after, guards=guards)


MEETING_FLOW: Flow[MeetingState, MeetingAction] = Flow(
    code="meeting",
    states=tuple(MeetingState),
    initial=MeetingState.PLANNED,
    finals=frozenset({MeetingState.MINUTED, MeetingState.CANCELLED_MTG}),
    steps=(
        _step(MeetingAction.SCHEDULE, None, MeetingState.PLANNED),
        _step(MeetingAction.SCHEDULE, MeetingState.PLANNED, MeetingState.NOTICED),
        _step(MeetingAction.ROLL_CALL, MeetingState.NOTICED, MeetingState.OPEN),
        _step(
            MeetingAction.ROLL_CALL,
            MeetingState.OPEN,
            MeetingState.CLOSED,
            guards=(MeetingGuard.CHAIR_OR_ENTRUSTED,),
        ),
        _step(
            MeetingAction.SIGN_MINUTES,
            MeetingState.CLOSED,
            MeetingState.MINUTED,
            guards=(MeetingGuard.THREE_SIGNERS,),
        ),
        _step(
            MeetingAction.CANCEL,
            MeetingState.PLANNED,
            MeetingState.CANCELLED_MTG,
            guards=(MeetingGuard.REASON,),
        ),
        _step(
            MeetingAction.CANCEL,
            MeetingState.NOTICED,
            MeetingState.CANCELLED_MTG,
            guards=(MeetingGuard.REASON,),
        ),
    ),
)
"""会议流程（meeting flow）：排期、通知、点名开会、结束、纪要签发；plan 三(一)."""

AGENDA_FLOW: Flow[AgendaState, MeetingAction] = Flow(
    code="agenda",
    states=tuple(AgendaState),
    initial=AgendaState.COLLECTED,
    finals=frozenset({AgendaState.DECLINED, AgendaState.RESOLVED, AgendaState.RETURNED_CASE}),
    steps=(
        _step(
            MeetingAction.COLLECT_AGENDA,
            None,
            AgendaState.COLLECTED,
            guards=(MeetingGuard.CASE_NUMBERED, MeetingGuard.IN_TIME_OR_AGREED),
        ),
        _step(
            MeetingAction.ADMIT_AGENDA,
            AgendaState.COLLECTED,
            AgendaState.ADMITTED,
            AgendaState.DEFERRED,
            AgendaState.DECLINED,
        ),
        _step(
            MeetingAction.ADMIT_AGENDA,
            AgendaState.DEFERRED,
            AgendaState.ADMITTED,
            AgendaState.DECLINED,
        ),
        _step(MeetingAction.ROLL_CALL, AgendaState.ADMITTED, AgendaState.DELIBERATED),
        _step(MeetingAction.ADMIT_AGENDA, AgendaState.ADMITTED, AgendaState.DEFERRED),
        _step(
            MeetingAction.ASSIGN,
            AgendaState.DELIBERATED,
            AgendaState.RESOLVED,
            AgendaState.RETURNED_CASE,
        ),
    ),
)
"""议题流程（agenda item flow）：征集、列入、审议，形成决议或退回案件."""

RESOLUTION_FLOW: Flow[ResolutionState, MeetingAction] = Flow(
    code="resolution",
    states=tuple(ResolutionState),
    initial=ResolutionState.DRAFTED,
    finals=frozenset({ResolutionState.CONFIRMED, ResolutionState.REVOKED}),
    steps=(
        _step(MeetingAction.ASSIGN, None, ResolutionState.DRAFTED),
        _step(
            MeetingAction.SIGN_MINUTES,
            ResolutionState.DRAFTED,
            ResolutionState.EFFECTIVE,
            guards=(MeetingGuard.RESOLUTIONS_COMPLETE,),
        ),
        _step(MeetingAction.REPORT, ResolutionState.EFFECTIVE, ResolutionState.IN_PROGRESS),
        _step(MeetingAction.REPORT, ResolutionState.IN_PROGRESS, ResolutionState.REPORTED_DONE),
        _step(
            MeetingAction.CONFIRM,
            ResolutionState.REPORTED_DONE,
            ResolutionState.CONFIRMED,
            ResolutionState.IN_PROGRESS,
            guards=(MeetingGuard.REASON_IF_BACK,),
        ),
        _step(MeetingAction.SIGN_MINUTES, ResolutionState.EFFECTIVE, ResolutionState.REVOKED),
        _step(MeetingAction.SIGN_MINUTES, ResolutionState.IN_PROGRESS, ResolutionState.REVOKED),
    ),
)
"""决议流程（resolution flow）：随纪要签发生效，报告、确认或由后来的纪要撤销."""

MINUTES_FLOW: Flow[MinutesState, MeetingAction] = Flow(
    code="minutes",
    states=tuple(MinutesState),
    initial=MinutesState.DRAFT,
    finals=frozenset({MinutesState.ISSUED}),
    steps=(
        _step(MeetingAction.DRAFT_MINUTES, None, MinutesState.DRAFT),
        _step(MeetingAction.DRAFT_MINUTES, MinutesState.DRAFT, MinutesState.DRAFT),
        _step(
            MeetingAction.REVIEW_MINUTES,
            MinutesState.DRAFT,
            MinutesState.REVIEWED,
            MinutesState.DRAFT,
            guards=(
                MeetingGuard.NOT_DRAFTER,
                MeetingGuard.MINUTES_COMPLETE,
                MeetingGuard.RESOLUTIONS_COMPLETE,
                MeetingGuard.REASON_IF_BACK,
            ),
        ),
        _step(
            MeetingAction.SIGN_MINUTES,
            MinutesState.REVIEWED,
            MinutesState.ISSUED,
            MinutesState.DRAFT,
            guards=(
                MeetingGuard.THREE_SIGNERS,
                MeetingGuard.MINUTES_COMPLETE,
                MeetingGuard.RESOLUTIONS_COMPLETE,
                MeetingGuard.REASON_IF_BACK,
            ),
        ),
        _step(
            MeetingAction.REISSUE_MINUTES,
            MinutesState.ISSUED,
            MinutesState.ISSUED,
            guards=(MeetingGuard.REASON,),
        ),
    ),
)
"""纪要流程（minutes flow）：起草、审核、签发三人不同；签发后只能更正重发，另出一版."""

_BACK: frozenset[str] = frozenset({MinutesState.DRAFT, ResolutionState.IN_PROGRESS})


def take(
    flow: Flow[S, MeetingAction],
    state: S | None,
    action: MeetingAction,
    facts: MeetingFacts,
    ctx: MeetingContext,
    *,
    outcome: S | None = None,
) -> S:
    """判定能否走这一步并给出到达态（take a step）；不改任何东西.

    到达态有几个时 ``outcome`` 指明哪一个；落到退回的那个即按退回判。一遇不过即 ``Refused``。
    """
    step = flow.step(state, action)
    after = step.settle(outcome)
    is_back = not step.is_fixed and after in _BACK
    checks = [MEETING_GUARDS[MeetingGuard(code)] for code in step.guards]
    failed = refusals(checks, facts, replace(ctx, is_back=is_back))
    if failed:
        raise failed[0]
    return after
