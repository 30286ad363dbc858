"""定时备份：每天到点做一份，关着机错过的开机补上；做成了清旧的，没做成过一小时再试."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.backup import postgres, shelf
from app.backup.cipher import read_passphrase
from app.backup.make import Source, make_backup
from app.backup.manifest import Manifest
from app.backup.trouble import BackupError
from app.domain.retention import Retention
from app.domain.working_time import SHANGHAI
from app.queries import backups as past
from app.services import backups
from app.services.backups import Outcome
from app.unit import unit_of_work

if TYPE_CHECKING:
    from config import Settings

AGAIN = timedelta(hours=1)
LOCK = 0x62616B75  # 建议锁的号：几个任务进程同时到点，只有一个做
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Schedule:
    """定时备份怎么做：源、放哪里、几时（东八区）、留哪些、口令文件."""

    source: Source
    folder: Path
    at: time | None
    retention: Retention
    passphrase_file: Path | None = None


def source_of(settings: Settings, url: str, *, with_keys: bool = True) -> Source:
    """备份的源：这个库、数据目录与密钥."""
    return Source(url, settings.data_dir, settings.secret_key, settings.field_key, with_keys)


def schedule_of(settings: Settings, url: str) -> Schedule:
    """由配置得定时备份；演示的乡不定时备份."""
    return Schedule(
        source=source_of(settings, url),
        folder=settings.backup_dir,
        at=None if settings.demo else settings.backup_at,
        retention=Retention(
            settings.backup_keep_days, settings.backup_keep_weeks, settings.backup_keep_months
        ),
        passphrase_file=settings.backup_passphrase_file,
    )


def back_up_if_due(plan: Schedule, clock: Clock) -> bool:
    """到点而今天还没做的，做一份；返回做成了没有."""
    now = clock()
    if not is_due(plan, now):
        return False
    with postgres.connected(plan.source.url) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        connection.commit()
        # 等到锁的时候，别的进程也许刚做完
        return bool(row and row[0]) and is_due(plan, now) and run(plan, clock)


def is_due(plan: Schedule, now: datetime) -> bool:
    """该做了没有：过了点、今天没做成过、上一次没做成已过一小时."""
    here = now.astimezone(SHANGHAI)
    if plan.at is None or here.time() < plan.at:
        return False
    with unit_of_work():
        failed = past.latest(ok=False)
        waits = failed is not None and now - failed.finished_at < AGAIN
        return not waits and not past.is_done(here.date())


def run(plan: Schedule, clock: Clock) -> bool:
    """做一份，记下来，清旧的；返回做成了没有."""
    started = clock()
    name = shelf.name_of(started, sealed=plan.passphrase_file is not None)
    path = plan.folder / name
    try:
        plan.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        phrase = read_passphrase(plan.passphrase_file) if plan.passphrase_file else None
        manifest = make_backup(plan.source, path, now=started, passphrase=phrase)
    except (BackupError, OSError) as trouble:
        note(Outcome("SCHEDULED", started, clock(), file=str(path), error=str(trouble)))
        return False
    note(made("SCHEDULED", path, manifest, started, clock()))
    shelf.prune(plan.folder, plan.retention)
    return True


def made(
    kind: str, path: Path, manifest: Manifest, started: datetime, finished: datetime
) -> Outcome:
    """做成的一次；库里记着却没有的文件写在附注里."""
    lost = f"{len(manifest.missing)} 个文件库里有、存放目录里没有" if manifest.missing else None
    return Outcome(kind, started, finished, str(path), path.stat().st_size, note=lost)


def note(outcome: Outcome) -> None:
    """记下一次的结果，一件事一次提交."""
    with unit_of_work():
        backups.record(outcome)
