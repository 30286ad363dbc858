"""迁移环境：连接由 app.migrate 交来，元数据是框架表与本产品表的同一份."""

from __future__ import annotations

from typing import Any

from alembic import context

import models  # noqa: F401 - 登记全部表
from app.db import Model
from models.base import Code, Sealed

config = context.config


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """代码列与密文列在迁移里写成普通的列型."""
    if kind == "type" and isinstance(item, Code):
        return "sa.String(length=32)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.Text()"
    return False


def ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """任务队列的表由其自带的脚本建立，不参与比对."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return not str(table).startswith("procrastinate_")


connection = config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_item=render_item,
    include_object=ours,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
