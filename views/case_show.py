"""案件页：一件案件的全部与下一步；看敏感正文要写事由，写了才给，只给这一次."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.access.decide import decide, require
from app.access.subject import case_subject
from app.access.visibility import Sight
from app.domain.case_guards import REASON_MIN
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_facts import facts_of
from app.queries.case_options import Options, options_of
from app.queries.case_page import Dossier, dossier_of
from app.queries.meetings import resolutions_of_case
from app.services import journal
from models.case import Case
from views.base import OurView, commit, current_actor, refuse
from views.case_clocks import clock_chip, due_card, running_clocks, settled_card
from views.case_common import case_or_404, names, now, office
from views.case_files import veil_for
from views.case_head import actions, band, crumbs, more, registrar, stepper
from views.case_mediation import mediation_card
from views.case_parties import parties, ratings, relations, waiting
from views.case_returns import returns
from views.case_sheet import (
    can_ask_number,
    facts_of_page,
    head_flags,
    look_url,
    meeting_items,
    platform_tags,
    title_words,
)
from views.case_steps import desk_of, make_form, step_of_form
from views.case_timeline import counts, timeline
from views.case_words import barrier_item, refusal_sentence

AT_HAND = frozenset(
    {
        *(Action.REPORT, Action.REQUEST_SUPPLEMENT, Action.SUPPLEMENT, Action.ACCEPT),
        *(Action.DISPATCH, Action.SIGN_IN, Action.RECORD_PROGRESS, Action.FINISH),
        *(Action.VERIFY, Action.REWORK, Action.FEEDBACK, Action.ARCHIVE),
    }
)
"""天天用的几步，表单随页面一起来；其余的点了才取."""


class CaseView(OurView):
    """案件页."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = dict.fromkeys(("show", "look", "number"), "read")

    @expose("/<int:case_id>", methods=["GET"])
    @has_access
    def show(self, case_id: int) -> Any:
        """案件页；不在范围内的与没有一样."""
        return self._page(dossier_of(case_or_404(case_id), actor=current_actor()))

    @expose("/<int:case_id>/look", methods=["GET", "POST"])
    @has_access
    def look(self, case_id: int) -> Any:
        """填写事由查看敏感正文：先记后给，只当次有效."""
        case = case_or_404(case_id)
        if request.method == "GET":
            return self._ask(case)
        reason = request.form.get("reason", "").strip()[:500]
        try:
            self._note(case, reason)
            commit()
        except Refused as refused:
            refuse(refused, module="sensitive", action="view", kind="case", key=case_id)
            return self._ask(case_or_404(case_id), reason, _look_words(refused)), 422
        page = dossier_of(case, actor=current_actor(), unveiled=True)
        return self._page(page, veil=veil_for(case_id))

    @expose("/<int:case_id>/number", methods=["POST"])
    @has_access
    def number(self, case_id: int) -> Any:
        """显示来件人的电话：先记后给，只当次显示."""
        page = dossier_of(case_or_404(case_id), actor=current_actor())
        if not can_ask_number(page):
            raise Refused("number_not_yours")
        journal.record(
            actor=current_actor(),
            now=now(),
            module="case",
            action="read",
            subject_kind="case",
            subject_id=case_id,
            case_id=case_id,
            round=page.case.round,
            data={"what": "phone"},
        )
        commit()
        return self._page(dossier_of(case_or_404(case_id), actor=current_actor()), numbers=True)

    @staticmethod
    def _note(case: Case, reason: str) -> None:
        facts = facts_of(case)
        if len(reason) < REASON_MIN:
            raise Refused("reason_short", minimum=REASON_MIN)
        holding = require(
            current_actor(), "sensitive", "view", case_subject(facts, {"reason": reason})
        )
        journal.record(
            actor=current_actor(),
            now=now(),
            module="sensitive",
            action="view",
            subject_kind="case",
            subject_id=case.id,
            case_id=case.id,
            holding=holding,
            round=case.round,
            opinion=reason,
        )

    def _ask(self, case: Case, typed: str = "", error: str = "") -> str:
        deed = {
            "id": "look",
            "title": _("See a sensitive text"),
            "url": look_url(case),
            "words": _("Who looked, when and why goes into the record and to the inspectors."),
            "facts": [{"label": _("Number"), "value": case.number}],
            "reason": "required",
            "reason_text": typed,
            "button": _("See it this once"),
            "tone": "primary",
            "error": error,
        }
        back = url_for(".show", case_id=case.id)
        return self.render_template(
            "layout/confirm.html", deed=deed, cancel_url=back, crumbs=crumbs(case)
        )

    def _page(self, page: Dossier, *, veil: str = "", numbers: bool = False) -> str:
        case, actor = page.case, current_actor()
        found = options_of(page.facts, actor, office(), now())
        entries = timeline(page.entries, page.files, masked=page.sight is not Sight.FULL, veil=veil)
        due = due_card(case, page.clocks) or settled_card(case, page.clocks)
        return self.render_template(
            "cases/show.html",
            page=page,
            case=case,
            title=title_words(page),
            crumbs=crumbs(case),
            platforms=platform_tags(page),
            place=names().place(case.village_id, case.grid_id) if page.is_full else "",
            channel=names().channels.get(case.channel, "") if page.sight >= Sight.MASKED else "",
            flags=head_flags(case),
            actions=actions(page, found),
            more=more(page, found),
            steps=stepper(page),
            facts=facts_of_page(page, numbers=numbers),
            number_url=_number_url(page, numbers=numbers),
            numbers=numbers,
            registrar=registrar(page.entries),
            entries=entries,
            counts=counts(entries),
            due=due,
            clocks=[clock_chip(case, row) for row in running_clocks(page.clocks)],
            parties=parties(page),
            waiting=waiting(page),
            relations=relations(page),
            mediation=mediation_card(page),
            ratings=ratings(page),
            returns=returns(page),
            resolutions=meeting_items(resolutions_of_case(case.id, actor=actor)),
            cannot=[barrier_item(one) for one in found.barriers],
            dialogs=_dialogs(page, found),
            note_url=_note_url(case, found),
            look=look_url(case) if _may_look(page) else "",
            band=band(case),
            unveiled=bool(veil),
            person=actor.name,
        )


def _number_url(page: Dossier, *, numbers: bool) -> str:
    if numbers or not can_ask_number(page):
        return ""
    return url_for("CaseView.number", case_id=page.case.id)


def _look_words(refused: Refused) -> str:
    return refusal_sentence(refused)


def _may_look(page: Dossier) -> bool:
    """看不到正文、但写了事由就可以看的人."""
    if page.is_full or not page.facts.sensitive:
        return False
    told = case_subject(page.facts, {"reason": "x" * REASON_MIN})
    return decide(current_actor(), "sensitive", "view", told).allowed


def _dialogs(page: Dossier, found: Options) -> list[dict[str, Any]]:
    return [
        step_of_form(make_form(action, desk_of(page.case, action, page)), page)
        for action in found.allowed
        if action in AT_HAND
    ]


def _note_url(case: Case, found: Options) -> str:
    """能记进展的人才有“记一笔”."""
    if Action.RECORD_PROGRESS not in found.allowed:
        return ""
    action = Action.RECORD_PROGRESS.value
    return url_for("CaseStepView.take", case_id=case.id, action=action)
