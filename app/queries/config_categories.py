"""类目：上级、小类、平台的简称与颜色；规则的版本."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.config_choices import in_force
from models.platform import Category, Platform


def platforms(actor: Actor) -> Mapping[str, Platform]:
    """平台代码 → 平台."""
    rows = session.execute(select(Platform).where(condition_for(Platform, actor))).scalars()
    return {row.code: row for row in rows}


def parent_of(row: Category, actor: Actor) -> Category | None:
    """小类的一级类."""
    if row.parent_id is None:
        return None
    return session.execute(
        select(Category).where(condition_for(Category, actor), Category.id == row.parent_id)
    ).scalar_one_or_none()


def leaves(row: Category, actor: Actor, day: date) -> Sequence[Category]:
    """一级类下在用的小类，按代码."""
    statement = (
        select(Category)
        .where(
            condition_for(Category, actor), Category.parent_id == row.id, in_force(Category, day)
        )
        .order_by(Category.code)
    )
    return session.execute(statement).scalars().all()
