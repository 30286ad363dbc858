"""演示：故事、六十件、四次例会全由服务走成，件数合计划，同样的今天演两遍一样。"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import func, select, text

from app.domain.weeks import Week
from app.domain.working_time import SHANGHAI
from app.plan import demo as story
from app.plan.demo_texts import read_texts
from app.services import journal
from app.services.rules import calendar_of
from models.attachment import Attachment, Document, Notification
from models.case import Case, CaseInformant, CaseText
from models.case_parts import CaseResult, Supervision
from models.journal import Journal
from models.meeting import AgendaItem, Attendance, Meeting, Resolution
from models.platform import Category
from models.township import Township
from tests.conftest import TODAY
from tests.services.conftest import LATER, PLAN, VOLUMES, inside, numbered, steps

WIRED = {
    "draft",
    "report",
    "request_supplement",
    "supplement",
    "accept",
    "reject",
    "cancel",
    "dispatch",
    "sign_in",
    "transfer",
    "record_progress",
    "finish",
    "return_case",
    "verify",
    "rework",
    "feedback",
    "archive",
    "auto_card",
    "direct_report",
    "request_extension",
    "approve_extension",
    "request_suspend",
    "approve_suspend",
    "resume",
    "rate",
    "merge",
    "unmerge",
    "redispatch",
    "propose_reject",
    "request_multi_dispatch",
    "refuse_multi_dispatch",
    "submit_to_joint_meeting",
    "apply_resolution",
    "dispatch_multi",
    "appoint_lead",
    "submit_cooperation",
}
TALES = {text.title for text in read_texts(PLAN).stories.values()}
WAITING = ("REPORTED", "SUPPLEMENT", "ACCEPTED", "DISPATCHED", "PROCESSING", "HANDLED", "VERIFIED")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def generated(demo) -> list[Case]:
    """随机件：故事不算。"""
    return [case for case in numbered(demo) if case.title not in TALES]


def test_the_story_has_photographs_before_and_after(demo, tale, played):
    files = demo.execute(
        select(Attachment).where(
            Attachment.case_id == tale.id, Attachment.journal_action == "finish"
        )
    ).scalars()
    found = {file.label: file for file in files}
    assert set(found) == {"处理前", "处理后"}
    for file in found.values():
        with Image.open(Path(played.files) / file.path) as image:
            assert image.format == "JPEG"
            assert min(image.size) > 400
        assert file.taken_at < file.at


def test_the_counts_are_those_of_the_plan(demo, played):
    cases = generated(demo)
    platform = dict(demo.execute(select(Category.id, Category.platform)).all())
    assert len(cases) == VOLUMES.cases
    assert Counter(case.state for case in cases) == VOLUMES.by_state
    assert Counter(case.level for case in cases) == VOLUMES.by_level
    assert Counter(case.channel for case in cases) == VOLUMES.by_channel
    assert Counter(platform[case.category_id] for case in cases) == VOLUMES.by_platform
    assert played.drafts == VOLUMES.drafts
    assert played.meetings == sum(VOLUMES.weekly_meetings.values()) + 1
    assert all(case.is_demo for case in demo.execute(select(Case)).scalars())


def test_the_months_are_those_of_the_plan(demo, moved):
    months = sorted(VOLUMES.by_month)
    starts = [moved(at(f"{month}-01T00:00")) for month in months]
    found: Counter[str] = Counter()
    for case in generated(demo):
        found[
            max(m for m, start in zip(months, starts, strict=True) if start <= case.reported_at)
        ] += 1
    assert found == VOLUMES.by_month


def test_every_waiting_desk_has_something_and_something_is_overdue(demo, played, township):
    waiting = Counter(case.state for case in numbered(demo) if case.is_open)
    assert all(waiting[state] >= 3 for state in WAITING)
    drawn = [case.id for case in generated(demo)]
    kinds = select(Supervision.kind).where(Supervision.case_id.in_(drawn))
    cards = Counter(demo.execute(kinds).scalars())
    assert cards == {"YELLOW": VOLUMES.yellow_cards, "RED": VOLUMES.red_cards}
    now = calendar_of(township).moment(TODAY)
    overdue = [case for case in numbered(demo) if case.is_open and case.due_at < now]
    assert {case.card for case in overdue} >= {"YELLOW", "RED"}
    assert {case.return_count for case in generated(demo)} == {0, 1}


def test_only_the_notices_of_the_last_days_are_unread(demo):
    rows = demo.execute(
        select(Notification.person_id, Notification.created_at, Notification.read_at)
    ).all()
    unread = [row for row in rows if row.read_at is None]
    read = [row for row in rows if row.read_at is not None]
    assert unread
    assert max(row.created_at for row in read) < min(row.created_at for row in unread)
    assert max(Counter(row.person_id for row in unread).values()) < 50


def test_no_telephone_number_stands_in_the_record(demo):
    written = text("SELECT action, data FROM journal WHERE data::text ~ '1[3-9][0-9]{9}'")
    assert demo.execute(written).all() == []


def test_each_wired_action_was_taken(demo):
    assert {entry.action for entry in steps(demo)} == WIRED


def test_no_two_cases_read_alike(demo):
    rows = demo.execute(
        select(Case.title, CaseText.body, Case.category_id).join(
            CaseText, CaseText.case_id == Case.id
        )
    ).all()
    assert (
        len({row.title for row in rows}) == len(rows) == VOLUMES.cases + VOLUMES.drafts + len(TALES)
    )
    assert len({row.body for row in rows}) == len(rows)
    words = dict(demo.execute(select(Category.id, Category.words)).all())
    for row in rows:
        assert 40 <= len(row.body) <= 150, row.title
        assert "{" not in row.title + row.body
        assert any(word in row.title + row.body for word in words[row.category_id]), row.title
    accounts = demo.execute(select(CaseResult.account)).scalars().all()
    assert len(set(accounts)) == len(accounts)
    assert all(len(account) >= 20 for account in accounts)


def test_the_informants_are_nobody(demo):
    own = select(CaseInformant.phone).where(CaseInformant.from_case_id.is_(None))
    phones = [p for p in demo.execute(own).scalars() if p is not None]
    assert len(phones) > 30
    assert all(phone.startswith("1990000") and len(phone) == 11 for phone in phones)
    assert len(set(phones)) == len(phones)


def test_the_meetings_took_up_cases_and_made_resolutions(demo):
    weekly = select(Meeting).where(Meeting.week.is_not(None))
    for meeting in demo.execute(weekly).scalars():
        assert (meeting.state, meeting.is_demo) == ("MINUTED", True)
        assert Week.of(meeting.planned_at.astimezone(SHANGHAI).date()).number == meeting.week
        items = list(
            demo.execute(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).scalars()
        )
        assert any(item.source == "CASE" and item.state == "RESOLVED" for item in items)
        made = list(
            demo.execute(select(Resolution).where(Resolution.meeting_id == meeting.id)).scalars()
        )
        assert len(made) == len(items) - 1
        roll = demo.execute(
            select(Attendance.status).where(Attendance.meeting_id == meeting.id)
        ).scalars()
        assert set(roll) <= {"出席", "请假"}
    assert {m.platform for m in demo.execute(weekly).scalars()} == {"ZZ", "SJ", "ZF", "BM"}
    states = set(demo.execute(select(Resolution.state)).scalars())
    assert states >= {"EFFECTIVE", "CONFIRMED"}


def test_the_case_from_a_meeting_names_its_resolution(demo):
    case = demo.execute(select(Case).where(Case.channel == "MEETING")).scalar_one()
    numbers = set(demo.execute(select(Resolution.number)).scalars())
    assert case.channel_data["resolution_no"] in numbers


def test_the_same_today_plays_the_same_to_the_last_hash(played, replayed):
    names = ("steps", "cases", "yellow", "red", "entries", "head")
    assert [getattr(played, n) for n in names] == [getattr(replayed, n) for n in names]
    with inside(played) as one:
        texts = _everything(one)
    with inside(replayed) as other:
        assert _everything(other) == texts


def _everything(found) -> list[tuple[Any, ...]]:
    cases = found.execute(
        select(Case.number, Case.state, Case.due_at, Case.archive_no, Case.title, CaseText.body)
        .join(CaseText, CaseText.case_id == Case.id)
        .order_by(Case.id)
    ).all()
    files = found.execute(select(Attachment.sha256, Attachment.name).order_by(Attachment.id)).all()
    sheets = found.execute(select(Document.sheet_sha256).order_by(Document.id)).all()
    return [tuple(row) for row in (*cases, *files, *sheets)]


def test_another_today_keeps_the_counts_and_changes_the_year(played, played_later):
    names = ("steps", "cases", "drafts", "meetings", "yellow", "red")
    assert [getattr(played, n) for n in names] == [getattr(played_later, n) for n in names]
    with inside(played_later) as found:
        assert {case.year for case in numbered(found)} == {LATER.year}
        township = found.execute(select(Township.id)).scalar_one()
        end = calendar_of(township).moment(LATER)
        last = found.execute(select(func.max(Journal.at))).scalar()
        assert timedelta() < end - last < timedelta(days=4)
        assert journal.verify(township).is_whole


def test_it_is_not_played_over_a_township_that_has_cases(played):
    assert played.played
    assert played.again == f"库里已有案件 {played.cases + played.drafts} 件，不再演"


def test_a_today_before_the_plan_is_refused(demo, township):
    said: list[str] = []
    report = story.play(PLAN, today=date(2017, 6, 1), township_id=township, progress=said.append)
    assert not report.played
    assert said == [report.reason]
    assert report.reason.startswith("演示的今天太早")
