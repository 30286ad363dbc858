"""自检：种好的乡全合；少一样就说出少哪一样."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import delete, insert, select, update

from app.queries.selfcheck import Check, self_check
from models.people import GridMember, Holding, Post
from models.platform import Category, Platform
from models.security import Account, RoleProfile
from models.township import Grid, GridVillage, Village
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("db_session")
YESTERDAY = date(2017, 6, 29)


def checks(township_id: int, today: date = TODAY) -> dict[str, Check]:
    return {check.code: check for check in self_check(township_id, today)}


def holding_of(db_session: Any, post: str) -> Holding:
    return db_session.execute(select(Holding).join(Post).where(Post.code == post)).scalars().first()


def test_a_freshly_seeded_township_has_no_fault(township_id: int) -> None:
    found = checks(township_id)
    assert {code for code, check in found.items() if check.ok is False} == set()
    assert {code for code, check in found.items() if check.ok == "warn"} == {
        "village_duty",
        "posts",
        "backup",
    }
    assert (found["villages"].found, found["grids"].expected) == ("9", "13")
    assert all(check.fix_hint == f"selfcheck.{code}.fix" for code, check in found.items())


def test_vacancies_are_named(township_id: int) -> None:
    found = checks(township_id)
    assert "张山村" not in "".join(found["village_duty"].details)
    assert "东坑村：驻村干部" in found["village_duty"].details
    assert "其他班子成员（缺 2）" in found["posts"].details


def test_a_village_too_few_is_a_fault(db_session: Any, township_id: int) -> None:
    db_session.execute(update(Village).where(Village.code == "V201").values(valid_to=YESTERDAY))
    found = checks(township_id)
    assert (found["villages"].ok, found["villages"].found) == (False, "8")
    assert found["grid_village"].details == ("金村网格",)


def test_a_platform_without_its_leader_is_a_fault(db_session: Any, township_id: int) -> None:
    holding_of(db_session, "P-FGZF").valid_to = YESTERDAY
    found = checks(township_id)["leaders"]
    assert (found.ok, found.found, found.details) == (False, "3", ("综合执法平台：空缺",))


def test_an_acting_leader_is_enough(db_session: Any, township_id: int) -> None:
    holding = holding_of(db_session, "P-FGZF")
    holding.mode = "代行"
    assert checks(township_id)["leaders"].ok is True


def test_a_leader_and_an_acting_one_at_once_is_a_hint(db_session: Any, township_id: int) -> None:
    holding = holding_of(db_session, "P-FGZF")
    other = holding_of(db_session, "P-BZ")
    db_session.add(
        Holding(
            township_id=township_id,
            person_id=other.person_id,
            role_id=holding.role_id,
            post_id=holding.post_id,
            platform="ZF",
            mode="代行",
            valid_from=TODAY,
        )
    )
    db_session.flush()
    assert checks(township_id)["leaders"].ok == "warn"


def test_a_category_on_an_ended_platform_is_a_fault(db_session: Any, township_id: int) -> None:
    db_session.execute(update(Platform).where(Platform.code == "SJ").values(valid_to=YESTERDAY))
    found = checks(township_id)
    assert found["categories"].ok is False
    assert len(found["categories"].details) == 13
    db_session.execute(update(Category).where(Category.platform == "SJ").values(valid_to=YESTERDAY))
    db_session.expire_all()
    assert checks(township_id)["categories"].ok is True


def test_a_grid_without_a_village_or_a_head_is_a_fault(db_session: Any, township_id: int) -> None:
    grid = db_session.execute(select(Grid).where(Grid.code == "G05")).scalar_one()
    db_session.execute(
        update(GridVillage).where(GridVillage.grid_id == grid.id).values(valid_to=YESTERDAY)
    )
    db_session.execute(
        update(GridMember).where(GridMember.grid_id == grid.id).values(is_head=False)
    )
    found = checks(township_id)
    assert found["grid_village"].details == ("桐榔一网格",)
    assert found["grid_head"].details == ("桐榔一网格",)


def test_next_years_calendar_is_asked_for_from_november(township_id: int) -> None:
    assert checks(township_id, date(2026, 10, 31))["calendar"].ok is True
    november = checks(township_id, date(2026, 11, 1))["calendar"]
    assert (november.ok, november.found, november.expected) == ("warn", "2026", "2026、2027")
    assert checks(township_id, date(2031, 3, 1))["calendar"].ok is False


def test_an_empty_role_is_a_fault_only_when_somebody_holds_it(
    db_session: Any, township_id: int
) -> None:
    role = Role(name="Z9")
    db_session.add(role)
    db_session.flush()
    db_session.add(
        RoleProfile(role_id=role.id, code="Z9", name="空角色", scope="masked", sensitive="none")
    )
    db_session.flush()
    assert checks(township_id)["roles"].ok == "warn"
    holding_of(db_session, "P-BZ").role_id = role.id
    assert checks(township_id)["roles"].ok is False


def test_nobody_may_hold_the_frameworks_admin(db_session: Any, township_id: int) -> None:
    role = db_session.execute(select(Role).where(Role.name == "Admin")).scalar()
    if role is None:
        role = Role(name="Admin")
        db_session.add(role)
        db_session.flush()
    user = db_session.execute(select(User.id)).scalars().first()
    row = {"user_id": user, "role_id": role.id}
    db_session.execute(insert(assoc_user_role).values(**row))
    assert checks(township_id)["framework_admin"].ok is False
    db_session.execute(delete(assoc_user_role))
    assert checks(township_id)["framework_admin"].ok is True


def test_a_township_without_an_administrator_is_a_fault(db_session: Any, township_id: int) -> None:
    account = db_session.execute(
        select(Account).join(User, User.id == Account.user_id).where(User.username == "admin")
    ).scalar_one()
    account.user.active = False
    db_session.flush()
    assert checks(township_id)["administrator"].ok is False


def test_an_administrator_with_a_business_role_is_a_fault(
    db_session: Any, township_id: int
) -> None:
    admin = db_session.execute(select(RoleProfile).where(RoleProfile.code == "A")).scalar_one()
    db_session.add(
        Holding(
            township_id=township_id,
            person_id=holding_of(db_session, "P-DZZR").person_id,
            role_id=admin.role_id,
            valid_from=TODAY,
        )
    )
    db_session.flush()
    found = checks(township_id)["separation"]
    assert found.ok is False
    assert "SD4" in found.details[0]
