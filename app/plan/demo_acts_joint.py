"""演示的动作：并案、多平台、联席会议、牵头与协办，几件几家之间的一步."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from app.access.scope import fetch
from app.db import session
from app.plan.demo_turn import Turn
from app.services import case_joint, case_lead, case_merge, case_multi
from models.case import Case
from models.case_parts import Cooperation
from models.meeting import Resolution


def _merge(turn: Turn) -> None:
    words, key = turn.says, turn.stage.cases[turn.script.key].id
    main_id = turn.stage.cases[words.pop("main")].id
    case, main = case_merge.lock_pair(key, main_id, actor=turn.actor)
    case_merge.merge(case, main=main, **words, **turn.by)


def _unmerge(turn: Turn) -> None:
    case = turn.case
    main = fetch(Case, case.merged_into_id, turn.actor, lock=True) if case.merged_into_id else None
    case_merge.unmerge(case, main=main, **turn.says, **turn.by)


def _request_multi(turn: Turn) -> None:
    case_multi.request_multi_dispatch(turn.case, **turn.says, **turn.by)


def _refuse_multi(turn: Turn) -> None:
    case_multi.refuse_multi_dispatch(turn.case, **turn.says, **turn.by)


def _dispatch_multi(turn: Turn) -> None:
    number = resolution_of(turn).number or ""
    case_multi.dispatch_multi(turn.case, reference=number, **turn.says, **turn.by)


def _submit(turn: Turn) -> None:
    case_joint.submit_to_joint_meeting(turn.case, **turn.says, **turn.by)


def _apply(turn: Turn) -> None:
    case_joint.apply_resolution(turn.case, resolution_id=resolution_of(turn).id, **turn.by)


def resolution_of(turn: Turn) -> Resolution:
    """会上为本件议定的那一条."""
    case_id = turn.stage.cases[turn.script.key].id
    return session.execute(select(Resolution).where(Resolution.case_id == case_id)).scalar_one()


def _appoint_lead(turn: Turn) -> None:
    words = turn.says
    case_lead.appoint_lead(
        turn.case,
        lead_person_id=turn.person(words["person"]),
        lead_org_id=turn.stage.ids["org"][words["org"]],
        note=words["note"],
        **turn.by,
    )


def _cooperate(turn: Turn) -> None:
    case_lead.submit_cooperation(
        turn.case, cooperation_id=slip_of(turn), reply=turn.says["reply"], **turn.by
    )


def slip_of(turn: Turn) -> int:
    """本件还开着的协办条."""
    case_id = turn.stage.cases[turn.script.key].id
    statement = select(Cooperation.id).where(
        Cooperation.case_id == case_id, Cooperation.state.in_(("WAITING", "DOING"))
    )
    return session.execute(statement).scalar_one()


def sign_slip(turn: Turn) -> None:
    """协办平台签收协办条，交给承办的机构与人；主案状态不动."""
    words = turn.says
    case_lead.sign_cooperation(
        turn.case,
        cooperation_id=slip_of(turn),
        org_id=turn.stage.ids["org"][words["org"]],
        handler_id=turn.person(words["handler"]),
        **turn.by,
    )


JOINT_DEEDS: Mapping[str, Callable[[Turn], None]] = {
    "merge": _merge,
    "unmerge": _unmerge,
    "request_multi_dispatch": _request_multi,
    "refuse_multi_dispatch": _refuse_multi,
    "dispatch_multi": _dispatch_multi,
    "submit_to_joint_meeting": _submit,
    "apply_resolution": _apply,
    "appoint_lead": _appoint_lead,
    "submit_cooperation": _cooperate,
}
