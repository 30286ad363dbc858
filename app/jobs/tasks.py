"""后台任务：薄，只收编号，可重跑，各开各的事务，活都在服务里."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from procrastinate import App, PsycopgConnector

from app.jobs import export_run
from app.services import assessment, documents, export_work, ticking
from app.unit import unit_of_work

jobs = App(connector=PsycopgConnector())

_state: dict[str, Callable[[], Any]] = {}


def attach(context: Callable[[], Any], now: Callable[[], datetime] | None = None) -> None:
    """任务在哪个应用的上下文里跑（给出 ``app.app_context``），此刻听谁的（演示日可定住）."""
    _state["context"] = context
    _state["now"] = now or _real_now


def _real_now() -> datetime:
    return datetime.now(UTC)


def _now() -> datetime:
    moment: datetime = _state["now"]()
    return moment


def _context() -> Any:
    try:
        return _state["context"]()
    except KeyError:
        raise RuntimeError("任务还没有接上应用：先调用 app.jobs.tasks.attach") from None


@jobs.periodic(cron="* * * * *")
@jobs.task(name="tick", queueing_lock="tick")
def tick(timestamp: int) -> int:
    """到点的事（每分钟）：恢复挂起、发牌；一批一个事务，直到没有到点的."""
    total = 0
    with _context():
        while True:
            with unit_of_work():
                found = ticking.once(now=_now())
            total += found
            if not found:
                return total


@jobs.task(name="render_document", queue="documents")
def render_document(document_id: int) -> None:
    """做一份已签发文书的 PDF；做好的不重做."""
    with _context(), unit_of_work():
        documents.render(document_id, now=_now())


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="render_waiting", queueing_lock="render_waiting", queue="documents")
def render_waiting(timestamp: int) -> int:
    """字体备好之后，把等着的文书做出来（每十分钟看一次）."""
    with _context(), unit_of_work():
        return documents.render_waiting(now=_now())


@jobs.task(name="run_export", queue="exports")
def run_export(export_id: int) -> None:
    """做一份大的导出；做着的、做完的不再做."""
    with _context():
        export_run.run(export_id, clock=_now)


@jobs.periodic(cron="* * * * *")
@jobs.task(name="tidy_exports", queueing_lock="tidy_exports", queue="exports")
def tidy_exports(timestamp: int) -> int:
    """断了的导出记作没有做成，到期的文件删去（每分钟）."""
    with _context(), unit_of_work():
        return export_work.tidy(now=_now())


@jobs.periodic(cron="30 * * * *")
@jobs.task(name="draft_assessments", queueing_lock="draft_assessments")
def draft_assessments(timestamp: int) -> int:
    """次月第 1 个工作日 08:30 出上月考核的草稿（每小时的半点看一次，出过的不再出）."""
    with _context(), unit_of_work():
        return assessment.draft_due(now=_now())
