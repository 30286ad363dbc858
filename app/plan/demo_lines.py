"""演示的故事里每一步填写的内容：取故事的文字，照片按故事的序号画."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.domain.case_choices import FinishResult, NoFeedback, SuspendReason, VerifyMethod
from app.domain.working_time import SHANGHAI
from app.plan.demo_script import Script, Shot
from app.plan.demo_texts import Agreement, StoryText
from app.plan.demo_words import RETENTION
from app.plan.model import DemoStep, DemoStory

EXTENSION_WD = 5
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Tale:
    """讲到的一步用得着的：本子、文字、故事、第几步、做的人与其机构、办结的人（没有的为空）."""

    script: Script
    text: StoryText
    story: DemoStory
    turn: int
    who: str
    home: str
    finisher: str

    @property
    def steps(self) -> tuple[DemoStep, ...]:
        """整个故事."""
        return self.story.steps

    @property
    def action(self) -> str:
        """这一步的动作；第二次起带序号，如 ``return_case.2``."""
        action = self.steps[self.turn].action
        times = self.nth(action) + 1
        return f"{action}.{times}" if times > 1 else action

    @property
    def said(self) -> str:
        """这一步写的理由或意见."""
        return self.text.opinions.get(self.action, "")

    @property
    def answers(self) -> dict[str, str]:
        """这一步另要填的几样."""
        return dict(self.text.answers.get(self.action, {}))

    @property
    def platform(self) -> str:
        """这一次分流、改派去哪个平台；没有写的为小类的平台."""
        turn = self.nth("dispatch") + self.nth("redispatch")
        return self.text.routes[turn] if self.text.routes else self.script.platform

    def nth(self, action: str) -> int:
        """这是第几次做这个动作（从 0 起）."""
        return sum(step.action == action for step in self.steps[: self.turn])

    def when(self, action: str) -> datetime:
        """后面哪一刻做这个动作."""
        return next(step.at for step in self.steps[self.turn :] if step.action == action)


def noon(day: date | None) -> datetime | None:
    """文字里的日子取正午，好平移."""
    return None if day is None else datetime.combine(day, NOON, SHANGHAI)


Line = tuple[dict[str, Any], tuple[Shot, ...]]


def _silent(tale: Tale) -> Line:
    return {}, ()


def _draft(tale: Tale) -> Line:
    shots = (_shot(tale, "现场", messy=True, turn=turn) for turn in range(tale.text.photos))
    return {}, tuple(shots)


def _shot(tale: Tale, label: str, *, messy: bool, turn: int = 0) -> Shot:
    return Shot(label, tale.text.view, tale.script.number + turn, messy)


def _answered(tale: Tale) -> Line:
    """要填的几样照写，另写理由."""
    return {**tale.answers, "reason": tale.said}, ()


def _opinion(tale: Tale) -> Line:
    return {"opinion": tale.said}, ()


def _merge(tale: Tale) -> Line:
    points = tale.answers["same_points"].split("、")
    return {"main": tale.story.main, "same_points": points, "reason": tale.said}, ()


def _several(tale: Tale) -> Line:
    """多平台：主办取小类的平台，其余写了任务的协办."""
    words = {
        "platform": tale.script.platform,
        "assist_platforms": [code for code in tale.text.tasks if code != tale.script.platform],
        "tasks": dict(tale.text.tasks),
        "note": tale.said,
    }
    return words, ()


def _redispatch(tale: Tale) -> Line:
    return {"platform": tale.platform, "reason": tale.said}, ()


def _lead(tale: Tale) -> Line:
    return {**tale.answers, "note": tale.said}, ()


def _reply(tale: Tale) -> Line:
    return {"reply": tale.said}, ()


def _direct(tale: Tale) -> Line:
    return {"platform": tale.script.platform, "direct_reason": tale.said}, ()


def _dispatch(tale: Tale) -> Line:
    return {"platform": tale.platform, "note": tale.said}, ()


def _sign_in(tale: Tale) -> Line:
    """后面还要转办的先签给自己，不转办的直接给承办机构."""
    if any(step.action == "transfer" for step in tale.steps):
        return {"org": tale.home, "handler": tale.who}, ()
    return {"org": tale.script.org, "handler": tale.finisher}, ()


def _transfer(tale: Tale) -> Line:
    return {"org": tale.script.org, "handler": tale.finisher, "opinion": tale.said}, ()


def _progress(tale: Tale) -> Line:
    turn = tale.nth("record_progress")
    shot = _shot(tale, "现场", messy=turn == 0, turn=turn)
    return {"content": tale.text.progress[turn]}, (shot,)


def _finish(tale: Tale) -> Line:
    words: dict[str, Any] = {"result": tale.text.result, "content": tale.text.done}
    if tale.text.result == FinishResult.TRANSFERRED:
        words["moved_to"] = tale.answers["moved_to"]
    if tale.text.mediation is not None:
        words["mediation"] = _mediation(tale.text.mediation)
        return words, (Shot("调解协议", "paper", tale.script.number, False),)
    return words, (_shot(tale, "处理前", messy=True), _shot(tale, "处理后", messy=False))


def _mediation(text: Agreement) -> dict[str, Any]:
    return {
        "parties": text.parties,
        "dispute": text.dispute,
        "mediator": text.mediator,
        "agreement": text.agreement,
        "perform_by": noon(text.perform_by),
    }


def _verify(tale: Tale) -> Line:
    words = {"method": VerifyMethod.ON_SITE.value, "opinion": tale.text.opinion, **tale.answers}
    if words["method"] != VerifyMethod.ON_SITE:
        return words, ()
    return words, (_shot(tale, "核查", messy=False),)


def _feedback(tale: Tale) -> Line:
    if not tale.text.feedback:
        return {"no_feedback": NoFeedback.INTERNAL.value}, ()
    receiver = tale.script.caller.name
    words = {"method": "电话", "content": tale.text.feedback, "receiver": receiver or ""}
    merged = dict(tale.text.answers.get("feedback.merged", {}))
    return {**words, **tale.answers, "merged": merged}, ()


def _rate(tale: Tale) -> Line:
    words = {
        "satisfaction": tale.said,
        "method": "电话回访",
        "reference": "党政办通话登记簿，当日回访",
        **tale.answers,
    }
    return words, ()


def _archive(tale: Tale) -> Line:
    return {"retention": RETENTION[tale.script.level]}, ()


def _ask_extension(tale: Tale) -> Line:
    done = tale.text.progress[0]
    return {"extension_wd": EXTENSION_WD, "work_done": done, "reason": tale.said}, ()


def _grant_extension(tale: Tale) -> Line:
    return {"granted_wd": EXTENSION_WD, "opinion": tale.said}, ()


def _ask_suspend(tale: Tale) -> Line:
    words = {
        "suspend_reason": SuspendReason.AWAIT_TEST.value,
        "until": tale.when("resume"),
        "reason": tale.said,
    }
    return words, (Shot("送检单", "paper", tale.script.number, False),)


def _grant_suspend(tale: Tale) -> Line:
    return {"until": tale.when("resume"), "opinion": tale.said}, ()


LINES: Mapping[str, Callable[[Tale], Line]] = {
    "draft": _draft,
    "report": _silent,
    "direct_report": _direct,
    "accept": _silent,
    "propose_reject": _answered,
    "reject": _answered,
    "merge": _merge,
    "unmerge": _answered,
    "request_multi_dispatch": _several,
    "refuse_multi_dispatch": _opinion,
    "submit_to_joint_meeting": _answered,
    "apply_resolution": _silent,
    "dispatch_multi": _several,
    "dispatch": _dispatch,
    "redispatch": _redispatch,
    "return_case": _answered,
    "appoint_lead": _lead,
    "submit_cooperation": _reply,
    "sign_in": _sign_in,
    "transfer": _transfer,
    "record_progress": _progress,
    "request_extension": _ask_extension,
    "approve_extension": _grant_extension,
    "request_suspend": _ask_suspend,
    "approve_suspend": _grant_suspend,
    "resume": _silent,
    "finish": _finish,
    "verify": _verify,
    "feedback": _feedback,
    "rate": _rate,
    "archive": _archive,
}
