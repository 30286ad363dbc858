"""议事机构成员与网格员：一人提出一人批准；一个组长、一个主责网格、六类来源."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.domain.errors import Refused
from app.services import organisation
from models.journal import Journal
from models.people import GridMember, Person, Post
from models.platform import Body, BodyMember
from models.township import Grid
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("db_session")
ActorOf = Callable[..., Actor]
START = date(2017, 7, 1)


def refusal(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


@pytest.fixture
def by_code(db_session: Any) -> Callable[[type[Any], str], Any]:
    """按代码取一行."""

    def find(model: type[Any], code: str) -> Any:
        return db_session.execute(select(model).where(model.code == code)).scalar_one()

    return find


@pytest.fixture
def person(db_session: Any) -> Callable[[str], Person]:
    """按姓名取人."""

    def find(name: str) -> Person:
        return db_session.execute(select(Person).where(Person.name == name)).scalar_one()

    return find


@pytest.fixture
def newcomer(db_session: Any, actor: ActorOf, township_id: int) -> Person:
    """新来的人."""
    row = Person(township_id=township_id, name="解小寒", phone="13800000001")
    return organisation.add(row, actor=actor("admin"), now=NOW)


def test_a_body_has_one_leader(by_code: Any, actor: ActorOf) -> None:
    row, mayor, clerk = _member(by_code, "PC-ZF", "P-GTS", "LEADER"), actor("mayor"), actor("clerk")
    caught = refusal(
        lambda: organisation.add(row, actor=mayor, now=NOW, proposer_id=clerk.person_id)
    )
    assert caught.facts["rule"] == "ex_body_member_one_leader"


def _member(by_code: Any, body: str, post: str, function: str = "MEMBER") -> BodyMember:
    row = by_code(Body, body)
    return BodyMember(
        township_id=row.township_id,
        body_id=row.id,
        post_id=by_code(Post, post).id,
        function=function,
        valid_from=START,
    )


def test_members_are_proposed_by_one_and_approved_by_another(
    db_session: Any, by_code: Any, actor: ActorOf
) -> None:
    mayor, clerk = actor("mayor"), actor("clerk")
    add = organisation.add
    row = _member(by_code, "PC-SJ", "P-GTS")
    assert refusal(lambda: add(row, actor=mayor, now=NOW)).facts["limit"] == "APPROVE"
    own = refusal(lambda: add(row, actor=clerk, now=NOW, proposer_id=clerk.person_id))
    assert own.code == "draft_only"
    viewer = actor("viewer").person_id
    assert (
        refusal(lambda: add(row, actor=mayor, now=NOW, proposer_id=viewer)).code == "cannot_propose"
    )
    admin = actor("admin")
    assert (
        refusal(lambda: add(row, actor=admin, now=NOW, proposer_id=clerk.person_id)).code
        == "not_granted"
    )
    add(row, actor=mayor, now=NOW, proposer_id=clerk.person_id, reason="国土牵头多")
    entry = db_session.execute(select(Journal).order_by(Journal.id.desc())).scalars().first()
    assert (entry.actor_name, entry.opinion) == ("钟怀川", "国土牵头多；提出：蓝其蓁")


def test_the_secretary_approves_only_the_joint_meeting_and_the_leading_group(
    by_code: Any, actor: ActorOf
) -> None:
    secretary, clerk = actor("secretary"), actor("clerk").person_id
    elsewhere = _member(by_code, "PC-SJ", "P-GTS")
    caught = refusal(
        lambda: organisation.add(elsewhere, actor=secretary, now=NOW, proposer_id=clerk)
    )
    assert caught.code == "limit"
    organisation.add(_member(by_code, "LG", "P-JWSJ"), actor=secretary, now=NOW, proposer_id=clerk)


def test_grid_members_come_from_six_sources_and_one_heads_a_grid(
    by_code: Any, actor: ActorOf, newcomer: Person
) -> None:
    def member(**given: Any) -> GridMember:
        values = {"source": "消防", "is_head": False, "engagement": "兼职"} | given
        return GridMember(
            township_id=newcomer.township_id,
            person_id=newcomer.id,
            grid_id=by_code(Grid, "G01").id,
            valid_from=START,
            **values,
        )

    admin = actor("admin")
    add = organisation.add
    assert (
        refusal(lambda: add(member(source="志愿者"), actor=admin, now=NOW)).code == "unknown_source"
    )
    assert refusal(lambda: add(member(is_head=True), actor=admin, now=NOW)).code == "head_taken"
    row = add(member(), actor=admin, now=NOW)
    organisation.end(row, date(2017, 12, 31), "到期", actor=actor("admin"), now=NOW)
    assert row.valid_to == date(2017, 12, 31)


def test_a_grid_member_has_one_main_grid(
    by_code: Any, actor: ActorOf, person: Callable[[str], Person]
) -> None:
    who, admin = person("蓝春垄"), actor("admin")
    row = GridMember(
        township_id=who.township_id,
        person_id=who.id,
        grid_id=by_code(Grid, "G02").id,
        engagement="兼职",
        source="消防",
        is_main=True,
        valid_from=START,
    )
    caught = refusal(lambda: organisation.add(row, actor=admin, now=NOW))
    assert caught.facts["rule"] == "ex_grid_member_one_main"


def test_a_grid_member_may_be_proposed_by_the_office_and_approved_by_the_deputy(
    by_code: Any, actor: ActorOf, newcomer: Person
) -> None:
    row = GridMember(
        township_id=newcomer.township_id,
        person_id=newcomer.id,
        grid_id=by_code(Grid, "G01").id,
        engagement="兼职",
        source="消防",
        valid_from=START,
    )
    deputy, clerk, police = actor("deputy"), actor("clerk"), actor("police")
    wrong = refusal(
        lambda: organisation.add(row, actor=deputy, now=NOW, proposer_id=police.person_id)
    )
    assert wrong.code == "cannot_propose"
    organisation.add(row, actor=deputy, now=NOW, proposer_id=clerk.person_id)
    assert row.id
