"""限定：封闭的一张表，每个限定一个断言；没列的代码一律拒绝."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.access.actor import Actor, HoldingView
from app.access.subject import Subject

EARLY = frozenset({"NEW", "DRAFT", "REPORTED", "SUPPLEMENT"})
FINAL = frozenset({"ARCHIVED", "REJECTED", "MERGED", "CANCELLED"})
MIN_REASON = 10


@dataclass(frozen=True, slots=True)
class Deed:
    """一次判定：以哪条任职、谁、对什么、做哪个动作."""

    holding: HoldingView
    actor: Actor
    subject: Subject
    module: str
    action: str


Limit = Callable[[Deed], bool]


def _all(_: Deed) -> bool:
    return True


def _own_platform(d: Deed) -> bool:
    if d.action == "submit_cooperation":
        # 协办条取它自身的平台：主办与协办平台都算，是哪一条由服务再核
        return d.holding.platform is not None and d.holding.platform in d.subject.platforms
    return d.holding.platform is not None and d.subject.platform == d.holding.platform


def _own_org(d: Deed) -> bool:
    if d.holding.org_id is None:
        return False
    if d.subject.is_case and d.subject.state in ("NEW", "DRAFT"):
        return d.subject.reporter_org_id in (None, d.holding.org_id)
    return d.holding.org_id in d.subject.org_ids


def _own_grid(d: Deed) -> bool:
    return d.holding.grid_id is not None and d.subject.grid_id == d.holding.grid_id


def _own_village(d: Deed) -> bool:
    village = d.holding.village_id
    if village is None or village not in (d.subject.village_id, d.subject.point_village_id):
        return False
    duty_only = d.holding.role in ("E", "H") and d.action in ("draft", "direct_report")
    return not duty_only or d.subject.channel == "VILLAGE_DUTY"


def _in_charge(d: Deed) -> bool:
    h, s = d.holding, d.subject
    return (
        (h.platform is not None and (h.platform == s.platform or h.platform in s.platforms))
        or (h.village_id is not None and h.village_id == s.village_id)
        or (s.lead_person_id is not None and s.lead_person_id == d.actor.person_id)
    )


def _own_entry(d: Deed) -> bool:
    if d.subject.is_case and d.subject.state == "NEW":
        return True
    if d.holding.role == "PUB":
        return d.holding.case_id is not None and d.subject.case_id == d.holding.case_id
    return d.actor.person_id is not None and d.subject.reporter_id == d.actor.person_id


def _self(d: Deed) -> bool:
    s = d.subject
    # 案件上 SELF 所指的人随动作而定：批示是牵头人，看敏感正文是承办人（limit_params）
    on_case = {"case.instruct": s.lead_person_id, "sensitive.view": s.handler_id}
    named = {*s.persons, on_case.get(f"{d.module}.{d.action}")}
    return d.actor.person_id is not None and d.actor.person_id in named


def _not_party(d: Deed) -> bool:
    org = d.holding.org_id or d.actor.org_id
    return d.actor.person_id not in d.subject.parties and org not in d.subject.party_orgs


def _within_platform(d: Deed) -> bool:
    return d.holding.platform is not None and d.subject.work_platforms <= {d.holding.platform}


def _ref(d: Deed) -> bool:
    given = d.subject.inputs.get("reference")
    if d.action == "dispatch_multi":
        given = given or d.subject.inputs.get("multi_reference")
    return bool(str(given or "").strip())


def _reason(d: Deed) -> bool:
    return len(str(d.subject.inputs.get("reason") or "").strip()) >= MIN_REASON


def _county_approval(d: Deed) -> bool:
    return d.subject.case_kind == "SERVICE" and d.subject.approval_final_county


def _raise_only(d: Deed) -> bool:
    order = ("一般", "较大", "重大")
    new, old = d.subject.inputs.get("level"), d.subject.level
    return new in order and old in order and order.index(str(new)) > order.index(str(old))


def _approve(d: Deed) -> bool:
    return d.subject.proposer_id is not None and d.subject.proposer_id != d.actor.person_id


def _after_accept(d: Deed) -> bool:
    return d.subject.state is not None and d.subject.state not in EARLY | FINAL


def _input_int(d: Deed, key: str) -> int:
    value = d.subject.inputs.get(key)
    return value if isinstance(value, int) else 0


def _ext_le5(d: Deed) -> bool:
    return _input_int(d, "extension_total_wd") <= 5


def _ext_gt5(d: Deed) -> bool:
    return _input_int(d, "extension_total_wd") > 5 or bool(d.subject.inputs.get("leader_own"))


LINES: dict[str, dict[str, frozenset[str]]] = {
    "config.approve": {
        "C1": frozenset({"sla", "calendar", "reward"}),
        "D": frozenset({"weights", "meeting_rules"}),
    },
    "assess.review": {"C1": frozenset({"BM"}), "C2": frozenset({"OTHER"})},
    "assess.publish": {"C1": frozenset({"month"}), "D": frozenset({"quarter"})},
    "assess.decide_appeal": {"C1": frozenset({"grid"}), "D": frozenset({"platform"})},
    "resolution.confirm": {"D": frozenset({"leading"})},
    "export.unmask_approve": {"D": frozenset({"sensitive", "inspector"})},
}


def _line(d: Deed) -> bool:
    allowed = LINES.get(f"{d.module}.{d.action}", {}).get(d.holding.role, frozenset())
    return d.subject.line in allowed


LIMITS: dict[str, Limit] = {
    "ALL": _all,
    "OWN_PLATFORM": _own_platform,
    "OWN_ORG": _own_org,
    "OWN_GRID": _own_grid,
    "OWN_VILLAGE": _own_village,
    "IN_CHARGE": _in_charge,
    "OWN_ENTRY": _own_entry,
    "SELF": _self,
    "NOT_PARTY": _not_party,
    "LINKED": lambda d: d.subject.linked,
    "TOWNSHIP_LEVEL": lambda d: d.subject.platform is None,
    "WITHIN_PLATFORM": _within_platform,
    "ACROSS_PLATFORMS": lambda d: len(d.subject.platforms) >= 2,
    "BEFORE_ACCEPT": lambda d: d.subject.state in EARLY,
    "BEFORE_DISPATCH": lambda d: d.subject.state in EARLY | {"ACCEPTED"},
    "AFTER_ACCEPT": _after_accept,
    "COUNTY_ONLY": lambda d: d.subject.state == "ESCALATED",
    "SERVICE_ONLY": lambda d: d.subject.case_kind == "SERVICE",
    "APPROVAL_ONLY": _county_approval,
    "ORDINARY_ONLY": lambda d: d.subject.inputs.get("supervise_kind") == "NORMAL",
    "RAISE_ONLY": _raise_only,
    "EXT_LE5": _ext_le5,
    "EXT_GT5_OR_LEADER_OWN": _ext_gt5,
    "WITH_REF": _ref,
    "WITH_REASON": _reason,
    "CHANNEL_ENABLED": lambda d: d.subject.channel_enabled,
    "JOINT_MEETING": lambda d: d.subject.body_code == "JM",
    "JOINT_AND_LEADING": lambda d: d.subject.body_code in ("JM", "LG"),
    "DRAFT": _all,
    "APPROVE": _approve,
    "LINE": _line,
    "PUBLISHED": lambda d: d.subject.is_published,
}


def holds(code: str, deed: Deed) -> bool:
    """限定是否成立；不认得的代码按拒绝."""
    limit = LIMITS.get(code)
    return limit is not None and limit(deed)
