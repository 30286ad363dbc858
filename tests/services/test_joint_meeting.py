"""联席会议走一遍：案件提交的议题列上、召集人列入、议定、三人签发，决议回到案件."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.services import case_joint, case_multi, meetings
from app.services.meeting_minutes import Draft
from models.attachment import Document
from models.meeting import AgendaItem, Attendance, Resolution
from tests.conftest import NOW
from tests.factories import REASON, Walk, category_id, org_id, person_id
from tests.meeting_walk import CONCLUSION, DISCUSSION, PLACE, MeetingWalk, series_id

WHEN = datetime(2017, 5, 26, 14, 30, tzinfo=SHANGHAI)


class JointWalk(MeetingWalk):
    """联席会议：党政办排期起草，副组长审核，书记列入与签发."""

    @property
    def f(self):
        return self.actor("clerk")

    @property
    def f2(self):
        return self.actor("deputy")

    @property
    def g(self):
        return self.actor("secretary")

    def scheduled(self, when=None):
        self.found = meetings.schedule(
            series_id=series_id("MS-JM"),
            planned_at=when or WHEN,
            place=PLACE,
            actor=self.f,
            now=self.later(),
        )
        return self.found


@pytest.fixture
def case(actor):
    """待分流而有争议的一件，已提交联席会议."""
    walk = Walk(actor, NOW)
    walk.accepted()
    case_joint.submit_to_joint_meeting(
        walk.one,
        agenda_title="东坑溪污染源头治理分工",
        agenda_type="重大问题研究",
        dispute="屠宰点归谁管",
        plan="执法牵头、市监协办",
        reason=REASON,
        actor=actor("clerk2"),
        now=walk.later(),
    )
    return walk


def test_what_the_joint_meeting_resolves_comes_back_to_the_case(case, actor, db_session):
    walk = JointWalk(actor, case.now)
    meeting = walk.scheduled()
    assert (meeting.quarter, meeting.week, meeting.term) == (2, None, 1)
    assert meeting.title == "2017年第2季度（第1次）“四个平台”联席会议"
    item = db_session.execute(select(AgendaItem).where(AgendaItem.source == "CASE")).scalar_one()
    assert item.meeting_id == meeting.id
    meetings.admit(walk.id, item_ids=[item.id], actor=walk.g, now=walk.later())
    meetings.notice(walk.id, actor=walk.f, now=walk.later())
    roll = db_session.execute(select(Attendance).where(Attendance.is_expected)).scalars().all()
    inspector = next(row for row in roll if row.post_name == "乡纪委书记")
    assert len(roll) == 20
    assert (inspector.is_expected, inspector.status) == (True, "未登记")
    walk.now = WHEN
    meetings.open_meeting(walk.id, actor=walk.f, now=walk.now)
    said = {"discussion": DISCUSSION, "conclusion": CONCLUSION}
    meetings.deliberate(walk.id, item_id=item.id, **said, actor=walk.f, now=walk.later())
    terms = walk.terms(
        content="执法牵头、市监协办，六月十五日前封堵排口",
        duty_person_id=person_id("盘月岚"),
        lead_org_id=org_id("SHZX"),
        due_on=date(2017, 6, 15),
    )
    meetings.resolve(walk.id, item_id=item.id, terms=terms, actor=walk.f, now=walk.later())
    meetings.mark_all_present(walk.id, actor=walk.f, now=walk.later())
    meetings.close(walk.id, actor=walk.f, now=walk.later(hours=1))
    draft = Draft("群众对溪水发黑反映集中。", (), "各成员单位")
    meetings.draft_minutes(walk.id, draft=draft, actor=walk.f, now=walk.later())
    with pytest.raises(Refused, match="no_resolution"):
        case_joint.apply_resolution(
            case.one, resolution_id=1, actor=actor("clerk2"), now=walk.later()
        )
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    row = db_session.execute(select(Resolution)).scalar_one()
    assert (row.number, row.state) == ("2017年第2季度联席会议-决01", "EFFECTIVE")
    paper = db_session.execute(select(Document)).scalar_one()
    assert (paper.kind, paper.number) == ("P1", "板桥畲族乡四个平台联席会议纪要〔2017〕1号")

    case_joint.apply_resolution(
        case.one, resolution_id=row.id, actor=actor("clerk2"), now=walk.later()
    )
    assert (case.one.state, case.one.resume_state) == ("ACCEPTED", None)
    case_multi.dispatch_multi(
        case.one,
        platform="ZF",
        assist_platforms=["SJ"],
        tasks={"SJ": "查证照"},
        reference=row.number or "",
        actor=actor("clerk2"),
        now=walk.later(),
    )
    assert case.one.state == "DISPATCHED"


def test_an_item_that_comes_after_the_meeting_is_planned_goes_straight_onto_it(actor, db_session):
    meetings_ = JointWalk(actor, NOW)
    meeting = meetings_.scheduled()
    walk = Walk(actor, meetings_.now)
    walk.accepted()
    case_joint.submit_to_joint_meeting(
        walk.one,
        agenda_title="卫生监管与卫生监督的边界",
        agenda_type="重大问题研究",
        dispute="许可与处罚分属两家",
        plan="许可归市监、立案归执法",
        reason=REASON,
        actor=actor("clerk2"),
        now=walk.later(),
    )
    item = db_session.execute(select(AgendaItem).where(AgendaItem.source == "CASE")).scalar_one()
    assert item.meeting_id == meeting.id


def test_a_sensitive_matter_comes_to_the_meeting_without_its_words(actor, db_session):
    walk = Walk(actor, NOW)
    walk.accepted(category_id=category_id("ZZ0501"), title="高山后山种植罂粟")
    assert walk.one.is_sensitive
    case_joint.submit_to_joint_meeting(
        walk.one,
        agenda_title="后山种植罂粟的处置",
        agenda_type="重大问题研究",
        dispute="罂粟地在两村交界",
        plan="综治牵头铲除",
        reason=REASON,
        actor=actor("clerk2"),
        now=walk.later(),
    )
    item = db_session.execute(select(AgendaItem).where(AgendaItem.source == "CASE")).scalar_one()
    assert "罂粟" not in item.title + item.discussion
    assert walk.one.number in item.title


def test_a_declined_item_sends_the_case_back_to_be_dispatched(case, actor, db_session):
    walk = JointWalk(actor, case.now)
    walk.scheduled()
    item = db_session.execute(select(AgendaItem).where(AgendaItem.source == "CASE")).scalar_one()
    meetings.admit(
        walk.id,
        item_ids=[item.id],
        outcome="DECLINED",
        reason="职责清楚，不必上会",
        actor=walk.g,
        now=walk.later(),
    )
    assert case_joint.resume_after_meeting(now=walk.later()) == 1
    assert case.one.state == "ACCEPTED"


def test_platform_staff_do_not_schedule_or_lead_the_joint_meeting(actor):
    walk = JointWalk(actor, NOW)
    for login in ("zhifa", "zhifa_lead", "jiwei"):
        with pytest.raises(Refused):
            meetings.schedule(
                series_id=series_id("MS-JM"),
                planned_at=WHEN,
                place=PLACE,
                actor=actor(login),
                now=walk.later(),
            )
