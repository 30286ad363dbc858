"""看板的地址参数：页签（标记）与四样条件，与清单同名，换到清单条件照旧."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.queries.case_board import BoardCounts
from app.queries.case_list import MARKS
from views.case_common import names
from views.case_list_args import BOARD_KEPT, ListArgs, board_query, read_args
from views.case_list_rows import FilterForm

SHOWN = ("village", "grid", "level", "channel")
CAPPED = "+"


def board_args(*extra: str) -> ListArgs:
    """读地址参数；``extra`` 是这条路另有的参数，不算看不懂的."""
    known = ("cursor", *BOARD_KEPT)
    given = [(k, v) for k, v in request.args.items(multi=True) if k not in extra]
    args = read_args(MultiDict((k, v) for k, v in given if k in known))
    odd = tuple(f"{k}={v}"[:40] for k, v in given if k not in known)
    return _with_bad(args, odd)


def _with_bad(args: ListArgs, odd: Sequence[str]) -> ListArgs:
    kept = {name: getattr(args, name) for name in ListArgs.__slots__}
    return ListArgs(**{**kept, "bad": (*args.bad, *odd)})


def board_url(args: ListArgs, **changes: Any) -> str:
    """看板的地址，改几个条件."""
    return url_for("BoardView.board", **board_query(args, **changes))


def list_url(args: ListArgs, **more: Any) -> str:
    """同样条件的清单."""
    return url_for("CaseListView.list", **{**board_query(args), **more})


def tabs(args: ListArgs, counts: BoardCounts) -> list[dict[str, Any]]:
    """页签：全部在途、今天到期、黄红牌、退回重分，带件数."""
    more = CAPPED if counts.is_capped else ""
    return [
        {
            "label": _(f"mark.{mark}") if mark else _("All on the way"),
            "url": board_url(args, mark=mark or None),
            "count": f"{counts.of(mark=mark)}{more}",
            "on": mark == args.mark,
        }
        for mark in ("", *MARKS)
    ]


def conditions(args: ListArgs) -> list[dict[str, str]]:
    """四样条件，没有用的写“全部”，用了的可去掉."""
    known = names()
    values: Mapping[str, Sequence[str]] = {
        "village": [known.villages[one] for one in args.villages],
        "grid": [known.grids[one] for one in args.grids],
        "level": args.levels,
        "channel": [known.channels[one] for one in args.channels],
    }
    return [
        {
            "label": _(f"filter.{name}"),
            "value": "、".join(values[name]),
            "remove_url": board_url(args, **{name: None}) if values[name] else "",
        }
        for name in SHOWN
    ]


def filter_form(args: ListArgs) -> FilterForm:
    """“更多”里的四样条件，一样之内可选几个."""
    form = FilterForm(formdata=None)
    form.fill(args)
    for one in [box.short_name for box in form if box.short_name not in SHOWN]:
        del form[one]
    return form
