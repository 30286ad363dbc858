"""数据范围：一条任职看得到哪些行；同一份范围既判一行，也变成 SQL 条件与清单的走法."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.access.actor import Actor, HoldingView
from app.access.subject import Subject

OWN_ENTRY_ROLES_EXCLUDED = frozenset({"A", "K", "L"})


@dataclass(frozen=True, slots=True)
class Reach:
    """数据范围（reach）：几种走法的并集；全空即 0 行（默认拒绝）."""

    township: bool = False
    platforms: frozenset[str] = frozenset()
    org_ids: frozenset[int] = frozenset()
    grid_ids: frozenset[int] = frozenset()
    village_ids: frozenset[int] = frozenset()
    service_village_ids: frozenset[int] = frozenset()
    case_ids: frozenset[int] = frozenset()
    lead_of: int | None = None
    own_of: int | None = None

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            township=self.township or other.township,
            platforms=self.platforms | other.platforms,
            org_ids=self.org_ids | other.org_ids,
            grid_ids=self.grid_ids | other.grid_ids,
            village_ids=self.village_ids | other.village_ids,
            service_village_ids=self.service_village_ids | other.service_village_ids,
            case_ids=self.case_ids | other.case_ids,
            lead_of=self.lead_of or other.lead_of,
            own_of=self.own_of or other.own_of,
        )

    @property
    def is_empty(self) -> bool:
        """一行也看不到."""
        return self == Reach()


def _ids(value: int | None) -> frozenset[int]:
    return frozenset() if value is None else frozenset({value})


def _codes(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({value})


_BASE: dict[str, Callable[[HoldingView, Actor], Reach]] = {
    "township": lambda h, a: Reach(township=h.body_id is None),
    "township_readonly": lambda h, a: Reach(township=True),
    "masked": lambda h, a: Reach(township=True),
    "platform": lambda h, a: Reach(platforms=_codes(h.platform)),
    "platform_or_lead": lambda h, a: Reach(
        platforms=_codes(h.platform), village_ids=_ids(h.village_id), lead_of=a.person_id
    ),
    "org": lambda h, a: Reach(org_ids=_ids(h.org_id)),
    "grid_or_own": lambda h, a: Reach(grid_ids=_ids(h.grid_id)),
    "own_request": lambda h, a: Reach(case_ids=_ids(h.case_id)),
    "village_service": lambda h, a: Reach(service_village_ids=_ids(h.village_id)),
}


def reach_of(holding: HoldingView, actor: Actor) -> Reach:
    """一条任职的案件范围（scope_rules）；除 A、K、L 外都另含本人登记的案件."""
    make = _BASE.get(holding.scope)
    base = make(holding, actor) if make else Reach()
    if holding.role in OWN_ENTRY_ROLES_EXCLUDED or holding.scope == "config":
        return base
    return base | Reach(own_of=actor.person_id)


def reach(actor: Actor) -> Reach:
    """各任职范围的并集（含任期满后 30 日只读的）."""
    total = Reach()
    for holding in actor.holdings:
        total = total | reach_of(holding, actor)
    return total


def covers(found: Reach, subject: Subject) -> bool:
    """一件案件（或随案对象）是否在范围内."""
    return (
        found.township
        or bool(found.platforms & subject.platforms)
        or bool(found.org_ids & (subject.org_ids | subject.past_org_ids))
        or subject.grid_id in found.grid_ids
        or subject.village_id in found.village_ids
        or (
            subject.case_kind == "SERVICE" and subject.point_village_id in found.service_village_ids
        )
        or (subject.case_id is not None and subject.case_id in found.case_ids)
        or (found.lead_of is not None and subject.lead_person_id == found.lead_of)
        or (found.own_of is not None and subject.reporter_id == found.own_of)
    )


def is_reachable(holding: HoldingView, actor: Actor, subject: Subject) -> bool:
    """对象是否在这条任职的范围内.

    案件与随案对象看数据范围；别的模块的对象由该格的限定给出，此处只看挂议事机构的任职
    （只及该机构）与系统管理员（只及配置与账号）。
    """
    if subject.township_id != actor.township_id:
        return False
    if holding.role == "SYS":
        return True
    if subject.is_case:
        return _is_case_reachable(holding, actor, subject)
    by_body = holding.body_id is not None and subject.body_id is not None
    return not by_body or holding.body_id == subject.body_id


def _is_case_reachable(holding: HoldingView, actor: Actor, subject: Subject) -> bool:
    if subject.state == "NEW":
        return holding.scope not in ("config", "masked", "township_readonly")
    if subject.state == "DRAFT":
        return subject.reporter_id is not None and subject.reporter_id == actor.person_id
    return covers(reach_of(holding, actor), subject)
