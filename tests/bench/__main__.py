"""``make bench``：``python -m tests.bench [10k|100k|1m]``；结果印出来，也存在 ``var/bench``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.children import Child, stop_all
from app.console import say
from config import ROOT
from tests.bench.pages import Page, pages
from tests.bench.peers import BadPeer, peer_figures, read_peers
from tests.bench.report import shown, surroundings, write
from tests.bench.town import PASSWORD, SIZES, Town, standing
from tests.bench.visit import Figure, Visitor, measured
from tests.bench.writes import all_writes

READY_SECONDS = 60.0
WEB = (sys.executable, "-m", "gunicorn", "-c", "app/gunicorn_conf.py", "tests.bench.served:app")


@contextmanager
def serving(town: Town) -> Iterator[str]:
    """起网页服务，给出地址，用完停下."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "FONT_CACHE_DIR")}
    environ = {**inherited, **town.environ, "PORT": str(port), "PYTHONUTF8": "1"}
    child = Child.start("网页服务", WEB, cwd=ROOT, env=environ)
    try:
        _await(child, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_all([child])


def _await(child: Child, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if child.process.poll() is not None:
            raise RuntimeError("网页服务起不来，原因见上")
        try:
            if Visitor(f"http://127.0.0.1:{port}").get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("网页服务到时还没有就绪")


def read_all(base: str, wanted: list[Page]) -> Iterator[Figure]:
    """各页量一遍，一个账号登录一次."""
    people: dict[str, Visitor] = {}
    for page in wanted:
        if page.login not in people:
            people[page.login] = Visitor(base, page.login, PASSWORD)
        yield measured(people[page.login], page.name, page.path)


def main(words: list[str]) -> int:
    """量一遍；尺寸或邻居写错，以 2 退出."""
    size = words[0] if words else "10k"
    try:
        peers = read_peers(
            os.environ.get("PEERS", ""), anywhere=os.environ.get("PEERS_ANYWHERE") == "1"
        )
    except BadPeer as fault:
        say(str(fault))
        return 2
    if size not in SIZES:
        say(f"SIZE 应为 {'、'.join(SIZES)}，现为“{size}”")
        return 2
    home = Path(os.environ.get("BENCH_DIR") or ROOT / "var" / "bench")
    before = os.getloadavg()
    figures: list[Figure] = []
    try:
        with standing(home / size, size) as town, serving(town) as base:
            for figure in read_all(base, pages(town)):
                say(f"{figure.name} {figure.p50 or 0:.1f} 毫秒 {figure.note}")
                figures.append(figure)
            figures += all_writes(town, base)
            figures += peer_figures(peers)
    except subprocess.SubprocessError as trouble:
        say(f"没有量成：{trouble}")
        return 1
    facts = surroundings(town.cases, before)
    path = write(home, size, facts, figures)
    say("")
    say(shown(figures))
    say("".join(f"\n{name}：{value}" for name, value in facts.items()))
    say(f"存在 {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
