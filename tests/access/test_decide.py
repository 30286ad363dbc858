"""判定的性质：动作、限定、行须出自同一条任职，多条任职只是取并集."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.actor import Actor, HoldingView
from app.access.decide import decide, require
from app.access.limits import LIMITS
from app.access.reach import covers, reach, reach_of
from app.access.subject import Subject
from app.access.visibility import Sight, sight, sight_of
from app.domain.errors import Refused
from app.plan.load import load

PLAN = load()
ROLES = {role.code: role for role in PLAN.roles}
GRANTS: dict[str, dict[tuple[str, str], tuple[tuple[str, ...], ...]]] = {}
for grant in PLAN.grants:
    GRANTS.setdefault(grant.role, {})[(grant.module, grant.action)] = grant.alternatives
ACTIONS = sorted({(g.module, g.action) for g in PLAN.grants})
PLATFORMS = ("ZZ", "SJ", "ZF", "BM")
STATES = ("NEW", "DRAFT", "REPORTED", "ACCEPTED", "DISPATCHED", "PROCESSING", "HANDLED", "ARCHIVED")
small = st.integers(1, 3)
maybe = st.none() | small

holdings = st.builds(
    lambda number, code, mode, place: HoldingView(
        id=number,
        role=code,
        scope=ROLES[code].scope,
        sensitive=ROLES[code].sensitive,
        mode=mode,
        platform=ROLES[code].platform if ROLES[code].scope == "platform" else None,
        org_id=place if ROLES[code].scope == "org" else None,
        grid_id=place if ROLES[code].scope == "grid_or_own" else None,
        village_id=place if ROLES[code].scope in ("platform_or_lead", "village_service") else None,
    ),
    st.integers(1, 99),
    st.sampled_from(sorted(ROLES)),
    st.sampled_from(("在任", "代行", "兼任", "委托")),
    small,
)
subjects = st.builds(
    Subject,
    kind=st.sampled_from(("case", "meeting", "attachment")),
    township_id=st.sampled_from((1, 1, 1, 2)),
    platform=st.none() | st.sampled_from(PLATFORMS),
    platforms=st.frozensets(st.sampled_from(PLATFORMS), max_size=2),
    org_ids=st.frozensets(small, max_size=2),
    past_org_ids=st.frozensets(small, max_size=1),
    grid_id=maybe,
    village_id=maybe,
    reporter_id=maybe,
    lead_person_id=maybe,
    handler_id=maybe,
    state=st.sampled_from(STATES),
    case_kind=st.sampled_from(("EVENT", "SERVICE")),
    level=st.just("一般"),
    channel=st.sampled_from(("GRID", "VILLAGE_DUTY")),
    is_sensitive=st.booleans(),
    body_code=st.none() | st.sampled_from(("JM", "LG")),
)
people = st.builds(
    lambda held, person: Actor(
        person_id=person,
        township_id=1,
        name="某人",
        today=date(2017, 6, 30),
        holdings=tuple(held),
        grants=GRANTS,
    ),
    st.lists(holdings, max_size=3, unique_by=lambda h: h.id),
    small,
)


@given(people, subjects, st.sampled_from(ACTIONS))
def test_a_deed_is_allowed_only_when_one_holding_alone_allows_it(actor, subject, verb):
    alone = [
        h for h in actor.holdings if decide(replace(actor, holdings=(h,)), *verb, subject).allowed
    ]
    found = decide(actor, *verb, subject)
    assert found.allowed == bool(alone)
    if found.holding is not None:
        assert found.holding in alone


@given(people, subjects, st.sampled_from(ACTIONS))
def test_no_deed_crosses_the_border_of_a_township(actor, subject, verb):
    foreign = replace(subject, township_id=2)
    assert not decide(actor, *verb, foreign).allowed
    assert sight(actor, foreign) is Sight.NONE


@given(people, subjects)
def test_the_reach_of_a_person_is_the_union_of_the_holdings(actor, subject):
    one_by_one = any(covers(reach_of(h, actor), subject) for h in actor.holdings)
    assert covers(reach(actor), subject) == one_by_one


@given(people, subjects)
def test_a_row_out_of_reach_shows_nothing(actor, subject):
    if subject.state != "DRAFT" and not covers(reach(actor), subject):
        assert sight(actor, subject) is Sight.NONE


@given(people, subjects)
def test_a_sensitive_text_is_read_only_through_the_holding_that_gives_the_row(actor, subject):
    secret = replace(subject, is_sensitive=True, township_id=1)
    if sight(actor, secret) is Sight.FULL and secret.state != "DRAFT":
        giving = [h for h in actor.holdings if sight_of(h, actor, secret) is Sight.FULL]
        assert any(covers(reach_of(h, actor), secret) for h in giving)


@given(people, subjects, st.sampled_from(ACTIONS))
def test_an_ended_term_gives_no_deed(actor, subject, verb):
    ended = replace(actor, holdings=tuple(replace(h, is_past=True) for h in actor.holdings))
    assert not decide(ended, *verb, subject).allowed


def test_every_limit_of_the_plan_is_a_predicate_and_no_other():
    assert {limit.code for limit in PLAN.limits} == set(LIMITS)


def test_an_unknown_limit_denies():
    holding = HoldingView(id=1, role="B", scope="township")
    actor = Actor(
        person_id=1,
        township_id=1,
        name="某人",
        today=date(2017, 6, 30),
        holdings=(holding,),
        grants={"B": {("case", "accept"): (("NO_SUCH_LIMIT",),)}},
    )
    case = Subject(kind="case", township_id=1, state="REPORTED")
    with pytest.raises(Refused) as refused:
        require(actor, "case", "accept", case)
    assert refused.value.code == "limit"


def test_a_grant_without_a_limit_row_denies():
    holding = HoldingView(id=1, role="B", scope="township")
    actor = Actor(
        person_id=1,
        township_id=1,
        name="某人",
        today=date(2017, 6, 30),
        holdings=(holding,),
        grants={"B": {("case", "accept"): ()}},
    )
    case = Subject(kind="case", township_id=1, state="REPORTED")
    assert decide(actor, "case", "accept", case).lacks == "verb"


def test_the_administrator_has_no_deed_on_any_case():
    verbs = {verb for verb in GRANTS["A"] if verb[0] == "case"}
    assert not verbs


def test_the_discipline_office_changes_no_case():
    assert not {verb for verb in GRANTS["K"] if verb[0] == "case"} - {("case", "read")}


def test_whom_self_means_on_a_case_goes_by_the_deed():
    """SELF：看敏感正文是承办人，批示是牵头人（limit_params）."""
    station = HoldingView(id=1, role="H", scope="org", org_id=5)
    head = HoldingView(id=1, role="E", scope="platform_or_lead")
    case = Subject(
        kind="case",
        township_id=1,
        state="PROCESSING",
        org_ids=frozenset({5}),
        handler_id=2,
        lead_person_id=3,
    )

    def may(holding, person, module, action):
        who = Actor(
            person_id=person,
            township_id=1,
            name="某人",
            today=date(2017, 6, 30),
            holdings=(holding,),
            grants=GRANTS,
        )
        return decide(who, module, action, case).allowed

    assert may(station, 2, "sensitive", "view")
    assert not may(station, 3, "sensitive", "view")
    assert may(head, 3, "case", "instruct")
    assert not may(head, 2, "case", "instruct")
