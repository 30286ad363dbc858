"""调解：案件页上的协议一栏，与协议的履行回访."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_page import Dossier, dossier_of
from app.services.mediation import MEDIATION, follow_up, may_follow_up, mediation_of
from models.case import Case
from models.record import Record
from views.base import OurView, commit, current_actor, refuse, today, undo
from views.case_asides import aside_page
from views.case_common import case_or_404, moment_words, names, now
from views.case_forms.base import StepForm, long_text
from views.case_steps import CONFLICT, DENIED, INVALID, case_facts_line
from views.case_words import DENIALS, refusal_sentence
from views.ui_filters import cn_day


class FollowUpForm(StepForm):
    """履行回访：看到什么，是不是都照协议做了."""

    # 随案记一笔，字段的编号借记录进展的名
    action = Action.RECORD_PROGRESS
    rows = (("content",), ("performed",))
    words = _l("Tick only when everything agreed has been done; then no further visit is due.")

    content = long_text(_l("What was found"), needed=True)
    performed = BooleanField(_l("Carried out as agreed"))


class CaseMediationView(OurView):
    """调解协议的履行回访：GET 是表单，POST 是记."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"visit": "read"}

    @expose("/<int:case_id>/mediation", methods=["GET", "POST"])
    @has_access
    def visit(self, case_id: int) -> Any:
        """记一次履行回访；没有调解协议的、不由本人回访的与没有这一页一样."""
        case = case_or_404(case_id, lock=request.method == "POST")
        row = mediation_of(case)
        may = row is not None and may_follow_up(case, row, actor=current_actor())
        if row is None or (request.method == "GET" and not may):
            abort(404)
        form = FollowUpForm(formdata=request.form if request.method == "POST" else None)
        if request.method == "GET":
            form.version.process_data(str(row.version))
            return self._page(form, case)
        if not form.validate():
            undo()
            return self._page(form, case), INVALID
        try:
            follow_up(
                case,
                content=form.content.data,
                performed=bool(form.performed.data),
                actor=current_actor(),
                now=now(),
                seen=form.seen,
            )
            commit()
        except Refused as refused:
            return self._refused(form, case_id, refused)
        flash(_("The follow-up visit is recorded."), "success")
        return redirect(url_for("CaseView.show", case_id=case_id))

    def _refused(self, form: FollowUpForm, case_id: int, refused: Refused) -> Any:
        """拒绝：自己点了两下的当作记过了；别人先记了的给出新版本，写过的还在."""
        refuse(refused, module=MEDIATION, action="record", kind="case", key=case_id)
        row = mediation_of(case_or_404(case_id))
        if row is not None and _is_repeat(row, form):
            flash(_("It was already done; the second click changed nothing."), "success")
            return redirect(url_for("CaseView.show", case_id=case_id))
        if row is not None and refused.code == "changed_meanwhile":
            form.version.process_data(str(row.version))
        form.complain(refused, refusal_sentence(refused))
        status = CONFLICT if refused.code == "changed_meanwhile" else INVALID
        status = DENIED if refused.code in DENIALS else status
        return self._page(form, case_or_404(case_id)), status

    def _page(self, form: FollowUpForm, case: Case) -> str:
        page = dossier_of(case, actor=current_actor())
        return aside_page(
            self,
            form,
            case,
            name="mediation",
            key=case.id,
            title=_("Record a follow-up visit"),
            url=url_for(".visit", case_id=case.id),
            facts=[*case_facts_line(page), *_agreed(page)],
        )


def _is_repeat(row: Record, form: FollowUpForm) -> bool:
    """同一个人、同样的话，刚记过."""
    visits = row.data.get("visits") or ({},)
    last = visits[-1]
    same = (current_actor().person_id, (form.content.data or "").strip())
    return form.seen == row.version - 1 and (last.get("person_id"), last.get("content")) == same


def _agreed(page: Dossier) -> list[dict[str, Any]]:
    row = mediation_of(page.case) if page.is_full else None
    return _facts(row) if row is not None else []


def mediation_card(page: Dossier) -> dict[str, Any] | None:
    """案件页右侧的调解一栏：看得到正文的才有."""
    kept = any("mediation" in entry.data or entry.module == MEDIATION for entry in page.entries)
    row = mediation_of(page.case) if kept and page.is_full else None
    if row is None:
        return None
    actor = current_actor()
    may = may_follow_up(page.case, row, actor=actor)
    return {
        "state": _(f"mediation_state.{row.state}"),
        "tone": {"AGREED": "info", "PERFORMED": "ok"}.get(row.state, "mute"),
        "facts": _facts(row),
        "url": url_for("CaseMediationView.visit", case_id=page.case.id) if may else "",
    }


def _facts(row: Record) -> list[dict[str, Any]]:
    """登记的几样，与历次回访."""
    data = row.data
    shown = [
        (_("Parties of the dispute"), data.get("parties")),
        (_("What was in dispute"), data.get("dispute")),
        (_("Mediated by"), names().org(row.org_id)),
        (_("Mediator"), data.get("mediator")),
        (_("What was agreed"), data.get("agreement")),
        (_("To be carried out by"), _day_words(data.get("perform_by"))),
    ]
    shown += [(_("Follow-up visit"), _visit_words(visit)) for visit in data.get("visits") or ()]
    return [{"label": label, "value": value, "wide": True} for label, value in shown if value]


def _day_words(value: str | None) -> str:
    return cn_day(date.fromisoformat(value), today()) if value else ""


def _visit_words(visit: Mapping[str, Any]) -> str:
    at = moment_words(datetime.fromisoformat(visit["at"]))
    parts = (at, names().person(visit["person_id"]), visit["content"])
    return " · ".join(part for part in parts if part)
