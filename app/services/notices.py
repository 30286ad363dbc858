"""通知的已读：一条、一组、全部；只动本人的."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from app.access.actor import Actor
from app.access.scope import fetch
from app.db import session
from app.domain.notices import NoticeGroup
from app.queries.notices import unread_ids
from models.attachment import Notification


def mark_read(notice_id: int, *, actor: Actor, now: datetime) -> Notification:
    """标一条已读；读过的照旧。Raises Refused('not_found')."""
    row = fetch(Notification, notice_id, actor)
    if row.read_at is None:
        row.read_at = now.astimezone(UTC)
        session.flush()
    return row


def mark_group_read(group: NoticeGroup | None, *, up_to: int, actor: Actor, now: datetime) -> int:
    """标一组（空为全部）已读，只到 ``up_to`` 这一条：看的时候新到的不算；返回几条."""
    done = session.execute(
        update(Notification)
        .where(Notification.id.in_(unread_ids(actor, group, up_to=up_to)))
        .values(read_at=now.astimezone(UTC))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
