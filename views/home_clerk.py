"""受理台：等我办的各段、今天到期、超期、草稿，头上几件直接点开."""

from __future__ import annotations

from flask_babel import gettext as _

from app.access.actor import Actor
from views.case_list_args import ListArgs
from views.home_kinds import Seat
from views.home_parts import BOARD, Group, Numbers, Page, first_cases, intake_action, link_to

DOORS = {
    "accepted": ListArgs(view="ACCEPTED"),
    "reported": ListArgs(view="REPORTED"),
    "back": ListArgs(view="REPORTED", flags=("supplemented",)),
    "handled": ListArgs(view="HANDLED"),
    "untold": ListArgs(view="VERIFIED", flags=("untold",)),
    "told": ListArgs(view="VERIFIED", flags=("told",)),
    "today": ListArgs(flags=("due_today",)),
    "overdue": ListArgs(view="overdue"),
    "drafts": ListArgs(view="drafts"),
    "unjudged": ListArgs(view="all", flags=("unjudged",)),
    "supplement": ListArgs(states=("SUPPLEMENT",)),
    "outside": ListArgs(states=("DISPATCHED", "PROCESSING")),
    "suspended": ListArgs(states=("SUSPENDED",)),
    "county": ListArgs(states=("ESCALATED",)),
}
"""受理台的数与它们的门."""
LEFT = (("accepted", "arrows-split"), ("reported", "inbox"), ("handled", "list-check"))
RIGHT = (("overdue", "alert-triangle"), ("today", "clock"), ("untold", "message-check"))


def page(actor: Actor, seat: Seat) -> Page:
    """受理台."""
    numbers = Numbers(DOORS, actor)
    shown = {key: DOORS[key] for key, _icon in (*LEFT, *RIGHT)}
    rows = first_cases(shown, actor=actor)
    words = _words()

    def group(key: str, icon: str) -> Group:
        door = numbers.door(key, words[key], tone="bad" if key == "overdue" else "")
        return Group(key, words[key], icon, door, rows[key], _(f"desk_empty.{key}"))

    return Page(
        "home/clerk.html",
        {
            "figures": _figures(numbers, words),
            "left": [group(*one) for one in LEFT],
            "right": [group(*one) for one in RIGHT],
            "away": [
                numbers.door(key, words[key])
                for key in ("supplement", "outside", "suspended", "county")
            ],
        },
        (*link_to(BOARD, _("Dispatch board"), "arrows-split"), *intake_action()),
    )


def _words() -> dict[str, str]:
    return {key: _(f"desk_group.{key}") for key in DOORS}


def _figures(numbers: Numbers, words: dict[str, str]) -> list[dict[str, object]]:
    """头一行：等我办的各段，最后是今天到期、超期、草稿."""
    return [
        {
            **numbers.door("reported", words["reported"]),
            "subs": [numbers.door("back", words["back"], tone="warn")],
        },
        {
            **numbers.door("accepted", words["accepted"], tone="warn"),
            "subs": [numbers.door("unjudged", words["unjudged"], tone="warn")],
        },
        numbers.door("handled", words["handled"]),
        {
            **numbers.door("untold", words["untold"]),
            "subs": [numbers.door("told", words["told"])],
        },
        {
            **numbers.door("today", words["today"], tone="warn"),
            "subs": [numbers.door("overdue", words["overdue"], tone="bad")],
        },
        numbers.door("drafts", words["drafts"]),
    ]
