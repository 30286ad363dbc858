"""开机自检：乡里应有的是否都有，一项一行，不符的写明差在哪、去哪里改."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from flask_appbuilder.security.sqla.models import Role, assoc_permissionview_role, assoc_user_role
from sqlalchemy import func, select

from app.access.separation import RoleKind, clashes
from app.db import session
from app.domain.working_time import SHANGHAI
from app.queries import backups
from app.queries import selfcheck_terms as terms
from app.queries.administrators import administrators
from app.queries.calendar_gaps import missing_years, wanted_years
from app.queries.selfcheck_terms import Ground
from models.people import Holding, Person, Post
from models.platform import Body, Category, Platform
from models.rules import RuleSet
from models.security import RoleProfile
from models.township import Grid, Township, Village

Verdict = bool | Literal["warn"]
FAB_ADMIN = "Admin"
BACKUP_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Check:
    """一项自检（check）：``ok`` 为真即合，``warn`` 为提示（不算错），假为不合.

    ``found``、``expected`` 是给人看的数或名单，``details`` 是全部不合的，``fix_hint`` 是“怎么改”
    的词条键，``fix_endpoint`` 是去改的画面。
    """

    code: str
    ok: Verdict
    found: str
    expected: str
    fix_endpoint: str
    details: tuple[str, ...] = field(default=())

    @property
    def fix_hint(self) -> str:
        """“怎么改”的词条键."""
        return f"selfcheck.{self.code}.fix"


def self_check(township_id: int, today: date) -> list[Check]:
    """自检（self-check）：个数、组长在任、类目去处、网格、联村驻村、职务空缺、日历、角色与分离.

    应有个数取乡的设定（方案：9 村 13 网格 4 平台 11 机构）；不符只提示，不阻断使用。
    """
    ground = Ground(township_id, today)
    return [
        *_counts(ground),
        _leaders(ground),
        _categories(ground),
        _grid_places(ground),
        _grid_heads(ground),
        _village_duty(ground),
        _posts(ground),
        *_calendars(ground.township_id, today),
        _deadline_rules(ground),
        _roles_granted(ground),
        _administrator(ground),
        _framework_admin(),
        _separation(ground),
        _backup(today),
    ]


def _verdict(
    code: str, faults: list[str], endpoint: str, *, of: int, bad: Verdict = False
) -> Check:
    """一共 ``of`` 项，有一项不合就不合；``found`` 是合的项数."""
    ok = True if not faults else bad
    return Check(code, ok, str(of - len(faults)), str(of), endpoint, tuple(faults))


def _counts(ground: Ground) -> list[Check]:
    town = session.get_one(Township, ground.township_id)
    expected: dict[str, int] = town.settings.get("expected", {})
    tables: tuple[tuple[str, type[Any], str], ...] = (
        ("villages", Village, "VillageView"),
        ("grids", Grid, "GridView"),
        ("platforms", Platform, "PlatformView"),
        ("bodies", Body, "BodyView"),
    )
    checks = []
    for code, model, view in tables:
        found = len(ground.rows(model))
        wanted = expected.get(code, found)
        checks.append(Check(code, found == wanted, str(found), str(wanted), f"{view}.list"))
    return checks


def _leaders(ground: Ground) -> Check:
    """每个平台协调组恰有一名组长在任或代行."""
    leaders = terms.group_leaders(ground.township_id, ground.day)
    platforms = ground.rows(Platform)
    named = [(p.name, leaders.get(p.code, [])) for p in platforms]
    faults = [f"{name}：{'、'.join(who) or '空缺'}" for name, who in named if len(who) != 1]
    # 在任、代行同时有人的只提示，空缺才是错
    bad: Verdict = "warn" if all(who for _, who in named) else False
    return _verdict("leaders", faults, "HoldingView.list", of=len(platforms), bad=bad)


def _categories(ground: Ground) -> Check:
    """每个启用的小类都有启用的平台."""
    live = {p.code for p in ground.rows(Platform)}
    rows = ground.rows(Category)
    leaves = [row for row in rows if row.parent_id is not None]
    faults = [str(row) for row in leaves if row.platform not in live]
    return _verdict("categories", faults, "CategoryView.list", of=len(leaves))


def _grid_places(ground: Ground) -> Check:
    placed = terms.placed_grids(ground)
    grids = ground.rows(Grid)
    faults = [g.name for g in grids if g.id not in placed]
    return _verdict("grid_village", faults, "GridView.list", of=len(grids))


def _grid_heads(ground: Ground) -> Check:
    headed = terms.headed_grids(ground)
    grids = ground.rows(Grid)
    faults = [g.name for g in grids if g.id not in headed]
    return _verdict("grid_head", faults, "GridMemberView.list", of=len(grids))


def _village_duty(ground: Ground) -> Check:
    """每村都有联村领导与驻村干部；空缺只提示."""
    faults = terms.village_vacancies(ground)
    villages = len(ground.rows(Village))
    return _verdict("village_duty", faults, "HoldingView.list", of=villages, bad="warn")


def _posts(ground: Ground) -> Check:
    faults = terms.vacancies(ground)
    posts = len(ground.rows(Post))
    return _verdict("posts", faults, "HoldingView.list", of=posts, bad="warn")


def _calendars(township_id: int, today: date) -> list[Check]:
    """今年有调休数据；11 月起看明年."""
    years = wanted_years(today)
    missing = missing_years(township_id, today)
    found = [year for year in years if year not in missing]
    shown, wanted = ("、".join(map(str, ys)) or "0" for ys in (found, years))
    ok: Verdict = (today.year in found and not missing) or (
        "warn" if today.year in found else False
    )
    return [Check("calendar", ok, shown, wanted, "CalendarYearView.list")]


def _deadline_rules(ground: Ground) -> Check:
    statement = select(func.count()).where(
        RuleSet.township_id == ground.township_id,
        RuleSet.kind == "sla",
        RuleSet.valid_from <= ground.day,
    )
    found = session.execute(statement).scalar_one()
    return Check("deadline_rules", found > 0, str(found), "≥1", "RuleSetView.list")


def _roles_granted(ground: Ground) -> Check:
    """每个角色都有授权；没有人担任的空角色只提示."""
    granted = set(session.execute(select(assoc_permissionview_role.c.role_id).distinct()).scalars())
    roles = session.execute(select(RoleProfile).order_by(RoleProfile.sort_no)).scalars().all()
    empty = [row for row in roles if row.role_id not in granted]
    held = {h.role_id for h in ground.rows(Holding)}
    bad: Verdict = False if any(row.role_id in held for row in empty) else "warn"
    faults = [row.name for row in empty]
    return _verdict("roles", faults, "RoleView.list", of=len(roles), bad=bad)


def _administrator(ground: Ground) -> Check:
    here = ground.township_id
    found = len(administrators(ground.day, here).get(here, ()))
    return Check("administrator", found > 0, str(found), "≥1", "AccountView.list")


def _framework_admin() -> Check:
    """框架自带的 Admin 有全部权限，谁也不得持有."""
    role = select(Role.id).where(Role.name == FAB_ADMIN)
    users = select(func.count()).where(assoc_user_role.c.role_id.in_(role))
    holders = select(func.count()).where(Holding.role_id.in_(role))
    found = session.execute(users).scalar_one() + session.execute(holders).scalar_one()
    return Check("framework_admin", found == 0, str(found), "0", "RoleView.list")


def _separation(ground: Ground) -> Check:
    """今日没有人身上的角色犯 SD4、SD5."""
    rows = session.execute(
        select(Person.id, Person.name, RoleProfile.code, RoleProfile.scope)
        .join(Holding, Holding.person_id == Person.id)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .where(Holding.township_id == ground.township_id, terms.holds_on(ground.day))
        .order_by(Person.id)
    ).all()
    roles: dict[tuple[int, str], set[RoleKind]] = {}
    for person_id, name, code, scope in rows:
        roles.setdefault((person_id, name), set()).add(RoleKind(code, scope))
    faults = [
        f"{name}：{one}、{other}（{rule}）"
        for (_, name), kinds in roles.items()
        for rule, one, other in clashes(kinds)
    ]
    return _verdict("separation", faults, "HoldingView.list", of=len(roles))


def _backup(today: date) -> Check:
    """最近一次备份：一次也没有的只提示；最近一次没做成、两天没做成的是错."""
    good, last = backups.latest(ok=True), backups.latest()
    found = f"{good.finished_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if good else "没有"
    failed = last is not None and not last.is_ok
    stale = good is not None and today - good.day > BACKUP_DAYS
    ok: Verdict = False if failed or stale else True if good else "warn"
    none = None if last else "还没有备份过"
    details = [one for one in (none, last and last.error, good and good.note) if one]
    return Check("backup", ok, found, "每日", "", tuple(details))
