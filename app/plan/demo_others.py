"""演示的故事里其他模块的动作：会议、决议、调解回访、协办平台签收，一步一个节拍."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from app.plan.demo_acts_joint import sign_slip
from app.plan.demo_joint import MEETING_DEEDS
from app.plan.demo_script import Act, Script
from app.plan.demo_stage import Cue, Stage
from app.plan.demo_turn import Turn
from app.plan.model import DemoStory
from app.services import mediation

AFTER = 1_000
"""同一刻排在案件自己的步骤之后."""


def cues_of_others(stage: Stage, story: DemoStory, script: Script) -> Iterator[Cue]:
    """故事的 ``others``：同一动作的第几次写成 ``meeting.schedule.2``，各有各的做法."""
    logins = {account.id: account.login for account in stage.plan.accounts}
    text = stage.texts.stories[story.id]
    times: Counter[str] = Counter()
    for index, step in enumerate(story.others):
        times[step.action] += 1
        turn = times[step.action]
        name = f"{step.action}.{turn}" if turn > 1 else step.action
        words = text.answers.get(f"others.{name}", {})
        act = Act(name, logins[step.who], step.at, words)
        yield Cue(
            stage.ruler.moved(step.at),
            (script.number, AFTER + index),
            f"{script.key}.{name}",
            partial(lambda act, now: _DEEDS[act.action](Turn(stage, script, act, now)), act),
        )


def _follow_up(turn: Turn) -> None:
    mediation.follow_up(turn.case, content=turn.says["content"], performed=True, **turn.by)


_DEEDS: Mapping[str, Callable[[Turn], None]] = {
    **MEETING_DEEDS,
    "sign_in": sign_slip,
    "mediation.record": _follow_up,
}
