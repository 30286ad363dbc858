"""流程内核：自检说出每一处毛病，走步只认表。"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from app.domain.errors import Refused
from app.domain.flow import Flow, FlowStep, Term, is_blank, missing_needs, refusals


class Light(StrEnum):
    RED = "RED"
    GREEN = "GREEN"
    AMBER = "AMBER"
    OFF = "OFF"


GO = FlowStep(action="go", before=Light.RED, after=(Light.GREEN,))
SLOW = FlowStep(action="slow", before=Light.GREEN, after=(Light.AMBER, Light.RED))
BACK = FlowStep(action="back", before=Light.AMBER, after=(Light.RED, Light.GREEN), prior=True)
STOP = FlowStep(action="stop", before=Light.RED, after=(Light.OFF,))
WIRE = FlowStep[Light, str](action="wire", before=None, after=(Light.RED,))
GOOD = (WIRE, GO, SLOW, BACK, STOP)


def lights(*steps: FlowStep[Light, str], **changes: Any) -> Flow[Light, str]:
    made: dict[str, Any] = {
        "code": "light",
        "states": tuple(Light),
        "initial": Light.RED,
        "finals": frozenset({Light.OFF}),
        "steps": steps or GOOD,
    }
    return Flow(**{**made, **changes})


def test_next_steps_come_in_the_order_of_the_table() -> None:
    flow = lights()
    assert flow.next_steps(Light.RED) == (GO, STOP)
    assert flow.next_steps(None) == (WIRE,)
    assert flow.next_steps(Light.OFF) == ()


def test_a_step_outside_the_table_is_refused_with_its_state_and_action() -> None:
    with pytest.raises(Refused) as caught:
        lights().step(Light.GREEN, "go")
    assert caught.value.code == "no_such_step"
    assert caught.value.facts == {"state": Light.GREEN, "action": "go"}


def test_a_fixed_step_settles_by_itself() -> None:
    assert GO.is_fixed
    assert GO.settle() is Light.GREEN


def test_a_step_with_several_outcomes_settles_only_on_one_of_them() -> None:
    assert SLOW.settle(Light.RED) is Light.RED
    for chosen in (None, Light.OFF):
        with pytest.raises(Refused, match="no_such_outcome"):
            SLOW.settle(chosen)


def test_a_step_back_to_the_prior_state_asks_for_it_even_when_only_one_is_possible() -> None:
    only = FlowStep(action="back", before=Light.AMBER, after=(Light.RED,), prior=True)
    assert not only.is_fixed
    with pytest.raises(Refused, match="no_such_outcome"):
        only.settle()
    assert only.settle(Light.RED) is Light.RED


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"states": (Light.RED, Light.GREEN, Light.OFF)}, "没有状态 AMBER"),
        ({"steps": (*GOOD, GO)}, "RED 的 go 写了两次"),
        ({"states": (*Light, Light.RED)}, "状态 RED 写了两次"),
        ({"steps": (WIRE, GO, STOP)}, "AMBER 走不到"),
        ({"steps": (WIRE, GO, SLOW, STOP)}, "AMBER 不是终态却走不出去"),
        ({"exits": {Light.RED: frozenset({"go"})}}, "RED 不是终态"),
        ({"exits": {Light.OFF: frozenset({"wire"})}}, "终态 OFF 的出口 wire 表中没有"),
        ({"steps": (*GOOD, FlowStep("hum", Light.OFF, ()))}, "OFF 的 hum 没有到达态"),
        ({"steps": (*GOOD, FlowStep("mend", Light.OFF, (Light.RED,)))}, "OFF 不得经 mend 离开"),
        ({"steps": (*GOOD, FlowStep("new", None, (Light.OFF,)))}, "new 产生的不是起点 RED"),
    ],
)
def test_a_faulty_flow_cannot_be_built_and_names_the_fault(
    changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        lights(**changes)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ValueError) as caught:
        lights(WIRE, GO, STOP, FlowStep("mend", Light.OFF, (Light.RED,)))
    assert "AMBER 走不到" in str(caught.value)
    assert "mend 离开" in str(caught.value)


def test_a_declared_exit_may_leave_a_final_state_and_staying_is_no_exit() -> None:
    mend = FlowStep("mend", Light.OFF, (Light.RED,))
    dust = FlowStep("dust", Light.OFF, (Light.OFF,))
    flow = lights(*GOOD, mend, dust, exits={Light.OFF: frozenset({"mend"})})
    assert flow.next_steps(Light.OFF) == (mend, dust)


def test_blank_inputs_are_missing_but_no_and_zero_are_answers() -> None:
    inputs = {"a": "  ", "b": False, "c": 0, "d": [], "e": "写了"}
    assert missing_needs(("a", "b", "c", "d", "e", "f"), inputs) == ("a", "d", "f")
    assert is_blank(frozenset())


def test_all_refusals_are_collected_not_only_the_first() -> None:
    def no(_facts: object, _ctx: object) -> None:
        raise Refused("no")

    def yes(_facts: object, _ctx: object) -> None:
        return None

    assert [r.code for r in refusals([no, yes, no], object(), object())] == ["no", "no"]


def test_a_term_is_its_code_and_carries_its_chinese_word() -> None:
    class Word(Term):
        DONE = "done", "办结"
        BARE = "bare"

    assert Word("done") is Word.DONE
    assert Word.DONE == "done"
    assert f"{Word.DONE}" == "done"
    assert (Word.DONE.zh, Word.BARE.zh) == ("办结", "bare")
