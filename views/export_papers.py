"""考核与文书的导出：数字背后的行、各版考核、签发了的文书."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.access.export_reach import ExportReach
from app.domain.assessment_rows import CARDS
from app.domain.errors import Refused
from app.queries.assessment_behind import Whose, behind_keys, behind_rows
from app.queries.assessment_heads import AssessmentHead, heads
from app.queries.assessments import scores_of, sheet_of
from app.queries.document_list import document_keys, document_rows
from app.services import document_downloads
from app.services.export_sources import Listing, Query, Source
from reports.workbook import Column, Kind
from views.assessment_lists import asked, behind_row, part_of, state_asked, year_asked
from views.assessment_words import edition_words, month_words, two_places
from views.case_common import masked_text, names
from views.downloads import bodies_known, number_words, read_args
from views.export_reading import as_asked
from views.meeting_forms import whole

# 数字背后的行


@contextmanager
def read_behind(query: Query, reach: ExportReach) -> Iterator[Listing]:
    """某版考核里一个数背后的行，条件同那一页。"""
    with as_asked(query, reach.actor):
        key = whole(request.args.get("assessment"))
        if key is None:
            raise Refused("not_found")
        sheet = sheet_of(key, reach.actor)
        whose, owner, shown = asked(sheet)
        part, head = part_of(whose), sheet.head
        name = _(f"indicator.{whose.indicator}")
        yield Listing(
            title=_("%(owner)s: %(name)s", owner=owner, name=name),
            conditions="；".join(
                (month_words(head.year, head.month), edition_words(head), shown, _(f"part.{part}"))
            ),
            columns=_behind_columns(whose),
            keys=lambda most: behind_keys(whose, part=part, reach=reach, most=most),
            rows=lambda keys: _behind(keys, whose, reach),
        )


def _behind_columns(whose: Whose) -> tuple[Column, ...]:
    due = _("Triggered") if whose.indicator in CARDS else _("Compared with")
    return (
        Column(_("Number"), width=20),
        Column(_("Matter"), width=40),
        Column(_("Round"), width=16),
        Column(due, Kind.MOMENT),
        Column(_("Actually at"), Kind.MOMENT),
        Column(_("Counted"), width=14),
        Column(_("Because"), width=36),
    )


def _behind(keys: Sequence[int], whose: Whose, reach: ExportReach) -> Iterator[tuple[Any, ...]]:
    for row in behind_rows(keys, whose, reach):
        shown = behind_row(row, whose.indicator)
        title = "" if row.is_sensitive else masked_text(shown["title"])
        mark = shown["mark"][1]
        yield (
            shown["number"],
            title,
            shown["round"],
            row.due_at,
            row.done_at,
            mark,
            shown["why"],
        )


# 各版考核


@contextmanager
def read_heads(query: Query, reach: ExportReach) -> Iterator[Listing]:
    """各版考核与各平台的分，条件同清单页."""
    with as_asked(query, reach.actor):
        year, state = year_asked(), state_asked()
        found = {one.id: one for one in heads(reach.exporter, year=year, state=state)}
        scores = scores_of(list(found), reach.exporter)
        shown = [
            one
            for one in names().platforms.values()
            if any(score.platform == one.code for row in scores.values() for score in row)
        ]
        given = (str(year) if year else "", _(f"assessment_state.{state}") if state else "")
        yield Listing(
            title=_("stage.统一考核"),
            conditions="；".join(one for one in given if one),
            columns=(
                Column(_("Month"), width=14),
                Column(_("Edition"), width=14),
                Column(_("State"), width=10),
                *(Column(one.short, width=12) for one in shown),
                Column(_("Computed"), Kind.MOMENT),
                Column(_("Published"), Kind.MOMENT),
            ),
            keys=lambda most: list(found)[:most],
            rows=lambda keys: (
                _head(found[key], scores.get(key, ()), [one.code for one in shown]) for key in keys
            ),
        )


def _head(head: AssessmentHead, scores: Sequence[Any], codes: Sequence[str]) -> tuple[Any, ...]:
    by_code = {one.platform: one for one in scores}
    return (
        month_words(head.year, head.month),
        edition_words(head),
        _(f"assessment_state.{head.state}"),
        *(_score(by_code.get(code)) for code in codes),
        head.computed_at,
        head.published_at,
    )


def _score(score: Any) -> str:
    if score is None:
        return ""
    if score.score_hundredths is None:
        return _("no volume")
    return f"{two_places(score.score_hundredths)} {score.grade}"


# 签发了的文书


@contextmanager
def read_documents(query: Query, reach: ExportReach) -> Iterator[Listing]:
    """签发了的文书，条件同下载页."""
    with as_asked(query, reach.actor):
        kinds, bodies = document_downloads.kinds_for(reach.actor), bodies_known()
        args = read_args(kinds, bodies)
        given = (
            kinds.get(args.kind, ""),
            month_words(args.month.year, args.month.number) if args.month else "",
            bodies.get(args.body, ""),
        )
        yield Listing(
            title=_("Downloads"),
            conditions="；".join(one for one in given if one),
            columns=(
                Column(_("Document"), width=40),
                Column(_("Kind of document"), width=16),
                Column(_("Document number"), width=22),
                Column(_("Platform or body"), width=12),
                Column(_("Issued"), Kind.MOMENT),
                Column(_("Issued by"), width=10),
                Column(_("Pages of paper"), Kind.NUMBER),
            ),
            keys=lambda most: document_keys(
                args.wanted(), reach=reach, kinds=list(kinds), most=most
            ),
            rows=partial(_documents, kinds=kinds, bodies=bodies, reach=reach),
        )


def _documents(
    keys: Sequence[int], *, kinds: dict[str, str], bodies: dict[str, str], reach: ExportReach
) -> Iterator[tuple[Any, ...]]:
    for row in document_rows(keys, reach):
        yield (
            row.title,
            kinds.get(row.kind, row.kind),
            number_words(row),
            bodies.get(row.platform or row.body_code or "", ""),
            row.issued_at,
            row.issued_by or "",
            row.pages,
        )


SOURCES = (
    Source("assessment-rows", (("assess", "view"),), has_platform=True, read=read_behind),
    Source("assessments", (("assess", "view"),), has_platform=False, read=read_heads),
    Source("documents", (("document", "download"),), has_platform=True, read=read_documents),
)
