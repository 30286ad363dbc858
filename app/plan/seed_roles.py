"""计划 → 行：角色、角色说明、授权、限定，写进框架自带的授权表."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from app.db import session
from app.plan.model import Grant, Plan
from app.plan.model import Role as PlannedRole
from app.plan.seed_rows import Planter
from app.services import grants
from models.security import RoleProfile


class PlannedGrant(NamedTuple):
    """一格授权的记号用代码与内容."""

    code: str
    grant: Grant


def plant_roles(planter: Planter, plan: Plan) -> None:
    """角色（roles）与授权：角色以代码为名；种过的授权管理员收回了，不再给回去."""
    for number, role in enumerate(plan.roles, start=1):
        if planter.is_new("role", role.code):
            values = role_values(role, number)
            planter.settle("role", role.code, values, added=_add_role(values))
    session.flush()
    _plant_grants(planter, plan)
    session.flush()


def _plant_grants(planter: Planter, plan: Plan) -> None:
    """授权有八百来格，一次写；库里已有的那几格留着不动."""
    role_ids = {row.code: row.role_id for row in session.execute(select(RoleProfile)).scalars()}
    pairs, granted = grants.all_pairs(), grants.all_granted()
    fresh = []
    for code, grant in planned_grants(plan):
        if not planter.is_new("grant", code):
            continue
        role_id, where = role_ids[grant.role], (grant.module, grant.permission)
        if where not in pairs:
            pairs[where] = grants.pair_id(grant.module, grant.action, create=True)
        added = (role_id, pairs[where]) not in granted
        if added:
            cell = (role_id, pairs[where], grant.module, grant.action, grant.alternatives)
            fresh.append(cell)
        planter.settle("grant", code, grant.alternatives, added=added)
    grants.write_new(fresh)


def role_values(role: PlannedRole, number: int) -> dict[str, Any]:
    """角色说明的各列."""
    return {
        "code": role.code,
        "name": role.zh,
        "scope": role.scope,
        "sensitive": role.sensitive,
        "platform": role.platform,
        "note": role.note,
        "sort_no": number,
    }


def planned_grants(plan: Plan) -> Iterator[PlannedGrant]:
    """全部授权及其代码，如 ``B/case.dispatch``."""
    for grant in plan.grants:
        yield PlannedGrant(f"{grant.role}/{grant.module}.{grant.action}", grant)


def _add_role(values: dict[str, Any]) -> bool:
    found = session.execute(select(Role).where(Role.name == values["code"])).scalar()
    if found is None:
        found = Role(name=values["code"])
        session.add(found)
        session.flush()
    if session.get(RoleProfile, found.id) is not None:
        return False
    session.add(RoleProfile(role_id=found.id, **values))
    return True
