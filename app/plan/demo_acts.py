"""演示的动作：本子上的一步化成一次服务调用；状态只由服务改."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.plan.demo_acts_joint import JOINT_DEEDS
from app.plan.demo_intake import intake_of
from app.plan.demo_script import Act, Script
from app.plan.demo_stage import Stage
from app.plan.demo_turn import Turn
from app.services import (
    case_closing,
    case_direct,
    case_dispatch,
    case_handling,
    case_intake,
    case_rating,
    case_reception,
    case_suspend,
    case_time,
)
from app.services.mediation import Mediation


def perform(stage: Stage, script: Script, act: Act, now: datetime) -> None:
    """做一步。Raises Refused（演示文字与规则不合时，说得出是哪一条）."""
    _DEEDS[act.action](Turn(stage, script, act, now))


def _draft(turn: Turn) -> None:
    intake = intake_of(turn.stage, turn.script, turn.photos(), turn.now)
    turn.stage.cases[turn.script.key] = case_intake.draft(intake, is_demo=True, **turn.by)


def _report(turn: Turn) -> None:
    case_intake.report(turn.case, **turn.by)


def _request_supplement(turn: Turn) -> None:
    case_intake.request_supplement(turn.case, **turn.says, **turn.by)


def _supplement(turn: Turn) -> None:
    case_intake.supplement(turn.case, **turn.says, **turn.by)


def _accept(turn: Turn) -> None:
    case, script = turn.case, turn.script
    case_reception.accept(
        case,
        category_id=turn.stage.ids["category"][script.leaf.code],
        level=script.level,
        kind=script.kind,
        sensitive=script.leaf.sensitive,
        **turn.by,
    )


def _propose_reject(turn: Turn) -> None:
    case_reception.propose_reject(turn.case, **turn.says, **turn.by)


def _reject(turn: Turn) -> None:
    case_reception.reject(turn.case, **turn.says, **turn.by)


def _cancel(turn: Turn) -> None:
    words = turn.says
    case_reception.cancel(
        turn.case, reason=words["reason"], mistake_note=words.get("mistake", ""), **turn.by
    )


def _dispatch(turn: Turn) -> None:
    case_dispatch.dispatch(turn.case, **turn.says, **turn.by)


def _redispatch(turn: Turn) -> None:
    case_dispatch.redispatch(turn.case, **turn.says, **turn.by)


def _sign_in(turn: Turn) -> None:
    words = turn.says
    case_dispatch.sign_in(
        turn.case,
        org_id=turn.stage.ids["org"][words["org"]],
        handler_id=turn.person(words["handler"]),
        **turn.by,
    )


def _transfer(turn: Turn) -> None:
    words = turn.says
    case_dispatch.transfer(
        turn.case,
        org_id=turn.stage.ids["org"][words["org"]],
        handler_id=turn.person(words["handler"]),
        opinion=words.get("opinion", ""),
        **turn.by,
    )


def _return_case(turn: Turn) -> None:
    case_dispatch.return_case(turn.case, **turn.says, **turn.by)


def _record_progress(turn: Turn) -> None:
    case_handling.record_progress(
        turn.case, content=turn.says["content"], attachments=turn.photos(), **turn.by
    )


def _finish(turn: Turn) -> None:
    words, number = turn.says, ""
    moved = words.get("moved_to", "")
    if moved:
        number = f"板移〔{turn.stage.ruler.local(turn.now).year}〕{turn.script.number}号"
    case_handling.finish(
        turn.case,
        result=words["result"],
        content=words["content"],
        transfer_org=moved,
        transfer_no=number,
        mediation=_mediation(turn),
        attachments=turn.photos(),
        **turn.by,
    )


def _mediation(turn: Turn) -> Mediation | None:
    """调解登记：履行期限平移到当年."""
    words = turn.says.get("mediation")
    if words is None:
        return None
    until = words.pop("perform_by")
    return Mediation(**words, perform_by=turn.day(until))


def _verify(turn: Turn) -> None:
    case_closing.verify(turn.case, **turn.says, attachments=turn.photos(), **turn.by)


def _rework(turn: Turn) -> None:
    case_closing.rework(turn.case, **turn.says, **turn.by)


def _feedback(turn: Turn) -> None:
    """并入件的来件人也在名单上，逐一反馈."""
    words, case = turn.says, turn.case
    spoken, merged = "no_feedback" not in words, words.pop("merged", {})
    if turn.script.channel == "COUNTY":
        year = turn.stage.ruler.local(turn.now).year
        words["county_reply_no"] = f"板复〔{year}〕{turn.script.number}号"
    people = case_closing.informants_of(case) if turn.script.caller.is_reachable else ()
    for person in people or (None,):
        if person is not None and person.from_case_id is not None:
            words |= {"receiver": person.name or "", **merged}
        case_closing.feedback(
            case,
            **words,
            feedback_at=turn.now if spoken else None,
            informant_id=person.id if person else None,
            **turn.by,
        )


def _direct_report(turn: Turn) -> None:
    case_direct.direct_report(turn.case, **turn.says, **turn.by)


def _request_extension(turn: Turn) -> None:
    case_time.request_extension(turn.case, **turn.says, **turn.by)


def _approve_extension(turn: Turn) -> None:
    case_time.approve_extension(turn.case, **turn.says, **turn.by)


def _request_suspend(turn: Turn) -> None:
    words = turn.says
    until = turn.day(words.pop("until"))
    case_suspend.request_suspend(
        turn.case, resume_on=until, attachments=turn.photos(), **words, **turn.by
    )


def _approve_suspend(turn: Turn) -> None:
    words = turn.says
    until = turn.day(words.pop("until"))
    case_suspend.approve_suspend(turn.case, until_on=until, **words, **turn.by)


def _resume(turn: Turn) -> None:
    """到批准日自动恢复：由系统做，不是哪个人."""
    case_suspend.resume_due(now=turn.now)


def _rate(turn: Turn) -> None:
    case_rating.rate(turn.case, **turn.says, **turn.by)


def _archive(turn: Turn) -> None:
    case_closing.archive(turn.case, **turn.says, secrecy_confirmed=True, **turn.by)


_DEEDS: Mapping[str, Callable[[Turn], None]] = {
    "draft": _draft,
    "report": _report,
    "request_supplement": _request_supplement,
    "supplement": _supplement,
    "accept": _accept,
    "propose_reject": _propose_reject,
    "reject": _reject,
    "cancel": _cancel,
    "dispatch": _dispatch,
    "redispatch": _redispatch,
    "sign_in": _sign_in,
    "transfer": _transfer,
    "return_case": _return_case,
    "record_progress": _record_progress,
    "finish": _finish,
    "verify": _verify,
    "rework": _rework,
    "feedback": _feedback,
    "archive": _archive,
    "direct_report": _direct_report,
    "request_extension": _request_extension,
    "approve_extension": _approve_extension,
    "request_suspend": _request_suspend,
    "approve_suspend": _approve_suspend,
    "resume": _resume,
    "rate": _rate,
    **JOINT_DEEDS,
}
