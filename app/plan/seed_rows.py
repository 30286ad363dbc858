"""播种的机关：计划的一项变成数据库的一行，种过的记号在，就再也不碰."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from app.db import session
from app.services.tree import path_of
from models.meeting import MeetingSeries
from models.people import Post
from models.platform import (
    Body,
    BodyMember,
    CarrierSystem,
    Category,
    Channel,
    Platform,
    PlatformOrg,
    ServiceItem,
)
from models.rules import RuleSet
from models.security import SeedMark
from models.township import Grid, GridVillage, Org, Village

# 角色与授权不分乡：一个乡的管理员改过，给另一个乡播种时也不能改回去
SHARED = ("role", "grant")


class Ref(NamedTuple):
    """指向另一项（reference）：哪一种、什么代码；写库时换成那一行的编号."""

    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class Item:
    """计划里的一项（planned item）：``code`` 在同一种里唯一，``values`` 以列名为键."""

    kind: str
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """一种项：哪张表，凭哪几列认出已有的行，哪些列不与计划比对（由别的列推出）."""

    model: type[Any]
    key: tuple[str, ...] = ("code",)
    derived: frozenset[str] = frozenset({"sort_key"})


KINDS: Mapping[str, Kind] = {
    "org": Kind(Org),
    "village": Kind(Village),
    "grid": Kind(Grid),
    "grid_village": Kind(GridVillage, ("grid_id",)),
    "post": Kind(Post),
    "platform": Kind(Platform),
    "platform_org": Kind(PlatformOrg, ("platform", "org_id")),
    "carrier": Kind(CarrierSystem),
    "body": Kind(Body),
    "body_member": Kind(BodyMember, ("body_id", "post_id")),
    "channel": Kind(Channel),
    "category": Kind(Category),
    "service_item": Kind(ServiceItem),
    "series": Kind(MeetingSeries),
    "rule_set": Kind(RuleSet, ("kind", "code")),
}


class SeedFault(RuntimeError):  # noqa: N818
    """播种时找不到计划所指的一行（代码被改过，或次序不对）."""


class Planter:
    """播种人（planter）：记着本乡种过什么、各代码的编号，数着添了几件、留了几件."""

    def __init__(self, township_id: int) -> None:
        self.township_id = township_id
        self.added: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self._ids: dict[str, dict[str, int]] = {}
        self._marks = {(mark.kind, mark.code) for mark in session.execute(self._known()).all()}

    def _known(self) -> Any:
        here = SeedMark.township_id == self.township_id
        return select(SeedMark.kind, SeedMark.code).where(or_(here, SeedMark.kind.in_(SHARED)))

    def is_new(self, kind: str, code: str) -> bool:
        """还没有种过；种过的记一件“留”."""
        if (kind, code) in self._marks:
            self.kept[kind] += 1
            return False
        return True

    def settle(self, kind: str, code: str, content: Any, *, added: bool) -> None:
        """种过了，留下记号；``added`` 为假是库里本来就有."""
        (self.added if added else self.kept)[kind] += 1
        self._marks.add((kind, code))
        session.add(
            SeedMark(
                township_id=self.township_id, kind=kind, code=code, digest=fingerprint(content)
            )
        )

    def plant(self, items: Iterable[Item]) -> None:
        """一项一行：没种过、库里也没有的才添。Raises SeedFault."""
        for item in items:
            if self.is_new(item.kind, item.code):
                self.settle(item.kind, item.code, item.values, added=self._grow(item))
        session.flush()

    def _grow(self, item: Item) -> bool:
        kind = KINDS[item.kind]
        values = {name: self.resolve(value) for name, value in item.values.items()}
        columns = [getattr(kind.model, name) == values[name] for name in kind.key]
        here = kind.model.township_id == self.township_id
        if session.execute(select(kind.model.id).where(here, *columns)).first():
            return False
        extra = {"path": ""} if kind.model is Org else {}
        row = kind.model(township_id=self.township_id, **values, **extra)
        session.add(row)
        session.flush()
        if isinstance(row, Org):
            row.path = path_of(row)
        if "code" in kind.key:
            self.ids(item.kind)[item.code] = row.id
        return True

    def ids(self, kind: str) -> dict[str, int]:
        """这一种各代码的编号."""
        if kind not in self._ids:
            model = KINDS[kind].model
            here = select(model.code, model.id).where(model.township_id == self.township_id)
            self._ids[kind] = {row.code: row.id for row in session.execute(here)}
        return self._ids[kind]

    def resolve(self, value: Any) -> Any:
        """写库的值：引用换成编号，元组换成列表。Raises SeedFault."""
        if not isinstance(value, Ref):
            return list(value) if isinstance(value, tuple) else value
        found = self.ids(value.kind).get(value.code)
        if found is None:
            raise SeedFault(f"计划所指的 {value.kind} {value.code} 在库里找不到")
        return found


def plain(value: Any) -> Any:
    """化成 JSON 能写的值：引用写成代码，日期写成 ISO 文字，元组写成列表."""
    if isinstance(value, Ref):
        return value.code
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def fingerprint(content: Any) -> str:
    """内容的指纹（SHA-256，十六进制）."""
    text = json.dumps(plain(content), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
