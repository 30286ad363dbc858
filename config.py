"""配置：全部来自环境变量；启动时查一遍，有几处不对一次说完."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from app import env
from app.pg_home import RECORD

ROOT = env.ROOT
ZONE = "Asia/Shanghai"
DEFAULT_DEMO_PASSWORD = "Four-Platforms-2017"  # noqa: S105 - 只用于演示数据，README 写明
THREADS = 8
PAGE_STATEMENT_SECONDS = 5
WORK_STATEMENT_SECONDS = 60
IDLE_SIGN_OUT = timedelta(minutes=30)
MEGABYTE = 1024 * 1024

_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "HOST": ("127.0.0.1", env.host),
    "PORT": ("8080", env.whole(1, 65535)),
    "DATA_DIR": ("var", env.folder),
    "DATABASE_URL": ("", env.database),
    "DATABASE_OWNER_URL": ("", env.database),
    "SECRET_KEY": ("", env.secret),
    "FIELD_KEY": ("", env.field_key),
    "DEMO": ("0", env.flag),
    "DEMO_PASSWORD": (DEFAULT_DEMO_PASSWORD, str),
    "DEMO_TODAY": ("", env.day),
    "WORKERS": ("1", env.whole(1, 16)),
    "TRUSTED_PROXIES": ("0", env.whole(0, 5)),
    "EXPORT_AT_ONCE": ("2000", env.whole(0, 20_000)),
    "EXPORT_MAX_ROWS": ("100000", env.whole(1, 500_000)),
    "EXPORT_KEEP_DAYS": ("7", env.whole(1, 365)),
    "REPORT_FONT_DIR": ("", env.existing_folder),
    "FONT_CACHE_DIR": ("{cache}/four-platforms/fonts", env.folder),
}
_KEPT: dict[str, Callable[[str], str]] = {"SECRET_KEY": env.secret, "FIELD_KEY": env.field_key}


@dataclass(frozen=True, slots=True)
class Settings:
    """运行配置，进程启动后不再改变；``from_env`` 是唯一的来处.

    ``trusted_proxies`` 是前面的反向代理有几层；``export_at_once`` 行以内的导出当场给，多的由任务
    进程做，超过 ``export_max_rows`` 行的不给，文件留 ``export_keep_days`` 天。
    ``demo_today`` 空为真的今天.
    """

    host: str
    port: int
    data_dir: Path
    database_url: str | None
    database_owner_url: str | None
    secret_key: str
    field_key: str
    demo: bool
    demo_password: str
    demo_today: date | None
    workers: int
    trusted_proxies: int
    export_at_once: int
    export_max_rows: int
    export_keep_days: int
    report_font_dir: Path | None
    font_cache_dir: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """由环境变量得配置；缺密钥时在 ``DATA_DIR`` 里造好留用。Raises ConfigError."""
        values, faults = _read(environ)
        if faults:
            raise ConfigError(faults)
        for name in _KEPT:
            key = name.lower()
            values[key] = values[key] or _kept_key(values["data_dir"], name)
        return cls(**values)

    @property
    def is_loopback(self) -> bool:
        """只有本机能连."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


