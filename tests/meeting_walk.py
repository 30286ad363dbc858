"""开一次平台例会：全由服务动词走成，排期、通知、开会、点名、议题、议定事项、纪要三签."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.services import meetings
from app.services.meeting_resolutions import Terms
from models.attachment import Document
from models.meeting import AgendaItem, Meeting, MeetingSeries
from tests.factories import org_id, person_id

PLACE = "乡政府二楼会议室"
REASON = "组长赴县里开会，经请示改期举行。"
DISCUSSION = "会议听取了社会事业服务中心的情况汇报。该处垃圾清运点少、清运频次不足。"
CONCLUSION = "由社会事业服务中心牵头，增设清运点并落实每日清运。"


def refused(code: str, step: Callable[[], Any], **facts: Any) -> Refused:
    """这一步须以此拒绝；事实也对得上."""
    with pytest.raises(Refused) as caught:
        step()
    assert caught.value.code == code
    for name, value in facts.items():
        assert caught.value.facts[name] == value
    return caught.value


def series_id(code: str = "MS-ZF") -> int:
    """例会系列编号."""
    return session.execute(select(MeetingSeries.id).where(MeetingSeries.code == code)).scalar_one()


class MeetingWalk:
    """综合执法平台例会往前走：操作员甲排会、点名、起草，乙审核，组长签发."""

    def __init__(self, actor: Callable[[str], Actor], start: datetime) -> None:
        self.actor = actor
        self.now = start
        self.found: Meeting | None = None

    def later(self, **delta: float) -> datetime:
        """过一会儿."""
        self.now += timedelta(**(delta or {"minutes": 5}))
        return self.now

    def at(self, day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
        """2017 年某日某时（当地）."""
        self.now = datetime(2017, month, day, hour, minute, tzinfo=SHANGHAI)
        return self.now

    @property
    def f(self) -> Actor:
        """操作员甲（社会事业服务中心主任）."""
        return self.actor("zhifa")

    @property
    def f2(self) -> Actor:
        """操作员乙."""
        return self.actor("zhifa2")

    @property
    def g(self) -> Actor:
        """协调组组长."""
        return self.actor("zhifa_lead")

    @property
    def meeting(self) -> Meeting:
        """现在的会议."""
        assert self.found is not None
        return self.found

    @property
    def id(self) -> int:
        """现在会议的编号."""
        return self.meeting.id

    def scheduled(self, when: datetime | None = None) -> Meeting:
        """排期：5月24日（第21周）14:30."""
        when = when or datetime(2017, 5, 24, 14, 30, tzinfo=SHANGHAI)
        self.found = meetings.schedule(
            series_id=series_id(), planned_at=when, place=PLACE, actor=self.f, now=self.later()
        )
        return self.found

    def noticed(self, when: datetime | None = None) -> Meeting:
        """发通知."""
        self.scheduled(when)
        return meetings.notice(self.id, actor=self.f, now=self.later())

    def item(self, title: str = "高山村口垃圾清运") -> AgendaItem:
        """提一个自拟议题，组长列入."""
        made = meetings.collect(
            self.id, title=title, section="本周安排", agreed=True, actor=self.f, now=self.later()
        )
        meetings.admit(self.id, item_ids=[made.id], actor=self.g, now=self.later())
        return made

    def opened(self, when: datetime | None = None) -> Meeting:
        """开会：到点锁定名单."""
        self.noticed(when)
        self.now = self.meeting.planned_at
        return meetings.open_meeting(self.id, actor=self.f, now=self.now)

    def debated(self, item: AgendaItem) -> AgendaItem:
        """审议一个议题."""
        return meetings.deliberate(
            self.id,
            item_id=item.id,
            discussion=DISCUSSION,
            conclusion=CONCLUSION,
            actor=self.f,
            now=self.later(),
        )

    def standing(self) -> AgendaItem:
        """首项议题."""
        return session.execute(
            select(AgendaItem).where(
                AgendaItem.meeting_id == self.id, AgendaItem.source == "FOLLOW_UP"
            )
        ).scalar_one()

    def terms(self, **changes: Any) -> Terms:
        """一条要素齐全的议定事项."""
        values: dict[str, Any] = {
            "content": "高山村口增设2个清运点，落实每日清运",
            "duty_person_id": person_id("蓝望岫"),
            "lead_org_id": org_id("SHZX"),
            "due_on": date(2017, 6, 2),
        }
        return Terms(**{**values, **changes})

    def closed(self, terms: Terms | None = None, when: datetime | None = None) -> Meeting:
        """开完会：一个议题，一条议定事项，全员到会."""
        self.opened(when)
        item = self.item()
        self.debated(self.standing())
        self.debated(item)
        meetings.resolve(
            self.id,
            item_id=item.id,
            terms=terms or self.terms(),
            actor=self.f,
            now=self.later(),
        )
        meetings.mark_all_present(self.id, actor=self.f, now=self.later())
        return meetings.close(self.id, actor=self.f, now=self.later(hours=1))

    def drafted(self, terms: Terms | None = None, when: datetime | None = None) -> Meeting:
        """甲起草纪要."""
        self.closed(terms, when)
        meetings.draft_minutes(self.id, actor=self.f, now=self.later())
        return self.meeting

    def reviewed(self, when: datetime | None = None) -> Meeting:
        """乙审核."""
        self.drafted(when=when)
        meetings.review_minutes(self.id, actor=self.f2, now=self.later())
        return self.meeting

    def signed(self, when: datetime | None = None) -> Document:
        """组长签发."""
        self.reviewed(when)
        return meetings.sign_minutes(self.id, actor=self.g, now=self.later())
