"""INV19：每个状态 × 动作 × 角色 × 限定成立与否，逐格与表一致；表外的一律说得出为什么不行."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.access.case_verdict import verdict
from app.access.subject import case_subject
from app.domain.case_flow import CASE_FLOW
from app.domain.case_guards import GUARDS, not_available_yet
from app.domain.case_words import Action, Guard
from app.domain.errors import Refused
from tests.domain.flow_data import NOW, REASON
from tests.domain.flow_people import actor_of, case_of, inputs_of, other_platform
from tests.domain.flow_reference import (
    ACTIONS,
    MATRIX,
    MOVES,
    ROLES,
    SPEC_ROLES,
    STATES,
    UNFOUNDED,
    Place,
    expected,
    places,
)

VILLAGE_WORK = {"direct_report"}
"""班子成员以联村的任职做的事；其余以分管平台的任职."""


def outcome(role: str, state: str, action: str, place: Place, **changes: Any) -> str:
    """程序的判定：``allowed``，或拒绝的代码；走成的到达态须在表里."""
    facts = case_of(role, state, action, place)
    who = actor_of(role, village=action in VILLAGE_WORK)
    given = inputs_of(role, action, place, facts)
    try:
        found = verdict(facts, Action(action), actor=who, now=NOW, inputs=given, reason=REASON)
    except Refused as refused:
        return refused.code
    assert found.taken.after in MOVES[state, action]
    assert found.holding in who.holdings
    return "allowed"


def test_the_matrix_of_the_plan_names_the_roles_of_the_specification() -> None:
    assert {action: {r for a, r in MATRIX if a == action} for action in ACTIONS} == SPEC_ROLES


@pytest.mark.parametrize("role", ROLES)
def test_every_state_action_and_place_of_a_role_is_decided_as_the_table_says(role: str) -> None:
    wrong, seen = [], Counter[str]()
    for action in ACTIONS:
        for place in places(MATRIX.get((action, role), ()), role):
            for state in ["NEW", *STATES]:
                want = expected(role, state, action, place)
                got = outcome(role, state, action, place)
                seen[want] += 1
                if got != want:
                    wrong.append((state, action, place, f"应为 {want}，却是 {got}"))
    assert wrong == [], len(wrong)
    granted = {action for action, one in MATRIX if one == role}
    assert seen["not_granted"] >= 15 * (len(ACTIONS) - len(granted))
    assert bool(seen["allowed"]) == bool(granted)


def test_every_step_of_the_table_is_open_to_every_role_it_names_and_to_no_other() -> None:
    """反过来看：表里的每一步，矩阵给了的角色走得成，没给的走不成."""
    open_to: dict[tuple[str, str], set[str]] = {}
    for state, action in MOVES:
        for role in ROLES:
            tried = places(MATRIX.get((action, role), ()), role)
            if any(outcome(role, state, action, place) == "allowed" for place in tried):
                open_to.setdefault((state, action), set()).add(role)
    closed = {key for key in MOVES if key not in open_to}
    assert {action for _, action in closed} == {*UNFOUNDED, "forward_approval"}
    never = {
        (state, action, role)
        for (state, action) in MOVES
        for role in SPEC_ROLES[action] - open_to.get((state, action), set())
        if action not in UNFOUNDED
    }
    assert never == _NOT_BY_THE_LIMIT


_NOT_BY_THE_LIMIT = {
    *((s, "cancel", r) for s in ("ACCEPTED", "DISPATCHED", "PROCESSING", "SUSPENDED")
      for r in ("B", "D", "E", "F1", "F2", "F3", "F4", "G1", "G2", "G3", "G4", "H", "I", "J")),
    *((s, "cancel", "PUB") for s in ("ACCEPTED", "DISPATCHED", "PROCESSING", "SUSPENDED")),
    *((s, "reclassify", "B") for s in ("DISPATCHED", "PROCESSING")),
    *((s, "record_progress", "B") for s in ("PROCESSING", "SUSPENDED")),
    # 办件须终审在县级（APPROVAL_ONLY）的，与扫码渠道、草稿撤回，所依据的事实尚未进系统
    *(("ESCALATED", a, r) for a, rs in (
        ("track_escalation", ("F4",)), ("receive_county_return", ("F4", "H", "J"))) for r in rs),
    *(("PROCESSING", "forward_approval", r) for r in ("F4", "H", "J")),
    ("NEW", "draft", "PUB"), ("DRAFT", "report", "PUB"), ("DRAFT", "cancel", "PUB"),
}  # fmt: skip
"""表里写了这个角色、而矩阵的限定使他在这个状态永远走不成的."""


def test_the_guards_without_facts_are_those_named_and_they_let_nobody_through() -> None:
    dead = {code for code in Guard if GUARDS[code] is not_available_yet}
    assert dead == set(UNFOUNDED.values())
    used = {str(step.action) for step in CASE_FLOW.steps if dead & set(map(Guard, step.guards))}
    assert used == set(UNFOUNDED)


@dataclass(frozen=True)
class Anchor:
    """手写的一格：谁、在什么状态、做什么、与案件什么关系、结果."""

    role: str
    state: str
    action: str
    result: str
    near: bool = True
    own: bool = False
    holds: frozenset[str] = field(default_factory=frozenset)


def _a(role: str, state: str, action: str, result: str, *holds: str, **more: bool) -> Anchor:
    return Anchor(role, state, action, result, holds=frozenset(holds), **more)


YES, NO_STEP, NO_GRANT, LIMIT, AFAR = (
    "allowed",
    "no_such_step",
    "not_granted",
    "limit",
    "out_of_scope",
)
ANCHORS = (
    # 登记、上报、直报、自办自结
    _a("I", "DRAFT", "report", YES, own=True),
    _a("I", "DRAFT", "report", AFAR),
    _a("I", "REPORTED", "report", NO_STEP, own=True),
    _a("K", "DRAFT", "report", NO_GRANT, own=True),
    _a("I", "DRAFT", "direct_report", YES, "OWN_GRID", own=True),
    _a("F3", "DRAFT", "direct_report", NO_GRANT, own=True),
    _a("I", "DRAFT", "self_close", YES, "OWN_GRID", own=True),
    _a("I", "DRAFT", "self_close", LIMIT, near=False, own=True),
    _a("H", "DRAFT", "self_close", NO_GRANT, own=True),
    _a("B", "REPORTED", "request_supplement", YES),
    _a("B", "ACCEPTED", "request_supplement", NO_STEP),
    _a("B", "SUPPLEMENT", "supplement", YES, "WITH_REF"),
    _a("B", "SUPPLEMENT", "supplement", LIMIT),
    _a("PUB", "SUPPLEMENT", "supplement", YES, own=True),
    _a("B", "REPORTED", "accept", YES),
    _a("C1", "REPORTED", "accept", YES),
    _a("F3", "REPORTED", "accept", NO_GRANT),
    _a("B", "DRAFT", "accept", AFAR),
    _a("B", "ARCHIVED", "accept", NO_STEP),
    # 不予受理
    _a("B", "ACCEPTED", "propose_reject", YES),
    _a("C1", "ACCEPTED", "propose_reject", NO_GRANT),
    _a("C2", "REPORTED", "reject", YES),
    _a("B", "REPORTED", "reject", NO_GRANT),
    _a("C1", "DISPATCHED", "reject", NO_STEP),
    _a("C2", "SUPPLEMENT", "decline_reject", YES),
    # 并案与撤销并案
    _a("B", "DISPATCHED", "merge", YES),
    _a("B", "PROCESSING", "merge", NO_STEP),
    _a("B", "MERGED", "merge", NO_STEP),
    _a("B", "MERGED", "unmerge", YES),
    _a("B", "REPORTED", "unmerge", NO_STEP),
    _a("F1", "DISPATCHED", "merge", NO_GRANT),
    # 分流、改派、多平台
    _a("B", "ACCEPTED", "dispatch", YES),
    _a("B", "REPORTED", "dispatch", NO_STEP),
    _a("D", "ACCEPTED", "dispatch", NO_GRANT),
    _a("B", "ACCEPTED", "request_multi_dispatch", YES),
    _a("C1", "ACCEPTED", "dispatch_multi", YES),
    _a("B", "ACCEPTED", "dispatch_multi", LIMIT),
    _a("B", "ACCEPTED", "dispatch_multi", YES, "WITH_REF"),
    _a("C2", "ACCEPTED", "refuse_multi_dispatch", NO_GRANT),
    _a("D", "ACCEPTED", "refuse_multi_dispatch", YES),
    _a("B", "DISPATCHED", "redispatch", YES),
    _a("B", "PROCESSING", "redispatch", NO_STEP),
    _a("F3", "DISPATCHED", "sign_in", YES, "OWN_PLATFORM"),
    _a("F3", "DISPATCHED", "sign_in", AFAR, near=False),
    _a("H", "DISPATCHED", "sign_in", YES, "OWN_ORG"),
    _a("I", "DISPATCHED", "sign_in", NO_GRANT),
    _a("F3", "PROCESSING", "return_case", YES, "OWN_PLATFORM"),
    _a("H", "PROCESSING", "return_case", NO_GRANT, "OWN_ORG"),
    _a("H", "PROCESSING", "transfer", YES, "OWN_ORG"),
    _a("H", "DISPATCHED", "transfer", NO_STEP, "OWN_ORG"),
    # 协办与牵头
    _a("G3", "PROCESSING", "add_cooperators", YES, "OWN_PLATFORM"),
    _a("F3", "PROCESSING", "add_cooperators", NO_GRANT),
    _a("M", "PROCESSING", "submit_cooperation", YES, "OWN_ORG"),
    _a("G3", "PROCESSING", "submit_cooperation", NO_GRANT),
    _a("G3", "PROCESSING", "appoint_lead", YES, "WITHIN_PLATFORM"),
    _a("G3", "PROCESSING", "appoint_lead", LIMIT),
    _a("C1", "DISPATCHED", "appoint_lead", YES, "ACROSS_PLATFORMS"),
    _a("C1", "DISPATCHED", "appoint_lead", LIMIT),
    _a("C2", "PROCESSING", "appoint_lead", NO_GRANT),
    _a("I", "PROCESSING", "record_progress", YES, "OWN_GRID"),
    _a("B", "PROCESSING", "record_progress", LIMIT),
    _a("B", "ESCALATED", "record_progress", YES),
    # 延期与挂起
    _a("H", "PROCESSING", "request_extension", YES, "OWN_ORG"),
    _a("H", "SUSPENDED", "request_extension", NO_STEP, "OWN_ORG"),
    _a("G3", "PROCESSING", "approve_extension", YES, "OWN_PLATFORM", "EXT_LE5"),
    _a("G3", "PROCESSING", "approve_extension", LIMIT, "OWN_PLATFORM"),
    _a("C1", "PROCESSING", "approve_extension", YES, "EXT_GT5_OR_LEADER_OWN"),
    _a("C1", "PROCESSING", "refuse_extension", LIMIT),
    _a("D", "PROCESSING", "approve_extension", NO_GRANT),
    _a("F3", "PROCESSING", "request_suspend", YES, "OWN_PLATFORM"),
    _a("G3", "PROCESSING", "approve_suspend", YES, "OWN_PLATFORM"),
    _a("C2", "PROCESSING", "refuse_suspend", YES),
    _a("SYS", "SUSPENDED", "resume", YES),
    _a("F3", "SUSPENDED", "resume", NO_GRANT, "OWN_PLATFORM"),
    _a("G3", "PROCESSING", "resume", NO_STEP, "OWN_PLATFORM"),
    # 联席会议
    _a("D", "ACCEPTED", "submit_to_joint_meeting", YES),
    _a("B", "DISPATCHED", "submit_to_joint_meeting", NO_STEP),
    _a("B", "SUSPENDED", "apply_resolution", YES),
    _a("C1", "SUSPENDED", "apply_resolution", NO_GRANT),
    # 办结、核查、反馈、评价、归档
    _a("H", "PROCESSING", "finish", YES, "OWN_ORG"),
    _a("M", "PROCESSING", "finish", NO_GRANT, "OWN_ORG"),
    _a("F3", "HANDLED", "withdraw_finish", YES, "OWN_PLATFORM"),
    _a("B", "HANDLED", "verify", YES),
    _a("G3", "HANDLED", "verify", NO_GRANT, "OWN_PLATFORM"),
    _a("C2", "VERIFIED", "rework", YES),
    _a("B", "ARCHIVED", "rework", NO_STEP),
    _a("H", "VERIFIED", "feedback", LIMIT, "OWN_ORG"),
    _a("H", "VERIFIED", "feedback", YES, "OWN_ORG", "WITH_REF"),
    _a("B", "ARCHIVED", "rate", YES, "WITH_REF", "NOT_PARTY"),
    _a("B", "VERIFIED", "rate", LIMIT, "WITH_REF"),
    _a("PUB", "ARCHIVED", "rate", YES, own=True),
    _a("C1", "VERIFIED", "rate", NO_GRANT),
    _a("B", "VERIFIED", "spot_check", YES),
    _a("B", "VERIFIED", "spot_check", "is_reporter", own=True),
    _a("C1", "VERIFIED", "spot_check", NO_GRANT),
    _a("B", "VERIFIED", "archive", YES),
    _a("C1", "VERIFIED", "archive", NO_GRANT),
    # 调级、更正、撤销、重开、督办、批示、发牌
    _a("B", "ACCEPTED", "reclassify", YES),
    _a("B", "PROCESSING", "reclassify", LIMIT),
    _a("G3", "PROCESSING", "reclassify", YES, "OWN_PLATFORM", "RAISE_ONLY"),
    _a("G3", "PROCESSING", "reclassify", LIMIT, "OWN_PLATFORM"),
    _a("B", "HANDLED", "correct", YES),
    _a("B", "ARCHIVED", "correct", NO_STEP),
    _a("C1", "HANDLED", "correct", NO_GRANT),
    _a("I", "REPORTED", "cancel", YES, own=True),
    _a("I", "ACCEPTED", "cancel", LIMIT, own=True),
    _a("C1", "PROCESSING", "cancel", YES),
    _a("C1", "REPORTED", "cancel", LIMIT),
    _a("C1", "CANCELLED", "cancel", LIMIT),
    _a("C2", "ARCHIVED", "reopen", YES),
    _a("B", "ARCHIVED", "reopen", NO_GRANT),
    _a("C1", "CANCELLED", "reopen", NO_STEP),
    _a("C1", "MERGED", "reopen", NO_STEP),
    _a("B", "PROCESSING", "supervise", LIMIT),
    _a("B", "PROCESSING", "supervise", YES, "ORDINARY_ONLY"),
    _a("E", "PROCESSING", "instruct", YES, "SELF", near=False),
    _a("E", "PROCESSING", "instruct", AFAR, near=False),
    _a("SYS", "PROCESSING", "auto_card", YES),
    _a("SYS", "SUSPENDED", "auto_card", NO_STEP),
    _a("A", "PROCESSING", "supervise", NO_GRANT),
    # 上报县：拟、批走得到；县级编号未进系统的走不到
    _a("B", "ACCEPTED", "draft_escalation", YES),
    _a("C1", "PROCESSING", "approve_escalation", YES),
    _a("C2", "PROCESSING", "approve_escalation", NO_GRANT),
    _a("C1", "ESCALATED", "withdraw_escalation", "not_available_yet"),
    _a("B", "ESCALATED", "receive_county_feedback", "not_available_yet"),
)


@pytest.mark.parametrize("row", ANCHORS, ids=lambda r: f"{r.role}-{r.state}-{r.action}-{r.result}")
def test_a_row_written_by_hand(row: Anchor) -> None:
    place = Place(row.holds, near=row.near, own=row.own)
    assert outcome(row.role, row.state, row.action, place) == row.result


def test_the_hand_written_rows_name_nearly_every_action_both_ways() -> None:
    named = {row.action for row in ANCHORS}
    refused = {row.action for row in ANCHORS if row.result != YES}
    assert len(ANCHORS) >= 100
    assert set(ACTIONS) - named == {
        "draft",
        "refuse_escalation",
        "forward_approval",
        "track_escalation",
        "receive_county_return",
        "cancel_supervision",
    }
    assert len(refused) >= 30


def test_a_platform_that_only_assists_sees_the_case_but_may_not_act_for_it() -> None:
    """行与限定分开判：协办平台看得到，主办平台的事做不了."""
    facts = case_of("F3", "PROCESSING", "transfer", Place(near=False))
    seen = case_subject(facts)
    assert "ZF" not in seen.platforms
    assisting = replace(facts, assist_platforms=frozenset({"ZF"}), platform=other_platform("F3"))
    given = inputs_of("F3", "transfer", Place(near=False), assisting)
    with pytest.raises(Refused) as refused:
        verdict(
            assisting,
            Action.TRANSFER,
            actor=actor_of("F3"),
            now=NOW,
            inputs=given,
            reason=REASON,
        )
    assert (refused.value.code, refused.value.facts["limit"]) == ("limit", "OWN_PLATFORM")
