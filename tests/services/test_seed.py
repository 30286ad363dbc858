"""播种：补缺的，管理员改过的不碰；差别说得出；自检对得上."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.limits import LIMITS
from app.access.load import actor_of_user
from app.access.separation import grant_clash
from app.domain.rule_book import RuleBook
from app.plan.difference import ABSENT, differences
from app.plan.load import load
from app.plan.model import Channel, Plan
from app.plan.seed import seed
from app.plan.seed_roles import planned_grants
from app.services import grants, journal
from app.services.passwords import matches
from models.people import GridMember, Holding, Person, Post
from models.platform import Body, Category
from models.platform import Channel as ChannelRow
from models.rules import RuleSet
from models.security import Account, RoleProfile
from models.township import Grid, GridVillage, Org, Township, Village
from tests.conftest import NOW, PASSWORD, TODAY

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load()


def count(db_session: Any, model: type[Any], *conditions: Any) -> int:
    return db_session.execute(select(func.count()).select_from(model).where(*conditions)).scalar()


def role(db_session: Any, code: str) -> RoleProfile:
    return db_session.execute(select(RoleProfile).where(RoleProfile.code == code)).scalar_one()


def test_the_township_of_the_plan_stands(db_session: Any) -> None:
    assert count(db_session, Village) == 9
    assert count(db_session, Grid) == 13
    assert count(db_session, GridVillage) == 13
    assert count(db_session, Body) == 11
    assert count(db_session, Category, Category.parent_id.is_(None)) == 33
    assert count(db_session, Category, Category.parent_id.is_not(None)) == 56
    assert count(db_session, RoleProfile) == 20
    assert count(db_session, Org, Org.kind == "village_point") == 36


def test_seeding_again_adds_nothing(plan: Plan) -> None:
    report = seed(plan, now=NOW, with_accounts=True, demo_password=PASSWORD)
    assert report.total_added == 0
    assert report.kept["grant"] == len(plan.grants)
    assert differences(plan) == []


def test_paths_follow_the_tree(db_session: Any) -> None:
    rows = {o.code: o for o in db_session.execute(select(Org)).scalars()}
    assert rows["SY"].path == f"{rows['SY'].id}."
    assert rows["MZB"].path == f"{rows['DZB'].path}{rows['MZB'].id}."
    below = select(func.count()).where(Org.path.startswith(rows["BQ"].path))
    assert db_session.execute(below).scalar() == 27 + 9 + 36
    names = [o.name for o in sorted(rows.values(), key=lambda o: o.sort_key)]
    assert names.index("板桥村") < names.index("东坑村") < names.index("张山村")


def test_village_points_have_their_proper_names(db_session: Any) -> None:
    names = set(db_session.execute(select(Org.name).where(Org.code.like("V200-%"))).scalars())
    assert names == {"板桥村村民委员会", "板桥村治保会", "板桥村调委会", "板桥村便民服务中心"}


def test_what_an_administrator_changed_is_kept_and_shown(db_session: Any, plan: Plan) -> None:
    org = db_session.execute(select(Org).where(Org.code == "DZB")).scalar_one()
    grid = db_session.execute(select(Grid).where(Grid.code == "G03")).scalar_one()
    org.name, grid.valid_to = "党政办公室", date(2018, 1, 1)
    db_session.flush()
    assert seed(plan, now=NOW).total_added == 0
    found = {(d.kind, d.code, d.field): (d.planned, d.actual) for d in differences(plan)}
    assert found == {
        ("org", "DZB", "name"): ("党政综合办公室", "党政办公室"),
        ("grid", "G03", "valid_to"): (ABSENT, "2018-01-01"),
    }


def test_a_revoked_grant_is_not_given_back(db_session: Any, plan: Plan) -> None:
    clerk = role(db_session, "B")
    pair = grants.pair_id("case", "dispatch")
    assert pair is not None
    grants.erase(clerk.role_id, pair, "case", "dispatch")
    assert seed(plan, now=NOW).total_added == 0
    assert not grants.is_granted(clerk.role_id, pair)
    assert [(d.code, d.planned, d.actual) for d in differences(plan)] == [
        ("B/case.dispatch", "ALL", ABSENT)
    ]


def test_a_changed_limit_is_kept(db_session: Any, plan: Plan) -> None:
    row = role(db_session, "F1")
    pair = grants.pair_id("case", "sign_in", create=True)
    grants.write(row.role_id, pair, "case", "sign_in", (("ALL",),))
    assert seed(plan, now=NOW).total_added == 0
    assert grants.limits_of(row.role_id, "case", "sign_in") == (("ALL",),)
    assert [(d.code, d.planned, d.actual) for d in differences(plan)] == [
        ("F1/case.sign_in", "OWN_PLATFORM", "ALL")
    ]


def test_a_grant_revoked_in_one_township_stays_revoked_when_another_is_seeded(
    db_session: Any, plan: Plan
) -> None:
    clerk = role(db_session, "B")
    pair = grants.pair_id("case", "dispatch")
    assert pair is not None
    grants.erase(clerk.role_id, pair, "case", "dispatch")
    report = seed(elsewhere(plan), now=NOW)
    assert report.added["village"] == 9
    assert "grant" not in report.added
    assert not grants.is_granted(clerk.role_id, pair)
    assert count(db_session, Township) == 2
    assert count(db_session, Org) == 2 * 89


def elsewhere(plan: Plan) -> Plan:
    """同一份计划，换一个乡名."""

    def renamed(code: str | None) -> str | None:
        return "XX" if code == "BQ" else code

    orgs = tuple(
        replace(o, code=renamed(o.code) or "", parent=renamed(o.parent)) for o in plan.orgs
    )
    return replace(plan, township=replace(plan.township, code="XX", zh="别的乡"), orgs=orgs)


def test_what_the_plan_gains_is_added(db_session: Any, plan: Plan) -> None:
    more = Channel(code="RADIO", zh="广播", clause="S3.2.3-01", fields=())
    report = seed(replace(plan, channels=(*plan.channels, more)), now=NOW)
    assert report.added == {"channel": 1}
    assert count(db_session, ChannelRow, ChannelRow.code == "RADIO") == 1


def test_what_is_already_there_by_hand_is_left_alone(
    db_session: Any, plan: Plan, township_id: int
) -> None:
    db_session.add(ChannelRow(township_id=township_id, code="RADIO", name="村广播"))
    db_session.flush()
    more = Channel(code="RADIO", zh="广播", clause="S3.2.3-01", fields=())
    report = seed(replace(plan, channels=(*plan.channels, more)), now=NOW)
    assert report.total_added == 0
    names = select(ChannelRow.name).where(ChannelRow.code == "RADIO")
    assert db_session.execute(names).scalars().all() == ["村广播"]


def test_deadline_rules_read_as_a_rule_book(db_session: Any) -> None:
    body = db_session.execute(select(RuleSet.body).where(RuleSet.kind == "sla")).scalar_one()
    book = RuleBook.from_mapping(body)
    rule = book.rule_for("handle", "一般", "EVENT")
    assert rule is not None
    assert (rule.yellow.amount, rule.version) == (5, "SLA-2017-1")
    assert book.clock("county_follow").remind_wd == (3, 7, 15)


def test_every_planned_grant_respects_separation_of_duties(plan: Plan) -> None:
    scopes = {r.code: r.scope for r in plan.roles}
    broken = [
        code
        for code, g in planned_grants(plan)
        if grant_clash(scopes[g.role], g.module, g.action) is not None
    ]
    assert broken == []


def test_every_planned_limit_has_its_predicate(plan: Plan) -> None:
    used = {code for g in plan.grants for group in g.alternatives for code in group}
    assert used <= set(LIMITS)


def test_demo_accounts_can_sign_in_and_act(db_session: Any) -> None:
    assert count(db_session, Account) == 70
    account = db_session.execute(
        select(Account).join(Person).where(Person.name == "盘青梧")
    ).scalar_one()
    assert account.is_demo
    assert not account.must_change_password
    assert matches(account.user.password, PASSWORD)
    found: Actor = actor_of_user(account.user_id, TODAY)
    assert found.roles == {"F2", "E"}
    assert actor_of_user(account.user_id, date(2017, 5, 31)).roles == {"F2"}


def test_every_grid_has_one_head_and_two_members(db_session: Any) -> None:
    assert count(db_session, GridMember) == 26
    heads = select(GridMember.grid_id).where(GridMember.is_head)
    assert len(set(db_session.execute(heads).scalars())) == 13


def test_the_framework_tables_are_no_source_of_roles(db_session: Any) -> None:
    names = set(db_session.execute(select(Role.name)).scalars())
    assert {"A", "B", "C1", "M"} <= names
    account = db_session.execute(select(Account)).scalars().first()
    assert account.user.roles == []


def test_holdings_sit_on_their_posts(db_session: Any) -> None:
    leader = db_session.execute(
        select(Holding).join(Post).where(Post.code == "P-ZFSJ", Holding.valid_to.is_(None))
    ).scalar_one()
    assert (leader.platform, leader.mode, str(leader.person)) == ("ZZ", "在任", "雷砚秋")


def test_seeding_is_journalled_once(township_id: int) -> None:
    report = journal.verify(township_id)
    assert report.is_whole
    assert report.entries >= 1


def test_accounts_need_a_password(plan: Plan) -> None:
    with pytest.raises(ValueError, match="口令"):
        seed(plan, now=NOW, with_accounts=True)


def test_a_township_not_yet_seeded_differs_whole(plan: Plan) -> None:
    found = differences(elsewhere(plan))
    assert [(d.kind, d.code, d.actual) for d in found] == [("township", "XX", ABSENT)]
