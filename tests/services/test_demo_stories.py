"""演示的故事：写定的每一步由写定的人在写定的时刻做成，办理期限合验算，几件之间的事各归其位。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from sqlalchemy import select

from app.domain.working_time import SHANGHAI
from app.plan.demo_texts import read_texts
from app.queries.meeting_roll import roll_of, tally
from models.attachment import Document
from models.case import Case, CaseInformant
from models.case_life import CaseProposal
from models.case_parts import CaseClock, CaseFeedback, CaseOrg, Cooperation, Supervision
from models.journal import Journal
from models.meeting import AgendaItem, Meeting, Minutes, Resolution
from models.record import Record
from models.township import Org
from tests.services.conftest import PLAN, numbered, steps

TEXTS = read_texts(PLAN).stories
STORIES = {story.id: story for story in PLAN.stories}
NAMES = {account.id: account.name for account in PLAN.accounts} | {"SYS": "系统自动"}
SLIP = "cooperation"
"""协办条的签收也叫签收，主案状态不动，不算主案的一步。"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def cases(demo):
    """各故事演出来的那一件。"""
    titles = {text.title: key for key, text in TEXTS.items()}
    return {titles[c.title]: c for c in demo.execute(select(Case)).scalars() if c.title in titles}


def told(demo, case) -> list[Journal]:
    """本件自己的步骤：并进来、移出去只是主案上的一笔，协办条的签收不改主案。"""
    return [
        entry
        for entry in steps(demo)
        if entry.case_id == case.id
        and entry.subject_kind != SLIP
        and not {"merged", "unmerged"} & set(entry.data)
    ]


@pytest.mark.parametrize("key", STORIES)
def test_each_step_is_taken_by_its_person_at_its_moment(demo, cases, moved, key):
    found = told(demo, cases[key])
    played = [(e.action, e.actor_name, e.at) for e in found]
    # 并入件的来件人逐一反馈，同一刻有几条
    played = [one for one, _ in groupby(played)]
    late = timedelta(minutes=1)
    assert played == [
        (s.action, NAMES[s.who], moved(s.at) + (late if s.action == "auto_card" else 0 * late))
        for s in STORIES[key].steps
    ]
    reached = {(e.action, e.at): e.after for e in found}
    for step in STORIES[key].steps:
        if step.to is not None:
            assert reached[step.action, moved(step.at)] == step.to


def test_every_story_ends_where_it_is_told_to(cases):
    ends = {key: case.state for key, case in cases.items()}
    assert ends == {
        **dict.fromkeys(STORIES, "ARCHIVED"),
        "ST05-B": "MERGED",
        "ST12-A": "REJECTED",
    }
    for key, case in cases.items():
        story = STORIES[key]
        assert (case.level, case.channel) == (story.level, story.channel)


@pytest.mark.parametrize("key", [key for key, one in STORIES.items() if one.expect_due])
def test_the_handling_deadline_is_the_one_worked_out(demo, cases, moved, key):
    """起算、规则、到期都照写定的；停表段与延期也对得上。"""
    due = STORIES[key].expect_due
    clock = demo.execute(
        select(CaseClock)
        .where(CaseClock.case_id == cases[key].id, CaseClock.clock == "handle")
        .order_by(CaseClock.id.desc())
    ).scalar()
    assert clock.start_at == moved(due.start)
    assert clock.yellow_rule == due.rule
    assert clock.yellow_at == moved(due.due)
    assert clock.extension_wd == due.ext
    stopped = [tuple(map(datetime.fromisoformat, one)) for one in clock.pauses[: len(due.suspend)]]
    assert stopped == [(moved(one.stop), moved(one.back)) for one in due.suspend]


def test_no_card_fell_in_a_story_that_tells_of_none(demo, cases, moved):
    """只有排水沟纠纷的归档晚了：黄牌一张，责任方综合协调组，时刻是核查后第五个工作日末。"""
    rows = demo.execute(
        select(Supervision).where(Supervision.case_id.in_([c.id for c in cases.values()]))
    ).scalars()
    (card,) = rows
    assert card.case_id == cases["ST03-A"].id
    assert (card.kind, card.owner) == ("YELLOW", "CC")
    assert card.triggered_at == moved(at("2017-05-09T17:30"))
    assert demo.get(CaseClock, card.clock_id).clock == "archive"


def test_what_was_merged_is_told_with_the_main_case(demo, cases):
    """并入件的来件人在主案的名单上，反馈两人；误并的移了出去，另办另归档。"""
    main, merged, wrong = (cases[key] for key in ("ST05-A", "ST05-B", "ST05-C"))
    assert (merged.merged_into_id, wrong.merged_into_id) == (main.id, None)
    people = demo.execute(select(CaseInformant).where(CaseInformant.case_id == main.id)).scalars()
    sources = {person.from_case_id: person for person in people}
    assert set(sources) == {None, merged.id}
    told_to = demo.execute(
        select(CaseFeedback.informant_id).where(CaseFeedback.case_id == main.id)
    ).scalars()
    assert sorted(told_to) == sorted(person.id for person in sources.values())
    assert (wrong.platform, wrong.redispatch_count) == ("SJ", 1)


