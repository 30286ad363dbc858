"""退回当否的认定：谁能认定、写什么、改认定、两个人同时、进退回率、待认定的清单."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.case_list import CaseFilter, case_page
from app.queries.case_returns import judge_by, returns_of
from app.services import case_dispatch
from app.services.case_returns import judge_return
from app.services.rules import calendar_of
from models.attachment import Notification
from models.journal import Journal
from tests.conftest import NOW
from tests.factories import REASON, Walk

UNFAIR = "属本平台职责，不应退回，请照常办理。"


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


@pytest.fixture
def back(walk, actor, db_session):
    """执法平台退回的一件."""
    case = walk.dispatched()
    case_dispatch.return_case(
        case,
        return_reason="内容不清无法办理",
        suggestion="请核实地点",
        reason=REASON,
        actor=actor("zhifa"),
        now=walk.later(),
    )
    db_session.flush()
    return case


def judged(back, walk, actor, *, login="clerk", fair=False, opinion=UNFAIR, seen=None):
    return judge_return(
        back,
        assignment_id=returns_of(back)[0].id,
        fair=fair,
        opinion=opinion,
        actor=actor(login),
        now=walk.later(),
        seen=seen,
    )


def waiting(actor, login="clerk"):
    wanted = CaseFilter(bucket="all", flags=("unjudged",))
    return {row.id for row in case_page(wanted, actor=actor(login)).rows}


def test_the_office_judges_and_the_case_stays_where_it_is(back, walk, actor, db_session):
    assert waiting(actor) == {back.id}
    state, version = back.state, back.version
    row = judged(back, walk, actor)
    assert (row.return_fair, row.judged_opinion, row.judged_by_id) == (
        False,
        UNFAIR,
        actor("clerk").person_id,
    )
    assert (back.state, back.version) == (state, version)
    assert waiting(actor) == set()
    entry = (
        db_session.execute(
            select(Journal).where(Journal.case_id == back.id).order_by(Journal.chain_seq.desc())
        )
        .scalars()
        .first()
    )
    assert (entry.module, entry.action, entry.opinion) == ("assess", "judge_return", UNFAIR)
    assert entry.data["platform"] == "ZF"
    assert not entry.data["fair"]


def test_the_lead_of_the_platform_that_sent_it_back_is_told(back, walk, actor, db_session):
    judged(back, walk, actor)
    told = db_session.execute(
        select(Notification.person_id).where(Notification.kind == "case.judge_return")
    ).scalars()
    assert actor("zhifa_lead").person_id in set(told)


def test_a_proper_return_needs_no_words_and_an_improper_one_does(back, walk, actor):
    for words in ("", "  ", "不应退回"):
        with pytest.raises(Refused, match="assess_reason"):
            judged(back, walk, actor, opinion=words)
    assert judged(back, walk, actor, fair=True, opinion="").return_fair is True


def test_changing_a_judgement_needs_a_reason_and_the_sight_of_the_first(back, walk, actor):
    judged(back, walk, actor, fair=True, opinion="")
    with pytest.raises(Refused, match="judged_meanwhile") as caught:
        judged(back, walk, actor, login="clerk2")
    assert caught.value.facts["by"] == actor("clerk").person_id
    with pytest.raises(Refused, match="assess_reason"):
        judged(back, walk, actor, login="clerk2", seen=True, opinion="")
    assert judged(back, walk, actor, login="clerk2", seen=True).return_fair is False


@pytest.mark.parametrize(
    "login", ["zhifa", "zhifa_lead", "mayor", "secretary", "jiwei", "admin", "grid09", "viewer"]
)
def test_nobody_but_the_office_judges(back, walk, actor, login):
    with pytest.raises(Refused):
        judged(back, walk, actor, login=login)
    assert returns_of(back)[0].return_fair is None


def test_only_a_return_of_this_case_can_be_judged(back, walk, actor, db_session):
    other = Walk(actor, walk.now).dispatched(title="另一件没有退回的")
    for case in (other, back):
        key = returns_of(back)[0].id if case is other else -1
        with pytest.raises(Refused, match="return_not_found"):
            judge_return(
                case,
                assignment_id=key,
                fair=True,
                opinion="",
                actor=actor("clerk"),
                now=walk.later(),
            )


def test_the_time_to_judge_is_twenty_four_working_hours(back):
    # 一天七小时：22日剩5小时50分，23、24日各7小时，25日还差4小时10分
    row = returns_of(back)[0]
    assert row.ended_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == "05-22 09:40"
    by = judge_by(row, calendar_of(back.township_id)).astimezone(SHANGHAI)
    assert by.strftime("%m-%d %H:%M") == "05-25 14:40"
