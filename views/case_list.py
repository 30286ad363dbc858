"""案件清单：页签带数、条件在地址里、键集翻页；敏感件只见编号、一级类、状态、时限."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.domain.numbering import parse_case_number
from app.queries.case_counts import CAP
from app.queries.case_list import ALL_CAP, OPEN_CAP, CasePage, case_page
from app.queries.case_page import case_id_of_number
from views.base import OurView, current_actor, may
from views.case_common import (
    counts_now,
    moment_words,
    names,
    platform_words,
    state_words,
)
from views.case_list_args import (
    STAGES,
    VIEWS,
    ListArgs,
    bad_words,
    board_query,
    cursor_token,
    read_args,
)
from views.case_list_rows import FilterForm, row_of

COUNTED = frozenset({"open", *STAGES, "overdue", "drafts"})
"""页签上写数的；已办结、全部要数整个台账，不写."""
KEPT = ("view", "sort", "mark")
"""“更多”里改条件时照旧带着的."""


class CaseListView(OurView):
    """案件清单."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"list": "read"}
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """清单：坏掉的参数略去并说明；编号写全了的直接去那一件."""
        args = read_args(request.args)
        direct = _direct(args)
        if direct is not None:
            return redirect(url_for("CaseView.show", case_id=direct))
        actor = current_actor()
        found = case_page(args.wanted(), actor=actor, cursor=args.cursor)
        form = FilterForm(formdata=None)
        form.fill(args)
        return self.render_template(
            "cases/list.html",
            args=args,
            tabs=_tabs(args),
            conditions=conditions_of(args),
            clear_url=None if args.is_plain else url_for(".list", view=args.view),
            keep={key: value for key, value in args.query().items() if key in KEPT},
            form=form,
            columns=_columns(args),
            rows=[row_of(row) for row in found.rows],
            previous=_page_url(args, found.previous),
            next=_page_url(args, found.next),
            count=_count_words(found, args),
            empty=_empty(args),
            bad=bad_words(args.bad),
            may_add=may(actor, "case", "draft"),
            board_url=url_for("BoardView.board", **board_query(args)),
        )


def _direct(args: ListArgs) -> int | None:
    """写全了的编号在范围里：直接去那一件."""
    number = parse_case_number(args.words) if args.words else None
    if number is None or number.year is None:
        return None
    return case_id_of_number(number.year, number.seq, current_actor())


def _tabs(args: ListArgs) -> list[dict[str, Any]]:
    counts = counts_now()
    amounts = {
        "open": counts.open,
        "overdue": counts.overdue,
        "drafts": counts.drafts,
        **{stage: counts.of(stage) for stage in STAGES},
    }
    return [
        {
            "label": state_words(view) if view in STAGES else _(f"case_view.{view}"),
            "url": url_for("CaseListView.list", **({"view": view} if view != "open" else {})),
            "count": _capped(amounts[view], counts.is_capped) if view in COUNTED else None,
            "on": view == args.view,
        }
        for view in VIEWS
    ]


def _capped(amount: int, is_capped: bool) -> str:
    if amount > CAP:
        return f"{CAP}+"
    return f"{amount}+" if is_capped and amount else str(amount)


def conditions_of(args: ListArgs) -> list[dict[str, str]]:
    """已用的条件，各可去掉."""
    known = names()
    shown: tuple[tuple[str, Sequence[str]], ...] = (
        ("state", [state_words(one) for one in args.states]),
        ("platform", [platform_words(one) for one in args.platforms]),
        ("level", args.levels),
        ("village", [known.villages[one] for one in args.villages]),
        ("grid", [known.grids[one] for one in args.grids]),
        ("channel", [known.channels[one] for one in args.channels]),
        ("category", [known.categories[one].name for one in args.categories]),
        ("since", [moment_words(args.since)] if args.since else []),
        ("until", [moment_words(args.until)] if args.until else []),
        ("q", [args.words] if args.words else []),
        ("mark", [_(f"mark.{args.mark}")] if args.mark else []),
    )
    return [
        {
            "label": _(f"filter.{name}"),
            "value": "、".join(words),
            "remove_url": args.url(**{name: None}),
        }
        for name, words in shown
        if words
    ]


def _columns(args: ListArgs) -> list[dict[str, Any]]:
    sortable = args.wanted().bucket == "open"
    due, reported = (args.url(sort=None), args.url(sort="recent")) if sortable else (None, None)
    sorted_by = args.wanted().sort
    return [
        {"key": "number", "label": _("Number"), "nowrap": True},
        {"key": "matter", "label": _("Matter"), "main": True},
        {"key": "state", "label": _("State"), "nowrap": True},
        {"key": "level", "label": _("Level"), "nowrap": True},
        {
            "key": "due",
            "label": _("Deadline"),
            "nowrap": True,
            **({"sort_url": due, "sort": "asc" if sorted_by == "due" else ""} if due else {}),
        },
        {"key": "place", "label": _("Place")},
        {
            "key": "channel",
            "label": _("Channel"),
            "nowrap": True,
        },
        {"key": "platform", "label": _("Platform"), "nowrap": True},
        {
            "key": "reported",
            "label": _("Reported"),
            "nowrap": True,
            **(
                {"sort_url": reported, "sort": "desc" if sorted_by == "recent" else ""}
                if reported
                else {}
            ),
        },
    ]


def _page_url(args: ListArgs, cursor: Any) -> str | None:
    return args.url(cursor=cursor_token(cursor)) if cursor is not None else None


def _count_words(found: CasePage, args: ListArgs) -> str:
    cap = OPEN_CAP if args.wanted().bucket == "open" else ALL_CAP
    if found.capped:
        return _("More than %(n)s cases", n=cap)
    return _("%(n)s cases in all", n=found.count)


def _empty(args: ListArgs) -> str:
    """空的时候说下一步."""
    if not args.is_plain:
        return _("Nothing matches these conditions; take one away, or look under “All”.")
    stage = args.view in STAGES
    return _(f"case_empty.{'stage' if stage else args.view}", state=state_words(args.view))
