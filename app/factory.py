"""装配：配置、数据库、登录、界面、命令，合成一个应用；造的时候不碰数据库."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, crypto, storage, web_errors, web_guards
from app.db import db
from app.pg import urls_for
from app.services import documents, export_work
from app.web_builder import TownshipBuilder
from config import PAGE_STATEMENT_SECONDS, Settings, flask_config, settings_or_exit
from views import export_sources, navigation, security_preview, security_session
from views.base import CHINA
from views.registry import VIEWS
from views.security import TownshipSecurity, slow_public
from views.ui import init_ui


def create_app(
    settings: Settings | None = None,
    *,
    statement_seconds: int = PAGE_STATEMENT_SECONDS,
    **overrides: Any,
) -> Flask:
    """应用（application）：按配置装配好的 Flask 应用.

    ``settings`` 空时取环境变量（有错则说清并以 2 退出）；``statement_seconds`` 是一条语句
    最多跑几秒；``overrides`` 覆盖 Flask 的配置，测试用它给数据库地址与 ``NOW``。
    """
    settings = settings or settings_or_exit(os.environ)
    app = Flask("app")
    url = overrides.get("SQLALCHEMY_DATABASE_URI") or urls_for(settings).app
    app.config.update(flask_config(settings, app_url=url, statement_seconds=statement_seconds))
    app.config.update(SETTINGS=settings, APP_NAME="四个平台", NOW=frozen_clock(settings))
    app.config.update(overrides)
    _behind_proxies(app, settings.trusted_proxies)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    crypto.configure(settings.field_key)
    storage.configure(settings.data_dir / "files")
    documents.configure(cache_dir=settings.font_cache_dir, font_dir=settings.report_font_dir)
    export_work.configure(
        at_once=settings.export_at_once,
        most=settings.export_max_rows,
        keep_days=settings.export_keep_days,
    )
    db.init_app(app)
    CSRFProtect(app)
    web_guards.init_app(app)
    with app.app_context():
        builder = TownshipBuilder(
            app, db.session, security_manager_class=TownshipSecurity, indexview=VIEWS[0]
        )
        for view in VIEWS[1:]:
            builder.add_view_no_menu(view)
        slow_public(builder)
    security_preview.init_app(app)
    security_session.init_app(app)
    init_ui(app)
    navigation.init_app(app)
    export_sources.init_app(app, builder.baseviews)
    web_errors.init_app(app)
    cli.register(app)
    return app


def frozen_clock(settings: Settings) -> Callable[[], datetime] | None:
    """演示时钟（demo clock）：设了 ``DEMO_TODAY`` 就是那一天的此时此刻；没设为空."""
    day = settings.demo_today
    if day is None:
        return None

    def now() -> datetime:
        clock = datetime.now(CHINA).timetz()
        return datetime.combine(day, clock).astimezone(UTC)

    return now


def _behind_proxies(app: Flask, hops: int) -> None:
    """前面有几层反向代理，就信几层转来的地址与协议."""
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
