"""下载：签发了的文书，新的在前；种类、期间、平台或机构为条件；没做好的说到哪一步、为什么."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.engine import Row

from app.domain.errors import Refused
from app.domain.months import Month
from app.domain.working_time import SHANGHAI
from app.queries.document_list import (
    PENDING,
    DocumentFilter,
    DocumentPage,
    Place,
    document_page,
    in_hand,
)
from app.services import document_downloads, documents
from views.assessment_paper import MOST_BITS, send_pdf
from views.assessment_words import code_words, month_of
from views.base import OurView, clock_now, commit, current_actor, flash_refusal, today, undo
from views.case_common import moment_words, names
from views.labels import chip
from views.meeting_words import fault_words
from views.ui_filters import file_size

MONTHS = 12


@dataclass(frozen=True, slots=True)
class DownloadArgs:
    """地址参数：种类、月、平台或机构；看不懂的当作没有."""

    kind: str = ""
    month: Month | None = None
    body: str = ""
    place: Place | None = None

    def url(self, **changes: Any) -> str:
        """改一样之后的地址；换条件回到第一页."""
        given = {
            "kind": self.kind,
            "month": self.month.code if self.month else "",
            "body": self.body,
            **changes,
        }
        return url_for("DownloadView.list", **{k: v for k, v in given.items() if v})

    def wanted(self) -> DocumentFilter:
        """化成筛选条件；月按签发的当地日期."""
        since, until = (None, None)
        if self.month is not None:
            since, until = (_start(one) for one in (self.month, self.month.shift(1)))
        return DocumentFilter(self.kind, self.body, since, until)


def _start(month: Month) -> datetime:
    first = month.first
    return datetime(first.year, first.month, first.day, tzinfo=SHANGHAI).astimezone(UTC)


class DownloadView(OurView):
    """下载."""

    route_base = "/downloads"
    class_permission_name = "document"
    method_permission_name: Mapping[str, str] = {"list": "download", "file": "download"}
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """清单."""
        actor = current_actor()
        kinds = document_downloads.kinds_for(actor)
        bodies = bodies_known()
        args = read_args(kinds, bodies)
        page = document_page(args.wanted(), actor=actor, kinds=kinds, place=args.place)
        return self.render_template(
            "downloads/list.html",
            title=_("Downloads"),
            tabs=_tabs(args, kinds),
            months=_months(args),
            bodies=[{"value": code, "label": name} for code, name in bodies.items()],
            args=args,
            clear_url=args.url(month="", body="") if args.month or args.body else None,
            rows=_rows(page, kinds, bodies),
            previous=_page_url(args, page.previous),
            next=_page_url(args, page.next),
            fonts=_fonts(page),
            empty=_empty(args, kinds),
        )

    @expose("/<int:document_id>.pdf", methods=["GET"])
    @has_access
    def file(self, document_id: int) -> Any:
        """下载一份；记一次."""
        if document_id.bit_length() > MOST_BITS:
            abort(404)
        try:
            made = document_downloads.download(document_id, actor=current_actor(), now=clock_now())
        except Refused as refused:
            if refused.code == "not_found":
                undo()
                abort(404)
            flash_refusal(
                refused, module="document", action="download", kind="document", key=document_id
            )
            return redirect(url_for(".list"))
        commit()
        return send_pdf(made)


def bodies_known() -> dict[str, str]:
    """平台与联席会议，供筛选."""
    return {one.code: one.short for one in names().platforms.values()} | {"JM": _("body.JM")}


def read_args(kinds: Mapping[str, str], bodies: Mapping[str, str]) -> DownloadArgs:
    kind, body = request.args.get("kind", ""), request.args.get("body", "")
    return DownloadArgs(
        kind=kind if kind in kinds else "",
        month=month_of(request.args.get("month")),
        body=body if body in bodies else "",
        place=_place(request.args.get("place", "")),
    )


def _signer() -> URLSafeSerializer:
    salt = f"document-place-{current_actor().person_id}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)


def _place(token: str) -> Place | None:
    try:
        at, key, back = _signer().loads(token)
        return Place(datetime.fromisoformat(at), int(key), bool(back))
    except (BadSignature, TypeError, ValueError):
        return None


def _page_url(args: DownloadArgs, place: Place | None) -> str | None:
    if place is None:
        return None
    return args.url(place=_signer().dumps([place.at.isoformat(), place.id, place.back]))


def _tabs(args: DownloadArgs, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    every = {"label": _("All"), "url": args.url(kind=""), "on": not args.kind}
    return [
        every,
        *(
            {"label": name, "url": args.url(kind=code), "on": code == args.kind}
            for code, name in kinds.items()
        ),
    ]


def _months(args: DownloadArgs) -> list[dict[str, Any]]:
    """近一年的各月；正在看的更早的月也列上."""
    current = Month.of(today())
    months = [current.shift(-back) for back in range(MONTHS)]
    if args.month is not None and args.month not in months:
        months.append(args.month)
    return [
        {"value": one.code, "label": code_words(one.code), "on": one == args.month}
        for one in months
    ]


def _rows(
    page: DocumentPage, kinds: Mapping[str, str], bodies: Mapping[str, str]
) -> list[dict[str, Any]]:
    waiting = [row.id for row in page.rows if not row.is_made]
    doing = in_hand(waiting)
    free = document_downloads.allowed(page.rows, actor=current_actor())
    return [
        {
            "id": row.id,
            "cells": {
                "title": row.title,
                "kind": kinds[row.kind],
                "number": number_words(row),
                "body": bodies.get(row.platform or row.body_code or "", ""),
                "issued": moment_words(row.issued_at),
                "by": row.issued_by or "",
                "pages": str(row.pages or ""),
                "size": file_size(row.size),
                "state": chip(*_state(row, row.id in doing)),
            },
            "why": fault_words(row.error) if not row.is_made else "",
            "actions": _actions(row, row.id in free),
        }
        for row in page.rows
    ]


def number_words(row: Row[Any]) -> str:
    if row.edition == 1:
        return row.number
    return _("%(number)s (edition %(n)s)", number=row.number, n=row.edition)


def _state(row: Row[Any], is_doing: bool) -> tuple[str, str]:
    """到哪一步：排队、生成中、失败、已备好、已被新版替代."""
    if row.state == documents.REPLACED:
        return "mute", _("download_state.REPLACED")
    if row.is_made:
        return "ok", _("download_state.READY")
    if is_doing:
        return "info", _("download_state.DOING")
    if row.state == documents.FAILED:
        return "bad", _("download_state.FAILED")
    return "info", _("download_state.PENDING")


def _actions(row: Row[Any], is_free: bool) -> list[dict[str, Any]]:
    """下载；下载不了的说明为什么."""
    act = {"label": _("Download"), "icon": "download", "small": True}
    if not is_free:
        return [{**act, "off": _("Your posts do not cover this one.")}]
    if not row.is_made:
        return [{**act, "off": _("Not made yet.")}]
    return [{**act, "url": url_for(".file", document_id=row.id), "download": True}]


def _fonts(page: DocumentPage) -> str:
    """有等着的而字库没有：说给人听."""
    waits = any(row.state == PENDING and not row.is_made for row in page.rows)
    if not waits or documents.kit() is not None:
        return ""
    return documents.fonts().message


def _empty(args: DownloadArgs, kinds: Mapping[str, str]) -> str:
    if not kinds:
        return _("No kind of document is open to your posts.")
    if args.kind or args.month or args.body:
        return _("No document matches; take a condition away.")
    return _("Nothing issued yet. Minutes and circulars appear here once they are signed.")
