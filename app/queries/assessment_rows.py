"""考核的取数：一个指标一条查询，给出计入与不计入的每一行；分、数、链接都由这些行来."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import exists, or_, select, text

from app.db import session
from app.domain.assessment_rows import CARDS, IN_NUM, LEFT_OUT
from models.people import GridMember
from models.platform import Platform
from models.security import Account


@dataclass(frozen=True, slots=True)
class CountedRow:
    """一行：哪个平台（或人）的哪件案件哪一轮，计入分母、分子没有，为什么；时刻为 UTC."""

    indicator: str
    platform: str | None
    person_id: int | None
    case_id: int
    clock_id: int | None
    assignment_id: int | None
    supervision_id: int | None
    round: int
    turn: int | None
    in_den: bool
    in_num: bool
    why: str
    due_at: datetime | None
    done_at: datetime | None
    label: str | None


# 总则的剔除：演示件（已上线的乡）、撤销的、并入他案的
_OUT = """WHEN c.is_demo AND NOT :demo THEN 'DEMO'
         WHEN c.state = 'CANCELLED' THEN 'CANCELLED'
         WHEN c.state = 'MERGED' THEN 'MERGED'"""

# 按时签收率：签收黄牌时刻落在本期的交办轮次；签收前改派、并案、撤销的不计
_SIGNED = """
SELECT k.owner AS platform, NULL::int AS person_id, k.case_id, k.id AS clock_id,
       NULL::bigint AS assignment_id, NULL::bigint AS supervision_id, k.round, k.turn,
       NULL AS label, true AS den, k.yellow_at AS due_at,
       CASE WHEN k.end_kind = 'sign_in' THEN k.done_at END AS done_at,
       CASE {out}
         WHEN k.is_degraded THEN 'DEGRADED'
         WHEN k.end_kind = 'redispatch' THEN 'REDISPATCHED'
         WHEN k.end_kind = 'merge' THEN 'MERGED'
         WHEN k.end_kind = 'cancel' THEN 'CANCELLED'
         WHEN k.end_kind = 'return_case' THEN 'RETURNED_UNSIGNED'
         WHEN k.end_kind = 'sign_in' AND k.done_at <= k.yellow_at THEN 'ON_TIME'
         WHEN k.done_at IS NOT NULL THEN 'LATE'
         ELSE 'NOT_DONE' END AS why
  FROM case_clock k
  JOIN case_record c ON c.id = k.case_id
 WHERE k.township_id = :t AND k.clock = 'sign_in'
   AND k.yellow_at >= :since AND k.yellow_at < :until
"""

# 按时办结率、超期率：办理期限落在本期的轮次，按最后一次办结报送判；停着表的看停表那一刻的承诺期限：
# 待核查的照判，挂起的、县级办理的、退回的、改派的不计
_HANDLED = """
SELECT k.owner AS platform, NULL::int AS person_id, k.case_id, k.id AS clock_id,
       NULL::bigint AS assignment_id, NULL::bigint AS supervision_id, k.round, k.turn,
       NULL AS label, true AS den, coalesce(k.yellow_at, k.promised_at) AS due_at,
       CASE WHEN k.done_at IS NULL AND c.state = 'HANDLED' THEN c.handled_at
            WHEN k.end_kind = 'verify' THEN k.done_at END AS done_at,
       CASE {out}
         WHEN k.is_degraded THEN 'DEGRADED'
         WHEN k.end_kind = 'redispatch' THEN 'REDISPATCHED'
         WHEN k.end_kind = 'merge' THEN 'MERGED'
         WHEN k.end_kind = 'cancel' THEN 'CANCELLED'
         WHEN k.end_kind = 'return_case' THEN 'RETURNED'
         WHEN c.is_county_done THEN 'COUNTY'
         WHEN k.done_at IS NOT NULL AND k.done_at <= k.yellow_at THEN 'ON_TIME'
         WHEN k.done_at IS NOT NULL THEN 'LATE'
         WHEN k.yellow_at IS NOT NULL THEN 'NOT_DONE'
         WHEN c.state = 'SUSPENDED' THEN 'SUSPENDED'
         WHEN c.state <> 'HANDLED' THEN 'COUNTY'
         WHEN c.handled_at <= k.promised_at THEN 'WAITING_CHECK'
         ELSE 'LATE' END AS why
  FROM case_clock k
  JOIN case_record c ON c.id = k.case_id
 WHERE k.township_id = :t AND k.clock = 'handle'
   AND ((k.yellow_at >= :since AND k.yellow_at < :until)
        OR (k.yellow_at IS NULL AND k.is_paused
            AND k.promised_at >= :since AND k.promised_at < :until
            AND NOT EXISTS (SELECT 1 FROM case_clock later
                             WHERE later.case_id = k.case_id AND later.clock = 'handle'
                               AND (later.round, later.turn) > (k.round, k.turn))))
