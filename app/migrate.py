"""迁移：把数据库带到代码所要的样子；只有库主角色能做."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

HERE = Path(__file__).resolve().parent.parent / "models" / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """代码里最新的一版."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError("没有任何迁移")
    return found


def knows(revision: str) -> bool:
    """代码里有没有这一版；没有，就是比代码新."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(script.revision == revision for script in found)


def current(connection: Connection) -> str | None:
    """数据库现在的一版."""
    return MigrationContext.configure(connection).get_current_revision()


def _run(url: str, action: Any) -> None:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '2s'")
            connection.commit()
            action(_config(connection))
            connection.commit()
    finally:
        engine.dispose()


def upgrade(owner_url: str, revision: str = "head") -> None:
    """升到某一版（默认最新）；``owner_url`` 是库主的 SQLAlchemy 地址."""
    _run(owner_url, lambda config: command.upgrade(config, revision))


def downgrade(owner_url: str, revision: str) -> None:
    """退到某一版."""
    _run(owner_url, lambda config: command.downgrade(config, revision))


def drift(owner_url: str) -> list[Any]:
    """数据库与模型的差别；空表示一致."""
    engine = create_engine(owner_url, poolclass=NullPool)
    found: list[Any] = []
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": _ours}
            )
            from app.db import Model  # noqa: PLC0415 - 比对时才需要全部模型

            found = list(compare_metadata(context, Model.metadata))
    finally:
        engine.dispose()
    return found


def _ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return not str(table).startswith(("procrastinate_", "alembic_"))


def revise(owner_url: str, message: str, rev_id: str) -> None:
    """比对模型起草一版迁移（开发时用），写完须人来看过."""
    _run(
        owner_url,
        lambda config: command.revision(config, message=message, rev_id=rev_id, autogenerate=True),
    )
