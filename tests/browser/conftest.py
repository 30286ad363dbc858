"""真浏览器的夹具：一个 xdist 进程一台网页服务、一个 Chromium；每个用例各开自己的窗口."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app.domain.working_time import SHANGHAI
from config import ROOT
from reports.kit_build import build_kit
from tests import support_pg
from tests.browser.visitor import PATIENCE_MS, WIDE, Visitor
from tests.conftest import FIELD_KEY, PASSWORD, _prepare
from tests.reports.conftest import cache_dir

OPENING = datetime(2017, 6, 30, 10, 0, tzinfo=SHANGHAI)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
START_SECONDS = 60
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """这里的用例都要真浏览器；``--dist loadgroup`` 时分两组，各用一台服务."""
    for item in items:
        if HERE in item.path.parents:
            half = "pages" if item.path.stem == "test_pages" else "walks"
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{half}"))


@dataclass(frozen=True, slots=True)
class Site:
    """跑着的网页服务：地址、数据目录、布置好的东西的编号."""

    base: str
    home: Path
    stage: dict[str, int]
    environ: dict[str, str] = field(default_factory=dict, repr=False)

    def set_clock(self, now: datetime) -> None:
        """拨钟；先写好再换上，服务读到的总是完整的."""
        draft = self.home / "clock.new"
        draft.write_text(now.isoformat())
        draft.replace(self.home / "clock")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """起一台真的 gunicorn：自己的库、自己的数据目录，6月30日（周五）10:00."""
    build_kit(cache_dir(), cache_dir() / "work", progress=lambda text: None)
    home = tmp_path_factory.mktemp("site")
    urls = support_pg.worker_database(_prepare, "browser")
    port = _free_port()
    (home / "clock").write_text(OPENING.isoformat())
    environ = {
        **os.environ,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATA_DIR": str(home),
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": "",
        "FIELD_KEY": FIELD_KEY,
        "FONT_CACHE_DIR": str(cache_dir()),
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
        "WORKERS": "1",
        "EXPORT_AT_ONCE": "5",
        "PYTHONUTF8": "1",
    }
    command = ("-m", "gunicorn", "-c", "app/gunicorn_conf.py", "tests.browser.serving:app")
    log = home / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _await(base, server, log)
            yield Site(base, home, json.loads((home / "stage.json").read_text()), environ)
        finally:
            server.terminate()
            server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{base}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"网页服务没有起来：\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """一个 Chromium."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail("没有 Chromium：apt-get install chromium fonts-noto-cjk")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visit(site: Site, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Any]:
    """``visit("clerk")`` 得登录好的人；``visit()`` 得没登录的.

    设了环境变量 ``BROWSER_PICTURES`` 就把各人的最后一屏存到那个文件夹。
    """
    site.set_clock(OPENING)
    here: list[Visitor] = []

    def arrive(login: str | None = None, size: tuple[int, int] = WIDE) -> Visitor:
        visitor = Visitor(chromium, site.base, size)
        here.append(visitor)
        return visitor.enter(login) if login else visitor

    yield arrive
    _keep_pictures(here, site, request.node.name)
    for visitor in here:
        visitor.leave()


def _keep_pictures(here: list[Visitor], site: Site, name: str) -> None:
    folder = os.environ.get("BROWSER_PICTURES")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, visitor in enumerate(here):
        if not visitor.page.is_closed():
            visitor.shoot(Path(folder) / f"{name}-{number}.png")
    (Path(folder) / "server.log").write_text((site.home / "log").read_text())


Visit = Callable[..., Visitor]
