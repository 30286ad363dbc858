"""演示：把故事、随机件、例会排成一条时间线，由各账号经服务逐步走成，时钟到点的牌随时发出."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from app.db import session
from app.domain.errors import Refused
from app.plan.demo_acts import perform
from app.plan.demo_assessments import assessment_cues
from app.plan.demo_cast import cast_of
from app.plan.demo_deal import deal
from app.plan.demo_gathering import gatherings
from app.plan.demo_meetings import cues_of
from app.plan.demo_others import cues_of_others
from app.plan.demo_script import Script
from app.plan.demo_stage import Cue, Stage
from app.plan.demo_tale import tell
from app.plan.demo_texts import read_texts
from app.plan.demo_time import Ruler
from app.plan.demo_writer import Writer
from app.plan.model import Plan
from app.services import case_cards, journal, notices
from app.services.rules import calendar_of
from models.attachment import Notification
from models.case import Case
from models.case_parts import Supervision
from models.meeting import Meeting

TICK_AFTER = timedelta(minutes=1)
"""平时的任务每分钟发一遍到点的牌，演示也照此."""
TOLD_EVERY = 100
UNREAD_DAYS = 2
"""最近几个工作日的通知留着没看."""


class DemoFault(RuntimeError):  # noqa: N818
    """演示走不下去：哪一件哪一步、什么时刻、为什么."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """演示的结果（demo report）：没演的 ``reason`` 说明为什么.

    各项件数含故事、不含草稿；``by_month`` 按演示季度里的上报月份。``head`` 是留痕链首的哈希
    （十六进制），同样的库、同样的 ``today`` 演两遍相同。
    """

    played: bool
    reason: str = ""
    steps: int = 0
    cases: int = 0
    drafts: int = 0
    meetings: int = 0
    yellow: int = 0
    red: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    by_platform: dict[str, int] = field(default_factory=dict)
    by_level: dict[str, int] = field(default_factory=dict)
    by_channel: dict[str, int] = field(default_factory=dict)
    by_month: dict[str, int] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None
    entries: int = 0
    head: str = ""

    def __str__(self) -> str:
        if not self.played:
            return self.reason
        return (
            f"演示走完：{self.cases} 件、草稿 {self.drafts} 件、例会 {self.meetings} 次，"
            f"共 {self.steps} 步；黄牌 {self.yellow} 张、红牌 {self.red} 张"
        )


def play(
    plan: Plan,
    *,
    today: date,
    township_id: int,
    progress: Callable[[str], object] = print,
    force: bool = False,
) -> DemoReport:
    """演一遍（play the demo）：只经服务，不提交；``today`` 之前一个工作日为止，当天空着.

    演示账号须已装好。库里已有案件或例会的不演，``force`` 时照演（那几周已开过的会略过）。
    同样的库、同样的 ``today`` 演出来的编号、状态、文字与留痕都相同。
    Raises PlanError, DemoFault, NoAccounts.
    """
    reason = _why_not(plan, today, township_id, force=force)
    if reason:
        progress(reason)
        return DemoReport(played=False, reason=reason)
    stage, scripts, cues = _rehearse(plan, today, township_id)
    progress(f"演示：{len(scripts)} 件来件，{len(cues)} 步")
    for done, cue in enumerate(cues, start=1):
        _catch_up(township_id, cue.at)
        _run(cue)
        if done % TOLD_EVERY == 0:
            progress(f"演示：走了 {done} 步，到 {stage.ruler.local(cue.at):%Y-%m-%d}")
    _catch_up(township_id, _end(plan, stage.ruler))
    _read_up(stage, _end(plan, stage.ruler))
    report = _report(stage, scripts, cues)
    progress(str(report))
    return report


def _why_not(plan: Plan, today: date, township_id: int, *, force: bool) -> str:
    if plan.demo is None:
        return "计划里没有演示（demo_story.yaml）"
    ruler = Ruler(calendar_of(township_id), today)
    since = plan.versions["demo_story"].valid_from
    if ruler.calendar.local_day(ruler.moved(ruler.moment(0))) < since:
        return f"演示的今天太早：第一件会早于 {since}，任职与时限都还没有生效"
    if force:
        return ""
    for model, what in ((Case, "案件"), (Meeting, "会议")):
        count = session.execute(
            select(func.count()).select_from(model).where(model.township_id == township_id)
        ).scalar_one()
        if count:
            return f"库里已有{what} {count} 件，不再演"
    return ""


def _rehearse(plan: Plan, today: date, township_id: int) -> tuple[Stage, list[Script], list[Cue]]:
    """排练：写好本子，合成一条时间线；数据库里还什么也没有."""
    if plan.demo is None:
        raise DemoFault("计划里没有演示")
    rng = Random(plan.demo.seed)  # noqa: S311 - 要的就是每次一样
    texts, cast = read_texts(plan), cast_of(plan)
    ruler = Ruler(calendar_of(township_id), today)
    stage = Stage.of(plan, texts, cast, ruler, township_id)
    writer = Writer.of(plan, texts, cast, ruler, rng)
    deals, spare = deal(plan, texts, rng)
    scripts = [tell(story, plan, texts, cast) for story in plan.stories]
    scripts += [writer.write(one) for one in deals]
    leaves = {leaf.code: leaf for leaf in plan.leaves}
    scripts += [writer.draft(scene, leaves[scene.category], day) for day, scene in enumerate(spare)]
    cues = [cue for script in scripts for cue in _cues(stage, script)]
    for story, script in zip(plan.stories, scripts, strict=False):
        cues += cues_of_others(stage, story, script)
    for number, one in enumerate(gatherings(stage, writer.decks)):
        cues += cues_of(one, number)
    cues += assessment_cues(stage, min(cue.at for cue in cues))
    return stage, scripts, sorted(cues, key=lambda cue: (cue.at, cue.order))


def _cues(stage: Stage, script: Script) -> Iterator[Cue]:
    for index, act in enumerate(script.acts):
        yield Cue(
            stage.ruler.moved(act.at),
            (script.number, index),
            f"{script.key}“{script.title}”.{act.action}",
            partial(perform, stage, script, act),
        )


def _run(cue: Cue) -> None:
    try:
        cue.run(cue.at)
    except Refused as refused:
        raise DemoFault(f"{cue.what} 在 {cue.at.isoformat()} 被拒绝：{refused}") from refused


def _catch_up(township_id: int, until: datetime) -> None:
    """这一刻之前到点的牌，到点一分钟后发出，直到没有为止."""
    last = None
    while True:
        first = session.execute(
            select(func.min(Case.next_tick_at)).where(Case.township_id == township_id)
        ).scalar()
        if first is None or first >= until or first == last:
            return
        case_cards.tick(now=min(first + TICK_AFTER, until))
        last = first


def _end(plan: Plan, ruler: Ruler) -> datetime:
    if plan.demo is None:
        raise DemoFault("计划里没有演示")
    return ruler.moved(plan.demo.as_of)


def _read_up(stage: Stage, until: datetime) -> None:
    """各人看过了两个工作日以前的通知，打开来才分得清哪些是新的."""
    calendar = stage.ruler.calendar
    day = calendar.local_day(until)
    for _ in range(UNREAD_DAYS):
        day = calendar.previous_working_day(day)
    since = calendar.opening(day)
    old = select(func.max(Notification.id)).where(
        Notification.township_id == stage.township_id, Notification.created_at < since
    )
    up_to = session.execute(old).scalar()
    if up_to is None:
        return
    for login in stage.users:
        notices.mark_group_read(None, up_to=up_to, actor=stage.actor(login, until), now=since)


def _report(stage: Stage, scripts: list[Script], cues: list[Cue]) -> DemoReport:
    cases = [(script, stage.cases[script.key]) for script in scripts]
    numbered = [(script, case) for script, case in cases if case.number is not None]
    cards = Counter(
        session.execute(
            select(Supervision.kind).where(Supervision.case_id.in_([c.id for _, c in cases]))
        ).scalars()
    )
    chain = journal.verify(stage.township_id)
    return DemoReport(
        played=True,
        steps=len(cues),
        cases=len(numbered),
        drafts=len(cases) - len(numbered),
        meetings=_meetings(stage.township_id),
        yellow=cards["YELLOW"],
        red=cards["RED"],
        by_state=_count(str(case.state) for _, case in numbered),
        by_platform=_count(script.platform for script, _ in numbered),
        by_level=_count(case.level for _, case in numbered),
        by_channel=_count(case.channel for _, case in numbered),
        by_month=_count(f"{stage.ruler.local(script.acts[1].at):%Y-%m}" for script, _ in numbered),
        first_at=cues[0].at,
        last_at=cues[-1].at,
        entries=chain.entries,
        head=chain.head,
    )


def _count(values: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _meetings(township_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(Meeting)
        .where(Meeting.township_id == township_id, Meeting.is_demo)
    ).scalar_one()


__all__ = ["DemoFault", "DemoReport", "play"]
