"""谁是系统管理员：今日持有能改授权的角色，账号又没有停用的人."""

from __future__ import annotations

from datetime import date

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    User,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import and_, exists, or_, select

from app.db import session
from models.people import Holding
from models.security import Account, RoleLimit

MODULE, PERMISSION = "config", "can_role"


def administrators(day: date, township_id: int | None = None) -> dict[int, set[int]]:
    """系统管理员（administrators）：乡的编号 → 那一天的管理员（人的编号）；一名也没有的乡不列."""
    limited = exists().where(
        RoleLimit.role_id == Holding.role_id,
        RoleLimit.view_menu == MODULE,
        RoleLimit.permission == PERMISSION,
    )
    granted = (
        exists()
        .where(
            assoc_permissionview_role.c.role_id == Holding.role_id,
            PermissionView.id == assoc_permissionview_role.c.permission_view_id,
        )
        .where(
            and_(PermissionView.view_menu_id == ViewMenu.id, ViewMenu.name == MODULE),
            and_(PermissionView.permission_id == Permission.id, Permission.name == PERMISSION),
        )
    )
    statement = (
        select(Holding.township_id, Holding.person_id)
        .join(Account, Account.person_id == Holding.person_id)
        .join(User, User.id == Account.user_id)
        .where(User.active, limited, granted, Holding.valid_from <= day)
        .where(or_(Holding.valid_to.is_(None), Holding.valid_to >= day))
    )
    if township_id is not None:
        statement = statement.where(Holding.township_id == township_id)
    found: dict[int, set[int]] = {}
    for township, person in session.execute(statement):
        found.setdefault(township, set()).add(person)
    return found
