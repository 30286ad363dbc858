"""案件一生里的事实：待批条、延期、并案、抽查、决议、评价；都是同一条语句里的列."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, exists, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from app.domain.case_facts import MainCase
from app.domain.case_guards_approval import HEADS
from app.domain.case_states import Clock
from app.domain.case_words import Action, Proposal
from models.case import Case
from models.case_life import CaseProposal, CaseRating, SpotSample
from models.case_parts import CaseClock, CaseFeedback, CaseResult, Cooperation, Supervision
from models.journal import Journal
from models.meeting import AgendaItem, Meeting, MeetingSeries, Resolution
from models.platform import Body

JOINT_MEETING = "JM"
"""联席会议的机构代码."""
IN_FORCE = ("EFFECTIVE", "IN_PROGRESS", "REPORTED_DONE", "CONFIRMED")
"""决议已生效的各状态."""
UNSETTLED = ("COLLECTED", "ADMITTED", "DEFERRED", "DELIBERATED")
"""议题未审结的各状态."""
GROUP_LEADERS = ("G1", "G2", "G3", "G4")


@dataclass(frozen=True, slots=True)
class Life:
    """照 ``CaseFacts`` 的名字."""

    proposal_pending: frozenset[str]
    proposers: dict[str, int]
    multi_approved: bool
    multi_reference: str | None
    coop_platforms: frozenset[str]
    extension_times: int
    extension_wd: int
    extension_asked: int
    extension_by_leader: bool
    suspend_asked: str | None
    handle_due_at: datetime | None
    has_red: bool
    main_case: MainCase | None
    merged_in: int
    agenda_open: bool
    resolutions: frozenset[int]
    spot_sampled: bool
    spot_passed: bool
    finish_withdrawn: int
    last_finisher_id: int | None
    fed_back_at: datetime | None
    rated: bool


def life_columns(case: Case) -> Sequence[Label[Any]]:
    """一件案件的这些事实，作为一条语句里的列."""
    return (
        _proposals(case).label("proposals"),
        _cooperating(case).label("cooperating"),
        _handle(case).label("handle"),
        _main(case).label("main"),
        _merged_in(case).label("merged_in"),
        _agenda(case).label("agenda_open"),
        _resolutions(case).label("resolutions"),
        _headed(case).label("headed_by"),
        _spot(case).label("spot"),
        _withdrawn(case).label("finish_withdrawn"),
        _finisher(case).label("last_finisher"),
        _fed_back(case).label("fed_back_at"),
        exists()
        .where(CaseRating.case_id == case.id, CaseRating.round == case.round)
        .label("rated"),
    )


def _proposals(case: Case) -> Any:
    row = func.jsonb_build_array(
        CaseProposal.id,
        CaseProposal.kind,
        CaseProposal.state,
        CaseProposal.round,
        CaseProposal.proposer_id,
        CaseProposal.proposer_role,
        CaseProposal.asked,
        CaseProposal.granted,
    )
    return select(func.jsonb_agg(row)).where(CaseProposal.case_id == case.id).scalar_subquery()


def _cooperating(case: Case) -> Any:
    """有协办条（没有撤的）的平台."""
    return (
        select(func.jsonb_agg(Cooperation.platform))
        .where(
            Cooperation.case_id == case.id,
            Cooperation.round == case.round,
            Cooperation.state != "CANCELLED",
        )
        .scalar_subquery()
    )


def _handle(case: Case) -> Any:
    """正在走的办理时钟：[黄牌时刻, 红牌发了没有]."""
    red = exists().where(
        Supervision.clock_id == CaseClock.id,
        Supervision.kind == "RED",
        Supervision.cancelled_at.is_(None),
    )
    return (
        select(func.jsonb_build_array(CaseClock.yellow_at, red))
        .where(
            CaseClock.case_id == case.id,
            CaseClock.clock == Clock.HANDLE,
            CaseClock.done_at.is_(None),
        )
        .order_by(CaseClock.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _main(case: Case) -> Any:
    main = aliased(Case)
    return (
        select(func.jsonb_build_array(main.id, main.state, main.platform))
        .where(main.id == case.merged_into_id)
        .scalar_subquery()
    )


def _merged_in(case: Case) -> Any:
    child = aliased(Case)
    return (
        select(func.count())
        .select_from(child)
        .where(child.merged_into_id == case.id, child.state == "MERGED")
        .scalar_subquery()
    )


def _joint_series(case: Case) -> Any:
    return (
        select(MeetingSeries.id)
        .join(Body, Body.id == MeetingSeries.body_id)
        .where(MeetingSeries.township_id == case.township_id, Body.code == JOINT_MEETING)
    )


def _agenda(case: Case) -> Any:
    return exists().where(
        AgendaItem.case_id == case.id,
        AgendaItem.series_id.in_(_joint_series(case)),
        AgendaItem.state.in_(UNSETTLED),
    )


def _resolutions(case: Case) -> Any:
    """已生效的联席会议决议，议题来源为本案：[[编号, 文号]]."""
    row = func.jsonb_build_array(Resolution.id, Resolution.number)
    return (
        select(func.jsonb_agg(row))
        .join(AgendaItem, AgendaItem.id == Resolution.agenda_item_id)
        .join(Meeting, Meeting.id == Resolution.meeting_id)
        .join(Body, Body.id == Meeting.body_id)
        .where(
            AgendaItem.case_id == case.id,
            Body.code == JOINT_MEETING,
            Resolution.state.in_(IN_FORCE),
        )
        .scalar_subquery()
    )


def _headed(case: Case) -> Any:
    """本轮直接作了多平台分流的主要领导：这一步即是批准."""
    return (
        select(Journal.actor_id)
        .where(
            Journal.case_id == case.id,
            Journal.round == case.round,
            Journal.action == Action.DISPATCH_MULTI,
            Journal.actor_role.in_(sorted(HEADS)),
        )
        .limit(1)
        .scalar_subquery()
    )


def _spot(case: Case) -> Any:
    return (
        select(func.jsonb_build_array(SpotSample.is_sampled, SpotSample.passed))
        .where(SpotSample.case_id == case.id, SpotSample.round == case.round)
        .scalar_subquery()
    )


def _withdrawn(case: Case) -> Any:
    return (
        select(func.count())
        .select_from(Journal)
        .where(
            Journal.case_id == case.id,
            Journal.module == "case",
            Journal.action == "withdraw_finish",
            Journal.after.is_not(None),
        )
        .scalar_subquery()
    )


def _finisher(case: Case) -> Any:
    return (
        select(CaseResult.person_id)
        .where(CaseResult.case_id == case.id, CaseResult.round == case.round)
        .order_by(CaseResult.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _fed_back(case: Case) -> Any:
    return (
        select(func.max(CaseFeedback.at))
        .where(CaseFeedback.case_id == case.id, CaseFeedback.round == case.round)
        .scalar_subquery()
    )


def life_of(row: Row[Any], case: Case) -> Life:
    """把那几列读成事实."""
    asked = [Proposed(*one) for one in row.proposals or ()]
    pending = {p.kind: p for p in asked if p.state == "PENDING"}
    extensions = [p for p in asked if p.kind == Proposal.EXTENSION and p.round == case.round]
    extension = pending.get(Proposal.EXTENSION)
    suspend = pending.get(Proposal.SUSPEND)
    headed = f"approved_by:{row.headed_by}" if row.headed_by else None
    reference = _reference(asked, row.resolutions or (), case.round) or headed
    due, red = row.handle or (None, False)
    sampled, passed = row.spot or (False, None)
    return Life(
        proposal_pending=frozenset(pending),
        proposers={kind: p.proposer_id for kind, p in pending.items()},
        multi_approved=reference is not None,
        multi_reference=reference,
        coop_platforms=frozenset(row.cooperating or ()),
        extension_times=sum(p.state != "VOID" for p in extensions),
        extension_wd=sum(int(p.granted.get("wd", 0)) for p in extensions if p.is_approved),
        extension_asked=int(extension.asked.get("wd", 0)) if extension else 0,
        extension_by_leader=bool(extension and extension.proposer_role in GROUP_LEADERS),
        suspend_asked=str(suspend.asked.get("reason")) if suspend else None,
        handle_due_at=datetime.fromisoformat(due) if due else None,
        has_red=bool(red),
        main_case=MainCase(*row.main) if row.main else None,
        merged_in=row.merged_in,
        agenda_open=row.agenda_open,
        resolutions=frozenset(key for key, _ in row.resolutions or ()),
        spot_sampled=bool(sampled),
        spot_passed=bool(passed),
        finish_withdrawn=row.finish_withdrawn,
        last_finisher_id=row.last_finisher,
        fed_back_at=row.fed_back_at,
        rated=row.rated,
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """一条待批条（库里读出的）."""

    id: int
    kind: str
    state: str
    round: int
    proposer_id: int
    proposer_role: str
    asked: dict[str, Any]
    granted: dict[str, Any]

    @property
    def is_approved(self) -> bool:
        """已批准."""
        return self.state == "APPROVED"


def _reference(asked: list[Proposed], resolutions: Any, this_round: int) -> str | None:
    """多平台的凭据：本轮已批准的请示，或以本案为议题的已生效决议."""
    for number in (str(number) for _, number in resolutions if number):
        return number
    for one in asked:
        if one.kind == Proposal.MULTI and one.is_approved and one.round == this_round:
            return f"multi:{one.id}"
    return None
