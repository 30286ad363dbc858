"""工作台：各种人登录后先看到的一页；一个人有几种的，用页签换."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.weeks import Week
from views import (
    home_clerk,
    home_cockpit,
    home_config,
    home_desk,
    home_field,
    home_inspect,
    home_stats,
)
from views.base import OurView, clock_now, current_actor, signed_in, today
from views.home_kinds import Seat, seat_now, seats_of, tabs_of
from views.home_parts import Page
from views.ui_filters import cn_day, local

NOON, EVENING = 12, 18
PAGES: Mapping[str, Callable[[Actor, Seat], Page]] = {
    "clerk": home_clerk.page,
    "cockpit": home_cockpit.page,
    "platform": home_desk.page,
    "org": home_desk.page,
    "field": home_field.page,
    "inspect": home_inspect.page,
    "stats": home_stats.page,
    "config": home_config.page,
}
"""一种工作台一页."""


class HomeView(OurView):
    """工作台（desk）."""

    route_base = ""
    default_view = "index"

    @expose("/")
    @signed_in
    def index(self) -> Any:
        """这个人的工作台；今天没有任职的，说明去找谁."""
        actor = current_actor()
        seats = seats_of(actor)
        seat = seat_now(seats, request.args.get("seat", ""))
        if seat is None:
            return self._show(actor, Page("home/none.html", {}), "")
        page = PAGES[seat.kind](actor, seat)
        return self._show(actor, page, seat.words, kind=seat.kind, tabs=tabs_of(seats, seat))

    def _show(self, actor: Actor, page: Page, words: str, **more: Any) -> Any:
        return self.render_template(
            page.template,
            title=_("Desk"),
            greeting=_greeting(actor),
            note=" · ".join(word for word in (_date_words(), words) if word),
            actions=list(page.actions),
            prints=page.prints,
            actor=actor,
            **more,
            **page.facts,
        )


def _greeting(actor: Actor) -> str:
    hour = local(clock_now()).hour
    if hour < NOON:
        part = _("Good morning")
    else:
        part = _("Good afternoon") if hour < EVENING else _("Good evening")
    return _("%(name)s, %(part)s", name=actor.name, part=part)


def _date_words() -> str:
    """今天、第几周、数据的时刻."""
    day = today()
    weekday = "一二三四五六日"[day.weekday()]
    date_words = _("%(day)s, weekday %(n)s", day=f"{day.year}年{cn_day(day, day)}", n=weekday)
    week = _("Week %(n)s", n=Week.of(day).number)
    return f"{date_words} · {week} · " + _("data as of %(at)s", at=f"{local(clock_now()):%H:%M}")
