"""侧栏与顶栏：五个统一照方案的次序，没有权的不出现，数字是等我的."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.actor import Actor
from app.queries import home
from app.queries.notices import unread_count
from app.services.document_downloads import kinds_for
from views.base import actor_or_none, clock_now, today
from views.case_common import counts_now
from views.config_home import SECTIONS
from views.notices import bell
from views.ui_filters import cn_day, cn_moment

OVERDUE = "overdue"


class Door(NamedTuple):
    """侧栏的一项：画面、地址参数、图标、名称、要的授权（有其一）、同属这一项的视图、计数、快捷键."""

    endpoint: str
    icon: str
    label: Any
    needs: tuple[tuple[str, str], ...] = ()
    args: Mapping[str, str] = {}
    views: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    key: str = ""


READ = (("case", "read"),)
CASES = "CaseListView.list"
CONFIG_VIEWS = (
    *(view for _t, doors in SECTIONS for view, *_r in doors),
    "RoleMatrixView",
    "HoldingTimeView",
    "PersonRightsView",
)
FIVE = (
    Door(
        CASES,
        "inbox",
        _l("stage.统一受理"),
        READ,
        views=("CaseIntakeView", "CaseView", "CaseStepView"),
        counts=("REPORTED", "DISPATCHED"),
        key="g s",
    ),
    Door(
        "BoardView.board",
        "arrows-split",
        _l("stage.统一分流"),
        (("case", "dispatch"),),
        counts=("ACCEPTED",),
        key="g f",
    ),
    Door(
        CASES,
        "bell-ringing",
        _l("stage.统一督办"),
        READ,
        {"view": "overdue"},
        counts=(OVERDUE,),
        key="g d",
    ),
    Door(
        CASES,
        "message-check",
        _l("stage.统一反馈"),
        (("case", "feedback"), ("case", "archive")),
        {"view": "VERIFIED"},
        counts=("VERIFIED",),
    ),
    Door(
        "AssessmentView.list",
        "chart-bar",
        _l("stage.统一考核"),
        (("assess", "view"),),
        views=("AssessmentView",),
        key="g k",
    ),
)
MEETINGS = (
    Door(
        "MeetingView.list",
        "users-group",
        _l("module.meeting"),
        (("meeting", "read"), ("meeting", "observe")),
        views=("MeetingView",),
        key="g h",
    ),
    Door("DownloadView.list", "download", _l("Downloads"), (("document", "download"),), key="g x"),
)
OFFICE = (
    Door(
        "ConfigHomeView.index",
        "settings",
        _l("module.config"),
        (("config", "read"),),
        views=("ConfigHomeView", "BodyMemberView", *CONFIG_VIEWS),
    ),
    Door("AccountView.list", "key", _l("module.user"), (("user", "read"),)),
)
GROUPS: tuple[tuple[Any, tuple[Door, ...]], ...] = (
    ("", (Door("HomeView.index", "home", _l("Desk")),)),
    (_l("The five in one"), FIVE),
    (_l("Meetings and registers"), MEETINGS),
    (_l("Administration"), OFFICE),
)
"""侧栏，按方案的次序（台账、审计有了画面再加）。"""


def init_app(app: Flask) -> None:
    """登记侧栏与顶栏的全局."""
    env = app.jinja_env
    env.globals.update(menu_items=menu_items, topbar=topbar, now_words=now_words)
    # 今年的日期不写年份：今年是应用的钟所在的年
    env.filters.update(
        cn_day=lambda value, day=None: cn_day(value, day or today()),
        cn_moment=lambda value, day=None: cn_moment(value, day or today()),
    )


def now_words() -> str:
    """打印时写的此刻."""
    return cn_moment(clock_now(), today())


def menu_items() -> list[dict[str, Any]]:
    """侧栏的各组：只列已有的画面与这个人进得去的."""
    actor = None if g.get("is_broken") else actor_or_none()
    if actor is None:
        return []
    groups = []
    for title, doors in GROUPS:
        items = [_item(door) for door in doors if _is_open(door, actor)]
        if items:
            groups.append({"title": str(title), "items": items})
    return groups


def open_doors(actor: Actor) -> list[Door]:
    """这个人进得去的画面，依侧栏的次序；不数等办的件数."""
    return [door for _title, doors in GROUPS for door in doors if _is_open(door, actor)]


def _is_open(door: Door, actor: Actor) -> bool:
    if door.endpoint not in current_app.view_functions:
        return False
    # 有配置就从配置里进账号，不必再列一项
    if door.endpoint == "AccountView.list" and actor.has_verb("config", "read"):
        return False
    if door.endpoint == "DownloadView.list" and not kinds_for(actor):
        return False
    return not door.needs or any(actor.has_verb(*need) for need in door.needs)


def _item(door: Door) -> dict[str, Any]:
    badge = sum(waiting().get(name, 0) for name in door.counts)
    return {
        "url": url_for(door.endpoint, **door.args),
        "icon": door.icon,
        "label": str(door.label),
        "active": _is_here(door),
        "badge": str(badge) if badge else "",
        "badge_tone": "hot" if OVERDUE in door.counts else "",
        "key": door.key,
    }


def _is_here(door: Door) -> bool:
    """现在的画面是不是这一项：同一张清单的几项，看地址里的页签."""
    # 带页签的几项共用一张清单，只看地址
    own = () if door.args else (door.endpoint.split(".", maxsplit=1)[0],)
    if (request.blueprint or "") in (door.views or own):
        return True
    if request.endpoint != door.endpoint:
        return False
    taken = {d.args["view"] for d in FIVE if "view" in d.args}
    asked = request.args.get("view", "")
    return asked == door.args.get("view", "") or ("view" not in door.args and asked not in taken)


def waiting() -> Mapping[str, int]:
    """各状态等我办的件数与超期的件数；一次请求只问一次，没有案件权的不问."""
    if "waiting" not in g:
        actor = actor_or_none()
        may_read = actor is not None and actor.has_verb("case", "read")
        if actor is None or not may_read:
            g.waiting = {}
        else:
            found = counts_now()
            g.waiting = {**home.waiting(actor, found), OVERDUE: found.overdue}
    kept: Mapping[str, int] = g.waiting
    return kept


def topbar() -> dict[str, Any]:
    """顶栏与登录页的名称：乡名、操作人、职务、退出."""
    title = current_app.config["APP_NAME"]
    bar: dict[str, Any] = {"title": title, "subtitle": "", "emblem": "平", "home_url": "/"}
    if g.get("is_broken"):
        return bar
    actor = actor_or_none()
    if actor is None:
        town = home.only_township()
        return bar | (_named(town, title) if town else {})
    town = home.township_of(actor)
    main = actor.main
    is_demo = current_app.config["SETTINGS"].demo
    return {
        **bar,
        **_named(town, title),
        "person": {
            "name": actor.name,
            "post": (main.post_name or main.role_name) if main else _("No post or role"),
            "mode": main.mode if main else "",
        },
        "posts": [{"label": h.title} for h in actor.current] if len(actor.current) > 1 else [],
        **bell(_unread(actor)),
        "links": _links(actor),
        "signout_url": url_for("SignInView.logout"),
        "search_url": url_for("SearchView.index"),
        "foot": [_("Demonstration: people and cases are made up.")] if is_demo else [],
    }


_PASSWORD = {"icon": "key", "label": _l("Change the password")}


def _links(actor: Actor) -> list[dict[str, Any]]:
    """人的菜单：我的导出、改口令；预览别人时都没有."""
    if actor.is_preview:
        return []
    return [*_exports(actor), _PASSWORD | {"url": url_for("PasswordView.change")}]


def _unread(actor: Actor) -> int:
    """未读通知几条；一次请求只问一次."""
    if "unread" not in g:
        # 看得到案件的，未读数已随侧栏的计数取来
        own = actor.has_verb("case", "read")
        g.unread = counts_now().unread if own else unread_count(actor)
    found: int = g.unread
    return found


def _exports(actor: Actor) -> list[dict[str, Any]]:
    if not actor.has_verb("export", "masked"):
        return []
    return [{"url": url_for("ExportView.list"), "icon": "download", "label": _("My exports")}]


def _named(town: home.TownshipName, title: str) -> dict[str, Any]:
    return {"title": town.name, "subtitle": title, "emblem": town.short_name[:1]}
