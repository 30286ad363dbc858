"""量写：真的网页登记（一个人、两个人同时）、分流，服务直接登记，纪要排成 PDF."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg

from reports.kit_build import build_kit
from reports.render import to_pdf
from tests.bench.town import NOW, PASSWORD, Town, libpq
from tests.bench.visit import Figure, Visitor
from tests.reports import samples
from tests.reports.conftest import cache_dir

MOST, SECONDS = 60, 8.0
"""一种写最多做几次、几秒."""


def all_writes(town: Town, base: str) -> list[Figure]:
    """全部写的各行."""
    with psycopg.connect(libpq(town.urls.owner), autocommit=True) as connection:
        form = _form(connection)
    one = _intake(base, form, ["clerk"], "登记并上报 一人")
    two = _intake(base, form, ["clerk", "clerk2"], "登记并上报 两人同时")
    ready: list[str] = []
    _intake(base, {**form, "do": "accept"}, ["clerk"], "", ready=ready)
    return [one, two, _dispatch(base, ready), *_papers()]


def _form(connection: psycopg.Connection[Any]) -> dict[str, str]:
    def one(query: str) -> str:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None, query
        return str(row[0])

    then = f"{NOW:%Y-%m-%d} 08:50"
    return {
        "channel": "HOTLINE",
        "title": "临时棚房占用消防通道",
        "body": "振兴路东侧有人搭建彩钢棚，堆放毛竹，占用消防通道。",
        "HOTLINE_line": "12345",
        "HOTLINE_call_time": then,
        "HOTLINE_caller": "13812345678",
        "received_at": then,
        "category_id": one("SELECT id FROM category WHERE code = 'ZF0402'"),
        "level": "较大",
        "kind": "EVENT",
        "grid_id": one("SELECT id FROM grid WHERE code = 'G01'"),
        "place": "振兴路东侧",
        "informant_name": "雷某英",
        "informant_phone": "13812345678",
        "do": "report",
    }


def _intake(
    base: str, form: dict[str, str], logins: list[str], name: str, *, ready: list[str] | None = None
) -> Figure:
    """登记；``ready`` 收下登好的地址."""
    visitors = [Visitor(base, login, PASSWORD) for login in logins]

    def enter(visitor: Visitor) -> float:
        answer = visitor.post("/cases/add", {**form, "submit_key": uuid4().hex})
        if answer.status != 302:
            raise RuntimeError(f"登记不成（{answer.status}）")
        if ready is not None:
            ready.append(answer.headers["Location"])
        return answer.ms

    return _rate(name, [lambda v=v: enter(v) for v in visitors])


def _dispatch(base: str, ready: list[str]) -> Figure:
    """分流：一件一张表，交到综合执法平台."""
    visitor, waiting = Visitor(base, "clerk", PASSWORD), list(ready)

    def hand_over() -> float | None:
        if not waiting:
            return None
        answer = visitor.post(f"{waiting.pop()}/dispatch", {"platform": "ZF", "note": "请按期办理"})
        if answer.status != 302:
            raise RuntimeError(f"分流不成（{answer.status}）")
        return answer.ms

    return _rate("分流交办 一人", [hand_over])


def _rate(name: str, doers: list[Callable[[], float | None]]) -> Figure:
    """几个人各做各的，做到够数或到时；说出每秒几件."""
    times: list[float] = []
    faults: list[BaseException] = []
    until = time.monotonic() + SECONDS

    def work(do: Callable[[], float | None]) -> None:
        try:
            for _ in range(MOST):
                took = do()
                if took is None or time.monotonic() > until:
                    return
                times.append(took)
        except BaseException as fault:
            faults.append(fault)

    started = time.monotonic()
    threads = [threading.Thread(target=work, args=(do,)) for do in doers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    rate = len(times) / (time.monotonic() - started)
    p95 = sorted(times)[max(0, round(0.95 * len(times)) - 1)]
    return Figure(name, median(times), p95, len(times), note=f"每秒 {rate:.1f} 件")


def _papers() -> list[Figure]:
    """一份完整的例会纪要排成 PDF（另起进程，含装入）."""
    kit = build_kit(cache_dir(), cache_dir() / "work", progress=lambda _: None)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        made = to_pdf("minutes", samples.FULL, kit=kit, identifier="bench")
        times.append((time.perf_counter() - started) * 1000)
    size = len(made.content) / 1024
    return [Figure("例会纪要 PDF", median(times), max(times), 3, kilobytes=size)]
