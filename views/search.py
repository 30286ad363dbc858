"""搜索：整页的结果与命令面板的一口；登录就能用，看得到什么由各人的范围定."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.search_terms import Terms, read_terms
from app.queries.case_page import case_id_of_number
from app.queries.search_cases import Hits, case_hits
from views.base import OurView, current_actor, signed_in
from views.case_list_args import bad_words, cursor_token
from views.search_args import SearchArgs, facets, hidden, read_search, tabs
from views.search_parts import (
    case_items,
    case_rows,
    person_items,
    place_items,
    screen_items,
)

FIRST = 8
"""面板里的案件."""
FEW = 5
"""面板里的人员、地点、画面."""
MANY = 50
"""整页里的人员、地点、画面."""
DOORS = 20
"""没有打字时列的画面."""


class SearchView(OurView):
    """搜索（search）."""

    route_base = "/search"
    default_view = "index"

    @expose("/", methods=["GET"])
    @signed_in
    def index(self) -> Any:
        """整页结果；编号写全了的直接去那一件."""
        args = read_search(request.args)
        direct = None if args.has_conditions else _direct(args.terms)
        if direct is not None:
            return redirect(url_for("CaseView.show", case_id=direct))
        actor = current_actor()
        may_read = actor.has_verb("case", "read")
        hits = Hits()
        if args.shows("cases"):
            hits = case_hits(
                args.terms, actor=actor, wanted=args.wanted(), cursor=args.given.cursor
            )
        cases = case_rows(hits, args.terms)
        others = _others(args)
        return self.render_template(
            "search/index.html",
            title=_("Search"),
            args=args,
            tabs=tabs(args),
            facets=facets(args) if may_read and args.shows("cases") else [],
            hidden=hidden(args),
            clear_url=args.url(**dict.fromkeys(_CONDITIONS)) if args.has_conditions else None,
            groups=others,
            cases=cases,
            shows_cases=may_read and args.shows("cases"),
            count=_count_words(hits),
            previous=_page_url(args, hits.previous),
            next=_page_url(args, hits.next),
            empty=_nothing(args.terms) if not cases and not others else "",
            one_character=bool(args.terms.words) and args.terms.is_one_character,
            bad=bad_words(args.given.bad),
        )

    @expose("/find", methods=["GET"])
    @signed_in
    def find(self) -> Any:
        """命令面板：头几件案件、人员、地点、画面；一条案件语句."""
        terms = read_terms(request.args.get("q", ""))
        actor = current_actor()
        direct = _direct(terms)
        given = (
            ("cases", case_items(case_hits(terms, actor=actor, limit=FIRST), terms)),
            ("people", person_items(terms, actor, FEW)),
            ("places", place_items(terms, actor, FEW)),
            ("screens", screen_items(terms, actor, FEW if terms.words else DOORS)),
        )
        groups = [
            {"title": _(f"search_type.{kind}"), "items": items} for kind, items in given if items
        ]
        total = sum(len(group["items"]) for group in groups)
        return jsonify(
            {
                "groups": groups,
                "go": url_for("CaseView.show", case_id=direct) if direct else None,
                "words": _("%(n)s results", n=total) if total else _nothing(terms),
            }
        )


_CONDITIONS = (
    *("state", "platform", "level", "village", "grid", "channel", "category", "since", "until"),
)


def _direct(terms: Terms) -> int | None:
    """写全了的编号在范围里：直接去那一件."""
    number, actor = terms.number, current_actor()
    if number is None or number.year is None or not actor.has_verb("case", "read"):
        return None
    return case_id_of_number(number.year, number.seq, actor)


def _others(args: SearchArgs) -> list[dict[str, Any]]:
    """人员、地点、画面；没有打字时不列."""
    actor, terms = current_actor(), args.terms
    if terms.is_empty:
        return []
    makers = (("people", person_items), ("places", place_items), ("screens", screen_items))
    found = [
        (kind, make(terms, actor, FEW if args.type == "all" else MANY))
        for kind, make in makers
        if args.shows(kind)
    ]
    return [
        {"kind": kind, "title": _(f"search_type.{kind}"), "items": items}
        for kind, items in found
        if items
    ]


def _count_words(hits: Hits) -> str:
    """只数这一页：范围以外有没有、有多少，不因此露出来."""
    return _("%(n)s cases on this page", n=len(hits.rows))


def _page_url(args: SearchArgs, cursor: Any) -> str | None:
    return args.url(cursor=cursor_token(cursor)) if cursor is not None else None


def _nothing(terms: Terms) -> str:
    if terms.is_empty:
        return _("Nothing here.")
    return _(
        "Nothing found for “%(words)s”. Try the number, a name, or fewer conditions.",
        words=terms.typed,
    )
