"""流程的十九条不变量（INV01–INV19）之一：各条一个用例，照规格的查法另读一遍库，再绕过服务试着弄坏."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.errors import Refused
from app.services import case_amend, case_closing, case_lead, case_merge, case_multi, journal
from tests.domain.flow_reference import FINAL
from tests.factories import REASON
from tests.services.law import BOTH, Law
from tests.services.raw import broken_by_hand, rows, value

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "('DRAFT','REPORTED','SUPPLEMENT','ACCEPTED','REJECTED')"
PLACED = "('DISPATCHED','PROCESSING','HANDLED','VERIFIED','ARCHIVED')"
CASE_LOG = "module = 'case' AND action <> 'read'"


def test_the_world_has_every_state_that_can_be_reached(law: Law) -> None:
    """县级办理中（ESCALATED）要等上报县平台的动作；其余十三个状态都有."""
    states = {state for (state,) in rows("SELECT DISTINCT state FROM case_record")}
    assert len(states) == 13
    assert "ESCALATED" not in states


def _writes_state(node: ast.AST) -> bool:
    """这一句给案件的 state 赋值."""
    if isinstance(node, ast.Call) and "update(Case)" in ast.unparse(node.func):
        return any(k.arg == "state" for k in node.keywords)
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = {"case.state", "main.state", "step.case.state", "self.case.state"}
    return any(ast.unparse(one) in names for one in targets)


def _state_writers() -> set[str]:
    """给案件的 state 赋值的文件."""
    files = [path for room in ("app", "views", "reports") for path in (ROOT / room).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if any(_writes_state(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }


def test_inv01_the_state_is_what_the_last_entry_left_and_is_set_in_one_place(law: Law) -> None:
    assert not rows(
        f"SELECT c.id, c.state, j.after FROM case_record c LEFT JOIN LATERAL (SELECT after"
        f" FROM journal WHERE case_id = c.id AND {CASE_LOG} ORDER BY chain_seq DESC LIMIT 1) j"
        " ON true WHERE j.after IS DISTINCT FROM c.state"
    )
    assert not rows(
        "SELECT case_id, before, was FROM (SELECT case_id, before, lag(after) OVER"
        f" (PARTITION BY case_id ORDER BY chain_seq) AS was FROM journal WHERE {CASE_LOG}) j"
        " WHERE before IS DISTINCT FROM was"
    )
    assert _state_writers() == {"app/services/case_step.py"}
    skipped = "UPDATE case_record SET state = 'VERIFIED', platform = 'ZF' WHERE id = :id"
    told = broken_by_hand(skipped, id=law.ids["REPORTED"])
    assert "案件不能由 REPORTED 到 VERIFIED" in told
    unknown = "UPDATE case_record SET state = 'ELSEWHERE' WHERE id = :id"
    assert broken_by_hand(unknown, id=law.ids["REPORTED"])


def test_inv02_no_platform_before_the_hand_over_and_exactly_one_after(law: Law) -> None:
    """县级办结件的例外要等上报县平台的动作；自办自结取小类的默认平台，没有交办."""
    assert not rows(f"SELECT id FROM case_record WHERE state IN {BEFORE} AND platform IS NOT NULL")
    assert not rows(f"SELECT id FROM case_record WHERE state IN {PLACED} AND platform IS NULL")
    assert not rows(
        "SELECT c.id, c.state, count(a.id) FROM case_record c LEFT JOIN assignment a"
        " ON a.case_id = c.id AND a.role = 'LEAD' AND a.is_listed AND a.platform = c.platform"
        f" WHERE c.state IN {PLACED} AND NOT c.is_self_closed AND NOT c.is_county_done"
        " GROUP BY c.id HAVING count(a.id) <> 1"
    )
    assert not rows(
        "SELECT case_id FROM assignment WHERE role = 'LEAD' AND is_open"
        " GROUP BY case_id HAVING count(*) > 1"
    )
    emptied = "UPDATE case_record SET platform = NULL WHERE id = :id"
    for name in ("DISPATCHED", "PROCESSING", "HANDLED", "VERIFIED", "ARCHIVED"):
        assert "platform_after_dispatch" in broken_by_hand(emptied, id=law.ids[name])


def test_inv03_whoever_verified_had_no_hand_in_the_round(law: Law) -> None:
    checks = rows(
        "SELECT case_id, round, actor_id FROM journal"
        " WHERE action IN ('verify', 'rework') AND module = 'case'"
    )
    assert len(checks) >= 6
    for case_id, turn, person in checks:
        assert not rows(
            "SELECT action FROM journal WHERE case_id = :c AND round = :r AND actor_id = :p AND"
            " action IN ('sign_in','transfer','record_progress','submit_cooperation','finish')",
            c=case_id, r=turn, p=person,
        )  # fmt: skip
        assert not rows(
            "SELECT o.org_id FROM case_org o JOIN person p ON p.org_id = o.org_id"
            " WHERE o.case_id = :c AND p.id = :p",
            c=case_id, p=person,
        )  # fmt: skip
    for login in ("zhifa2", "zhifa", "chengguan"):
        with pytest.raises(Refused):
            case_closing.verify(law.case("HANDLED"), method="资料", opinion="属实", **law.by(login))


SEVERAL = """
SELECT case_id FROM (
  SELECT case_id, platform FROM assignment WHERE is_listed
  UNION SELECT case_id, platform FROM cooperation WHERE state <> 'CANCELLED') p
