"""总管：配置有误、端口被占、重复运行都说得清；手下的进程停得干净."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.children import Child, stop_all
from app.console import table
from config import ROOT

LOYAL = "import time; print('up', flush=True); time.sleep(60)"
PARENT = """
import sys, time
from pathlib import Path
from app.children import Child
child = Child.start("子", [sys.executable, "-c", "import time; time.sleep(60)"], cwd=Path(), env={})
print(child.process.pid, flush=True)
time.sleep(60)
"""


def serve(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.serve"],
        cwd=ROOT,
        env={"PATH": os.defpath, "HOME": "/tmp", "PYTHONUTF8": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_wrong_setting_is_named_before_anything_starts(tmp_path):
    said = serve(
        DATA_DIR=str(tmp_path / "var"),
        PORT="0",
        WORKERS="many",
        DATABASE_URL="postgresql://app:pw@db/town",
    )
    assert said.returncode == 2
    for name in ("PORT：", "WORKERS：", "DATABASE_OWNER_URL："):
        assert name in said.stderr
    assert not (tmp_path / "var").exists()


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = serve(DATA_DIR=str(tmp_path), PORT=str(port))
    assert said.returncode == 1
    assert f"127.0.0.1:{port} 不能监听（已被占用）" in said.stdout


def test_one_data_folder_is_served_once(tmp_path):
    with (tmp_path / "serve.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = serve(DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert "已有一个在运行" in said.stdout


def test_a_database_out_of_reach_is_named(tmp_path):
    with socket.socket() as silent, socket.socket() as free:
        for probe in (silent, free):
            probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{silent.getsockname()[1]}/town"
        port = free.getsockname()[1]
        free.close()
        said = serve(
            DATA_DIR=str(tmp_path),
            PORT=str(port),
            DATABASE_URL=f"postgresql://app:pw@{place}",
            DATABASE_OWNER_URL=f"postgresql://boss:pw@{place}",
        )
    assert said.returncode == 1
    assert "连不上数据库" in said.stdout


def test_children_stop_together():
    children = [
        Child.start(name, [sys.executable, "-c", LOYAL], cwd=ROOT, env={}) for name in "甲乙"
    ]
    assert stop_all(children) == []
    assert all(child.process.returncode is not None for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 能让子进程跟着总管走")
def test_children_go_when_the_supervisor_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_accounts_line_up_though_han_letters_are_wide():
    rows = [["clerk", "张三", "受理员"], ["leader", "欧阳小明", "组长"], ["x"]]
    assert table(rows).splitlines() == [
        "  clerk   张三      受理员",
        "  leader  欧阳小明  组长",
        "  x",
    ]
