"""各步自带的规则，以及一件案件从登记到归档走完的一路。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.case_facts import CaseFacts
from app.domain.case_flow import take
from app.domain.case_states import State
from app.domain.case_words import Action, Field
from app.domain.errors import Refused
from tests.domain.flow_data import (
    CLERK,
    FINISH_INPUTS,
    HANDLER,
    HOST,
    NOW,
    OTHER_ORG,
    REPORTER,
    STATION,
    ctx,
    facts,
    later,
)


def go(action: Action, case: CaseFacts, **changes: Any) -> State:
    return take(case, ctx(action, **changes)).after


def refusal(action: Action, case: CaseFacts, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        take(case, ctx(action, **changes))
    return caught.value.code


ACCEPTED = facts(state="ACCEPTED", platform=None, org_id=None)
TO_ZF = {Field.PLATFORM: "ZF"}
ACCEPT = {Field.CATEGORY: 9, Field.LEVEL: "一般", Field.KIND: "EVENT", Field.SENSITIVE: False}
STATION_HAND: dict[str, Any] = {"actor_role": "H", "actor_org_id": STATION}
OPERATOR: dict[str, Any] = {"actor_role": "F3", "actor_org_id": HOST}


def test_a_case_is_sent_back_for_supplement_at_most_twice() -> None:
    reported = facts(state="REPORTED", supplement_count=1)
    items = {Field.ITEMS: ["地点"]}
    assert go(Action.REQUEST_SUPPLEMENT, reported, inputs=items) is State.SUPPLEMENT
    twice = replace(reported, supplement_count=2)
    assert refusal(Action.REQUEST_SUPPLEMENT, twice, inputs=items) == "supplement_limit"
    assert refusal(Action.REQUEST_SUPPLEMENT, reported) == "needs"


def test_a_case_is_accepted_only_into_a_named_category() -> None:
    assert go(Action.ACCEPT, facts(state="REPORTED"), inputs=ACCEPT) is State.ACCEPTED
    unnamed = facts(state="REPORTED", category_named=False)
    assert refusal(Action.ACCEPT, unnamed, inputs=ACCEPT) == "category_unnamed"


@pytest.mark.parametrize("level", ["特大", 3, ["一般"], True])
def test_a_choice_outside_its_list_is_refused(level: object) -> None:
    inputs = {**ACCEPT, Field.LEVEL: level}
    assert refusal(Action.ACCEPT, facts(state="REPORTED"), inputs=inputs) == "bad_choice"


def test_a_dispatch_against_the_rule_needs_a_note() -> None:
    assert go(Action.DISPATCH, ACCEPTED, inputs=TO_ZF) is State.DISPATCHED
    against = {Field.PLATFORM: "SJ"}
    assert refusal(Action.DISPATCH, ACCEPTED, inputs=against) == "dispatch_note"
    noted = {**against, Field.NOTE: "经营户卫生许可，先由市监办"}
    assert go(Action.DISPATCH, ACCEPTED, inputs=noted) is State.DISPATCHED


def test_a_deadline_may_be_shortened_but_not_lengthened_nor_set_in_the_past() -> None:
    rule = {**TO_ZF, Field.RULE_DUE_AT: later(40)}
    assert go(Action.DISPATCH, ACCEPTED, inputs={**rule, Field.DUE_AT: later(40)})
    assert go(Action.DISPATCH, ACCEPTED, inputs={**rule, Field.DUE_AT: later(8)})
    for due, code in (
        (later(41), "deadline_lengthened"),
        (NOW, "deadline_past"),
        (later().replace(tzinfo=None), "deadline_unknown"),
    ):
        inputs = {**rule, Field.DUE_AT: due}
        assert refusal(Action.DISPATCH, ACCEPTED, inputs=inputs) == code
    alone = {**TO_ZF, Field.DUE_AT: later()}
    assert refusal(Action.DISPATCH, ACCEPTED, inputs=alone) == "deadline_unknown"


def test_the_office_handling_a_case_belongs_to_its_platform() -> None:
    inputs = {**TO_ZF, Field.ORG: OTHER_ORG}
    assert refusal(Action.DISPATCH, ACCEPTED, inputs=inputs) == "org_outside_platform"
    good = {**inputs, Field.TARGET_PLATFORMS: ["BM", "ZF"]}
    assert go(Action.DISPATCH, ACCEPTED, inputs=good) is State.DISPATCHED


def test_a_station_signs_in_and_transfers_only_within_itself() -> None:
    waiting = facts(state="DISPATCHED")
    own = {Field.ORG: STATION, Field.HANDLER: HANDLER}
    assert go(Action.SIGN_IN, waiting, **STATION_HAND, inputs=own) is State.PROCESSING
    away = {Field.ORG: OTHER_ORG, Field.HANDLER: 9, Field.TARGET_PLATFORMS: ["ZF"]}
    assert refusal(Action.SIGN_IN, waiting, **STATION_HAND, inputs=away) == "own_org_only"
    assert refusal(Action.TRANSFER, facts(), **STATION_HAND, inputs=away) == "own_org_only"
    assert go(Action.TRANSFER, facts(), **OPERATOR, inputs=away) is State.PROCESSING
    assert refusal(Action.SIGN_IN, waiting, inputs={Field.ORG: STATION}) == "needs"


def test_a_transfer_goes_to_another_office_or_another_hand() -> None:
    same = {Field.ORG: STATION, Field.HANDLER: HANDLER}
    assert refusal(Action.TRANSFER, facts(), inputs=same) == "transfer_nowhere"
    assert go(Action.TRANSFER, facts(), inputs={Field.HANDLER: 9}) is State.PROCESSING


def test_who_approved_in_a_round_does_not_finish_it() -> None:
    approved = facts(round_approvers=frozenset({CLERK}))
    at_station = {"actor_org_id": STATION, "inputs": FINISH_INPUTS}
    assert refusal(Action.FINISH, approved, **at_station) == "approved_this_round"
    assert go(Action.FINISH, facts(), **at_station) is State.HANDLED


def test_feedback_tells_how_what_and_when_or_why_none_is_owed() -> None:
    verified = facts(state="VERIFIED", channel="PATROL")
    told = {Field.METHOD: "电话", Field.CONTENT: "已清运", Field.FEEDBACK_AT: NOW}
    assert go(Action.FEEDBACK, verified, inputs=told) is State.VERIFIED
    assert refusal(Action.FEEDBACK, verified, inputs={Field.METHOD: "电话"}) == "feedback_content"
    early = {**told, Field.FEEDBACK_AT: later()}
    assert refusal(Action.FEEDBACK, verified, inputs=early) == "feedback_in_future"
    inside = {Field.NO_FEEDBACK: "来源为内部巡查"}
    assert go(Action.FEEDBACK, verified, inputs=inside) is State.VERIFIED
    hotline = replace(verified, channel="HOTLINE")
    assert refusal(Action.FEEDBACK, hotline, inputs=inside) == "no_feedback_reason"
    on_spot = {Field.NO_FEEDBACK: "自办自结当场告知"}
    assert refusal(Action.FEEDBACK, verified, inputs=on_spot) == "no_feedback_reason"
    assert refusal(Action.FEEDBACK, verified, inputs={Field.NO_FEEDBACK: "懒"}) == "bad_choice"


def test_an_archive_confirms_the_secrecy_marks() -> None:
    ready = facts(state="VERIFIED", feedback_done=True)
    inputs = {Field.RETENTION: "D10", Field.SECRECY_CONFIRMED: False}
    assert refusal(Action.ARCHIVE, ready, inputs=inputs) == "archive_unconfirmed"
    confirmed = {**inputs, Field.SECRECY_CONFIRMED: True}
    assert go(Action.ARCHIVE, ready, inputs=confirmed) is State.ARCHIVED


@pytest.mark.parametrize("state", ["DRAFT", "REPORTED", "SUPPLEMENT"])
def test_before_acceptance_only_the_reporter_cancels(state: str) -> None:
    case = facts(state=state)
    assert go(Action.CANCEL, case, actor_person_id=REPORTER) is State.CANCELLED
    assert refusal(Action.CANCEL, case) == "cancel_by_reporter"
    assert refusal(Action.CANCEL, case, actor_role="C1") == "cancel_by_reporter"


@pytest.mark.parametrize("case", [{"kind": "COMPLAINT"}, {"channel": "COUNTY"}])
def test_a_reported_complaint_or_county_task_is_not_cancelled_by_its_reporter(case: Any) -> None:
    reported = facts(state="REPORTED", **case)
    assert refusal(Action.CANCEL, reported, actor_person_id=REPORTER) == "cancel_protected"
    draft = facts(state="DRAFT", **case)
    assert go(Action.CANCEL, draft, actor_person_id=REPORTER) is State.CANCELLED


@pytest.mark.parametrize("state", ["ACCEPTED", "DISPATCHED", "PROCESSING", "SUSPENDED"])
def test_later_only_a_coordinator_cancels_and_with_evidence(state: str) -> None:
    case = facts(state=state)
    by_reporter = {"actor_person_id": REPORTER, "inputs": {Field.WITHDRAWAL: 3}}
    assert refusal(Action.CANCEL, case, **by_reporter) == "cancel_by_coordinator"
    assert refusal(Action.CANCEL, case, actor_role="C2") == "cancel_evidence"
    for inputs in ({Field.WITHDRAWAL: 3}, {Field.MISTAKE: "误登，同一件已在办"}):
        assert go(Action.CANCEL, case, actor_role="C2", inputs=inputs) is State.CANCELLED


def test_cards_are_given_by_the_system_alone_and_never_before_their_moment() -> None:
    inputs = {Field.CLOCK: "handle", Field.CARD: "YELLOW", Field.TRIGGERED_AT: NOW}
    system = {"actor_role": "SYS", "actor_person_id": None, "actor_org_id": None}
    assert go(Action.AUTO_CARD, facts(), **system, inputs=inputs) is State.PROCESSING
    assert refusal(Action.AUTO_CARD, facts(), inputs=inputs) == "system_only"
    for changed, code in (
        ({Field.CLOCK: "county_follow"}, "clock_without_cards"),
        ({Field.TRIGGERED_AT: later()}, "card_too_early"),
        ({Field.CARD: "BLUE"}, "bad_choice"),
    ):
        assert refusal(Action.AUTO_CARD, facts(), **system, inputs={**inputs, **changed}) == code


def test_redispatching_a_case_of_two_platforms_still_passes_the_gate() -> None:
    waiting = facts(state="DISPATCHED", assist_platforms=frozenset({"SJ"}))
    to_bm = {Field.PLATFORM: "BM"}
    assert refusal(Action.REDISPATCH, waiting, inputs=to_bm) == "gate_multi"
    approved = replace(waiting, multi_approved=True)
    assert go(Action.REDISPATCH, approved, inputs=to_bm) is State.DISPATCHED


def test_redispatching_goes_to_another_platform_and_to_a_unit_of_it() -> None:
    waiting = facts(state="DISPATCHED", org_id=STATION)
    assert refusal(Action.REDISPATCH, waiting, inputs=TO_ZF) == "redispatch_same"
    assert refusal(Action.REDISPATCH, waiting) == "needs"
    moved: dict[str, Any] = {Field.PLATFORM: "SJ"}
    assert go(Action.REDISPATCH, waiting, inputs=moved) is State.DISPATCHED
    kept = {**moved, Field.ORG: STATION, Field.TARGET_PLATFORMS: ["ZF"]}
    assert refusal(Action.REDISPATCH, waiting, inputs=kept) == "org_outside_platform"
    shared = {**kept, Field.TARGET_PLATFORMS: ["ZF", "SJ"]}
    assert go(Action.REDISPATCH, waiting, inputs=shared) is State.DISPATCHED
    assert refusal(Action.REDISPATCH, waiting, inputs=moved, reason="太短") == "reason_short"
    signed = facts(state="PROCESSING")
    assert refusal(Action.REDISPATCH, signed, inputs=moved) == "no_such_step"


def test_a_hotline_case_walks_from_registration_to_the_archive() -> None:
    clerk: dict[str, Any] = {"actor_person_id": REPORTER}
    verdict = {Field.VERIFY_METHOD: "现场", Field.OPINION: "已清净"}
    told = {Field.METHOD: "电话", Field.CONTENT: "已清运", Field.FEEDBACK_AT: NOW}
    kept = {Field.RETENTION: "D10", Field.SECRECY_CONFIRMED: True}
    signed = {Field.ORG: HOST, Field.HANDLER: HANDLER, Field.TARGET_PLATFORMS: ["ZF"]}
    entry = {Field.CHANNEL: "HOTLINE", Field.CONTENT: "村口垃圾成堆"}
    road: list[tuple[Action, dict[str, Any], dict[str, Any]]] = [
        (Action.DRAFT, {**clerk, "inputs": entry}, {}),
        (Action.REPORT, clerk, {}),
        (Action.ACCEPT, {**clerk, "inputs": ACCEPT}, {}),
        (Action.DISPATCH, {**clerk, "inputs": TO_ZF}, {"platform": "ZF"}),
        (Action.SIGN_IN, {**OPERATOR, "inputs": signed}, {"org_id": HOST, "handler_id": HANDLER}),
        (Action.FINISH, {**OPERATOR, "inputs": FINISH_INPUTS}, {}),
        (Action.VERIFY, {"inputs": verdict}, {}),
        (Action.FEEDBACK, {"inputs": told}, {"feedback_done": True}),
        (Action.ARCHIVE, {"inputs": kept}, {}),
    ]
    case = facts(
        state="NEW", platform=None, org_id=None, handler_id=None, round_handlers=frozenset()
    )
    passed = []
    for action, context, effect in road:
        case = replace(case, state=go(action, case, **context), **effect)
        passed.append(case.state)
    assert passed == [
        "DRAFT",
        "REPORTED",
        "ACCEPTED",
        "DISPATCHED",
        "PROCESSING",
        "HANDLED",
        "VERIFIED",
        "VERIFIED",
        "ARCHIVED",
    ]
