"""会议、议题、决议、纪要的守卫：三签不同人、决议要素齐、主持有着落、理由写明。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import Refused
from app.domain.flow import is_blank

REASON_MIN = 10
"""理由至少几个字."""


class MeetingGuard(StrEnum):
    """会议的守卫（meeting guard）."""

    NOT_DRAFTER = "NOT_DRAFTER"
    THREE_SIGNERS = "THREE_SIGNERS"
    MINUTES_COMPLETE = "MINUTES_COMPLETE"
    RESOLUTIONS_COMPLETE = "RESOLUTIONS_COMPLETE"
    CHAIR_OR_ENTRUSTED = "CHAIR_OR_ENTRUSTED"
    CASE_NUMBERED = "CASE_NUMBERED"
    IN_TIME_OR_AGREED = "IN_TIME_OR_AGREED"
    REASON = "REASON"
    REASON_IF_BACK = "REASON_IF_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFacts:
    """会议一步所看的事实（facts of a meeting step）：只有值，用不到的留空.

    ``minutes_gaps`` 是纪要缺的要素，``resolution_gaps`` 是要素不齐的决议编号；``is_late`` 指过了
    征集截止（会前 2 个工作日），由服务按工作日历算好。
    """

    drafter_id: int | None = None
    reviewer_id: int | None = None
    minutes_gaps: tuple[str, ...] = ()
    resolution_gaps: tuple[str, ...] = ()
    chair_present: bool = False
    chair_entrusted: bool = False
    from_case: bool = False
    case_number: str | None = None
    is_late: bool = False
    convener_agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingContext:
    """会议一步的情境（context）：谁、理由；``is_back``（由 ``take`` 定）指这一步是退回上一环节."""

    actor_person_id: int | None
    reason: str | None = None
    is_back: bool = False


def resolution_gaps(
    *, person_id: int | None, org_id: int | None, due_on: object | None
) -> tuple[str, ...]:
    """决议缺的要素（责任人、牵头单位、期限）：缺一不能签发."""
    held = {"person": person_id, "lead_org": org_id, "due_on": due_on}
    return tuple(name for name, value in held.items() if is_blank(value))


def not_drafter(facts: MeetingFacts, ctx: MeetingContext) -> None:
    """NOT_DRAFTER：审核人不是起草人；没有起草人的不放行."""
    if facts.drafter_id is None or ctx.actor_person_id in {None, facts.drafter_id}:
        raise Refused("minutes_by_drafter", drafter_id=facts.drafter_id)


def three_signers(facts: MeetingFacts, ctx: MeetingContext) -> None:
    """THREE_SIGNERS：起草人、审核人、签发人三者不同；未经审核的不放行."""
    not_drafter(facts, ctx)
    if facts.reviewer_id is None or facts.reviewer_id == ctx.actor_person_id:
        raise Refused("minutes_by_reviewer", reviewer_id=facts.reviewer_id)


def minutes_complete(facts: MeetingFacts, ctx: MeetingContext) -> None:
    """MINUTES_COMPLETE：纪要要素齐全；退回不问."""
    if facts.minutes_gaps and not ctx.is_back:
        raise Refused("minutes_gaps", gaps=facts.minutes_gaps)


def resolutions_complete(facts: MeetingFacts, ctx: MeetingContext) -> None:
    """RESOLUTIONS_COMPLETE：每条决议有责任人、牵头单位、期限；退回不问."""
    if facts.resolution_gaps and not ctx.is_back:
        raise Refused("resolution_gaps", numbers=facts.resolution_gaps)


def chair_or_entrusted(facts: MeetingFacts, _ctx: MeetingContext) -> None:
    """CHAIR_OR_ENTRUSTED：主持人到会，或有其书面委托."""
    if not (facts.chair_present or facts.chair_entrusted):
        raise Refused("chair_absent")


def case_numbered(facts: MeetingFacts, _ctx: MeetingContext) -> None:
    """CASE_NUMBERED：来自案件的议题必带案件编号."""
    if facts.from_case and is_blank(facts.case_number):
        raise Refused("agenda_case_number")


def in_time_or_agreed(facts: MeetingFacts, _ctx: MeetingContext) -> None:
    """IN_TIME_OR_AGREED：征集截止之后的临时议题须召集人同意."""
    if facts.is_late and not facts.convener_agreed:
        raise Refused("agenda_late")


def reason(_facts: MeetingFacts, ctx: MeetingContext) -> None:
    """REASON：写明理由（≥10 字）."""
    if len((ctx.reason or "").strip()) < REASON_MIN:
        raise Refused("reason_short", minimum=REASON_MIN)


def reason_if_back(facts: MeetingFacts, ctx: MeetingContext) -> None:
    """REASON_IF_BACK：退回的须写明理由."""
    if ctx.is_back:
        reason(facts, ctx)


MEETING_GUARDS: Mapping[MeetingGuard, Callable[[MeetingFacts, MeetingContext], None]] = (
    MappingProxyType(
        {
            MeetingGuard.NOT_DRAFTER: not_drafter,
            MeetingGuard.THREE_SIGNERS: three_signers,
            MeetingGuard.MINUTES_COMPLETE: minutes_complete,
            MeetingGuard.RESOLUTIONS_COMPLETE: resolutions_complete,
            MeetingGuard.CHAIR_OR_ENTRUSTED: chair_or_entrusted,
            MeetingGuard.CASE_NUMBERED: case_numbered,
            MeetingGuard.IN_TIME_OR_AGREED: in_time_or_agreed,
            MeetingGuard.REASON: reason,
            MeetingGuard.REASON_IF_BACK: reason_if_back,
        }
    )
)
"""守卫代码 → 判定（guard book of meetings）."""
