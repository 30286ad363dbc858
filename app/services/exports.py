"""导出：开始（当场做还是排给任务进程）、下载；正做着同样的一次不再另起."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import storage
from app.access.actor import Actor
from app.access.scope import fetch
from app.db import session
from app.domain.errors import Refused
from app.services import export_work as work
from app.services import numbers
from app.services.config_touch import day_of
from app.services.export_sources import Listing, Query, Source, reach_for, source_of
from app.services.export_work import (
    DONE,
    EXPIRED,
    QUEUE,
    QUEUED,
    RUNNING,
    TASK,
    is_stale,
    limits,
)
from app.services.queue import enqueue
from models.export import ExportJob


@dataclass(frozen=True, slots=True)
class Started:
    """开始了的一次导出：``keys`` 有的当场做，没有的排给了任务进程；``is_new`` 为刚登记的."""

    job: ExportJob
    keys: Sequence[int] | None = None
    is_new: bool = True


def key_of(source: str, query: Query) -> str:
    """同一个人同一张清单同样的条件，做完之前只算一次."""
    text = json.dumps([source, sorted(query)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def start(
    source: Source, listing: Listing, query: Query, *, actor: Actor, now: datetime
) -> Started:
    """登记一次导出：行数在限度内的当场做，多的排给任务进程，正做着同样的就是那一次.

    没有授权、没有行、行数超过上限的拒绝：``Refused('not_granted' | 'export_nothing' |
    'export_too_many')``。
    """
    reach_for(source, actor)
    key = key_of(source.code, query)
    running = _running(actor, key, now)
    if running is not None:
        return Started(running, is_new=False)
    most = limits().most
    keys = listing.keys(most + 1)
    if not keys:
        raise Refused("export_nothing")
    if len(keys) > most:
        raise Refused("export_too_many", most=most)
    at_once = len(keys) <= limits().at_once
    job = _register(source, listing, query, actor=actor, now=now, rows=len(keys), at_once=at_once)
    if job is None:
        running = _running(actor, key, now)
        if running is None:
            raise Refused("changed_meanwhile")
        return Started(running, is_new=False)
    if at_once:
        return Started(job, keys)
    enqueue(TASK, queue=QUEUE, key=f"export:{job.id}", lock="export", export_id=job.id)
    return Started(job)


def _running(actor: Actor, key: str, now: datetime) -> ExportJob | None:
    """正做着的同样一次；断了的就此作罢，好另起一次."""
    found = session.execute(
        select(ExportJob)
        .where(
            ExportJob.person_id == actor.person_id,
            ExportJob.dedup_key == key,
            ExportJob.state.in_((QUEUED, RUNNING)),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if found is not None and is_stale(found, now):
        work.give_up(found, "export_died", now)
        return None
    return found


def _register(
    source: Source,
    listing: Listing,
    query: Query,
    *,
    actor: Actor,
    now: datetime,
    rows: int,
    at_once: bool,
) -> ExportJob | None:
    """记下一行，取编号；同时点了两下的，后一下得空."""
    year = day_of(now).year
    try:
        with session.begin_nested():
            number = numbers.take(actor.township_id, "export", year)
            job = ExportJob(
                township_id=actor.township_id,
                person_id=actor.person_id,
                requested_at=now.astimezone(UTC),
                number=f"导〔{year}〕{number}号",
                source=source.code,
                title=listing.title[:100],
                conditions=listing.conditions,
                query=[list(pair) for pair in query],
                dedup_key=key_of(source.code, query),
                rows_total=rows,
                in_background=not at_once,
                state=QUEUED,
            )
            session.add(job)
            session.flush()
    except IntegrityError:
        return None
    return job


def make_now(started: Started, listing: Listing, *, actor: Actor, now: datetime) -> ExportJob:
    """当场做成一份小的，一个事务."""
    job, reach = started.job, reach_for(source_of(started.job.source), actor)
    work.begin(job, now=now)
    with work.writing(listing, work.stamp_of(job, actor=actor, now=now)) as book:
        for chunk in work.chunked(started.keys or ()):
            book.add(listing.rows(chunk))
        kept = work.keep(book)
    return work.finish(job.id, kept, book.rows, actor=actor, reach=reach, now=now)


def file_of(export_id: int, *, actor: Actor) -> tuple[Path, ExportJob]:
    """下载一份做好的：只给本人，且仍有授权。Raises Refused."""
    job = fetch(ExportJob, export_id, actor)
    reach_for(source_of(job.source), actor)
    if job.state == EXPIRED:
        raise Refused("export_expired")
    if job.state != DONE or job.path is None:
        raise Refused("export_not_ready")
    path = storage.path_of(job.path)
    if not path.exists():
        raise Refused("export_lost")
    return path, job
