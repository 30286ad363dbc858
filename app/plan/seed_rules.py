"""计划 → 行：各套规则的第一版（时限、日历、会议、文书、网格、力量、服务）."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.plan.model import Plan
from app.plan.seed_rows import Item, plain


def rule_items(plan: Plan) -> Iterator[Item]:
    """规则版本（rule sets）：``body`` 都能写成 JSON，``sla`` 的合 ``RuleBook.from_mapping``."""
    for kind, file, body in (
        ("sla", "deadlines", sla_body(plan)),
        ("calendar", "deadlines", _calendar(plan)),
        ("weights", "assessment", plan.score_rules()),
        ("meeting", "meetings", _meeting(plan)),
        ("document", "documents", _document(plan)),
        ("grid", "township", _grid(plan)),
        ("force", "forces", _force(plan)),
        ("service", "services", _service(plan)),
    ):
        version = plan.versions[file]
        values = {
            "kind": kind,
            "code": version.code,
            "valid_from": version.valid_from,
            "body": body,
            "basis": "方案与示意值，由本乡核定",
        }
        yield Item("rule_set", f"{kind}:{version.code}", values)


def _row(value: Any) -> dict[str, Any]:
    """数据类化成一行，空的不写."""
    found: dict[str, Any] = plain({k: v for k, v in asdict(value).items() if v is not None})
    return found


def _rows(values: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [_row(value) for value in values]


def sla_body(plan: Plan) -> dict[str, Any]:
    """时限规则：版本、时钟、各等级、件别、扣分、延期上限、临期."""
    version = plan.versions["deadlines"]
    return {
        "version": {"code": version.code, "valid_from": version.valid_from.isoformat()},
        "clocks": _rows(plan.clocks),
        "sla": plain(plan.sla),
        "kinds": _rows(plan.kinds),
        "points": _row(plan.points),
        "extension_limits": _row(plan.extension_limits),
        "near_due": _row(plan.near_due),
    }


def _calendar(plan: Plan) -> dict[str, Any]:
    """工作日历：时段、降级时仍休的日子、计划所附的调休表（供核对）."""
    return {
        **_row(plan.working_hours),
        "fallback_fixed_off": list(plan.fallback_fixed_off),
        "years": _rows(plan.calendar),
    }


def _meeting(plan: Plan) -> dict[str, Any]:
    series = {s.code: {"times": s.times, "quorum_share": s.quorum_share} for s in plan.series}
    return {
        "series": series,
        "rules": _row(plan.meeting_rules),
        "minutes_steps": _rows(plan.minutes_steps),
        "weekly_pack_blocks": list(plan.weekly_pack_blocks),
        "reminders": _rows(plan.reminders),
    }


def _document(plan: Plan) -> dict[str, Any]:
    return {
        "letterhead": list(plan.letterhead),
        "archive_periods": _rows(plan.archive_periods),
        "archive_number": _row(plan.archive_number),
        "documents": _rows(plan.documents),
    }


def _grid(plan: Plan) -> dict[str, Any]:
    return {
        **_row(plan.grid_rules),
        "force_sources": _rows(plan.force_sources),
        "support_items": _rows(plan.grid_support_items),
    }


def _force(plan: Plan) -> dict[str, Any]:
    return {
        "enforcement_teams": _rows(plan.enforcement_teams),
        "police_support": _row(plan.police_support),
        "collaboration_roles": _rows(plan.collaboration_roles),
        "subject_kinds": _rows(plan.subject_kinds),
        "resource_kinds": _rows(plan.resource_kinds),
        "resource_states": list(plan.resource_states),
    }


def _service(plan: Plan) -> dict[str, Any]:
    conditions: Mapping[str, Any] = {i.code: list(i.conditions) for i in plan.service_items}
    return {
        "service_types": _rows(plan.service_types),
        "village_conditions": _rows(plan.village_conditions),
        "item_conditions": conditions,
    }


__all__ = ["rule_items", "sla_body"]
