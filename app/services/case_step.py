"""案件走一步：锁行、授权、守卫、改动、状态、时钟、知会、留痕；案件的状态只在这里改."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from app.access.actor import Actor, HoldingView
from app.access.case_verdict import verdict
from app.access.scope import condition_for, fetch
from app.db import session
from app.domain.case_facts import CaseFacts
from app.domain.case_flow import Taken
from app.domain.case_states import FINALS, State
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.services import clocks, journal, notify, proposals
from app.services.rules import calendar_of
from models.case import Case
from models.case_parts import Assignment, CaseOrg
from models.journal import Journal


@dataclass(slots=True)
class Step:
    """走着的一步：各服务动词在 ``changes`` 里改案件的其余各列，状态不在其内.

    ``clocks_at`` 是时钟照算的时刻，空为此刻：到日自动恢复的按批准的那一刻复表，不按任务跑的时刻。
    """

    case: Case
    actor: Actor
    holding: HoldingView
    now: datetime
    facts: CaseFacts
    taken: Taken
    inputs: Mapping[str, Any]
    reason: str | None
    data: dict[str, Any] = field(default_factory=dict)
    capped_at: datetime | None = None
    clocks_at: datetime | None = None

    @property
    def person_id(self) -> int:
        """做事的人（系统的步没有人）."""
        if self.actor.person_id is None:
            raise Refused("system_only")
        return self.actor.person_id

    @property
    def org_id(self) -> int | None:
        """以哪个机构做：任职的机构，没有的取本人所属机构."""
        return self.holding.org_id or self.actor.org_id


Changes = Callable[[Step], None]


def locked(case_id: int, *, actor: Actor) -> Case:
    """锁住范围内的一件案件。Raises Refused('not_found')."""
    return fetch(Case, case_id, actor, lock=True)


def locked_many(case_ids: Sequence[int], *, actor: Actor) -> dict[int, Case]:
    """一次锁住范围内的几件，按编号的次序锁，两个人各批办一批也不会互等；范围外的不在其中."""
    statement = (
        select(Case)
        .where(Case.id.in_(case_ids), condition_for(Case, actor))
        .order_by(Case.id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in session.execute(statement).scalars()}


def _unmoved(case: Case, seen: int | None) -> None:
    """表单带着它看见的版本：期间别人动过就拒绝，说出是谁、做了什么、什么时候."""
    if seen is None or seen == case.version:
        return
    last = session.execute(
        select(Journal.actor_name, Journal.action, Journal.at)
        .where(Journal.case_id == case.id, Journal.module == "case", Journal.action != "read")
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).one_or_none()
    who, what, at = last if last else ("—", "", case.updated_at)
    raise Refused("changed_meanwhile", who=who, what=what, at=at, version=case.version)


def take_step(
    case: Case,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any] | None = None,
    reason: str | None = None,
    seen: int | None = None,
    changes: Changes | None = None,
) -> Step:
    """走一步（流程表 T01–T57）；``case`` 须已锁住.

    ``inputs`` 的键见 ``Field``；``seen`` 是表单看见的版本。次序固定：版本、授权（一条任职给齐
    动作、限定与行）、守卫、改动、状态与时刻、时钟、留痕、知会。Raises Refused.
    """
    given = dict(inputs or {})
    _unmoved(case, seen)
    facts = facts_of(case, given)
    found = verdict(facts, action, actor=actor, now=now, inputs=given, reason=reason)
    taken = found.taken
    step = Step(case, actor, found.holding, now, facts, taken, given, reason)
    # 状态与它所要求的各列须一起落库，中间的查询不得先把一半写进去
    with session.no_autoflush:
        if changes is not None:
            changes(step)
        elapsed = _elapsed(case, now)
        _enter(case, taken.after, now=now)
    _conclude(step, action, elapsed=elapsed)
    return step


def _conclude(step: Step, action: Action, *, elapsed: int) -> None:
    case, now = step.case, step.now
    if step.facts.proposal_pending:
        gone = proposals.void_stale(case, step.facts.proposal_pending, now=now)
        step.data.update({"voided": list(gone)} if gone else {})
    with session.no_autoflush:
        case.version += 1
        case.updated_at = now.astimezone(UTC)
        moment = step.clocks_at or now
        effects = step.taken.step.clocks
        clocks.apply(case, effects, now=moment, action=action, capped_at=step.capped_at)
    entry = journal.record(
        actor=step.actor,
        now=now,
        module="case",
        action=action,
        subject_kind="case",
        subject_id=case.id,
        holding=step.holding,
        case_id=case.id,
        before=step.taken.before or None,
        after=case.state,
        round=case.round,
        opinion=step.reason,
        elapsed_minutes=elapsed,
        data=step.data,
    )
    notify.tell(
        case,
        step.taken.step.notify,
        action=action,
        entry_id=entry.id,
        now=now,
        by=step.actor.person_id,
    )


def _elapsed(case: Case, now: datetime) -> int:
    """离上一步过了多少工作分钟."""
    calendar = calendar_of(case.township_id)
    return calendar.working_minutes_between(min(case.updated_at, now), now)


def _enter(case: Case, state: State, *, now: datetime) -> None:
    """改状态与它所要求的各列（数据库的 CHECK 同样要求）."""
    closing = state in FINALS
    was_open = case.closed_at is None
    case.state = state
    moment = now.astimezone(UTC)
    case.closed_at = (case.closed_at or moment) if closing else None
    case.outcome = state if closing else None
    case.archived_at = moment if state is State.ARCHIVED else None
    if closing and was_open and case.reported_at is not None:
        _close_rows(case)


def _close_rows(case: Case) -> None:
    """案件终结：清单用的行一并关上."""
    for model in (Assignment, CaseOrg):
        session.execute(
            update(model)
            .where(model.case_id == case.id, model.is_open)
            .values(is_open=False)
            .execution_options(synchronize_session=False)
        )


def open_draft(case: Case, *, actor: Actor, now: datetime, facts: CaseFacts) -> None:
    """登记一件新案（T01）：唯一能让案件从无到有的地方."""
    inputs = {"channel": case.channel, "content": case.title}
    found = verdict(facts, Action.DRAFT, actor=actor, now=now, inputs=inputs)
    case.state = found.taken.after
    session.add(case)
    session.flush()
    journal.record(
        actor=actor,
        now=now,
        module="case",
        action=Action.DRAFT,
        subject_kind="case",
        subject_id=case.id,
        holding=found.holding,
        case_id=case.id,
        after=case.state,
        round=case.round,
    )
