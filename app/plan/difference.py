"""计划与库内的差别：管理员改过的、停用的、另加的、收回的，一处一行."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.access.actor import Alternatives
from app.db import session
from app.plan.model import Plan
from app.plan.seed_platforms import platform_items
from app.plan.seed_roles import planned_grants, role_values
from app.plan.seed_rows import KINDS, Item, plain
from app.plan.seed_rules import rule_items
from app.plan.seed_township import township_items
from app.services.grants import cells_of
from models.security import RoleProfile
from models.township import Township

WHOLE = "*"
ABSENT = "—"
# 列名看不出指哪一种的；None 为指向同一种（上级、继任）
_TARGETS = {
    "parent_id": None,
    "successor_id": None,
    "county_dept_id": "org",
    "host_org_id": "org",
    "secretariat_id": "org",
    "final_org_id": "org",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """差别（difference）：种类、代码、列（``*`` 为整行）、计划的值、库里的值（``—`` 为没有）."""

    kind: str
    code: str
    field: str
    planned: str
    actual: str


def differences(plan: Plan) -> list[Difference]:
    """计划与库内的全部差别，先按种类后按代码；还没有播种的乡只有一处：整个乡没有.

    演示账号不比；同一格、同一成员有几段任期的，比最近的一段。
    """
    found = session.execute(select(Township).where(Township.code == plan.township.code)).scalar()
    if found is None:
        return [Difference("township", plan.township.code, WHOLE, plan.township.zh, ABSENT)]
    items = [*township_items(plan), *platform_items(plan), *rule_items(plan)]
    result = list(_township(plan, found))
    for kind in KINDS:
        result += _of_kind(kind, [item for item in items if item.kind == kind], found.id)
    return result + list(_roles(plan)) + list(_grants(plan))


def _township(plan: Plan, row: Township) -> Iterator[Difference]:
    info = plan.township
    planned = {
        "name": info.zh,
        "short_name": info.short,
        "division_code": info.division_code,
        "number_prefix": info.number_prefix,
        "fonds_code": info.fonds_code,
    }
    yield from _fields("township", info.code, planned, row)


def _of_kind(kind: str, items: list[Item], township_id: int) -> list[Difference]:
    rows = _rows(kind, township_id)
    columns = {name for item in items for name in item.values if name.endswith("_id")}
    codes = {name: _codes(kind, name, township_id) for name in columns}
    found: list[Difference] = []
    planned_keys = set()
    for item in items:
        key = tuple(plain(item.values[name]) for name in KINDS[kind].key)
        planned_keys.add(key)
        row = rows.get(key)
        if row is None:
            found.append(Difference(kind, item.code, WHOLE, _title(item), ABSENT))
            continue
        skip = KINDS[kind].derived
        values = {name: value for name, value in item.values.items() if name not in skip}
        found += _fields(kind, item.code, values, row, codes)
    extra = [(key, row) for key, row in rows.items() if key not in planned_keys]
    found += [Difference(kind, "/".join(key), WHOLE, ABSENT, str(row)) for key, row in extra]
    return found


def _title(item: Item) -> str:
    return str(item.values.get("name") or item.code)


def _codes(kind: str, column: str, township_id: int) -> Mapping[int, str]:
    """这一列的编号各是什么代码；指向同一种的（上级、继任）查本表."""
    target = _TARGETS.get(column, column.removesuffix("_id")) or kind
    model = KINDS[target].model
    here = select(model.id, model.code).where(model.township_id == township_id)
    return {row.id: row.code for row in session.execute(here)}


def _rows(kind: str, township_id: int) -> dict[tuple[str, ...], Any]:
    """库里的各行，以认行的几列（编号换成代码）为键；同键的留起日最晚的."""
    spec = KINDS[kind]
    codes = {name: _codes(kind, name, township_id) for name in spec.key if name.endswith("_id")}
    order = (spec.model.valid_from,) if hasattr(spec.model, "valid_from") else (spec.model.id,)
    here = select(spec.model).where(spec.model.township_id == township_id).order_by(*order)
    found = {}
    for row in session.execute(here).scalars():
        key = tuple(str(_shown(getattr(row, n), codes.get(n))) for n in spec.key)
        found[key] = row
    return found


def _shown(value: Any, codes: Mapping[int, str] | None = None) -> Any:
    return codes.get(value, value) if codes is not None else plain(value)


def _fields(
    kind: str,
    code: str,
    planned: Mapping[str, Any],
    row: Any,
    codes: Mapping[str, Mapping[int, str]] | None = None,
) -> Iterator[Difference]:
    for name, wanted in planned.items():
        target = plain(wanted)
        actual = _shown(getattr(row, name), (codes or {}).get(name))
        if target != actual:
            yield Difference(kind, code, name, _text(target), _text(actual))


def _text(value: Any) -> str:
    if value is None or value in ("", []):
        return ABSENT
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _roles(plan: Plan) -> Iterator[Difference]:
    rows = {row.code: row for row in session.execute(select(RoleProfile)).scalars()}
    for number, role in enumerate(plan.roles, start=1):
        row = rows.pop(role.code, None)
        if row is None:
            yield Difference("role", role.code, WHOLE, role.zh, ABSENT)
        else:
            yield from _fields("role", role.code, role_values(role, number), row)
    for code, row in sorted(rows.items()):
        yield Difference("role", code, WHOLE, ABSENT, row.name)


def _grants(plan: Plan) -> Iterator[Difference]:
    actual = _all_cells()
    for code, grant in planned_grants(plan):
        cell = actual.pop(code, None)
        wanted = grant_text(grant.alternatives)
        if cell is None:
            yield Difference("grant", code, "limits", wanted, ABSENT)
        elif grant_text(cell) != wanted:
            yield Difference("grant", code, "limits", wanted, grant_text(cell))
    for code, cell in sorted(actual.items()):
        yield Difference("grant", code, "limits", ABSENT, grant_text(cell))


def _all_cells() -> dict[str, Alternatives]:
    found: dict[str, Alternatives] = {}
    for row in session.execute(select(RoleProfile)).scalars():
        for (module, action), cell in cells_of(row.role_id).items():
            found[f"{row.code}/{module}.{action}"] = cell
    return found


def grant_text(alternatives: Iterable[Iterable[str]]) -> str:
    """限定写成一句：``OWN_PLATFORM+EXT_LE5 | ALL``；没有限定为“拒绝”."""
    return " | ".join(sorted("+".join(sorted(group)) for group in alternatives)) or "拒绝"


__all__ = ["ABSENT", "WHOLE", "Difference", "differences", "grant_text"]
