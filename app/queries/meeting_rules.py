"""会议与文书的规则：到会比例、征集与签发的时限、各类文书谁可下载，取规则版本里现行的一版."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from app.db import session
from app.queries.names import config_version
from models.rules import RuleSet

_KINDS = ("meeting", "document")
_known: dict[int, tuple[int, tuple[Row[Any], ...]]] = {}
_FAMILIES = {"C": ("C1", "C2"), "F": ("F1", "F2", "F3", "F4"), "G": ("G1", "G2", "G3", "G4")}


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """例会规则：天数一律为工作日；``merge_below`` 指当周工作日少于它的可并入次周."""

    merge_below: int = 3
    minutes_within: int = 2
    agenda_close: int = 2
    notice: int = 2
    quorum: Mapping[str, Fraction] | None = None

    def quorum_of(self, series_code: str) -> Fraction:
        """到会比例（含本数）；没有写明的按半数."""
        return (self.quorum or {}).get(series_code, Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """一类文书的规则：名称、可下载的角色（已展开）、保管期限代码."""

    code: str
    name: str
    download: frozenset[str]
    retention: str


def _bodies(township_id: int, day: date) -> dict[str, dict[str, Any]]:
    """这一天现行的各套规则；配置版本没变就用进程里记着的."""
    version = config_version(township_id)
    known = _known.get(township_id)
    if known is None or known[0] != version:
        rows = session.execute(
            select(RuleSet.kind, RuleSet.valid_from, RuleSet.body)
            .where(RuleSet.township_id == township_id, RuleSet.kind.in_(_KINDS))
            .order_by(RuleSet.valid_from)
        ).all()
        known = _known[township_id] = (version, tuple(rows))
    return {row.kind: row.body for row in known[1] if row.valid_from <= day}


def meeting_rules(township_id: int, day: date) -> MeetingRules:
    """这一天的例会规则；没有播种时为方案的缺省值."""
    body = _bodies(township_id, day).get("meeting", {})
    given = body.get("rules", {})
    shares = {code: Fraction(one["quorum_share"]) for code, one in body.get("series", {}).items()}
    return MeetingRules(
        merge_below=given.get("merge_below_working_days", 3),
        minutes_within=given.get("minutes_within_wd", 2),
        agenda_close=given.get("agenda_close_wd", 2),
        notice=given.get("notice_wd", 2),
        quorum=shares,
    )


def document_rule(township_id: int, code: str, day: date) -> DocumentRule | None:
    """这一天某类文书（P1–P13）的规则；没有这一类为空（即谁也不能下载）."""
    listed = _bodies(township_id, day).get("document", {}).get("documents", [])
    row = next((one for one in listed if one["code"] == code), None)
    if row is None:
        return None
    roles = {full for one in row["download"] for full in _FAMILIES.get(one, (one,))}
    return DocumentRule(code, row["zh"], frozenset(roles), row["archive"])
