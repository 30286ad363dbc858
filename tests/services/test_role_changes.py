"""授权的一批改动：一起存成一版；别人先改了的、犯职责分离的整批作废；提醒凑到一只手里的."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from app.access.actor import Actor
from app.access.matrix import Change
from app.domain.errors import Refused
from app.services import grants, journal, role_changes, roles
from models.attachment import Notification
from models.journal import Journal
from models.security import RoleProfile
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("db_session")
ActorOf = Callable[..., Actor]
ALL = (("ALL",),)
REASON = "岗位调整，见会议纪要"


@pytest.fixture
def change(db_session: Any) -> Callable[..., Change]:
    """一格的改动：原来的照库里的填."""

    def make(code: str, cell: str, later: Any, before: Any = ...) -> Change:
        statement = select(RoleProfile.role_id).where(RoleProfile.code == code)
        role = db_session.execute(statement).scalar_one()
        module, action = cell.split(".")
        held = grants.limits_of(role, module, action) or None
        return Change(role, module, action, held if before is ... else before, later)

    return make


def refused(changes: list[Change], who: Actor, reason: str = REASON) -> Refused:
    with pytest.raises(Refused) as caught:
        role_changes.apply(changes, reason=reason, actor=who, now=NOW)
    return caught.value


def entries(db_session: Any) -> list[Journal]:
    found = select(Journal).where(Journal.subject_kind == "grants")
    return list(db_session.execute(found).scalars())


def test_a_batch_over_several_roles_is_one_version_and_works_at_once(
    db_session: Any, change: Any, actor: ActorOf, township_id: int
) -> None:
    batch = [
        change("L", "resource.book", ALL),
        change("B", "case.dispatch", None),
        change("B", "case.verify", (("OWN_ENTRY", "SERVICE_ONLY"), ("WITH_REF",))),
    ]
    admin = actor("admin")
    assert role_changes.apply(batch, reason=REASON, actor=admin, now=NOW) == 3
    assert actor("viewer").has_verb("resource", "book")
    assert not actor("clerk").has_verb("case", "dispatch")
    assert len(actor("clerk").grants["B"]["case", "verify"]) == 2
    (entry,) = entries(db_session)
    assert (entry.opinion, entry.actor_name) == (REASON, "蓝青禾")
    assert entry.data["version"] == entry.subject_id
    assert entry.data["grants"]["L"] == {"resource.book": [None, ["ALL"]]}
    assert entry.data["grants"]["B"]["case.dispatch"] == [["ALL"], None]
    assert set(entry.data["grants"]) == {"B", "L"}
    assert journal.verify(township_id).is_whole
    told = select(Notification).where(Notification.kind == "config.role")
    assert len(list(db_session.execute(told).scalars())) == 2


def test_a_cell_changed_meanwhile_stops_the_whole_batch(
    db_session: Any, change: Any, actor: ActorOf
) -> None:
    admin = actor("admin")
    batch = [change("L", "resource.book", ALL), change("B", "case.dispatch", None)]
    role = db_session.get_one(RoleProfile, batch[1].role_id)
    roles.grant(role, "case", "dispatch", [["SERVICE_ONLY"]], actor=admin, now=NOW)
    assert [c.name for c in role_changes.review(batch, actor=admin, now=NOW).stale] == [
        "case.dispatch"
    ]
    assert refused(batch, admin).code == "grants_changed"
    assert not actor("viewer").has_verb("resource", "book")
    assert entries(db_session) == []


def test_another_cell_changed_meanwhile_does_no_harm(
    db_session: Any, change: Any, actor: ActorOf
) -> None:
    admin = actor("admin")
    batch = [change("B", "case.dispatch", None)]
    role = db_session.get_one(RoleProfile, batch[0].role_id)
    roles.revoke(role, "case", "archive", actor=admin, now=NOW)
    assert role_changes.apply(batch, reason=REASON, actor=admin, now=NOW) == 1


def test_what_breaks_the_separation_of_duties_is_shown_and_never_saved(
    db_session: Any, change: Any, actor: ActorOf
) -> None:
    admin = actor("admin")
    batch = [change("L", "resource.book", ALL), change("K", "case.correct", ALL)]
    found = role_changes.review(batch, actor=admin, now=NOW)
    assert [(one.rule, one.change.name) for one in found.broken] == [("SD5", "case.correct")]
    assert refused(batch, admin).code == "separation_grant"
    assert not actor("viewer").has_verb("resource", "book")


def test_steps_that_come_into_one_role_or_one_person_are_warned_about(
    change: Any, actor: ActorOf
) -> None:
    admin = actor("admin")
    one = [change("C1", "reward.calculate", ALL)]
    (hand,) = role_changes.review(one, actor=admin, now=NOW).hands
    assert (hand.is_person, hand.overlap.rule) == (False, "SD7")
    assert hand.overlap.actions == ("reward.calculate", "reward.approve")
    # 蓝映溪同时是便民平台组长（审核奖励）与分管领导：只在他一个人手里凑齐
    other = [change("E", "reward.calculate", ALL)]
    found = role_changes.review(other, actor=admin, now=NOW).hands
    assert found
    assert {hand.overlap.rule for hand in found} == {"SD7"}
    assert all(hand.is_person for hand in found)
    assert "蓝映溪" in {hand.who for hand in found}
    assert role_changes.apply(one, reason=REASON, actor=admin, now=NOW) == 1


@pytest.mark.parametrize(
    ("cell", "later", "reason", "code"),
    [
        ("resource.book", ALL, "短", "reason_short"),
        ("resource.book", None, REASON, "nothing_changed"),
        ("resource.book", (("ANYTHING",),), REASON, "unknown_limit"),
        ("resource.book", (("ALL",), ("SELF",)), REASON, "all_stands_alone"),
        ("case.erase", ALL, REASON, "no_permission"),
    ],
)
def test_a_batch_must_make_sense(
    change: Any, actor: ActorOf, cell: str, later: Any, reason: str, code: str
) -> None:
    assert refused([change("L", cell, later)], actor("admin"), reason).code == code


def test_the_last_administrator_is_kept_and_others_may_not(
    db_session: Any, change: Any, actor: ActorOf
) -> None:
    own = [change("A", "config.role", None)]
    assert refused(own, actor("admin")).code == "last_administrator"
    for login in ("clerk", "mayor", "jiwei"):
        assert refused([change("L", "resource.book", ALL)], actor(login)).code == "not_granted"
    left = "SELECT count(*) FROM role_limit WHERE permission = 'can_role'"
    assert db_session.execute(text(left)).scalar() == 1


def test_of_one_cell_given_twice_the_last_counts(change: Any, actor: ActorOf) -> None:
    batch = [change("L", "resource.book", (("SELF",),)), change("L", "resource.book", ALL)]
    assert role_changes.apply(batch, reason=REASON, actor=actor("admin"), now=NOW) == 1
    assert actor("viewer").grants["L"]["resource", "book"] == ALL
