"""清单的走法：数据范围化成几条有序的索引，各走各的，再合并."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from app.access.actor import Actor
from app.access.reach import Reach
from models.case import Case
from models.case_parts import Assignment, CaseOrg


@dataclass(frozen=True, slots=True)
class Walk:
    """一条走法：从哪张表走、什么条件；排序与翻页用这张表自己的列，才走得上它的索引."""

    table: Any
    where: tuple[ColumnElement[bool], ...]

    @property
    def id(self) -> Any:
        """案件编号列."""
        return Case.id if self.table is Case else self.table.case_id

    def column(self, name: str) -> Any:
        """排序列：期限、上报时刻在几张表里都有抄本；登记时刻只在案件上."""
        return getattr(self.table, name, None) if self.table is not Case else getattr(Case, name)

    def narrowed(self, *, only_open: bool) -> Walk:
        """只走在办的：条件照字面写，才用得上部分索引."""
        if not only_open or self.table is Case:
            return self
        return Walk(self.table, (*self.where, self.table.is_open))

    def select(self, extra: list[ColumnElement[bool]]) -> Select[Any]:
        """只取编号的语句."""
        statement = select(Case.id.label("id"))
        if self.table is not Case:
            statement = statement.select_from(self.table).join(Case, Case.id == self.table.case_id)
        return statement.where(*self.where, *extra)


def _plain(found: Reach) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        *(Case.grid_id == grid for grid in sorted(found.grid_ids)),
        *(Case.village_id == village for village in sorted(found.village_ids)),
        *(
            and_(Case.kind == "SERVICE", Case.point_village_id == village)
            for village in sorted(found.service_village_ids)
        ),
    ]
    if found.lead_of is not None:
        conditions.append(Case.lead_person_id == found.lead_of)
    if found.own_of is not None:
        conditions.append(Case.registrar_id == found.own_of)
    return conditions


def walks_of(found: Reach, actor: Actor) -> list[Walk]:
    """各条走法；看全乡的一条就够，什么也看不到的没有."""
    inside = Case.township_id == actor.township_id
    if found.township:
        return [Walk(Case, (inside,))]
    by_platform = [
        Walk(
            Assignment,
            (
                Assignment.township_id == actor.township_id,
                Assignment.platform == platform,
                Assignment.is_listed,
            ),
        )
        for platform in sorted(found.platforms)
    ]
    by_org = [Walk(CaseOrg, (CaseOrg.org_id == org,)) for org in sorted(found.org_ids)]
    return [*by_platform, *by_org, *(Walk(Case, (inside, part)) for part in _plain(found))]
