"""被量的网页服务：``gunicorn tests.bench.served:app``，与正式的同一个应用，只多几个回应头.

``X-Bench-Statements`` 是这次请求跑了几条 SQL，``X-Bench-Cpu`` 是网页进程自己用了几毫秒处理器
（机器忙闲不大影响它）；请求带 ``X-Bench-Explain: 1`` 的，每条查询另跑一遍
EXPLAIN (ANALYZE, BUFFERS)，加出执行毫秒与触到的块，最慢的一条放在 ``X-Bench-Slowest``。
"""

from __future__ import annotations

import json
import os
import time
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Engine, event

from app.factory import create_app
from tests.bench.town import NOW

QUIET = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "SELECT pg_catalog.version")
LONGEST = 1500


def watch(app: Flask) -> Flask:
    """装上回应头."""
    event.listen(Engine, "before_cursor_execute", _note)
    app.before_request(_begin)
    app.after_request(_tell)
    return app


def unwatch() -> None:
    """不再看（测试用完）."""
    event.remove(Engine, "before_cursor_execute", _note)


def _begin() -> None:
    counts = {"statements": 0, "ms": 0.0, "buffers": 0, "slowest": (0.0, 0, "")}
    g.bench = {"cpu": time.thread_time(), **counts}


def _note(_c: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
    if not has_request_context() or statement.startswith(QUIET) or "bench" not in g:
        return
    g.bench["statements"] += 1
    head = statement.lstrip("( \n").upper()
    if "X-Bench-Explain" in request.headers and head.startswith(("SELECT", "WITH")):
        _explain(cursor, statement, parameters)


def _explain(cursor: Any, statement: str, parameters: Any) -> None:
    with cursor.connection.cursor() as other:
        other.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        found = other.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]
    took = plan["Execution Time"]
    buffers = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    g.bench["ms"] += took
    g.bench["buffers"] += buffers
    if took > g.bench["slowest"][0]:
        g.bench["slowest"] = (took, buffers, " ".join(statement.split())[:LONGEST])


def _tell(response: Response) -> Response:
    facts = g.get("bench")
    if facts:
        response.headers["X-Bench-Statements"] = str(facts["statements"])
        response.headers["X-Bench-Cpu"] = f"{(time.thread_time() - facts['cpu']) * 1000:.2f}"
        if "X-Bench-Explain" in request.headers:
            took, buffers, statement = facts["slowest"]
            response.headers["X-Bench-Ms"] = f"{facts['ms']:.2f}"
            response.headers["X-Bench-Buffers"] = str(facts["buffers"])
            response.headers["X-Bench-Slowest"] = quote(f"{took:.2f} ms / {buffers}：{statement}")
    return response


def __getattr__(name: str) -> Any:
    """用到时才造应用：测试只要 ``watch``."""
    if name == "app" and "DATA_DIR" in os.environ:
        return watch(create_app(NOW=lambda: NOW))
    raise AttributeError(name)
