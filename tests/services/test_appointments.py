"""任职：席位、地与职务相配、职责分离、最后一名管理员、离开."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.domain.errors import Refused
from app.queries.administrators import administrators
from app.services import appointments, organisation
from models.people import GridMember, Holding, Person, Post
from models.security import Account
from models.township import Org, Village
from tests.conftest import NOW, TODAY

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
def newcomer(actor: ActorOf, township_id: int) -> Person:
    """新来的人."""
    row = Person(township_id=township_id, name="解小寒", phone="13800000001")
    return organisation.add(row, actor=actor("admin"), now=NOW)


def appoint(actor: Actor, **given: Any) -> Holding:
    values = {"role_code": "H", "valid_from": START, "basis": "板委〔2017〕12号"}
    return appointments.appoint(**(values | given), actor=actor, now=NOW)


def test_an_appointment_takes_effect_on_its_day(
    by_code: Any, actor: ActorOf, newcomer: Person
) -> None:
    village, post = by_code(Village, "V200"), by_code(Post, "P-ZCGB")
    row = appoint(actor("admin"), person_id=newcomer.id, village_id=village.id, post_id=post.id)
    assert (row.seat, row.mode, row.in_force(START), row.in_force(TODAY)) == (
        1,
        "在任",
        True,
        False,
    )


def test_a_seat_holds_one_and_beside_it_one_acting(
    by_code: Any, actor: ActorOf, newcomer: Person
) -> None:
    admin, post = actor("admin"), by_code(Post, "P-FGZF")
    given = {"person_id": newcomer.id, "role_code": "G3", "platform": "ZF", "post_id": post.id}
    taken = refusal(lambda: appoint(admin, **given))
    assert (taken.code, taken.facts["post"]) == ("seat_taken", post.name)
    appoint(admin, **given, mode="代行")
    assert refusal(lambda: appoint(admin, **given, mode="代行")).code == "seat_taken"


def test_a_post_with_three_seats_takes_three(
    db_session: Any, by_code: Any, actor: ActorOf, township_id: int
) -> None:
    admin, post = actor("admin"), by_code(Post, "P-BZ")
    people = [Person(township_id=township_id, name=f"班子{n}") for n in range(3)]
    for row in people:
        organisation.add(row, actor=admin, now=NOW)
    given = {"role_code": "E", "post_id": post.id}
    assert [appoint(admin, person_id=p.id, **given).seat for p in people[:2]] == [2, 3]
    assert refusal(lambda: appoint(admin, person_id=people[2].id, **given)).code == "seat_taken"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role_code": "H"}, "wrong_place"),
        ({"role_code": "F1", "platform": "SJ"}, "wrong_platform"),
        ({"role_code": "B", "platform": "ZZ"}, "wrong_place"),
        ({"role_code": "B", "mode": "委托"}, "delegate_yourself"),
        ({"role_code": "B", "basis": "  "}, "basis_needed"),
        ({"role_code": "Q"}, "no_role"),
        ({"role_code": "B", "valid_to": date(2017, 6, 30)}, "end_before_start"),
    ],
)
def test_an_appointment_must_make_sense(
    actor: ActorOf, newcomer: Person, given: dict[str, Any], code: str
) -> None:
    admin = actor("admin")
    assert refusal(lambda: appoint(admin, person_id=newcomer.id, **given)).code == code


def test_a_post_carries_its_own_role_and_kind_of_place(
    by_code: Any, actor: ActorOf, newcomer: Person
) -> None:
    admin = actor("admin")
    clerk_post, village_post = by_code(Post, "P-DZZR").id, by_code(Post, "P-ZCGB").id
    org = by_code(Org, "MZB").id
    wrong_role = {"role_code": "L", "post_id": clerk_post}
    assert refusal(lambda: appoint(admin, person_id=newcomer.id, **wrong_role)).code == "wrong_post"
    wrong_place = {"post_id": village_post, "org_id": org}
    assert (
        refusal(lambda: appoint(admin, person_id=newcomer.id, **wrong_place)).code == "wrong_place"
    )


def test_an_administrator_gets_no_business_role(
    actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin = actor("admin")
    caught = refusal(lambda: appoint(admin, person_id=person("蓝青禾").id, role_code="B"))
    assert (caught.code, caught.facts["rule"]) == ("separation", "SD4")


def test_an_inspector_gets_no_clerks_role_but_may_sit_as_a_member(
    actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin, inspector = actor("admin"), person("钟晓岑").id
    assert (
        refusal(lambda: appoint(admin, person_id=inspector, role_code="B")).facts["rule"] == "SD5"
    )
    assert appoint(admin, person_id=inspector, role_code="E").id


def test_separation_looks_at_dates(
    db_session: Any, actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin, who = actor("admin"), person("钟晓岑")
    appointments.end_term(who.holdings[0], TODAY, "转任", actor=admin, now=NOW)
    row = appoint(admin, person_id=who.id, role_code="B")
    assert row.valid_from == START


def test_the_last_administrators_term_cannot_end(
    actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin, who = actor("admin"), person("蓝青禾")
    end = refusal(
        lambda: appointments.end_term(who.holdings[0], TODAY, "调离", actor=admin, now=NOW)
    )
    assert end.code == "last_administrator"
    assert administrators(START)[who.township_id] == {who.id}


def test_a_term_is_extended_only_forward(actor: ActorOf, newcomer: Person) -> None:
    admin = actor("admin")
    row = appoint(admin, person_id=newcomer.id, role_code="L", valid_to=date(2017, 12, 31))
    back = date(2017, 11, 30)
    assert (
        refusal(lambda: appointments.extend_term(row, back, "短", actor=admin, now=NOW)).code
        == "not_an_extension"
    )
    appointments.extend_term(row, None, "续任", actor=admin, now=NOW)
    assert row.valid_to is None


def test_leaving_ends_every_term_and_the_account(
    db_session: Any, actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin, who = actor("admin"), person("雷茶香")
    organisation.leave(who, TODAY, "调县里", actor=admin, now=NOW)
    terms = [*who.holdings, *_members_of(db_session, who)]
    assert {t.valid_to for t in terms} == {TODAY}
    assert len(terms) == 3
    account = db_session.execute(select(Account).where(Account.person_id == who.id)).scalar_one()
    assert account.user.active is False
    assert who.left_on == TODAY
    again = refusal(lambda: organisation.leave(who, TODAY, "再走", actor=admin, now=NOW))
    assert again.code == "already_left"


def _members_of(db_session: Any, who: Person) -> list[GridMember]:
    rows = db_session.execute(select(GridMember).where(GridMember.person_id == who.id))
    return list(rows.scalars())


def test_holdings_of_another_township_are_not_there(
    actor: ActorOf, person: Callable[[str], Person]
) -> None:
    admin = actor("admin")
    stranger = Actor(
        person_id=1,
        township_id=admin.township_id + 99,
        name="别乡管理员",
        today=TODAY,
        holdings=admin.holdings,
        grants=admin.grants,
    )
    held = person("蓝观澜").holdings[0]
    end = refusal(lambda: appointments.end_term(held, TODAY, "试试", actor=stranger, now=NOW))
    assert end.code == "not_found"
