"""数据库把手：一个 db、一套约束命名、一条加锁超时."""

from __future__ import annotations

from flask_appbuilder.models.sqla import Model as FabModel
from flask_appbuilder.models.sqla.base import SQLA

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
