"""调解：协议随办结登记，司法所与综治平台回访履行，别的人不能；履行了就不再访。并案跨在分流前后的也在此。"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.services import attachments, case_dispatch, case_handling, case_merge
from app.services.mediation import Mediation, follow_up, may_follow_up, mediation_of
from models.journal import Journal
from tests.conftest import NOW
from tests.factories import LONG, REASON, Walk, category_id, org_id, person_id, photo

BY = date(2017, 6, 10)


@pytest.fixture
def settled(actor):
    """司法所调解成功、报送办结的一件."""
    walk = Walk(actor, NOW)
    walk.dispatched(platform="ZZ", category_id=category_id("ZZ0201"), people_count=2)
    keeper, mediator = actor("zongzhi"), actor("sifa")
    case_dispatch.sign_in(
        walk.one,
        org_id=org_id("SFS"),
        handler_id=person_id("钟解颐"),
        actor=keeper,
        now=walk.later(),
    )
    proof = attachments.upload(photo(), "协议.jpg", actor=mediator, now=walk.now)
    case_handling.finish(
        walk.one,
        result="调解成功",
        content=LONG,
        attachments=[proof.id],
        mediation=Mediation("两户", "沟的走向", "钟解颐", "六月十日前改沟", BY),
        actor=mediator,
        now=walk.later(),
    )
    return walk


def test_the_agreement_is_kept_with_the_day_it_falls_due(settled):
    row = mediation_of(settled.one)
    assert (row.state, row.org_id, row.closed_at) == ("AGREED", org_id("SFS"), None)
    assert row.data["perform_by"] == BY.isoformat()
    assert row.due_at.date() == BY


def test_visits_are_recorded_until_the_agreement_is_carried_out(settled, actor, db_session):
    case = settled.one
    seen = {"content": "沟只改了一半", "performed": False}
    follow_up(case, **seen, actor=actor("sifa"), now=settled.later())
    row = mediation_of(case)
    assert (row.state, row.closed_at) == ("AGREED", None)
    done = settled.later()
    follow_up(case, content="改好了", performed=True, actor=actor("zongzhi"), now=done)
    assert row.state == "PERFORMED"
    assert [visit["content"] for visit in row.data["visits"]] == ["沟只改了一半", "改好了"]
    assert not may_follow_up(case, row, actor=actor("sifa"))
    with pytest.raises(Refused, match="mediation_closed"):
        follow_up(case, **seen, actor=actor("sifa"), now=settled.later())
    entries = db_session.execute(
        select(Journal.opinion, Journal.after).where(Journal.module == "mediation")
    ).all()
    assert entries == [("沟只改了一半", "AGREED"), ("改好了", "PERFORMED")]


@pytest.mark.parametrize("login", ["clerk", "zhifa", "zongzhi_lead", "grid09", "anjian", "jiwei"])
def test_others_do_not_record_visits(settled, actor, login):
    who = actor(login)
    assert not may_follow_up(settled.one, mediation_of(settled.one), actor=who)
    with pytest.raises(Refused):
        follow_up(settled.one, content="改好了", performed=True, actor=who, now=settled.later())


def test_a_visit_says_what_was_found(settled, actor):
    with pytest.raises(Refused, match="needs"):
        follow_up(
            settled.one, content="  ", performed=True, actor=actor("sifa"), now=settled.later()
        )
    assert "visits" not in mediation_of(settled.one).data


def test_a_later_report_joins_a_main_case_already_dispatched_to_its_platform(actor):
    main = Walk(actor, NOW)
    main.dispatched()
    again = Walk(actor, main.now)
    again.reported()
    other = Walk(actor, again.now)
    other.reported(category_id=category_id("BM0501"))
    who = {"actor": actor("clerk3"), "reason": REASON, "same_points": ["地点"]}
    with pytest.raises(Refused, match="main_other_platform"):
        case_merge.merge(other.one, main=main.one, now=other.later(), **who)
    case_merge.merge(again.one, main=main.one, now=other.later(), **who)
    assert (again.one.state, again.one.merged_into_id) == ("MERGED", main.one.id)
