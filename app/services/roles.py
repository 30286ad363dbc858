"""角色与授权的改动：改了下一次请求就生效（不缓存），每改必记，并通知乡纪委（SD4）."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import Role, assoc_permissionview_role
from sqlalchemy import func, insert, or_, select

from app.access.actor import Actor, Alternatives, HoldingView
from app.access.decide import require
from app.access.limits import LIMITS
from app.access.separation import INSPECT_SCOPE, grant_clash
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.services import config_rows, config_touch, grants, journal, notify
from app.services.appointments import PLACES, keeping_administrators
from app.services.config_touch import day_of
from models.people import Holding
from models.security import RoleLimit, RoleProfile

EVERYTHING = "ALL"
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,15}")
SENSITIVE = frozenset({"none", "number_state_only", "full", "assigned_only", "full_with_reason"})


def grant(
    role: RoleProfile,
    module: str,
    action: str,
    alternatives: Iterable[Iterable[str]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """给一格授权，或改它的限定：几组之一成立即可，同组须同时成立；与现在一样的不记.

    Raises Refused('no_permission' | 'limits_needed' | 'unknown_limit' | 'all_stands_alone' |
    'separation_grant' | 'last_administrator' | 'not_granted')。
    """
    holding = allow(actor)
    _lock(role)
    wanted = check_limits(alternatives)
    pair = _pair(module, action)
    rule = grant_clash(role.scope, module, action)
    if rule is not None:
        raise Refused("separation_grant", rule=rule, role=role.name, action=f"{module}.{action}")
    held = grants.is_granted(role.role_id, pair)
    before = grants.limits_of(role.role_id, module, action) if held else None
    if before == wanted:
        return
    with keeping_administrators(day_of(now)):
        grants.write(role.role_id, pair, module, action, wanted)
    cell = f"{module}.{action}"
    _note(role, "grant", {cell: [told(before), told(wanted)]}, holding, actor=actor, now=now)


def revoke(role: RoleProfile, module: str, action: str, *, actor: Actor, now: datetime) -> None:
    """收回一格授权；再播种也不会给回来。Raises Refused('not_held' | 'last_administrator' | …)."""
    holding = allow(actor)
    _lock(role)
    pair = _pair(module, action)
    if not grants.is_granted(role.role_id, pair):
        raise Refused("not_held", role=role.name, action=f"{module}.{action}")
    before = grants.limits_of(role.role_id, module, action)
    with keeping_administrators(day_of(now)):
        grants.erase(role.role_id, pair, module, action)
    cell = f"{module}.{action}"
    _note(role, "revoke", {cell: [told(before), None]}, holding, actor=actor, now=now)


def create_role(
    *,
    code: str,
    name: str,
    scope: str,
    sensitive: str,
    actor: Actor,
    now: datetime,
    platform: str | None = None,
    note: str | None = None,
) -> RoleProfile:
    """立一个新角色：代码为大写字母、数字，立了不改；授权另给。Raises Refused('role_…')."""
    holding = allow(actor)
    row = _create(code, name, scope, sensitive, platform, note)
    changes = {"code": [None, code], "name": [None, row.name], "scope": [None, scope]}
    _note(row, "add", changes, holding, actor=actor, now=now)
    return row


def copy_role(
    source: RoleProfile, *, code: str, name: str, actor: Actor, now: datetime
) -> RoleProfile:
    """照一个角色另立一个：范围、敏感可见程度、授权与限定都一样。Raises Refused('role_…')."""
    holding = allow(actor)
    row = _create(code, name, source.scope, source.sensitive, source.platform, source.note)
    pairs = assoc_permissionview_role.c
    held = select(pairs.permission_view_id).where(pairs.role_id == source.role_id)
    granted = [{"role_id": row.role_id, "permission_view_id": p} for p in _all(held)]
    if granted:
        session.execute(insert(assoc_permissionview_role), granted)
    limits = _all(select(RoleLimit).where(RoleLimit.role_id == source.role_id))
    for limit in limits:
        session.add(
            RoleLimit(
                role_id=row.role_id,
                view_menu=limit.view_menu,
                permission=limit.permission,
                alt=limit.alt,
                limit_code=limit.limit_code,
            )
        )
    session.flush()
    changes = {"code": [None, code], "name": [None, row.name], "copied": [None, source.code]}
    _note(row, "copy", changes, holding, actor=actor, now=now)
    return row


def rename_role(
    role: RoleProfile, *, name: str, note: str | None, actor: Actor, now: datetime
) -> None:
    """改名称与说明；代码与数据范围不改。Raises Refused('role_name')."""
    holding = allow(actor)
    _lock(role)
    clean = _checked_name(name, role)
    changes = {
        key: [old, new]
        for key, old, new in (("name", role.name, clean), ("note", role.note, note or None))
        if old != new
    }
    if not changes:
        return
    role.name, role.note = clean, note or None
    config_rows.write()
    _note(role, "edit", changes, holding, actor=actor, now=now)


def _all(statement: Any) -> list[Any]:
    return list(session.execute(statement).scalars())


def allow(actor: Actor) -> HoldingView:
    """能不能改授权；返回署名用的任职。Raises Refused('not_granted')."""
    return require(actor, "config", "role", Subject(kind="role", township_id=actor.township_id))


def _lock(role: RoleProfile) -> None:
    """两名管理员同时改一个角色，后一个等前一个做完再看."""
    session.refresh(role, with_for_update={"of": RoleProfile})


def _pair(module: str, action: str) -> int:
    found = grants.pair_id(module, action)
    if found is None:
        raise Refused("no_permission", action=f"{module}.{action}")
    return found


def check_limits(alternatives: Iterable[Iterable[str]]) -> Alternatives:
    """整理限定：去重、排好；没有限定即拒绝，所以至少要有一组。Raises Refused('limits_needed' |
    'unknown_limit' | 'all_stands_alone')."""
    groups = {tuple(sorted(set(group))) for group in alternatives}
    if not groups or () in groups:
        raise Refused("limits_needed")
    unknown = sorted({code for group in groups for code in group} - set(LIMITS))
    if unknown:
        raise Refused("unknown_limit", limits="、".join(unknown))
    if any(EVERYTHING in group for group in groups) and groups != {(EVERYTHING,)}:
        raise Refused("all_stands_alone")
    return tuple(sorted(groups))


def _create(
    code: str, name: str, scope: str, sensitive: str, platform: str | None, note: str | None
) -> RoleProfile:
    if not CODE.fullmatch(code):
        raise Refused("role_code")
    taken = select(Role.id).where(Role.name == code)
    if session.execute(taken).first() is not None:
        raise Refused("role_taken", role=code)
    if scope not in PLACES or sensitive not in SENSITIVE:
        raise Refused("role_scope", scope=scope, sensitive=sensitive)
    role = Role(name=code)
    session.add(role)
    session.flush()
    last = session.execute(select(func.max(RoleProfile.sort_no))).scalar() or 0
    row = RoleProfile(
        role_id=role.id,
        code=code,
        name=_checked_name(name),
        scope=scope,
        sensitive=sensitive,
        platform=platform if scope == "platform" else None,
        note=note,
        sort_no=last + 1,
    )
    session.add(row)
    config_rows.write()
    return row


def _checked_name(name: str, role: RoleProfile | None = None) -> str:
    clean = name.strip()
    same = select(RoleProfile.role_id).where(RoleProfile.name == clean)
    if role is not None:
        same = same.where(RoleProfile.role_id != role.role_id)
    if not clean or session.execute(same).first() is not None:
        raise Refused("role_name", name=clean)
    return clean


def told(alternatives: Alternatives | None) -> list[str] | None:
    """记进日志的限定：每组一段，如 ``OWN_PLATFORM+EXT_LE5``."""
    return None if alternatives is None else sorted("+".join(group) for group in alternatives)


def _note(
    role: RoleProfile,
    deed: str,
    changes: dict[str, list[Any]],
    holding: HoldingView,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    config_touch.touch(actor.township_id, now=now)
    entry = journal.record(
        actor=actor,
        now=now,
        module="config",
        action="role",
        subject_kind="role",
        subject_id=role.role_id,
        holding=holding,
        data={"deed": deed, "name": role.name, "code": role.code, "changes": changes},
    )
    notify.post(
        inspectors(actor.township_id, now),
        township_id=actor.township_id,
        kind="config.role",
        key=f"role:{role.role_id}:{entry.id}",
        now=now,
        facts={"role": role.name, "deed": deed, "by": actor.name, "cells": sorted(changes)},
    )


def inspectors(township_id: int, now: datetime) -> set[int]:
    """今日的乡纪委监督员（按数据范围认，自建的监督角色也算）."""
    day = day_of(now)
    statement = (
        select(Holding.person_id)
        .join(RoleProfile, RoleProfile.role_id == Holding.role_id)
        .where(Holding.township_id == township_id, RoleProfile.scope == INSPECT_SCOPE)
        .where(Holding.valid_from <= day)
        .where(or_(Holding.valid_to.is_(None), Holding.valid_to >= day))
    )
    return set(_all(statement))
