"""数据库把手：一个 db、一套约束命名、一条加锁超时."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla import Model as FabModel
from flask_appbuilder.models.sqla.base import SQLA
from sqlalchemy import event, text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Model = FabModel
Model.metadata.naming_convention = NAMING

db = SQLA(metadata=Model.metadata)
session = db.session

_READ_ONLY = "read_only"


def read_only() -> None:
    """只读（read only）：这个会话余下的事务，数据库一概不让写；会话用完即止."""
    session().info[_READ_ONLY] = True
    session.execute(text("SET TRANSACTION READ ONLY"))


@event.listens_for(session, "after_begin")
def _stay_read_only(found: Any, _transaction: Any, connection: Any) -> None:
    if found.info.get(_READ_ONLY):
        connection.execute(text("SET TRANSACTION READ ONLY"))
