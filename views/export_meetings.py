"""会议清单的导出：列与各格."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask_babel import gettext as _

from app.access.export_reach import ExportReach
from app.queries.meeting_list import meeting_keys, meeting_rows
from app.services.export_sources import Listing, Query, Source
from reports.workbook import Column, Kind
from views.case_common import platform_words
from views.export_reading import as_asked
from views.meeting_listing import narrowing


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Meeting"), width=36),
        Column(_("Meeting series"), width=28),
        Column(_("Platform"), width=12),
        Column(_("Time"), Kind.MOMENT),
        Column(_("Venue"), width=20),
        Column(_("Chaired by"), width=10),
        Column(_("State"), width=10),
        Column(_("Resolutions"), Kind.NUMBER),
        Column(_("Minutes"), width=12),
    )


@contextmanager
def read(query: Query, reach: ExportReach) -> Iterator[Listing]:
    """会议清单，条件同清单页."""
    with as_asked(query, reach.actor):
        wanted = narrowing(dict(reversed(query)), actor=reach.actor)
        yield Listing(
            title=_("Meeting list"),
            conditions=wanted.words,
            columns=_columns(),
            keys=lambda most: meeting_keys(
                reach, series_id=wanted.series_id, states=wanted.states, most=most
            ),
            rows=partial(_lines, reach=reach),
        )


def _lines(keys: Sequence[int], *, reach: ExportReach) -> Iterator[tuple[Any, ...]]:
    for row in meeting_rows(keys, reach):
        yield (
            row.title,
            row.series,
            platform_words(row.platform),
            row.planned_at,
            row.place,
            row.host or "",
            _(f"meeting_state.{row.state}"),
            row.resolutions,
            _(f"document_state.{row.document}") if row.document else "",
        )


SOURCE = Source("meetings", (("meeting", "read"),), has_platform=True, read=read)