"""

# 一次办结率：本期核查通过（其后没有再退回）的轮次，返工次数为 0 的；自办自结、县级办结不计
_CHECKED = """
SELECT coalesce(k.owner, c.platform) AS platform, NULL::int AS person_id, p.case_id,
       k.id AS clock_id, NULL::bigint AS assignment_id, NULL::bigint AS supervision_id, p.round,
       k.turn, CASE WHEN f.failed > 0 THEN f.failed::text END AS label, true AS den,
       NULL::timestamptz AS due_at, p.at AS done_at,
       CASE {out}
         WHEN c.is_self_closed THEN 'SELF_DONE'
         WHEN c.is_county_done THEN 'COUNTY'
         WHEN f.failed = 0 THEN 'FIRST_TIME'
         ELSE 'REWORKED' END AS why
  FROM case_check p
  JOIN case_record c ON c.id = p.case_id
  LEFT JOIN LATERAL (
       SELECT k.id, k.owner, k.turn FROM case_clock k
        WHERE k.case_id = p.case_id AND k.clock = 'handle' AND k.round = p.round
          AND k.start_at <= p.at ORDER BY k.turn DESC LIMIT 1) k ON true
  CROSS JOIN LATERAL (
       SELECT count(*) AS failed FROM case_check b
        WHERE b.case_id = p.case_id AND b.round = p.round AND NOT b.passed) f
 WHERE p.township_id = :t AND p.passed AND p.at >= :since AND p.at < :until
   AND NOT EXISTS (SELECT 1 FROM case_check later
                    WHERE later.case_id = p.case_id AND later.round = p.round
                      AND (later.at, later.id) > (p.at, p.id))
"""

# 满意率：本期作出的有效评价；未联系上、拒绝评价的不计。算到那一轮办理的平台
_RATED = """
SELECT coalesce(k.owner, c.platform) AS platform, NULL::int AS person_id, g.case_id,
       k.id AS clock_id, NULL::bigint AS assignment_id, NULL::bigint AS supervision_id, g.round,
       k.turn, g.satisfaction AS label, true AS den, NULL::timestamptz AS due_at,
       g.rated_at AS done_at,
       CASE {out}
         WHEN g.satisfaction IN ('满意', '基本满意') THEN 'SATISFIED'
         WHEN g.satisfaction = '不满意' THEN 'UNSATISFIED'
         ELSE 'NO_ANSWER' END AS why
  FROM case_rating g
  JOIN case_record c ON c.id = g.case_id
  LEFT JOIN LATERAL (
       SELECT k.id, k.owner, k.turn FROM case_clock k
        WHERE k.case_id = g.case_id AND k.clock = 'handle' AND k.round = g.round
        ORDER BY k.turn DESC LIMIT 1) k ON true
 WHERE g.township_id = :t AND g.rated_at >= :since AND g.rated_at < :until
"""

# 退回率：分母是本期交办的轮次，分子是本期退回、党政办认定不当的（可能是上期交办的）
_RETURNED = """
SELECT a.platform, NULL::int AS person_id, a.case_id, NULL::bigint AS clock_id,
       a.id AS assignment_id, NULL::bigint AS supervision_id, a.round, a.turn, NULL AS label,
       (a.assigned_at >= :since AND a.assigned_at < :until) AS den,
       a.assigned_at AS due_at, CASE WHEN a.end_kind = 'RETURNED' THEN a.ended_at END AS done_at,
       CASE {out}
         WHEN a.end_kind IS DISTINCT FROM 'RETURNED' OR a.ended_at < :since OR a.ended_at >= :until
           THEN 'DISPATCHED'
         WHEN a.return_fair IS FALSE THEN 'RETURNED_UNFAIR'
         WHEN a.return_fair THEN 'RETURNED_FAIR'
         ELSE 'RETURNED_OPEN' END AS why
  FROM assignment a
  JOIN case_record c ON c.id = a.case_id
 WHERE a.township_id = :t AND a.role = 'LEAD'
   AND ((a.assigned_at >= :since AND a.assigned_at < :until)
        OR (a.end_kind = 'RETURNED' AND a.return_fair IS FALSE
            AND a.ended_at >= :since AND a.ended_at < :until))
"""

# 有效上报率：网格员本人本期上报的，减去仍在补正中的；被受理或自办自结的有效
_REPORTED = """
SELECT NULL AS platform, c.registrar_id AS person_id, c.id AS case_id, NULL::bigint AS clock_id,
       NULL::bigint AS assignment_id, NULL::bigint AS supervision_id, c.round,
       NULL::smallint AS turn, NULL AS label, true AS den, NULL::timestamptz AS due_at,
       c.reported_at AS done_at,
       CASE {out}
         WHEN c.state = 'SUPPLEMENT' THEN 'SUPPLEMENT'
         WHEN c.state = 'REJECTED' THEN 'REJECTED'
         WHEN c.state = 'REPORTED' THEN 'NOT_ACCEPTED'
         WHEN c.is_self_closed THEN 'SELF_CLOSED'
         ELSE 'ACCEPTED' END AS why
  FROM case_record c
 WHERE c.township_id = :t AND c.reported_at >= :since AND c.reported_at < :until
   AND EXISTS (SELECT 1 FROM grid_member m
                WHERE m.township_id = :t AND m.person_id = c.registrar_id
                  AND m.valid_from <= :last AND (m.valid_to IS NULL OR m.valid_to >= :first))
