"""命令：备份、核对备份、由备份恢复."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app import cli_setup as steps
from app import crypto
from app.backup import schedule, shelf
from app.backup.check import verify
from app.backup.cipher import read_passphrase
from app.backup.make import make_backup
from app.backup.manifest import KEY_NAMES, Manifest
from app.backup.restore import Restored, Target, restore_backup
from app.backup.trouble import BackupError, BackupRefused
from app.console import table
from app.db import session
from app.domain.working_time import SHANGHAI
from app.services import backups
from app.services.backups import Outcome

FILE = click.Path(path_type=Path, dir_okay=False)
phrase = click.option(
    "--passphrase-file", type=FILE, help="口令文件，第一行是口令：给了就加密，或用来解开"
)


class Refusal(click.ClickException):
    """不该做的：以 2 退出."""

    exit_code = 2


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """出的事说成一句话：不该做的以 2 退出，没做成的以 1 退出."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BackupRefused as trouble:
            raise Refusal(str(trouble)) from None
        except BackupError as trouble:
            raise click.ClickException(str(trouble)) from None

    return run


@click.command("backup")
@click.argument("file", type=FILE, required=False)
@click.option("--without-keys", is_flag=True, help="不带密钥；恢复时要另有原来的 field_key")
@click.option("--force", is_flag=True, help="已有同名的，覆盖")
@phrase
@with_appcontext
@told
def backup(
    file: Path | None, without_keys: bool, force: bool, passphrase_file: Path | None
) -> None:
    """备份整个乡（库、附件、文书、密钥）到一个文件；不写 FILE 放进 BACKUP_DIR。"""
    started = _now()
    secret = read_passphrase(passphrase_file) if passphrase_file else None
    path = file or _on_the_shelf(started, sealed=secret is not None)
    session.remove()
    source = schedule.source_of(steps.settings(), _app_url(), with_keys=not without_keys)
    manifest = make_backup(
        source, path, now=started, passphrase=secret, force=force, say=click.echo
    )
    schedule.note(schedule.made("MANUAL", path.absolute(), manifest, started, _now()))
    click.echo(_summary(manifest, path))
    if manifest.has_keys and secret is None:
        click.echo("注意：这个文件里有密钥和全部当事人信息，谁拿到谁就能读，请妥善保管。", err=True)


@click.command("verify-backup")
@click.argument("file", type=FILE)
@phrase
@with_appcontext
@told
def verify_backup(file: Path, passphrase_file: Path | None) -> None:
    """核对一份备份：读到底，逐件对哈希；什么也不改。"""
    secret = read_passphrase(passphrase_file) if passphrase_file else None
    manifest = verify(file, passphrase=secret)
    click.echo(_summary(manifest, file))
    click.echo("完好。")


@click.command("restore")
@click.argument("file", type=FILE)
@phrase
@with_appcontext
@told
def restore(file: Path, passphrase_file: Path | None) -> None:
    """由备份恢复到空的库与空的数据目录；不空就不动。"""
    started = _now()
    settings = steps.settings()
    secret = read_passphrase(passphrase_file) if passphrase_file else None
    session.remove()
    target = Target(
        app_url=_app_url(),
        owner_url=steps.owner_url(),
        data_dir=settings.data_dir,
        keys={"secret_key": settings.secret_key, "field_key": settings.field_key},
        fixed=frozenset(name for name in KEY_NAMES if os.environ.get(name.upper())),
    )
    done = restore_backup(file, target, passphrase=secret, say=click.echo)
    crypto.configure(done.keys["field_key"])
    schedule.note(Outcome("RESTORE", started, _now(), file=str(file.absolute())))
    click.echo(_summary(done.manifest, file))
    _examine(done)


def _examine(done: Restored) -> None:
    """恢复之后验一遍：日志链、密文、库里记着的文件。Raises click.ClickException."""
    whole = True
    for name, chain in backups.chains():
        whole = whole and chain.is_whole
        state = "完好" if chain.is_whole else f"在第 {chain.broken_at} 条断了"
        click.echo(f"{name}的日志链：{chain.entries} 条，{state}")
    readable = backups.sealed_are_readable()
    click.echo("加密的来件人：" + ("读得出" if readable else "读不出，密钥不是原来那一把"))
    for path in done.manifest.missing:
        click.echo(f"备份时就没有的文件：{path}", err=True)
    if not (whole and readable):
        raise click.ClickException("数据都装回来了，但上面有不对的，先查明再用")
    click.echo(f"恢复好了（迁移 {done.revision}）。接着照常 make run。")


def _summary(manifest: Manifest, path: Path) -> str:
    taken = datetime.fromisoformat(manifest.taken_at).astimezone(SHANGHAI)
    counts = manifest.counts
    rows = [
        ["乡", "、".join(manifest.townships) + ("（演示）" if manifest.is_demo else "")],
        ["做于", f"{taken:%Y-%m-%d %H:%M:%S}，产品 {manifest.product}，迁移 {manifest.revision}"],
        ["案件", f"{counts.get('case_record', 0)} 件，日志 {counts.get('journal', 0)} 条"],
        ["文件", f"{manifest.files} 个附件与文书"],
        ["密钥", "在内" if manifest.has_keys else "不在内"],
        ["大小", f"{path.stat().st_size / 1e6:.1f} MB（压缩前 {manifest.bytes / 1e6:.1f} MB）"],
    ]
    if manifest.missing:
        rows.append(["缺", f"{len(manifest.missing)} 个文件库里有、存放目录里没有"])
    return table(rows)


def _on_the_shelf(now: datetime, *, sealed: bool) -> Path:
    folder = steps.settings().backup_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / shelf.name_of(now, sealed=sealed)


def _now() -> datetime:
    return datetime.now(UTC)


def _app_url() -> str:
    return str(current_app.config["SQLALCHEMY_DATABASE_URI"])
