"""每个守卫都有放行的一例与拒绝的一例；事实尚未进系统的守卫一律拒绝。"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.case_context import StepContext
from app.domain.case_facts import CaseFacts, MainCase
from app.domain.case_guards import GUARDS, not_available_yet
from app.domain.case_words import Action, Field, Guard, Proposal
from app.domain.errors import Refused
from tests.domain.flow_data import (
    CLERK,
    FINISH_INPUTS,
    HANDLER,
    HOST,
    LEADER,
    NOW,
    OFFICE,
    OTHER_ORG,
    REPORTER,
    STATION,
    TEXT,
    ctx,
    facts,
)

Case = tuple[Guard, CaseFacts, StepContext]
PENDING = {"proposal_pending": frozenset(Proposal), "proposers": dict.fromkeys(Proposal, CLERK)}
HEAD: dict[str, Any] = {"actor_role": "C1", "actor_person_id": LEADER, "actor_post": "P-XZ"}
GROUP: dict[str, Any] = {"actor_role": "G3", "actor_person_id": LEADER, "actor_post": "P-FGZF"}
MOVE = {Field.ORG: OTHER_ORG, Field.TARGET_PLATFORMS: ["ZF", "BM"]}
SELF = {Field.BEFORE_PHOTOS: [1], Field.AFTER_PHOTOS: [2]}
TWO = {"assist_platforms": frozenset({"SJ"})}
COOP = {"assist_org_ids": frozenset({20})}


def finish(**changes: object) -> StepContext:
    named = {getattr(Field, name): value for name, value in changes.items()}
    return ctx(Action.FINISH, actor_org_id=STATION, inputs={**FINISH_INPUTS, **named})


def grid(**changes: Any) -> StepContext:
    base = {"actor_role": "I", "actor_grid_id": 40, "inputs": SELF}
    return ctx(Action.SELF_CLOSE, **{**base, **changes})


def merging(main: MainCase) -> StepContext:
    return ctx(Action.MERGE, inputs={Field.MAIN_CASE: main})


def asking(days: int) -> StepContext:
    return ctx(Action.REQUEST_EXTENSION, actor_role="F3", inputs={Field.EXTENSION_WD: days})


def granting(days: int, **who: Any) -> StepContext:
    return ctx(Action.APPROVE_EXTENSION, **who, inputs={Field.GRANTED_WD: days})


def suspending(**given: Any) -> StepContext:
    who = {key: value for key, value in given.items() if key.startswith("actor")}
    inputs = {getattr(Field, name): value for name, value in given.items() if name not in who}
    return ctx(Action.APPROVE_SUSPEND, **who, inputs=inputs)


def applying(key: int) -> StepContext:
    return ctx(Action.APPLY_RESOLUTION, inputs={Field.RESOLUTION: key})


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


PASSES: list[Case] = [
    (Guard.OWN_RECORD, facts(), ctx(Action.REPORT, actor_person_id=REPORTER)),
    (Guard.OWN_RECORD, facts(entrusted_ids=frozenset({CLERK})), ctx(Action.REPORT)),
    (Guard.OWN_RECORD, facts(), ctx(Action.SUPPLEMENT, inputs={Field.CALL_AT: NOW})),
    (Guard.OWN_RECORD, facts(), ctx(Action.SUPPLEMENT, preview=True)),
    (Guard.OWN_RECORD, facts(), ctx(Action.SUPPLEMENT, actor_role="PUB", actor_case_id=7)),
    (Guard.IN_SCOPE, facts(), ctx()),
    (Guard.NOT_REPORTER, facts(), ctx(Action.SPOT_CHECK)),
    (Guard.REQUIRED_FIELDS, facts(), ctx(Action.REPORT)),
    (Guard.ONE_PLATFORM, facts(), ctx(Action.DISPATCH, inputs={Field.PLATFORM: "ZF"})),
    (Guard.SELF_CLOSE_OK, facts(), grid()),
    (Guard.SELF_CLOSE_OK, facts(), grid(actor_grid_id=None, actor_village_id=30)),
    (Guard.SELF_CLOSE_OK, facts(), grid(inputs={Field.SIGNATURE: 3})),
    (Guard.RIGHT_SEAT, facts(), ctx(Action.APPROVE_EXTENSION, **GROUP)),
    (Guard.RIGHT_SEAT, facts(), ctx(Action.APPOINT_LEAD, **{**GROUP, "actor_person_id": HANDLER})),
    (Guard.RIGHT_SEAT, facts(multi_approved=True), ctx(Action.DISPATCH_MULTI)),
    (Guard.APPROVER_NOT_PROPOSER, facts(**PENDING), ctx(Action.REJECT, **HEAD)),
    (Guard.APPROVER_NOT_PROPOSER, facts(), ctx(Action.REJECT, **HEAD)),
    (Guard.GATE_MULTI, facts(), ctx(Action.ADD_COOPERATORS)),
    (Guard.GATE_MULTI, facts(**TWO, multi_approved=True), ctx(Action.DISPATCH_MULTI)),
    (Guard.GATE_MULTI, facts(**TWO), ctx(Action.DISPATCH_MULTI, **HEAD)),
    (Guard.NO_OPEN_MULTI, facts(), ctx(Action.DISPATCH)),
    (Guard.PROPOSED_REJECT, facts(**PENDING), ctx(Action.REJECT)),
    (Guard.PROPOSED_REJECT, facts(), ctx(Action.REJECT, actor_role="C2")),
    (Guard.FIRST_RETURN_BY_OPERATOR, facts(), ctx(Action.RETURN_CASE, actor_role="F3")),
    (
        Guard.FIRST_RETURN_BY_OPERATOR,
        facts(return_count=1),
        ctx(Action.RETURN_CASE, actor_role="G3"),
    ),
    (Guard.NOT_PENDING, facts(), ctx(Action.PROPOSE_REJECT)),
    (Guard.HAS_PENDING, facts(**PENDING), ctx(Action.APPROVE_SUSPEND)),
    (Guard.NOT_MAJOR, facts(), ctx(Action.SUBMIT_TO_JOINT_MEETING)),
    (Guard.IS_LEAD_ORG, facts(), finish()),
    (Guard.IS_LEAD_ORG, facts(lead_org_id=HOST), ctx(Action.FINISH, actor_org_id=HOST)),
    (Guard.IS_COOP_ORG, facts(**COOP), ctx(Action.SUBMIT_COOPERATION, actor_org_id=20)),
    (Guard.LEAD_SET, facts(), finish()),
    (Guard.LEAD_SET, facts(**COOP, lead_org_id=STATION, lead_person_id=HANDLER), finish()),
    (Guard.COOP_DONE, facts(), finish()),
    (Guard.COOP_DONE, facts(open_coop=1), finish(NO_WAIT="对方无故未回复，情况紧急先行办结")),
    (Guard.COOP_DONE, facts(open_coop=1), ctx(Action.FINISH, preview=True)),
    (Guard.RESULT_EVIDENCE, facts(), finish()),
    (Guard.RESULT_EVIDENCE, facts(), ctx(Action.FINISH, preview=True)),
    (
        Guard.RESULT_EVIDENCE,
        facts(),
        finish(RESULT="已移送有权机关", TRANSFER_ORG="县局", TRANSFER_NO="移送〔2017〕1号"),
    ),
    (Guard.RESULT_EVIDENCE, facts(), finish(RESULT="调解成功", MEDIATION=9)),
    (Guard.VERIFIER_INDEPENDENT, facts(), ctx()),
    (Guard.VERIFIER_INDEPENDENT, facts(past_org_ids=frozenset({OFFICE})), ctx()),
    (Guard.FEEDBACK_DONE, facts(feedback_done=True), ctx(Action.ARCHIVE)),
    (Guard.ARCHIVE_COMPLETE, facts(), ctx(Action.ARCHIVE)),
    (Guard.SPOT_DONE, facts(), ctx(Action.ARCHIVE)),
    (Guard.SPOT_DONE, facts(spot_sampled=True, spot_passed=True), ctx(Action.ARCHIVE)),
    (Guard.SAMPLED, facts(self_closed=True, spot_sampled=True), ctx(Action.SPOT_CHECK)),
    (Guard.SAME_PLATFORM, facts(), ctx(Action.TRANSFER, inputs={Field.HANDLER: 9})),
    (Guard.SAME_PLATFORM, facts(), ctx(Action.TRANSFER, inputs=MOVE)),
    (Guard.LEVEL_DOWN_BY_C, facts(), ctx(Action.RECLASSIFY, inputs={Field.LEVEL: "重大"})),
    (
        Guard.LEVEL_DOWN_BY_C,
        facts(level="重大"),
        ctx(Action.RECLASSIFY, actor_role="C2", inputs={Field.LEVEL: "一般"}),
    ),
    (Guard.MAIN_CASE_OK, facts(), merging(MainCase(8, "PROCESSING", "ZF"))),
    (Guard.MAIN_CASE_OK, facts(platform=None), merging(MainCase(8, "REPORTED"))),
    *(
        (
            Guard.MAIN_CASE_OK,
            facts(platform=None, category_platform=category),
            merging(MainCase(8, "PROCESSING", "ZF")),
        )
        for category in ("ZF", None)
    ),
    (Guard.MAIN_CASE_OK, facts(), ctx(Action.MERGE, preview=True)),
    (Guard.MERGE_WINDOW, facts(closed_at=ago(7)), ctx(Action.UNMERGE)),
    (Guard.BEFORE_DUE, facts(handle_due_at=NOW), ctx(Action.REQUEST_EXTENSION)),
    (Guard.NO_RED, facts(), ctx(Action.REQUEST_EXTENSION)),
    (Guard.EXT_LIMIT, facts(extension_times=1, extension_wd=15), asking(5)),
    (Guard.EXT_LIMIT, facts(extension_asked=5), granting(3, **GROUP)),
    (Guard.EXT_LIMIT, facts(extension_asked=8, extension_wd=3), granting(8, **HEAD)),
    (Guard.EXT_LIMIT, facts(extension_asked=2, extension_by_leader=True), granting(2, **HEAD)),
    (Guard.SUSPEND_LIMIT, facts(suspend_asked="AWAIT_TEST"), suspending(UNTIL_WD=10, **GROUP)),
    (Guard.SUSPEND_LIMIT, facts(suspend_asked="LONG_TERM"), suspending(UNTIL_ND=60, **HEAD)),
    (Guard.NO_OPEN_AGENDA, facts(), ctx(Action.SUBMIT_TO_JOINT_MEETING)),
    (Guard.RESOLUTION_EFFECTIVE, facts(resolutions=frozenset({9})), applying(9)),
    (Guard.REOPEN_WINDOW, facts(state="ARCHIVED", closed_at=ago(30)), ctx(Action.REOPEN)),
    (Guard.REOPEN_WINDOW, facts(state="REJECTED", closed_at=ago(15), round=2), ctx(Action.REOPEN)),
    (
        Guard.RATE_WINDOW,
        facts(fed_back_at=ago(30)),
        ctx(Action.RATE, inputs={Field.REFERENCE: "05771234 回访"}),
    ),
    (Guard.RATE_WINDOW, facts(fed_back_at=ago(1)), ctx(Action.RATE, actor_role="PUB")),
    (Guard.REASON, facts(), ctx()),
    (Guard.REASON, facts(), ctx(reason=None, preview=True)),
]

REFUSES: list[tuple[Guard, CaseFacts, StepContext, str]] = [
    (Guard.OWN_RECORD, facts(), ctx(Action.REPORT), "own_record"),
    (
        Guard.OWN_RECORD,
        facts(reporter_id=None),
        ctx(Action.REPORT, actor_person_id=None),
        "own_record",
    ),
    (
        Guard.OWN_RECORD,
        facts(entrusted_ids=frozenset({CLERK})),
        ctx(Action.REPORT, actor_org_id=OTHER_ORG),
        "own_record",
    ),
    (Guard.OWN_RECORD, facts(), ctx(Action.SUPPLEMENT), "own_record"),
    (Guard.OWN_RECORD, facts(), ctx(Action.SUPPLEMENT, actor_role="PUB"), "own_record"),
    (
        Guard.OWN_RECORD,
        facts(),
        ctx(Action.SUPPLEMENT, actor_role="PUB", actor_case_id=8),
        "own_record",
    ),
    (Guard.IN_SCOPE, facts(), ctx(in_scope=False), "out_of_scope"),
    (Guard.NOT_REPORTER, facts(), ctx(actor_person_id=REPORTER), "is_reporter"),
    (Guard.REQUIRED_FIELDS, facts(missing_fields=("grid",)), ctx(), "required_fields"),
    (Guard.ONE_PLATFORM, facts(**TWO), ctx(Action.DISPATCH), "one_platform"),
    (
        Guard.ONE_PLATFORM,
        facts(),
        ctx(Action.DISPATCH, inputs={Field.PLATFORM: ["ZF", "SJ"]}),
        "one_platform",
    ),
    (
        Guard.ONE_PLATFORM,
        facts(category_platform=None),
        ctx(Action.DISPATCH),
        "category_without_platform",
    ),
    (Guard.SELF_CLOSE_OK, facts(level="较大"), grid(), "self_close_kind"),
    (Guard.SELF_CLOSE_OK, facts(kind="COMPLAINT"), grid(), "self_close_kind"),
    (Guard.SELF_CLOSE_OK, facts(), grid(actor_grid_id=41), "self_close_place"),
    (Guard.SELF_CLOSE_OK, facts(grid_id=None), grid(actor_grid_id=None), "self_close_place"),
    (Guard.SELF_CLOSE_OK, facts(), grid(inputs={}), "self_close_evidence"),
    (Guard.RIGHT_SEAT, facts(), ctx(Action.APPROVE_EXTENSION), "right_seat"),
    (
        Guard.RIGHT_SEAT,
        facts(),
        ctx(Action.APPROVE_EXTENSION, **{**GROUP, "actor_post": None}),
        "right_seat",
    ),
    (
        Guard.RIGHT_SEAT,
        facts(),
        ctx(Action.APPROVE_EXTENSION, **{**GROUP, "actor_person_id": HANDLER}),
        "approver_handled",
    ),
    (
        Guard.RIGHT_SEAT,
        facts(),
        ctx(Action.APPOINT_LEAD, **{**GROUP, "actor_person_id": HANDLER, "actor_mode": "委托"}),
        "approver_handled",
    ),
    (Guard.RIGHT_SEAT, facts(), ctx(Action.DISPATCH_MULTI), "multi_unapproved"),
    (Guard.APPROVER_NOT_PROPOSER, facts(**PENDING), ctx(Action.REJECT), "approver_is_proposer"),
    (
        Guard.APPROVER_NOT_PROPOSER,
        facts(proposal_pending=frozenset({"reject"})),
        ctx(Action.REJECT, **HEAD),
        "approver_is_proposer",
    ),
    (Guard.APPROVER_NOT_PROPOSER, facts(), ctx(Action.VERIFY), "not_available_yet"),
    (Guard.GATE_MULTI, facts(**TWO), ctx(Action.DISPATCH_MULTI), "gate_multi"),
    (
        Guard.GATE_MULTI,
        facts(),
        ctx(Action.ADD_COOPERATORS, **HEAD, inputs={Field.ASSIST_PLATFORMS: ["SJ"]}),
        "gate_multi",
    ),
    (Guard.NO_OPEN_MULTI, facts(**PENDING), ctx(Action.DISPATCH), "multi_pending"),
    (Guard.PROPOSED_REJECT, facts(), ctx(Action.REJECT), "reject_unproposed"),
    (
        Guard.FIRST_RETURN_BY_OPERATOR,
        facts(return_count=1),
        ctx(actor_role="F3"),
        "return_by_leader",
    ),
    (Guard.NOT_PENDING, facts(**PENDING), ctx(Action.PROPOSE_REJECT), "already_pending"),
    (Guard.HAS_PENDING, facts(), ctx(Action.DECLINE_REJECT), "nothing_pending"),
    (Guard.NOT_MAJOR, facts(level="重大"), ctx(), "is_major"),
    (Guard.IS_LEAD_ORG, facts(), ctx(Action.FINISH), "not_lead_org"),
    (Guard.IS_LEAD_ORG, facts(org_id=None), ctx(actor_org_id=None), "not_lead_org"),
    (Guard.IS_COOP_ORG, facts(), ctx(Action.SUBMIT_COOPERATION), "not_coop_org"),
    (Guard.LEAD_SET, facts(**COOP), finish(), "lead_unset"),
    (Guard.LEAD_SET, facts(**COOP, lead_org_id=STATION), finish(), "lead_unset"),
    (Guard.COOP_DONE, facts(open_coop=1), finish(), "coop_open"),
    (Guard.COOP_DONE, facts(open_coop=1), finish(NO_WAIT="不等了"), "coop_open"),
    (Guard.RESULT_EVIDENCE, facts(), finish(RESULT=""), "result_missing"),
    (Guard.RESULT_EVIDENCE, facts(), finish(CONTENT=TEXT[:19]), "result_text_short"),
    (Guard.RESULT_EVIDENCE, facts(), finish(EVIDENCE=[]), "result_evidence"),
    (Guard.RESULT_EVIDENCE, facts(), finish(RESULT="已移送有权机关"), "result_transfer"),
    (Guard.RESULT_EVIDENCE, facts(), finish(RESULT="调解不成已引导"), "result_mediation"),
    (Guard.VERIFIER_INDEPENDENT, facts(), ctx(actor_person_id=HANDLER), "verifier_handled"),
    (Guard.VERIFIER_INDEPENDENT, facts(lead_person_id=CLERK), ctx(), "verifier_handled"),
    (Guard.VERIFIER_INDEPENDENT, facts(county_recorder_id=CLERK), ctx(), "verifier_handled"),
    (Guard.VERIFIER_INDEPENDENT, facts(), ctx(actor_person_id=None), "verifier_handled"),
    (Guard.VERIFIER_INDEPENDENT, facts(org_id=OFFICE), ctx(), "verifier_org"),
    (Guard.VERIFIER_INDEPENDENT, facts(**COOP), ctx(actor_org_id=20), "verifier_org"),
    (Guard.FEEDBACK_DONE, facts(), ctx(Action.ARCHIVE), "feedback_undone"),
    (Guard.ARCHIVE_COMPLETE, facts(missing_archive=("P6",)), ctx(), "archive_incomplete"),
    (Guard.SPOT_DONE, facts(spot_sampled=True), ctx(), "spot_undone"),
    (Guard.SAMPLED, facts(self_closed=True), ctx(), "not_sampled"),
    (Guard.SAME_PLATFORM, facts(platform="SJ"), ctx(inputs=MOVE), "same_platform"),
    (Guard.SAME_PLATFORM, facts(), ctx(inputs={Field.ORG: OTHER_ORG}), "same_platform"),
    (Guard.SAME_PLATFORM, facts(), ctx(inputs={Field.CATEGORY: 5}), "same_platform"),
    (
        Guard.LEVEL_DOWN_BY_C,
        facts(level="重大"),
        ctx(inputs={Field.LEVEL: "较大"}),
        "level_down_by_c",
    ),
    (
        Guard.LEVEL_DOWN_BY_C,
        facts(sensitive=True),
        ctx(inputs={Field.SENSITIVE: False}),
        "level_down_by_c",
    ),
    (
        Guard.SAME_PLATFORM,
        facts(),
        ctx(Action.RECLASSIFY, inputs={Field.CATEGORY: 5}),
        "same_platform",
    ),
    (Guard.MAIN_CASE_OK, facts(), ctx(Action.MERGE), "main_missing"),
    (Guard.MAIN_CASE_OK, facts(), merging(MainCase(7, "PROCESSING", "ZF")), "main_is_self"),
    (Guard.MAIN_CASE_OK, facts(), merging(MainCase(8, "ARCHIVED", "ZF")), "main_closed"),
    (Guard.MAIN_CASE_OK, facts(), merging(MainCase(8, "MERGED", "ZF")), "main_closed"),
    (Guard.MAIN_CASE_OK, facts(), merging(MainCase(8, "PROCESSING", "SJ")), "main_other_platform"),
    (
        Guard.MAIN_CASE_OK,
        facts(platform=None, category_platform="SJ"),
        merging(MainCase(8, "PROCESSING", "ZF")),
        "main_other_platform",
    ),
    (
        Guard.MAIN_CASE_OK,
        facts(platform="ZF", category_platform="ZF"),
        merging(MainCase(8, "REPORTED")),
        "main_other_platform",
    ),
    (
        Guard.MAIN_CASE_OK,
        facts(merged_in=2),
        merging(MainCase(8, "PROCESSING", "ZF")),
        "has_merged_cases",
    ),
    (Guard.MERGE_WINDOW, facts(closed_at=ago(8)), ctx(Action.UNMERGE), "merge_window"),
    (Guard.MERGE_WINDOW, facts(), ctx(Action.UNMERGE), "merge_window"),
    (
        Guard.MERGE_WINDOW,
        facts(closed_at=ago(1), main_case=MainCase(8, "ARCHIVED", "ZF")),
        ctx(Action.UNMERGE),
        "main_archived",
    ),
    (Guard.BEFORE_DUE, facts(), ctx(Action.REQUEST_EXTENSION), "no_handle_clock"),
    (Guard.BEFORE_DUE, facts(handle_due_at=ago(1)), ctx(Action.REQUEST_EXTENSION), "past_due"),
    (Guard.NO_RED, facts(has_red=True), ctx(Action.REQUEST_EXTENSION), "has_red"),
    (Guard.EXT_LIMIT, facts(extension_times=2), asking(1), "extension_times"),
    (Guard.EXT_LIMIT, facts(), asking(0), "extension_days"),
    (Guard.EXT_LIMIT, facts(extension_wd=16), asking(5), "extension_total"),
    (Guard.EXT_LIMIT, facts(extension_asked=6), granting(2, **GROUP), "extension_by_head"),
    (
        Guard.EXT_LIMIT,
        facts(extension_asked=3),
        granting(4, **GROUP),
        "extension_more_than_asked",
    ),
    (
        Guard.EXT_LIMIT,
        facts(extension_asked=2, extension_by_leader=True),
        granting(2, **GROUP),
        "extension_by_head",
    ),
    (
        Guard.SUSPEND_LIMIT,
        facts(suspend_asked="LONG_TERM"),
        suspending(UNTIL_WD=3, **GROUP),
        "suspend_long_term",
    ),
    (
        Guard.SUSPEND_LIMIT,
        facts(suspend_asked="AWAIT_TEST"),
        suspending(UNTIL_WD=11, **GROUP),
        "suspend_too_long_wd",
    ),
    (
        Guard.SUSPEND_LIMIT,
        facts(suspend_asked="AWAIT_TEST"),
        suspending(UNTIL_ND=61, **HEAD),
        "suspend_too_long_nd",
    ),
    (Guard.SUSPEND_LIMIT, facts(suspend_asked="AWAIT_TEST"), suspending(**HEAD), "suspend_until"),
    (Guard.NO_OPEN_AGENDA, facts(agenda_open=True), ctx(), "agenda_is_open"),
    (Guard.RESOLUTION_EFFECTIVE, facts(), applying(9), "no_resolution"),
    (
        Guard.RESOLUTION_EFFECTIVE,
        facts(resolutions=frozenset({8})),
        applying(9),
        "resolution_not_effective",
    ),
    (
        Guard.REOPEN_WINDOW,
        facts(state="ARCHIVED", closed_at=ago(31)),
        ctx(Action.REOPEN),
        "reopen_window",
    ),
    (
        Guard.REOPEN_WINDOW,
        facts(state="ARCHIVED", closed_at=ago(1), round=3),
        ctx(Action.REOPEN),
        "reopen_limit",
    ),
    (Guard.RATE_WINDOW, facts(fed_back_at=ago(31)), ctx(Action.RATE), "rate_window"),
    (Guard.RATE_WINDOW, facts(), ctx(Action.RATE), "rate_window"),
    (Guard.RATE_WINDOW, facts(fed_back_at=ago(1), rated=True), ctx(Action.RATE), "already_rated"),
    (Guard.RATE_WINDOW, facts(fed_back_at=ago(1)), ctx(Action.RATE), "rate_unverified"),
    (Guard.REASON, facts(), ctx(reason="  太短了       "), "reason_short"),
    (Guard.REASON, facts(), ctx(reason=None), "reason_short"),
]

WAITING = {guard for guard in Guard if GUARDS[guard] is not_available_yet}


@pytest.mark.parametrize(("guard", "case", "context"), PASSES, ids=lambda v: str(v)[:24])
def test_a_guard_lets_a_proper_step_pass(
    guard: Guard, case: CaseFacts, context: StepContext
) -> None:
    GUARDS[guard](case, context)


@pytest.mark.parametrize(("guard", "case", "context", "code"), REFUSES, ids=lambda v: str(v)[:24])
def test_a_guard_refuses_an_improper_step_with_its_code(
    guard: Guard, case: CaseFacts, context: StepContext, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        GUARDS[guard](case, context)
    assert caught.value.code == code


@pytest.mark.parametrize("guard", sorted(WAITING))
def test_a_guard_whose_facts_are_not_kept_yet_never_passes(guard: Guard) -> None:
    for preview in (False, True):
        with pytest.raises(Refused, match="not_available_yet"):
            GUARDS[guard](facts(), ctx(preview=preview))


def test_every_guard_is_shown_passing_and_refusing_or_is_waiting_for_its_facts() -> None:
    assert {guard for guard, *_ in PASSES} == set(Guard) - WAITING
    assert {guard for guard, *_ in REFUSES} == set(Guard) - WAITING
