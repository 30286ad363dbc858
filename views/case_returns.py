"""退回当否：案件页上各次退回的一栏，与党政办认定的表单页."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_page import Dossier, dossier_of
from app.queries.case_returns import judge_by, returns_of
from app.services.case_returns import OPINION_MIN, judge_return
from models.case import Case
from models.case_parts import Assignment
from views.base import OurView, commit, current_actor, may, refuse, undo
from views.case_asides import aside_page
from views.case_common import calendar, case_or_404, moment_words, names, now, platform_words
from views.case_forms.base import Needed, StepForm, long_text
from views.case_steps import CONFLICT, DENIED, INVALID, case_facts_line
from views.case_words import DENIALS, refusal_sentence

FAIR, UNFAIR = "1", "0"


class JudgeReturnForm(StepForm):
    """认定退回当否；``version`` 记着打开时的认定：空为还没有，1 为当，0 为不当."""

    action = Action.RETURN_CASE
    rows = (("fair",), ("opinion",))
    words = _l("An improper return counts in the platform's return rate of that month.")

    fair = RadioField(
        _l("Was it right to return it"),
        [Needed()],
        choices=[(FAIR, _l("Proper")), (UNFAIR, _l("Improper"))],
    )
    opinion = long_text(
        _l("Opinion"),
        hint=_l(
            "Needed when it is improper or the judgement changes, at least %(n)s characters.",
            n=OPINION_MIN,
        ),
    )

    @property
    def saw(self) -> bool | None:
        """打开时的认定."""
        return None if self.seen is None else self.seen == 1


class CaseReturnView(OurView):
    """认定退回当否：GET 是表单，POST 是办."""

    route_base = "/cases"
    class_permission_name = "assess"
    method_permission_name: Mapping[str, str] = {"judge": "judge_return"}

    @expose("/<int:case_id>/returns/<int:return_id>", methods=["GET", "POST"])
    @has_access
    def judge(self, case_id: int, return_id: int) -> Any:
        """认定一次退回."""
        case = case_or_404(case_id, lock=request.method == "POST")
        row = _return_or_404(case, return_id)
        form = JudgeReturnForm(formdata=request.form if request.method == "POST" else None)
        if request.method == "GET":
            _fill(form, row)
            return self._page(form, case, row)
        if not form.validate():
            undo()
            return self._page(form, case_or_404(case_id), row), INVALID
        try:
            judge_return(
                case,
                assignment_id=return_id,
                fair=form.fair.data == FAIR,
                opinion=form.opinion.data or "",
                actor=current_actor(),
                now=now(),
                seen=form.saw,
            )
            commit()
        except Refused as refused:
            return self._refused(form, case_id, return_id, refused)
        flash(_("The return is judged."), "success")
        return redirect(url_for("CaseView.show", case_id=case_id))

    def _refused(self, form: JudgeReturnForm, case_id: int, return_id: int, why: Refused) -> Any:
        """拒绝：自己点了两下的当作办成；别人先认定了的给出现在的认定，写过的还在."""
        refuse(why, module="assess", action="judge_return", kind="case", key=case_id)
        case = case_or_404(case_id)
        row = _return_or_404(case, return_id)
        if why.code == "judged_meanwhile":
            mine = row.judged_by_id == current_actor().person_id
            if mine and row.return_fair == (form.fair.data == FAIR):
                flash(_("It was already done; the second click changed nothing."), "success")
                return redirect(url_for("CaseView.show", case_id=case_id))
            form.version.process_data(_mark(row))
        form.complain(why, refusal_sentence(why))
        status = CONFLICT if why.code == "judged_meanwhile" else INVALID
        return self._page(form, case, row), DENIED if why.code in DENIALS else status

    def _page(self, form: JudgeReturnForm, case: Case, row: Assignment) -> str:
        page = dossier_of(case, actor=current_actor())
        return aside_page(
            self,
            form,
            case,
            name="judge_return",
            key=row.id,
            title=_("assess.judge_return"),
            url=url_for(".judge", case_id=case.id, return_id=row.id),
            facts=[*case_facts_line(page), *_facts(row, page)],
        )


def _return_or_404(case: Case, key: int) -> Assignment:
    return next((row for row in returns_of(case) if row.id == key), None) or abort(404)


def _mark(row: Assignment) -> str:
    return "" if row.return_fair is None else FAIR if row.return_fair else UNFAIR


def _fill(form: JudgeReturnForm, row: Assignment) -> None:
    form.version.process_data(_mark(row))
    form.fair.process_data(_mark(row) or None)
    form.opinion.process_data(row.judged_opinion or "")


def _facts(row: Assignment, page: Dossier) -> list[dict[str, str]]:
    found = [
        {"label": _("Returned by"), "value": platform_words(row.platform)},
        {"label": _("Returned at"), "value": moment_words(row.ended_at)},
    ]
    return [*found, {"label": _("Reason"), "value": why_of(row, page) or "—"}]


def why_of(row: Assignment, page: Dossier) -> str:
    """退回时写的：缘由、意见、建议去向；取那一步的日志，看不到正文的没有."""
    if not page.is_full:
        return ""
    entry = next(
        (one for one in page.entries if one.action == "return_case" and one.at == row.ended_at),
        None,
    )
    if entry is None:
        return ""
    parts = (entry.data.get("return_reason"), entry.opinion, entry.data.get("suggestion"))
    return " · ".join(str(part) for part in parts if part)


def returns(page: Dossier) -> list[dict[str, Any]]:
    """案件页的一栏：哪个平台何时退回、为什么，认定了没有；党政办可去认定."""
    judges = may(current_actor(), "assess", "judge_return")
    found = []
    for row in page.returns:
        state, tone, note = _judgement(row)
        url = url_for("CaseReturnView.judge", case_id=page.case.id, return_id=row.id)
        found.append(
            {
                "name": platform_words(row.platform),
                "note": " · ".join(
                    one for one in (moment_words(row.ended_at), why_of(row, page), note) if one
                ),
                "tone": tone,
                "state": state,
                "url": url if judges else "",
                "button": _("Judge it") if row.return_fair is None else _("Judge it again"),
            }
        )
    return found


def _judgement(row: Assignment) -> tuple[str, str, str]:
    if row.return_fair is None:
        by = moment_words(judge_by(row, calendar()))
        return _("to be judged"), "warn", _("to be judged by %(at)s", at=by)
    who = f"{names().person(row.judged_by_id)} {moment_words(row.judged_at)}"
    if row.return_fair:
        return _("Proper"), "ok", who
    return _("Improper"), "bad", who
