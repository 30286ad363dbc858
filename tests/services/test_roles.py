"""角色与授权：改了下一次就生效，再播种也保得住；限定、职责分离、最后一名管理员."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.access.actor import Actor
from app.access.separation import RoleKind, clash, clashes, grant_clash
from app.domain.errors import Refused
from app.plan.load import load
from app.plan.seed import seed
from app.services import grants, journal, roles
from models.attachment import Notification
from models.journal import Journal
from models.people import Holding, Person
from models.security import RoleProfile
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("db_session")
ActorOf = Callable[..., Actor]
RoleOf = Callable[[str], RoleProfile]


@pytest.fixture
def role(db_session: Any) -> RoleOf:
    """按代码取角色."""

    def find(code: str) -> RoleProfile:
        return db_session.execute(select(RoleProfile).where(RoleProfile.code == code)).scalar_one()

    return find


def refusal(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def test_a_grant_works_at_the_next_load(role: RoleOf, actor: ActorOf) -> None:
    assert not actor("viewer").has_verb("resource", "book")
    roles.grant(role("L"), "resource", "book", [["ALL"]], actor=actor("admin"), now=NOW)
    assert actor("viewer").has_verb("resource", "book")


def test_a_revocation_works_at_the_next_load_and_outlives_set_up(
    role: RoleOf, actor: ActorOf
) -> None:
    assert actor("clerk").has_verb("case", "dispatch")
    roles.revoke(role("B"), "case", "dispatch", actor=actor("admin"), now=NOW)
    assert not actor("clerk").has_verb("case", "dispatch")
    seed(load(), now=NOW)
    assert not actor("clerk").has_verb("case", "dispatch")


def test_limits_are_replaced_whole(role: RoleOf, actor: ActorOf) -> None:
    wanted = [["OWN_PLATFORM", "EXT_LE5"], ["SELF"]]
    roles.grant(role("G1"), "case", "approve_extension", wanted, actor=actor("admin"), now=NOW)
    found = actor("zongzhi_lead").grants["G1"][("case", "approve_extension")]
    assert set(found) == {("EXT_LE5", "OWN_PLATFORM"), ("SELF",)}


@pytest.mark.parametrize(
    ("alternatives", "code"),
    [
        ([], "limits_needed"),
        ([[]], "limits_needed"),
        ([["ANYTHING"]], "unknown_limit"),
        ([["ALL", "SELF"]], "all_stands_alone"),
        ([["ALL"], ["SELF"]], "all_stands_alone"),
    ],
)
def test_limits_come_from_the_closed_list(
    role: RoleOf, actor: ActorOf, alternatives: list[list[str]], code: str
) -> None:
    admin, viewer = actor("admin"), role("L")
    caught = refusal(
        lambda: roles.grant(viewer, "resource", "book", alternatives, actor=admin, now=NOW)
    )
    assert caught.code == code


def test_an_action_that_does_not_exist_cannot_be_granted(role: RoleOf, actor: ActorOf) -> None:
    admin, viewer = actor("admin"), role("L")
    caught = refusal(lambda: roles.grant(viewer, "case", "erase", [["ALL"]], actor=admin, now=NOW))
    assert caught.code == "no_permission"


def test_only_an_administrator_touches_roles(role: RoleOf, actor: ActorOf) -> None:
    viewer = role("L")
    for login in ("clerk", "mayor", "secretary", "jiwei", "zongzhi_lead"):
        who = actor(login)
        for deed in (
            lambda who=who: roles.grant(viewer, "case", "draft", [["ALL"]], actor=who, now=NOW),
            lambda who=who: roles.revoke(viewer, "stats", "view", actor=who, now=NOW),
            lambda who=who: roles.copy_role(viewer, code="L2", name="又一", actor=who, now=NOW),
        ):
            assert refusal(deed).code == "not_granted"


def test_the_administrator_gets_no_business_verbs(role: RoleOf, actor: ActorOf) -> None:
    admin, own = actor("admin"), role("A")
    for module, action in (
        ("case", "dispatch"),
        ("meeting", "sign_minutes"),
        ("config", "approve"),
    ):
        caught = refusal(
            lambda m=module, a=action: roles.grant(own, m, a, [["ALL"]], actor=admin, now=NOW)
        )
        assert (caught.code, caught.facts["rule"]) == ("separation_grant", "SD4")


def test_managing_rights_goes_with_no_business_role(role: RoleOf, actor: ActorOf) -> None:
    admin = actor("admin")
    for code in ("B", "C1", "K"):
        caught = refusal(
            lambda c=code: roles.grant(role(c), "config", "role", [["ALL"]], actor=admin, now=NOW)
        )
        assert caught.facts["rule"] == "SD4"


def test_the_inspector_changes_no_case(role: RoleOf, actor: ActorOf) -> None:
    admin, inspector = actor("admin"), role("K")
    caught = refusal(
        lambda: roles.grant(inspector, "case", "correct", [["ALL"]], actor=admin, now=NOW)
    )
    assert caught.facts["rule"] == "SD5"


def test_the_last_administrator_keeps_the_right_to_change_rights(
    role: RoleOf, actor: ActorOf
) -> None:
    admin, own = actor("admin"), role("A")
    caught = refusal(lambda: roles.revoke(own, "config", "role", actor=admin, now=NOW))
    assert caught.code == "last_administrator"
    assert actor("admin").has_verb("config", "role")


def test_another_administrator_makes_it_possible(
    db_session: Any, role: RoleOf, actor: ActorOf
) -> None:
    admin = actor("admin")
    copy = roles.copy_role(role("A"), code="A2", name="副管理员", actor=admin, now=NOW)
    person = db_session.execute(select(Person).where(Person.name == "蓝观澜")).scalar_one()
    held = db_session.execute(select(Holding).where(Holding.person_id == person.id)).scalar_one()
    held.role_id = copy.role_id
    db_session.flush()
    roles.revoke(role("A"), "config", "role", actor=admin, now=NOW)
    assert not actor("admin").has_verb("config", "role")
    assert actor("viewer").has_verb("config", "role")


def test_a_copy_has_the_same_grants_and_limits(role: RoleOf, actor: ActorOf) -> None:
    source = role("F2")
    copy = roles.copy_role(source, code="F2B", name="市监副操作员", actor=actor("admin"), now=NOW)
    assert (copy.scope, copy.platform, copy.sensitive) == ("platform", "SJ", "none")
    assert grants.cells_of(copy.role_id) == grants.cells_of(source.role_id)
    roles.revoke(copy, "case", "finish", actor=actor("admin"), now=NOW)
    assert ("case", "finish") in grants.cells_of(source.role_id)


def test_a_new_role_starts_empty(role: RoleOf, actor: ActorOf) -> None:
    made = roles.create_role(
        code="N1",
        name="值班员",
        scope="township",
        sensitive="none",
        actor=actor("admin"),
        now=NOW,
    )
    assert grants.cells_of(made.role_id) == {}
    assert made.role.name == "N1"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "n1"}, "role_code"),
        ({"code": "B"}, "role_taken"),
        ({"name": "只读查询"}, "role_name"),
        ({"name": "  "}, "role_name"),
        ({"scope": "world"}, "role_scope"),
        ({"sensitive": "some"}, "role_scope"),
    ],
)
def test_a_new_role_must_make_sense(actor: ActorOf, given: dict[str, str], code: str) -> None:
    wanted = {"code": "N1", "name": "值班员", "scope": "township", "sensitive": "none"} | given
    admin = actor("admin")
    caught = refusal(lambda: roles.create_role(**wanted, actor=admin, now=NOW))
    assert caught.code == code


def test_renaming_keeps_the_code(role: RoleOf, actor: ActorOf) -> None:
    viewer = role("L")
    roles.rename_role(viewer, name="只读员", note=None, actor=actor("admin"), now=NOW)
    assert (viewer.code, viewer.name, viewer.role.name) == ("L", "只读员", "L")


def test_every_change_is_journalled_and_told_to_the_inspectors(
    db_session: Any, role: RoleOf, actor: ActorOf, township_id: int
) -> None:
    admin, viewer = actor("admin"), role("L")
    roles.grant(viewer, "resource", "book", [["ALL"]], actor=admin, now=NOW)
    roles.grant(viewer, "resource", "book", [["ALL"]], actor=admin, now=NOW)
    roles.revoke(viewer, "resource", "book", actor=admin, now=NOW)
    entries = db_session.execute(
        select(Journal).where(Journal.subject_kind == "role").order_by(Journal.id)
    ).scalars()
    assert [(e.data["deed"], e.data["changes"], e.actor_name) for e in entries] == [
        ("grant", {"resource.book": [None, ["ALL"]]}, "蓝青禾"),
        ("revoke", {"resource.book": [["ALL"], None]}, "蓝青禾"),
    ]
    told = db_session.execute(
        select(Person.name)
        .join(Notification, Notification.person_id == Person.id)
        .where(Notification.kind == "config.role")
    ).scalars()
    assert sorted(told) == sorted(["雷正言", "钟晓岑"] * 2)
    assert journal.verify(township_id).is_whole


def test_separation_of_duties_by_code_and_by_scope() -> None:
    admin, clerk = RoleKind("A", "config"), RoleKind("B", "township")
    inspector, secretary = RoleKind("K", "township_readonly"), RoleKind("D", "township")
    own, police = RoleKind("N1", "township"), RoleKind("M", "org")
    assert clash(admin, clerk) == clash(clerk, admin) == "SD4"
    assert clash(admin, inspector) == "SD4"
    assert clash(admin, RoleKind("A2", "config")) is None
    assert clash(inspector, clerk) == clash(own, inspector) == "SD5"
    assert clash(inspector, secretary) is clash(police, inspector) is None
    assert clashes([admin, clerk, inspector]) == [
        ("SD4", "A", "B"),
        ("SD4", "A", "K"),
        ("SD5", "B", "K"),
    ]
    assert grant_clash("config", "config", "org") is None
    assert grant_clash("township_readonly", "case", "read") is None
