"""并案与撤销并案：来件人随之并入、移出，并案期间不计时（R4）."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select

from app.access.actor import Actor
from app.db import session
from app.domain.case_facts import MainCase
from app.domain.case_states import FINALS, Level, State
from app.domain.case_words import Action, Field
from app.domain.errors import Refused
from app.queries.case_page import last_entry
from app.services import clock_revival, journal, notify
from app.services.case_orgs import end_assignment, reopen_rows
from app.services.case_step import Step, locked, take_step
from models.case import Case, CaseInformant
from models.case_parts import Assignment, CaseFeedback

SAME_POINTS = ("地点", "对象", "时间", "内容")
"""相同点（至少勾一项）."""


def lock_pair(case_id: int, main_id: int, *, actor: Actor) -> tuple[Case, Case]:
    """按编号从小到大锁住本案与主案：两人对着并不互等，也并不成一串。Raises Refused('not_found')."""
    found = {key: locked(key, actor=actor) for key in sorted({case_id, main_id})}
    return found[case_id], found[main_id]


def merge(
    case: Case,
    *,
    main: Case | None,
    same_points: Sequence[str],
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """并案（plan 三(三)）：并入主案，来件人进主案的反馈名单，等级取两者较高。Raises Refused.

    ``main`` 须已锁住（``lock_pair``）；``same_points`` 取自 ``SAME_POINTS``.
    """
    if set(same_points) - set(SAME_POINTS):
        raise Refused("bad_choice", field="same_points")
    inputs: dict[str, object] = {
        Field.MAIN_CASE: _main_facts(main) if main else None,
        Field.SAME_POINTS: list(same_points),
    }

    def changes(step: Step) -> None:
        if main is None:
            raise Refused("main_missing", field="main_number")
        case.merged_into_id = main.id
        case.resume_state = step.facts.state
        for row in _lead_rows(case):
            end_assignment(row, kind="MERGED", now=now)
        moved = _bring_informants(case, main)
        raised = _raise_level(case, main)
        step.data.update(
            {"main": main.number, "same_points": list(same_points), "informants": moved}
        )
        _tell_main(step, main, {"merged": case.number, "raised": raised, "informants": moved})

    return take_step(
        case,
        Action.MERGE,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        reason=reason,
        changes=changes,
    )


def _main_facts(main: Case) -> MainCase:
    """主案此刻的事实；终结了的，说得出是谁做了什么."""
    last = last_entry(main.id) if State(main.state) in FINALS else None
    who, what = (last.actor_name, last.action) if last else ("", "")
    return MainCase(main.id, main.state, main.platform, who, what)


def _lead_rows(case: Case) -> list[Assignment]:
    return list(
        session.execute(
            select(Assignment).where(
                Assignment.case_id == case.id,
                Assignment.round == case.round,
                Assignment.ended_at.is_(None),
            )
        ).scalars()
    )


def _bring_informants(case: Case, main: Case) -> int:
    """来件人抄一份进主案的反馈名单，注明由哪件来."""
    rows = session.execute(select(CaseInformant).where(CaseInformant.case_id == case.id)).scalars()
    count = 0
    for row in rows:
        session.add(
            CaseInformant(
                township_id=main.township_id,
                case_id=main.id,
                from_case_id=case.id,
                name=row.name,
                phone=row.phone,
                phone_mark=row.phone_mark,
                name_mark=row.name_mark,
                is_anonymous=row.is_anonymous,
                is_confidential=row.is_confidential,
            )
        )
        count += 1
    return count


def _take_back_informants(case: Case, main: Case) -> None:
    """从主案的反馈名单移出；已经反馈过的留着（原件上各人都在，不丢）."""
    told = exists().where(CaseFeedback.informant_id == CaseInformant.id)
    session.execute(
        delete(CaseInformant)
        .where(CaseInformant.case_id == main.id, CaseInformant.from_case_id == case.id, ~told)
        .execution_options(synchronize_session=False)
    )


def _raise_level(case: Case, main: Case) -> str | None:
    """主案等级取两者较高；办理时钟不因此改动（调级另有动作）."""
    if Level(case.level).rank <= Level(main.level).rank:
        return None
    main.level = case.level
    return case.level


def _tell_main(step: Step, main: Case, data: dict[str, object]) -> None:
    """主案上也留一笔，并知会它的承办人."""
    main.version += 1
    entry = journal.record(
        actor=step.actor,
        now=step.now,
        module="case",
        action=Action.MERGE if "merged" in data else Action.UNMERGE,
        subject_kind="case",
        subject_id=main.id,
        holding=step.holding,
        case_id=main.id,
        before=main.state,
        after=main.state,
        round=main.round,
        opinion=step.reason,
        data=data,
    )
    people = {main.handler_id} - {None, step.actor.person_id}
    notify.post(
        [p for p in people if p is not None],
        township_id=main.township_id,
        kind="case.merged_in" if "merged" in data else "case.merged_out",
        key=f"case:{main.id}:{entry.id}",
        now=step.now,
        facts={"number": main.number, "title": None if main.is_sensitive else main.title},
        case_id=main.id,
    )


def unmerge(
    case: Case,
    *,
    main: Case | None,
    reason: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """撤销并案：7 个自然日内且主案未归档，回到并案之前的状态，期间不计时。Raises Refused."""

    def changes(step: Step) -> None:
        if main is None or main.id != case.merged_into_id:
            raise Refused("main_missing")
        _take_back_informants(case, main)
        clock_revival.revive(case, ended_by=Action.MERGE)
        reopen_rows(case, ended_by="MERGED")
        case.merged_into_id = None
        case.resume_state = None
        step.data["main"] = main.number
        _tell_main(step, main, {"unmerged": case.number})

    return take_step(
        case,
        Action.UNMERGE,
        actor=actor,
        now=now,
        seen=seen,
        reason=reason,
        changes=changes,
    )
