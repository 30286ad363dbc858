"""案件的状态、时钟、等级、件别与所处段落；代码与规格一致，数值来自时限与流程两章。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.domain.case_words import Action
from app.domain.flow import Term

NEW = "NEW"


class State(Term):
    """案件状态（case state）：14 个；``NEW`` 是登记之前，不在其中."""

    DRAFT = "DRAFT", "草稿"
    REPORTED = "REPORTED", "待受理"
    SUPPLEMENT = "SUPPLEMENT", "待补正"
    ACCEPTED = "ACCEPTED", "待分流"
    DISPATCHED = "DISPATCHED", "待签收"
    PROCESSING = "PROCESSING", "办理中"
    SUSPENDED = "SUSPENDED", "挂起"
    ESCALATED = "ESCALATED", "县级办理中"
    HANDLED = "HANDLED", "待核查"
    VERIFIED = "VERIFIED", "待反馈归档"
    ARCHIVED = "ARCHIVED", "已归档"
    REJECTED = "REJECTED", "不予受理"
    MERGED = "MERGED", "已并案"
    CANCELLED = "CANCELLED", "已撤销"


class Clock(Term):
    """时钟（clock）：一件案件可同时走几个."""

    ACCEPT = "accept", "受理"
    SUPPLEMENT = "supplement", "补正"
    DISPATCH = "dispatch", "分流"
    SIGN_IN = "sign_in", "签收"
    FIRST_PROGRESS = "first_progress", "首报"
    HANDLE = "handle", "办理"
    VERIFY = "verify", "核查"
    FEEDBACK = "feedback", "反馈"
    ARCHIVE = "archive", "归档"
    COUNTY_FOLLOW = "county_follow", "跟催"


UNCARDED = frozenset({Clock.SUPPLEMENT, Clock.COUNTY_FOLLOW})
"""不发黄红牌的时钟（clocks without cards）."""

CLOCK_OWNER: Mapping[Clock, str] = MappingProxyType(
    {
        Clock.ACCEPT: "综合协调组",
        Clock.SUPPLEMENT: "登记人",
        Clock.DISPATCH: "综合协调组",
        Clock.SIGN_IN: "主办平台",
        Clock.FIRST_PROGRESS: "承办机构所属平台",
        Clock.HANDLE: "主办平台",
        Clock.VERIFY: "综合协调组",
        Clock.FEEDBACK: "综合协调组",
        Clock.ARCHIVE: "综合协调组",
        Clock.COUNTY_FOLLOW: "综合协调组",
    }
)
"""责任方（who answers for a clock）：牌计到谁名下."""


class Level(StrEnum):
    """等级（level）：由低到高."""

    ORDINARY = "一般"
    SERIOUS = "较大"
    MAJOR = "重大"

    @property
    def rank(self) -> int:
        """高低（0 最低）."""
        return list(Level).index(self)


class Kind(Term):
    """件别（kind of case）."""

    EVENT = "EVENT", "事件"
    CONSULT = "CONSULT", "咨询求助"
    COMPLAINT = "COMPLAINT", "投诉举报与意见建议"
    SERVICE = "SERVICE", "服务件"
    COUNTY_TASK = "COUNTY_TASK", "县级交办件"
    PETITION = "PETITION", "信访事项"


class Stage(StrEnum):
    """五个统一与平台办理（stage of the plan）."""

    RECEIVE = "统一受理"
    DIVERT = "统一分流"
    HANDLE = "平台办理"
    SUPERVISE = "统一督办"
    FEEDBACK = "统一反馈"
    ASSESS = "统一考核"


class Leg(StrEnum):
    """进度条的一段（leg of the stepper）."""

    RECEIVE = "受理"
    DIVERT = "分流"
    SIGN = "签收"
    HANDLE = "办理"
    VERIFY = "核查"
    FEEDBACK = "反馈"
    ARCHIVE = "归档"


@dataclass(frozen=True, slots=True)
class StateInfo:
    """状态说明（state）：走着的时钟、在谁手里、哪一段；终态另有出口与窗口（自然日）."""

    stage: Stage
    leg: Leg
    holder: str
    running: tuple[Clock, ...] = ()
    terminal: bool = False
    exits: tuple[Action, ...] = ()
    exit_days: int = 0


STATES: Mapping[State, StateInfo] = MappingProxyType(
    {
        State.DRAFT: StateInfo(Stage.RECEIVE, Leg.RECEIVE, "登记人"),
        State.REPORTED: StateInfo(Stage.RECEIVE, Leg.RECEIVE, "党政办受理员", (Clock.ACCEPT,)),
        State.SUPPLEMENT: StateInfo(Stage.RECEIVE, Leg.RECEIVE, "登记人", (Clock.SUPPLEMENT,)),
        State.ACCEPTED: StateInfo(Stage.DIVERT, Leg.DIVERT, "党政办受理员", (Clock.DISPATCH,)),
        State.DISPATCHED: StateInfo(
            Stage.HANDLE, Leg.SIGN, "主办平台操作员", (Clock.SIGN_IN, Clock.HANDLE)
        ),
        State.PROCESSING: StateInfo(
            Stage.HANDLE, Leg.HANDLE, "承办机构", (Clock.HANDLE, Clock.FIRST_PROGRESS)
        ),
        State.SUSPENDED: StateInfo(Stage.HANDLE, Leg.HANDLE, "提出挂起的一方"),
        State.ESCALATED: StateInfo(
            Stage.HANDLE, Leg.HANDLE, "党政办受理员（跟催）", (Clock.COUNTY_FOLLOW,)
        ),
        State.HANDLED: StateInfo(Stage.SUPERVISE, Leg.VERIFY, "核查人", (Clock.VERIFY,)),
        State.VERIFIED: StateInfo(
            Stage.FEEDBACK, Leg.FEEDBACK, "党政办受理员", (Clock.FEEDBACK, Clock.ARCHIVE)
        ),
        State.ARCHIVED: StateInfo(
            Stage.FEEDBACK,
            Leg.ARCHIVE,
            "无",
            terminal=True,
            exits=(Action.REOPEN,),
            exit_days=30,
        ),
        State.REJECTED: StateInfo(
            Stage.RECEIVE,
            Leg.RECEIVE,
            "无",
            terminal=True,
            exits=(Action.REOPEN,),
            exit_days=15,
        ),
        State.MERGED: StateInfo(
            Stage.RECEIVE,
            Leg.RECEIVE,
            "无",
            terminal=True,
            exits=(Action.UNMERGE,),
            exit_days=7,
        ),
        State.CANCELLED: StateInfo(Stage.RECEIVE, Leg.RECEIVE, "无", terminal=True),
    }
)

FINALS = frozenset(state for state, info in STATES.items() if info.terminal)
"""终态（terminal states）."""

DETOURS = frozenset({State.SUPPLEMENT, State.SUSPENDED, State.ESCALATED}) | FINALS - {
    State.ARCHIVED
}
"""岔路（detours）：进度条上注在原处，不另成一段."""


@dataclass(frozen=True, slots=True)
class Progress:
    """进度（position on the stepper）：走完的段、现在的段（归档后为空）、所在岔路."""

    done: tuple[Leg, ...]
    now: Leg | None
    detour: State | None = None


def progress(
    state: State, *, resume_state: State | None = None, feedback_done: bool = False
) -> Progress:
    """案件走到哪一段（受理 分流 签收 办理 核查 反馈 归档）.

    挂起、县级办理中、已并案按 ``resume_state`` 定段；已反馈的待归档件现在的段是归档。
    """
    detour = state if state in DETOURS else None
    leg = STATES[resume_state if detour and resume_state else state].leg
    if state is State.VERIFIED and feedback_done:
        leg = Leg.ARCHIVE
    legs = tuple(Leg)
    if state is State.ARCHIVED:
        return Progress(done=legs, now=None)
    return Progress(done=legs[: legs.index(leg)], now=leg, detour=detour)
