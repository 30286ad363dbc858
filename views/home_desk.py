"""平台、机构的工作台：待签收、今天到期、办理中、待反馈四组，边上是例会、超期与牌、等组长决定."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.weeks import Week
from app.domain.working_time import SHANGHAI
from app.queries.decision_lines import Line
from app.queries.decisions import DECISIONS, gather, sorted_lines
from app.queries.home_feed import MEETINGS, meetings_between
from views.base import today
from views.case_common import now
from views.case_list_args import ListArgs
from views.home_decisions import cards_of
from views.home_kinds import Seat
from views.home_parts import Group, Numbers, Page, first_cases, intake_action
from views.meeting_words import when_words

FOUR = (
    ("sign", "bell-ringing"),
    ("today", "clock"),
    ("doing", "circle-dot"),
    ("answer", "message-check"),
)
SCHEDULE = "MeetingView.add"


def doors_of(seat: Seat) -> dict[str, ListArgs]:
    """各组与边上各数的门：平台的看主办平台，机构的看现在派在本机构的."""
    base = _base(seat)
    flags = base.pop("flags", ())
    doors = {
        "sign": ListArgs(view="DISPATCHED", flags=flags, **base),
        "today": ListArgs(flags=("due_today", *flags), **base),
        "doing": ListArgs(view="PROCESSING", flags=flags, **base),
        "answer": ListArgs(states=("HANDLED", "VERIFIED"), flags=flags, **base),
        "overdue": ListArgs(view="overdue", flags=flags, **base),
        "yellow": ListArgs(cards=("YELLOW",), flags=flags, **base),
        "red": ListArgs(cards=("RED",), flags=flags, **base),
        "suspended": ListArgs(states=("SUSPENDED",), flags=flags, **base),
        "returned": ListArgs(flags=("returned", *flags), **base),
        "mine": ListArgs(view="all", flags=("mine",)),
        "drafts": ListArgs(view="drafts"),
    }
    return {**doors, **_second(seat)}


def _base(seat: Seat) -> dict[str, Any]:
    if seat.platforms:
        return {"platforms": seat.platforms}
    # 只驻村、没有机构的，范围只有本人登记的
    return {"orgs": seat.orgs} if seat.orgs else {"flags": ("mine",)}


def _second(seat: Seat) -> dict[str, ListArgs]:
    """退回过、又到了本平台的：再退须由组长定."""
    led = tuple(h.platform for h in seat.holdings if h.platform and h.role.startswith("G"))
    if not led:
        return {}
    states = ("DISPATCHED", "PROCESSING")
    return {"second": ListArgs(states=states, flags=("returned",), platforms=led)}


def page(actor: Actor, seat: Seat) -> Page:
    """平台或机构的工作台."""
    doors = doors_of(seat)
    numbers = Numbers(doors, actor)
    listed = [key for key, _icon in FOUR] + [key for key in ("overdue", "second") if key in doors]
    rows = first_cases({key: doors[key] for key in listed}, actor=actor)
    groups = [
        Group(
            key,
            _(f"desk_group.{key}"),
            icon,
            _door(numbers, key),
            rows[key],
            _(f"desk_empty.{key}"),
        )
        for key, icon in FOUR
    ]
    side = ("overdue", "yellow", "red", "returned", "suspended", "mine", "drafts")
    return Page(
        "home/desk.html",
        {
            "figures": [_door(numbers, key) for key, _icon in FOUR],
            "groups": groups,
            "overdue": [_door(numbers, key) for key in side],
            "late_rows": rows["overdue"],
            "second": _door(numbers, "second") if "second" in doors else None,
            "second_rows": rows.get("second", []),
            **_meetings(actor, seat),
        },
        tuple(intake_action()),
    )


def _door(numbers: Numbers, key: str) -> dict[str, Any]:
    tones = {"overdue": "bad", "red": "bad", "yellow": "warn", "today": "warn", "second": "warn"}
    return numbers.door(key, _(f"desk_group.{key}"), tone=tones.get(key, ""))


def _meetings(actor: Actor, seat: Seat) -> dict[str, Any]:
    """本周的例会与等本人定的：一条语句."""
    monday = Week.of(today()).first
    start = datetime(monday.year, monday.month, monday.day, tzinfo=SHANGHAI)
    week = meetings_between(start, start + timedelta(weeks=1))
    found = gather((week, *DECISIONS), actor=actor, now=now())
    held = [one for one in found.pop(MEETINGS, []) if one.platform in seat.platforms]
    may_add = actor.has_verb("meeting", "schedule") and SCHEDULE in current_app.view_functions
    return {
        "meets": bool(seat.platforms) and actor.has_verb("meeting", "read"),
        "meetings": [_meeting(one) for one in held],
        "schedule_url": url_for(SCHEDULE) if may_add and not held else "",
        "decisions": cards_of(sorted_lines(found, now())),
    }


def _meeting(one: Line) -> dict[str, Any]:
    return {
        "title": one.title,
        "url": url_for("MeetingView.show", meeting_id=one.key),
        "when": when_words(one.at) if one.at else "",
        "state": one.state,
    }
