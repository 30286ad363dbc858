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
from views.base import OurView, current_actor, today
from views.labels import chip, history_rows

SECTIONS = (
    (_l("Organisation"), (
        ("OrgView", "building", _l("Units"), "org"),
        ("VillageView", "map-2", _l("Villages"), "village"),
        ("GridView", "map-pin", _l("Grids"), "grid"),
        ("PlatformView", "arrows-split", _l("Platforms"), "platform"),
        ("BodyView", "users-group", _l("Bodies"), "body"),
    )),
    (_l("People and rights"), (
        ("PostView", "user", _l("Posts"), "post"),
        ("PersonView", "users", _l("People"), "person"),
        ("HoldingView", "users-group", _l("Holdings"), "holding"),
        ("GridMemberView", "map-pin", _l("Grid members"), "grid_member"),
        ("AccountView", "key", _l("Accounts"), "account"),
        ("RoleView", "shield-check", _l("Roles"), "role"),
    )),
    (_l("Cases and time"), (
        ("ChannelView", "inbox", _l("Channels"), "channel"),
        ("CategoryView", "tag", _l("Categories"), "category"),
        ("CalendarDayView", "calendar-event", _l("Working calendar"), "calendar_day"),
        ("RuleSetView", "clock", _l("Rule versions"), "rule_set"),
    )),
)
