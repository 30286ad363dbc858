"""导出的界面：开始一次、看进度、本人的导出、下载；只给本人，且仍有授权."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, jsonify, redirect, request, send_file, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.access.scope import fetch
from app.domain.errors import Refused
from app.queries.export_jobs import export_page
from app.services import exports
from app.services.export_sources import reach_for, source_of
from app.services.export_work import DONE, FAILED, QUEUED, is_stale
from models.export import ExportJob
from views.base import (
    OurView,
    clock_now,
    commit,
    current_actor,
    flash_refusal,
    refusal_words,
    undo,
)
from views.case_common import moment_words
from views.export_sources import PAGED, follow, unfollow
from views.labels import chip
from views.security_session import safe_next
from views.ui_filters import file_size

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"QUEUED": "info", "RUNNING": "info", "DONE": "ok", "FAILED": "bad", "EXPIRED": "mute"}


class ExportView(OurView):
    """导出."""

    route_base = "/exports"
    class_permission_name = "export"
    method_permission_name: Mapping[str, str] = {
        "list": "masked",
        "start": "masked",
        "state": "masked",
        "file": "masked",
    }
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """本人的导出：近的在前."""
        page = export_page(current_actor(), before=_position(request.args.get("before")))
        for job in page.rows:
            if _is_over(job):
                unfollow(job.id)
        return self.render_template(
            "exports/list.html",
            title=_("My exports"),
            rows=[_row(job) for job in page.rows],
            first=url_for(".list") if request.args.get("before") else None,
            next=url_for(".list", before=page.next) if page.next else None,
        )

    @expose("/start/<code>", methods=["POST"])
    @has_access
    def start(self, code: str) -> Any:
        """导出一张清单：小的当场下载，大的排给任务进程，回到清单跟着看进度."""
        actor, now = current_actor(), clock_now()
        query = tuple(
            (name, value)
            for name, value in request.args.items(multi=True)
            if not name.startswith(PAGED)
        )
        try:
            source = source_of(code)
            with source.read(query, reach_for(source, actor)) as listing:
                started = exports.start(source, listing, query, actor=actor, now=now)
                if started.keys is not None:
                    job = exports.make_now(started, listing, actor=actor, now=now)
                    key = job.id
                    commit()
                    return _send(key)
        except Refused as refused:
            if refused.code == "not_found":
                undo()
                abort(404)
            flash_refusal(refused, module="export", action="masked", kind="list", key=None)
            return redirect(_back())
        key, is_new = started.job.id, started.is_new
        commit()
        follow(key)
        words = _("It is being made in the background; you may go on working.")
        flash(words if is_new else _("The same export is already being made."), "info")
        return redirect(_back())

    @expose("/<int:export_id>/state", methods=["GET"])
    @has_access
    def state(self, export_id: int) -> Any:
        """进度：给页面上的进度条轮询."""
        job = _own(export_id)
        if _is_over(job):
            unfollow(job.id)
        return jsonify(
            {
                "words": _progress(job),
                "done": job.rows_done,
                "total": job.rows_total,
                "over": _is_over(job),
                "tone": _tone(job),
                "file": url_for(".file", export_id=job.id) if job.state == DONE else "",
                "download": _("Download"),
                "more": url_for(".list"),
            }
        )

    @expose("/<int:export_id>/file", methods=["GET"])
    @has_access
    def file(self, export_id: int) -> Any:
        """下载做好的一份."""
        return _send(_own(export_id).id)


def _own(export_id: int) -> ExportJob:
    """本人的一次；别人的与没有的一样是 404."""
    if export_id.bit_length() > 62:
        abort(404)
    try:
        return fetch(ExportJob, export_id, current_actor())
    except Refused:
        abort(404)


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _send(export_id: int) -> Any:
    try:
        path, job = exports.file_of(export_id, actor=current_actor())
    except Refused as refused:
        flash(refusal_words(refused), "danger")
        return redirect(url_for("ExportView.list"))
    return send_file(
        path,
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{job.title}{job.number}.xlsx",
        max_age=0,
    )


def _back() -> str:
    """回到点导出的那一页."""
    given = request.referrer or ""
    here = request.host_url
    path = f"/{given[len(here) :]}" if given.startswith(here) else ""
    return safe_next(path) or url_for("ExportView.list")


def _is_over(job: ExportJob) -> bool:
    return job.state not in (QUEUED, "RUNNING") or is_stale(job, clock_now())


def _tone(job: ExportJob) -> str:
    return "bad" if is_stale(job, clock_now()) else TONES[job.state]


def _state_words(job: ExportJob) -> str:
    if is_stale(job, clock_now()):
        return _("export_state.STALE")
    return _(f"export_state.{job.state}")


def _progress(job: ExportJob) -> str:
    """进度的一句话."""
    facts = {"title": job.title, "done": f"{job.rows_done:,}", "total": f"{job.rows_total:,}"}
    if job.state == FAILED or is_stale(job, clock_now()):
        return _("The export “%(title)s” failed: %(why)s", title=job.title, why=_why(job))
    if job.state == QUEUED:
        return _("“%(title)s” is waiting to be exported · %(total)s rows", **facts)
    if job.state == DONE:
        return _("“%(title)s” is ready · %(total)s rows", **facts)
    return _("Exporting “%(title)s” · %(done)s / %(total)s rows", **facts)


def _why(job: ExportJob) -> str:
    """没有做成的原因."""
    if is_stale(job, clock_now()):
        return refusal_words(Refused("export_died"))
    return refusal_words(Refused(job.error or "other"))


def _row(job: ExportJob) -> dict[str, Any]:
    state = chip(_tone(job), _state_words(job))
    failed = job.state == FAILED or is_stale(job, clock_now())
    rows = f"{job.rows_total:,}"
    if job.state == "RUNNING" and not failed:
        rows = f"{job.rows_done:,} / {rows}"
    actions = []
    if job.state == DONE:
        actions = [_action(_("Download"), url_for("ExportView.file", export_id=job.id), "download")]
    elif failed or job.state == "EXPIRED":
        again = url_for("ExportView.start", code=job.source, **_query(job))
        actions = [{**_action(_("Export again"), again, "refresh"), "post": True, "download": True}]
    return {
        "id": job.id,
        "actions": actions,
        "cells": {
            "title": job.title,
            "number": job.number,
            "conditions": job.conditions,
            "rows": rows,
            "state": state,
            "why": _why(job) if failed else "",
            "size": file_size(job.size),
            "at": moment_words(job.requested_at),
            "until": moment_words(job.expires_at),
        },
    }


def _action(label: str, url: str, icon: str) -> dict[str, Any]:
    return {"label": label, "url": url, "icon": icon, "small": True}


def _query(job: ExportJob) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in job.query:
        found.setdefault(str(name), []).append(str(value))
    return found
