"""换规则重算：调整等级之后，走着的时钟按新等级从原起点重算（R7）."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.case_states import Clock
from app.domain.rule_book import is_raised
from app.services.clocks import rule_of, running
from models.case import Case

RERULED = frozenset({Clock.ACCEPT, Clock.DISPATCH, Clock.SIGN_IN, Clock.HANDLE})
"""随等级重算的时钟（流程表 reclassify 的 recompute）."""


def rerule(case: Case, *, before: str, now: datetime) -> None:
    """等级由 ``before`` 改成案件现在的等级：换上新等级的黄红牌值.

    规则版本仍取起算时刻的一册（已在走的按旧版走完）；调高的记下此刻，期限不早于其后第 1 个
    工作日末；调低的直接取新期限，返工给足的一日不取消.
    """
    if case.level == before:
        return
    raised = is_raised(before, case.level)
    for row in running(case):
        clock = Clock(row.clock)
        rule = rule_of(case, clock, row.start_at) if clock in RERULED else None
        if rule is None:
            continue
        row.yellow_rule = str(rule.yellow)
        row.red_rule = str(rule.red) if rule.red else None
        row.rule_version = rule.version
        if raised:
            row.not_before = now.astimezone(UTC)
            row.late_extension_wd = 0
        elif not case.rework_count:
            row.not_before = None
