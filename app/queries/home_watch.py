"""监督台：留痕链的链首与末条接不接得上."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from models.journal import Journal, JournalHead


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """链首（chain end）：记到第几条、链首哈希、末条的时刻；``joined`` 为末条与链首相符."""

    entries: int
    head: str
    at: datetime | None
    joined: bool


def chain_end(actor: Actor) -> ChainEnd:
    """本乡留痕链的末端，一条语句；逐条重算是另一件事（验链）."""
    row = session.execute(
        select(JournalHead.chain_seq, JournalHead.hash, Journal.at, Journal.hash.label("last"))
        .outerjoin(
            Journal,
            and_(
                Journal.township_id == JournalHead.township_id,
                Journal.chain_seq == JournalHead.chain_seq,
                condition_for(Journal, actor),
            ),
        )
        .where(JournalHead.township_id == actor.township_id)
    ).one_or_none()
    if row is None:
        return ChainEnd(0, "", None, joined=True)
    return ChainEnd(row.chain_seq, row.hash.hex(), row.at, joined=row.last == row.hash)
