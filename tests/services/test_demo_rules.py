"""演示出来的每一件都守规矩：INV01、02、03、05、08、09、12，不过今天，不出工作时间。"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.services import case_cards, journal
from app.services.rules import calendar_of
from models.attachment import Attachment, Document
from models.case import Case
from models.case_parts import CaseCheck, CaseFeedback, CaseOrg, CaseResult, Supervision
from models.journal import Journal, NumberCounter
from models.meeting import Meeting, Minutes
from models.people import Person
from tests.conftest import TODAY
from tests.services.conftest import PLAN, VOLUMES, numbered, steps

PLACED = ("DISPATCHED", "PROCESSING", "HANDLED", "VERIFIED", "ARCHIVED")
HANDLING = ("sign_in", "transfer", "record_progress", "submit_cooperation", "finish")


def test_a_draft_has_no_number_and_the_numbers_have_no_gap(demo):
    """INV12."""
    assert all(
        c.number is None for c in demo.execute(select(Case).where(Case.state == "DRAFT")).scalars()
    )
    by_time = sorted(numbered(demo), key=lambda case: case.seq)
    assert [case.seq for case in by_time] == list(range(1, len(by_time) + 1))
    assert [case.reported_at for case in by_time] == sorted(case.reported_at for case in by_time)
    assert {case.year for case in by_time} == {2017}
    last = demo.execute(select(NumberCounter.last).where(NumberCounter.kind == "case")).scalar_one()
    assert last == len(by_time)


def test_the_state_is_what_the_last_step_left(demo):
    """INV01、INV09：每件的状态等于它最后一步的后态，逐步相接。"""
    last: dict[int, str] = {}
    for entry in steps(demo):
        assert entry.before == last.get(entry.case_id)
        last[entry.case_id] = entry.after
    assert last == dict(demo.execute(select(Case.id, Case.state)).all())


def test_the_platform_is_set_from_the_hand_over_on(demo):
    """INV02。"""
    for case in demo.execute(select(Case)).scalars():
        assert (case.platform is not None) == (case.state in PLACED), case.number


def test_no_one_verified_what_they_handled(demo):
    """INV03。"""
    handlers: dict[tuple[int, int], set[int]] = {}
    checkers: dict[tuple[int, int], set[int]] = {}
    for entry in steps(demo):
        key = (entry.case_id, entry.round)
        if entry.action in HANDLING:
            handlers.setdefault(key, set()).add(entry.actor_id)
        elif entry.action in ("verify", "rework"):
            checkers.setdefault(key, set()).add(entry.actor_id)
    assert len(checkers) > VOLUMES.by_state["ARCHIVED"]
    for key, people in checkers.items():
        assert not people & handlers[key]
    orgs = dict(demo.execute(select(Person.id, Person.org_id)).all())
    of_case: dict[int, set[int]] = {}
    for case_id, org_id in demo.execute(select(CaseOrg.case_id, CaseOrg.org_id)).all():
        of_case.setdefault(case_id, set()).add(org_id)
    for check in demo.execute(select(CaseCheck)).scalars():
        assert orgs[check.person_id] not in of_case[check.case_id]


def test_the_minutes_went_through_three_people(demo):
    """INV05 之于纪要。"""
    rows = list(demo.execute(select(Minutes)).scalars())
    assert len(rows) == sum(VOLUMES.weekly_meetings.values()) + 1
    for row in rows:
        assert row.state == "ISSUED"
        assert len({row.drafted_by_id, row.reviewed_by_id, row.signed_by_id}) == 3
        document = demo.get(Document, row.document_id)
        assert document.kind == ("P1" if document.body_code == "JM" else "P2")


def test_running_the_clock_again_changes_nothing(demo, township, moved):
    """INV08。"""
    before = demo.execute(select(func.count()).select_from(Journal)).scalar_one()
    assert case_cards.tick(now=moved(PLAN.demo.as_of)) == 0
    assert demo.execute(select(func.count()).select_from(Journal)).scalar_one() == before


def test_each_card_was_journalled_the_minute_after_it_fell_due(demo):
    cards = [entry for entry in steps(demo) if entry.action == "auto_card"]
    told = sum(step.action == "auto_card" for story in PLAN.stories for step in story.steps)
    assert len(cards) == VOLUMES.yellow_cards + VOLUMES.red_cards + told
    for entry in cards:
        due = datetime.fromisoformat(entry.data["triggered_at"])
        assert timedelta() < entry.at - due <= timedelta(minutes=1)


def test_the_chain_is_whole_and_in_the_order_of_time(demo, township, played):
    """INV09。"""
    chain = journal.verify(township)
    assert chain.is_whole
    assert (chain.entries, chain.head) == (played.entries, played.head)
    played = select(Journal.at).where(Journal.module.in_(("case", "meeting", "resolution")))
    moments = demo.execute(played.order_by(Journal.chain_seq)).scalars().all()
    assert moments == sorted(moments)


def test_nothing_happens_today_or_later(demo, township):
    today = calendar_of(township).moment(TODAY)
    columns = (
        Journal.at,
        Case.created_at,
        Case.reported_at,
        Case.updated_at,
        Attachment.at,
        CaseResult.at,
        CaseFeedback.at,
        Supervision.triggered_at,
        Meeting.planned_at,
        Minutes.signed_at,
        Document.issued_at,
    )
    for column in columns:
        assert demo.execute(select(func.max(column))).scalar() < today, column
    first_at = demo.execute(select(func.min(Case.created_at))).scalar()
    assert first_at >= calendar_of(township).moment(PLAN.versions["demo_story"].valid_from)


def test_office_steps_are_taken_in_office_hours(demo, township):
    calendar = calendar_of(township)
    for entry in steps(demo):
        if entry.action not in ("auto_card", "draft", "report"):
            assert calendar.is_open(entry.at), (entry.action, entry.at)
