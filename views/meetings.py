"""会议的界面：清单、排期、会议页、每一步、纪要的 PDF."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.meeting_list import SeriesLine, series_of
from app.services import documents, meetings
from app.services.documents import Made
from app.services.meeting_documents import draft_pdf, minutes_pdf
from views.base import OurView, clock_now, commit, current_actor, flash_refusal, refuse, undo
from views.case_common import moment_words, now
from views.meeting_acts import ACTS, Act, Incomplete, Typed
from views.meeting_asks import ASKS, dialogs_of
from views.meeting_forms import ScheduleForm, whole
from views.meeting_head import actions_of, more_of, stage_words
from views.meeting_listing import listing, schedulable
from views.meeting_page import Dossier, Sent, crumbs_of, page_of, read
from views.meeting_parts import item_url
from views.meeting_words import fault_words, sentence, when_words

log = logging.getLogger("township.meetings")
CONFLICT, INVALID = 409, 422
STALE = frozenset({"changed_meanwhile", "minutes_changed"})
ASK_AGAIN = frozenset({"leave_reason", "proxy_name", "roll_locked", "agenda_decline_reason"})
"""点一下就办、其实要写几个字的：答以确认页."""


class MeetingView(OurView):
    """会议."""

    route_base = "/meetings"
    class_permission_name = "meeting"
    default_view = "list"
    method_permission_name: Mapping[str, str] = {
        "list": "read",
        "add": "schedule",
        "show": "read",
        "ask": "read",
        "act": "read",
        "minutes": "read",
        "draft": "read",
    }

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """清单."""
        actor = current_actor()
        return self.render_template(
            "meetings/list.html",
            **listing(actor=actor),
        )

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """排期."""
        actor = current_actor()
        form = ScheduleForm(formdata=request.form or None)
        series = schedulable(series_of(actor), actor=actor)
        if not series:
            flash(
                _("Only weekly meetings are scheduled here, and none of them is yours."), "warning"
            )
            return redirect(url_for(".list"))
        form.series_id.choices = [(one.id, one.name) for one in series]
        if request.method == "POST" and form.validate():
            try:
                made = meetings.schedule(
                    series_id=form.series_id.data,
                    planned_at=form.planned_at.data,
                    place=form.place.data,
                    actor=actor,
                    now=now(),
                )
                key = made.id
                commit()
                return redirect(url_for(".show", meeting_id=key))
            except Refused as refused:
                _settle(refused, "schedule", None)
                _complain(form, refused)
        elif request.method == "GET":
            form.planned_at.process_data(_usual_time())
        page = self._add_page(form, series)
        return (page, INVALID) if request.method == "POST" else page

    def _add_page(self, form: ScheduleForm, series: list[SeriesLine]) -> str:
        return self.render_template("meetings/add.html", form=form, series=series)

    @expose("/<int:meeting_id>", methods=["GET"])
    @has_access
    def show(self, meeting_id: int) -> Any:
        """会议页；不在范围内的与没有一样."""
        return self._page(_found(meeting_id))

    @expose("/<int:meeting_id>/minutes.pdf", methods=["GET"])
    @has_access
    def minutes(self, meeting_id: int) -> Any:
        """签发的纪要：逐字节相同."""
        edition = whole(request.args.get("edition"))
        return self._file(
            meeting_id,
            lambda: minutes_pdf(_sane(meeting_id), actor=current_actor(), edition=edition),
        )

    @expose("/<int:meeting_id>/minutes/draft.pdf", methods=["GET"])
    @has_access
    def draft(self, meeting_id: int) -> Any:
        """草稿预览：带水印，没有编号."""
        return self._file(
            meeting_id,
            lambda: draft_pdf(_sane(meeting_id), actor=current_actor(), now=now()),
            inline=True,
        )

    @staticmethod
    def _file(meeting_id: int, make: Any, *, inline: bool = False) -> Any:
        try:
            made: Made = make()
        except Refused as refused:
            _missing(refused)
            flash_refusal(
                refused, module="document", action="download", kind="meeting", key=meeting_id
            )
            return redirect(url_for("MeetingView.show", meeting_id=meeting_id))
        return send_file(
            BytesIO(made.content),
            mimetype="application/pdf",
            as_attachment=not inline,
            download_name=made.name,
            max_age=0,
        )

    @expose("/<int:meeting_id>/<action>", methods=["GET"])
    @has_access
    def ask(self, meeting_id: int, action: str) -> Any:
        """确认页：没有脚本也能办."""
        if action not in ASKS:
            abort(404)
        return self._ask(_found(meeting_id), action, Sent())

    def _ask(self, found: Dossier, action: str, sent: Sent, error: str = "") -> str:
        deed = {**ASKS[action](found, sent), "error": error}
        reason = (sent.data or {}).get(deed.get("reason_name", "reason"), "")
        return self.render_template(
            "meetings/ask.html",
            deed={**deed, "reason_text": reason},
            crumbs=crumbs_of(found.head),
            back=url_for(".show", meeting_id=found.head.id),
        )

    @expose("/<int:meeting_id>/<action>", methods=["POST"])
    @has_access
    def act(self, meeting_id: int, action: str) -> Any:
        """办一步：一次请求一次提交；签发的随即做 PDF."""
        act = ACTS.get(action)
        if act is None:
            abort(404)
        data = request.form.copy()
        for name, value in request.args.items():
            data.setdefault(name, value)
        typed = Typed(_sane(meeting_id), data, current_actor(), clock_now())
        try:
            document_id = _run(act, typed)
        except Refused as refused:
            return self._refused(meeting_id, action, act, Sent(action, data), refused)
        except Incomplete as fault:
            undo()
            words = "；".join(str(line) for lines in fault.form.errors.values() for line in lines)
            return self._again(meeting_id, Sent(action, data), words, INVALID)
        flash(_(f"meeting_done.{action}"), "success")
        if document_id is not None:
            _make_pdf(document_id)
        return redirect(_after(typed, act))

    def _refused(self, meeting_id: int, action: str, act: Act, sent: Sent, refused: Refused) -> Any:
        _missing(refused)
        words = _settle(refused, act.verb, meeting_id)
        if refused.code in ASK_AGAIN and action in ASKS:
            return self._ask(_found(meeting_id), action, sent, words), INVALID
        status = CONFLICT if refused.code in STALE else INVALID
        if status == INVALID and _came_from_ask(action, sent):
            return self._ask(_found(meeting_id), action, sent, words), status
        return self._again(meeting_id, sent, words, status)

    def _again(self, meeting_id: int, sent: Sent, words: str, status: int) -> Any:
        """会议页再给一次，写过的字都在."""
        return self._page(_found(meeting_id), sent, words), status

    def _page(self, found: Dossier, sent: Sent | None = None, error: str = "") -> str:
        head = found.head
        return self.render_template(
            "meetings/show.html",
            title=head.title,
            crumbs=crumbs_of(head),
            when=when_words(head.planned_at),
            stage=stage_words(found),
            actions=actions_of(found),
            more=more_of(found),
            dialogs=dialogs_of(found),
            error=error,
            pdf=_pdf_state(found),
            moment=moment_words,
            **page_of(found, actor=current_actor(), sent=sent),
        )


def _came_from_ask(action: str, sent: Sent) -> bool:
    """这一步是由写理由的确认页交来的；点一下就办的几步不是."""
    if action not in ASKS or action in ("mark", "admit"):
        return False
    return action != "review_minutes" or sent.given(action).get("back") is not None


def _sane(meeting_id: int) -> int:
    """太大的编号不必去问数据库."""
    if meeting_id.bit_length() > 62:
        abort(404)
    return meeting_id


def _found(meeting_id: int) -> Dossier:
    try:
        return read(_sane(meeting_id), actor=current_actor())
    except Refused:
        abort(404)


def _missing(refused: Refused) -> None:
    """没有与不在范围内一样是 404."""
    if refused.code == "not_found":
        undo()
        abort(404)


def _settle(refused: Refused, verb: str, key: int | None) -> str:
    """作废改动，越权的记日志；说成一句话."""
    refuse(refused, module="meeting", action=verb, kind="meeting", key=key)
    return sentence(refused)


def _complain(form: ScheduleForm, refused: Refused) -> None:
    """拒绝写在那一项上；没有说是哪一项的写在时间上."""
    name = refused.facts.get("field")
    field = form[name] if isinstance(name, str) and name in form else form.planned_at
    field.errors = [*field.errors, sentence(refused)]


def _run(act: Act, typed: Typed) -> int | None:
    """办并提交；签出文书的返回文书编号."""
    made = act.run(typed)
    document_id = made.id if act.signs else None
    commit()
    return document_id


def _make_pdf(document_id: int) -> None:
    """当场做 PDF；做不成的留给任务进程，页面上说明."""
    try:
        documents.render(document_id, now=clock_now())
        commit()
    except Exception:
        undo()
        log.exception("纪要的 PDF 没有做成，留给任务进程：%s", document_id)


def _after(typed: Typed, act: Act) -> str:
    item = whole(typed.data.get("item_id"))
    if act.item and item is not None:
        return item_url(typed.id, item)
    return url_for("MeetingView.show", meeting_id=typed.id)


def _usual_time() -> datetime:
    """缺省的召开时刻：明天 9:00."""
    day = now().astimezone(SHANGHAI) + timedelta(days=1)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _pdf_state(found: Dossier) -> dict[str, str]:
    """纪要的 PDF 还没好时：为什么、怎么办."""
    minutes = found.minutes
    if minutes is None or minutes.document_state in (None, documents.READY, documents.REPLACED):
        return {}
    if minutes.document_state == documents.FAILED:
        return {"words": fault_words(minutes.document_error), "command": ""}
    status = documents.fonts()
    return {"words": status.message, "command": status.command}
