"""一份大的导出：一千行一个事务，记着进度；做不成的留下原因，知会本人."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from app.db import session
from app.domain.errors import Refused
from app.services import export_work as work
from app.unit import unit_of_work
from models.export import ExportJob

log = logging.getLogger("township.exports")
Clock = Callable[[], datetime]


def run(export_id: int, *, clock: Clock) -> None:
    """接手一次导出，做到底；已有人做的、做完的什么也不动."""
    with unit_of_work():
        claimed = work.claim(export_id, now=clock())
    if not claimed:
        return
    try:
        _make(export_id, clock)
    except Refused as refused:
        _fail(export_id, refused.code, clock)
    except Exception:
        log.exception("导出没有做成：%s", export_id)
        _fail(export_id, "export_broke", clock)


def _fail(export_id: int, error: str, clock: Clock) -> None:
    with unit_of_work():
        work.fail(export_id, error, now=clock())


def _make(export_id: int, clock: Clock) -> None:
    started = clock()
    with unit_of_work():
        order = work.order_of(export_id, now=started)
        stamp = work.stamp_of(session.get_one(ExportJob, export_id), actor=order.actor, now=started)
    with order.source.read(order.query, order.reach) as listing:
        with unit_of_work():
            keys = listing.keys(work.limits().most)
            work.advance(export_id, 0, now=clock(), total=len(keys))
        with work.writing(listing, stamp) as book:
            for chunk in work.chunked(keys):
                with unit_of_work():
                    done = book.add(listing.rows(chunk))
                    work.advance(export_id, done, now=clock())
            kept = work.keep(book)
    with unit_of_work():
        work.finish(export_id, kept, book.rows, actor=order.actor, reach=order.reach, now=clock())
