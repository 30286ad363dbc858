"""演示的故事：计划里逐字写定时刻与人的一件，文字取演示文字."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.case_choices import FinishResult, NoFeedback, SuspendReason, VerifyMethod
from app.plan.demo_cast import Cast
from app.plan.demo_script import Act, Caller, Script, Shot
from app.plan.demo_texts import StoryText, Texts
from app.plan.demo_words import RETENTION
from app.plan.model import DemoStep, DemoStory, Plan

PHONE = 19900000612
"""头一个故事的来件人电话，后面的顺着往下."""
SEED = 5
SYSTEM = "SYS"
EXTENSION_WD = 5


@dataclass(frozen=True, slots=True)
class _Tale:
    """讲到的一步用得着的：本子、文字、整个故事、第几步、做的人与其机构、办结的人."""

    script: Script
    text: StoryText
    steps: tuple[DemoStep, ...]
    turn: int
    who: str
    home: str
    finisher: str

    @property
    def said(self) -> str:
        """这一步写的理由或意见."""
        return self.text.opinions.get(self.steps[self.turn].action, "")

    def nth(self, action: str) -> int:
        """这是第几次做这个动作（从 0 起）."""
        return sum(step.action == action for step in self.steps[: self.turn])

    def when(self, action: str) -> datetime:
        """后面哪一刻做这个动作."""
        return next(step.at for step in self.steps[self.turn :] if step.action == action)


def tell(story: DemoStory, plan: Plan, texts: Texts, cast: Cast) -> Script:
    """把故事写成本子；序号为 0，同一时刻排在随机件前头."""
    accounts = {account.id: account for account in plan.accounts}
    leaf = next(leaf for leaf in plan.leaves if leaf.code == story.category)
    village = next(grid.village for grid in plan.grids if grid.code == story.grid)
    home = next(v.zh for v in plan.villages if v.code == village)
    text = texts.stories[story.id]
    phone = str(PHONE + plan.stories.index(story))
    finisher = accounts[next(s.who for s in story.steps if s.action == "finish")]
    script = Script(
        key=story.id,
        number=0,
        title=text.title,
        place=f"{home}{text.place}",
        body=text.body,
        leaf=leaf,
        level=story.level,
        kind=leaf.kind,
        channel=story.channel,
        grid=story.grid,
        village=village,
        org=finisher.org,
        caller=Caller(text.informant, phone) if text.informant else Caller(),
    )
    for turn, step in enumerate(story.steps):
        account = accounts.get(step.who)
        who, org = (account.login, account.org) if account else (SYSTEM, "")
        tale = _Tale(script, text, story.steps, turn, who, org, finisher.login)
        words, shots = _LINES[step.action](tale)
        script.acts.append(Act(step.action, who, step.at, words, shots))
    return script


Line = tuple[dict[str, Any], tuple[Shot, ...]]


def _silent(tale: _Tale) -> Line:
    return {}, ()


def _direct(tale: _Tale) -> Line:
    return {"platform": tale.script.platform, "direct_reason": tale.said}, ()


def _dispatch(tale: _Tale) -> Line:
    return {"platform": tale.script.platform, "note": ""}, ()


def _sign_in(tale: _Tale) -> Line:
    """后面还要转办的先签给自己，不转办的直接给承办机构."""
    if any(step.action == "transfer" for step in tale.steps):
        return {"org": tale.home, "handler": tale.who}, ()
    return {"org": tale.script.org, "handler": tale.finisher}, ()


def _transfer(tale: _Tale) -> Line:
    return {"org": tale.script.org, "handler": tale.finisher, "opinion": tale.said}, ()


def _progress(tale: _Tale) -> Line:
    turn = tale.nth("record_progress")
    shot = Shot("现场", tale.text.view, SEED + turn, turn == 0)
    return {"content": tale.text.progress[turn]}, (shot,)


def _finish(tale: _Tale) -> Line:
    view = tale.text.view
    words = {"result": FinishResult.SOLVED.value, "content": tale.text.done}
    before, after = Shot("处理前", view, SEED, True), Shot("处理后", view, SEED, False)
    return words, (before, after)


def _verify(tale: _Tale) -> Line:
    words = {"method": VerifyMethod.ON_SITE.value, "opinion": tale.text.opinion}
    return words, (Shot("核查", tale.text.view, SEED, False),)


def _feedback(tale: _Tale) -> Line:
    if not tale.text.feedback:
        return {"no_feedback": NoFeedback.INTERNAL.value}, ()
    receiver = tale.script.caller.name
    return {"method": "电话", "content": tale.text.feedback, "receiver": receiver}, ()


def _rate(tale: _Tale) -> Line:
    words = {
        "satisfaction": tale.said,
        "method": "电话回访",
        "reference": f"回访 {tale.script.caller.phone}",
    }
    return words, ()


def _archive(tale: _Tale) -> Line:
    return {"retention": RETENTION[tale.script.level]}, ()


def _ask_extension(tale: _Tale) -> Line:
    done = tale.text.progress[0]
    return {"extension_wd": EXTENSION_WD, "work_done": done, "reason": tale.said}, ()


def _grant_extension(tale: _Tale) -> Line:
    return {"granted_wd": EXTENSION_WD, "opinion": tale.said}, ()


def _ask_suspend(tale: _Tale) -> Line:
    words = {
        "suspend_reason": SuspendReason.AWAIT_TEST.value,
        "until": tale.when("resume"),
        "reason": tale.said,
    }
    return words, (Shot("送检单", "paper", SEED, False),)


def _grant_suspend(tale: _Tale) -> Line:
    return {"until": tale.when("resume"), "opinion": tale.said}, ()


_LINES: Mapping[str, Callable[[_Tale], Line]] = {
    "draft": _silent,
    "report": _silent,
    "direct_report": _direct,
    "accept": _silent,
    "dispatch": _dispatch,
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
