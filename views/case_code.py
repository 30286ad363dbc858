"""发查询码：给来件人一个码，只显示这一次；再发从前的就作废."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access

from app.access.visibility import Sight
from app.domain.errors import Refused
from app.queries.case_page import Dossier, dossier_of
from app.services import query_codes
from models.case import Case
from views.base import OurView, commit, current_actor, refuse
from views.case_common import case_or_404, now
from views.case_forms.base import Desk
from views.case_forms.closing import FeedbackForm
from views.case_steps import DENIED, INVALID
from views.case_words import refusal_sentence


class CaseCodeView(OurView):
    """查询码."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"code": "read"}

    @expose("/<int:case_id>/code", methods=["GET", "POST"])
    @has_access
    def code(self, case_id: int) -> Any:
        """选来件人，发一个码."""
        case = case_or_404(case_id, lock=request.method == "POST")
        if request.method == "GET":
            return self._page(case)
        chosen = request.form.get("informant_id", "")
        key = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
        try:
            code = query_codes.issue(case, actor=current_actor(), now=now(), informant_id=key)
            commit()
        except Refused as refused:
            refuse(refused, module="case", action="feedback", kind="case", key=case_id)
            words = refusal_sentence(refused)
            status = DENIED if refused.code == "not_granted" else INVALID
            return self._page(case_or_404(case_id), error=words), status
        return self._page(case_or_404(case_id), code=code)

    def _page(self, case: Case, *, code: str = "", error: str = "") -> str:
        page = dossier_of(case, actor=current_actor())
        return self.render_template(
            "cases/code.html",
            case=case,
            people=_people(page),
            code=code,
            error=error,
            link=url_for("PublicCaseView.ask", _external=True),
            back=url_for("CaseView.show", case_id=case.id),
        )


def _people(page: Dossier) -> list[tuple[str, str]]:
    """来件人各一项；看不到正文的不列."""
    if page.sight is not Sight.FULL:
        return []
    desk = Desk(page.case, current_actor(), now())
    return [(str(one.id), FeedbackForm.informant_words(one, desk)) for one in page.informants]
