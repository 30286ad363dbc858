"""案件清单的导出：列与各格；姓名留姓、电话遮中间、地址到村，敏感件只写编号、一级类、状态、时限."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.engine import Row
from werkzeug.datastructures import MultiDict

from app.access.export_reach import ExportReach
from app.access.visibility import Sight
from app.queries.case_export import Reporter, export_keys, export_rows, reporters_of
from app.services.export_sources import Listing, Query, Source
from reports.workbook import Column, Kind
from views.case_common import (
    kind_words,
    masked_name,
    masked_phone,
    masked_text,
    names,
    platform_words,
    state_words,
)
from views.case_list import conditions_of
from views.case_list_args import STAGES, ListArgs, read_args
from views.case_list_rows import deadline_of_row, sight_of_row
from views.case_sheet import flags, level_one
from views.export_reading import as_asked

Reporters = dict[int, list[Reporter]]


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number"), width=20),
        Column(_("Matter"), width=40),
        Column(_("State"), width=10),
        Column(_("Level"), width=8),
        Column(_("Kind of case"), width=12),
        Column(_("Category"), width=24),
        Column(_("Channel"), width=14),
        Column(_("Platform"), width=12),
        Column(_("Unit in charge"), width=22),
        Column(_("Handler"), width=10),
        Column(_("Village"), width=12),
        Column(_("Grid"), width=14),
        Column(_("Person who reported"), width=12),
        Column(_("Phone"), width=15),
        Column(_("Reported"), Kind.MOMENT),
        Column(_("Deadline"), Kind.MOMENT),
        Column(_("Time left"), width=18),
        Column(_("Marks"), width=18),
    )


@contextmanager
def read(query: Query, reach: ExportReach) -> Iterator[Listing]:
    """案件清单，条件同清单页."""
    with as_asked(query, reach.actor):
        args = read_args(MultiDict(query))
        yield Listing(
            title=_("Case list"),
            conditions=_words(args),
            columns=_columns(),
            keys=partial(export_keys, args.wanted(), reach),
            rows=lambda keys: _lines(keys, reach),
        )


def _words(args: ListArgs) -> str:
    view = state_words(args.view) if args.view in STAGES else _(f"case_view.{args.view}")
    return "；".join([view, *(f"{one['label']}：{one['value']}" for one in conditions_of(args))])


def _lines(keys: Sequence[int], reach: ExportReach) -> Iterator[tuple[Any, ...]]:
    rows = [(row, _sight(row)) for row in export_rows(keys, reach)]
    told = reporters_of((row.id for row, seen in rows if seen is Sight.FULL), reach)
    for row, seen in rows:
        yield _veiled(row) if seen < Sight.MASKED else _line(row, seen, told)


def _sight(row: Row[Any]) -> Sight:
    """导出一律脱敏：敏感件不论谁都只写编号，其余照清单上看到的多少."""
    return Sight.NUMBER if row.is_sensitive else sight_of_row(row)


def _line(row: Row[Any], seen: Sight, told: Reporters) -> tuple[Any, ...]:
    known = names()
    category = known.category(row.category_id)
    people = told.get(row.id, ())
    return (
        row.number or _("draft"),
        masked_text(row.title),
        state_words(row.state),
        row.level,
        kind_words(row.kind),
        f"{category.code} {category.name}" if category else "",
        known.channels.get(row.channel, row.channel),
        platform_words(row.platform),
        known.org(row.org_id),
        known.person(row.handler_id),
        known.villages.get(row.village_id or 0, ""),
        known.grids.get(row.grid_id or 0, "") if seen is Sight.FULL else "",
        "、".join(_reporter(one) for one in people),
        "、".join(filter(None, (_phone(one) for one in people))),
        *_times(row),
    )


def _veiled(row: Row[Any]) -> tuple[Any, ...]:
    top = level_one(names().category(row.category_id))
    return (
        row.number or _("draft"),
        _("Sensitive: %(words)s", words=top or _("no category yet")),
        state_words(row.state),
        row.level,
        *("", "", ""),
        platform_words(row.platform),
        *("",) * 6,
        *_times(row),
    )


def _times(row: Row[Any]) -> tuple[Any, ...]:
    due = deadline_of_row(row)
    marks = "、".join(one["words"] for one in flags(row))
    return row.reported_at, row.due_at if due else None, due["words"] if due else "", marks


def _reporter(one: Reporter) -> str:
    if one.is_anonymous:
        return _("anonymous")
    return _("person kept confidential") if one.is_confidential else masked_name(one.name)


def _phone(one: Reporter) -> str:
    return "" if one.is_anonymous or one.is_confidential else masked_phone(one.phone)


SOURCE = Source("cases", (("case", "read"),), has_platform=True, read=read)
