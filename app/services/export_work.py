"""导出的做：接手、写进表格、记进度、收存、留痕、知会、到期删去；每一步不提交，由网页或任务提交."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import storage
from app.access.actor import Actor
from app.access.export_reach import MODULE, VERB, ExportReach
from app.access.load import actor_of_person
from app.db import session
from app.domain.errors import Refused
from app.services import journal, notify
from app.services.config_touch import day_of
from app.services.export_sources import Listing, Query, Source, reach_for, source_of
from app.services.queue import abandon
from models.export import ExportJob
from models.township import Township
from reports.workbook import Book, Stamp

TASK, QUEUE = "run_export", "exports"
QUEUED, RUNNING, DONE, FAILED, EXPIRED = "QUEUED", "RUNNING", "DONE", "FAILED", "EXPIRED"
CHUNK = 1000
STALE = timedelta(minutes=5)
"""在做而这么久没有动静的，当作断了."""
FOLDER, SUFFIX = "export", ".xlsx"


@dataclass(frozen=True, slots=True)
class Limits:
    """导出的限度：多少行以内当场给、至多多少行、文件留几天."""

    at_once: int = 2000
    most: int = 100_000
    keep: timedelta = timedelta(days=7)


_state: dict[str, Limits] = {"limits": Limits()}


def configure(*, at_once: int, most: int, keep_days: int) -> None:
    """定下限度；启动时调用一次."""
    _state["limits"] = Limits(at_once, most, timedelta(days=keep_days))


def limits() -> Limits:
    """现在的限度."""
    return _state["limits"]


def is_stale(job: ExportJob, now: datetime) -> bool:
    """在做而很久没有动静（任务进程停了、断电了）."""
    return job.state == RUNNING and job.touched_at is not None and now - job.touched_at > STALE


def _locked(export_id: int) -> ExportJob | None:
    return session.execute(
        select(ExportJob)
        .where(ExportJob.id == export_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def claim(export_id: int, *, now: datetime) -> bool:
    """任务接手一次导出：排着的、断了的才接，做着的、做完的不再做."""
    job = _locked(export_id)
    if job is None or not (job.state == QUEUED or is_stale(job, now)):
        return False
    begin(job, now=now)
    return True


def begin(job: ExportJob, *, now: datetime) -> None:
    """开始做."""
    moment = now.astimezone(UTC)
    job.state, job.started_at, job.touched_at, job.rows_done = RUNNING, moment, moment, 0
    session.flush()


@dataclass(frozen=True, slots=True)
class Order:
    """任务进程里的一次导出：哪张清单、条件、此刻的操作人与范围、印记."""

    id: int
    source: Source
    query: Query
    actor: Actor
    reach: ExportReach


def order_of(export_id: int, *, now: datetime) -> Order:
    """照此刻的授权再判一次：排着的时候授权没了就做不成。Raises Refused."""
    job = session.get_one(ExportJob, export_id)
    source = source_of(job.source)
    actor = actor_of_person(job.person_id, day_of(now))
    query = tuple((str(name), str(value)) for name, value in job.query)
    return Order(job.id, source, query, actor, reach_for(source, actor))


def stamp_of(job: ExportJob, *, actor: Actor, now: datetime) -> Stamp:
    """印记：谁、何时、编号、条件."""
    post = actor.main.title if actor.main else ""
    return Stamp(
        title=job.title,
        township=session.get_one(Township, actor.township_id).name,
        person=f"{actor.name}（{post}）" if post else actor.name,
        at=now,
        number=job.number,
        conditions=job.conditions,
        is_masked=job.is_masked,
    )


@contextmanager
def writing(listing: Listing, stamp: Stamp) -> Iterator[Book]:
    """开一份表格；中途出错的，写到一半的删去."""
    book = Book(listing.columns, stamp)
    try:
        yield book
    except BaseException:
        book.drop()
        raise


def chunked(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """编号一千个一批."""
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))


def advance(export_id: int, done: int, *, now: datetime, total: int | None = None) -> None:
    """记进度；``total`` 为重新数过的行数。不再是在做的（被作罢了）拒绝，免得白做."""
    job = _locked(export_id)
    if job is None or job.state != RUNNING:
        raise Refused("export_dropped")
    if total is not None:
        job.rows_total = total
    job.rows_total = max(job.rows_total, done)
    job.rows_done, job.touched_at = done, now.astimezone(UTC)
    session.flush()


def keep(book: Book) -> tuple[str, str, int]:
    """存盘并收进存放目录：（相对路径, 哈希, 大小）；不碰数据库."""
    with storage.draft(SUFFIX) as path:
        book.save(path)
        return storage.adopt(path, FOLDER, SUFFIX)


def finish(
    export_id: int,
    kept: tuple[str, str, int],
    rows: int,
    *,
    actor: Actor,
    reach: ExportReach,
    now: datetime,
) -> ExportJob:
    """做完：记下文件与哈希，留痕；后台做的知会本人。Raises Refused."""
    job = _locked(export_id)
    if job is None or job.state != RUNNING:
        storage.remove(kept[0])
        raise Refused("export_dropped")
    moment = now.astimezone(UTC)
    job.path, job.sha256, job.size = kept
    job.rows_total = job.rows_done = rows
    job.state, job.finished_at, job.touched_at = DONE, moment, moment
    job.expires_at = moment + limits().keep
    session.flush()
    journal.record(
        actor=actor,
        now=now,
        module=MODULE,
        action=VERB,
        subject_kind=MODULE,
        subject_id=job.id,
        holding=(*reach.whole, *reach.own)[0],
        data={
            "number": job.number,
            "list": job.source,
            "title": job.title,
            "conditions": job.conditions,
            "query": job.query,
            "rows": rows,
            "sha256": job.sha256,
            "size": job.size,
            "own_platform_only": reach.is_limited,
        },
    )
    if job.in_background:
        _tell(job, "export.done", now)
    return job


def fail(export_id: int, error: str, *, now: datetime) -> None:
    """没有做成：记下原因，知会本人；已经有结果的不动."""
    job = _locked(export_id)
    if job is not None and job.state in (QUEUED, RUNNING):
        give_up(job, error, now)


def give_up(job: ExportJob, error: str, now: datetime) -> None:
    """没有做成：记下原因，知会本人."""
    job.state, job.error, job.finished_at = FAILED, error[:32], now.astimezone(UTC)
    session.flush()
    _tell(job, "export.failed", now)


def _tell(job: ExportJob, kind: str, now: datetime) -> None:
    notify.post(
        {job.person_id},
        township_id=job.township_id,
        kind=kind,
        key=f"export:{job.id}:{job.state}",
        now=now,
        facts={
            "title": job.title,
            "number": job.number,
            "rows": job.rows_done,
            "export_id": job.id,
            "error": job.error,
        },
    )


def tidy(*, now: datetime, limit: int = 200) -> int:
    """断了的记作没有做成；到期的删去文件；写到一半没人收的也删；返回动了几行."""
    moment = now.astimezone(UTC)
    for args in abandon(TASK):
        fail(int(args["export_id"]), "export_died", now=now)
    stale = _rows(ExportJob.state == RUNNING, ExportJob.touched_at < moment - STALE, limit)
    for job in stale:
        give_up(job, "export_died", now)
    over = _rows(ExportJob.state == DONE, ExportJob.expires_at <= moment, limit)
    for job in over:
        if job.path is not None:
            storage.remove(job.path)
        job.state, job.path = EXPIRED, None
    session.flush()
    storage.sweep_drafts(moment - timedelta(days=1))
    return len(stale) + len(over)


def _rows(state: Any, moment: Any, limit: int) -> list[ExportJob]:
    statement = select(ExportJob).where(state, moment).order_by(ExportJob.id).limit(limit)
    return list(session.execute(statement.with_for_update(skip_locked=True)).scalars())
