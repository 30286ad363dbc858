"""配置总览：各类在用的有几件，一条语句."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.config_choices import in_force
from models.people import GridMember, Holding, Person, Post
from models.platform import Body, Category, Channel, Platform
from models.rules import CalendarDay, RuleSet
from models.security import Account, RoleProfile
from models.township import Grid, Org, Village

_DATED: dict[str, Any] = {
    "org": Org,
    "village": Village,
    "grid": Grid,
    "platform": Platform,
    "body": Body,
    "post": Post,
    "holding": Holding,
    "grid_member": GridMember,
    "category": Category,
}
_PLAIN: dict[str, Any] = {
    "account": Account,
    "role": RoleProfile,
    "channel": Channel,
    "calendar_day": CalendarDay,
    "rule_set": RuleSet,
}


def counts(actor: Actor, day: date) -> Mapping[str, int]:
    """各类在用的几件：对象种类 → 件数."""
    parts = [_count(name, m, actor, in_force(m, day)) for name, m in _DATED.items()]
    parts += [_count(name, m, actor) for name, m in _PLAIN.items()]
    parts.append(_count("person", Person, actor, Person.left_on.is_(None)))
    found: dict[str, int] = session.execute(select(*parts)).one()._asdict()
    return found


def _count(name: str, model: Any, actor: Actor, *conditions: Any) -> Any:
    rows = select(func.count()).select_from(model).where(condition_for(model, actor), *conditions)
    return rows.scalar_subquery().label(name)
