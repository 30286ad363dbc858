"""账号与角色：清单里的名字、一个角色的全部授权、全部角色的一个模块、有效权限."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor, Alternatives, HoldingView
from app.access.load import actor_of_person
from app.access.matrix import tidy
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from app.queries.config_choices import in_force
from app.queries.config_holders import EAGER, place_names
from models.journal import Journal
from models.people import Holding, Person
from models.security import Account, RoleLimit, RoleProfile

_GRANTED = assoc_permissionview_role.c
Cell = tuple[str, str]
SKIPPED = ("menu_access",)
BATCH = "grants"
"""日志里一批授权改动的对象种类；编号是配置版本。"""
_FIRST, _LAST = ("case", "meeting", "resolution", "body"), ("config", "user", "audit")


def _rank(module: str) -> int:
    if module in _FIRST:
        return _FIRST.index(module) - len(_FIRST)
    return 1 + _LAST.index(module) if module in _LAST else 0


@dataclass(frozen=True, slots=True)
class Right:
    """一项有效权限：模块、动作、由哪条任职给、限定."""

    module: str
    action: str
    holding: HoldingView
    limits: Alternatives


def roles_in_force(codes: Iterable[str]) -> list[Role]:
    """角色代码 → 框架的角色行."""
    statement = (
        select(Role)
        .join(RoleProfile, RoleProfile.role_id == Role.id)
        .where(RoleProfile.code.in_(codes))
    )
    return list(session.execute(statement).scalars())


def holder_counts(actor: Actor, day: date) -> Mapping[int, int]:
    """各角色今天有几人持有."""
    statement = (
        select(Holding.role_id, func.count(func.distinct(Holding.person_id)))
        .where(condition_for(Holding, actor), Holding.valid_from <= day, in_force(Holding, day))
        .group_by(Holding.role_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def holders_of_role(role_id: int, actor: Actor, day: date) -> Sequence[Holding]:
    """一个角色今天由谁持有."""
    statement = (
        select(Holding)
        .options(joinedload(Holding.person), joinedload(Holding.post))
        .where(
            condition_for(Holding, actor),
            Holding.role_id == role_id,
            Holding.valid_from <= day,
            in_force(Holding, day),
        )
        .order_by(Holding.id)
    )
    return session.execute(statement).scalars().all()


def actions() -> dict[str, list[str]]:
    """系统里有的全部动作：模块 → 动作；框架自带的菜单权限不算."""
    statement = (
        select(ViewMenu.name, Permission.name)
        .select_from(PermissionView)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .order_by(PermissionView.id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for module, name in session.execute(statement):
        if name.startswith("can_") and name not in SKIPPED and module.islower():
            found[module].append(name.removeprefix("can_"))
    return {module: found[module] for module in sorted(found, key=_rank)}


def cells_by_role() -> Mapping[int, Mapping[Cell, Alternatives]]:
    """全部授权：角色 → （模块，动作）→ 限定；一条语句."""
    statement = (
        select(
            _GRANTED.role_id, ViewMenu.name, Permission.name, RoleLimit.alt, RoleLimit.limit_code
        )
        .select_from(assoc_permissionview_role)
        .join(PermissionView, PermissionView.id == _GRANTED.permission_view_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .outerjoin(
            RoleLimit,
            and_(
                RoleLimit.role_id == _GRANTED.role_id,
                RoleLimit.view_menu == ViewMenu.name,
                RoleLimit.permission == Permission.name,
            ),
        )
        .order_by(RoleLimit.alt, RoleLimit.limit_code)
    )
    grouped: dict[int, dict[Cell, dict[int, list[str]]]] = defaultdict(dict)
    for role, module, name, alt, code in session.execute(statement):
        cell = grouped[role].setdefault((module, name.removeprefix("can_")), {})
        if code is not None:
            cell.setdefault(alt, []).append(code)
    return {
        role: {cell: tidy(alts.values()) for cell, alts in row.items()}
        for role, row in grouped.items()
    }


def holders_today(actor: Actor, day: date) -> Mapping[int, Sequence[Holding]]:
    """各角色今天由谁持有，凭哪条任职；一条语句."""
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(condition_for(Holding, actor), Holding.valid_from <= day, in_force(Holding, day))
        .order_by(Holding.role_id, Holding.id)
    )
    found: dict[int, list[Holding]] = defaultdict(list)
    for holding in session.execute(statement).scalars():
        found[holding.role_id].append(holding)
    return found


def roles_of_people(roles: Iterable[int], actor: Actor, day: date) -> list[tuple[str, set[int]]]:
    """今天持有其中任一角色的人：姓名与他的全部角色；一条语句."""
    rows = session.execute(
        select(Person.id, Person.name, Holding.role_id)
        .join(Holding, Holding.person_id == Person.id)
        .where(condition_for(Holding, actor), Holding.valid_from <= day, in_force(Holding, day))
        .order_by(Person.sort_key, Person.id)
    ).all()
    found: dict[int, tuple[str, set[int]]] = {}
    for person, name, role in rows:
        found.setdefault(person, (name, set()))[1].add(role)
    wanted = set(roles)
    return [(name, held) for name, held in found.values() if held & wanted]


def profiles(actor: Actor) -> Sequence[RoleProfile]:
    """全部角色，按次序."""
    statement = (
        select(RoleProfile)
        .where(condition_for(RoleProfile, actor))
        .order_by(RoleProfile.sort_no, RoleProfile.code)
    )
    return session.execute(statement).scalars().all()


def rights_of(person_id: int, day: date) -> list[Right]:
    """一个人今天的有效权限，逐条任职列出（这个人能做什么、凭什么）."""
    try:
        actor = actor_of_person(person_id, day)
    except Refused:
        return []
    return [
        Right(module, action, holding, limits)
        for holding in actor.current
        for (module, action), limits in sorted(actor.grants.get(holding.role, {}).items())
        if limits
    ]


def place_names_of(held: Iterable[HoldingView], actor: Actor) -> dict[int, str]:
    """各条任职的地的名称：任职编号 → 名称；不限地的没有."""
    names = place_names(actor)
    statement = (
        select(Holding)
        .options(*EAGER)
        .where(condition_for(Holding, actor), Holding.id.in_([h.id for h in held]))
    )
    found: dict[int, str] = {}
    for row in session.execute(statement).scalars():
        part = row.org or row.grid or row.village
        known = names.get(row.platform or f"body:{row.body_id}", "")
        found[row.id] = part.name if part is not None else known
    return found


def account_of(user_id: int, actor: Actor) -> Account | None:
    """范围内的一个账号."""
    statement = (
        select(Account)
        .options(joinedload(Account.user), joinedload(Account.person))
        .where(condition_for(Account, actor), Account.user_id == user_id)
    )
    return session.execute(statement).scalar_one_or_none()


def history_of_role(role: RoleProfile, actor: Actor, *, limit: int) -> Sequence[Journal]:
    """一个角色的改动记录：它自己的，连同动到它的各批授权；新的在前."""
    own = and_(Journal.subject_kind == "role", Journal.subject_id == role.role_id)
    batch = and_(Journal.subject_kind == BATCH, Journal.data["grants"].has_key(role.code))
    statement = (
        select(Journal)
        .where(or_(own, batch), condition_for(Journal, actor))
        .order_by(Journal.id.desc())
        .limit(limit)
    )
    return session.execute(statement).scalars().all()
