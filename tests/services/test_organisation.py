"""机构与人的改动：谁能改、树与网格的规矩、停用之前要清."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.domain.errors import Refused
from app.services import appointments, config_rows, organisation
from models.journal import Journal
from models.people import Holding, Person
from models.platform import Category, Platform
from models.township import ConfigVersion, Grid, GridVillage, Org, Village
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
def newcomer(db_session: Any, actor: ActorOf, township_id: int) -> Person:
    """新来的人."""
    row = Person(township_id=township_id, name="解小寒", phone="13800000001")
    return organisation.add(row, actor=actor("admin"), now=NOW)


def an_org(township_id: int, parent: Org) -> Org:
    return Org(
        township_id=township_id,
        code="LTZ",
        name="林特站",
        kind="institution",
        parent_id=parent.id,
        valid_from=START,
    )


def edited(row: Any, actor: Actor, **values: Any) -> None:
    before = config_rows.snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    organisation.change(row, before, actor=actor, now=NOW)


def test_a_new_unit_finds_its_place_in_the_tree(
    db_session: Any, by_code: Any, actor: ActorOf, township_id: int
) -> None:
    parent = by_code(Org, "JJZX")
    version = db_session.get(ConfigVersion, township_id).version
    row = organisation.add(an_org(township_id, parent), actor=actor("admin"), now=NOW)
    assert row.path == f"{parent.path}{row.id}."
    assert row.sort_key == "lin2 te4 zhan4"
    db_session.expire_all()
    assert db_session.get(ConfigVersion, township_id).version == version + 1
    entry = db_session.execute(select(Journal).order_by(Journal.id.desc())).scalars().first()
    assert (entry.module, entry.action, entry.actor_role) == ("config", "org", "A")
    assert entry.data["changes"]["name"] == [None, "林特站"]


def test_moving_a_unit_moves_its_branch(db_session: Any, by_code: Any, actor: ActorOf) -> None:
    office, part = by_code(Org, "SHZX"), by_code(Org, "AJZ")
    edited(office, actor("admin"), parent_id=by_code(Org, "ZFU").id)
    assert office.path.startswith(by_code(Org, "ZFU").path)
    db_session.refresh(part)
    assert part.path == f"{office.path}{part.id}."


def test_a_unit_cannot_hang_below_itself(by_code: Any, actor: ActorOf) -> None:
    office, part, admin = by_code(Org, "SHZX"), by_code(Org, "AJZ"), actor("admin")
    assert refusal(lambda: edited(office, admin, parent_id=part.id)).code == "own_branch"


def test_codes_are_for_good(by_code: Any, actor: ActorOf) -> None:
    office, admin = by_code(Org, "SHZX"), actor("admin")
    assert refusal(lambda: edited(office, admin, code="SHSY")).code == "code_fixed"


def test_only_who_may_configure_changes_anything(
    by_code: Any, actor: ActorOf, township_id: int
) -> None:
    parent = by_code(Org, "JJZX")
    for login in ("mayor", "clerk", "zongzhi_lead", "jiwei"):
        row, who = an_org(township_id, parent), actor(login)
        code = refusal(lambda r=row, w=who: organisation.add(r, actor=w, now=NOW)).code
        assert code == "not_granted"


def test_who_only_proposes_changes_nothing(actor: ActorOf, township_id: int) -> None:
    clerk, row = actor("clerk"), Person(township_id=township_id, name="某人")
    assert refusal(lambda: organisation.add(row, actor=clerk, now=NOW)).code == "draft_only"


def test_a_unit_in_use_cannot_be_ended(by_code: Any, actor: ActorOf) -> None:
    admin = actor("admin")
    caught = refusal(
        lambda: organisation.end(by_code(Org, "DZB"), TODAY, "撤并", actor=admin, now=NOW)
    )
    assert caught.code == "still_used"
    assert caught.facts["uses"]["orgs"] > 0


def test_an_unused_unit_is_ended_not_deleted(
    by_code: Any, actor: ActorOf, township_id: int
) -> None:
    admin = actor("admin")
    row = organisation.add(an_org(township_id, by_code(Org, "JJZX")), actor=admin, now=NOW)
    organisation.end(row, START, "不再单设", actor=admin, now=NOW)
    assert row.valid_to == START
    again = refusal(lambda: organisation.end(row, START, "再来", actor=admin, now=NOW))
    assert again.code == "already_ended"


def test_a_village_ends_only_when_cleared_and_succeeded(
    db_session: Any, by_code: Any, actor: ActorOf
) -> None:
    admin, village = actor("admin"), by_code(Village, "V202")
    end = lambda: organisation.end(village, START, "撤并", actor=admin, now=NOW)  # noqa: E731
    caught = refusal(end)
    assert caught.code == "still_used"
    assert set(caught.facts["uses"]) == {"grids", "holdings"}
    move_to = by_code(Village, "V200").id
    organisation.move_grid(by_code(Grid, "G04"), move_to, START, "撤并", actor=admin, now=NOW)
    for holding in db_session.execute(
        select(Holding).where(Holding.village_id == village.id)
    ).scalars():
        appointments.end_term(holding, START, "撤并", actor=admin, now=NOW)
    assert refusal(end).code == "successor_needed"
    edited(village, admin, successor_id=move_to)
    end()
    assert village.valid_to == START


def test_a_grid_moves_as_a_new_term(db_session: Any, by_code: Any, actor: ActorOf) -> None:
    grid, village = by_code(Grid, "G04"), by_code(Village, "V200")
    organisation.move_grid(grid, village.id, START, "撤并", actor=actor("admin"), now=NOW)
    terms = db_session.execute(
        select(GridVillage).where(GridVillage.grid_id == grid.id).order_by(GridVillage.valid_from)
    ).scalars()
    assert [(t.village.code, t.valid_from, t.valid_to) for t in terms] == [
        ("V202", date(2017, 4, 18), date(2017, 6, 30)),
        ("V200", START, None),
    ]


def test_the_database_keeps_a_grid_in_one_village(by_code: Any, actor: ActorOf) -> None:
    grid, admin = by_code(Grid, "G04"), actor("admin")
    row = GridVillage(
        township_id=grid.township_id,
        grid_id=grid.id,
        village_id=by_code(Village, "V200").id,
        valid_from=START,
    )
    caught = refusal(lambda: organisation.add(row, actor=admin, now=NOW))
    assert caught.facts["rule"] == "ex_grid_village_one_village"


def test_categories_are_two_levels_on_a_platform_in_use(
    by_code: Any, actor: ActorOf, township_id: int
) -> None:
    admin = actor("admin")

    def leaf(**given: Any) -> Category:
        values = {"code": "ZZ0199", "name": "其他治安", "platform": "ZZ", "valid_from": START}
        return Category(township_id=township_id, **(values | given))

    deep = leaf(parent_id=by_code(Category, "ZZ0101").id)
    assert refusal(lambda: organisation.add(deep, actor=admin, now=NOW)).code == "category_too_deep"
    by_code(Platform, "ZZ").valid_to = TODAY
    late = leaf(parent_id=by_code(Category, "ZZ01").id)
    assert refusal(lambda: organisation.add(late, actor=admin, now=NOW)).code == "platform_ended"


def test_phones_are_marked_for_search_and_veiled_in_the_journal(
    db_session: Any, newcomer: Person
) -> None:
    assert newcomer.phone_mark
    assert newcomer.sort_key.startswith("xie4")
    entry = db_session.execute(select(Journal).order_by(Journal.id.desc())).scalars().first()
    assert "13800000001" not in str(entry.data)
