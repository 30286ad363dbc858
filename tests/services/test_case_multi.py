"""几个平台的事：闸门、协办条、牵头、联席会议的决议回到案件."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.scope import fetch
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.services import (
    attachments,
    case_amend,
    case_closing,
    case_dispatch,
    case_handling,
    case_joint,
    case_lead,
    case_multi,
)
from app.services.case_lead import Ask
from models.case import Case
from models.case_life import CaseProposal
from models.case_parts import Assignment, Cooperation
from models.meeting import AgendaItem
from tests.conftest import NOW
from tests.factories import LONG, REASON, Walk, org_id, person_id, photo

BOTH = {
    "platform": "ZF",
    "assist_platforms": ["SJ"],
    "tasks": {"SJ": "查屠宰点有没有证照"},
}


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def request(walk, login="clerk2"):
    case_multi.request_multi_dispatch(
        walk.one, **BOTH, note="上游有屠宰点", actor=walk.actor(login), now=walk.later()
    )


def dispatch(walk, login="clerk2", **more):
    case_multi.dispatch_multi(walk.one, **BOTH, **more, actor=walk.actor(login), now=walk.later())


def test_without_approval_several_platforms_are_refused_to_the_clerk(walk):
    walk.accepted()
    with pytest.raises(Refused) as caught:
        dispatch(walk, reference="随便写的")
    assert caught.value.code in ("gate_multi", "multi_unapproved")
    request(walk)
    with pytest.raises(Refused):
        dispatch(walk, reference="随便写的")
    with pytest.raises(Refused, match="multi_pending"):
        case_dispatch.dispatch(walk.one, platform="ZF", actor=walk.actor("clerk"), now=walk.later())


def test_the_township_heads_own_dispatch_is_the_approval(walk, db_session):
    case = walk.accepted()
    request(walk)
    dispatch(walk, "mayor", note="同意，执法牵头")
    assert (case.state, case.platform) == ("DISPATCHED", "ZF")
    assert db_session.execute(select(CaseProposal.state)).scalar_one() == "APPROVED"
    rows = db_session.execute(
        select(Assignment.platform, Assignment.role).order_by(Assignment.platform)
    ).all()
    assert [tuple(row) for row in rows] == [("SJ", "ASSIST"), ("ZF", "LEAD")]
    slip = db_session.execute(select(Cooperation)).scalar_one()
    assert (slip.platform, slip.state, slip.org_id) == ("SJ", "WAITING", None)
    assert slip.sign_due_at is not None


def test_a_refusal_closes_the_request(walk, db_session):
    walk.accepted()
    request(walk)
    case_multi.refuse_multi_dispatch(
        walk.one,
        opinion="职责有争议，提交联席会议",
        actor=walk.actor("mayor"),
        now=walk.later(),
    )
    assert db_session.execute(select(CaseProposal.state)).scalar_one() == "REFUSED"
    with pytest.raises(Refused):
        dispatch(walk, reference="x")


def test_the_assisting_platform_signs_and_replies_on_its_own_slip(walk, db_session):
    case = walk.accepted()
    dispatch(walk, "mayor")
    who = walk.actor("zhifa2")
    case_dispatch.sign_in(
        case, org_id=org_id("SHZX"), handler_id=who.person_id, actor=who, now=walk.later()
    )
    slip = db_session.execute(select(Cooperation)).scalar_one()
    seen = fetch(Case, case.id, walk.actor("shichang"))
    assert seen is case
    with pytest.raises(Refused):
        case_lead.sign_cooperation(
            case,
            cooperation_id=slip.id,
            org_id=org_id("SJS"),
            handler_id=person_id("蓝衡之"),
            actor=walk.actor("bianmin"),
            now=walk.later(),
        )
    case_lead.sign_cooperation(
        case,
        cooperation_id=slip.id,
        org_id=org_id("SJS"),
        handler_id=person_id("蓝衡之"),
        actor=walk.actor("shichang"),
        now=walk.later(),
    )
    assert (slip.state, case.state) == ("DOING", "PROCESSING")
    finish = {"result": "已解决", "content": LONG}
    proof = attachments.upload(photo(), "after.jpg", actor=who, now=walk.now)
    with pytest.raises(Refused, match="lead_unset"):
        case_handling.finish(case, **finish, attachments=[proof.id], actor=who, now=walk.later())
    case_lead.appoint_lead(
        case,
        lead_person_id=who.person_id,
        lead_org_id=org_id("SHZX"),
        note="由执法平台牵头",
        actor=walk.actor("mayor"),
        now=walk.later(),
    )
    with pytest.raises(Refused, match="coop_open"):
        case_handling.finish(case, **finish, attachments=[proof.id], actor=who, now=walk.later())
    case_lead.submit_cooperation(
        case,
        cooperation_id=slip.id,
        reply="屠宰点无证，已立案查处",
        actor=walk.actor("shijian"),
        now=walk.later(),
    )
    assert slip.state == "REPLIED"
    case_handling.finish(case, **finish, attachments=[proof.id], actor=who, now=walk.later())
    assert case.state == "HANDLED"


def test_a_group_leader_appoints_within_the_platform_only(walk):
    case = walk.processing()
    lead = {
        "lead_person_id": person_id("雷霁月"),
        "lead_org_id": org_id("SHZX"),
        "note": "熟悉情况",
    }
    for login in ("zhifa", "clerk2", "shichang_lead"):
        with pytest.raises(Refused):
            case_lead.appoint_lead(case, **lead, actor=walk.actor(login), now=walk.later())
    case_lead.appoint_lead(case, **lead, actor=walk.actor("zhifa_lead"), now=walk.later())
    assert case.lead_org_id == org_id("SHZX")


def test_a_cooperator_of_another_platform_needs_the_gate(walk, db_session):
    case = walk.processing()
    with pytest.raises(Refused, match="gate_multi"):
        case_lead.add_cooperators(
            case,
            asks=[Ask(org_id("SJS"), "查证照")],
            actor=walk.actor("zhifa_lead"),
            now=walk.later(),
        )
    case_lead.add_cooperators(
        case,
        asks=[Ask(org_id("ZFZD"), "现场执法")],
        actor=walk.actor("zhifa_lead"),
        now=walk.later(),
    )
    slip = db_session.execute(select(Cooperation)).scalar_one()
    assert (slip.platform, slip.org_id) == ("ZF", org_id("ZFZD"))
    case_lead.add_cooperators(
        case, drop=[slip.id], actor=walk.actor("zhifa_lead"), now=walk.later()
    )
    assert slip.state == "CANCELLED"


def test_a_returned_case_of_several_platforms_leaves_them_all(walk, db_session):
    case = walk.accepted()
    dispatch(walk, "mayor")
    case_dispatch.return_case(
        case,
        return_reason="需多平台协作",
        suggestion="重新议",
        reason=REASON,
        actor=walk.actor("zhifa"),
        now=walk.later(),
    )
    assert case.state == "ACCEPTED"
    assert not db_session.execute(select(Assignment.id).where(Assignment.is_listed)).first()
    assert db_session.execute(select(Cooperation.state)).scalar_one() == "CANCELLED"


def submit(walk, login="clerk2"):
    case_joint.submit_to_joint_meeting(
        walk.one,
        agenda_title="东坑溪污染源头治理分工",
        agenda_type=case_joint.joint_series(walk.one.township_id).agenda_types[0],
        dispute="屠宰点归谁管",
        plan="执法牵头、市监协办",
        reason=REASON,
        actor=walk.actor(login),
        now=walk.later(),
    )


def test_a_case_submitted_before_dispatch_waits_and_goes_on_when_it_is_declined(walk, db_session):
    case = walk.accepted()
    submit(walk)
    assert (case.state, case.resume_state, case.due_at) == ("SUSPENDED", "ACCEPTED", None)
    with pytest.raises(Refused):
        submit(walk)
    item = db_session.execute(select(AgendaItem)).scalar_one()
    assert (item.state, item.case_id, item.meeting_id) == ("COLLECTED", case.id, None)
    assert case_joint.resume_after_meeting(now=walk.later()) == 0
    item.state = "DECLINED"
    db_session.flush()
    assert case_joint.resume_after_meeting(now=walk.later()) == 1
    assert case.state == "ACCEPTED"
    assert case_joint.resume_after_meeting(now=walk.later()) == 0


def test_a_case_under_way_goes_on_while_the_meeting_is_asked(walk):
    case = walk.processing()
    due = case.due_at
    submit(walk, "zhifa_lead")
    assert (case.state, case.due_at) == ("PROCESSING", due)


def test_a_major_case_does_not_wait_for_a_meeting(walk):
    walk.accepted(level="重大")
    with pytest.raises(Refused, match="is_major"):
        submit(walk)


def test_nothing_is_applied_without_a_resolution_in_force(walk):
    walk.accepted()
    submit(walk)
    with pytest.raises(Refused, match="no_resolution"):
        case_joint.apply_resolution(
            walk.one,
            resolution_id=1,
            actor=walk.actor("clerk2"),
            now=walk.now + timedelta(days=1),
        )


def test_a_slip_of_an_earlier_round_does_not_hold_up_the_new_one(walk, db_session):
    case = walk.accepted()
    dispatch(walk, "mayor")
    who = walk.actor("zhifa2")
    case_dispatch.sign_in(
        case, org_id=org_id("SHZX"), handler_id=who.person_id, actor=who, now=walk.later()
    )

    def finish(**more):
        proof = attachments.upload(photo(), "after.jpg", actor=who, now=walk.now)
        case_handling.finish(
            case,
            result="已解决",
            content=LONG,
            attachments=[proof.id],
            actor=who,
            now=walk.later(),
            **more,
        )

    finish(no_wait_reason="市监那一段不影响办结，先行报送。")
    clerk = walk.actor("clerk3")
    case_closing.verify(case, method="资料", opinion="属实", actor=clerk, now=walk.later())
    told = {"method": "电话", "content": "已清运", "feedback_at": walk.now}
    case_closing.feedback(case, **told, actor=clerk, now=walk.later())
    filed = {"retention": "D10", "secrecy_confirmed": True}
    case_closing.archive(case, **filed, actor=clerk, now=walk.later())
    case_amend.reopen(
        case, reopen_reason="反弹", reason=REASON, actor=walk.actor("mayor"), now=walk.later()
    )
    assert facts_of(case).open_coop == 0
    finish()
    assert case.state == "HANDLED"
