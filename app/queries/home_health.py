"""配置总览的体检：空缺、日历、任务与文书、锁着的账号；几条语句，与全套自检分开."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries import selfcheck_terms as terms
from app.queries.calendar_gaps import missing_years
from app.queries.readiness import HEARTBEAT_SECONDS
from app.queries.selfcheck import Check
from app.queries.selfcheck_terms import Ground
from models.attachment import Document
from models.people import Person
from models.security import Account

MOST = 20
VACANCIES, VILLAGES, CALENDAR = "posts", "village_duty", "calendar"
WORKER, JOBS, DOCUMENTS, LOCKED = "worker", "failed_jobs", "failed_documents", "locked_accounts"

_jobs = table(
    "procrastinate_jobs",
    column("id"),
    column("task_name"),
    column("status"),
    column("args", JSONB),
)
_workers = table("procrastinate_workers", column("last_heartbeat"))


def health(actor: Actor, *, today: date, now: datetime) -> list[Check]:
    """体检（health）：一项一行，``found`` 是有几处，``details`` 逐处写明."""
    ground = Ground(actor.township_id, today)
    return [
        _check(VACANCIES, terms.vacancies(ground), "HoldingView.list", hint=True),
        _check(VILLAGES, terms.village_vacancies(ground), "HoldingView.list", hint=True),
        _calendar(actor.township_id, today),
        *machine_checks(actor, now=now),
    ]


def machine_checks(actor: Actor, *, now: datetime) -> list[Check]:
    """机器的几项：任务进程、失败的任务、做不成的文书、锁着的账号；一条语句."""
    found: dict[str, list[str]] = {code: [] for code in (WORKER, JOBS, DOCUMENTS, LOCKED)}
    parts = [_idle(), _failed_jobs(actor), _failed_documents(actor), _locked(actor, now)]
    for code, words in session.execute(union_all(*(part.subquery().select() for part in parts))):
        found[code].append(words)
    return [
        _check(WORKER, found[WORKER], "", hint=True),
        _check(JOBS, found[JOBS], ""),
        _check(DOCUMENTS, found[DOCUMENTS], ""),
        _check(LOCKED, found[LOCKED], "AccountView.list", hint=True),
    ]


def _check(code: str, faults: list[str], endpoint: str, *, hint: bool = False) -> Check:
    bad: Any = "warn" if hint else False
    return Check(code, True if not faults else bad, str(len(faults)), "0", endpoint, tuple(faults))


def _calendar(township_id: int, today: date) -> Check:
    """今年的调休；11 月起也看明年的."""
    faults = [str(year) for year in missing_years(township_id, today)]
    return _check(CALENDAR, faults, "CalendarYearView.list", hint=str(today.year) not in faults)


def _part(code: str, words: Any) -> Select[Any]:
    return select(literal(code, String).label("code"), cast(words, String).label("words"))


def _idle() -> Select[Any]:
    """一分钟里没有任务进程的心跳."""
    beat = func.max(_workers.c.last_heartbeat)
    late = func.now() - timedelta(seconds=HEARTBEAT_SECONDS)
    words = func.coalesce(func.to_char(beat, "YYYY-MM-DD HH24:MI"), "—")
    return _part(WORKER, words).select_from(_workers).having(or_(beat.is_(None), beat < late))


def _failed_jobs(actor: Actor) -> Select[Any]:
    """失败的任务；做文书的只算本乡的."""
    document = cast(_jobs.c.args["document_id"].astext, BigInteger)
    words = _jobs.c.task_name + literal(" #") + cast(_jobs.c.id, String)
    return (
        _part(JOBS, words)
        .select_from(_jobs.outerjoin(Document, Document.id == document))
        .where(
            cast(_jobs.c.status, String) == "failed",
            or_(Document.id.is_(None), Document.township_id == actor.township_id),
        )
        .order_by(_jobs.c.id.desc())
        .limit(MOST)
    )


def _failed_documents(actor: Actor) -> Select[Any]:
    """做不成 PDF 的文书：只写文号，不写题目."""
    return (
        _part(DOCUMENTS, Document.number)
        .where(Document.township_id == actor.township_id, Document.state == "FAILED")
        .order_by(Document.id.desc())
        .limit(MOST)
    )


def _locked(actor: Actor, now: datetime) -> Select[Any]:
    """此刻锁着的账号."""
    return (
        _part(LOCKED, Person.name)
        .join(Account, Account.person_id == Person.id)
        .where(condition_for(Account, actor), Account.locked_until > now)
        .order_by(Person.id)
        .limit(MOST)
    )
