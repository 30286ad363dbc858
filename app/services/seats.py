"""席位：一个职务在一处有几席、现在坐着谁、还有没有空席."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from app.db import session
from app.domain.errors import Refused
from models.people import Holding, Post

ACTING = ("代行", "委托")
PLACES = ("platform", "org_id", "grid_id", "village_id")
FAR = date(9999, 12, 31)


def overlaps(first: date, last: date | None) -> ColumnElement[bool]:
    """任职与这段日子有重叠（两头都含，``last`` 空为不设止日）."""
    return (Holding.valid_from <= (last or FAR)) & (
        or_(Holding.valid_to.is_(None), Holding.valid_to >= first)
    )


def free_seat(row: Holding) -> int:
    """这条任职该坐第几席（从 1 起）；没有职务的为 1，席位都有人的抛 Refused('seat_taken').

    与数据库的 EXCLUDE 同一口径：同职务、同一处、同是（或同不是）代行委托的，日期不得重叠。
    """
    if row.post_id is None:
        return 1
    post = session.get_one(Post, row.post_id)
    acting = row.mode in ACTING
    taken = set(
        session.execute(
            select(Holding.seat).where(
                Holding.township_id == row.township_id,
                Holding.post_id == row.post_id,
                *(
                    getattr(Holding, name).is_not_distinct_from(getattr(row, name))
                    for name in PLACES
                ),
                Holding.mode.in_(ACTING) if acting else Holding.mode.not_in(ACTING),
                overlaps(row.valid_from, row.valid_to),
            )
        ).scalars()
    )
    # 代行与委托每职务每处至多一名
    seats = range(1, (1 if acting else post.seats) + 1)
    free = next((seat for seat in seats if seat not in taken), None)
    if free is None:
        raise Refused("seat_taken", post=post.name, seats=len(seats))
    return free
