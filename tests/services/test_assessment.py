"""考核：取数、分、版次、复核、发布、回避、留痕，都在真的库上走."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.access.load import actor_of_person
from app.domain.errors import Refused
from app.domain.months import Month
from app.domain.working_time import SHANGHAI
from app.queries.assessments import sheet_of
from app.services import (
    assessment,
    case_cards,
    case_closing,
    case_dispatch,
    case_rating,
    journal,
)
from models.assessment import Assessment, AssessmentLine, AssessmentReview, AssessmentRow
from models.attachment import Notification
from models.case_parts import Assignment
from models.journal import Journal
from models.people import Holding
from tests.factories import LONG, REASON, Walk, photo
from tests.sql import counted

MAY, JUNE = Month(2017, 5), Month(2017, 6)
WHY = "漏计一件，按核对结果重算本月"
# 与产品各写各的：由原始的表直接数，核对产品的分子分母
OWN_COUNT = {
    "I1": """SELECT owner, count(*) FILTER (WHERE end_kind = 'sign_in' AND done_at <= yellow_at),
               count(*) FROM case_clock WHERE clock = 'sign_in' AND yellow_at >= :a
               AND yellow_at < :b AND coalesce(end_kind, '') NOT IN ('redispatch', 'merge')
               GROUP BY 1""",
    "I2": """SELECT owner, count(*) FILTER (WHERE coalesce(done_at, c.handled_at) <= due),
               count(*) FROM (SELECT *, coalesce(yellow_at, promised_at) AS due FROM case_clock
               WHERE clock = 'handle') k JOIN case_record c ON c.id = k.case_id
               WHERE due >= :a AND due < :b AND coalesce(end_kind, 'verify') = 'verify'
               GROUP BY 1""",
    "I3": """SELECT platform, count(*) FILTER (WHERE rework_count = 0), count(*)
               FROM case_record c WHERE state IN ('VERIFIED', 'ARCHIVED') AND EXISTS (
               SELECT 1 FROM case_check k WHERE k.case_id = c.id AND passed AND at >= :a
               AND at < :b) GROUP BY 1""",
    "I5": """SELECT platform, count(*) FILTER (WHERE return_fair = false), count(*)
               FROM assignment WHERE assigned_at >= :a AND assigned_at < :b GROUP BY 1""",
}


def local(*when):
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)


JUNE_FIRST = local(2017, 6, 1, 8, 30)


@pytest.fixture
def walk(actor):
    return Walk(actor, local(2017, 5, 15, 9, 0))


@pytest.fixture
def world(walk, actor, db_session):
    """五月里：一件按时归档、一件逾期返工、一件退回改派、一件待核查、一件没人签收."""
    kept = SimpleNamespace(done=walk.archived())
    walk.now = local(2017, 5, 16, 9, 0)
    kept.late = walk.processing()
    walk.now = local(2017, 5, 16, 10, 0)
    kept.back = returned(walk, actor)
    walk.now = local(2017, 5, 24, 9, 0)
    case_cards.tick(now=walk.now)
    finish(kept.late, actor, walk)
    case_closing.rework(
        kept.late,
        faults="缺签字",
        demand="补签字",
        reason=REASON,
        actor=actor("clerk3"),
        now=walk.later(),
    )
    walk.now = local(2017, 5, 31, 9, 0)
    case_cards.tick(now=walk.now)
    finish(kept.late, actor, walk)
    case_closing.verify(
        kept.late, method="资料", opinion="已补", actor=actor("clerk3"), now=walk.later()
    )
    walk.now = local(2017, 5, 23, 9, 0)
    kept.waiting = walk.handled()
    walk.now = local(2017, 5, 25, 9, 0)
    kept.unsigned = walk.dispatched()
    case_cards.tick(now=JUNE_FIRST)
    return kept


def returned(walk, actor):
    case = walk.dispatched()
    case_dispatch.return_case(
        case,
        return_reason="不属本平台职责",
        suggestion="市场监管",
        reason=REASON,
        actor=actor("zhifa"),
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="SJ", note="改派", actor=actor("clerk"), now=walk.later())
    return case


def finish(case, actor, walk):
    from app.services import attachments, case_handling  # noqa: PLC0415

    who = actor("zhifa2")
    proof = attachments.upload(photo(), "a.jpg", actor=who, now=walk.now)
    case_handling.finish(
        case, result="已解决", content=LONG, attachments=[proof.id], actor=who, now=walk.later()
    )


def computed(actor, now=JUNE_FIRST, **more):
    return assessment.calculate(MAY, actor=actor("clerk"), now=now, **more)


def agree(row, actor, *who):
    for login, line in who or (("deputy", "OTHER"), ("mayor", "BM"), ("jiwei", "BM")):
        assessment.review(row.id, line=line, agreed=True, actor=actor(login), now=JUNE_FIRST)


def published(actor):
    row = computed(actor)
    agree(row, actor)
    return assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)


def why_of(db_session, row, indicator, case):
    found = db_session.execute(
        select(
            AssessmentRow.why, AssessmentRow.in_den, AssessmentRow.in_num, AssessmentRow.platform
        )
        .where(
            AssessmentRow.assessment_id == row.id,
            AssessmentRow.indicator == indicator,
            AssessmentRow.case_id == case.id,
        )
        .order_by(AssessmentRow.turn)
    )
    return [tuple(one) for one in found]


# 取数


def test_every_case_of_the_month_is_counted_or_left_out_for_a_reason(world, actor, db_session):
    row = computed(actor)

    def why(indicator, case):
        return why_of(db_session, row, indicator, case)

    assert why("I2", world.done) == [("ON_TIME", True, True, "ZF")]
    assert why("I2", world.waiting) == [("WAITING_CHECK", True, True, "ZF")]
    assert why("I2", world.back) == [
        ("RETURNED", False, False, "ZF"),
        ("NOT_DONE", True, False, "SJ"),
    ]
    assert why("I11", world.back) == [
        ("RETURNED", False, False, "ZF"),
        ("NOT_DONE", True, True, "SJ"),
    ]
    assert why("I1", world.back)[0] == ("RETURNED_UNSIGNED", True, False, "ZF")
    assert why("I1", world.unsigned) == [("NOT_DONE", True, False, "ZF")]
    assert why("I3", world.late) == [("REWORKED", True, False, "ZF")]
    assert why("I3", world.done) == [("FIRST_TIME", True, True, "ZF")]
    assert [one[0] for one in why("I5", world.back)] == ["RETURNED_OPEN", "DISPATCHED"]


def test_the_numbers_are_the_rows_and_a_count_written_separately(world, actor, db_session):
    row = computed(actor)
    span = {"a": local(2017, 5, 1), "b": local(2017, 6, 1)}
    lines = db_session.execute(
        select(AssessmentLine).where(AssessmentLine.assessment_id == row.id)
    ).scalars()
    stored = {(x.indicator, x.platform): (x.num, x.den) for x in lines if x.platform}
    for indicator, query in OWN_COUNT.items():
        apart = {owner: (n, d) for owner, n, d in db_session.execute(text(query), span)}
        rows = {
            owner: (n, d)
            for owner, n, d in db_session.execute(
                select(
                    AssessmentRow.platform,
                    func.count().filter(AssessmentRow.in_num),
                    func.count().filter(AssessmentRow.in_den),
                )
                .where(AssessmentRow.assessment_id == row.id, AssessmentRow.indicator == indicator)
                .group_by(AssessmentRow.platform)
            )
        }
        for platform in ("ZZ", "SJ", "ZF", "BM"):
            expected = apart.get(platform, (0, 0))
            assert stored[indicator, platform] == expected, (indicator, platform)
            assert rows.get(platform, (0, 0)) == expected, (indicator, platform)
    for platform in ("SJ", "ZF"):
        num, den = stored["I2", platform]
        assert stored["I11", platform] == (den - num, den)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("满意", ("SATISFIED", True, True, "ZF")),
        ("基本满意", ("SATISFIED", True, True, "ZF")),
        ("不满意", ("UNSATISFIED", True, False, "ZF")),
        ("未联系上", ("NO_ANSWER", False, False, "ZF")),
    ],
)
def test_a_rating_counts_for_the_platform_that_handled_it(walk, actor, db_session, said, counted):
    case = walk.verified()
    who = actor("clerk3")
    case_closing.feedback(
        case, method="电话", content="已清运", feedback_at=walk.now, actor=who, now=walk.later()
    )
    case_rating.rate(
        case, satisfaction=said, method="电话回访", reference="回访 1", actor=who, now=walk.later()
    )
    row = computed(actor)
    assert why_of(db_session, row, "I4", case) == [counted]
    cell = sheet_of(row.id, actor("mayor")).scores
    found = {one.platform: one for one in cell}["ZF"].cell("I4")
    assert (found.num, found.den) == (int(counted[2]), int(counted[1]))


def test_what_the_product_does_not_record_is_no_data_and_its_weight_is_spread(world, actor):
    sheet = sheet_of(computed(actor).id, actor("mayor"))
    score = {one.platform: one for one in sheet.scores}["ZF"]
    assert (score.cell("I4").num, score.cell("I4").den) == (0, 0)
    for code in ("I6", "I7", "I13"):
        cell = score.cell(code)
        assert (cell.num, cell.den, cell.spread_hundredths) == (None, None, 0)
    spread = sum(c.spread_hundredths for c in score.cells)
    assert abs(spread - 10000) <= 2
    idle = {one.platform: one for one in sheet.scores}["ZZ"]
    assert (idle.score_hundredths, idle.grade, idle.rank) == (None, None, None)
    assert idle.cell("I1").den == 0


def test_a_case_waiting_for_its_check_keeps_the_deadline_it_was_finished_under(walk, actor):
    walk.now = local(2017, 5, 23, 9, 0)
    case = walk.handled()
    before = sheet_cell(computed(actor), actor, "I2")
    case_closing.verify(
        case, method="资料", opinion="照片属实", actor=actor("clerk3"), now=local(2017, 6, 1, 9)
    )
    again = computed(actor, now=local(2017, 6, 1, 10), reason=WHY)
    assert before == sheet_cell(again, actor, "I2") == (1, 1)


def sheet_cell(row, actor, indicator, platform="ZF"):
    scores = {one.platform: one for one in sheet_of(row.id, actor("mayor")).scores}
    cell = scores[platform].cell(indicator)
    return cell.num, cell.den


def test_yellow_turned_red_is_one_red_and_a_withdrawn_card_is_none(world, actor, db_session):
    row = computed(actor)
    cards = db_session.execute(
        select(AssessmentRow.indicator, AssessmentRow.why, AssessmentRow.label).where(
            AssessmentRow.assessment_id == row.id,
            AssessmentRow.indicator.in_(("YELLOW", "RED")),
            AssessmentRow.case_id == world.unsigned.id,
        )
    ).all()
    assert ("YELLOW", "UPGRADED", "sign_in") in [tuple(one) for one in cards]
    assert ("RED", "CARD", "sign_in") in [tuple(one) for one in cards]
    zf = {s.platform: s for s in sheet_of(row.id, actor("mayor")).scores}["ZF"]
    db_session.execute(
        text("UPDATE supervision SET cancelled_at = now() WHERE kind = 'RED' AND owner = 'ZF'")
    )
    again = computed(actor, reason=WHY)
    after = {s.platform: s for s in sheet_of(again.id, actor("mayor")).scores}["ZF"]
    assert after.red == 0
    assert after.yellow == zf.yellow + zf.red
    assert zf.penalty_hundredths == 500 * zf.yellow + 1000 * zf.red


def test_an_improper_return_counts_in_the_month_it_was_sent_back(world, actor, db_session):
    db_session.execute(
        text("UPDATE assignment SET return_fair = false WHERE end_kind = 'RETURNED'")
    )
    db_session.execute(
        text(
            "UPDATE assignment SET assigned_at = assigned_at - interval '30 days'"
            " WHERE end_kind = 'RETURNED'"
        )
    )
    row = computed(actor)
    assert why_of(db_session, row, "I5", world.back)[0] == ("RETURNED_UNFAIR", False, True, "ZF")
    assert sheet_cell(row, actor, "I5") == (1, 4)


def test_cancelled_merged_degraded_and_county_cases_are_left_out(world, actor, db_session):
    for column, case in (("is_county_done", world.late), ("is_self_closed", world.done)):
        db_session.execute(
            text(f"UPDATE case_record SET {column} = true WHERE id = :id"),
            {"id": case.id},
        )
    db_session.execute(
        text("UPDATE case_clock SET is_degraded = true WHERE case_id = :id"),
        {"id": world.waiting.id},
    )
    row = computed(actor)
    assert why_of(db_session, row, "I2", world.late)[0][:2] == ("COUNTY", False)
    assert why_of(db_session, row, "I3", world.late)[0][:2] == ("COUNTY", False)
    assert why_of(db_session, row, "I3", world.done)[0][:2] == ("SELF_DONE", False)
    assert why_of(db_session, row, "I1", world.waiting)[0][:2] == ("DEGRADED", False)
    assert why_of(db_session, row, "I2", world.waiting)[0][:2] == ("DEGRADED", False)


def test_demonstration_cases_count_only_while_demonstration_accounts_can_sign_in(
    world, actor, db_session
):
    db_session.execute(text("UPDATE case_record SET is_demo = true"))
    shown = computed(actor)
    assert shown.counts_demo
    assert sheet_cell(shown, actor, "I1")[1] > 0
    db_session.execute(text("UPDATE account SET is_demo = false"))
    live = computed(actor, reason=WHY)
    assert not live.counts_demo
    assert sheet_cell(live, actor, "I1") == (0, 0)
    assert why_of(db_session, live, "I2", world.done)[0][:2] == ("DEMO", False)


def test_a_grid_member_is_counted_by_what_he_reported(walk, actor, db_session):
    walk.accepted()
    case, grid = walk.one, actor("grid09")
    db_session.execute(
        text("UPDATE case_record SET registrar_id = :p WHERE id = :id"),
        {"p": grid.person_id, "id": case.id},
    )
    walk.reported()
    db_session.execute(
        text("UPDATE case_record SET registrar_id = :p WHERE id = :id"),
        {"p": grid.person_id, "id": walk.one.id},
    )
    row = computed(actor)
    people = {one.person_id: one for one in sheet_of(row.id, actor("mayor")).people}
    assert (people[grid.person_id].num, people[grid.person_id].den) == (1, 2)
    own = sheet_of(row.id, grid)
    assert ([one.person_id for one in own.people], own.scores) == ([grid.person_id], ())


# 版次


def test_computing_again_makes_a_new_edition_and_leaves_the_published_one_alone(
    world, actor, db_session
):
    first = published(actor)
    before = sheet_of(first.id, actor("mayor"))
    with pytest.raises(Refused, match="assess_reason"):
        computed(actor, reason="改")
    second = computed(actor, reason=WHY)
    assert (second.revision, second.state) == (2, "CALCULATED")
    assert second.snapshot_no > first.snapshot_no
    assert sheet_of(first.id, actor("mayor")) == before
    third = computed(actor, reason=WHY)
    assert (second.state, third.revision) == ("SUPERSEDED", 3)
    agree(third, actor)
    assessment.publish(third.id, actor=actor("mayor"), now=JUNE_FIRST)
    db_session.refresh(first)
    assert (first.state, third.state) == ("SUPERSEDED", "PUBLISHED")
    assert first.published_at is not None
    assert sheet_of(first.id, actor("mayor")).scores == before.scores
    last = db_session.execute(
        select(Journal).where(Journal.module == "assess").order_by(Journal.chain_seq.desc())
    ).scalars()
    entry = next(iter(last))
    assert (entry.action, entry.before, entry.after) == ("publish", "REVIEWED", "PUBLISHED")
    assert entry.data["replaces"] == 1
    assert entry.opinion == WHY
    assert journal.verify(first.township_id).is_whole


def test_a_month_that_is_not_over_or_has_no_rule_is_refused(actor):
    with pytest.raises(Refused, match="month_not_over"):
        assessment.calculate(JUNE, actor=actor("clerk"), now=JUNE_FIRST)
    with pytest.raises(Refused, match="no_assessment_rule"):
        assessment.calculate(Month(2017, 3), actor=actor("clerk"), now=JUNE_FIRST)


def test_the_database_keeps_one_published_and_one_in_hand_a_month(actor, db_session):
    row = published(actor)
    again = computed(actor, reason=WHY)
    with pytest.raises(IntegrityError), db_session.begin_nested():
        db_session.execute(
            text("UPDATE assessment SET state = 'PUBLISHED' WHERE id = :id"), {"id": again.id}
        )
    with pytest.raises(IntegrityError), db_session.begin_nested():
        db_session.execute(
            text("UPDATE assessment SET state = 'REVIEWED' WHERE id = :id"), {"id": row.id}
        )


# 谁能做


@pytest.mark.parametrize("login", ["mayor", "deputy", "zhifa", "jiwei", "viewer", "admin"])
def test_only_the_clerks_compute(actor, login):
    with pytest.raises(Refused, match="not_granted"):
        assessment.calculate(MAY, actor=actor(login), now=JUNE_FIRST)


@pytest.mark.parametrize(
    ("login", "line", "code"),
    [
        ("deputy", "BM", "limit"),
        ("mayor", "OTHER", "limit"),
        ("clerk2", "OTHER", "not_granted"),
        ("secretary", "BM", "not_granted"),
        ("zhifa_lead", "OTHER", "not_granted"),
    ],
)
def test_each_reviews_only_his_own_line(actor, login, line, code):
    row = computed(actor)
    with pytest.raises(Refused, match=code):
        assessment.review(row.id, line=line, agreed=True, actor=actor(login), now=JUNE_FIRST)


def test_convenience_waits_for_both_the_mayor_and_the_discipline_office(actor):
    row = computed(actor)
    agree(row, actor, ("deputy", "OTHER"), ("mayor", "BM"))
    assert row.state == "CALCULATED"
    with pytest.raises(Refused, match="assess_not_reviewed"):
        assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)
    agree(row, actor, ("jiwei", "BM"))
    assert row.state == "REVIEWED"
    with pytest.raises(Refused, match="already_reviewed"):
        agree(row, actor, ("jiwei2", "BM"))
    for login in ("secretary", "deputy", "clerk", "jiwei"):
        with pytest.raises(Refused, match=r"limit|not_granted"):
            assessment.publish(row.id, actor=actor(login), now=JUNE_FIRST)
    assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)
    with pytest.raises(Refused, match="assess_state"):
        assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)


def test_a_reviewer_who_disagrees_says_why_and_the_edition_is_never_published(actor):
    row = computed(actor)
    agree(row, actor)
    refuse = {"line": "OTHER", "agreed": False, "actor": actor("jiwei"), "now": JUNE_FIRST}
    with pytest.raises(Refused, match="assess_reason"):
        assessment.review(row.id, opinion="不对", **refuse)
    assessment.review(row.id, opinion="抽核两件，签收时刻与日志不符", **refuse)
    assert row.state == "CALCULATED"
    with pytest.raises(Refused, match="assess_not_reviewed"):
        assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)
    again = computed(actor, reason=WHY)
    agree(again, actor)
    assert again.state == "REVIEWED"


def also(db_session, actor, login, role, **place):
    """给这个人再加一条任职."""
    who = actor(login)
    role_id = db_session.execute(
        text("SELECT role_id FROM role_profile WHERE code = :c"), {"c": role}
    ).scalar_one()
    db_session.add(
        Holding(
            township_id=who.township_id,
            person_id=who.person_id,
            role_id=role_id,
            valid_from=date(2017, 4, 18),
            mode="兼任",
            **place,
        )
    )
    db_session.flush()
    return actor_of_person(who.person_id, date(2017, 6, 30))


def test_nobody_reviews_or_publishes_what_he_computed(actor, db_session):
    both = also(db_session, actor, "clerk", "C2")
    row = assessment.calculate(MAY, actor=both, now=JUNE_FIRST)
    with pytest.raises(Refused, match="assess_own_work"):
        assessment.review(row.id, line="OTHER", agreed=True, actor=both, now=JUNE_FIRST)
    agree(row, actor)
    mayor_too = also(db_session, actor, "clerk", "C1")
    with pytest.raises(Refused, match="assess_own_work"):
        assessment.publish(row.id, actor=mayor_too, now=JUNE_FIRST)


def test_who_serves_an_assessed_platform_stands_aside(actor, db_session):
    row = computed(actor)
    host = also(db_session, actor, "clerk2", "F4", platform="BM")
    with pytest.raises(Refused, match="assess_self"):
        assessment.calculate(MAY, actor=host, now=JUNE_FIRST, reason=WHY)
    leader = also(db_session, actor, "deputy", "E", platform="ZF")
    with pytest.raises(Refused, match="assess_self"):
        assessment.review(row.id, line="OTHER", agreed=True, actor=leader, now=JUNE_FIRST)


def test_a_form_that_saw_an_older_version_is_refused_by_name(actor):
    row = computed(actor)
    seen = row.version
    agree(row, actor, ("deputy", "OTHER"))
    with pytest.raises(Refused, match="changed_meanwhile") as found:
        assessment.review(
            row.id, line="BM", agreed=True, actor=actor("mayor"), now=JUNE_FIRST, seen=seen
        )
    assert found.value.facts["who"] == actor("deputy").name


def test_each_step_tells_those_who_come_next(actor, db_session):
    published(actor)
    told = db_session.execute(
        select(Notification.kind, Notification.person_id).where(Notification.kind.like("assess.%"))
    ).all()
    who = {kind: {p for k, p in told if k == kind} for kind, _ in told}
    assert actor("deputy").person_id in who["assess.calculate"]
    assert actor("mayor").person_id in who["assess.review"]
    assert actor("zhifa_lead").person_id in who["assess.publish"]
    assert actor("mayor").person_id not in who["assess.publish"]


# 看得到哪些


@pytest.mark.parametrize(
    ("login", "platforms"),
    [
        ("secretary", {"ZZ", "SJ", "ZF", "BM"}),
        ("jiwei", {"ZZ", "SJ", "ZF", "BM"}),
        ("clerk", {"ZZ", "SJ", "ZF", "BM"}),
        ("zhifa", {"ZF"}),
        ("shichang_lead", {"SJ"}),
        ("grid09", set()),
    ],
)
def test_each_sees_the_platforms_of_his_own_charge(actor, login, platforms):
    row = computed(actor)
    sheet = sheet_of(row.id, actor(login))
    assert {one.platform for one in sheet.scores} == platforms
    assert all((one.rank is None) == (len(platforms) < 4) for one in sheet.scores if one.grade)


def test_the_reader_sees_the_summary_once_it_is_published(actor, db_session):
    row = computed(actor)
    with pytest.raises(Refused, match="not_found"):
        sheet_of(row.id, actor("viewer"))
    agree(row, actor)
    assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)
    sheet = sheet_of(row.id, actor("viewer"))
    assert len(sheet.scores) == 4
    assert sheet.people == ()
    with pytest.raises(Refused, match="not_found"):
        sheet_of(row.id, actor("admin"))


def test_who_has_no_assessed_post_sees_no_edition_and_a_host_unit_sees_its_platform(
    actor, db_session
):
    row = computed(actor)
    for login in ("member", "anjian"):
        with pytest.raises(Refused, match="not_found"):
            sheet_of(row.id, actor(login))
    host = db_session.execute(
        text("SELECT host_org_id FROM platform WHERE code = 'SJ'")
    ).scalar_one()
    clerk = also(db_session, actor, "anjian", "H", org_id=host)
    assert [one.platform for one in sheet_of(row.id, clerk).scores] == ["SJ"]


# 自动草稿


def test_the_draft_appears_by_itself_on_the_first_working_morning_once(walk, db_session):
    walk.reported()
    assert assessment.draft_due(now=local(2017, 6, 1, 8, 29)) == 0
    assert assessment.draft_due(now=JUNE_FIRST) == 1
    assert assessment.draft_due(now=local(2017, 6, 1, 9, 30)) == 0
    assert assessment.draft_due(now=local(2017, 6, 12, 9, 30)) == 0
    row = db_session.execute(select(Assessment)).scalar_one()
    assert (row.year, row.month, row.computed_by_id) == (2017, 5, None)
    entry = db_session.execute(select(Journal).where(Journal.module == "assess")).scalar_one()
    assert entry.actor_name == "系统自动"


def test_holidays_put_the_draft_off_and_an_empty_month_has_none(walk, db_session):
    assert assessment.draft_due(now=JUNE_FIRST) == 0
    walk.now = local(2017, 4, 20, 9, 0)
    walk.reported()
    # 五一放到 5 月 1 日，2 日才上班
    assert assessment.draft_due(now=local(2017, 5, 1, 9, 30)) == 0
    assert assessment.draft_due(now=local(2017, 5, 2, 8, 30)) == 1


def test_counting_a_month_takes_as_many_statements_however_many_cases(walk, actor, db_session):
    walk.archived()
    with counted() as few:
        computed(actor)
    walk.archived()
    walk.archived()
    with counted() as many:
        computed(actor, reason=WHY)
    assert len(many) <= len(few) + 2, many.report
    assert len(few) <= 30, few.report
    assert db_session.execute(select(func.count()).select_from(AssessmentReview)).scalar() == 0
    assert db_session.execute(select(func.count()).select_from(Assignment)).scalar() == 3
