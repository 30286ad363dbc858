"""配置版本：机构、人员、规则改了就加一，各进程据此刷新名称缓存."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db import session
from app.domain.working_time import SHANGHAI
from models.township import ConfigVersion


def day_of(now: datetime) -> date:
    """此刻在当地是哪一天（Asia/Shanghai）."""
    return now.astimezone(SHANGHAI).date()


def touch(township_id: int, *, now: datetime) -> int:
    """配置版本加一（configuration version），返回新的版本号；没有这一行就从 1 起."""
    row = insert(ConfigVersion).values(township_id=township_id, version=1, changed_on=day_of(now))
    statement = row.on_conflict_do_update(
        index_elements=["township_id"],
        set_={"version": ConfigVersion.version + 1, "changed_on": day_of(now)},
    ).returning(ConfigVersion.version)
    return session.execute(statement).scalar_one()


def version_of(township_id: int) -> int:
    """现在的配置版本；还没有改过为 0."""
    found = session.execute(
        select(ConfigVersion.version).where(ConfigVersion.township_id == township_id)
    ).scalar()
    return found or 0
