"""配置版本：机构、人员、规则改了就加一，各进程据此刷新名称缓存."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert

from app.db import session
from app.domain.working_time import SHANGHAI
from app.queries import names
from models.township import ConfigVersion


def day_of(now: datetime) -> date:
    """此刻在当地是哪一天（Asia/Shanghai）."""
    return now.astimezone(SHANGHAI).date()


def touch(township_id: int, *, now: datetime) -> int:
    """配置版本加一（configuration version），返回新的；本次事务里的名称随之重读."""
    row = insert(ConfigVersion).values(township_id=township_id, version=1, changed_on=day_of(now))
    statement = row.on_conflict_do_update(
        index_elements=["township_id"],
        set_={"version": ConfigVersion.version + 1, "changed_on": day_of(now)},
    ).returning(ConfigVersion.version)
    version = session.execute(statement).scalar_one()
    names.forget()
    return version
