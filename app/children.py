"""总管手下的进程：各在自己的进程组里，一起起、一起停，总管被强杀时也跟着停."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 20.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """一个进程；``essential`` 的停了，全部都要停."""

    title: str
    process: subprocess.Popen[bytes]
    essential: bool

    @classmethod
    def start(
        cls,
        title: str,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        essential: bool = True,
    ) -> Child:
        """起一个进程；终端的 Ctrl-C 不直接到它，由总管来停."""
        process = subprocess.Popen(  # noqa: S603
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - 总管只有一个线程
        )
        return cls(title, process, essential)


def stop_all(children: Sequence[Child]) -> list[str]:
    """请全部进程停下（SIGTERM），到时不停的强停；返回被强停的名字."""
    for child in children:
        with suppress(ProcessLookupError):
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    forced = []
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            forced.append(child.title)
        # 领头的走了，组里也许还有它留下的子进程
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
    return forced
