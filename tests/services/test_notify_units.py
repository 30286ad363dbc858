"""知会到单位：请协办、明确牵头、签收协办条、决议回写，各是哪些人接到通知."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.domain.case_words import Action, Party
from app.services import notify
from app.services.case_lead import Ask, add_cooperators, appoint_lead, sign_cooperation
from app.services.case_multi import dispatch_multi
from models.attachment import Notification
from models.case_parts import Cooperation
from models.people import Person
from tests.conftest import NOW
from tests.factories import REASON, Walk, org_id, person_id


@pytest.fixture
def walk(actor: Callable[..., Actor]) -> Walk:
    return Walk(actor, NOW)


@pytest.fixture
def told(db_session: Any) -> Callable[[str], set[str]]:
    """接到这一种通知的人的姓名."""

    def read(kind: str) -> set[str]:
        query = select(Person.name).join(Notification, Notification.person_id == Person.id)
        return set(db_session.execute(query.where(Notification.kind == kind)).scalars())

    return read


def asked(walk: Walk, org: str = "AJZ") -> None:
    """组长请一家协办."""
    ask = Ask(org_id=org_id(org), task="查消防通道")
    by = {"actor": walk.actor("zhifa_lead"), "now": walk.later()}
    add_cooperators(walk.one, asks=[ask], drop=[], **by)


def test_a_unit_asked_to_cooperate_is_told_with_its_platforms_operators(walk, told):
    walk.processing()
    asked(walk)
    # 协办条还没有承办人：单位的人与平台操作员，别的单位没有
    assert told("case.add_cooperators") == {"蓝安澜", "雷茶香", "蓝望岫", "雷霁月"}


def test_whoever_the_slip_is_given_to_is_told_and_so_is_the_handler_of_the_case(
    walk, told, db_session
):
    walk.processing()
    asked(walk)
    slip = db_session.execute(select(Cooperation)).scalar_one()
    place = {"org_id": org_id("AJZ"), "handler_id": person_id("蓝安澜")}
    by = {"actor": walk.actor("zhifa"), "now": walk.later()}
    sign_cooperation(walk.one, cooperation_id=slip.id, **place, **by)
    assert told("case.cooperation_assigned") == {"蓝安澜"}
    assert told("case.cooperation_signed") == {"雷霁月"}


def test_a_new_lead_is_told_to_the_lead_and_the_units_helping(walk, told):
    walk.processing()
    asked(walk)
    lead = {"lead_person_id": person_id("雷济川"), "lead_org_id": org_id("WSGZ"), "note": REASON}
    appoint_lead(walk.one, **lead, actor=walk.actor("zhifa_lead"), now=walk.later())
    assert told("case.appoint_lead") == {"雷济川", "蓝安澜", "雷茶香", "蓝望岫", "雷霁月"}
    people = notify.people_of(walk.one, (Party.LEAD_ORG,), now=walk.now)
    assert people == {person_id("雷济川")}


def test_a_dispatch_to_several_platforms_tells_the_assisting_ones_too(walk, told):
    walk.accepted()
    both = {"platform": "ZF", "assist_platforms": ["SJ"], "tasks": {"SJ": "查证照"}, "note": REASON}
    dispatch_multi(walk.one, **both, reference="", actor=walk.actor("mayor"), now=walk.later())
    lead, assist = {"蓝望岫", "雷霁月", "盘月岚"}, {"钟茗生", "盘青梧", "钟松屿"}
    assert told("case.dispatch_multi") == lead | assist
    # 此后的步骤只到主办平台
    people = notify.people_of(walk.one, (Party.F,), now=walk.now, action=Action.RETURN_CASE)
    assert people == {person_id("蓝望岫"), person_id("雷霁月")}
