"""配置总览与自检：各类有几件、哪些要补、最近谁改了什么."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries import config_history, config_overview
from app.queries.selfcheck import Check, self_check
from views.base import OurView, current_actor, may, today
from views.labels import chip, history_rows

SECTIONS: tuple[tuple[Any, tuple[tuple[str, str, Any, str], ...]], ...] = (
    (
        _l("Organisation"),
        (
            ("OrgView", "building", _l("Units"), "org"),
            ("VillageView", "map-2", _l("Villages"), "village"),
            ("GridView", "map-pin", _l("Grids"), "grid"),
            ("PlatformView", "arrows-split", _l("Platforms"), "platform"),
            ("BodyView", "users-group", _l("Bodies"), "body"),
        ),
    ),
    (
        _l("People and rights"),
        (
            ("PostView", "user", _l("Posts"), "post"),
            ("PersonView", "users", _l("People"), "person"),
            ("HoldingView", "signature", _l("Holdings"), "holding"),
            ("GridMemberView", "map-pin", _l("Grid members"), "grid_member"),
            ("AccountView", "key", _l("Accounts"), "account"),
            ("RoleView", "shield-check", _l("Roles"), "role"),
        ),
    ),
    (
        _l("Cases and time"),
        (
            ("ChannelView", "inbox", _l("Channels"), "channel"),
            ("CategoryView", "tag", _l("Categories"), "category"),
            ("CalendarYearView", "calendar-event", _l("Working calendar"), "calendar_day"),
            ("RuleSetView", "clock", _l("Rule versions"), "rule_set"),
        ),
    ),
)
"""配置的各块：视图、图标、名称、对象种类."""


class ConfigHomeView(OurView):
    """配置总览（configuration overview）与自检（self-check）."""

    route_base = "/config"
    class_permission_name = "config"
    method_permission_name = {"index": "read", "check": "read"}
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """总览：各块的件数，不合的先列出来，最近的改动."""
        actor, day = current_actor(), today()
        found = config_overview.counts(actor, day)
        checks = [c for c in self_check(actor.township_id, day) if c.ok is not True]
        return self.render_template(
            "config/index.html",
            title=_("Configuration"),
            sections=[(title, self._doors(doors, found)) for title, doors in SECTIONS],
            checks=[check_row(check) for check in checks],
            history=history_rows(config_history.latest(actor, limit=8), with_name=True),
            may_look=may(actor, "config", "gallery"),
        )

    @staticmethod
    def _doors(doors: Any, found: Any) -> list[dict[str, Any]]:
        actor = current_actor()
        return [
            {"url": url_for(f"{view}.list"), "icon": icon, "label": label, "count": found[kind]}
            for view, icon, label, kind in doors
            if view != "AccountView" or may(actor, "user", "read")
        ]

    @expose("/check/")
    @has_access
    def check(self) -> Any:
        """自检：应有的是否都有，红的写明去哪里改."""
        checks = self_check(current_actor().township_id, today())
        wrong = sum(check.ok is False for check in checks)
        hints = sum(check.ok == "warn" for check in checks)
        return self.render_template(
            "config/check.html",
            title=_("Self-check"),
            rows=[check_row(check) for check in checks],
            wrong=wrong,
            hints=hints,
        )


def check_row(check: Check) -> dict[str, Any]:
    """一项自检的一行：项、结果、差在哪、去改的按钮."""
    fix = check.fix_endpoint if check.fix_endpoint in current_app.view_functions else ""
    tone, words = {
        True: ("ok", _("In order")),
        "warn": ("warn", _("To note")),
        False: ("bad", _("Not in order")),
    }[check.ok]
    mend = {"label": _("Go and mend it"), "url": url_for(fix) if fix else "", "small": True}
    return {
        "what": _(f"selfcheck.{check.code}"),
        "state": chip(tone, words),
        "found": _("%(found)s of %(expected)s", found=check.found, expected=check.expected),
        "details": check.details,
        "hint": "" if check.ok is True else _(check.fix_hint),
        "actions": [mend] if fix and check.ok is not True else [],
        "is_wrong": check.ok is False,
    }
