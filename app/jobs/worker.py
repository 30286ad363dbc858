"""任务进程：从同一个 PostgreSQL 里取任务来做."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate import PsycopgConnector
from sqlalchemy.engine import make_url

from app.jobs.tasks import attach, jobs


def conninfo(url: str) -> str:
    """SQLAlchemy 地址化成 libpq 地址."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def run(url: str, context: Callable[[], Any], *, concurrency: int = 2) -> None:
    """一直做到收到停止信号（SIGINT、SIGTERM），手上的做完再走."""
    attach(context)
    app = jobs.with_connector(PsycopgConnector(conninfo=conninfo(url)))
    app.run_worker(concurrency=concurrency, wait=True, delete_jobs="successful")
