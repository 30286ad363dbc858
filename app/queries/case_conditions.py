"""清单的其余条件：起止日看哪个时刻、牌、机构、各种标记；数字与清单都从这里来."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from app.domain.case_states import Clock
from models.case import Case
from models.case_parts import Assignment, CaseClock, CaseFeedback, CaseOrg

if TYPE_CHECKING:
    from app.queries.case_list import CaseFilter

By = Literal["reported", "closed", "due"]
Condition = ColumnElement[bool]
_taking = aliased(CaseOrg)
"""走法本身可能就走 case_org，条件里另用一个名字."""
_returned = aliased(Assignment)
UNSET = 0
"""网格、小类的这个值：还没有定的."""
JUDGED = ("verify",)
"""办理时钟由这些动作停下的才算到期考核；退回、改派、上报的各算各的."""


def further(wanted: CaseFilter) -> list[Condition]:
    """基本几项以外的条件."""
    found: list[Condition] = []
    if wanted.grids:
        found.append(_among(Case.grid_id, wanted.grids))
    if wanted.categories:
        found.append(_among(Case.category_id, wanted.categories))
    if wanted.cards:
        found.append(Case.card.in_(wanted.cards))
    if wanted.orgs:
        found.append(_with_orgs(wanted.orgs))
    found += _within(wanted)
    found += [FLAGS[flag](wanted) for flag in wanted.flags if flag in FLAGS]
    return found


def _among(column: Any, values: tuple[int, ...]) -> Condition:
    """这几个之一；``UNSET`` 是还没有定的."""
    known = [value for value in values if value != UNSET]
    parts = [column.in_(known)] if known else []
    return or_(*parts, *([column.is_(None)] if UNSET in values else []))


def _with_orgs(org_ids: tuple[int, ...]) -> Condition:
    """现在派在这些机构的（主办、牵头、协办）；转出的不算."""
    return exists().where(
        _taking.case_id == Case.id, _taking.is_current, _taking.org_id.in_(org_ids)
    )


def _within(wanted: CaseFilter) -> list[Condition]:
    """起止日：上报、办结的时刻，或办理期限落在其间（到期了的才算）."""
    if wanted.by == "due":
        return [exists().where(CaseClock.case_id == Case.id, *due_terms(wanted))]
    column = Case.closed_at if wanted.by == "closed" else Case.reported_at
    found = [] if wanted.since is None else [column >= wanted.since]
    return found if wanted.until is None else [*found, column < wanted.until]


def due_terms(wanted: CaseFilter) -> list[Condition]:
    """办理时钟的条件：期限落在起止日里、已经到期；带 ``late`` 的只要逾期的."""
    due = CaseClock.yellow_at
    found = [*_judged(), due <= wanted.now]
    if wanted.since is not None:
        found.append(due >= wanted.since)
    if wanted.until is not None:
        found.append(due < wanted.until)
    return [*found, *_overrun()] if "late" in wanted.flags else found


def _judged() -> list[Condition]:
    return [
        # 写明同乡，才用得上时钟表自己的索引
        CaseClock.township_id == Case.township_id,
        CaseClock.clock == Clock.HANDLE,
        or_(CaseClock.end_kind.is_(None), CaseClock.end_kind.in_(JUDGED)),
        ~CaseClock.is_degraded,
    ]


def _overrun() -> list[Condition]:
    return [or_(CaseClock.done_at.is_(None), CaseClock.done_at > CaseClock.yellow_at)]


def _mine(wanted: CaseFilter) -> Condition:
    return Case.registrar_id == wanted.person_id


def _due_today(wanted: CaseFilter) -> Condition:
    return and_(Case.due_at >= wanted.now, Case.due_at < wanted.day_end)


def _told() -> Condition:
    return exists().where(CaseFeedback.case_id == Case.id, CaseFeedback.round == Case.round)


def _unjudged() -> Condition:
    """有退回还没有认定当否的（主办的那一轮才认定）."""
    return and_(
        Case.return_count >= 1,
        exists().where(
            _returned.case_id == Case.id,
            _returned.role == "LEAD",
            _returned.end_kind == "RETURNED",
            _returned.return_fair.is_(None),
        ),
    )


def _late(wanted: CaseFilter) -> Condition:
    """办理逾期过；看到期日的已经在 ``due_terms`` 里判了."""
    if wanted.by == "due":
        return Case.id.is_not(None)
    passed = CaseClock.yellow_at <= wanted.now
    return exists().where(CaseClock.case_id == Case.id, *_judged(), *_overrun(), passed)


FLAGS: Mapping[str, Callable[[CaseFilter], Condition]] = {
    "mine": _mine,
    "due_today": _due_today,
    "late": _late,
    "supplemented": lambda _: Case.supplement_count > 0,
    "returned": lambda _: Case.return_count >= 1,
    "returned_twice": lambda _: Case.return_count >= 2,
    "unjudged": lambda _: _unjudged(),
    "direct": lambda _: Case.is_direct,
    "degraded": lambda _: Case.is_degraded,
    "told": lambda _: _told(),
    "untold": lambda _: ~_told(),
}
"""标记 → 条件；清单地址里的 ``flag`` 就是这些."""
