"""名称缓存：机构、村、网格、类目、平台、渠道的名字，按配置版本刷新，一次请求只问一次版本."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.db import session
from models.people import Person
from models.platform import Category, Channel, Platform
from models.township import ConfigVersion, Grid, GridVillage, Org, Village


@dataclass(frozen=True, slots=True)
class PlatformName:
    """平台的名称与色号；``in_force`` 为没有停用."""

    code: str
    name: str
    short: str
    hue: int
    host_org_id: int
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class CategoryName:
    """类目的代码与名称、所属平台."""

    id: int
    code: str
    name: str
    platform: str
    parent_id: int | None
    is_sensitive: bool
    level: str
    kind: str
    org_id: int | None
    words: tuple[str, ...] = ()
    in_force: bool = True


@dataclass(slots=True)
class Names:
    """一个乡的全部名称（某一配置版本）."""

    version: int
    orgs: dict[int, str] = field(default_factory=dict)
    villages: dict[int, str] = field(default_factory=dict)
    grids: dict[int, str] = field(default_factory=dict)
    grid_village: dict[int, int] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    platforms: dict[str, PlatformName] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    categories: dict[int, CategoryName] = field(default_factory=dict)

    def org(self, key: int | None) -> str:
        """机构名；没有为空串."""
        return self.orgs.get(key or 0, "")

    def person(self, key: int | None) -> str:
        """人名；没有为空串."""
        return self.people.get(key or 0, "")

    def place(self, village_id: int | None, grid_id: int | None) -> str:
        """网格名，没有网格的写村名."""
        return self.grids.get(grid_id or 0, "") or self.villages.get(village_id or 0, "")

    def platform(self, code: str | None) -> PlatformName | None:
        """平台的名称."""
        return self.platforms.get(code or "")

    def category(self, key: int | None) -> CategoryName | None:
        """类目的名称."""
        return self.categories.get(key or 0)


_known: dict[int, Names] = {}


def config_version(township_id: int) -> int:
    """现在的配置版本；一次事务里只问一次."""
    seen: dict[int, int] = session().info.setdefault("config_version", {})
    if township_id not in seen:
        found = session.execute(
            select(ConfigVersion.version).where(ConfigVersion.township_id == township_id)
        ).scalar()
        seen[township_id] = found or 0
    return seen[township_id]


def names_of(township_id: int) -> Names:
    """本乡的名称；配置没改过就用进程里记着的."""
    version = config_version(township_id)
    known = _known.get(township_id)
    if known is None or known.version != version:
        known = _known[township_id] = _read(township_id, version)
    return known


def forget() -> None:
    """本次事务里配置改了：重新问版本."""
    session().info.pop("config_version", None)


def _pairs(model: Any, township_id: int) -> dict[int, str]:
    rows = session.execute(
        select(model.id, model.name).where(model.township_id == township_id)
    ).all()
    return {row.id: row.name for row in rows}


def _read(township_id: int, version: int) -> Names:
    return Names(
        version=version,
        orgs=_pairs(Org, township_id),
        villages=_pairs(Village, township_id),
        grids=_pairs(Grid, township_id),
        grid_village=_grid_village(township_id),
        people=_pairs(Person, township_id),
        platforms=_platforms(township_id),
        channels=_channels(township_id),
        categories=_categories(township_id),
    )


def _grid_village(township_id: int) -> dict[int, int]:
    rows = session.execute(
        select(GridVillage.grid_id, GridVillage.village_id).where(
            GridVillage.township_id == township_id, GridVillage.valid_to.is_(None)
        )
    ).all()
    return {row.grid_id: row.village_id for row in rows}


def _platforms(township_id: int) -> dict[str, PlatformName]:
    rows = session.execute(
        select(Platform).where(Platform.township_id == township_id).order_by(Platform.sort_no)
    ).scalars()
    return {
        p.code: PlatformName(p.code, p.name, p.short_name, p.hue, p.host_org_id, p.valid_to is None)
        for p in rows
    }


def _channels(township_id: int) -> dict[str, str]:
    rows = session.execute(
        select(Channel.code, Channel.name)
        .where(Channel.township_id == township_id)
        .order_by(Channel.sort_no)
    ).all()
    return {row.code: row.name for row in rows}


def _categories(township_id: int) -> dict[int, CategoryName]:
    rows = session.execute(
        select(Category).where(Category.township_id == township_id).order_by(Category.code)
    ).scalars()
    return {
        c.id: CategoryName(
            c.id,
            c.code,
            c.name,
            c.platform,
            c.parent_id,
            c.is_sensitive,
            c.level,
            c.kind,
            c.org_id,
            tuple(c.words),
            c.valid_to is None,
        )
        for c in rows
    }
