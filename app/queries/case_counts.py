"""案件计数：范围内各状态在办几件、超期几件、本人草稿几件、未读通知几条，一条语句."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union, union_all

from app.access.actor import Actor
from app.access.reach import reach
from app.db import session
from app.queries.case_walks import walks_of
from app.queries.notices import unread_rows
from models.case import Case

OPEN_LIMIT = 5000
CAP = 1000
DRAFTS, UNREAD = "DRAFT", "UNREAD"


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """各状态的件数（case counts）：只数在办的与本人草稿；``is_capped`` 为没有数全."""

    by_state: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    drafts: int = 0
    unread: int = 0
    is_capped: bool = False

    @property
    def open(self) -> int:
        """在办合计."""
        return sum(self.by_state.values())

    def of(self, state: str) -> int:
        """这一状态几件."""
        return self.by_state.get(state, 0)


def case_counts(actor: Actor, now: datetime) -> CaseCounts:
    """范围内的计数；在办超过 5000 件的只数到那里（数字后写“+”）."""
    parts = [_drafts(actor), _unread(actor)] if actor.person_id is not None else []
    walks = [
        walk.narrowed(only_open=True).select([Case.is_open])
        for walk in walks_of(reach(actor), actor)
    ]
    if walks:
        parts.append(_open(walks, now))
    if not parts:
        return CaseCounts()
    rows = session.execute(union_all(*parts) if len(parts) > 1 else parts[0]).all()
    own = {state: count for state, count, _ in rows if state in (DRAFTS, UNREAD)}
    by_state = {state: count for state, count, _ in rows if state not in own}
    return CaseCounts(
        by_state=by_state,
        overdue=sum(late for _, _, late in rows),
        drafts=own.get(DRAFTS, 0),
        unread=own.get(UNREAD, 0),
        is_capped=sum(by_state.values()) >= OPEN_LIMIT,
    )


def _drafts(actor: Actor) -> Select[Any]:
    mine = (
        select(Case.id)
        .where(
            Case.township_id == actor.township_id,
            Case.registrar_id == actor.person_id,
            Case.state == DRAFTS,
            Case.reported_at.is_(None),  # 照字面写，才用得上草稿的部分索引
        )
        .limit(CAP + 1)
        .subquery()
    )
    return select(literal(DRAFTS).label("state"), func.count(), literal(0)).select_from(mine)


def _unread(actor: Actor) -> Select[Any]:
    """顶栏的未读数，与侧栏的数字同一条语句."""
    rows = unread_rows(actor).subquery()
    return select(literal(UNREAD).label("state"), func.count(), literal(0)).select_from(rows)


def _open(walks: list[Select[Any]], now: datetime) -> Select[Any]:
    """状态与期限随走法一并取出：先取编号再回表，每页的数字要多碰三倍的块."""
    columns = (Case.id, Case.state, Case.due_at)
    limited = [
        walk.with_only_columns(*columns).limit(OPEN_LIMIT).subquery().select() for walk in walks
    ]
    rows = (union(*limited) if len(limited) > 1 else limited[0]).subquery()
    late = func.count().filter(rows.c.due_at < now)
    return select(rows.c.state, func.count(), late).group_by(rows.c.state)
