"""演示的例会安排：哪几次、哪一天、谁请假."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import select

from app.db import session
from app.domain.weeks import Week
from app.plan.demo_stage import Stage
from app.plan.demo_texts import MeetingText
from app.plan.demo_words import Decks
from app.plan.model import Series
from models.meeting import Meeting

DAYS = (-8, -7, -4, -3)
"""各系列的例会开在倒数第几个工作日；纪要在截止之前签完."""
EVERY = 5
OPENING = time(14, 30)


@dataclass(slots=True)
class Gathering:
    """一次例会（gathering）：``day`` 是倒数第几个工作日；``first`` 是本系列头一次."""

    stage: Stage
    series: Series
    platform: str
    text: MeetingText
    decks: Decks
    day: int
    absent: str | None
    first: bool
    meeting_id: int = 0
    items: list[int] = field(default_factory=list)

    @property
    def first_operator(self) -> str:
        """排会、点名、起草的操作员."""
        return self.stage.cast.operators[self.platform][0]

    @property
    def second_operator(self) -> str:
        """审核的操作员：不是起草的那个."""
        return self.stage.cast.operators[self.platform][1]

    @property
    def chief(self) -> str:
        """签发的组长."""
        return self.stage.cast.chiefs[self.platform][0]

    @property
    def home(self) -> int:
        """操作员所在机构."""
        return self.stage.ids["org"][self.stage.cast.homes[self.platform]]


def gatherings(stage: Stage, decks: Decks) -> list[Gathering]:
    """计划说的各次例会：同一系列的隔一周，近的在后."""
    demo = stage.plan.demo
    wanted = demo.volumes.weekly_meetings if demo else {}
    series = {one.code: one for one in stage.plan.series}
    platforms = {platform.group: platform.code for platform in stage.plan.platforms}
    found = []
    for index, (code, count) in enumerate(wanted.items()):
        platform = platforms[series[code].body]
        for turn in range(count):
            day = DAYS[index % len(DAYS)] - EVERY * (count - 1 - turn)
            absent = _absent(stage, series[code].body) if index % 2 else None
            text = stage.texts.meetings[platform]
            found.append(
                Gathering(stage, series[code], platform, text, decks, day, absent, first=turn == 0)
            )
    return found


def _absent(stage: Stage, body: str) -> str | None:
    """请假的人：排在后面的成员职务上的一位；办会的操作员不请假."""
    posts = next((one.member_posts for one in stage.plan.bodies if one.code == body), ())
    holders = {h.post: a.login for a in stage.plan.accounts for h in a.holdings if h.post}
    busy = {login for logins in stage.cast.operators.values() for login in logins}
    free = [holders[post] for post in posts if holders.get(post, "") not in {"", *busy}]
    return free[-1] if free else None


def planned_at(one: Gathering) -> datetime:
    """开会时刻（平移后）."""
    ruler = one.stage.ruler
    return ruler.moved(ruler.clock(one.day, OPENING))


def _is_taken(one: Gathering) -> bool:
    """那一周已经排过会（在有数据的库里再演一遍时），就不再排."""
    week = Week.of(one.stage.ruler.calendar.local_day(planned_at(one)))
    statement = select(Meeting.id).where(
        Meeting.series_id == one.stage.ids["series"][one.series.code],
        Meeting.year == week.year,
        Meeting.week == week.number,
    )
    return session.execute(statement).first() is not None