"""

# 黄红牌：按触发时刻归月，只计责任方为平台的；撤销的不计，黄升红只计红
_CARDED = """
SELECT s.owner AS platform, NULL::int AS person_id, s.case_id, s.clock_id,
       NULL::bigint AS assignment_id, s.id AS supervision_id, k.round, k.turn, k.clock AS label,
       true AS den, s.triggered_at AS due_at, NULL::timestamptz AS done_at,
       CASE {out}
         WHEN s.cancelled_at IS NOT NULL THEN 'WITHDRAWN'
         WHEN s.kind = 'YELLOW' AND EXISTS (
              SELECT 1 FROM supervision r WHERE r.clock_id = s.clock_id AND r.kind = 'RED'
                 AND r.cancelled_at IS NULL) THEN 'UPGRADED'
         ELSE 'CARD' END AS why
  FROM supervision s
  JOIN case_clock k ON k.id = s.clock_id
  JOIN case_record c ON c.id = s.case_id
 WHERE s.township_id = :t AND s.kind = :card
   AND s.triggered_at >= :since AND s.triggered_at < :until
"""

_SOURCES = {
    "I1": _SIGNED,
    "I2": _HANDLED,
    "I3": _CHECKED,
    "I4": _RATED,
    "I5": _RETURNED,
    "I8": _REPORTED,
    "I11": _HANDLED,
    "YELLOW": _CARDED,
    "RED": _CARDED,
}
# 由缘由判分子分母；责任方不是平台的（综合协调组）不在内
_WHOLE = """
SELECT r.platform, r.person_id, r.case_id, r.clock_id, r.assignment_id, r.supervision_id, r.round,
       r.turn, r.den AND r.why <> ALL(:out) AS in_den, r.why = ANY(:num) AS in_num, r.why,
       r.due_at, r.done_at, r.label
  FROM ({source}) r
 WHERE r.person_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM platform o WHERE o.township_id = :t AND o.code = r.platform)
 ORDER BY r.platform, r.person_id, coalesce(r.due_at, r.done_at), r.case_id, r.round, r.turn
"""
_STATEMENTS = {
    code: text(_WHOLE.format(source=source.format(out=_OUT))) for code, source in _SOURCES.items()
}


@dataclass(frozen=True, slots=True)
class Period:
    """取数的范围：哪个乡、哪个月（当地首末日与 UTC 起止）、演示件计不计."""

    township_id: int
    first: date
    last: date
    since: datetime
    until: datetime
    demo: bool


def rows_of(indicator: str, period: Period) -> list[CountedRow]:
    """一个指标本期的每一行（计入的与不计的），一条查询."""
    given = {
        "t": period.township_id,
        "since": period.since,
        "until": period.until,
        "demo": period.demo,
        "out": sorted(LEFT_OUT),
        "num": sorted(IN_NUM[indicator]),
    }
    if indicator == "I8":
        given |= {"first": period.first, "last": period.last}
    if indicator in CARDS:
        given["card"] = indicator
    return [CountedRow(indicator, *row) for row in session.execute(_STATEMENTS[indicator], given)]


def counts_demo(township_id: int) -> bool:
    """演示件计不计入：还有演示账号能登录的乡是在演示，计；停用之后（已上线）不计."""
    found = exists().where(
        Account.township_id == township_id,
        Account.is_demo,
        User.id == Account.user_id,
        User.active,
    )
    return bool(session.execute(select(found)).scalar())


def platforms_in(township_id: int, first: date, last: date) -> list[Platform]:
    """本期内有效过的平台，按次序."""
    return list(
        session.execute(
            select(Platform)
            .where(
                Platform.township_id == township_id,
                Platform.valid_from <= last,
                or_(Platform.valid_to.is_(None), Platform.valid_to >= first),
            )
            .order_by(Platform.sort_no, Platform.code)
        ).scalars()
    )


def grid_members_in(township_id: int, first: date, last: date) -> list[int]:
    """本期内在册过的网格员（人的编号）."""
    return list(
        session.execute(
            select(GridMember.person_id)
            .where(
                GridMember.township_id == township_id,
                GridMember.valid_from <= last,
                or_(GridMember.valid_to.is_(None), GridMember.valid_to >= first),
            )
            .distinct()
            .order_by(GridMember.person_id)
        ).scalars()
    )
