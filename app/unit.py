"""一件事一次提交：命令与任务共用的提交处（网页的在 views.base）."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.db import session


@contextmanager
def unit_of_work() -> Iterator[Any]:
    """一件事（unit of work）：顺利结束就提交，中途出错全部作废再把错抛出去；给出会话."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
