"""监督台：只读——超期与红牌、退回两次、撤销与不予受理、留痕链；不能改一个字."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.access.actor import Actor
from app.queries.home_watch import chain_end
from views.base import today
from views.case_common import moment_words, now
from views.case_list_args import ListArgs
from views.home_decisions import decision_cards
from views.home_kinds import Seat
from views.home_parts import Group, Numbers, Page, first_cases, link_to

AUDIT = "AuditView.list"
RECENT_DAYS = 30
GROUPS = (
    ("overdue", "alert-triangle"),
    ("red", "flag"),
    ("twice", "arrow-back-up"),
    ("dropped", "circle-x"),
)


def page(actor: Actor, seat: Seat) -> Page:
    """监督台."""
    recent = {"by": "closed", "since": today() - timedelta(days=RECENT_DAYS - 1), "until": today()}
    doors = {
        "open": ListArgs(),
        "overdue": ListArgs(view="overdue"),
        "yellow": ListArgs(cards=("YELLOW",)),
        "red": ListArgs(cards=("RED",)),
        "twice": ListArgs(flags=("returned_twice",)),
        "late": ListArgs(view="all", flags=("late",)),
        "dropped": ListArgs(view="closed", states=("CANCELLED", "REJECTED"), **recent),
        "cancelled": ListArgs(view="closed", states=("CANCELLED",), **recent),
        "rejected": ListArgs(view="closed", states=("REJECTED",), **recent),
    }
    numbers = Numbers(doors, actor)
    rows = first_cases({key: doors[key] for key, _icon in GROUPS}, actor=actor)
    return Page(
        "home/inspect.html",
        {
            "seat": seat,
            "figures": _figures(numbers),
            "groups": [
                Group(
                    key,
                    _(f"watch.{key}"),
                    icon,
                    _door(numbers, key),
                    rows[key],
                    _(f"watch_empty.{key}"),
                )
                for key, icon in GROUPS
            ],
            "chain": _chain(actor) if actor.has_verb("audit", "read") else None,
            "decisions": decision_cards(actor),
            "audit": link_to(AUDIT, _("Open the journal"), "history"),
        },
        prints=True,
    )


def _door(numbers: Numbers, key: str) -> dict[str, Any]:
    tones = {"overdue": "bad", "red": "bad", "yellow": "warn", "twice": "warn"}
    return numbers.door(key, _(f"watch.{key}"), tone=tones.get(key, ""))


def _figures(numbers: Numbers) -> list[dict[str, Any]]:
    return [
        {**_door(numbers, "open"), "subs": [_door(numbers, "overdue")]},
        {**_door(numbers, "yellow"), "subs": [_door(numbers, "red")]},
        _door(numbers, "twice"),
        _door(numbers, "late"),
        {
            **_door(numbers, "dropped"),
            "subs": [_door(numbers, "cancelled"), _door(numbers, "rejected")],
        },
    ]


def _chain(actor: Actor) -> dict[str, Any]:
    end = chain_end(actor)
    return {
        "entries": end.entries,
        "head": end.head[:16],
        "at": moment_words(end.at),
        "joined": end.joined,
        "now": moment_words(now()),
    }
