"""补来件人姓名的指纹：旧的行没有，按姓名找不到；一批一批补，可以随时停."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from app.queries.case_search import name_mark
from models.case import CaseInformant

BATCH = 1000


def mark_informants(*, limit: int = BATCH) -> int:
    """补一批，返回补了几行；补完了是 0。只读姓名算指纹，别的不动."""
    rows = (
        session.execute(
            select(CaseInformant)
            .where(CaseInformant.name.is_not(None), CaseInformant.name_mark.is_(None))
            .order_by(CaseInformant.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        .scalars()
        .all()
    )
    for row in rows:
        row.name_mark = name_mark(row.name) or ""
    session.flush()
    return len(rows)
