"""装载计划：读 app/plan/*.yaml，一次说出每一处错在哪个文件、哪一行、为什么。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from yaml.nodes import MappingNode

from app.plan.load_check import check
from app.plan.load_grants import (
    AccountLine,
    HoldingDefaults,
    MatrixRow,
    ParamRow,
    double_places,
    expand_grants,
    list_actions,
    list_cells,
    settle_accounts,
    settle_params,
)
from app.plan.load_read import PlanError, PlanFault, Reader, blank, compose
from app.plan.model import Mark, Plan, Version

FOLDER = Path(__file__).parent
VERSION = "version"
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "township.yaml": (
        "township",
        "policy_documents",
        "org_kinds",
        "orgs",
        "villages",
        "village_points",
        "grids",
        "grid_rules",
    ),
    "posts.yaml": ("posts",),
    "platforms.yaml": ("platforms", "carriers", "bodies"),
    "channels.yaml": ("channels",),
    "forces.yaml": (
        "force_sources",
        "enforcement_teams",
        "police_support",
        "collaboration_roles",
        "subject_kinds",
        "resource_kinds",
        "resource_states",
        "grid_support_items",
    ),
    "services.yaml": ("service_types", "village_conditions", "service_items"),
    "categories.yaml": ("boundaries", "level1", "leaves"),
    "deadlines.yaml": (
        "working_hours",
        "fallback_fixed_off",
        "calendar",
        "clocks",
        "sla",
        "kinds",
        "points",
        "extension_limits",
        "near_due",
    ),
    "roles.yaml": (
        "families",
        "roles",
        "pseudo_roles",
        "holding_rules",
        "scopes",
        "separation",
    ),
    "grants.yaml": ("limits", "limit_params", "modules", "case_matrix", "module_matrix"),
    "meetings.yaml": (
        "series",
        "meeting_rules",
        "minutes_steps",
        "weekly_pack_blocks",
        "reminders",
    ),
    "documents.yaml": ("letterhead", "archive_periods", "archive_number", "documents"),
    "assessment.yaml": ("score_terms", "score_penalty", "score_grades"),
    "clauses.yaml": ("clauses",),
    "demo_accounts.yaml": ("holding_defaults", "accounts"),
    "demo_story.yaml": ("demo", "stories"),
}
OPTIONAL = frozenset({"demo_accounts.yaml", "demo_story.yaml"})
RAW: Mapping[str, Any] = {
    VERSION: Version,
    "holding_defaults": HoldingDefaults,
    "accounts": tuple[AccountLine, ...],
    "limit_params": Mapping[str, ParamRow],
    "case_matrix": Mapping[str, MatrixRow],
    "module_matrix": Mapping[str, MatrixRow],
}


def load(folder: Path | None = None) -> Plan:
    """计划（the plan as data）：读一个文件夹（默认产品自带的）里的全部计划文件.

    两份 demo_ 文件可以没有。有任何错处即抛 ``PlanError``，``faults`` 按文件、行号列全。
    """
    faults: list[PlanFault] = []
    marks: dict[str, Mark] = {}
    values: dict[str, Any] = {}
    versions: dict[str, Version] = {}
    for name in SECTIONS:
        path = (folder or FOLDER) / name
        if name in OPTIONAL and not path.exists():
            continue
        root = compose(path, faults)
        if root is not None:
            read = _read_file(root, Reader(name, faults, marks))
            versions[name.removesuffix(".yaml")] = read.pop(VERSION)
            values.update(read)
    if not any(_is_wide(fault) for fault in faults):
        plan = _build(values, versions, marks, faults)
        broken = [fault.path for fault in faults]
        faults += [fault for fault in check(plan) if not _under(fault.path, broken)]
        if not faults:
            return plan
    order = list(SECTIONS)
    raise PlanError(sorted(faults, key=lambda fault: (order.index(fault.file), fault.line)))


def _read_file(root: MappingNode, reader: Reader) -> dict[str, Any]:
    """读一个文件的各节；不认识的节、缺的节记错."""
    expected = (VERSION, *SECTIONS[reader.file])
    hints = get_type_hints(Plan)
    found: dict[str, Any] = {}
    for key, node in reader.items(root, ""):
        if key not in expected:
            reader.fault(node, key, f"不认识的节 {key}（本文件应有 {'、'.join(expected)}）")
            continue
        found[key] = reader.read(node, RAW.get(key, hints.get(key)), key)
    for key in expected:
        if key not in found:
            reader.faults.append(PlanFault(reader.file, 1, key, f"缺少 {key} 这一节"))
            found[key] = blank(RAW.get(key, hints.get(key)))
    return found


def _build(
    values: dict[str, Any],
    versions: Mapping[str, Version],
    marks: dict[str, Mark],
    faults: list[PlanFault],
) -> Plan:
    """由各节的值合成计划：矩阵展开成授权，演示账号补上默认值."""
    case_rows, module_rows = values.pop("case_matrix"), values.pop("module_matrix")
    cells = list_cells({**case_rows, **module_rows})
    grants, pseudo = expand_grants(cells, values["families"], values["pseudo_roles"])
    values["limit_params"] = settle_params(values["limit_params"])
    if "accounts" in values:
        lines: tuple[AccountLine, ...] = values["accounts"]
        for path in double_places(lines):
            faults.append(PlanFault(*marks[path], path, "一条任职的地只能写一个"))
        values["accounts"] = settle_accounts(lines, values.pop("holding_defaults"))
    return Plan(
        **values,
        versions=versions,
        actions=list_actions(case_rows, module_rows),
        cells=cells,
        grants=grants,
        pseudo_grants=pseudo,
        marks=marks,
    )


def _is_wide(fault: PlanFault) -> bool:
    """整个文件或整节读不出：再作相互核对只会跟着错一片."""
    return not fault.path or fault.path in SECTIONS.get(fault.file, ())


def _under(path: str, broken: list[str]) -> bool:
    """位置是否就在已记错之处或其下."""
    return any(path == b or path.startswith((f"{b}.", f"{b}[")) for b in broken)


__all__ = ["FOLDER", "PlanError", "PlanFault", "check", "load"]
