"""案件的岔路：自办自结、直报、并案、不予受理建议、调级、更正、撤回办结、重开、评价."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.case_facts import facts_of
from app.services import (
    attachments,
    case_amend,
    case_closing,
    case_direct,
    case_dispatch,
    case_merge,
    case_rating,
    case_reception,
    clocks,
    journal,
)
from app.services.case_amend import Corrections
from app.services.case_intake import draft
from app.services.case_record import Informant
from models.case import Case, CaseInformant
from models.case_life import CaseProposal, CaseRating, SpotSample
from models.case_parts import Assignment, CaseClock
from models.journal import Journal
from models.record import Record
from tests.conftest import NOW
from tests.factories import REASON, Walk, category_id, grid_id, hotline, photo


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def at(text_):
    return datetime.fromisoformat(text_).replace(tzinfo=SHANGHAI).astimezone(UTC)


def by_grid(walk, **changes):
    """网格员写一张草稿."""
    who = walk.actor("grid09")
    values = {
        "channel": "GRID",
        "channel_data": {},
        "grid_id": grid_id("G09"),
        "received_at": walk.now,
        "informant": Informant(),
    }
    walk.case = draft(hotline(**{**values, **changes}), actor=who, now=walk.now)
    return walk.case


def photos(walk, login, *colors):
    who = walk.actor(login)
    return [attachments.upload(photo(c), f"{c}.jpg", actor=who, now=walk.now).id for c in colors]


def self_close(walk, **more):
    before, after = photos(walk, "grid09", "red", "green")
    given = {"before_photos": [before], "after_photos": [after], **more}
    return case_direct.self_close(
        walk.one,
        content="当场清掉，门口已冲洗干净。",
        told_on_spot=True,
        actor=walk.actor("grid09"),
        now=walk.later(),
        **given,
    )


# 两条快路


def test_a_matter_settled_on_the_spot_is_numbered_and_drawn_for_a_check(walk, db_session):
    case = by_grid(walk)
    self_close(walk)
    assert (case.state, case.number, case.platform) == ("VERIFIED", "BQ2017-00001", "ZF")
    assert case.is_self_closed
    sample = db_session.execute(select(SpotSample)).scalar_one()
    assert sample.is_sampled  # 每人每月至少一件，头一件必抽
    entry = db_session.execute(select(Journal).where(Journal.action == "self_close")).scalar_one()
    assert entry.data["seed"] == sample.seed
    running = [c.clock for c in clocks.running(case)]
    assert running == ["archive"]
    with pytest.raises(Refused, match="spot_undone"):
        case_closing.archive(
            case,
            retention="D10",
            secrecy_confirmed=True,
            actor=walk.actor("clerk2"),
            now=walk.later(),
        )


def test_the_draw_reaches_a_tenth_at_every_moment_and_is_settled_by_the_seed():
    drawn = 0
    for closed in range(1, 101):
        hit = case_direct.is_drawn("seed", closed, closed=closed, sampled=drawn)
        assert hit == case_direct.is_drawn("seed", closed, closed=closed, sampled=drawn)
        drawn += hit
        assert drawn >= max(1, -(-closed // 10))
    assert drawn < 40


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"level": "较大"}, "self_close_kind"), ({"grid_id": "G10"}, "self_close_place")],
)
def test_what_is_not_ordinary_or_not_ones_own_grid_is_not_settled_on_the_spot(walk, changes, code):
    if "grid_id" in changes:
        changes = {"grid_id": grid_id(changes["grid_id"])}
    by_grid(walk, **changes)
    with pytest.raises(Refused) as caught:
        self_close(walk)
    assert caught.value.code in (code, "limit")


def test_without_photos_or_a_signature_it_is_not_settled(walk):
    by_grid(walk)
    with pytest.raises(Refused, match="self_close_evidence"):
        self_close(walk, before_photos=[], after_photos=[])


def test_a_direct_report_is_dispatched_at_once_and_in_the_ledger(walk, db_session):
    case = by_grid(walk)
    case_direct.direct_report(
        case,
        platform="ZF",
        direct_reason="路面塌方，等不及",
        actor=walk.actor("grid09"),
        now=walk.later(),
    )
    assert (case.state, case.platform, case.is_direct) == ("DISPATCHED", "ZF", True)
    assert case.number == "BQ2017-00001"
    assert {c.clock for c in clocks.running(case)} == {"sign_in", "handle"}
    seen = db_session.execute(select(Assignment.assigned_at)).scalar_one()
    assert seen == case.reported_at


def test_a_direct_report_goes_to_the_platform_of_its_category(walk):
    case = by_grid(walk)
    with pytest.raises(Refused, match="direct_other_platform"):
        case_direct.direct_report(
            case,
            platform="SJ",
            direct_reason="急",
            actor=walk.actor("grid09"),
            now=walk.later(),
        )


# 不予受理建议


def test_a_proposal_not_to_accept_is_decided_by_somebody_else(walk, db_session):
    case = walk.reported()
    given = {"reject_reason": "重复反映且已答复", "notice": "已于上月答复", "reason": REASON}
    case_reception.propose_reject(case, **given, actor=walk.actor("clerk2"), now=walk.later())
    with pytest.raises(Refused, match="already_pending"):
        case_reception.propose_reject(case, **given, actor=walk.actor("clerk"), now=walk.later())
    case_reception.decline_reject(
        case, opinion="情况不同，应当受理", actor=walk.actor("deputy"), now=walk.later()
    )
    assert case.state == "REPORTED"
    case_reception.propose_reject(case, **given, actor=walk.actor("clerk2"), now=walk.later())
    case_reception.reject(
        case, **given, method="电话", actor=walk.actor("deputy"), now=walk.later()
    )
    assert case.state == "REJECTED"
    rows = db_session.execute(select(CaseProposal.state).order_by(CaseProposal.id)).scalars()
    assert list(rows) == ["REFUSED", "APPROVED"]


def test_the_database_refuses_a_decision_by_the_proposer(walk, db_session):
    case = walk.reported()
    given = {"reject_reason": "重复反映且已答复", "notice": "已于上月答复", "reason": REASON}
    case_reception.propose_reject(case, **given, actor=walk.actor("clerk2"), now=walk.later())
    statement = update(CaseProposal).values(
        state="APPROVED", decided_at=NOW, decider_id=CaseProposal.proposer_id
    )
    with pytest.raises(IntegrityError, match="approver_not_proposer"):
        db_session.execute(statement)


def test_accepting_and_dispatching_voids_a_proposal_that_was_left(walk, db_session):
    case = walk.accepted()
    case_reception.propose_reject(
        case,
        reject_reason="不属本乡辖区",
        notice="请向邻乡反映",
        reason=REASON,
        actor=walk.actor("clerk2"),
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="ZF", actor=walk.actor("clerk"), now=walk.later())
    assert db_session.execute(select(CaseProposal.state)).scalar_one() == "VOID"


# 并案


def two(walk):
    """主案与另一件；都在待受理."""
    main = walk.reported()
    other = walk.reported(
        title="村口垃圾没人收", informant=Informant(name="另一人", phone="13800000999")
    )
    return main, other


def merge(walk, case, main, login="clerk3", **more):
    case_merge.merge(
        case,
        main=main,
        same_points=["地点", "内容"],
        reason=REASON,
        actor=walk.actor(login),
        now=more.get("now") or walk.later(),
    )


def test_a_merged_case_brings_its_reporter_and_can_be_taken_out_again(walk, db_session):
    main, other = two(walk)
    running = {c.clock: c.yellow_at for c in clocks.running(other)}
    merge(walk, other, main)
    assert (other.state, other.merged_into_id, other.resume_state) == (
        "MERGED",
        main.id,
        "REPORTED",
    )
    assert clocks.running(other) == []
    names = db_session.execute(
        select(CaseInformant.from_case_id).where(CaseInformant.case_id == main.id)
    ).scalars()
    assert sorted(names, key=str) == sorted([None, other.id], key=str)
    case_merge.unmerge(
        other,
        main=main,
        reason=REASON,
        actor=walk.actor("clerk2"),
        now=walk.later(days=1),
    )
    assert (other.state, other.merged_into_id) == ("REPORTED", None)
    (clock,) = clocks.running(other)
    assert clock.yellow_at > running["accept"]  # 并案期间不计时
    assert (
        db_session.execute(
            select(func.count()).where(CaseInformant.case_id == main.id)
        ).scalar_one()
        == 1
    )


def test_after_seven_days_it_stays_merged(walk):
    main, other = two(walk)
    merge(walk, other, main)
    with pytest.raises(Refused, match="merge_window"):
        case_merge.unmerge(
            other,
            main=main,
            reason=REASON,
            actor=walk.actor("clerk2"),
            now=walk.now + timedelta(days=8),
        )


def test_merging_makes_no_circle_and_no_chain(walk):
    main, other = two(walk)
    third = walk.reported(title="还是那堆垃圾")
    with pytest.raises(Refused, match="main_is_self"):
        merge(walk, main, main)
    merge(walk, other, main)
    with pytest.raises(Refused, match="main_closed"):
        merge(walk, third, other)
    with pytest.raises(Refused, match="has_merged_cases"):
        merge(walk, main, third)


def test_each_merged_reporter_is_told_before_the_file_is_closed(walk, db_session):
    main = walk.verified()
    other = Walk(walk.actor, walk.now)
    # 主案已在办理之后，不同平台不得并：先把另一件也送到同一平台
    second = other.dispatched(informant=Informant(name="另一人", phone="13800000999"))
    merge(other, second, main)
    walk.now = other.now
    who = walk.actor("clerk3")
    told = {"method": "电话", "content": "已清运", "feedback_at": walk.now}
    case_closing.feedback(main, **told, actor=who, now=walk.later())
    assert not facts_of(main).feedback_done
    extra = db_session.execute(
        select(CaseInformant.id).where(CaseInformant.from_case_id == second.id)
    ).scalar_one()
    case_closing.feedback(main, **told, informant_id=extra, actor=who, now=walk.later())
    assert facts_of(main).feedback_done


# 退回与盲区


def test_the_second_return_lists_a_blind_spot_once(walk, db_session):
    case = walk.dispatched()
    back = {"return_reason": "不属本平台职责", "suggestion": "市场监管", "reason": REASON}
    case_dispatch.return_case(case, **back, actor=walk.actor("zhifa"), now=walk.later())
    assert db_session.execute(select(func.count()).select_from(Record)).scalar_one() == 0
    for login in ("zhifa_lead", "zhifa_lead"):
        case_dispatch.dispatch(case, platform="ZF", actor=walk.actor("clerk2"), now=walk.later())
        case_dispatch.return_case(case, **back, actor=walk.actor(login), now=walk.later())
    row = db_session.execute(select(Record)).scalar_one()
    assert (row.flow, row.state, row.number) == ("blind_spot", "LISTED", "BS-2017-01")
    assert case.return_count == 3
    assert journal.verify(case.township_id).is_whole


# 调级与更正


def test_raising_the_level_reckons_anew_and_leaves_a_working_day(walk, db_session):
    case = walk.processing()
    walk.now = at("2017-05-25T10:00")
    case_amend.reclassify(
        case, level="较大", reason=REASON, actor=walk.actor("zhifa_lead"), now=walk.now
    )
    assert case.level == "较大"
    # 3 个工作日是 25 日末；调高给足到次一工作日末 26 日
    assert case.due_at == at("2017-05-26T17:30")
    with pytest.raises(Refused):
        case_amend.reclassify(
            case, level="一般", reason=REASON, actor=walk.actor("zhifa_lead"), now=walk.later()
        )
    case_amend.reclassify(
        case, level="一般", reason=REASON, actor=walk.actor("deputy"), now=walk.later()
    )
    assert case.due_at == at("2017-05-27T17:30")


def test_a_category_of_another_platform_needs_a_return_first(walk):
    case = walk.processing()
    with pytest.raises(Refused, match="same_platform"):
        case_amend.reclassify(
            case,
            category_id=category_id("SJ0101"),
            reason=REASON,
            actor=walk.actor("deputy"),
            now=walk.later(),
        )


def test_a_correction_keeps_what_stood_before(walk, db_session):
    case = walk.accepted()
    who = walk.actor("clerk")
    same = Corrections(title=case.title)
    with pytest.raises(Refused, match="amend_nothing"):
        case_amend.correct(case, corrections=same, reason=REASON, actor=who, now=walk.later())
    new = Corrections(title="高山村口垃圾堆了三天", people_count=3)
    case_amend.correct(case, corrections=new, reason=REASON, actor=who, now=walk.later())
    entry = db_session.execute(select(Journal).where(Journal.action == "correct")).scalar_one()
    assert entry.data["from"]["title"] == "高山村口垃圾成堆"
    assert (case.title, case.people_count) == ("高山村口垃圾堆了三天", 3)
    found = db_session.execute(text("SELECT doc FROM case_text")).scalar_one()
    assert "堆了三天" in found
    moved = Corrections(received_at=case.received_at - timedelta(hours=1))
    with pytest.raises(Refused, match="correct_evidence"):
        case_amend.correct(case, corrections=moved, reason=REASON, actor=who, now=walk.later())


# 回头


def test_a_finish_can_be_taken_back_once_by_whoever_reported_it(walk):
    case = walk.handled()
    with pytest.raises(Refused, match="withdraw_by_finisher"):
        case_amend.withdraw_finish(case, reason=REASON, actor=walk.actor("zhifa"), now=walk.later())
    case_amend.withdraw_finish(case, reason=REASON, actor=walk.actor("zhifa2"), now=walk.later())
    assert (case.state, case.handled_at, case.rework_count) == ("PROCESSING", None, 0)
    assert {c.clock for c in clocks.running(case)} == {"handle"}


def test_reopening_starts_a_new_round_and_keeps_the_old(walk, db_session):
    case = walk.archived()
    old = case.archive_no
    with pytest.raises(Refused, match="reopen_window"):
        case_amend.reopen(
            case,
            reopen_reason="反弹",
            reason=REASON,
            actor=walk.actor("deputy"),
            now=walk.now + timedelta(days=31),
        )
    case_amend.reopen(
        case,
        reopen_reason="反弹",
        reason=REASON,
        actor=walk.actor("deputy"),
        now=walk.later(days=2),
    )
    assert (case.state, case.round, case.archive_no) == ("PROCESSING", 2, None)
    entry = db_session.execute(select(Journal).where(Journal.action == "reopen")).scalar_one()
    assert entry.data["from"]["archive_no"] == old
    rounds = db_session.execute(
        select(CaseClock.round).where(CaseClock.clock == "handle").order_by(CaseClock.id)
    ).scalars()
    assert list(rounds) == [1, 2]
    assert {c.clock for c in clocks.running(case)} == {"handle"}
    listed = db_session.execute(
        select(Assignment.round).where(Assignment.is_listed, Assignment.is_open)
    ).scalars()
    assert list(listed) == [2]


def test_a_rejected_case_reopens_to_the_inbox(walk):
    case = walk.reported()
    case_reception.reject(
        case,
        reject_reason="经核实不属实",
        notice="经查不属实",
        method="电话",
        reason=REASON,
        actor=walk.actor("deputy"),
        now=walk.later(),
    )
    case_amend.reopen(
        case, reopen_reason="复核", reason=REASON, actor=walk.actor("mayor"), now=walk.later()
    )
    assert case.state == "REPORTED"
    assert {c.clock for c in clocks.running(case)} == {"accept"}


# 评价


def test_a_rating_is_taken_once_by_telephone_and_changes_nothing_else(walk, db_session):
    case = walk.verified()
    who = walk.actor("clerk3")
    ask = {"satisfaction": "不满意", "method": "电话回访", "reference": "0577-1234 5月23日 9:00"}
    with pytest.raises(Refused, match="feedback_undone"):
        case_rating.rate(case, **ask, actor=walk.actor("clerk2"), now=walk.later())
    case_closing.feedback(
        case, method="电话", content="已清运", feedback_at=walk.now, actor=who, now=walk.later()
    )
    before = case.state
    case_rating.rate(case, **ask, actor=walk.actor("clerk2"), now=walk.later())
    assert case.state == before
    row = db_session.execute(select(CaseRating)).scalar_one()
    assert (row.satisfaction, row.is_valid) == ("不满意", True)
    with pytest.raises(Refused, match="already_rated"):
        case_rating.rate(case, **ask, actor=walk.actor("clerk2"), now=walk.later())


def test_whoever_handled_the_case_does_not_rate_it(walk):
    case = walk.archived()
    with pytest.raises(Refused):
        case_rating.rate(
            case,
            satisfaction="满意",
            method="电话回访",
            reference="0577-1234",
            actor=walk.actor("zhifa2"),
            now=walk.later(),
        )


# 数据库自己也拦着


def test_the_database_refuses_a_move_the_flow_does_not_know(walk, db_session):
    case = walk.reported()
    with pytest.raises(IntegrityError, match="案件不能由 REPORTED 到 PROCESSING"):
        db_session.execute(
            update(Case).where(Case.id == case.id).values(state="PROCESSING", platform="ZF")
        )
