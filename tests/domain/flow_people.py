"""每种角色一个人、与他有各种关系的一件案件：守卫都过得去，只有关系与状态在变."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.access.actor import Actor, HoldingView, public_actor, system_actor
from app.domain.case_facts import CaseFacts, MainCase
from app.plan.load import load
from tests.domain.flow_data import NOW, TEXT, later
from tests.domain.flow_reference import ROLES, Place

ME, OTHER, THIRD = 2, 3, 9
MINE, THEIRS, THIRD_ORG, HALL = 11, 12, 13, 10
HERE, THERE = 30, 31
CASE, DAY = 7, date(2017, 5, 22)

GRANTS: dict[str, dict[tuple[str, str], tuple[tuple[str, ...], ...]]] = {}
for _grant in load().grants:
    GRANTS.setdefault(_grant.role, {})[(_grant.module, _grant.action)] = _grant.alternatives

PENDING = {
    "reject": "reject",
    "decline_reject": "reject",
    "dispatch_multi": "multi",
    "refuse_multi_dispatch": "multi",
    "approve_extension": "extension",
    "refuse_extension": "extension",
    "approve_suspend": "suspend",
    "refuse_suspend": "suspend",
    "approve_escalation": "escalation",
    "refuse_escalation": "escalation",
}
"""批准类的步决定哪一类待批条."""


def platform_of(role: str) -> str:
    """这个角色的平台；不限平台的取执法平台."""
    return str(ROLES[role].get("platform") or "ZF")


def other_platform(role: str) -> str:
    """另一个平台."""
    return "BM" if platform_of(role) == "SJ" else "SJ"


def actor_of(role: str, *, village: bool = False, **changes: Any) -> Actor:
    """持有这个角色的人；``village`` 为联村的班子成员."""
    if role == "SYS":
        return system_actor(1, DAY)
    if role == "PUB":
        return public_actor(CASE, 1, DAY)
    scope = ROLES[role]["scope"]
    place: dict[str, Any] = {
        "platform": {"platform": platform_of(role)},
        "platform_or_lead": {"village_id": HERE} if village else {"platform": "ZF"},
        "org": {"org_id": MINE},
        "grid_or_own": {"grid_id": HERE},
        "village_service": {"village_id": HERE},
    }.get(scope, {})
    holding = HoldingView(id=1, role=role, scope=scope, post_name="某职务", **{**place, **changes})
    org = HALL if scope == "township" else MINE
    return Actor(
        person_id=ME, township_id=1, name="某人", today=DAY, org_id=org, holdings=(holding,),
        grants=GRANTS,
    )  # fmt: skip


def case_of(role: str, state: str, action: str, place: Place) -> CaseFacts:
    """一件守卫都过得去的案件，与这个人的关系照 ``place``."""
    scope = ROLES[role]["scope"]
    here = HERE if place.near else THERE
    by_org = scope in {"org", "platform"} and place.near
    many = "ACROSS_PLATFORMS" in place.holds or (
        action == "appoint_lead" and role[0] == "G" and "WITHIN_PLATFORM" not in place.holds
    )
    much = "EXT_GT5_OR_LEADER_OWN" in place.holds or (
        role[0] == "G" and "EXT_LE5" not in place.holds
    )
    party = action == "rate" and "NOT_PARTY" not in place.holds
    kind = PENDING.get(action)
    own_platform = place.near or scope not in {"platform", "platform_or_lead"}
    return CaseFacts(
        id=CASE if place.own or role != "PUB" else CASE + 1,
        township_id=1,
        state=state,
        kind="SERVICE" if "SERVICE_ONLY" in place.holds else "EVENT",
        level="一般",
        channel="VILLAGE_DUTY",
        platform=platform_of(role) if own_platform else other_platform(role),
        assist_platforms=frozenset({other_platform(role)} if many else ()),
        category_platform=platform_of(role),
        category_named=True,
        org_id=MINE if by_org else THEIRS,
        assist_org_ids=frozenset({MINE} if by_org and action == "submit_cooperation" else ()),
        lead_org_id=MINE if by_org else THEIRS,
        lead_person_id=ME if "SELF" in place.holds else THIRD,
        handler_id=OTHER,
        reporter_id=ME if place.own else OTHER,
        reporter_org_id=MINE if "OWN_ORG" in place.holds else HALL,
        village_id=here,
        point_village_id=here,
        grid_id=here,
        round_handlers=frozenset({OTHER, ME} if party else {OTHER}),
        proposal_pending=frozenset({kind} if kind else ()),
        proposers={kind: OTHER} if kind else {},
        feedback_done=True,
        fed_back_at=NOW - timedelta(days=1),
        self_closed=True,
        spot_sampled=True,
        spot_passed=True,
        multi_approved=True,
        resume_state="ACCEPTED",
        closed_at=NOW - timedelta(days=1),
        main_case=MainCase(CASE + 5, "REPORTED", platform_of(role)),
        handle_due_at=later(),
        extension_wd=2 if much else 0,
        extension_asked=6 if much else 3,
        suspend_asked="AWAIT_TEST",
        resolutions=frozenset({77}),
        last_finisher_id=ME,
        coop_platforms=frozenset(
            {platform_of(role)} if scope == "platform" and place.near else ()
        ),
    )  # fmt: skip


def inputs_of(role: str, action: str, place: Place, facts: CaseFacts) -> dict[str, object]:
    """这一步填写的内容：都填得对."""
    given: dict[str, object] = dict(_BY_ACTION.get(action, {}))
    if "WITH_REF" in place.holds or (action == "rate" and role == "B" and not place.holds):
        given["reference"] = "R-1"
    if action in {"supervise", "cancel_supervision"}:
        given["supervise_kind"] = "NORMAL" if "ORDINARY_ONLY" in place.holds else "YELLOW"
    if action == "reclassify":
        raised = role[0] != "G" or "RAISE_ONLY" in place.holds
        given["level"] = "较大" if raised else "一般"
    if action in {"dispatch", "direct_report"}:
        given["platform"] = facts.platform
    if action in {"dispatch_multi", "redispatch"}:
        given["platform"] = "ZZ" if facts.platform != "ZZ" else "BM"
    if action == "merge":
        given["main_case"] = MainCase(CASE + 5, "REPORTED", facts.platform)
    if action in {"sign_in", "transfer"}:
        org = MINE if ROLES[role]["scope"] == "org" else THIRD_ORG
        given |= {"org_id": org, "handler_id": THIRD, "target_platforms": (facts.platform,)}
    return given


_OPINION: dict[str, object] = {"opinion": "同意"}
_BY_ACTION: dict[str, dict[str, object]] = {
    "draft": {"channel": "VILLAGE_DUTY", "content": "村口垃圾成堆"},
    "self_close": {"category_id": 1, "before_photos": [1], "after_photos": [2], "content": TEXT},
    "direct_report": {"category_id": 1, "direct_reason": "小类清楚，平台唯一"},
    "request_supplement": {"items": "具体地点"},
    "supplement": {"content": "补上地点", "call_at": NOW - timedelta(minutes=5)},
    "accept": {"category_id": 1, "level": "一般", "kind": "EVENT", "sensitive": False},
    "propose_reject": {"reject_reason": "不属本乡辖区", "notice": "请向邻乡反映"},
    "reject": {"reject_reason": "不属本乡辖区", "notice": "请向邻乡反映", "method": "电话"},
    "decline_reject": _OPINION,
    "merge": {"same_points": ["地点"]},
    "request_multi_dispatch": {
        "platform": "ZF",
        "assist_platforms": ["SJ"],
        "tasks": {"SJ": "查证照"},
        "note": "两家有份",
    },
    "refuse_multi_dispatch": _OPINION,
    "dispatch_multi": {"assist_platforms": ["SJ"], "tasks": {"SJ": "查证照"}},
    "return_case": {"return_reason": "不属本平台职责", "suggestion": "另派"},
    "appoint_lead": {"lead_person_id": THIRD, "lead_org_id": THIRD_ORG, "note": "牵头"},
    "add_cooperators": {"coop_org_ids": [THIRD_ORG]},
    "submit_cooperation": {"reply": "已查过证照"},
    "record_progress": {"content": "到场核实"},
    "request_extension": {"extension_wd": 2, "work_done": "已送达通知"},
    "approve_extension": {"granted_wd": 2, **_OPINION},
    "refuse_extension": _OPINION,
    "request_suspend": {
        "suspend_reason": "AWAIT_TEST",
        "resume_on": date(2017, 5, 26),
        "evidence": [1],
    },
    "approve_suspend": {
        "until_on": date(2017, 5, 26),
        "until_wd": 4,
        "until_nd": 4,
        **_OPINION,
    },
    "refuse_suspend": _OPINION,
    "resume": {"note": "结果已到"},
    "submit_to_joint_meeting": {
        "agenda_title": "谁来管",
        "agenda_type": "职责边界",
        "dispute": "两家都说不归自己",
        "plan": "归执法平台",
    },
    "apply_resolution": {"resolution_id": 77},
    "finish": {"result": "已解决", "content": TEXT, "evidence": [1]},
    "verify": {"verify_method": "资料", "opinion": "照片属实"},
    "rework": {"faults": "未清净", "demand": "再清一遍"},
    "feedback": {"method": "电话", "content": "已清运", "feedback_at": NOW},
    "rate": {"satisfaction": "满意", "method": "电话回访"},
    "spot_check": {"passed": True},
    "archive": {"retention": "D10", "secrecy_confirmed": True},
    "auto_card": {"clock": "handle", "card": "YELLOW", "triggered_at": NOW},
    "correct": {"corrections": {"title": "更正"}},
    "cancel": {"withdrawal": "来电人书面撤回"},
    "reopen": {"reopen_reason": "反弹"},
}  # fmt: skip
