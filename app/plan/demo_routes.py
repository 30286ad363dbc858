"""演示件的路：各状态有几种走法，每步隔多久，最后一步落在哪一天."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import NamedTuple

from app.plan.demo_time import Ruler

Span = tuple[int, int]
LATEST_START = 380
"""登记不晚于上班后这么多分钟：当日来得及上报、受理."""

PACES: Mapping[str, Mapping[str, Span]] = {
    "一般": {
        "report": (3, 14),
        "accept": (10, 150),
        "dispatch": (5, 120),
        "sign_in": (20, 250),
        "transfer": (8, 60),
        "return_case": (40, 240),
        "record_progress": (60, 400),
        "finish": (150, 1000),
        "verify": (30, 450),
        "rework": (60, 400),
        "feedback": (15, 180),
        "archive": (200, 1500),
        "request_supplement": (10, 60),
        "supplement": (100, 240),
        "reject": (60, 300),
        "cancel": (30, 200),
    },
    "较大": {
        "report": (3, 9),
        "accept": (8, 70),
        "dispatch": (6, 60),
        "sign_in": (15, 150),
        "transfer": (5, 60),
        "record_progress": (30, 240),
        "finish": (120, 700),
        "verify": (20, 260),
        "feedback": (10, 160),
        "archive": (200, 1500),
    },
    "重大": {
        "report": (3, 5),
        "accept": (3, 8),
        "dispatch": (3, 8),
        "sign_in": (5, 18),
        "transfer": (3, 8),
        "record_progress": (10, 30),
        "finish": (180, 380),
        "verify": (20, 200),
        "feedback": (10, 120),
        "archive": (200, 900),
    },
}
"""每步离上一步多少工作分钟，按等级；都在时限之内，逾期的走法另写."""

HANDLING = frozenset({"sign_in", "transfer", "record_progress", "finish"})
STRETCHED = frozenset({"record_progress", "finish"})
"""期限长的件别放宽的只是办理，签收照旧."""
FULL_ROOM = 5
"""上表的办理几步按 5 个工作日的期限写；期限不同的件别按比例收紧或放宽，至多放宽一倍."""
WIDEST = 2.0


class Anchor(NamedTuple):
    """定位：``action`` 的最后一次落在第 ``day`` 个工作日（负数从末尾数）的这几分钟之间.

    ``action`` 为空指最后一步，``day`` 为空按离截止多少工作分钟算。
    """

    minutes: Span
    action: str | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """一种走法（route）：依次的动作；``waits`` 改某一步的间隔（键为动作与第几次）.

    没有 ``anchor`` 的是已终结的件，落在指定的月份。``plain`` 为假的有牌或反复，只给一般的事件。
    """

    actions: tuple[str, ...]
    anchor: Anchor | None = None
    waits: Mapping[tuple[str, int], Span] = field(default_factory=dict)
    plain: bool = False
    ordinary: bool = False


def _route(words: str, anchor: Anchor | None = None, **more: object) -> Route:
    return Route(tuple(words.split()), anchor, **more)  # type: ignore[arg-type]


ACCEPTED = "draft report accept"
DISPATCHED = f"{ACCEPTED} dispatch"
SIGNED = f"{DISPATCHED} sign_in"
CLOSING = "finish verify feedback archive"
SOON = (15, 150)
TODAY = (20, 200)
AT_DESK = (20, 120)
LONG = {("record_progress", 2): (2480, 2600)}

ROUTES: Mapping[str, Mapping[str, Route]] = {
    "REPORTED": {
        "fresh": _route("draft report", Anchor(SOON)),
        "again": _route("draft report request_supplement supplement", Anchor(SOON)),
    },
    "SUPPLEMENT": {
        "fresh": _route("draft report request_supplement", Anchor((40, 400))),
        "stale": _route(
            "draft report request_supplement", Anchor((30, 300), "request_supplement", -5)
        ),
    },
    "ACCEPTED": {
        "fresh": _route(ACCEPTED, Anchor(SOON)),
        "returned": _route(f"{DISPATCHED} return_case", Anchor(TODAY)),
        "late": _route(ACCEPTED, Anchor((60, 360), "accept", -3), ordinary=True),
    },
    "DISPATCHED": {
        "fresh": _route(DISPATCHED, Anchor(TODAY)),
        "late": _route(DISPATCHED, Anchor((60, 360), "dispatch", -3), ordinary=True),
    },
    "PROCESSING": {
        "fresh": _route(f"{SIGNED} record_progress", Anchor(TODAY), plain=True),
        "redone": _route(f"{SIGNED} finish rework record_progress", Anchor((30, 120))),
        "overdue": _route(
            f"{SIGNED} record_progress record_progress",
            Anchor(AT_DESK, "dispatch", -8),
            waits={**LONG, ("sign_in", 1): (20, 150), ("record_progress", 1): (60, 200)},
            ordinary=True,
        ),
        "red": _route(
            f"{SIGNED} transfer record_progress record_progress",
            Anchor(AT_DESK, "dispatch", -13),
            waits=LONG,
            ordinary=True,
        ),
    },
    "HANDLED": {
        "fresh": _route(f"{SIGNED} record_progress finish", Anchor((20, 300))),
        "late": _route(f"{SIGNED} finish", Anchor((60, 360), "finish", -4), ordinary=True),
    },
    "VERIFIED": {
        "fresh": _route(f"{SIGNED} finish verify", Anchor(SOON)),
        "fed": _route(f"{SIGNED} transfer finish verify feedback", Anchor((20, 300))),
    },
    "REJECTED": {"plain": _route("draft report reject")},
    "CANCELLED": {
        "own": _route("draft report cancel"),
        "mistake": _route(f"{ACCEPTED} cancel"),
    },
    "ARCHIVED": {
        "plain": _route(f"{SIGNED} record_progress {CLOSING}", plain=True),
        "moved": _route(f"{SIGNED} transfer record_progress {CLOSING}", plain=True),
        "quick": _route(f"{SIGNED} {CLOSING}"),
        "again": _route(
            "draft report request_supplement supplement accept dispatch sign_in "
            f"record_progress {CLOSING}",
            waits={("accept", 1): (5, 60)},
        ),
        "returned": _route(f"{DISPATCHED} return_case dispatch sign_in {CLOSING}"),
        "redone": _route(
            f"{SIGNED} finish rework record_progress {CLOSING}",
            waits={("record_progress", 1): (30, 120), ("finish", 2): (60, 200)},
        ),
        "late": _route(
            f"{SIGNED} record_progress record_progress {CLOSING}",
            waits={("record_progress", 2): (2460, 2600), ("finish", 1): (2150, 2300)},
            ordinary=True,
        ),
    },
}
"""状态 → 走法的名字 → 走法."""

ORDER: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "REPORTED": (("fresh", "again"), ("fresh",)),
    "SUPPLEMENT": (("stale",), ("fresh",)),
    "ACCEPTED": (("late", "returned"), ("fresh",)),
    "DISPATCHED": (("late",), ("fresh",)),
    "PROCESSING": (("red", "overdue", "redone"), ("fresh",)),
    "HANDLED": (("late",), ("fresh",)),
    "VERIFIED": (("fed", "fed"), ("fresh",)),
    "REJECTED": ((), ("plain",)),
    "CANCELLED": (("mistake",), ("own",)),
    "ARCHIVED": (
        ("late", "returned", "redone", "redone", "again", "again"),
        ("plain", "moved", "plain", "quick", "moved"),
    ),
}
"""各状态先排哪几种走法，其余的轮着用哪几种."""


def variants(state: str, count: int) -> list[str]:
    """这个状态的 ``count`` 件各用哪种走法."""
    first, rest = ORDER[state]

    def endless() -> object:
        yield from first
        while True:
            yield from rest

    return [str(name) for name in islice(endless(), count)]  # type: ignore[call-overload]


def waits(actions: Sequence[str], route: Route, *, level: str, room: int, rng: Random) -> list[int]:
    """各步离登记多少工作分钟；``room`` 是办理期限几个工作日，办理的几步随它收紧、放宽."""
    pace, squeeze = PACES[level], min(WIDEST, room / FULL_ROOM)
    seen: dict[str, int] = {}
    at, found = 0, []
    for action in actions:
        seen[action] = seen.get(action, 0) + 1
        own = route.waits.get((action, seen[action]))
        low, high = own or pace.get(action, (0, 0))
        if own is None and action in HANDLING:
            share = squeeze if action in STRETCHED else min(1.0, squeeze)
            low, high = max(3, int(low * share)), max(6, int(high * share))
        at += rng.randint(low, high)
        found.append(at)
    return found


def placed(route: Route, offsets: list[int], ruler: Ruler, rng: Random) -> list[int]:
    """在办的件定位：各步的刻度."""
    anchor = route.anchor
    if anchor is None:
        raise ValueError("已终结的走法按月份定位")
    if anchor.action is None or anchor.day is None:
        shift = ruler.end - rng.randint(*anchor.minutes) - offsets[-1]
    else:
        last = len(route.actions) - 1 - route.actions[::-1].index(anchor.action)
        shift = ruler.at(anchor.day, rng.randint(*anchor.minutes)) - offsets[last]
    return [shift + offset for offset in offsets]


def in_month(offsets: list[int], month: str, ruler: Ruler, rng: Random) -> list[int]:
    """已终结的件在某月登记：最后一步不晚于截止前一刻."""
    fits = [
        day
        for day in ruler.days_of_month(month)
        if ruler.at(day, LATEST_START) + offsets[-1] < ruler.end - ruler.per_day // 2
    ]
    if not fits:
        raise ValueError(f"{month} 放不下走完的件")
    start = ruler.at(rng.choice(fits), rng.randint(5, LATEST_START))
    return [start + offset for offset in offsets]
