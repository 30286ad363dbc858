"""配置：一条任职——续任与结束，以及任职的小表."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import SelectField, StringField

from app.access.actor import Actor
from app.domain.errors import Refused
from app.queries import config_holders
from app.services import appointments
from models.people import Holding
from views.base import clock_now, commit, current_actor, find, refuse, today
from views.base_list import OurListView
from views.base_scope import FilterPerson, ScopedInterface
from views.config_parts import LIFE, TERM, mode_chip, table
from views.forms_base import EndForm, ExtendForm
from views.forms_people import PLACES, HoldingForm
from views.labels import MODES, coded, joined, life_chip, link, place_words, span_words


def place_of(form: HoldingForm) -> dict[str, Any]:
    """表单里的地：平台写代码，其余写编号."""
    found: dict[str, Any] = {"platform": form.platform.as_code()}
    return found | {name: form[name].as_id() for name in PLACES if name != "platform"}


def holding_table(
    rows: Sequence[Holding], actor: Actor, *, may_write: bool, actions: list[dict[str, Any]]
) -> dict[str, Any]:
    """任职的小表：职务、角色、地、方式、起止、依据，能办的带续任与结束."""
    roles = config_holders.role_names(actor)
    places = config_holders.place_names(actor)
    shown = []
    for h in rows:
        open_ = may_write and (h.valid_to is None or h.valid_to >= today())
        role = roles.get(h.role_id, "")
        cells = {
            "what": joined((h.post.name if h.post else role, mode_chip(h.mode), _small(h, role))),
            "place": place_words(h, places) or _("The whole township"),
            "term": span_words(h.valid_from, h.valid_to),
            "basis": h.basis,
            "life": life_chip(h, today()),
        }
        shown.append({"cells": cells, "actions": _deeds(h) if open_ else []})
    heads = (
        ("what", _l("Post and role")),
        ("place", _l("Where")),
        ("term", TERM),
        ("basis", _l("Basis")),
        ("life", LIFE),
    )
    empty = _("No post or role yet: this person can do nothing here.")
    return table(_("Holdings"), heads, shown, icon="users", empty=empty, actions=actions)


def _small(holding: Holding, role: str) -> Any:
    """职务之下写明角色；没有职务的不必再写."""
    if holding.post is None:
        return ""
    return Markup('<br><span class="sm muted">{}</span>').format(role)


def _deeds(holding: Holding) -> list[dict[str, Any]]:
    ending = url_for("HoldingView.end", pk=holding.id)
    found = [{"label": _("End"), "url": ending, "small": True}]
    if holding.valid_to is not None:
        more = url_for("HoldingView.extend", pk=holding.id)
        found.insert(0, {"label": _("Extend"), "url": more, "small": True})
    return found


class HoldingView(OurListView):
    """任职（holding）：谁、什么职务、在哪里、从何时到何时；添任职在人的页面上."""

    datamodel = ScopedInterface(
        Holding,
        eager=config_holders.EAGER,
        choices=("mode", "platform"),
        special={"who": [FilterPerson]},
    )
    route_base = "/config/holdings"
    class_permission_name = "config"
    method_permission_name = {"list": "read", "end": "post", "extend": "post"}
    dated = True
    icon = "users-group"
    list_title = _l("Holdings")
    list_columns = ["person", "post", "role", "place", "mode", "term", "basis", "life"]
    order_columns = ["valid_from"]
    quick = "who"
    search_columns = ["who", "post", "mode"]
    search_form_extra_fields = {
        "who": StringField(_l("Person")),
        "mode": SelectField(_l("Mode"), choices=coded("mode", MODES)),
    }
    base_order = ("id", "asc")
    label_columns = {
        "who": _l("Person"),
        "person": _l("Person"),
        "post": _l("Post"),
        "role": _l("Role"),
        "place": _l("Where"),
        "mode": _l("Mode"),
        "term": TERM,
        "basis": _l("Basis"),
        "life": LIFE,
    }

    def head_actions(self) -> list[dict[str, Any]]:
        """清单右上：时间线."""
        url = url_for("HoldingTimeView.index")
        return [{"label": _("Time line"), "url": url, "icon": "calendar-event"}]

    def prepare(self, rows: Any) -> None:
        """角色与地的名称，两条语句."""
        actor = current_actor()
        self.remember(
            roles=config_holders.role_names(actor), places=config_holders.place_names(actor)
        )

    def cell_person(self, row: Holding) -> Any:
        """人，链到他的页面."""
        return link(row.person.name, "PersonView.show", pk=row.person_id)

    def cell_role(self, row: Holding) -> str:
        """角色."""
        return str(self.remembered("roles").get(row.role_id, ""))

    def cell_place(self, row: Holding) -> str:
        """地；不限地写“全乡”."""
        return place_words(row, self.remembered("places")) or _("The whole township")

    def cell_mode(self, row: Holding) -> Any:
        """方式."""
        return mode_chip(row.mode)

    def cell_term(self, row: Holding) -> str:
        """起止."""
        return span_words(row.valid_from, row.valid_to)

    @expose("/end/<int:pk>", methods=["GET", "POST"])
    @has_access
    def end(self, pk: int) -> Any:
        """任职到某天为止（含），须写理由."""
        row = find(Holding, pk)
        form, error = EndForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                done = self._try(pk, row.person_id, appointments.end_term, form)
                if not isinstance(done, str):
                    return done
                error, row = done, find(Holding, pk)
        deed = {
            "id": "end-holding",
            "title": _("End the holding: %(name)s", name=row),
            "url": url_for(".end", pk=pk),
            "words": _("What it allows stops the day after; what was done stays readable 30 days."),
            "button": _("End the holding"),
        }
        return self._page(deed, form, error, row)

    @expose("/extend/<int:pk>", methods=["GET", "POST"])
    @has_access
    def extend(self, pk: int) -> Any:
        """续任到某天（含），空为不设止日."""
        row = find(Holding, pk)
        form, error = ExtendForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                done = self._try(pk, row.person_id, appointments.extend_term, form)
                if not isinstance(done, str):
                    return done
                error, row = done, find(Holding, pk)
        deed = {
            "id": "extend-holding",
            "title": _("Extend the holding: %(name)s", name=row),
            "url": url_for(".extend", pk=pk),
            "button": _("Extend"),
            "tone": "primary",
        }
        return self._page(deed, form, error, row)

    def _try(self, pk: int, person_id: int, verb: Any, form: Any) -> Any:
        try:
            row = find(Holding, pk, lock=True)
            now = clock_now()
            verb(row, form.last_day.data, form.reason.data, actor=current_actor(), now=now)
            commit()
        except Refused as refused:
            return refuse(refused, module="config", action="post", kind="holding", key=pk)
        flash(_("Saved."), "success")
        return redirect(url_for("PersonView.show", pk=person_id))

    def _page(self, deed: dict[str, Any], form: Any, error: str | None, row: Holding) -> Any:
        back = url_for("PersonView.show", pk=row.person_id)
        return self.render_template(
            "config/ask.html",
            title=deed["title"],
            deed={**deed, "error": error},
            form=form,
            back=back,
        )
