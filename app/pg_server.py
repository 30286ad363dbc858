"""内置数据库的服务器进程：建库簇、起、看、停；只管一个住处，不管谁在用."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.pg_home import ClusterError, Home, wheel_version

SUPERUSER = "postgres"
START_SECONDS = 300.0  # 崩溃后的恢复可以很久
FAST_STOP_SECONDS = 60.0
HARD_STOP_SECONDS = 10.0
LOG_LIMIT = 4 * 1024 * 1024
_ATTEMPTS = 12
# 端口被人抢先；或上一个主进程被强杀，它的子进程还没退完：稍等再来
_PASSING = ("could not bind", "could not create any TCP/IP", "shared memory block")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # 出错的语句与 DETAIL 会带出当事人的姓名电话，日志里不留
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST_AND_LOOSE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True, slots=True)
class Postmaster:
    """正在运行的主进程：进程号、本机端口、是否已可连接."""

    pid: int
    port: int
    is_ready: bool


def initialise(home: Home, password: str, *, fsync: bool) -> None:
    """建库簇（UTF-8、builtin 的 C.UTF-8、scram）；中断了下次重来。Raises ClusterError."""
    draft = home.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home.folder) as private:
        secret = Path(private) / "password"
        secret.write_text(password)
        for path in (secret, Path(private)):
            home.own(path)
        made = home.run(
            [
                home.command("initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *([] if fsync else ["--no-sync"]),
            ]
        )
    if made.returncode:
        raise ClusterError("建不成数据库：" + (made.stderr or made.stdout).strip()[-2000:])
    draft.rename(home.data)


def check_version(home: Home) -> None:
    """数据的大版本须与装着的程序相同。Raises ClusterError."""
    have = (home.data / "PG_VERSION").read_text().strip()
    want = wheel_version().split(".")[0]
    if have != want:
        raise ClusterError(f"数据是 PostgreSQL {have} 的，程序是 {want} 的：先用旧版备份再恢复")


def running(home: Home) -> Postmaster | None:
    """这个住处正在运行的主进程；没有，或进程号文件是旧的，都是空."""
    try:
        lines = (home.data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    if not _alive(pid) or not _serves(pid, home):
        return None
    complete = len(lines) >= 8
    port = int(lines[3]) if complete else 0
    return Postmaster(pid, port, complete and lines[7].strip() == "ready")


def launch(home: Home, *, fsync: bool) -> Postmaster:
    """起服务器，等到可以连接；正在起或正在停的等它有结果。Raises ClusterError."""
    _rotate(home.log)
    said = ""
    for attempt in range(_ATTEMPTS):
        found = running(home)
        if found is None:
            # 进程号文件若是旧的，里面的号可能已归别的程序，PostgreSQL 会不肯起
            (home.data / "postmaster.pid").unlink(missing_ok=True)
        before = home.log.stat().st_size if home.log.exists() else 0
        pid = found.pid if found else _spawn(home, fsync=fsync)
        ready = _await_ready(home, pid)
        if ready:
            return ready
        said = _log_since(home.log, before)
        if found is None and not any(sign in said for sign in _PASSING):
            break
        time.sleep(min(1.0, 0.2 * (attempt + 1)))
    raise ClusterError(f"数据库起不来，日志在 {home.log}：\n{said[-2000:].strip()}")


def stop(home: Home) -> None:
    """停服务器：先断开各连接正常停，停不下再强停。Raises ClusterError."""
    for how, patience in (
        (signal.SIGINT, FAST_STOP_SECONDS),
        (signal.SIGQUIT, HARD_STOP_SECONDS),
    ):
        found = running(home)
        if found is None:
            return
        os.kill(found.pid, how)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if running(home) is None:
                return
            time.sleep(0.02)
    raise ClusterError(f"数据库停不下来，日志在 {home.log}")


def _spawn(home: Home, *, fsync: bool) -> int:
    """由 shell 放到后台，主进程归 1 号进程所有；本进程退出、被杀都不连累它."""
    settings = {**SETTINGS, **({} if fsync else FAST_AND_LOOSE), "port": str(_free_port())}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    script = 'umask 077; "$0" "$@" >>"$TOWNSHIP_LOG" 2>&1 & echo $!'
    postgres = [home.command("postgres"), "-D", str(home.data), *options]
    started = home.run(["/bin/sh", "-c", script, *postgres], TOWNSHIP_LOG=str(home.log))
    if started.returncode:
        raise ClusterError("数据库程序运行不了：" + started.stderr.strip())
    return int(started.stdout)


def _await_ready(home: Home, pid: int) -> Postmaster | None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = running(home)
        if found and found.pid == pid and found.is_ready:
            return found
        if not _alive(pid):
            return None
        time.sleep(0.02)
    return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # 容器里的 1 号进程未必收尸：死了没收的不算活着
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state not in ("Z", "X")


def _serves(pid: int, home: Home) -> bool:
    """这个进程是不是这个住处的主进程（进程号会被别的程序重用）：看命令行里的 -D."""
    listing = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            words = listing.read_bytes().split(b"\0")
            return Path(os.fsdecode(words[words.index(b"-D") + 1])).samefile(home.data)
        except (OSError, ValueError, IndexError):
            return False
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return str(home.data) in shown.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name("log.1"))


def _log_since(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")
