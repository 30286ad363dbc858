"""授权的一批改动：先放着，一起存成一版；一格不成全部作废，只记一条，通知乡纪委（SD4）."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor, Alternatives
from app.access.matrix import Cells, Change, after, tidy
from app.access.separation import Overlap, grant_clash, new_overlaps
from app.db import session
from app.domain.errors import Refused
from app.queries import config_security
from app.services import config_touch, grants, journal, notify, roles
from app.services.appointments import keeping_administrators
from app.services.config_touch import day_of
from models.security import RoleProfile

MIN_REASON = 5


@dataclass(frozen=True, slots=True)
class Broken:
    """犯职责分离的一格：不许存."""

    change: Change
    role: str
    rule: str


@dataclass(frozen=True, slots=True)
class Hand:
    """一只手新拿到了宜分开的几步：角色，或凭几种角色的一个人."""

    who: str
    is_person: bool
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class Review:
    """存之前的核对：真的改了的格，不许的，要提醒的，别人先改了的."""

    changes: tuple[Change, ...]
    broken: tuple[Broken, ...]
    hands: tuple[Hand, ...]
    stale: tuple[Change, ...]


def review(changes: Iterable[Change], *, actor: Actor, now: datetime) -> Review:
    """核对一批改动（不写）：与现在一样的略去。Raises Refused('unknown_limit' | …)."""
    every = config_security.cells_by_role()
    real = [_checked(change) for change in _real(changes)]
    profiles = {p.role_id: p for p in config_security.profiles(actor)}
    _known(real, profiles)
    return Review(
        changes=tuple(real),
        broken=tuple(_broken(real, profiles)),
        hands=tuple(_hands(real, every, profiles, actor, now)),
        stale=tuple(c for c in real if _now(every, c) != c.before),
    )


def apply(changes: Iterable[Change], *, reason: str, actor: Actor, now: datetime) -> int:
    """存一批改动，返回改了几格；一条日志、配置版本加一，下一次点击起生效.

    Raises Refused('reason_short' | 'nothing_changed' | 'grants_changed' | 'separation_grant' |
    'last_administrator' | 'no_permission' | 'unknown_limit' | 'all_stands_alone' |
    'not_granted')。
    """
    holding = roles.allow(actor)
    clean = reason.strip()
    if len(clean) < MIN_REASON:
        raise Refused("reason_short", minimum=MIN_REASON)
    real = [_checked(change) for change in _real(changes)]
    if not real:
        raise Refused("nothing_changed")
    profiles = _locked({change.role_id for change in real})
    _known(real, profiles)
    every = config_security.cells_by_role()
    if any(_now(every, change) != change.before for change in real):
        raise Refused("grants_changed")
    for one in _broken(real, profiles):
        facts = {"rule": one.rule, "role": one.role, "action": one.change.name}
        raise Refused("separation_grant", **facts)
    with keeping_administrators(day_of(now)):
        _write(real)
    _note(real, profiles, clean, actor=actor, now=now, holding=holding)
    return len(real)


def _real(changes: Iterable[Change]) -> list[Change]:
    """同一格只算最后一次，前后一样的不算；按角色与动作排好."""
    last = {(c.role_id, c.module, c.action): c for c in changes}
    return [last[key] for key in sorted(last) if last[key].before != last[key].after]


def _now(every: Mapping[int, Cells], change: Change) -> Alternatives | None:
    held = every.get(change.role_id, {}).get(change.cell)
    return tidy(held or ()) or None


def _known(changes: Sequence[Change], profiles: Mapping[int, RoleProfile]) -> None:
    if any(change.role_id not in profiles for change in changes):
        raise Refused("not_found")


def _checked(change: Change) -> Change:
    if change.after is not None:
        roles.check_limits(change.after)
    return change


def _locked(ids: Iterable[int]) -> dict[int, RoleProfile]:
    """按编号次序锁住要改的角色，两名管理员同时存的，后一个等前一个."""
    statement = (
        select(RoleProfile)
        .where(RoleProfile.role_id.in_(list(ids)))
        .order_by(RoleProfile.role_id)
        .with_for_update(of=RoleProfile)
        .execution_options(populate_existing=True)
    )
    return {row.role_id: row for row in session.execute(statement).scalars()}


def _broken(changes: Sequence[Change], profiles: Mapping[int, RoleProfile]) -> Iterable[Broken]:
    for change in changes:
        role = profiles[change.role_id]
        rule = grant_clash(role.scope, change.module, change.action)
        if change.after is not None and rule is not None:
            yield Broken(change, role.name, rule)


def _hands(
    changes: Sequence[Change],
    every: Mapping[int, Cells],
    profiles: Mapping[int, RoleProfile],
    actor: Actor,
    now: datetime,
) -> Iterable[Hand]:
    """新拿到两步的角色；单看各角色不犯、几种角色合在一个人手里才犯的，写那个人."""
    by_role: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        by_role[change.role_id].append(change)
    later = {role: after(every.get(role, {}), found) for role, found in by_role.items()}
    told = set()
    for role, cells in later.items():
        for overlap in new_overlaps(every.get(role, {}), cells):
            told.add((role, overlap.rule))
            yield Hand(profiles[role].name, is_person=False, overlap=overlap)
    for name, held in config_security.roles_of_people(set(later), actor, day_of(now)):
        had = {cell for role in held for cell in every.get(role, {})}
        has = {cell for role in held for cell in later.get(role, every.get(role, {}))}
        for overlap in new_overlaps(had, has):
            if not any((role, overlap.rule) in told for role in held):
                yield Hand(name, is_person=True, overlap=overlap)


def _write(changes: Sequence[Change]) -> None:
    pairs = grants.all_pairs()
    for change in changes:
        pair = pairs.get((change.module, grants.permission_name(change.action)))
        if pair is None:
            raise Refused("no_permission", action=change.name)
        if change.after is None:
            grants.erase(change.role_id, pair, change.module, change.action)
        else:
            grants.write(change.role_id, pair, change.module, change.action, change.after)


def _note(
    changes: Sequence[Change],
    profiles: Mapping[int, RoleProfile],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    holding: Any,
) -> None:
    version = config_touch.touch(actor.township_id, now=now)
    told: dict[str, dict[str, Any]] = defaultdict(dict)
    for change in changes:
        values = [roles.told(change.before), roles.told(change.after)]
        told[profiles[change.role_id].code][change.name] = values
    names = "、".join(role.name for role in profiles.values())
    entry = journal.record(
        actor=actor,
        now=now,
        module="config",
        action="role",
        subject_kind=config_security.BATCH,
        subject_id=version,
        holding=holding,
        opinion=reason,
        data={"deed": "grants", "name": names[:120], "version": version, "grants": told},
    )
    cells = sorted({change.name for change in changes})
    notify.post(
        roles.inspectors(actor.township_id, now),
        township_id=actor.township_id,
        kind="config.role",
        key=f"grants:{version}:{entry.id}",
        now=now,
        facts={"role": names, "deed": "grants", "by": actor.name, "cells": cells},
    )
