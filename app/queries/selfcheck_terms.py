"""自检所看的任职：谁在任、哪些席位空着、哪些网格有人."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import session
from models.people import GridMember, Holding, Person, Post
from models.platform import Body, BodyMember
from models.township import Grid, GridVillage, Village

GROUP = "平台协调组"
IN_OFFICE = ("在任", "代行", "兼任")
VILLAGE_POSTS = {"P-LCLD": "联村领导", "P-ZCGB": "驻村干部"}
T = TypeVar("T")


def _on(model: Any, day: date) -> ColumnElement[bool]:
    return and_(model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to >= day))


def holds_on(day: date) -> ColumnElement[bool]:
    """任职在这一天有效."""
    return _on(Holding, day)


class Ground:
    """自检的底：哪个乡、哪一天；各表有效的行一次取出，各项共用."""

    def __init__(self, township_id: int, day: date) -> None:
        self.township_id, self.day = township_id, day
        self._rows: dict[type[Any], list[Any]] = {}

    def rows(self, model: type[T]) -> list[T]:
        """这一天有效的行，按先后."""
        if model not in self._rows:
            table: Any = model
            here = select(model).where(table.township_id == self.township_id, _on(table, self.day))
            self._rows[model] = list(session.execute(here.order_by(table.id)).scalars())
        return self._rows[model]


def group_leaders(township_id: int, day: date) -> dict[str, list[str]]:
    """各平台协调组今日的组长：平台 → 姓名（在任、代行、兼任，或直接列名）."""
    chair = and_(
        BodyMember.body_id == Body.id, BodyMember.function == "LEADER", _on(BodyMember, day)
    )
    held = and_(Holding.post_id == BodyMember.post_id, holds_on(day), Holding.mode.in_(IN_OFFICE))
    statement = (
        select(Body.platform, Person.id, Person.name)
        .join(BodyMember, chair)
        .outerjoin(Holding, held)
        .join(Person, or_(Person.id == BodyMember.person_id, Person.id == Holding.person_id))
        .where(Body.township_id == township_id, Body.kind == GROUP, _on(Body, day))
        .order_by(Body.platform, Person.id)
        .distinct()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for platform, _, name in session.execute(statement):
        found[platform].append(name)
    return found


def placed_grids(ground: Ground) -> set[int]:
    """挂在有效的村上的网格."""
    villages = {village.id for village in ground.rows(Village)}
    return {row.grid_id for row in ground.rows(GridVillage) if row.village_id in villages}


def headed_grids(ground: Ground) -> set[int]:
    """有负责人的网格."""
    return {row.grid_id for row in ground.rows(GridMember) if row.is_head}


def _seated(ground: Ground) -> dict[tuple[int, int | None], set[int]]:
    """（职务，网格或村）→ 坐着的人."""
    found: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    for held in ground.rows(Holding):
        if held.post_id is not None:
            found[(held.post_id, held.grid_id or held.village_id)].add(held.person_id)
    return found


def vacancies(ground: Ground) -> list[str]:
    """空着的席位：每个职务一句，如“其他班子成员（缺 2）”“驻村干部：板桥村、金村”."""
    seated = _seated(ground)
    places = {
        "grid": [(g.id, g.name) for g in ground.rows(Grid)],
        "village": [(v.id, v.name) for v in ground.rows(Village)],
    }
    found = []
    for post in sorted(ground.rows(Post), key=lambda p: p.sort_no):
        if post.seats_per is None:
            people = set().union(*(who for (p, _), who in seated.items() if p == post.id))
            if (short := post.seats - len(people)) > 0:
                found.append(f"{post.name}（缺 {short}）" if post.seats > 1 else post.name)
            continue
        empty = [name for key, name in places[post.seats_per] if not seated.get((post.id, key))]
        if empty:
            found.append(f"{post.name}：{'、'.join(empty)}")
    return found


def village_vacancies(ground: Ground) -> list[str]:
    """缺联村领导或驻村干部的村，如“金村：联村领导、驻村干部”."""
    seated = _seated(ground)
    posts = [post for post in ground.rows(Post) if post.code in VILLAGE_POSTS]
    names = [(post.id, VILLAGE_POSTS[post.code]) for post in posts]
    found = []
    for village in ground.rows(Village):
        missing = [name for post, name in names if not seated.get((post, village.id))]
        if missing:
            found.append(f"{village.name}：{'、'.join(missing)}")
    return found
