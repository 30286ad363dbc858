"""协办条的签收：协办平台另行签收，不改主案的状态."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.case_flow import has_step, state_of
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_cooperation import cooperations_of
from app.queries.case_page import Dossier, dossier_of
from app.services.case_lead import sign_cooperation
from models.case import Case
from models.case_parts import Cooperation
from views.base import OurView, commit, current_actor, refuse, undo
from views.case_asides import aside_page
from views.case_common import case_or_404, now, office
from views.case_forms.base import ChoiceField, Desk, Needed, StepForm, blank
from views.case_forms.choices import handler_options, org_options
from views.case_forms.joining import is_mine
from views.case_steps import DENIED, INVALID, case_facts_line
from views.case_words import DENIALS, refusal_sentence


class SignSlipForm(StepForm):
    """签收协办条：定协办单位与协办人."""

    action = Action.SIGN_IN
    rows = (("org_id", "handler_id"),)
    words = _l("Signing for a slip leaves the case itself where it is.")

    org_id = ChoiceField(_l("Cooperating unit"), [Needed()], coerce=int)
    handler_id = ChoiceField(
        _l("Person in charge"), [Needed()], coerce=int, render_kw={"data-depends": "org_id"}
    )

    def offer(self, slip: Cooperation) -> None:
        """派到单位的只有它，派到平台的是平台的各单位."""
        orgs = (slip.org_id,) if slip.org_id else office().orgs_of.get(slip.platform, ())
        self.org_id.choices = blank(org_options(orgs), _("Choose"))
        self.handler_id.choices = blank(handler_options(orgs), _("Choose"))

    def suggest(self, slip: Cooperation, desk: Desk) -> None:
        """只有一个单位的就是它；本人在那里就填本人."""
        orgs = [int(value) for value, *_rest in self.org_id.choices if value]
        org = slip.org_id or (orgs[0] if len(orgs) == 1 else desk.actor.org_id)
        self.org_id.process_data(org)
        if desk.actor.person_id in office().people_of.get(org or 0, ()):
            self.handler_id.process_data(desk.actor.person_id)


class CaseSlipView(OurView):
    """签收协办条：GET 是表单，POST 是办."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"sign": "read"}

    @expose("/<int:case_id>/slips/<int:slip_id>", methods=["GET", "POST"])
    @has_access
    def sign(self, case_id: int, slip_id: int) -> Any:
        """签收一张协办条；不是派给本人的与没有一样."""
        case = case_or_404(case_id, lock=request.method == "POST")
        slip = _slip_or_404(case, slip_id)
        form = SignSlipForm(formdata=request.form if request.method == "POST" else None)
        form.offer(slip)
        desk = Desk(case, current_actor(), now())
        if request.method == "GET":
            form.suggest(slip, desk)
            return self._page(form, case, slip)
        if not form.validate():
            undo()
            return self._page(form, case, slip), INVALID
        try:
            sign_cooperation(
                case,
                cooperation_id=slip_id,
                org_id=form.org_id.data,
                handler_id=form.handler_id.data,
                actor=current_actor(),
                now=now(),
            )
            commit()
        except Refused as refused:
            return self._refused(form, case_id, slip_id, refused)
        flash(_("The slip is signed for."), "success")
        return redirect(url_for("CaseView.show", case_id=case_id))

    def _refused(self, form: SignSlipForm, case_id: int, slip_id: int, refused: Refused) -> Any:
        refuse(refused, module="case", action=Action.SIGN_IN, kind="case", key=case_id)
        case = case_or_404(case_id)
        slip = _slip_or_404(case, slip_id)
        same = (slip.org_id, slip.handler_id) == (form.org_id.data, form.handler_id.data)
        if refused.code == "cooperation_closed" and same:
            flash(_("It was already done; the second click changed nothing."), "success")
            return redirect(url_for("CaseView.show", case_id=case_id))
        form.offer(slip)
        form.complain(refused, refusal_sentence(refused))
        return self._page(form, case, slip), DENIED if refused.code in DENIALS else INVALID

    def _page(self, form: SignSlipForm, case: Case, slip: Cooperation) -> str:
        page: Dossier = dossier_of(case, actor=current_actor())
        task = {"label": _("Task"), "value": slip.task if page.is_full else "—"}
        return aside_page(
            self,
            form,
            case,
            name="slip",
            key=slip.id,
            title=_("Sign for the slip"),
            url=url_for(".sign", case_id=case.id, slip_id=slip.id),
            facts=[*case_facts_line(page), task],
        )


def _slip_or_404(case: Case, key: int) -> Cooperation:
    """派给本人的机构或平台的协办条."""
    desk = Desk(case, current_actor(), now())
    found = [row for row in cooperations_of(case) if row.id == key and is_mine(row, desk)]
    return found[0] if found else abort(404)


def slip_url(row: Cooperation, page: Dossier) -> str:
    """还没签收、该由本人签收的协办条的地址."""
    actor = current_actor()
    waits = row.state == "WAITING" and actor.has_verb("case", Action.SIGN_IN)
    open_to_reply = has_step(state_of(page.facts), Action.SUBMIT_COOPERATION)
    if not (waits and open_to_reply) or not is_mine(row, Desk(page.case, actor, now())):
        return ""
    return url_for("CaseSlipView.sign", case_id=page.case.id, slip_id=row.id)
