"""另读一遍流程表与授权矩阵：谁在哪个状态能做什么，只凭 YAML 与规格副本，不借用程序的判定."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.domain.flow_data import SPEC

PLAN = Path(__file__).resolve().parents[2] / "app" / "plan"
FAMILIES: dict[str, list[str]] = yaml.safe_load((PLAN / "roles.yaml").read_text("utf-8"))[
    "families"
]
ROLES: dict[str, dict[str, Any]] = {
    row["code"]: row for row in yaml.safe_load((PLAN / "roles.yaml").read_text("utf-8"))["roles"]
}
ROLES |= {"SYS": {"scope": "township"}, "PUB": {"scope": "own_request"}}

Groups = tuple[tuple[str, ...], ...]

EARLY = {"NEW", "DRAFT", "REPORTED", "SUPPLEMENT"}
FINAL = {row["code"] for row in SPEC["states"] if row["terminal"]}
BY_STATE = {
    "ALL": lambda state: True,
    "BEFORE_ACCEPT": lambda state: state in EARLY,
    "BEFORE_DISPATCH": lambda state: state in EARLY | {"ACCEPTED"},
    "AFTER_ACCEPT": lambda state: state not in EARLY | FINAL,
    "COUNTY_ONLY": lambda state: state == "ESCALATED",
}
"""凭状态就定的限定."""
PLACES = {"OWN_PLATFORM", "OWN_ORG", "OWN_GRID", "OWN_VILLAGE", "IN_CHARGE", "SELF"}
"""凭任职的地（或牵头人）与案件对不对得上的限定."""
COUNTY = {"withdraw_escalation": "COUNTY_NO_EMPTY", "receive_county_feedback": "COUNTY_NO_SET"}
UNFOUNDED = {**COUNTY, "cancel_supervision": "CARD_PRESENT"}
"""县平台编号与人工督办尚未进系统：这几步到了门口一律不放行."""


def members(role: str) -> list[str]:
    """角色族展开."""
    return FAMILIES.get(role, [role])


def groups_of(cell: Any) -> Groups:
    """一格：单个限定、同时成立的几个、几组之一."""
    if isinstance(cell, str):
        return ((cell,),)
    if isinstance(cell[0], str):
        return (tuple(cell),)
    return tuple(tuple(group) for group in cell)


def _matrix() -> dict[tuple[str, str], Groups]:
    rows = yaml.safe_load((PLAN / "grants.yaml").read_text("utf-8"))["case_matrix"]
    return {
        (action, one): groups_of(cell)
        for action, row in rows.items()
        for role, cell in row.items()
        if role != "note"
        for one in members(role)
    }


MATRIX = _matrix()
SPEC_ROLES = {
    row["action"]: {one for role in row["roles"] for one in members(role)}
    for row in SPEC["transitions"]
}
MOVES: dict[tuple[str, str], tuple[str, ...]] = {
    (before, row["action"]): tuple(
        row["prior_in"] if after == "@prior" else after if isinstance(after, list) else [after]
    )
    for row in SPEC["transitions"]
    for before, after in row["moves"].items()
}
ACTIONS = [row["action"] for row in SPEC["transitions"]]
STATES = [row["code"] for row in SPEC["states"]]


@dataclass(frozen=True)
class Place:
    """案件与这条任职的关系：哪些限定成立，在不在任职的地，是不是本人登记."""

    holds: frozenset[str] = frozenset()
    near: bool = True
    own: bool = False

    def has(self, limit: str, state: str) -> bool:
        """这个限定成立不成立."""
        if limit in BY_STATE:
            return BY_STATE[limit](state)
        if limit == "OWN_ENTRY":
            return self.own or state == "NEW"
        if limit == "APPROVAL_ONLY":
            return False  # 终审机构在不在县级尚未进系统
        if limit == "CHANNEL_ENABLED":
            return False  # 扫码渠道默认关闭
        return limit in self.holds


def places(groups: Groups, role: str) -> list[Place]:
    """每组限定：都成立的、只差一项的；另加与他全不相干的."""
    if role == "PUB":
        return [Place(own=True), Place(near=False)]
    found = [Place(near=False), Place(near=False, own=True)]
    for group in groups:
        mine = frozenset(group) - set(BY_STATE) - {"OWN_ENTRY"}
        found += [Place(mine, own="OWN_ENTRY" in group), Place(mine, own=True)]
        for limit in mine:
            rest = mine - {limit}
            found.append(Place(rest, near=not rest and limit not in PLACES, own=True))
            if limit not in PLACES:
                found.append(Place(rest, own=True))
        if "OWN_ENTRY" in group:
            found.append(Place(mine))
    return list(dict.fromkeys(found))


def sees(role: str, state: str, place: Place) -> bool:
    """案件在不在范围里（scope_rules）."""
    scope = ROLES[role]["scope"]
    if role == "SYS":
        return True
    if state == "NEW":
        return scope not in {"config", "masked", "township_readonly"}
    if scope == "own_request":
        return state != "DRAFT" and place.own
    if state == "DRAFT":
        return place.own
    near = place.near and (scope != "village_service" or "SERVICE_ONLY" in place.holds)
    return scope == "township" or near or place.own


def expected(role: str, state: str, action: str, place: Place) -> str:
    """该怎样：``allowed``，或拒绝的代码."""
    groups = MATRIX.get((action, role), ())
    if not groups or (role == "PUB" and ("CHANNEL_ENABLED",) in groups):
        return "not_granted"
    if not sees(role, state, place):
        return "out_of_scope"
    if not any(all(place.has(limit, state) for limit in group) for group in groups):
        return "limit"
    if (state, action) not in MOVES:
        return "no_such_step"
    if action in UNFOUNDED:
        return "not_available_yet"
    if action == "spot_check" and place.own:
        return "is_reporter"
    return "allowed"
