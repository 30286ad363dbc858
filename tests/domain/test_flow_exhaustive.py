"""INV19：每个状态 × 动作 × 角色 × 限定成立与否，逐格与表一致；表外的一律说得出为什么不行."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from app.access.case_verdict import verdict
from app.access.subject import case_subject
from app.domain.case_flow import CASE_FLOW
from app.domain.case_guards import GUARDS, not_available_yet
from app.domain.case_words import Action, Guard
from app.domain.errors import Refused
from tests.domain.flow_anchors import ANCHORS, YES, Anchor
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
