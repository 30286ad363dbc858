"""走案件流程：表外的步一律拒绝，先说谁不能，再说缺什么；到达态由结果定。"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import case_choices as choices
from app.domain.case_flow import (
    OUTCOMES,
    STEPS,
    Blocked,
    Taken,
    explain,
    next_steps,
    state_of,
    step_of,
    take,
)
from app.domain.case_states import (
    FINALS,
    STATES,
    Clock,
    Leg,
    Level,
    Progress,
    State,
    progress,
)
from app.domain.case_words import Action, Field
from app.domain.errors import Refused
from tests.domain.flow_data import CLERK, FINISH_INPUTS, HANDLER, NOW, SPEC, STATION, ctx, facts


def test_there_are_fourteen_states_and_fifty_seven_actions() -> None:
    assert (len(State), len(Action)) == (14, 57)


def test_every_step_outside_the_table_is_refused() -> None:
    table = {(m, row["action"]) for row in SPEC["transitions"] for m in row["moves"]}
    before: list[State | None] = [None, *State]
    refused = 0
    for state, action in itertools.product(before, Action):
        if (state or "NEW", action.value) in table:
            assert step_of(state, action).action is action
            continue
        refused += 1
        with pytest.raises(Refused) as caught:
            take(facts(state=state or "NEW"), ctx(action))
        assert caught.value.code == "no_such_step"
        assert caught.value.facts == {"state": state, "action": action}
    assert refused == 15 * 57 - len(STEPS)


def test_every_open_state_has_a_next_step_and_a_cancelled_case_has_none() -> None:
    assert all(next_steps(state) for state in State if state not in FINALS)
    assert next_steps(State.CANCELLED) == ()
    assert [step.action for step in next_steps(None)] == [Action.DRAFT]


@settings(deadline=None)
@given(st.data())
def test_a_random_walk_stays_in_the_table_and_leaves_an_end_only_by_its_exits(
    data: st.DataObject,
) -> None:
    state: State | None = None
    for _ in range(data.draw(st.integers(1, 25))):
        steps = next_steps(state)
        if not steps:
            assert state is State.CANCELLED
            return
        step = data.draw(st.sampled_from(steps))
        after = step.settle(data.draw(st.sampled_from(step.after)))
        assert after in State
        if state in FINALS and after is not state:
            assert step.action in STATES[state].exits
        state = after


INPUT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=30),
    st.lists(st.sampled_from(["ZZ", "SJ", "ZF", "BM"]), max_size=3),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(),
    st.sampled_from([*choices.FinishResult, *choices.ReturnReason, *Level, *Clock]),
)


@settings(deadline=None)
@given(
    action=st.sampled_from(Action),
    state=st.sampled_from(["NEW", *State]),
    role=st.sampled_from(["B", "C1", "C2", "D", "F3", "G3", "H", "I", "SYS", "PUB"]),
    person=st.sampled_from([None, CLERK, HANDLER, 1]),
    inputs=st.dictionaries(st.sampled_from(Field), INPUT, max_size=8),
    resume=st.sampled_from([None, *State]),
)
def test_whatever_is_posted_a_step_is_either_taken_along_the_table_or_refused(
    action: Action, state: str, role: str, person: int | None, inputs: Any, resume: State | None
) -> None:
    case = facts(state=state, resume_state=resume)
    context = ctx(action, actor_role=role, actor_person_id=person, inputs=inputs)
    try:
        taken = take(case, context)
    except Refused:
        return
    assert taken.after in step_of(state_of(case), action).after


def after(action: Action, case: Any, **changes: Any) -> State:
    return take(case, ctx(action, **changes)).after


REOPEN = {Field.REOPEN_REASON: "反弹"}
REWORK = {Field.FAULTS: "未清净", Field.DEMAND: "再清一遍"}


def test_rework_goes_back_to_the_platform_or_to_the_county_that_did_it() -> None:
    for state in ("HANDLED", "VERIFIED"):
        assert after(Action.REWORK, facts(state=state), inputs=REWORK) is State.PROCESSING
        county = facts(state=state, county_done=True)
        assert after(Action.REWORK, county, inputs=REWORK) is State.ESCALATED


def test_a_failed_spot_check_sends_the_case_to_the_inbox() -> None:
    case = facts(state="VERIFIED", self_closed=True, spot_sampled=True)
    assert after(Action.SPOT_CHECK, case, inputs={Field.PASSED: True}) is State.VERIFIED
    assert after(Action.SPOT_CHECK, case, inputs={Field.PASSED: False}) is State.REPORTED
    with pytest.raises(Refused) as caught:
        take(case, ctx(Action.SPOT_CHECK))
    assert (caught.value.code, caught.value.facts) == ("needs", {"fields": ("passed",)})


def test_reopening_keeps_its_window_and_goes_where_the_case_was_handled() -> None:
    archived = facts(state="ARCHIVED", closed_at=NOW - timedelta(days=30))
    assert after(Action.REOPEN, archived, inputs=REOPEN) is State.PROCESSING
    with pytest.raises(Refused, match="reopen_window"):
        take(replace(archived, closed_at=NOW - timedelta(days=31)), ctx(Action.REOPEN))
    assert OUTCOMES[Action.REOPEN](archived, ctx()) is State.PROCESSING
    assert OUTCOMES[Action.REOPEN](facts(platform=None), ctx()) is State.ACCEPTED
    assert OUTCOMES[Action.REOPEN](facts(county_done=True, org_id=None), ctx()) is State.ACCEPTED


def test_a_resumed_case_returns_to_where_it_was_and_nowhere_else() -> None:
    suspended = facts(state="SUSPENDED", resume_state="ACCEPTED")
    why = {Field.NOTE: "检验结果已到"}
    assert after(Action.RESUME, suspended, inputs=why) is State.ACCEPTED
    for resume in (None, "HANDLED"):
        with pytest.raises(Refused, match="no_such_outcome"):
            take(facts(state="SUSPENDED", resume_state=resume), ctx(Action.RESUME, inputs=why))


def test_who_may_not_is_said_before_what_is_missing() -> None:
    handler = ctx(Action.VERIFY, actor_person_id=HANDLER)
    with pytest.raises(Refused, match="verifier_handled"):
        take(facts(state="HANDLED"), handler)
    with pytest.raises(Refused) as caught:
        take(facts(state="HANDLED"), ctx(Action.VERIFY))
    assert caught.value.facts == {"fields": ("verify_method", "opinion")}


def test_a_taken_step_tells_where_from_where_to_and_which_clocks() -> None:
    context = ctx(Action.FINISH, actor_org_id=STATION, inputs=FINISH_INPUTS)
    taken = take(facts(), context)
    assert taken == Taken(step_of(State.PROCESSING, Action.FINISH), State.PROCESSING, State.HANDLED)
    assert taken.step.clocks.pause == (Clock.HANDLE,)


def test_explain_lists_every_reason_and_does_not_ask_for_what_the_form_will_bring() -> None:
    case = facts(state="HANDLED")
    station = {"actor_org_id": STATION}
    blocked = explain(case, lambda a: ctx(a, **station, reason=None), [Action.VERIFY])
    assert blocked == [Blocked(Action.VERIFY, "verifier_org", {"org_id": STATION})]
    assert explain(case, lambda a: ctx(a, reason=None), [Action.REWORK, Action.VERIFY]) == []
    found = explain(
        facts(open_coop=1, assist_org_ids=frozenset({20})), ctx, [Action.FINISH, Action.ACCEPT]
    )
    assert [(b.action, b.code) for b in found] == [
        (Action.FINISH, "not_lead_org"),
        (Action.FINISH, "lead_unset"),
        (Action.ACCEPT, "no_such_step"),
    ]


def test_the_stepper_stands_where_the_case_stands() -> None:
    assert progress(State.REPORTED) == Progress((), Leg.RECEIVE)
    assert progress(State.DISPATCHED) == Progress((Leg.RECEIVE, Leg.DIVERT), Leg.SIGN)
    assert progress(State.VERIFIED).now is Leg.FEEDBACK
    assert progress(State.VERIFIED, feedback_done=True).now is Leg.ARCHIVE
    assert progress(State.ARCHIVED) == Progress(tuple(Leg), None)


def test_a_detour_is_a_note_at_the_leg_it_left() -> None:
    waiting = progress(State.SUSPENDED, resume_state=State.ACCEPTED)
    assert (waiting.now, waiting.detour) == (Leg.DIVERT, State.SUSPENDED)
    assert progress(State.ESCALATED).now is Leg.HANDLE
    assert progress(State.REJECTED).detour is State.REJECTED


def test_a_draft_is_born_from_nothing_with_a_channel_and_a_content() -> None:
    new = facts(state="NEW")
    inputs = {Field.CHANNEL: "GRID", Field.CONTENT: "村口垃圾成堆"}
    assert take(new, ctx(Action.DRAFT, inputs=inputs)).before is None
    with pytest.raises(Refused, match="needs"):
        take(new, ctx(Action.DRAFT, inputs={Field.CHANNEL: "GRID"}))
