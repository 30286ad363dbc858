"""任务进程：从同一个 PostgreSQL 里取任务来做."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition
from sqlalchemy.engine import make_url

from app.jobs.tasks import attach, jobs


def conninfo(url: str) -> str:
    """SQLAlchemy 地址化成 libpq 地址."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def run(
    url: str,
    context: Callable[[], Any],
    *,
    now: Callable[[], datetime] | None = None,
    concurrency: int = 2,
) -> None:
    """一直做到收到停止信号（SIGINT、SIGTERM），手上的做完再走."""
    attach(context, now)
    # 定时任务认的是登记时的那个应用，所以换它的连接，不另造一个
    with jobs.replace_connector(PsycopgConnector(conninfo=conninfo(url))) as app:
        asyncio.run(_work(app, concurrency))


async def _work(app: App, concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency, wait=True, delete_jobs=DeleteJobCondition.SUCCESSFUL
        )
