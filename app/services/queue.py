"""排入任务：与业务改动同一事务，回滚就没有这件任务."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.db import session

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, :lock, :key,"
    " CAST(:args AS jsonb), :at)::procrastinate_job_to_defer_v1])"
)


_ABANDON = text(
    "WITH lost AS (SELECT id, args FROM procrastinate_jobs WHERE task_name = :task"
    " AND status = 'doing' AND worker_id IS NULL FOR UPDATE SKIP LOCKED)"
    " SELECT args, procrastinate_finish_job_v1(id, 'failed', false) FROM lost"
)
"""做着而任务进程已不在的：进程断了之后，队列把它的 worker_id 置空，状态却一直是在做."""


def abandon(task: str) -> list[dict[str, Any]]:
    """任务进程断了留下的：记作失败，放开占着的锁，返回各自的参数."""
    return [dict(row.args) for row in session.execute(_ABANDON, {"task": task})]


def enqueue(
    task: str,
    *,
    queue: str = "default",
    key: str | None = None,
    lock: str | None = None,
    at: datetime | None = None,
    **args: Any,
) -> None:
    """排入一件任务（``task`` 是任务名，参数只传编号）；``key`` 相同且未开始的不重复排.

    ``lock`` 相同的一件做完再做下一件，不占满任务进程.
    """
    if key is not None and _waiting(key):
        return
    values = {"queue": queue, "task": task, "key": key, "lock": lock, "at": at}
    session.execute(_DEFER, {**values, "args": json.dumps(args)})


def _waiting(key: str) -> bool:
    found = session.execute(
        text(
            "SELECT 1 FROM procrastinate_jobs"
            " WHERE queueing_lock = :key AND status = 'todo' LIMIT 1"
        ),
        {"key": key},
    ).scalar()
    return found is not None
