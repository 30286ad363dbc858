"""计划：一个乡的全部数据，由 app/plan/*.yaml 装载而来，只有值，没有数据库。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from app.plan.model_roles import (
    Account,
    Cell,
    Demo,
    DemoDue,
    DemoSpan,
    DemoStep,
    DemoStory,
    DemoVolumes,
    Grant,
    HoldingRules,
    Limit,
    LimitParam,
    ModuleAction,
    PlannedHolding,
    PseudoRole,
    Role,
    Separation,
)
from app.plan.model_rules import (
    ArchiveNumber,
    Boundary,
    CalendarYear,
    Clause,
    ClockRule,
    Document,
    ExtensionLimits,
    KindRule,
    Leaf,
    Level,
    Level1,
    MeetingRules,
    MinutesStep,
    NearDue,
    Points,
    Promise,
    Reminder,
    ScoreGrade,
    ScorePenalty,
    ScoreTerm,
    Series,
    ServiceItem,
    WorkingHours,
)
from app.plan.model_township import (
    Body,
    Carrier,
    Channel,
    ChannelField,
    EnforcementTeam,
    Grid,
    GridRules,
    Org,
    Platform,
    PoliceSupport,
    PolicyDocument,
    Post,
    ResourceKind,
    Term,
    TownshipInfo,
    Version,
    Village,
)


class Mark(NamedTuple):
    """某一项写在哪个文件的哪一行（从 1 起）."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """计划（the plan as data）：字段名即计划文件里的节名.

    ``versions`` 以文件名（不带 .yaml）为键。``grants`` 已按角色族展开，只含真角色；SYS、PUB 的
    在 ``pseudo_grants``。``cells`` 是矩阵原样，供核对。``marks`` 记各项的行号，不参与比较。
    """

    versions: Mapping[str, Version]
    township: TownshipInfo
    policy_documents: tuple[PolicyDocument, ...]
    org_kinds: Mapping[str, str]
    orgs: tuple[Org, ...]
    villages: tuple[Village, ...]
    village_points: tuple[Term, ...]
    grids: tuple[Grid, ...]
    grid_rules: GridRules
    posts: tuple[Post, ...]
    platforms: tuple[Platform, ...]
    carriers: tuple[Carrier, ...]
    bodies: tuple[Body, ...]
    channels: tuple[Channel, ...]
    force_sources: tuple[Term, ...]
    enforcement_teams: tuple[EnforcementTeam, ...]
    police_support: PoliceSupport
    collaboration_roles: tuple[Term, ...]
    subject_kinds: tuple[Term, ...]
    resource_kinds: tuple[ResourceKind, ...]
    resource_states: tuple[str, ...]
    grid_support_items: tuple[Term, ...]
    service_types: tuple[Term, ...]
    village_conditions: tuple[Term, ...]
    service_items: tuple[ServiceItem, ...]
    boundaries: tuple[Boundary, ...]
    level1: tuple[Level1, ...]
    leaves: tuple[Leaf, ...]
    working_hours: WorkingHours
    fallback_fixed_off: tuple[str, ...]
    calendar: tuple[CalendarYear, ...]
    clocks: tuple[ClockRule, ...]
    sla: Mapping[Level, Mapping[str, Promise | None]]
    kinds: tuple[KindRule, ...]
    points: Points
    extension_limits: ExtensionLimits
    near_due: NearDue
    families: Mapping[str, tuple[str, ...]]
    roles: tuple[Role, ...]
    pseudo_roles: tuple[PseudoRole, ...]
    holding_rules: HoldingRules
    scopes: Mapping[str, str]
    separation: tuple[Separation, ...]
    limits: tuple[Limit, ...]
    limit_params: tuple[LimitParam, ...]
    modules: tuple[Term, ...]
    actions: tuple[ModuleAction, ...]
    cells: tuple[Cell, ...]
    grants: tuple[Grant, ...]
    pseudo_grants: tuple[Grant, ...]
    series: tuple[Series, ...]
    meeting_rules: MeetingRules
    minutes_steps: tuple[MinutesStep, ...]
    weekly_pack_blocks: tuple[str, ...]
    reminders: tuple[Reminder, ...]
    letterhead: tuple[str, ...]
    archive_periods: tuple[Term, ...]
    archive_number: ArchiveNumber
    documents: tuple[Document, ...]
    score_terms: tuple[ScoreTerm, ...]
    score_penalty: ScorePenalty
    score_grades: tuple[ScoreGrade, ...]
    clauses: tuple[Clause, ...]
    accounts: tuple[Account, ...] = ()
    demo: Demo | None = None
    stories: tuple[DemoStory, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict, repr=False, compare=False)

    def expand(self, roles: Iterable[str]) -> tuple[str, ...]:
        """角色族展开（families）：``["B", "C"]`` 得 ``("B", "C1", "C2")``，次序不变、不重复."""
        flat = [member for code in roles for member in self.families.get(code, (code,))]
        return tuple(dict.fromkeys(flat))

    def score_rules(self) -> dict[str, Any]:
        """平台月分的规则（score rules）：可存成 JSON，也可交 ``ScoreRule.from_mapping`` 读."""
        version = self.versions["assessment"]
        return {
            "version": {"code": version.code, "valid_from": version.valid_from.isoformat()},
            "terms": [asdict(term) for term in self.score_terms],
            "penalty": asdict(self.score_penalty),
            "grades": [asdict(grade) for grade in self.score_grades],
        }

    def deadline_rules(self) -> dict[str, Any]:
        """时限规则（deadline rules）：可存成 JSON，也可交 ``RuleBook.from_mapping`` 读."""
        version = self.versions["deadlines"]
        return {
            "version": {"code": version.code, "valid_from": version.valid_from.isoformat()},
            "clocks": [
                {
                    "code": clock.code,
                    "owner": clock.owner,
                    "cards": clock.cards,
                    "remind_wd": list(clock.remind_wd),
                    "rule": clock.rule and list(clock.rule),
                }
                for clock in self.clocks
            ],
            "sla": {
                level: {clock: promise and list(promise) for clock, promise in row.items()}
                for level, row in self.sla.items()
            },
            "kinds": [
                {
                    "code": kind.code,
                    "handle_from": kind.handle_from,
                    "handle": kind.handle and list(kind.handle),
                    "enabled": kind.enabled,
                }
                for kind in self.kinds
            ],
        }


__all__ = [
    "Account",
    "ArchiveNumber",
    "Body",
    "Boundary",
    "CalendarYear",
    "Carrier",
    "Cell",
    "Channel",
    "ChannelField",
    "Clause",
    "ClockRule",
    "Demo",
    "DemoDue",
    "DemoSpan",
    "DemoStep",
    "DemoStory",
    "DemoVolumes",
    "Document",
    "EnforcementTeam",
    "ExtensionLimits",
    "Grant",
    "Grid",
    "GridRules",
    "HoldingRules",
    "KindRule",
    "Leaf",
    "Level",
    "Level1",
    "Limit",
    "LimitParam",
    "Mark",
    "MeetingRules",
    "MinutesStep",
    "ModuleAction",
    "NearDue",
    "Org",
    "Plan",
    "PlannedHolding",
    "Platform",
    "Points",
    "PoliceSupport",
    "PolicyDocument",
    "Post",
    "Promise",
    "PseudoRole",
    "Reminder",
    "ResourceKind",
    "Role",
    "ScoreGrade",
    "ScorePenalty",
    "ScoreTerm",
    "Separation",
    "Series",
    "ServiceItem",
    "Term",
    "TownshipInfo",
    "Version",
    "Village",
    "WorkingHours",
]
