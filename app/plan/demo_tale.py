"""演示的故事：计划里逐字写定时刻与人的一件，文字取演示文字."""

from __future__ import annotations

from app.plan.demo_cast import Cast
from app.plan.demo_lines import LINES, Tale, noon
from app.plan.demo_script import Act, Caller, Script
from app.plan.demo_texts import StoryText, Texts
from app.plan.model import DemoStory, Plan

PHONE = 19900000612
"""头一个故事的来件人电话，后面的顺着往下."""
FIRST_NUMBER = 101
"""故事的序号接在随机件之后，登记表上的单号不重."""
SYSTEM = "SYS"
BY_CLOCK = ("auto_card",)


def tell(story: DemoStory, plan: Plan, texts: Texts, cast: Cast) -> Script:
    """把故事写成本子；到点的牌由时钟自己发，不在本子上."""
    accounts = {account.id: account for account in plan.accounts}
    script, finisher = _sheet(story, plan, texts.stories[story.id], cast)
    for turn, step in enumerate(story.steps):
        if step.action in BY_CLOCK:
            continue
        account = accounts.get(step.who)
        who, org = (account.login, account.org) if account else (SYSTEM, "")
        tale = Tale(script, texts.stories[story.id], story, turn, who, org, finisher)
        words, shots = LINES[step.action](tale)
        script.acts.append(Act(step.action, who, step.at, words, shots))
    return script


def _sheet(story: DemoStory, plan: Plan, text: StoryText, cast: Cast) -> tuple[Script, str]:
    """登记表，与办结的人."""
    accounts = {account.id: account for account in plan.accounts}
    leaf = next(leaf for leaf in plan.leaves if leaf.code == story.category)
    village = next(grid.village for grid in plan.grids if grid.code == story.grid)
    home = next(v.zh for v in plan.villages if v.code == village)
    index = plan.stories.index(story)
    finisher = next((accounts[s.who] for s in story.steps if s.action == "finish"), None)
    script = Script(
        key=story.id,
        number=FIRST_NUMBER + index,
        title=text.title,
        place=f"{home}{text.place}",
        body=text.body,
        leaf=leaf,
        level=story.level,
        kind=leaf.kind,
        channel=story.channel,
        grid=story.grid,
        village=village,
        org=finisher.org if finisher else cast.desk(leaf.org, leaf.platform),
        people=text.people,
        caller=Caller(text.informant, str(PHONE + index)) if text.informant else Caller(),
        rectify_by=noon(text.rectify_by),
        in_person=True,
    )
    return script, finisher.login if finisher else ""
