"""案件导出的行：照清单给的编号一批一批取；敏感件与看不到的来件人不从数据库里取出来."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from app.access.export_reach import ExportReach
from app.access.scope import condition_for
from app.db import session
from app.queries.batches import rows_of
from app.queries.case_list import COLUMNS, CaseFilter, case_keys
from models.case import Case, CaseInformant


@dataclass(frozen=True, slots=True)
class Reporter:
    """一件的来件人：姓名、电话（遮住之后才写出去）、匿名与保密."""

    name: str | None
    phone: str | None
    is_anonymous: bool
    is_confidential: bool


def export_keys(wanted: CaseFilter, reach: ExportReach, most: int) -> list[int]:
    """要导出的案件编号：清单的条件与次序，再限到导出的范围."""
    return case_keys(wanted, actor=reach.exporter, narrowed=reach.condition(Case), most=most)


def export_rows(keys: Sequence[int], reach: ExportReach) -> list[Row[Any]]:
    """一批案件的行，照编号的次序；此刻已不在范围里的略去."""
    statement = select(*COLUMNS).where(
        Case.id.in_(keys), condition_for(Case, reach.exporter), reach.condition(Case)
    )
    return rows_of(statement, keys)


def reporters_of(case_ids: Iterable[int], reach: ExportReach) -> dict[int, list[Reporter]]:
    """这几件的来件人；敏感件的编号不要交进来."""
    wanted = sorted(case_ids)
    found: dict[int, list[Reporter]] = {}
    if not wanted:
        return found
    statement = (
        select(
            CaseInformant.case_id,
            CaseInformant.name,
            CaseInformant.phone,
            CaseInformant.is_anonymous,
            CaseInformant.is_confidential,
        )
        .where(CaseInformant.case_id.in_(wanted), condition_for(CaseInformant, reach.exporter))
        .order_by(CaseInformant.id)
    )
    for key, *facts in session.execute(statement):
        found.setdefault(key, []).append(Reporter(*facts))
    return found
