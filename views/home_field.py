"""网格员、代办员的工作台：先是“上报一件事”，再是退回补正的、本人上报的各件."""

from __future__ import annotations

from flask_babel import gettext as _

from app.access.actor import Actor
from views.base import today
from views.case_common import names
from views.case_list_args import ListArgs
from views.home_kinds import Seat
from views.home_parts import Numbers, Page, first_cases, intake_action

MINE = ("mine",)
RECENT = 10


def page(actor: Actor, seat: Seat) -> Page:
    """网格与代办."""
    month = today().replace(day=1)
    doors = {
        "back": ListArgs(states=("SUPPLEMENT",), flags=MINE),
        "month": ListArgs(view="all", flags=MINE, since=month, until=today()),
        "going": ListArgs(flags=MINE),
        "done": ListArgs(view="closed", flags=MINE),
        "drafts": ListArgs(view="drafts"),
        "here": ListArgs(),
    }
    numbers = Numbers(doors, actor)
    listed = {
        "back": doors["back"],
        "recent": ListArgs(view="all", flags=MINE, sort="recent"),
        "drafts": doors["drafts"],
    }
    rows = first_cases(listed, actor=actor, most=RECENT)
    return Page(
        "home/field.html",
        {
            "place": _place(seat),
            "report": next(iter(intake_action(words=_("Report something"))), None),
            "figures": [
                numbers.door(key, _(f"field_figure.{key}"))
                for key in ("month", "going", "done", "here")
            ],
            "back": numbers.door("back", _("Sent back for you to complete"), tone="warn"),
            "back_rows": rows["back"],
            "drafts": numbers.door("drafts", _("My drafts")),
            "draft_rows": rows["drafts"],
            "rows": rows["recent"],
            "all_url": listed["recent"].url(),
        },
    )


def _place(seat: Seat) -> str:
    """管的网格、村."""
    known = names()
    found = [
        known.grids.get(h.grid_id or 0) or known.villages.get(h.village_id or 0, "")
        for h in seat.holdings
    ]
    return "、".join(dict.fromkeys(one for one in found if one))
