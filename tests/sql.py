"""数语句：一段代码跑了几条 SQL，各是什么."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

QUIET = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "SELECT pg_catalog.version")


class Count(list[str]):
    """跑过的语句."""

    @property
    def report(self) -> str:
        """失败时列出来看."""
        return "\n".join(f"{n + 1}. {' '.join(s.split())[:160]}" for n, s in enumerate(self))


@contextmanager
def counted() -> Iterator[Count]:
    """数这一段里跑的语句（存档点不算）."""
    found = Count()

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(QUIET):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
