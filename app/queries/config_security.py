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
from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor, Alternatives, HoldingView
from app.access.load import actor_of_person
from app.access.scope import condition_for
from app.db import session
from app.domain.errors import Refused
from app.queries.config_choices import in_force
from models.people import Holding
from models.security import Account, RoleLimit, RoleProfile

_GRANTED = assoc_permissionview_role.c
Cell = tuple[str, str]
SKIPPED = ("menu_access",)
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


def cells(module: str) -> Mapping[str, Mapping[int, Alternatives]]:
    """一个模块的矩阵：动作 → 角色 → 限定；一条语句."""
    statement = (
        select(Permission.name, _GRANTED.role_id, RoleLimit.alt, RoleLimit.limit_code)
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
        .where(ViewMenu.name == module)
        .order_by(RoleLimit.alt, RoleLimit.limit_code)
    )
    grouped: dict[str, dict[int, dict[int, list[str]]]] = defaultdict(dict)
    for name, role, alt, code in session.execute(statement):
        cell = grouped[name.removeprefix("can_")].setdefault(role, {})
        if code is not None:
            cell.setdefault(alt, []).append(code)
    return {
        action: {role: tuple(tuple(g) for g in alts.values()) for role, alts in row.items()}
        for action, row in grouped.items()
    }


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


def account_of(user_id: int, actor: Actor) -> Account | None:
    """范围内的一个账号."""
    statement = (
        select(Account)
        .options(joinedload(Account.user), joinedload(Account.person))
        .where(condition_for(Account, actor), Account.user_id == user_id)
    )
    return session.execute(statement).scalar_one_or_none()
