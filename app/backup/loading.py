"""往空库里装：pg_restore 收流，一个事务，出错一点不留."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import IO, Any, Self

from app.backup.postgres import Server, major_of, program
from app.backup.trouble import BackupError

HEAD = 64 * 1024
SINCE = 17
UNKNOWN = b"SET transaction_timeout = 0;\n"
"""新客户端在开头发的一句，17 以前的服务器不认得."""
_RESTORE = "--no-owner --no-privileges --exit-on-error"
_PSQL = "--no-psqlrc --quiet --no-password --set=ON_ERROR_STOP=1"


class Loading:
    """``write`` 一段一段地给，``finish`` 之后才算数；中途离开的全部作废."""

    def __init__(self, server: Server, client: int) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - 与本对象同生灭
        self._environ = server.environ
        self._processes: list[subprocess.Popen[bytes]] = []
        self._relay: threading.Thread | None = None
        restore = program("pg_restore", max(server.major, client))
        argv = [restore, *_RESTORE.split()]
        if server.major >= SINCE or major_of(restore) < SINCE:
            direct = ["--single-transaction", "--no-password", *server.where]
            self._entry = self._start([*argv, *direct], subprocess.DEVNULL)
        else:
            self._entry = self._start([*argv, "--file=-"], subprocess.PIPE)
            psql = [program("psql", major_of(restore)), *_PSQL.split(), *server.where]
            self._start(psql, subprocess.DEVNULL)
            self._relay = threading.Thread(target=self._pass_on, daemon=True)
            self._relay.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)
        self._log.close()

    def write(self, piece: bytes) -> None:
        """给一段。Raises BackupError（装的程序已经停了）."""
        try:
            self._entry.write(piece)
        except BrokenPipeError:
            raise BackupError("装不进数据库：" + self._said()) from None

    def finish(self) -> None:
        """给完了；装成才返回。Raises BackupError."""
        with suppress(BrokenPipeError):
            self._entry.close()
        if self._relay is not None:
            self._relay.join()
        if max(abs(process.wait()) for process in self._processes):
            raise BackupError("装不进数据库：" + self._said())

    def _start(self, argv: list[str], out: int) -> IO[bytes]:
        process = subprocess.Popen(  # noqa: S603
            argv, env=self._environ, stdin=subprocess.PIPE, stdout=out, stderr=self._log
        )
        self._processes.append(process)
        assert process.stdin is not None
        return process.stdin

    def _pass_on(self) -> None:
        """旧服务器：化成的 SQL 去掉它不认得的一句，前面成了才写 COMMIT."""
        restore, psql = self._processes
        source, target = restore.stdout, psql.stdin
        assert source is not None
        assert target is not None
        try:
            target.write(b"BEGIN;\n" + source.read(HEAD).replace(UNKNOWN, b"", 1))
            while piece := source.read(HEAD):
                target.write(piece)
            if restore.wait() == 0:
                target.write(b"COMMIT;\n")
        except BrokenPipeError:
            restore.kill()
        finally:
            _close(target)

    def _said(self) -> str:
        for process in self._processes:
            process.wait()
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()[-1000:]


def _close(pipe: Any) -> None:
    with suppress(BrokenPipeError):
        if pipe is not None:
            pipe.close()
