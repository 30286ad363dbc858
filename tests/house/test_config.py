"""配置：缺点一次说完；密钥自造自留；给 Flask 的一份合乎安全要求."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date, time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask_appbuilder.const import AUTH_DB

from app.pg_home import RECORD
from config import (
    DEFAULT_DEMO_PASSWORD,
    ROOT,
    ConfigError,
    Settings,
    check,
    flask_config,
)

APP_URL = "postgresql+psycopg://app:pw@127.0.0.1:5432/township"


@pytest.fixture
def environ(tmp_path):
    return {"DATA_DIR": str(tmp_path / "数据 目录"), "HOME": str(tmp_path)}


def flask_of(environ):
    return flask_config(Settings.from_env(environ), app_url=APP_URL)


def test_nothing_needs_to_be_set(tmp_path):
    assert check({}) == []
    settings = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 1)
    assert (settings.demo, settings.demo_today, settings.trusted_proxies) == (False, None, 0)
    assert settings.demo_password == DEFAULT_DEMO_PASSWORD
    assert settings.font_cache_dir == Path.home() / ".cache" / "four-platforms" / "fonts"
    assert (settings.backup_dir, settings.backup_at) == (tmp_path / "backups", time(2, 30))
    kept = (settings.backup_keep_days, settings.backup_keep_weeks, settings.backup_keep_months)
    assert (kept, settings.backup_passphrase_file) == ((7, 5, 12), None)
    with pytest.raises(FrozenInstanceError):
        settings.port = 80


def test_everything_that_is_set_is_read(environ, tmp_path):
    settings = Settings.from_env(
        environ
        | {
            "HOST": "0.0.0.0",
            "PORT": " 9000 ",
            "DATABASE_URL": "postgres://app:p%40w@db:5433/town?sslmode=require",
            "DATABASE_OWNER_URL": "postgresql://boss:pw@db:5433/town",
            "DEMO": "yes",
            "DEMO_PASSWORD": "换一个口令",
            "DEMO_TODAY": "2017-06-30",
            "WORKERS": "4",
            "TRUSTED_PROXIES": "1",
            "REPORT_FONT_DIR": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "缓存"),
            "BACKUP_DIR": str(tmp_path / "别的盘"),
            "BACKUP_AT": "off",
            "BACKUP_KEEP_DAYS": "14",
        }
    )
    assert settings.port == 9000
    assert settings.database_url == "postgresql+psycopg://app:p%40w@db:5433/town?sslmode=require"
    assert settings.demo
    assert settings.demo_password == "换一个口令"
    assert settings.demo_today == date(2017, 6, 30)
    assert settings.report_font_dir == tmp_path
    assert (settings.backup_dir, settings.backup_at) == (tmp_path / "别的盘", None)
    assert settings.backup_keep_days == 14
    assert settings.font_cache_dir == tmp_path / "缓存" / "four-platforms" / "fonts"


def test_every_fault_is_named_at_once(tmp_path):
    (tmp_path / "file").touch()
    wrong = {
        "HOST": "192.168.1",
        "PORT": "80800",
        "DATA_DIR": str(tmp_path / "file" / "var"),
        "DATABASE_URL": "mysql://app@db/town",
        "DATABASE_OWNER_URL": "postgresql://db",
        "SECRET_KEY": "short",
        "FIELD_KEY": "c2hvcnQ=",
        "DEMO": "也许",
        "DEMO_TODAY": "2017-06-31",
        "WORKERS": "0",
        "TRUSTED_PROXIES": "-1",
        "REPORT_FONT_DIR": str(tmp_path / "无此处"),
        "FONT_CACHE_DIR": str(tmp_path / "file"),
        "BACKUP_DIR": str(tmp_path / "file"),
        "BACKUP_AT": "24:00",
        "BACKUP_KEEP_DAYS": "-1",
        "BACKUP_KEEP_WEEKS": "x",
        "BACKUP_KEEP_MONTHS": "121",
        "BACKUP_PASSPHRASE_FILE": str(tmp_path / "无此文件"),
    }
    assert [fault.partition("：")[0] for fault in check(wrong)] == list(wrong)
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(wrong)
    assert len(caught.value.faults) == len(wrong)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DATABASE_OWNER_URL": "postgresql://a:b@h/d"}, "须与 DATABASE_URL 一起设"),
        (
            {
                "DATABASE_URL": "postgresql://same:x@h/d",
                "DATABASE_OWNER_URL": "postgresql://same:y@h/d",
            },
            "须与库主",
        ),
        ({"DATABASE_URL": "postgresql://a:b@h:port/d"}, "不是合法的地址"),
        ({"FIELD_KEY": "密" * 44}, "URL 安全 base64"),
    ],
)
def test_what_does_not_fit_together_is_a_fault(environ, given, named):
    (fault,) = check(environ | given)
    assert named in fault


def test_a_start_with_faults_says_them_and_exits_with_2(tmp_path):
    script = "import os; from config import settings_or_exit; settings_or_exit(os.environ)"
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PORT": "x", "WORKERS": "y", "DATA_DIR": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "PORT：" in said.stderr
    assert "WORKERS：" in said.stderr


def test_checking_writes_nothing(environ):
    assert check(environ) == []
    assert not Path(environ["DATA_DIR"]).exists()


def test_keys_are_made_once_and_kept_for_their_owner_only(environ):
    first = Settings.from_env(environ)
    assert Settings.from_env(environ) == first
    assert Fernet(first.field_key).decrypt(Fernet(first.field_key).encrypt(b"x")) == b"x"
    assert first.secret_key != first.field_key
    files = sorted(Path(environ["DATA_DIR"]).iterdir())
    assert [file.name for file in files] == ["field_key", "secret_key"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def _secret(environ):
    return Settings.from_env(environ).secret_key


def test_processes_that_start_together_agree_on_the_keys(environ):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_secret, [environ] * 8))) == 1
        pool.close()
        pool.join()


def test_given_keys_are_used_and_not_written(environ):
    given = {"SECRET_KEY": "k" * 40, "FIELD_KEY": Fernet.generate_key().decode()}
    settings = Settings.from_env(environ | given)
    assert (settings.secret_key, settings.field_key) == tuple(given.values())
    assert not Path(environ["DATA_DIR"]).exists()


def test_a_lost_field_key_is_a_fault_and_not_replaced(environ):
    Settings.from_env(environ)
    data_dir = Path(environ["DATA_DIR"])
    (data_dir / RECORD).touch()
    (data_dir / "field_key").unlink()
    (data_dir / "secret_key").write_text("")
    secret, field = check(environ)
    assert "是空的" in secret
    assert "不见了" in field


def test_the_session_cookie_is_strict_and_bears_the_port(environ):
    config = flask_of(environ | {"PORT": "8081"})
    assert config["SESSION_COOKIE_NAME"] == "township_8081"
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"


@pytest.mark.parametrize(
    ("given", "secure"),
    [
        ({}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"TRUSTED_PROXIES": "1"}, True),
    ],
)
def test_the_cookie_travels_over_https_except_on_this_machine(environ, given, secure):
    assert flask_of(environ | given)["SESSION_COOKIE_SECURE"] is secure


def test_a_page_cannot_hold_the_database_for_long(environ):
    options = flask_of(environ)["SQLALCHEMY_ENGINE_OPTIONS"]
    assert "statement_timeout=5s" in options["connect_args"]["options"]
    assert "idle_in_transaction_session_timeout=30s" in options["connect_args"]["options"]
    assert options["pool_size"] == 8
    assert options["pool_use_lifo"] is True
    assert options["pool_pre_ping"] is False


def test_a_million_characters_reach_the_form_that_refuses_them(environ):
    config = flask_of(environ)
    assert len("%E5%AD%97" * 1_000_000) < config["MAX_FORM_MEMORY_SIZE"]
    assert config["MAX_FORM_MEMORY_SIZE"] < config["MAX_CONTENT_LENGTH"]


def test_the_framework_is_tamed(environ):
    config = flask_of(environ)
    assert config["AUTH_TYPE"] == AUTH_DB
    for name in (
        "FAB_CREATE_DB",
        "FAB_UPDATE_PERMS",
        "FAB_ADD_SECURITY_API",
        "FAB_ADD_OPENAPI_VIEWS",
    ):
        assert config[name] is False
    assert config["RATELIMIT_ENABLED"]
    assert config["AUTH_RATE_LIMITED"]
    assert Path(config["BABEL_TRANSLATION_DIRECTORIES"]).is_absolute()
    assert "localhost:8080" in config["FAB_SAFE_REDIRECT_HOSTS"]
