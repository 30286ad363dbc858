"""工作台：各角色登录后先看到的一页——等我办的、各画面的门."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, url_for
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.access.actor import Actor
from views.base import OurView, clock_now, current_actor, may, signed_in, today
from views.case_common import counts_now
from views.labels import word
from views.navigation import CASES, OVERDUE, menu_items, waiting
from views.ui_filters import cn_day, local

NOON, EVENING = 12, 18
INTAKE = "CaseIntakeView.add"


class HomeView(OurView):
    """工作台（desk）."""

    route_base = ""
    default_view = "index"

    @expose("/")
    @signed_in
    def index(self) -> Any:
        """等我办的几件、在范围内的几件、去哪里；系统管理员去配置总览."""
        actor = current_actor()
        if may(actor, "config", "org") and not actor.has_verb("case", "read"):
            return redirect(url_for("ConfigHomeView.index"))
        doors = [item for group in menu_items() for item in group["items"] if not item["active"]]
        return self.render_template(
            "home/index.html",
            title=_("Desk"),
            greeting=_greeting(actor),
            date_words=_date_words(),
            figures=self._figures(actor),
            waiting=self._waiting(),
            doors=doors,
            actions=_first_step(actor),
            actor=actor,
        )

    @staticmethod
    def _figures(actor: Actor) -> list[dict[str, Any]]:
        """数字都是门：点开就是那几件."""
        if not actor.has_verb("case", "read"):
            return []
        counts = counts_now()
        more = "+" if counts.is_capped else ""
        figures = [
            {"label": _("Open cases"), "n": f"{counts.open}{more}", "url": _cases(), "bad": False},
            {
                "label": _("Overdue"),
                "n": str(counts.overdue),
                "url": _cases(view="overdue"),
                "bad": counts.overdue > 0,
            },
        ]
        if actor.has_verb("case", "draft"):
            mine = {"label": _("My drafts"), "n": str(counts.drafts), "bad": False}
            figures.append({**mine, "url": _cases(view="drafts")})
        return figures

    @staticmethod
    def _waiting() -> list[dict[str, Any]]:
        return [
            {"code": code, "label": word("state", code), "n": n, "url": _cases(view=code)}
            for code, n in waiting().items()
            if code != OVERDUE
        ]


def _first_step(actor: Actor) -> list[dict[str, Any]]:
    """登记来件：能登记的人的第一步."""
    if not actor.has_verb("case", "draft") or INTAKE not in current_app.view_functions:
        return []
    step = {"label": _("Register a case"), "url": url_for(INTAKE), "icon": "plus"}
    return [{**step, "tone": "primary", "key": "n"}]


def _cases(**conditions: str) -> str:
    return url_for(CASES, **conditions)


def _greeting(actor: Actor) -> str:
    hour = local(clock_now()).hour
    if hour < NOON:
        part = _("Good morning")
    else:
        part = _("Good afternoon") if hour < EVENING else _("Good evening")
    return _("%(name)s, %(part)s", name=actor.name, part=part)


def _date_words() -> str:
    day = today()
    weekday = "一二三四五六日"[day.weekday()]
    return _("%(day)s, weekday %(n)s", day=f"{day.year}年{cn_day(day, day)}", n=weekday)
