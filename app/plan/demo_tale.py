"""演示的故事：计划里逐字写定时刻与人的一件，文字取演示文字."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.case_choices import FinishResult, VerifyMethod
from app.plan.demo_cast import Cast
from app.plan.demo_script import Act, Caller, Script, Shot
from app.plan.demo_texts import StoryText, Texts
from app.plan.demo_words import RETENTION
from app.plan.model import DemoStory, Plan

PHONE = "19900000612"
SEED = 5
VIEW = "road"


@dataclass(frozen=True, slots=True)
class _Tale:
    """讲到的一步用得着的：本子、文字、做的人、其机构."""

    script: Script
    text: StoryText
    who: str


def tell(story: DemoStory, plan: Plan, texts: Texts, cast: Cast) -> Script:
    """把故事写成本子；序号为 0，同一时刻排在随机件前头."""
    accounts = {account.id: account for account in plan.accounts}
    leaf = next(leaf for leaf in plan.leaves if leaf.code == story.category)
    village = next(grid.village for grid in plan.grids if grid.code == story.grid)
    home = next(v.zh for v in plan.villages if v.code == village)
    text = texts.stories[story.id]
    finisher = next((s.who for s in story.steps if s.action == "finish"), story.steps[-1].who)
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
        org=accounts[finisher].org,
        caller=Caller(text.informant, PHONE),
    )
    for step in story.steps:
        who = accounts[step.who].login
        words, shots = _LINES[step.action](_Tale(script, text, who))
        script.acts.append(Act(step.action, who, step.at, words, shots))
    return script


Line = tuple[dict[str, Any], tuple[Shot, ...]]


def _silent(tale: _Tale) -> Line:
    return {}, ()


def _dispatch(tale: _Tale) -> Line:
    return {"platform": tale.script.platform, "note": ""}, ()


def _sign_in(tale: _Tale) -> Line:
    return {"org": tale.script.org, "handler": tale.who}, ()


def _finish(tale: _Tale) -> Line:
    words = {"result": FinishResult.SOLVED.value, "content": tale.text.done}
    before, after = Shot("处理前", VIEW, SEED, True), Shot("处理后", VIEW, SEED, False)
    return words, (before, after)


def _verify(tale: _Tale) -> Line:
    words = {"method": VerifyMethod.ON_SITE.value, "opinion": tale.text.opinion}
    return words, (Shot("核查", VIEW, SEED, False),)


def _feedback(tale: _Tale) -> Line:
    receiver = tale.script.caller.name
    return {"method": "电话", "content": tale.text.feedback, "receiver": receiver}, ()


def _archive(tale: _Tale) -> Line:
    return {"retention": RETENTION[tale.script.level]}, ()


_LINES: Mapping[str, Callable[[_Tale], Line]] = {
    "draft": _silent,
    "report": _silent,
    "accept": _silent,
    "dispatch": _dispatch,
    "sign_in": _sign_in,
    "finish": _finish,
    "verify": _verify,
    "feedback": _feedback,
    "archive": _archive,
}
