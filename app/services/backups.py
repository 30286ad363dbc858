"""备份的登记与知会：做成做不成都记一行；没做成告诉各乡的系统管理员."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.crypto import SealBroken
from app.db import session
from app.queries.administrators import administrators
from app.services import journal, notify
from app.services.config_touch import day_of
from app.services.journal import ChainReport
from models.backup import BackupRun
from models.case import CaseInformant
from models.township import Township

FAILED = "backup.failed"
LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """一次备份或恢复的结果：种类、起止、文件、大小；``error`` 空为成了."""

    kind: str
    started_at: datetime
    finished_at: datetime
    file: str | None = None
    size: int | None = None
    error: str | None = None
    note: str | None = None


def record(outcome: Outcome) -> BackupRun:
    """记一次；没做成的定时备份知会管理员，一天一次（backup run）."""
    day = day_of(outcome.started_at)
    row = BackupRun(
        kind=outcome.kind,
        day=day,
        started_at=outcome.started_at,
        finished_at=outcome.finished_at,
        is_ok=outcome.error is None,
        file=outcome.file,
        size=outcome.size,
        error=outcome.error[:LONGEST_ERROR] if outcome.error is not None else None,
        note=outcome.note,
    )
    session.add(row)
    session.flush()
    if outcome.error is not None and outcome.kind == "SCHEDULED":
        for township_id, people in administrators(day).items():
            notify.post(
                people,
                township_id=township_id,
                kind=FAILED,
                key=f"{FAILED}:{day}",
                now=outcome.finished_at,
                facts={"error": outcome.error[:200]},
            )
    return row


def chains() -> Iterator[tuple[str, ChainReport]]:
    """各乡的日志链验一遍（journal chain）：乡名与结果."""
    for key, name in session.execute(
        select(Township.id, Township.name).order_by(Township.id)
    ).all():
        yield name, journal.verify(key)


def sealed_are_readable() -> bool:
    """加了密的来件人读得出：取最近一条解一解（sealed columns）；一条也没有的算读得出."""
    raw = CaseInformant.__table__.c
    statement = select(raw.name).where(raw.name.is_not(None)).order_by(raw.id.desc()).limit(1)
    # 列是密文型的，取出时即解密；解不开就抛错
    try:
        session.execute(statement).first()
    except SealBroken:
        return False
    return True