class ConfigError(Exception):
    """配置有错；``faults`` 是全部缺点，一条一句中文."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def check(environ: Mapping[str, str]) -> list[str]:
    """配置的全部缺点，一条一句中文；什么也不写."""
    return _read(environ)[1]


def exit_with(faults: list[str]) -> NoReturn:
    """把缺点都写到标准错误，以 2 退出."""
    print("配置有误：", *(f"  - {fault}" for fault in faults), sep="\n", file=sys.stderr)  # noqa: T201
    raise SystemExit(2)


def settings_or_exit(environ: Mapping[str, str]) -> Settings:
    """由环境变量得配置；有缺点时全部说出并以 2 退出."""
    try:
        return Settings.from_env(environ)
    except ConfigError as error:
        exit_with(error.faults)


def _read(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    cache = environ.get("XDG_CACHE_HOME") or "~/.cache"
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, (default, parse) in _FIELDS.items():
        text = environ.get(name, "").strip() or default.format(cache=cache)
        try:
            values[name.lower()] = parse(text)
        except (ValueError, RuntimeError) as fault:  # 没有家目录时 expanduser 抛 RuntimeError
            faults.append(f"{name}：{fault}")
    return values, faults + _database_faults(values) + _key_faults(values)


def _database_faults(values: Mapping[str, Any]) -> list[str]:
    app, owner = values.get("database_url"), values.get("database_owner_url")
    if owner and "database_url" in values and not app:
        return ["DATABASE_OWNER_URL：须与 DATABASE_URL 一起设"]
    if app and owner and urlsplit(app).username == urlsplit(owner).username:
        return ["DATABASE_URL：应用角色须与库主（DATABASE_OWNER_URL）不同，否则日志可被改动"]
    return []


def _key_faults(values: Mapping[str, Any]) -> list[str]:
    """存在数据目录里的密钥有什么不对：空的、坏的、读不了的、丢了的."""
    data_dir: Path | None = values.get("data_dir")
    if data_dir is None:
        return []
    faults = []
    for name, parse in _KEPT.items():
        if values.get(name.lower(), "环境变量里的有误，已另说"):
            continue
        path = data_dir / name.lower()
        try:
            if not parse(path.read_text().strip()):
                faults.append(f"{name}：{path} 是空的")
        except FileNotFoundError:
            if name == "FIELD_KEY" and (data_dir / RECORD).exists():
                faults.append(f"FIELD_KEY：{path} 不见了；没有它，库里加密的字段读不出，请找回")
        except (OSError, ValueError) as fault:
            faults.append(f"{name}：{path} 用不了（{fault}）")
    return faults


def _kept_key(data_dir: Path, name: str) -> str:
    """读数据目录里的密钥；没有就造一个（0600）。几个进程同时造，只算先写成的那个."""
    path = data_dir / name.lower()
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:  # 有的文件系统没有硬链接
            draft.replace(path)
        draft.unlink(missing_ok=True)
    return path.read_text().strip()


def flask_config(
    settings: Settings, *, app_url: str, statement_seconds: int = PAGE_STATEMENT_SECONDS
) -> dict[str, Any]:
    """Flask 的配置表；``app_url`` 是应用角色的数据库地址.

    ``statement_seconds`` 是一条语句最多跑几秒：网页 5 秒，任务与命令用
    ``WORK_STATEMENT_SECONDS``.
    """
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": app_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(statement_seconds),
        "SQLALCHEMY_TRACK_MODIFICATIONS": False,
        "MAX_CONTENT_LENGTH": 32 * MEGABYTE,
        # 一百万个汉字在表单里占 9 MB：放它进来，才能由表单说“太长了”
        "MAX_FORM_MEMORY_SIZE": 16 * MEGABYTE,
        **_cookie_config(settings),
        **_guard_config(settings),
        **_fab_config(),
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_DEFAULT_TIMEZONE": ZONE,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }


def _engine_options(statement_seconds: int) -> dict[str, Any]:
    options = {
        "statement_timeout": f"{statement_seconds}s",
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
    }
    return {
        "pool_size": THREADS,
        "max_overflow": 2,
        "pool_timeout": 10,
        "pool_recycle": 1800,
        "pool_use_lifo": True,
        "pool_pre_ping": False,
        "connect_args": {
            "connect_timeout": 5,
            "application_name": "township",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    }


def _cookie_config(settings: Settings) -> dict[str, Any]:
    # 同一台机器上的两个实例共用一个域名，浏览器的 Cookie 不分端口，所以名字带端口
    secure = settings.trusted_proxies > 0 or not settings.is_loopback
    return {
        "SESSION_COOKIE_NAME": f"township_{settings.port}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_REFRESH_EACH_REQUEST": True,
        "PERMANENT_SESSION_LIFETIME": IDLE_SIGN_OUT,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
    }


def _guard_config(settings: Settings) -> dict[str, Any]:
    here = {f"{name}:{settings.port}" for name in ("127.0.0.1", "localhost", settings.host)}
    return {
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": 8 * 3600,
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": "memory://",
        "AUTH_RATE_LIMITED": True,
        "AUTH_RATE_LIMIT": "60 per minute",
        "FAB_SAFE_REDIRECT_HOSTS": sorted(here),
    }


def _fab_config() -> dict[str, Any]:
    return {
        "AUTH_TYPE": 1,  # flask_appbuilder.const.AUTH_DB；为一个数不值得先装入整个框架
        "AUTH_USER_REGISTRATION": False,
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_OPENAPI_VIEWS": False,
        "LANGUAGES": {"zh": {"flag": "cn", "name": "简体中文"}},
    }
