"""能不能接活：数据库连得上、迁移到最新、有任务进程在跳."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import migrate
from app.db import db

HEARTBEAT_SECONDS = 60
_ALIVE = text(
    "SELECT count(*) FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
)


@lru_cache(maxsize=1)
def _head() -> str:
    return migrate.head()


def readiness() -> dict[str, str]:
    """各项不成的原因（readiness）：项 → 一句话；空为都成.

    ``database`` 连不上时后两项不再问。
    """
    faults: dict[str, str] = {}
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = '2s'"))
            current = migrate.current(connection)
            if current != _head():
                return {"migrations": f"库里是 {current or '空的'}，应为 {_head()}"}
            alive = connection.execute(_ALIVE, {"seconds": HEARTBEAT_SECONDS}).scalar_one()
            if not alive:
                faults["worker"] = f"{HEARTBEAT_SECONDS} 秒内没有任务进程的心跳"
    except SQLAlchemyError as error:
        faults["database"] = f"连不上数据库（{type(error).__name__}）"
    return faults
