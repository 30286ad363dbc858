"""改派：签收前换一个平台；原交办作废留痕，时钟重新起算，原平台不再看得见."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.scope import fetch
from app.domain.errors import Refused
from app.services import case_dispatch, case_lead, case_multi, journal
from models.attachment import Notification
from models.case import Case
from models.case_parts import Assignment, CaseClock, CaseOrg, Cooperation
from models.journal import Journal
from tests.conftest import NOW
from tests.factories import REASON, Walk, org_id
from tests.sql import counted


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def redo(walk, login="clerk", platform="SJ", **more):
    values = {"platform": platform, "reason": REASON, **more}
    who = walk.actor(login)
    return case_dispatch.redispatch(walk.one, **values, actor=who, now=walk.later())


def assignments(db_session, case):
    query = select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.turn)
    return list(db_session.execute(query).scalars())


def clocks(db_session, case):
    query = select(CaseClock).where(CaseClock.case_id == case.id).order_by(CaseClock.id)
    return [c for c in db_session.execute(query).scalars() if c.clock in ("sign_in", "handle")]


def test_the_first_hand_over_is_void_and_kept_and_a_new_one_is_written(walk, db_session):
    case = walk.dispatched()
    redo(walk, org_id=org_id("SJS"))
    first, second = assignments(db_session, case)
    assert (first.platform, first.end_kind, first.is_open, first.is_listed) == (
        "ZF",
        "REDISPATCHED",
        False,
        False,
    )
    assert first.ended_at == walk.now
    assert (second.platform, second.turn, second.is_open, second.is_listed) == ("SJ", 2, True, True)
    assert (second.org_id, second.ended_at, second.due_at) == (org_id("SJS"), None, case.due_at)
    assert (case.state, case.platform, case.redispatch_count) == ("DISPATCHED", "SJ", 1)


def test_both_clocks_start_again_for_the_new_platform(walk, db_session):
    case = walk.dispatched()
    due = case.due_at
    walk.later(days=1)
    redo(walk)
    rows = clocks(db_session, case)
    old, new = rows[:2], rows[2:]
    assert [(c.owner, c.end_kind, c.done_at) for c in old] == [("ZF", "redispatch", walk.now)] * 2
    assert [(c.owner, c.turn, c.done_at, c.start_at) for c in new] == [
        ("SJ", 2, None, walk.now)
    ] * 2
    assert case.due_at > due


def test_who_did_it_why_and_from_where_is_in_the_journal_and_the_operators_are_told(
    walk, db_session, township_id
):
    case = walk.dispatched()
    redo(walk)
    entry = db_session.execute(
        select(Journal)
        .where(Journal.case_id == case.id)
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).scalar_one()
    assert (entry.action, entry.before, entry.after) == ("redispatch", "DISPATCHED", "DISPATCHED")
    assert (entry.opinion, entry.actor_name) == (REASON, "蓝其蓁")
    assert (entry.data["from_platform"], entry.data["platform"]) == ("ZF", "SJ")
    assert journal.verify(township_id).is_whole
    told = db_session.execute(
        select(Notification.person_id).where(Notification.kind == "case.redispatch")
    ).scalars()
    assert walk.actor("shichang").person_id in set(told)


def test_the_platform_that_had_it_no_longer_finds_it_and_the_new_one_does(walk, db_session):
    case = walk.dispatched()
    who = walk.actor("chengguan")
    case_dispatch.redispatch(
        case,
        platform="SJ",
        org_id=org_id("SJS"),
        reason=REASON,
        actor=walk.actor("clerk"),
        now=walk.later(),
    )
    for login in ("zhifa", "chengguan"):
        with pytest.raises(Refused):
            fetch(Case, case.id, walk.actor(login))
    assert fetch(Case, case.id, walk.actor("shichang")).id == case.id
    assert who.person_id
    orgs = db_session.execute(select(CaseOrg.org_id).where(CaseOrg.is_current)).scalars()
    assert list(orgs) == [org_id("SJS")]


def test_the_unit_suggested_before_leaves_with_the_old_platform(walk, db_session):
    case = walk.accepted()
    clerk = walk.actor("clerk")
    case_dispatch.dispatch(
        case, platform="ZF", org_id=org_id("ZFZD"), actor=clerk, now=walk.later()
    )
    redo(walk)
    assert case.org_id is None
    row = db_session.execute(select(CaseOrg).where(CaseOrg.case_id == case.id)).scalar_one()
    assert (row.is_current, row.is_open) == (False, False)


def test_it_may_be_moved_back_again_and_every_hand_over_stays_on_record(walk, db_session):
    case = walk.dispatched()
    redo(walk)
    redo(walk, platform="ZF")
    rows = assignments(db_session, case)
    assert [(r.platform, r.turn, r.is_listed) for r in rows] == [
        ("ZF", 1, False),
        ("SJ", 2, False),
        ("ZF", 3, True),
    ]
    assert case.redispatch_count == 2


@pytest.mark.parametrize(
    ("login", "changes", "code"),
    [
        ("zhifa", {}, "not_granted"),
        ("secretary", {}, "not_granted"),
        ("clerk", {"platform": "ZF"}, "redispatch_same"),
        ("clerk", {"reason": "不对"}, "reason_short"),
        ("clerk", {"org_id": "ZFZD"}, "org_outside_platform"),
        ("clerk", {"seen": 1}, "changed_meanwhile"),
    ],
)
def test_it_is_refused_with_a_reason(walk, login, changes, code):
    walk.dispatched()
    if "org_id" in changes:
        changes = {"org_id": org_id(changes["org_id"])}
    with pytest.raises(Refused) as refused:
        redo(walk, login=login, **changes)
    assert refused.value.code == code


def test_once_signed_for_it_can_no_longer_be_redispatched(walk):
    walk.processing()
    with pytest.raises(Refused) as refused:
        redo(walk)
    assert refused.value.code == "no_such_step"


def test_it_stays_within_the_statements_of_a_step(walk, db_session):
    walk.dispatched()
    db_session.commit()
    walk.actor("clerk")
    with counted() as found:
        redo(walk)
        db_session.flush()
    assert len(found) <= 22, found.report


def test_the_cards_of_the_old_platform_stay_and_no_new_ones_come_for_it(walk, db_session):
    from app.services import case_cards  # noqa: PLC0415

    case = walk.dispatched()
    redo(walk)
    case_cards.tick(now=walk.now + timedelta(days=30))
    rows = clocks(db_session, case)
    assert case.card == "RED"
    assert {row.owner for row in rows if row.done_at is None} == {"SJ"}


def several(walk, *assists):
    """乡长直接多平台分流：执法主办，其余协办."""
    case = walk.accepted()
    case_multi.dispatch_multi(
        case,
        platform="ZF",
        assist_platforms=assists,
        tasks=dict.fromkeys(assists, "各管一段"),
        note="同意",
        actor=walk.actor("mayor"),
        now=walk.later(),
    )
    return case


def slips(db_session, case):
    query = select(Cooperation).where(Cooperation.case_id == case.id)
    return {row.platform: row for row in db_session.execute(query).scalars()}


def test_the_platform_that_assisted_becomes_the_lead_and_its_slip_is_withdrawn(walk, db_session):
    case = several(walk, "SJ", "BM")
    sj, bm = slips(db_session, case)["SJ"], slips(db_session, case)["BM"]
    who = walk.actor("shichang")
    case_lead.sign_cooperation(
        case,
        cooperation_id=sj.id,
        org_id=org_id("SJS"),
        handler_id=who.person_id,
        actor=who,
        now=walk.later(),
    )
    redo(walk, platform="SJ")
    db_session.expire_all()
    assert (case.state, case.platform) == ("DISPATCHED", "SJ")
    assert (sj.state, bm.state) == ("CANCELLED", "WAITING")
    rows = {(r.platform, r.role): r for r in assignments(db_session, case)}
    gone = rows["SJ", "ASSIST"]
    assert (gone.end_kind, gone.is_open, gone.is_listed) == ("REDISPATCHED", False, False)
    assert (rows["SJ", "LEAD"].is_open, rows["BM", "ASSIST"].is_open) == (True, True)
    station = db_session.execute(
        select(CaseOrg).where(CaseOrg.case_id == case.id, CaseOrg.org_id == org_id("SJS"))
    ).scalar_one()
    assert (station.is_current, station.is_open) == (False, False)
    entry = db_session.execute(
        select(Journal.data).where(Journal.case_id == case.id, Journal.action == "redispatch")
    ).scalar_one()
    assert entry["cooperations_withdrawn"] == [sj.id]
    with pytest.raises(Refused, match="cooperation_closed"):
        case_lead.submit_cooperation(
            case, cooperation_id=sj.id, reply="查过了", actor=who, now=walk.later()
        )


def test_what_the_assisting_platform_already_replied_stays_on_record(walk, db_session):
    case = several(walk, "SJ")
    slip = slips(db_session, case)["SJ"]
    case_lead.submit_cooperation(
        case,
        cooperation_id=slip.id,
        reply="证照齐全",
        actor=walk.actor("shichang"),
        now=walk.later(),
    )
    redo(walk, platform="SJ")
    db_session.expire_all()
    assert (slip.state, slip.reply) == ("REPLIED", "证照齐全")
    assert case.platform == "SJ"