def test_the_refusal_was_another_persons_and_its_notice_has_a_number(demo, cases):
    case = cases["ST12-A"]
    proposal = demo.execute(
        select(CaseProposal).where(CaseProposal.case_id == case.id)
    ).scalar_one()
    assert (proposal.kind, proposal.state) == ("reject", "APPROVED")
    assert proposal.decider_id not in (None, proposal.proposer_id)
    refusals = [entry for entry in steps(demo) if entry.action == "reject"]
    numbers = [entry.data["notice_no"] for entry in refusals]
    assert numbers == [f"告知〔2017〕{n}号" for n in range(1, len(refusals) + 1)]
    assert case.id in {entry.case_id for entry in refusals}


def test_the_quarrel_came_in_person_and_was_settled_on_paper(demo, cases, moved):
    case = cases["ST03-A"]
    assert (case.channel_data["form"], case.channel_data["people"]) == ("来访", 2)
    row = demo.execute(
        select(Record).where(Record.flow == "mediation", Record.case_id == case.id)
    ).scalar_one()
    assert demo.get(Org, row.org_id).code == "SFS"
    assert row.data["parties"]
    assert row.data["agreement"]
    by = moved(at("2017-05-10T12:00")).astimezone(SHANGHAI).date()
    assert row.data["perform_by"] == by.isoformat()
    (visit,) = row.data["visits"]
    assert datetime.fromisoformat(visit["at"]) == row.closed_at == moved(at("2017-05-11T10:00"))
    assert (row.state, visit["performed"]) == ("PERFORMED", True)


def test_two_returns_made_a_blind_spot_by_itself(demo, cases):
    case = cases["ST06-A"]
    assert case.return_count == 2
    row = demo.execute(
        select(Record).where(Record.flow == "blind_spot", Record.case_id == case.id)
    ).scalar_one()
    assert row.number == "BS-2017-01"
    entry = demo.execute(
        select(Journal).where(Journal.module == "blindspot", Journal.case_id == case.id)
    ).scalar_one()
    assert entry.actor_name == NAMES["SYS"]
    assert entry.at == [e for e in told(demo, case) if e.action == "return_case"][1].at


def test_the_joint_meeting_counts_its_roll_and_makes_three_resolutions(demo, cases, moved):
    meeting = demo.execute(select(Meeting).where(Meeting.quarter.is_not(None))).scalar_one()
    assert (meeting.quarter, meeting.term, meeting.state) == (2, 1, "MINUTED")
    assert meeting.opened_at == moved(at("2017-05-12T14:30"))
    count = tally(roll_of(meeting.id))
    assert (count.expected, count.present, count.leave, count.absent) == (20, 17, 3, 0)
    rows = demo.execute(
        select(Resolution).where(Resolution.meeting_id == meeting.id).order_by(Resolution.order_no)
    ).scalars()
    found = {row.number: (row.case_id, row.state) for row in rows}
    name = "2017年第2季度联席会议-决"
    assert found == {
        f"{name}01": (None, "EFFECTIVE"),
        f"{name}02": (cases["ST01-A"].id, "CONFIRMED"),
        f"{name}03": (cases["ST06-A"].id, "CONFIRMED"),
    }
    items = demo.execute(
        select(AgendaItem.case_id, AgendaItem.state)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.source != "FOLLOW_UP")
        .order_by(AgendaItem.order_no)
    ).all()
    assert items == [(case_id, "RESOLVED") for case_id, _ in found.values()]


def test_the_joint_minutes_were_drafted_reviewed_and_signed_by_three(demo, moved):
    row = demo.execute(
        select(Minutes).join(Meeting, Meeting.id == Minutes.meeting_id).where(Meeting.quarter == 2)
    ).scalar_one()
    moments = (row.drafted_at, row.reviewed_at, row.signed_at)
    assert moments == tuple(moved(at(f"2017-05-15T{t}")) for t in ("09:30", "11:20", "16:00"))
    people = [row.drafted_by_id, row.reviewed_by_id, row.signed_by_id]
    assert len(set(people)) == 3
    assert demo.get(Document, row.document_id).number == "板桥畲族乡四个平台联席会议纪要〔2017〕1号"


def test_two_platforms_took_it_up_by_the_resolution(demo, cases):
    """分流引用决议，牵头单位、协办回复都在；没有决议的多平台件一件也没有（INV04）。"""
    case = cases["ST01-A"]
    (step,) = [entry for entry in told(demo, case) if entry.action == "dispatch_multi"]
    assert step.data["reference"] == "2017年第2季度联席会议-决02"
    codes = dict(demo.execute(select(Org.id, Org.code)).all())
    assert codes[case.lead_org_id] == "WSGZ"
    slip = demo.execute(select(Cooperation).where(Cooperation.case_id == case.id)).scalar_one()
    assert (slip.platform, codes[slip.org_id], slip.state) == ("SJ", "SJS", "REPLIED")
    orgs = demo.execute(select(CaseOrg.org_id).where(CaseOrg.case_id == case.id)).scalars()
    assert {codes[key] for key in orgs} == {"WSGZ", "SJS"}
    several = {entry.case_id for entry in steps(demo) if entry.action == "dispatch_multi"}
    assert several == {case.id}
    assert len(numbered(demo)) > len(STORIES)
