"""案件流程表、状态与词表和规格副本逐格一致。"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from app.domain import case_choices as choices
from app.domain.case_flow import CASE_FLOW, STEPS
from app.domain.case_states import (
    CLOCK_OWNER,
    STATES,
    UNCARDED,
    Clock,
    Kind,
    Level,
    Stage,
    State,
)
from app.domain.case_steps import Step
from app.domain.case_words import Action, Guard, Party
from app.domain.flow import Term
from tests.domain.flow_data import SPEC

TRANSITIONS = SPEC["transitions"]


def targets(row: dict[str, Any], after: Any) -> tuple[str, ...]:
    if after == "@prior":
        return tuple(row["prior_in"])
    return tuple(after) if isinstance(after, list) else (after,)


def words(parties: tuple[Party, ...]) -> list[str]:
    roles = {"B", "C", "C1", "C2", "D", "E", "F", "G"}
    return [p.value if p.value in roles else p.zh for p in parties]


def clocks_of(step: Step) -> dict[str, list[str]]:
    kinds = ("start", "stop", "pause", "resume", "recompute")
    listed = {kind: [c.value for c in getattr(step.clocks, kind)] for kind in kinds}
    return {kind: clocks for kind, clocks in listed.items() if clocks}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row["id"])
def test_a_row_of_the_table_equals_the_specification(row: dict[str, Any]) -> None:
    steps = [step for step in STEPS if step.action == row["action"]]
    moves = {step.before or "NEW": step.after for step in steps}
    assert moves == {before: targets(row, after) for before, after in row["moves"].items()}
    for step in steps:
        assert step.prior is (row["moves"][step.before or "NEW"] == "@prior")
        assert list(step.guards) == row["guards"]
        assert clocks_of(step) == row["clocks"]
        assert words(step.notify) == row["notify"]
        assert step.clause == row["clause"]
        undo = step.undo
        told = undo and {"action": undo.action, "by": undo.by, "within": undo.within}
        assert (told or "none") == row["undo"]
    assert Action(row["action"]).zh == row["zh"]


def test_the_vocabularies_equal_the_specification() -> None:
    assert list(Action) == [row["action"] for row in TRANSITIONS]
    assert list(Guard) == SPEC["guards"]
    assert {kind.value: kind.zh for kind in Kind} == SPEC["kinds"]
    assert [stage.value for stage in Stage] == list(SPEC["stages"].values())
    assert CASE_FLOW.initial == SPEC["initial"]


def test_the_clocks_equal_the_specification() -> None:
    listed = [(c["code"], c["zh"], c["owner"]) for c in SPEC["clocks"]]
    assert [(clock.value, clock.zh, CLOCK_OWNER[clock]) for clock in Clock] == listed
    assert {c["code"] for c in SPEC["clocks"] if c.get("cards") is False} == UNCARDED


@pytest.mark.parametrize("row", SPEC["states"], ids=lambda row: row["code"])
def test_a_state_equals_the_specification(row: dict[str, Any]) -> None:
    state = State(row["code"])
    info = STATES[state]
    assert state.zh == row["zh"]
    assert info.terminal is row["terminal"]
    assert list(info.running) == row["running"]
    assert info.holder == row["holder"]
    assert info.stage == SPEC["stages"][row["stage"]]
    assert list(info.exits) == row.get("exits", [])
    assert (str(info.exit_days) in row["exit_window"]) if info.exit_days else not info.exits


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("reject_reason", choices.RejectReason),
        ("return_reason", choices.ReturnReason),
        ("suspend_reason", choices.SuspendReason),
        ("escalate_kind", choices.EscalateKind),
        ("escalate_reason", choices.EscalateReason),
        ("escalation_state", choices.EscalationState),
        ("finish_result", choices.FinishResult),
        ("satisfaction", choices.Satisfaction),
        ("supervise_kind", choices.SuperviseKind),
        ("level", Level),
    ],
)
def test_a_list_of_choices_equals_the_specification(name: str, kind: type[StrEnum]) -> None:
    listed = SPEC["enums"][name]
    if isinstance(listed, dict):
        assert {word.value: word.zh for word in kind if isinstance(word, Term)} == listed
    else:
        assert [word.value for word in kind] == listed
