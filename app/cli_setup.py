"""初始设置的各步：迁移、应用角色的授权、框架的权限与角色、播种、第一名管理员."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import psycopg
from flask import Flask, current_app
from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.models import Role, assoc_permissionview_role
from sqlalchemy import insert, select

from app import migrate
from app.access.actor import Actor, system_actor
from app.db import session
from app.domain.errors import Refused
from app.pg import ClusterError, grant_app, role_of, urls_for
from app.plan.load import PlanError, load
from app.plan.model import Plan
from app.queries.administrators import administrators
from app.services import accounts, grants
from app.services.config_touch import day_of
from app.unit import unit_of_work
from config import Settings
from models.township import Township

# 口令、登录名不合规矩时说的话；别的拒绝原样打出代码与事实
WORDS = {
    "password_short": "口令至少 {least} 位",
    "password_long": "口令至多 {most} 位",
    "password_plain": "口令要有两类字符（大写、小写、数字、符号）",
    "password_is_name": "口令里不要有登录名、姓名",
    "login_shape": "登录名要 3 至 32 位小写字母、数字、点、横线、下划线，字母开头",
    "login_taken": "登录名 {login} 已经有人用了",
    "name_needed": "姓名不能空",
}


def settings() -> Settings:
    """装配时的配置."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def clock_now() -> datetime:
    """此刻（UTC）；设了 ``DEMO_TODAY`` 就是那一天的此时."""
    frozen = current_app.config.get("NOW")
    moment: datetime = frozen() if frozen else datetime.now(UTC)
    return moment


def owner_url() -> str:
    """库主的地址。Raises click.ClickException（外接数据库而没有设 DATABASE_OWNER_URL）."""
    given = current_app.config.get("OWNER_URL")
    if given:
        return str(given)
    try:
        return urls_for(settings()).owner
    except ClusterError as trouble:
        raise click.ClickException(str(trouble)) from None


def read_plan() -> Plan:
    """产品自带的计划；有错的一处一行说清。Raises click.ClickException."""
    try:
        return load()
    except PlanError as trouble:
        raise click.ClickException(f"计划有错：\n{trouble}") from None


def migrate_database(app: Flask) -> None:
    """迁移到最新，再给应用角色授权（库主与应用角色是同一个的，不用授权）."""
    owner, url = owner_url(), str(app.config["SQLALCHEMY_DATABASE_URI"])
    migrate.upgrade(owner)
    if role_of(owner) == role_of(url):
        click.echo("提醒：应用与库主是同一个数据库角色，日志防改只靠哈希链", err=True)
        return
    plain = owner.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as connection:
        for statement in grant_app(role_of(url)):
            connection.execute(statement.encode())


def add_framework_rows(builder: AppBuilder) -> None:
    """框架的权限与角色（Admin、Public）：只补缺的.

    不用框架自带的那一步：几个视图共用一个权限模块时，它把别的视图的权限当作多余的，连同
    角色的授权一起删掉。Admin 有全部权限，谁也不持有；Public 什么也没有。
    """
    known = grants.all_pairs()
    for view in builder.baseviews:
        for permission in sorted(view.base_permissions or ()):
            if (view.class_permission_name, permission) not in known:
                pair = grants.ensure_pair(view.class_permission_name, permission)
                known[(view.class_permission_name, permission)] = pair
    admin = _role(builder.sm.auth_role_admin)
    _role(builder.sm.auth_role_public)
    held = {pair for role, pair in grants.all_granted() if role == admin}
    rows = [{"role_id": admin, "permission_view_id": p} for p in known.values() if p not in held]
    if rows:
        session.execute(insert(assoc_permissionview_role), rows)


def _role(name: str) -> int:
    found: int | None = session.execute(select(Role.id).where(Role.name == name)).scalar()
    if found is not None:
        return found
    role = Role(name=name)
    session.add(role)
    session.flush()
    return role.id


def township_of(plan: Plan) -> Township:
    """计划所说的那个乡。Raises click.ClickException（还没有初始设置）."""
    found = session.execute(select(Township).where(Township.code == plan.township.code)).scalar()
    if found is None:
        raise click.ClickException("还没有初始设置：先运行 flask --app run township setup")
    return found


def has_administrator(township_id: int, now: datetime) -> bool:
    """这个乡有没有能登录的系统管理员."""
    return bool(administrators(day_of(now), township_id))


def ask_administrator(township: Township, now: datetime, given: dict[str, Any]) -> None:
    """问出一名管理员并立好；不合规矩的说明再问。问的时候不占着事务."""
    township_id, label = township.id, township.name
    actor = system_actor(township_id, day_of(now))
    session.rollback()
    click.echo(f"给{label}立一名系统管理员（只管配置与账号，不办案件）。")
    while True:
        answers = _answers(given)
        try:
            _found(answers, actor, now)
        except Refused as refused:
            click.echo(words(refused), err=True)
            if given.get("password"):
                raise click.ClickException("没有立成") from None
            continue
        click.echo(f"管理员 {answers['login']} 立好了。")
        return


def _answers(given: dict[str, Any]) -> dict[str, str]:
    return {
        "name": given.get("name") or click.prompt("姓名"),
        "login": given.get("login") or click.prompt("登录名"),
        "password": given.get("password")
        or click.prompt("口令", hide_input=True, confirmation_prompt="再输一遍"),
    }


def _found(answers: dict[str, str], actor: Actor, now: datetime) -> None:
    with unit_of_work():
        accounts.found_administrator(**answers, actor=actor, now=now)


def words(refused: Refused) -> str:
    """拒绝的一句话."""
    pattern = WORDS.get(refused.code)
    return pattern.format(**refused.facts) if pattern else str(refused)
