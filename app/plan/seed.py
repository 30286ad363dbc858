"""播种：把计划里缺的补进一个乡，管理员改过、停过的一概不碰."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.access.actor import system_actor
from app.db import session
from app.plan.model import Plan
from app.plan.seed_accounts import plant_accounts
from app.plan.seed_platforms import platform_items
from app.plan.seed_roles import plant_roles
from app.plan.seed_rows import Planter, plain
from app.plan.seed_rules import rule_items
from app.plan.seed_township import township_items
from app.services import journal
from app.services.config_touch import day_of, touch
from models.township import Township

# 两处同时装（网页进程与任务进程一起起）时排队
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('township seed'))")


@dataclass(frozen=True, slots=True)
class SeedReport:
    """播种结果：哪个乡，各种各添了几件、原样留了几件（种过的，或库里本来就有的）."""

    township_id: int
    added: Mapping[str, int]
    kept: Mapping[str, int]

    @property
    def total_added(self) -> int:
        """一共添了几件."""
        return sum(self.added.values())


def seed(
    plan: Plan,
    *,
    now: datetime,
    with_accounts: bool = False,
    demo_password: str | None = None,
) -> SeedReport:
    """播种（seed）：乡、机构、村、网格、职务、平台、议事机构、渠道、类目、规则、角色与授权.

    可重复执行：每添一件留一个记号（SeedMark），有记号的再也不碰，所以管理员改过、停用、
    收回的都保得住；计划里新加的会补上。``with_accounts`` 连演示账号一起，口令取
    ``demo_password``。不提交。Raises SeedFault, ValueError（要账号而没给口令）.
    """
    if with_accounts and not demo_password:
        raise ValueError("要装演示账号，须给出它们的口令")
    session.execute(_LOCK)
    township = _township(plan)
    planter = Planter(township.id)
    for items in (township_items(plan), platform_items(plan), rule_items(plan)):
        planter.plant(items)
    plant_roles(planter, plan)
    if with_accounts and demo_password:
        plant_accounts(planter, plan, password=demo_password, now=now)
    report = SeedReport(township.id, dict(planter.added), dict(planter.kept))
    if report.added:
        _record(report, now)
    return report


def _township(plan: Plan) -> Township:
    info = plan.township
    found = session.execute(select(Township).where(Township.code == info.code)).scalar()
    if found is not None:
        return found
    row = Township(
        code=info.code,
        name=info.zh,
        short_name=info.short,
        division_code=info.division_code,
        number_prefix=info.number_prefix,
        fonds_code=info.fonds_code,
        settings=township_settings(plan),
    )
    session.add(row)
    session.flush()
    return row


def township_settings(plan: Plan) -> dict[str, Any]:
    """乡的其余设定：所属县、应有个数（自检用）、依据文件."""
    return {
        "county": plain(asdict(plan.township.county)),
        "expected": plain(asdict(plan.township.expected)),
        "policy_documents": plain([asdict(document) for document in plan.policy_documents]),
    }


def _record(report: SeedReport, now: datetime) -> None:
    touch(report.township_id, now=now)
    journal.record(
        actor=system_actor(report.township_id, day_of(now)),
        now=now,
        module="config",
        action="seed",
        subject_kind="township",
        subject_id=report.township_id,
        data={"added": report.added},
    )


__all__ = ["SeedReport", "seed", "township_settings"]
