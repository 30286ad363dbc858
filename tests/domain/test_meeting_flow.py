"""会议、议题、决议、纪要四个流程：表与规格一致，三签不同人，退回须有理由。"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Refused
from app.domain.flow import Flow
from app.domain.meeting_flow import (
    AGENDA_FLOW,
    MEETING_FLOW,
    MINUTES_FLOW,
    RESOLUTION_FLOW,
    AgendaState,
    MeetingAction,
    MeetingState,
    MinutesState,
    ResolutionState,
    take,
)
from app.domain.meeting_guards import (
    MEETING_GUARDS,
    MeetingContext,
    MeetingFacts,
    MeetingGuard,
    resolution_gaps,
)

FLOWS: list[Flow[Any, MeetingAction]] = [MEETING_FLOW, AGENDA_FLOW, RESOLUTION_FLOW, MINUTES_FLOW]
REASON = "第二项责任单位写错，请改正"

MOVES: dict[str, set[tuple[str, str, str]]] = {
    "meeting": {
        ("PLANNED", "NOTICED", "meeting.schedule"),
        ("NOTICED", "OPEN", "meeting.roll_call"),
        ("OPEN", "CLOSED", "meeting.roll_call"),
        ("CLOSED", "MINUTED", "meeting.sign_minutes"),
        ("PLANNED", "CANCELLED_MTG", "meeting.cancel"),
        ("NOTICED", "CANCELLED_MTG", "meeting.cancel"),
    },
    "agenda": {
        ("COLLECTED", "ADMITTED", "meeting.admit_agenda"),
        ("COLLECTED", "DEFERRED", "meeting.admit_agenda"),
        ("COLLECTED", "DECLINED", "meeting.admit_agenda"),
        ("DEFERRED", "ADMITTED", "meeting.admit_agenda"),
        ("DEFERRED", "DECLINED", "meeting.admit_agenda"),
        ("ADMITTED", "DELIBERATED", "meeting.roll_call"),
        ("ADMITTED", "DEFERRED", "meeting.admit_agenda"),
        ("DELIBERATED", "RESOLVED", "resolution.assign"),
        ("DELIBERATED", "RETURNED_CASE", "resolution.assign"),
    },
    "resolution": {
        ("DRAFTED", "EFFECTIVE", "meeting.sign_minutes"),
        ("EFFECTIVE", "IN_PROGRESS", "resolution.report"),
        ("IN_PROGRESS", "REPORTED_DONE", "resolution.report"),
        ("REPORTED_DONE", "CONFIRMED", "resolution.confirm"),
        ("REPORTED_DONE", "IN_PROGRESS", "resolution.confirm"),
        ("EFFECTIVE", "REVOKED", "meeting.sign_minutes"),
        ("IN_PROGRESS", "REVOKED", "meeting.sign_minutes"),
    },
    "minutes": {
        ("DRAFT", "DRAFT", "meeting.draft_minutes"),
        ("DRAFT", "REVIEWED", "meeting.review_minutes"),
        ("DRAFT", "DRAFT", "meeting.review_minutes"),
        ("REVIEWED", "ISSUED", "meeting.sign_minutes"),
        ("REVIEWED", "DRAFT", "meeting.sign_minutes"),
        ("ISSUED", "ISSUED", "meeting.reissue_minutes"),
    },
}
WORDS = {
    MeetingState: ["已排期", "已通知", "进行中", "已结束待纪要", "纪要已签发", "已取消"],
    AgendaState: ["征集", "列入", "暂缓", "不列入", "已审议", "已形成决议", "退回案件"],
    ResolutionState: ["拟定", "已生效", "落实中", "报告完成", "确认完成", "撤销"],
    MinutesState: ["起草", "审核", "签发印发"],
}


def by(person: int | None, reason: str | None = None) -> MeetingContext:
    return MeetingContext(actor_person_id=person, reason=reason)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_a_flow_has_exactly_the_moves_of_the_specification(
    flow: Flow[Any, MeetingAction],
) -> None:
    moves = {(s.before, a, s.action) for s in flow.steps if s.before for a in s.after}
    assert moves == MOVES[flow.code]
    assert len(flow.next_steps(None)) == 1


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_the_states_bear_the_words_of_the_specification(kind: Any) -> None:
    assert [state.zh for state in kind] == WORDS[kind]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_every_step_outside_the_table_of_a_meeting_is_refused(
    flow: Flow[Any, MeetingAction],
) -> None:
    table = {(s.before, s.action) for s in flow.steps}
    for state, action in itertools.product([None, *flow.states], MeetingAction):
        if (state, action) not in table:
            with pytest.raises(Refused, match="no_such_step"):
                take(flow, state, action, MeetingFacts(), by(1))


@settings(deadline=None)
@given(st.data())
def test_a_random_walk_of_any_meeting_flow_never_leaves_an_end(data: st.DataObject) -> None:
    flow = data.draw(st.sampled_from(FLOWS))
    state = None
    for _ in range(data.draw(st.integers(1, 15))):
        steps = flow.next_steps(state)
        if not steps:
            assert state in flow.finals
            return
        step = data.draw(st.sampled_from(steps))
        after = step.settle(data.draw(st.sampled_from(step.after)))
        assert state not in flow.finals or after == state
        state = after


def minutes(action: str, state: MinutesState, outcome: MinutesState, **named: Any) -> MinutesState:
    person, reason = named.pop("person"), named.pop("reason", None)
    facts = MeetingFacts(drafter_id=1, **named)
    return take(
        MINUTES_FLOW, state, MeetingAction(action), facts, by(person, reason), outcome=outcome
    )


REVIEW = ("meeting.review_minutes", MinutesState.DRAFT, MinutesState.REVIEWED)
SIGN = ("meeting.sign_minutes", MinutesState.REVIEWED, MinutesState.ISSUED)


def test_minutes_are_drafted_reviewed_and_signed_by_three_people() -> None:
    assert minutes(*REVIEW, person=2) is MinutesState.REVIEWED
    assert minutes(*SIGN, person=3, reviewer_id=2) is MinutesState.ISSUED
    with pytest.raises(Refused, match="minutes_by_drafter"):
        minutes(*REVIEW, person=1)
    with pytest.raises(Refused, match="minutes_by_drafter"):
        minutes(*SIGN, person=1, reviewer_id=2)
    with pytest.raises(Refused, match="minutes_by_reviewer"):
        minutes(*SIGN, person=2, reviewer_id=2)
    with pytest.raises(Refused, match="minutes_by_reviewer"):
        minutes(*SIGN, person=3)


def test_the_same_person_may_review_again_after_the_minutes_came_back() -> None:
    assert minutes(*REVIEW, person=2, reviewer_id=2) is MinutesState.REVIEWED


def test_minutes_with_gaps_go_no_further_but_may_be_sent_back_with_a_reason() -> None:
    for gaps, code in (
        ({"minutes_gaps": ("地点",)}, "minutes_gaps"),
        ({"resolution_gaps": ("决01",)}, "resolution_gaps"),
    ):
        with pytest.raises(Refused, match=code):
            minutes(*SIGN, person=3, reviewer_id=2, **gaps)
        back = (SIGN[0], SIGN[1], MinutesState.DRAFT)
        with pytest.raises(Refused, match="reason_short"):
            minutes(*back, person=3, reviewer_id=2, **gaps)
        sent = minutes(*back, person=3, reviewer_id=2, reason=REASON, **gaps)
        assert sent is MinutesState.DRAFT


def test_issued_minutes_can_only_be_reissued_with_a_reason() -> None:
    issued = MinutesState.ISSUED
    assert [s.action for s in MINUTES_FLOW.next_steps(issued)] == [MeetingAction.REISSUE_MINUTES]
    with pytest.raises(Refused, match="reason_short"):
        minutes("meeting.reissue_minutes", issued, issued, person=3)
    assert minutes("meeting.reissue_minutes", issued, issued, person=3, reason=REASON) is issued


def test_a_meeting_closes_under_its_chair_or_someone_entrusted_in_writing() -> None:
    def close(**named: bool) -> MeetingState:
        facts = MeetingFacts(**named)
        return take(MEETING_FLOW, MeetingState.OPEN, MeetingAction.ROLL_CALL, facts, by(1))

    assert close(chair_present=True) is MeetingState.CLOSED
    assert close(chair_entrusted=True) is MeetingState.CLOSED
    with pytest.raises(Refused, match="chair_absent"):
        close()


def test_a_meeting_is_called_off_with_a_reason() -> None:
    facts = MeetingFacts()
    with pytest.raises(Refused, match="reason_short"):
        take(MEETING_FLOW, MeetingState.NOTICED, MeetingAction.CANCEL, facts, by(1))
    assert take(MEETING_FLOW, MeetingState.NOTICED, MeetingAction.CANCEL, facts, by(1, REASON))


def test_an_agenda_item_from_a_case_bears_its_number_and_comes_in_time_or_agreed() -> None:
    def collect(**named: Any) -> AgendaState:
        facts = MeetingFacts(**named)
        return take(AGENDA_FLOW, None, MeetingAction.COLLECT_AGENDA, facts, by(1))

    assert collect(from_case=True, case_number="BQ2017-00001") is AgendaState.COLLECTED
    assert collect(is_late=True, convener_agreed=True) is AgendaState.COLLECTED
    with pytest.raises(Refused, match="agenda_case_number"):
        collect(from_case=True)
    with pytest.raises(Refused, match="agenda_late"):
        collect(is_late=True)


def test_a_resolution_takes_effect_only_when_someone_answers_for_it() -> None:
    assert resolution_gaps(person_id=1, org_id=2, due_on="2017-06-30") == ()
    assert resolution_gaps(person_id=None, org_id=2, due_on=None) == ("person", "due_on")
    drafted = ResolutionState.DRAFTED
    bad = MeetingFacts(resolution_gaps=("决01",))
    with pytest.raises(Refused, match="resolution_gaps"):
        take(RESOLUTION_FLOW, drafted, MeetingAction.SIGN_MINUTES, bad, by(1))
    good = take(RESOLUTION_FLOW, drafted, MeetingAction.SIGN_MINUTES, MeetingFacts(), by(1))
    assert good is ResolutionState.EFFECTIVE


def test_a_report_of_completion_is_confirmed_or_sent_back_with_a_reason() -> None:
    def confirm(outcome: ResolutionState, reason: str | None = None) -> ResolutionState:
        state, action = ResolutionState.REPORTED_DONE, MeetingAction.CONFIRM
        return take(RESOLUTION_FLOW, state, action, MeetingFacts(), by(1, reason), outcome=outcome)

    assert confirm(ResolutionState.CONFIRMED) is ResolutionState.CONFIRMED
    assert confirm(ResolutionState.IN_PROGRESS, REASON) is ResolutionState.IN_PROGRESS
    with pytest.raises(Refused, match="reason_short"):
        confirm(ResolutionState.IN_PROGRESS)


def test_every_guard_of_a_meeting_has_its_judgement_and_is_used() -> None:
    used = {MeetingGuard(code) for flow in FLOWS for s in flow.steps for code in s.guards}
    assert used == set(MeetingGuard) == set(MEETING_GUARDS)
