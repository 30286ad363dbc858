"""分批取：先用服务器端游标取全部编号，再照编号的次序一批一批取行；供导出."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Row

from app.db import session

CHUNK = 1000
"""游标一次取多少个编号."""


def keys_of(statement: Select[Any]) -> list[int]:
    """一条语句的编号，照它的次序."""
    return list(session.execute(statement.execution_options(yield_per=CHUNK)).scalars())


def rows_of(statement: Select[Any], keys: Sequence[int]) -> list[Row[Any]]:
    """一批的行（须有 ``id`` 列），照编号的次序；此刻已不在范围里的略去."""
    found = {row.id: row for row in session.execute(statement)}
    return [found[key] for key in keys if key in found]
