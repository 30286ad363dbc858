"""装入操作人：今日的任职、各任职的授权与限定，三条查询."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import and_, select

from app.access.actor import Actor, Alternatives, HoldingView
from app.db import session
from app.domain.errors import Refused
from models.people import Holding, Person, Post
from models.security import Account, RoleLimit, RoleProfile
from models.township import Org

READ_ONLY_DAYS = 30


def _person(condition: object) -> Any:
    row = session.execute(
        select(
            Person.id,
            Person.township_id,
            Person.name,
            Person.org_id,
            Org.name.label("org_name"),
            Account.user_id,
        )
        .outerjoin(Org, Org.id == Person.org_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(condition)  # type: ignore[arg-type]
    ).one_or_none()
    if row is None:
        raise Refused("no_person")
    return row


def _holdings(person_id: int, today: date) -> tuple[HoldingView, ...]:
    rows = session.execute(
        select(Holding, RoleProfile, Post.name)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .outerjoin(Post, Post.id == Holding.post_id)
        .where(
            Holding.person_id == person_id,
            Holding.valid_from <= today,
            (Holding.valid_to.is_(None))
            | (Holding.valid_to >= today - timedelta(days=READ_ONLY_DAYS)),
        )
        .order_by(Holding.id)
    ).all()
    return tuple(
        HoldingView(
            id=h.id,
            role=r.code,
            scope=r.scope,
            sensitive=r.sensitive,
            role_name=r.name,
            post_name=post,
            mode=h.mode,
            platform=h.platform,
            org_id=h.org_id,
            grid_id=h.grid_id,
            village_id=h.village_id,
            body_id=h.body_id,
            is_past=h.valid_to is not None and h.valid_to < today,
        )
        for h, r, post in rows
    )


def grants_of(roles: set[str]) -> dict[str, dict[tuple[str, str], Alternatives]]:
    """这些角色的授权：角色 → (模块, 动作) → 限定的几组之一；一条查询."""
    pairs = session.execute(
        select(
            RoleProfile.code,
            ViewMenu.name,
            Permission.name,
            RoleLimit.alt,
            RoleLimit.limit_code,
        )
        .select_from(assoc_permissionview_role)
        .join(RoleProfile, RoleProfile.role_id == assoc_permissionview_role.c.role_id)
        .join(
            PermissionView,
            PermissionView.id == assoc_permissionview_role.c.permission_view_id,
        )
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .outerjoin(
            RoleLimit,
            and_(
                RoleLimit.role_id == assoc_permissionview_role.c.role_id,
                RoleLimit.view_menu == ViewMenu.name,
                RoleLimit.permission == Permission.name,
            ),
        )
        .where(RoleProfile.code.in_(roles))
    ).all()
    grouped: dict[str, dict[tuple[str, str], dict[int, list[str]]]] = defaultdict(dict)
    for role, module, permission, alt, limit in pairs:
        verb = grouped[role].setdefault((module, permission.removeprefix("can_")), {})
        if limit is not None:
            verb.setdefault(alt, []).append(limit)
    return {
        role: {
            verb: tuple(tuple(sorted(codes)) for _, codes in sorted(alts.items()))
            for verb, alts in verbs.items()
        }
        for role, verbs in grouped.items()
    }


def _build(condition: object, today: date) -> Actor:
    person = _person(condition)
    holdings = _holdings(person.id, today)
    roles = {h.role for h in holdings if not h.is_past}
    return Actor(
        person_id=person.id,
        township_id=person.township_id,
        name=person.name,
        today=today,
        user_id=person.user_id,
        org_id=person.org_id,
        org_name=person.org_name,
        holdings=holdings,
        grants=grants_of(roles) if roles else {},
    )


def actor_of_user(user_id: int, today: date) -> Actor:
    """登录账号背后的操作人。Raises Refused('no_person')."""
    return _build(Account.user_id == user_id, today)


def actor_of_person(person_id: int, today: date) -> Actor:
    """一个人（有没有账号都可）的操作人。Raises Refused('no_person')."""
    return _build(Person.id == person_id, today)
