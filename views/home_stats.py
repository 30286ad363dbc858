"""统计：只读查询的人看的数字与热点；只到村，没有一件的事项."""

from __future__ import annotations

from app.access.actor import Actor
from views.home_figures import statistics
from views.home_kinds import Seat
from views.home_parts import Page, period_now, period_tabs


def page(actor: Actor, seat: Seat) -> Page:
    """统计."""
    period = period_now()
    counted = statistics(actor, period, by_village=True) if actor.has_verb("stats", "view") else {}
    return Page(
        "home/stats.html",
        {"seat": seat, "period_tabs": period_tabs(period, seat.kind), **counted},
        prints=True,
    )
