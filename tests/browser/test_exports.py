"""导出与通知在真浏览器里：小的当场下载；大的排着队，进度条跟着走，任务做好了铃上有数."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from config import ROOT
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import PHONE, WIDE, Visitor

WORK_MS = 60_000


@contextmanager
def working(site: Site) -> Iterator[None]:
    """真的任务进程，与网页同一个库."""
    command = ("-m", "flask", "--app", "tests.browser.serving", "township", "work")
    with (site.home / "worker.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=site.environ, stdout=out, stderr=out
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def rows_in(path: Path) -> int:
    """几行（首行印记、表头、末行印记不算）."""
    return int(openpyxl.load_workbook(path).active.max_row) - 3


def export(visitor: Visitor) -> None:
    """按“导出 Excel”."""
    visitor.button("导出 Excel").click()


def test_a_small_export_comes_at_once(visit: Visit, tmp_path: Path) -> None:
    clerk = visit("clerk", PHONE)
    clerk.go("/cases/?view=REPORTED")
    shown = clerk.page.locator("[data-row]").count()
    with clerk.page.expect_download() as waiting:
        export(clerk)
    waiting.value.save_as(tmp_path / "a.xlsx")
    assert waiting.value.suggested_filename.startswith("案件清单导〔2017〕")
    assert rows_in(tmp_path / "a.xlsx") == shown


def test_a_large_export_is_followed_to_its_end(visit: Visit, site: Site, tmp_path: Path) -> None:
    clerk = visit("clerk", WIDE)
    clerk.go("/cases/?view=all")
    with clerk.page.expect_navigation():
        export(clerk)
    assert clerk.page.url.endswith("/cases/?view=all")
    row = clerk.page.locator("[data-export]")
    expect(row).to_contain_text("排着队等导出")
    with clerk.page.expect_navigation():
        export(clerk)
    expect(clerk.page.locator("[data-export]")).to_have_count(1)
    before = clerk.page.locator("[data-notices]").inner_text()
    with working(site):
        clerk.go("/meetings/")
        row = clerk.page.locator("[data-export]")
        expect(row).to_contain_text("导出好了", timeout=WORK_MS)
    with clerk.page.expect_download() as waiting:
        row.get_by_role("link", name="下载").click()
    waiting.value.save_as(tmp_path / "b.xlsx")
    assert rows_in(tmp_path / "b.xlsx") > 5
    clerk.go("/cases/")
    expect(clerk.page.locator("[data-export]")).to_have_count(0)
    assert clerk.page.locator("[data-notices]").inner_text() != before
    clerk.go("/notifications/?group=system")
    notice = clerk.page.locator(".notice", has_text="导出好了").first
    with clerk.page.expect_download():
        notice.get_by_role("link", name="下载").click()
    clerk.page.reload()
    expect(clerk.page.locator(".notice", has_text="导出好了")).to_have_count(0)
    clerk.go("/exports/")
    expect(clerk.page.locator("[data-row]").first).to_contain_text("已导出")
