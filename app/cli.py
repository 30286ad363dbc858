"""命令：``flask --app run township …`` 与 ``flask --app run fonts build``."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app import cli_backup
from app import cli_setup as steps
from app.console import table
from app.db import session
from app.domain.working_time import SHANGHAI
from app.plan.difference import Difference, differences
from app.plan.seed import SeedReport, seed
from app.queries.demo_accounts import demo_accounts, demo_cases
from app.services.config_touch import day_of
from app.services.informant_marks import mark_informants
from app.unit import unit_of_work

township = AppGroup("township", help="本乡：初始设置、演示数据、核对计划、管理员、到点的事。")
fonts = AppGroup("fonts", help="公文字库。")
for command in (cli_backup.backup, cli_backup.verify_backup, cli_backup.restore):
    township.add_command(command)


def register(app: Flask) -> None:
    """把命令挂到应用上."""
    app.cli.add_command(township)
    app.cli.add_command(fonts)


@township.command("setup")
def setup() -> None:
    """迁移数据库，装好计划；没有管理员又不是演示的，问出第一名管理员。可重复运行。"""
    app, now = current_app, steps.clock_now()
    steps.migrate_database(app)
    plan = steps.read_plan()
    with unit_of_work():
        steps.add_framework_rows(app.appbuilder)  # type: ignore[attr-defined]
        report = seed(plan, now=now)
    click.echo(_told(report))
    _mark_informants()
    row = steps.township_of(plan)
    if steps.settings().demo or steps.has_administrator(row.id, now):
        return
    if not sys.stdin.isatty():
        click.echo("还没有管理员：运行 flask --app run township create-admin", err=True)
        return
    steps.ask_administrator(row, now, {})


def _told(report: SeedReport) -> str:
    if not report.added:
        return "计划已装好，没有要补的。"
    return f"计划装好了：补了 {report.total_added} 件。"


@township.command("mark-informants")
def mark_informants_now() -> None:
    """补旧来件的来件人姓名指纹，补完才能按姓名找到；初始设置时也会补，可重复运行。"""
    click.echo(f"补了 {_mark_informants()} 条。")


def _mark_informants() -> int:
    """一批一个事务，停了再来接着补."""
    total = 0
    while True:
        with unit_of_work():
            done = mark_informants()
        total += done
        if not done:
            return total


@township.command("demo")
@click.option("--force", is_flag=True, help="已有案件也装")
def demo(force: bool) -> None:
    """装演示账号，把演示故事走一遍；故事要么全装上，要么一件也不留。"""
    plan, now = steps.read_plan(), steps.clock_now()
    row = steps.township_of(plan)
    cases, demo_ones = demo_cases(row.id)
    if cases and not force:
        if cases > demo_ones:
            raise click.ClickException(f"库里已有 {cases} 件案件，不装演示数据；一定要装加 --force")
        click.echo("演示数据已经装过。")
        return
    with unit_of_work():
        seed(plan, now=now, with_accounts=True, demo_password=steps.settings().demo_password)

    from app.plan import demo as story  # noqa: PLC0415 - 只有演示用得着

    with unit_of_work():
        report = story.play(
            plan, township_id=row.id, today=day_of(now), progress=click.echo, force=force
        )
    if not report.played:
        raise click.ClickException(report.reason or "没有装演示数据。")
    click.echo("演示数据装好了。")


@township.command("check-plan")
@click.option("--strict", is_flag=True, help="有差别时以 1 退出")
def check_plan(strict: bool) -> None:
    """计划与库内的差别，一处一行；管理员改过的也在其中，不是错。"""
    plan = steps.read_plan()
    found = differences(plan)
    click.echo(_table(found) if found else "计划与库内一致。")
    if found and strict:
        sys.exit(1)


def _table(found: list[Difference]) -> str:
    head = ["种类", "代码", "列", "计划", "库内"]
    return table([head, *([d.kind, d.code, d.field, d.planned, d.actual] for d in found)])


@township.command("create-admin")
@click.option("--name", help="姓名")
@click.option("--login", help="登录名")
@click.option("--password-stdin", is_flag=True, help="口令从标准输入读一行")
def create_admin(name: str | None, login: str | None, password_stdin: bool) -> None:
    """添一名系统管理员；没有默认口令。"""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if password_stdin and not (name and login and password):
        raise click.UsageError("--password-stdin 要与 --name、--login 同用，口令不能空")
    row = steps.township_of(steps.read_plan())
    given = {"name": name, "login": login, "password": password}
    steps.ask_administrator(row, steps.clock_now(), given)


@township.command("accounts")
def accounts() -> None:
    """演示账号：登录名、姓名、角色，制表符隔开；没有演示账号就什么也不打。"""
    for line in demo_accounts(day_of(steps.clock_now())):
        click.echo("\t".join(line))


@township.command("tick")
@click.option("--now", "moment", help="当作此刻，如 2017-06-30T09:00（本地时间）")
def tick(moment: str | None) -> None:
    """到点的事做一遍：黄牌红牌、提醒。平时由任务进程每分钟做，这里供手工补。"""
    from app.services import ticking  # noqa: PLC0415 - 任务的事，别的命令用不着

    now = _moment(moment) if moment else steps.clock_now()
    with unit_of_work():
        done = ticking.tick(now=now)
    click.echo(f"做了 {done} 件。")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"应如 2017-06-30T09:00，现为 {text}") from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


@township.command("work")
def work() -> None:
    """任务进程：从队列里取任务来做，直到收到停止信号。"""
    from app.jobs import worker  # noqa: PLC0415 - 任务进程才用，网页进程不必装入

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    session.remove()
    worker.run(
        str(app.config["SQLALCHEMY_DATABASE_URI"]),
        app.app_context,
        now=steps.clock_now,
    )


@fonts.command("build")
def fonts_build() -> None:
    """在本机做好公文字库；已做好而来源没变的马上返回。"""
    from reports.fonts_sources import KitError  # noqa: PLC0415 - 做字库才用
    from reports.kit_build import build_kit  # noqa: PLC0415 - 同上，装入要好一会

    settings = steps.settings()
    # 下载来的字体留在数据目录，下回来源变了不必全部重下
    folder = settings.data_dir / "fonts"
    try:
        kit = build_kit(settings.font_cache_dir, folder, settings.report_font_dir, click.echo)
    except KitError as trouble:
        raise click.ClickException(str(trouble)) from None
    click.echo(f"公文字库可用：{kit.version}")
