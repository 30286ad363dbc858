"""搜索页的地址参数：一行字、哪一类结果、分面；看不懂的略去并说出来."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.domain.case_states import State
from app.domain.search_terms import Terms, read_terms
from app.queries.case_list import CaseFilter
from views.base import today
from views.case_common import names, platform_words, state_words
from views.case_list_args import ListArgs, read_args

TYPES = ("all", "cases", "people", "places", "screens")
"""哪一类结果."""
DAYS = (7, 30, 365)
"""时间分面：最近几天."""
KEPT = ("q", "state", "platform", "level", "village", "grid", "channel", "category")
KNOWN = frozenset({*KEPT, "since", "until", "cursor"})


@dataclass(frozen=True, slots=True)
class SearchArgs:
    """读好的参数（search arguments）：分面与清单同一种写法."""

    terms: Terms
    type: str
    given: ListArgs

    def url(self, **changes: Any) -> str:
        """改几样之后的地址；换条件就回到第一页."""
        kept = {**self.given.query(), "type": self.type if self.type != "all" else None, **changes}
        return url_for("SearchView.index", **{k: v for k, v in kept.items() if v})

    def wanted(self) -> CaseFilter:
        """分面化成筛选条件；选了一级类的，下面的小类都算."""
        base = replace(self.given, view="all", words="").wanted()
        known = names().categories
        chosen = set(self.given.categories)
        below = [one.id for one in known.values() if one.parent_id in chosen]
        return replace(base, categories=tuple(sorted(chosen | set(below))))

    @property
    def has_conditions(self) -> bool:
        """有没有选分面."""
        return any(key != "q" for key in self.given.query())

    def shows(self, kind: str) -> bool:
        """这一类结果要不要；选了案件的分面，别的类就不列."""
        if self.type == "all":
            return kind == "cases" or not self.has_conditions
        return self.type == kind


def read_search(args: MultiDict[str, str]) -> SearchArgs:
    """读地址参数."""
    plain: MultiDict[str, str] = MultiDict(
        [(key, value) for key, value in args.items(multi=True) if key != "type"]
    )
    given = read_args(plain)
    odd = tuple(f"{key}={plain[key]}"[:40] for key in ("view", "sort") if key in plain)
    given = replace(given, view="open", sort="due", bad=(*given.bad, *odd))
    asked = args.get("type", "all")
    return SearchArgs(read_terms(given.words), asked if asked in TYPES else "all", given)


Facet = dict[str, Any]


def facets(args: SearchArgs) -> list[Facet]:
    """分面：类型、平台、村、状态、时间；点一下加上，再点一下去掉."""
    known, given = names(), args.given
    tops = [one for one in known.categories.values() if one.parent_id is None and one.in_force]
    several = (
        ("category", [(one.id, one.name) for one in tops], given.categories),
        ("platform", [(code, platform_words(code)) for code in known.platforms], given.platforms),
        ("state", [(str(s), state_words(s)) for s in State if s != State.DRAFT], given.states),
        ("village", list(known.villages.items()), given.villages),
    )
    found = [
        {"name": name, "title": _(f"facet.{name}"), "items": _items(args, name, choices, chosen)}
        for name, choices, chosen in several
    ]
    times = {"name": "since", "title": _("facet.since"), "items": _times(args)}
    return [*found[:3], times, *found[3:]]


def _items(args: SearchArgs, name: str, choices: Any, chosen: Any) -> list[dict[str, Any]]:
    items = []
    for value, label in choices:
        is_on = value in chosen
        rest = [one for one in chosen if one != value] if is_on else [*chosen, value]
        items.append({"label": label, "url": args.url(**{name: rest}), "on": is_on})
    return items


def _times(args: SearchArgs) -> list[dict[str, Any]]:
    items = []
    for days in DAYS:
        since = today() - timedelta(days=days)
        is_on = args.given.since == since and args.given.until is None
        url = args.url(since=None if is_on else since.isoformat(), until=None)
        items.append({"label": _("Last %(n)s days", n=days), "url": url, "on": is_on})
    return items


def tabs(args: SearchArgs) -> list[dict[str, Any]]:
    """哪一类结果的页签；不写数，免得数一遍."""
    return [
        {
            "label": _(f"search_type.{one}"),
            "url": args.url(type=one if one != "all" else None),
            "on": one == args.type,
        }
        for one in TYPES
    ]


def hidden(args: SearchArgs) -> list[tuple[str, str]]:
    """换一行字再搜时要带着走的参数."""
    found: list[tuple[str, str]] = [("type", args.type)] if args.type != "all" else []
    for key, value in args.given.query(q=None).items():
        many = value if isinstance(value, (tuple, list)) else (value,)
        found += [(key, str(one)) for one in many]
    return found
