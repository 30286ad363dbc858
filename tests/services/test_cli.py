"""命令：初始设置可重复、核对计划、管理员、演示账号的清单."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import Connection, func, select, update

from app import cli
from app.db import db, session
from app.factory import create_app
from app.queries.administrators import administrators
from app.services import grants
from config import Settings
from models.security import RoleProfile
from models.township import Org
from tests.conftest import FIELD_KEY, NOW, TODAY

GOOD = "Meadow-Path-41"


@pytest.fixture(scope="module")
def whole(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """装配好的应用，以应用角色连库."""
    folder: Path = tmp_path_factory.mktemp("data")
    env = {"DATA_DIR": str(folder), "FIELD_KEY": FIELD_KEY, "DEMO": "0"}
    return create_app(
        Settings.from_env(env),
        SQLALCHEMY_DATABASE_URI=urls.app,
        OWNER_URL=urls.owner,
        NOW=lambda: NOW,
    )


@pytest.fixture
def runner(whole: Flask, connection: Connection) -> Iterator[FlaskCliRunner]:
    """跑命令的；提交只到存档点."""
    with whole.app_context():
        engines = db._app_engines[whole]
        kept = engines[None]
        engines[None] = connection  # type: ignore[assignment]
        session.configure(join_transaction_mode="create_savepoint")
        try:
            yield whole.test_cli_runner()
        finally:
            session.remove()
            engines[None] = kept
            kept.dispose()


def test_set_up_can_be_repeated(runner: FlaskCliRunner) -> None:
    first = runner.invoke(args=["township", "setup"])
    assert first.exit_code == 0, first.output
    before = session.execute(select(func.count()).select_from(Role)).scalar()
    second = runner.invoke(args=["township", "setup"])
    assert second.output.startswith("计划已装好")
    assert session.execute(select(func.count()).select_from(Role)).scalar() == before


def test_set_up_loses_no_grant_where_screens_share_a_module(runner: FlaskCliRunner) -> None:
    cells = {r.code: grants.cells_of(r.role_id) for r in session.scalars(select(RoleProfile))}
    runner.invoke(args=["township", "setup"])
    for row in session.scalars(select(RoleProfile)):
        assert grants.cells_of(row.role_id) == cells[row.code]


def test_the_frameworks_admin_has_everything_and_public_nothing(
    whole: Flask, runner: FlaskCliRunner
) -> None:
    runner.invoke(args=["township", "setup"])
    roles = dict(session.execute(select(Role.name, Role.id)).all())
    held = grants.all_granted()
    every = set(grants.all_pairs().values())
    assert {pair for role, pair in held if role == roles["Admin"]} == every
    assert not any(role == roles["Public"] for role, _ in held)
    names = set(grants.all_pairs())
    for view in whole.appbuilder.baseviews:  # type: ignore[attr-defined]
        for permission in view.base_permissions or ():
            assert (view.class_permission_name, permission) in names


def test_check_plan_shows_what_an_administrator_changed(runner: FlaskCliRunner) -> None:
    same = runner.invoke(args=["township", "check-plan", "--strict"])
    assert (same.exit_code, same.output) == (0, "计划与库内一致。\n")
    session.execute(update(Org).where(Org.code == "DZB").values(name="党政办公室"))
    session.commit()
    other = runner.invoke(args=["township", "check-plan"])
    assert other.exit_code == 0
    assert "党政综合办公室" in other.output
    assert "党政办公室" in other.output
    assert runner.invoke(args=["township", "check-plan", "--strict"]).exit_code == 1


def test_an_administrator_is_added_from_the_command_line(
    runner: FlaskCliRunner, whole: Flask
) -> None:
    words = ["township", "create-admin", "--name", "单玉成", "--login", "shan", "--password-stdin"]
    weak = runner.invoke(args=words, input="short\n")
    assert weak.exit_code == 1
    assert "口令至少 10 位" in weak.output
    before = administrators(TODAY)
    done = runner.invoke(args=words, input=f"{GOOD}\n")
    assert done.exit_code == 0, done.output
    after = administrators(TODAY)
    assert {t: len(p) for t, p in after.items()} == {t: len(p) + 1 for t, p in before.items()}
    assert GOOD not in done.output


def test_an_administrator_is_asked_for_until_the_answers_fit(runner: FlaskCliRunner) -> None:
    answers = ["单玉", "Shan", GOOD, GOOD, "单玉", "shan.y", GOOD, GOOD]
    asked = runner.invoke(args=["township", "create-admin"], input="\n".join(answers) + "\n")
    assert asked.exit_code == 0, asked.output
    assert "登录名要 3 至 32 位" in asked.output


def test_a_password_on_standard_input_needs_the_rest_given(runner: FlaskCliRunner) -> None:
    found = runner.invoke(args=["township", "create-admin", "--password-stdin"], input="x\n")
    assert found.exit_code == 2


def test_demo_accounts_are_listed_tab_by_tab(runner: FlaskCliRunner) -> None:
    lines = runner.invoke(args=["township", "accounts"]).output.splitlines()
    assert len(lines) == 70
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    assert rows["clerk"] == ["蓝其蓁", "党政办受理员（综合协调组）"]
    assert rows["zongzhi_lead"] == ["雷砚秋", "综治平台协调组组长、班子成员、分管领导"]


def test_tick_says_how_much_it_did(runner: FlaskCliRunner) -> None:
    found = runner.invoke(args=["township", "tick", "--now", "2017-06-30T09:00"])
    assert (found.exit_code, found.output) == (0, "做了 0 件。\n")
    assert runner.invoke(args=["township", "tick", "--now", "yesterday"]).exit_code == 2


def test_every_command_is_there(whole: Flask) -> None:
    assert {"setup", "demo", "check-plan", "create-admin", "accounts", "tick", "work"} | {
        "backup",
        "verify-backup",
        "restore",
    } <= set(cli.township.commands)
    assert "build" in cli.fonts.commands
