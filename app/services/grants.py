"""授权的几张表：权限、视图菜单、角色的授权、限定；只管读写，能不能改由 services.roles 定."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import delete, insert, select

from app.access.actor import Alternatives
from app.db import session
from models.security import RoleLimit

_GRANTED = assoc_permissionview_role.c


def permission_name(action: str) -> str:
    """动作的权限名：``dispatch`` 为 ``can_dispatch``."""
    return f"can_{action}"


@overload
def pair_id(module: str, action: str, *, create: bool) -> int: ...
@overload
def pair_id(module: str, action: str) -> int | None: ...
def pair_id(module: str, action: str, *, create: bool = False) -> int | None:
    """（权限，视图菜单）一对的编号；没有的返回 None，``create`` 时当场立."""
    found = session.execute(
        select(PermissionView.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(Permission.name == permission_name(action), ViewMenu.name == module)
    ).scalar()
    if found is not None or not create:
        return found
    return ensure_pair(module, permission_name(action))


def ensure_pair(view_menu: str, permission: str) -> int:
    """立一对（视图菜单，权限名）；须还没有."""
    row = PermissionView(
        permission_id=_named(Permission, permission), view_menu_id=_named(ViewMenu, view_menu)
    )
    session.add(row)
    session.flush()
    return row.id


def _named(model: Any, name: str) -> int:
    found: int | None = session.execute(select(model.id).where(model.name == name)).scalar()
    if found is not None:
        return found
    row = model(name=name)
    session.add(row)
    session.flush()
    fresh: int = row.id
    return fresh


def all_pairs() -> dict[tuple[str, str], int]:
    """库里全部（视图菜单，权限名）的编号."""
    rows = session.execute(
        select(ViewMenu.name, Permission.name, PermissionView.id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
    )
    return {(module, name): pair for module, name, pair in rows}


def all_granted() -> set[tuple[int, int]]:
    """库里全部授权：（角色编号，一对的编号）."""
    rows = session.execute(select(_GRANTED.role_id, _GRANTED.permission_view_id))
    return {(role, pair) for role, pair in rows}


def is_granted(role_id: int, pair: int) -> bool:
    """角色有没有这一格授权."""
    row = select(_GRANTED.id).where(
        _GRANTED.role_id == role_id, _GRANTED.permission_view_id == pair
    )
    return session.execute(row).first() is not None


def limits_of(role_id: int, module: str, action: str) -> Alternatives:
    """这一格的限定，几组之一，组与组内都排好；没有为空."""
    rows = session.execute(
        select(RoleLimit.alt, RoleLimit.limit_code)
        .where(*_cell(role_id, module, action))
        .order_by(RoleLimit.alt)
    ).all()
    groups: dict[int, list[str]] = {}
    for alt, code in rows:
        groups.setdefault(alt, []).append(code)
    return tuple(sorted(tuple(sorted(codes)) for codes in groups.values()))


def write(role_id: int, pair: int, module: str, action: str, alternatives: Alternatives) -> None:
    """写一格授权与它的限定，原有的限定换掉."""
    if not is_granted(role_id, pair):
        row = {"role_id": role_id, "permission_view_id": pair}
        session.execute(insert(assoc_permissionview_role).values(**row))
    session.execute(delete(RoleLimit).where(*_cell(role_id, module, action)))
    rows = limit_rows(role_id, module, action, alternatives)
    if rows:
        session.execute(insert(RoleLimit), rows)


def write_new(cells: Iterable[tuple[int, int, str, str, Alternatives]]) -> None:
    """一次写许多格新授权：（角色编号，一对的编号，模块，动作，限定）；都须还没有."""
    granted, limits = [], []
    for role_id, pair, module, action, alternatives in cells:
        granted.append({"role_id": role_id, "permission_view_id": pair})
        limits += limit_rows(role_id, module, action, alternatives)
    if granted:
        session.execute(insert(assoc_permissionview_role), granted)
    if limits:
        session.execute(insert(RoleLimit), limits)


def limit_rows(
    role_id: int, module: str, action: str, alternatives: Alternatives
) -> list[dict[str, Any]]:
    """一格的限定各行."""
    return [
        {
            "role_id": role_id,
            "view_menu": module,
            "permission": permission_name(action),
            "alt": alt,
            "limit_code": code,
        }
        for alt, codes in enumerate(alternatives)
        for code in codes
    ]


def erase(role_id: int, pair: int, module: str, action: str) -> None:
    """收回一格授权，限定一并去掉."""
    session.execute(
        delete(assoc_permissionview_role).where(
            _GRANTED.role_id == role_id, _GRANTED.permission_view_id == pair
        )
    )
    session.execute(delete(RoleLimit).where(*_cell(role_id, module, action)))


def cells_of(role_id: int) -> dict[tuple[str, str], Alternatives]:
    """一个角色的全部授权：（模块，动作）→ 限定."""
    pairs = session.execute(
        select(ViewMenu.name, Permission.name)
        .select_from(assoc_permissionview_role)
        .join(PermissionView, PermissionView.id == _GRANTED.permission_view_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .where(_GRANTED.role_id == role_id)
    ).all()
    limits = _limits_by_cell(role_id)
    return {
        (module, name.removeprefix("can_")): limits.get((module, name), ())
        for module, name in pairs
    }


def _limits_by_cell(role_id: int) -> dict[tuple[str, str], Alternatives]:
    rows = session.execute(
        select(RoleLimit)
        .where(RoleLimit.role_id == role_id)
        .order_by(RoleLimit.alt, RoleLimit.limit_code)
    ).scalars()
    grouped: dict[tuple[str, str], dict[int, list[str]]] = {}
    for row in rows:
        cell = grouped.setdefault((row.view_menu, row.permission), {})
        cell.setdefault(row.alt, []).append(row.limit_code)
    return {key: tuple(tuple(codes) for codes in cell.values()) for key, cell in grouped.items()}


def _cell(role_id: int, module: str, action: str) -> Iterable[Any]:
    return (
        RoleLimit.role_id == role_id,
        RoleLimit.view_menu == module,
        RoleLimit.permission == permission_name(action),
    )
