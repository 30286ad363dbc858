"""系统管理员的工作台：先看哪里不对，再去各块配置."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.queries import config_history
from app.queries.home_health import health
from views.base import clock_now, today
from views.config_home import SECTIONS, check_row
from views.home_kinds import Seat
from views.home_parts import Page
from views.labels import history_rows


def page(actor: Actor, _seat: Seat) -> Page:
    """配置总览：体检在前，最近的改动在后."""
    checks = health(actor, today=today(), now=clock_now())
    wrong = [check for check in checks if check.ok is not True]
    return Page(
        "home/config.html",
        {
            "wrong": [check_row(check) for check in wrong],
            "right": [check_row(check) for check in checks if check.ok is True],
            "doors": [
                {"url": url_for(f"{view}.list"), "icon": icon, "label": label}
                for _title, doors in SECTIONS
                for view, icon, label, _kind in doors
            ],
            "history": history_rows(config_history.latest(actor, limit=6), with_name=True),
        },
        (
            {
                "label": _("Self-check"),
                "url": url_for("ConfigHomeView.check"),
                "icon": "clipboard-check",
            },
            {
                "label": _("Configuration"),
                "url": url_for("ConfigHomeView.index"),
                "icon": "settings",
                "tone": "primary",
            },
        ),
    )
