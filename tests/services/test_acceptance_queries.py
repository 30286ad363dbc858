"""验收查询：考核 I1–I6（I4 待评价功能）与“到期那一刻谁负责”，现有的表答得出来."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.domain.working_time import SHANGHAI
from app.services import case_cards, case_closing, case_dispatch
from tests.factories import REASON, Walk

MONTH = {
    "since": datetime(2017, 5, 1, tzinfo=SHANGHAI).astimezone(UTC),
    "until": datetime(2017, 6, 1, tzinfo=SHANGHAI).astimezone(UTC),
}
# 按时签收率：签收黄牌时刻落在本期的交办轮次；签收前被改派、并案、撤销的不计
I1 = """
SELECT owner,
       count(*) FILTER (WHERE done_at <= yellow_at AND end_kind = 'sign_in') AS num,
       count(*) AS den
  FROM case_clock
 WHERE township_id = :t AND clock = 'sign_in' AND yellow_at >= :since AND yellow_at < :until
   AND coalesce(end_kind, '') NOT IN ('redispatch', 'merge', 'cancel')
 GROUP BY owner
"""
# 按时办结率：办理期限落在本期的轮次；退回重分、县级办结、停表中的不计
I2 = """
SELECT k.owner, count(*) FILTER (WHERE k.done_at <= k.yellow_at) AS num, count(*) AS den
  FROM case_clock k JOIN case_record c ON c.id = k.case_id
 WHERE k.township_id = :t AND k.clock = 'handle' AND k.yellow_at >= :since
   AND k.yellow_at < :until AND NOT c.is_county_done
   AND coalesce(k.end_kind, '') NOT IN ('return_case', 'redispatch', 'merge', 'cancel')
 GROUP BY k.owner
"""
# 一次办结率：本期核查通过的轮次里返工次数为 0 的
I3 = """
SELECT c.platform AS owner, count(*) FILTER (WHERE NOT EXISTS (
         SELECT 1 FROM case_check f WHERE f.case_id = k.case_id AND f.round = k.round
            AND NOT f.passed)) AS num, count(*) AS den
  FROM case_check k JOIN case_record c ON c.id = k.case_id
 WHERE k.township_id = :t AND k.passed AND k.at >= :since AND k.at < :until
   AND NOT c.is_county_done AND NOT c.is_self_closed
 GROUP BY c.platform
"""
# 退回率：本期交办轮次里被认定“不当退回”的
I5 = """
SELECT platform AS owner,
       count(*) FILTER (WHERE end_kind = 'RETURNED' AND return_fair IS FALSE) AS num,
       count(*) AS den
  FROM assignment
 WHERE township_id = :t AND role = 'LEAD' AND assigned_at >= :since AND assigned_at < :until
 GROUP BY platform
"""
# 归档及时率：归档黄牌时刻落在本期的案件
I6 = """
SELECT c.platform AS owner, count(*) FILTER (WHERE k.done_at <= k.yellow_at) AS num,
       count(*) AS den
  FROM case_clock k JOIN case_record c ON c.id = k.case_id
 WHERE k.township_id = :t AND k.clock = 'archive' AND k.yellow_at >= :since
   AND k.yellow_at < :until
 GROUP BY c.platform
"""
# 到期那一刻谁负责：牌记着责任方；那一刻的承办机构与承办人取之前最后一次签收或转办
RESPONSIBLE = """
SELECT s.owner, s.kind, s.triggered_at, (
         SELECT j.data ->> 'handler' FROM journal j
          WHERE j.case_id = s.case_id AND j.action IN ('sign_in', 'transfer')
            AND j.at <= s.triggered_at ORDER BY j.chain_seq DESC LIMIT 1) AS handler
  FROM supervision s WHERE s.township_id = :t AND s.clock_id IS NOT NULL
 ORDER BY s.triggered_at
"""


@pytest.fixture
def rows(db_session, township_id):
    def run(query):
        found = db_session.execute(text(query), {"t": township_id, **MONTH}).mappings()
        return [dict(row) for row in found]

    return run


@pytest.fixture
def walk(actor):
    return Walk(actor, datetime(2017, 5, 15, 9, 0, tzinfo=SHANGHAI).astimezone(UTC))


def rates(found):
    return {row["owner"]: (row["num"], row["den"]) for row in found}


def test_signing_finishing_and_archiving_in_time_are_counted_by_platform(walk, rows):
    walk.archived()
    walk.archived()
    assert rates(rows(I1)) == {"ZF": (2, 2)}
    assert rates(rows(I2)) == {"ZF": (2, 2)}
    assert rates(rows(I3)) == {"ZF": (2, 2)}
    assert rates(rows(I6)) == {"ZF": (2, 2)}


def test_a_case_finished_late_and_reworked_counts_against_its_platform(walk, actor, rows):
    walk.processing()
    walk.now = datetime(2017, 5, 25, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
    case_cards.tick(now=walk.now)
    case = walk.one
    _finish(case, actor, walk)
    case_closing.rework(
        case,
        faults="缺签字",
        demand="补签字",
        reason=REASON,
        actor=actor("clerk3"),
        now=walk.later(),
    )
    _finish(case, actor, walk)
    case_closing.verify(
        case, method="资料", opinion="已补", actor=actor("clerk3"), now=walk.later()
    )
    # 返工给足一个工作日（R11），第二次报送在新期限之内
    assert rates(rows(I2)) == {"ZF": (1, 1)}
    assert rates(rows(I3)) == {"ZF": (0, 1)}


def _finish(case, actor, walk):
    from app.services import attachments, case_handling  # noqa: PLC0415
    from tests.factories import LONG, photo  # noqa: PLC0415

    who = actor("zhifa2")
    proof = attachments.upload(photo(), "a.jpg", actor=who, now=walk.now)
    case_handling.finish(
        case,
        result="已解决",
        content=LONG,
        attachments=[proof.id],
        actor=who,
        now=walk.later(),
    )


def test_each_hand_over_is_a_round_of_its_own_platform(walk, actor, rows):
    case = walk.dispatched()
    case_dispatch.return_case(
        case,
        return_reason="不属本平台职责",
        suggestion="市场监管",
        reason=REASON,
        actor=actor("zhifa"),
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="SJ", note="改派", actor=actor("clerk"), now=walk.later())
    assert rates(rows(I5)) == {"ZF": (0, 1), "SJ": (0, 1)}
    assert rates(rows(I1)) == {"ZF": (0, 1), "SJ": (0, 1)}
    assert "ZF" not in rates(rows(I2))


def test_who_was_responsible_when_the_clock_ran_out_is_on_record(walk, actor, rows):
    walk.processing()
    late = datetime(2017, 5, 23, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
    case_cards.tick(now=late)
    found = rows(RESPONSIBLE)
    assert [(r["owner"], r["kind"], r["handler"]) for r in found] == [("ZF", "YELLOW", "雷霁月")]