GROUP BY case_id HAVING count(DISTINCT platform) > 1
"""
APPROVED = """
SELECT 1 FROM case_proposal q JOIN holding h ON h.person_id = q.decider_id
  JOIN role_profile f ON f.role_id = h.role_id
 WHERE q.case_id = :id AND q.kind = 'multi' AND q.state = 'APPROVED' AND f.code IN ('C1','D')
UNION ALL
SELECT 1 FROM journal WHERE case_id = :id AND action = 'dispatch_multi'
   AND actor_role IN ('C1','D')
UNION ALL
SELECT 1 FROM resolution r JOIN agenda_item i ON i.id = r.agenda_item_id
 WHERE i.case_id = :id AND r.number IS NOT NULL AND r.state <> 'DRAFT'
"""


def test_inv04_several_platforms_always_rest_on_an_approval_or_a_resolution(law: Law) -> None:
    """决议作凭据的那一路由联席会议的用例走（test_joint_meeting）."""
    found = {case_id for (case_id,) in rows(SEVERAL)}
    assert found == {law.ids["asked"], law.ids["headed"]}
    assert all(rows(APPROVED, id=case_id) for case_id in found)
    with pytest.raises(Refused, match=r"gate_multi|multi_unapproved"):
        case_multi.dispatch_multi(
            law.case("ACCEPTED"), **BOTH, reference="随便写的", **law.by("clerk2")
        )
    case_multi.request_multi_dispatch(
        law.case("ACCEPTED"), **BOTH, note="两家有份", **law.by("clerk2")
    )
    for login in ("clerk", "deputy", "zhifa_lead"):
        with pytest.raises(Refused):
            case_multi.dispatch_multi(
                law.case("ACCEPTED"), **BOTH, reference="等不及批", **law.by(login)
            )


def test_inv05_nobody_approves_what_they_proposed(law: Law) -> None:
    """不予受理、多平台、延期、挂起；上报县、奖励、配置的批准要等各自的模块，纪要另有用例."""
    decided = rows(
        "SELECT kind, proposer_id, decider_id FROM case_proposal"
        " WHERE state IN ('APPROVED','REFUSED')"
    )
    assert {kind for kind, _, _ in decided} == {"reject", "multi", "extension", "suspend"}
    assert all(one != other and other is not None for _, one, other in decided)
    own = "UPDATE case_proposal SET decider_id = proposer_id WHERE state = 'APPROVED'"
    assert "approver_not_proposer" in broken_by_hand(own)
    nobody = "UPDATE case_proposal SET decider_id = NULL WHERE state = 'APPROVED'"
    assert "approver_not_proposer" in broken_by_hand(nobody)


EXITS = {"ARCHIVED": ("reopen", 30), "REJECTED": ("reopen", 15), "MERGED": ("unmerge", 7)}


def test_inv06_an_end_is_left_only_by_its_exit_within_its_window(law: Law) -> None:
    ends = "('ARCHIVED','REJECTED','MERGED','CANCELLED')"
    left = rows(
        "SELECT before, action, (at AT TIME ZONE 'Asia/Shanghai')::date -"
        " (since AT TIME ZONE 'Asia/Shanghai')::date FROM (SELECT before, after, action, at,"
        f" lag(at) OVER (PARTITION BY case_id ORDER BY chain_seq) AS since FROM journal"
        f" WHERE {CASE_LOG}) j WHERE before IN {ends} AND after <> before"
    )
    assert {before for before, _, _ in left} == set(EXITS)
    for before, action, days in left:
        assert action == EXITS[before][0]
        assert days <= EXITS[before][1]
    assert not rows(
        f"SELECT action FROM journal WHERE {CASE_LOG} AND before IN {ends} AND after = before"
        " AND action <> 'rate'"
    )
    for state in FINAL:
        hand = "UPDATE case_record SET state = 'HANDLED', closed_at = NULL, outcome = NULL,"
        hand += " archived_at = NULL WHERE id = :id"
        assert f"案件不能由 {state} 到 HANDLED" in broken_by_hand(hand, id=law.ids[state])
    late = {"ARCHIVED": 31, "REJECTED": 16}
    for name, days in late.items():
        then = law.case(name).closed_at + timedelta(days=days)
        with pytest.raises(Refused, match="reopen_window"):
            case_amend.reopen(
                law.case(name), reopen_reason="反弹", reason=REASON, actor=law.actor("mayor"),
                now=then,
            )  # fmt: skip
    merged = law.case("MERGED")
    with pytest.raises(Refused, match="merge_window"):
        case_merge.unmerge(
            merged, main=law.case("main"), reason=REASON, actor=law.actor("clerk"),
            now=merged.closed_at + timedelta(days=8),
        )  # fmt: skip


def test_inv06_what_is_closed_is_not_signed_for_by_those_who_were_asked_to_help(law: Law) -> None:
    """协办条也是案件的一部分：案件终结之后不再签收、不再回复."""
    case = law.case("asked")
    law.sign(case)
    law.finish(case, no_wait_reason="市监那一段不影响办结，先行报送。")
    case_closing.verify(case, method="资料", opinion="属实", **law.by("clerk3"))
    told = {"method": "电话", "content": "已清运", "feedback_at": law.walk.now}
    case_closing.feedback(case, **told, **law.by("clerk3"))
    case_closing.archive(case, retention="D10", secrecy_confirmed=True, **law.by("clerk3"))
    slip = value("SELECT id FROM cooperation WHERE case_id = :id", id=case.id)
    version = case.version
    who = law.actor("shichang")
    org = value("SELECT id FROM org WHERE code = 'SJS'")
    with pytest.raises(Refused, match="no_such_step"):
        case_lead.sign_cooperation(
            case, cooperation_id=slip, org_id=org, handler_id=who.person_id, **law.by("shichang")
        )
    with pytest.raises(Refused):
        case_lead.submit_cooperation(
            case, cooperation_id=slip, reply="证照齐全", **law.by("shichang")
        )
    assert case.version == version


def test_inv09_each_step_is_one_entry_and_the_chain_runs_through(law: Law) -> None:
    """一步一版一条：版本数即日志条数；链由库里另算一遍，改不得、删不得."""
    assert not rows(
        "SELECT c.id, c.version, count(j.id) FROM case_record c LEFT JOIN journal j"
        f" ON j.case_id = c.id AND {CASE_LOG} GROUP BY c.id HAVING count(j.id) <> c.version"
    )
    assert not rows(
        "SELECT chain_seq FROM (SELECT chain_seq, prev, lag(hash) OVER w AS before,"
        " lag(chain_seq) OVER w AS seq FROM journal WHERE township_id = :t"
        " WINDOW w AS (ORDER BY chain_seq)) j WHERE before IS NOT NULL"
        " AND (prev <> before OR chain_seq <> seq + 1)",
        t=law.township,
    )
    head = rows(
        "SELECT h.chain_seq, h.hash = j.hash FROM journal_head h JOIN journal j"
        " ON j.township_id = h.township_id AND j.chain_seq = h.chain_seq WHERE h.township_id = :t",
        t=law.township,
    )
    entries = value("SELECT max(chain_seq) FROM journal WHERE township_id = :t", t=law.township)
    assert head == [(entries, True)]
    assert journal.verify(law.township).is_whole
    for hand in ("UPDATE journal SET opinion = '改一改'", "DELETE FROM journal"):
        assert broken_by_hand(hand)


def test_inv10_the_second_return_has_one_blind_spot_and_no_more(law: Law) -> None:
    listed = rows(
        "SELECT c.return_count, count(r.id) FROM case_record c LEFT JOIN record r"
        " ON r.case_id = c.id AND r.flow = 'blind_spot' WHERE c.return_count > 0 GROUP BY c.id"
        " ORDER BY c.return_count"
    )
    assert listed == [(1, 0), (3, 1)]
    again = (
        "INSERT INTO record (township_id, flow, state, number, opened_at, case_id, data)"
        " SELECT township_id, flow, state, 'BS-2017-99', opened_at, case_id, data FROM record"
        " WHERE flow = 'blind_spot'"
    )
    assert "duplicate key" in broken_by_hand(again)


def test_inv11_merging_makes_no_circle_and_no_chain(law: Law) -> None:
    """两条连接同时并的，另有抢着做的用例（test_races_case）."""
    merged = rows(
        "SELECT c.id, m.id, m.state, m.merged_into_id FROM case_record c"
        " JOIN case_record m ON m.id = c.merged_into_id WHERE c.state = 'MERGED'"
    )
    assert len(merged) == 1
    assert all(main != own and state != "MERGED" and up is None for own, main, state, up in merged)
    main, merged_case = law.case("main"), law.case("MERGED")
    for case, into in ((main, law.case("REPORTED")), (law.case("REPORTED"), merged_case)):
        with pytest.raises(Refused, match=r"has_merged_cases|main_closed"):
            law.merge(case, into)
    with pytest.raises(Refused, match="main_is_self"):
        law.merge(law.case("REPORTED"), law.case("REPORTED"))


def test_inv12_numbers_run_without_a_gap_and_a_draft_has_none(law: Law) -> None:
    years = rows(
        "SELECT year, max(seq), count(number), count(DISTINCT number) FROM case_record"
        " WHERE number IS NOT NULL GROUP BY year"
    )
    assert years
    assert all(last == count == apart for _, last, count, apart in years)
    assert not rows("SELECT id FROM case_record WHERE state = 'DRAFT' AND number IS NOT NULL")
    assert not rows(
        "SELECT id FROM case_record WHERE number IS NULL AND state NOT IN ('DRAFT','CANCELLED')"
    )
    number = "UPDATE case_record SET number = 'BQ2017-99999', seq = 99999, year = 2017,"
    number += " reported_at = now() WHERE id = :id"
    assert "draft_has_no_number" in broken_by_hand(number, id=law.ids["DRAFT"])
    none = "UPDATE case_record SET number = NULL, seq = NULL, year = NULL, reported_at = NULL"
    assert "draft_has_no_number" in broken_by_hand(f"{none} WHERE id = :id", id=law.ids["REPORTED"])
    twice = "UPDATE case_record SET seq = 1 WHERE id = :id"
    assert "duplicate key" in broken_by_hand(twice, id=law.ids["ACCEPTED"])
