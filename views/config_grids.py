"""配置：行政村、网格."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload

from app.domain.errors import Refused
from app.queries import config_holders
from app.services import organisation
from models.people import Holding
from models.township import Grid, GridVillage, Village
from views.base import clock_now, commit, current_actor, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import (
    ALIASES,
    CODE,
    DIVISION,
    LIFE,
    NAME,
    TERM,
    fact,
    held,
    members,
    table,
)
from views.forms_base import ConfigForm
from views.forms_place import GridForm, GridVillageForm, VillageForm
from views.labels import joined, life_chip, link, span_words


class VillageView(OurModelView):
    """行政村（village）：撤并时停用，写继任村."""

    datamodel = ScopedInterface(Village, eager=(joinedload(Village.org),), named="name")
    route_base = "/config/villages"
    verb, kind, icon = "org", "village", "map-2"
    form_class = VillageForm
    list_title, add_title = _l("Villages"), _l("Add a village")
    list_columns = ["name", "code", "division_code", "aliases", "grids", "life"]
    order_columns = ["name", "code", "division_code"]
    search_columns = ["name", "code", "division_code"]
    base_order = ("code", "asc")
    label_columns = {
        "name": NAME,
        "code": CODE,
        "division_code": DIVISION,
        "aliases": ALIASES,
        "grids": _l("Grids"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """整页各村的网格，一条语句."""
        self.remember(grids=config_holders.grids_of(rows, current_actor(), today()))

    def cell_grids(self, row: Village) -> Any:
        """村里的网格."""
        found = self.remembered("grids").get(row.id, ())
        return joined((link(grid.name, "GridView.show", pk=grid.id) for grid in found), "、")

    def facts(self, row: Village) -> list[dict[str, Any]]:
        """村的事实."""
        successor = self.datamodel.get(row.successor_id) if row.successor_id else None
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(DIVISION, row.division_code),
            fact(_l("Its unit"), link(row.org, "OrgView.show", pk=row.org_id)),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(_l("Successor village"), successor and successor.name),
            fact(_l("Grids"), self.cell_grids(row), wide=True),
            fact(ALIASES, "、".join(row.aliases), wide=True),
        ]

    def sections(self, row: Village) -> Iterable[dict[str, Any]]:
        """在本村任职的人（代办员、驻村干部、联村领导）."""
        actor = current_actor()
        yield held(config_holders.at_place(Holding.village_id, row.id, actor, today()), actor)


class GridView(OurModelView):
    """网格（grid）：13 个（方案三（二）1）；换村另成一段."""

    datamodel = ScopedInterface(
        Grid, eager=(selectinload(Grid.villages).joinedload(GridVillage.village),), named="name"
    )
    route_base = "/config/grids"
    verb, kind, icon = "org", "grid", "map-pin"
    writes = ("move",)
    form_class = GridForm
    list_title, add_title = _l("Grids"), _l("Add a grid")
    list_columns = ["name", "code", "village", "members", "life"]
    order_columns = ["name", "code"]
    search_columns = ["name", "code"]
    base_order = ("sort_no", "asc")
    label_columns = {
        "name": NAME,
        "code": CODE,
        "village": _l("Village"),
        "members": _l("Grid members"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """整页各网格的网格员，一条语句."""
        self.remember(members=config_holders.members_of(rows, current_actor(), today()))

    def cell_village(self, row: Grid) -> Any:
        """现在所在的村."""
        now = next((v for v in row.villages if v.in_force(today())), None)
        return now and link(now.village.name, "VillageView.show", pk=now.village_id)

    def cell_members(self, row: Grid) -> str:
        """网格员，网格长在前."""
        return "、".join(m.person.name for m in self.remembered("members").get(row.id, ()))

    def facts(self, row: Grid) -> list[dict[str, Any]]:
        """网格的事实."""
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(_l("Village"), self.cell_village(row)),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
        ]

    def sections(self, row: Grid) -> Iterable[dict[str, Any]]:
        """网格员、任职、所在村的几段."""
        actor = current_actor()
        yield members(self.remembered("members").get(row.id, ()))
        yield held(config_holders.at_place(Holding.grid_id, row.id, actor, today()), actor)
        move = {"label": _("Move to another village"), "url": url_for(".move", pk=row.id)}
        yield table(
            _("Village by term"),
            (("village", _l("Village")), ("term", TERM), ("life", LIFE)),
            [
                {
                    "cells": {
                        "village": v.village.name,
                        "term": span_words(v.valid_from, v.valid_to),
                        "life": life_chip(v, today()),
                    }
                }
                for v in sorted(row.villages, key=lambda v: v.valid_from, reverse=True)
            ],
            icon="history",
            actions=[move] if self.may_write() else (),
        )

    def save(self, form: ConfigForm, row: Grid | None) -> Any:
        """新网格连同所在村一起写。Raises Refused."""
        saved = super().save(form, row)
        if row is None:
            place = GridVillage(
                township_id=saved.township_id,
                grid_id=saved.id,
                village_id=form.village_id.as_id(),
                valid_from=saved.valid_from,
            )
            organisation.add(place, actor=current_actor(), now=clock_now())
        return saved

    @expose("/move/<int:pk>", methods=["GET", "POST"])
    @has_access
    def move(self, pk: int) -> Any:
        """改挂另一个村：原来的一段到前一天为止."""
        row = self.row(pk)
        form = GridVillageForm()
        form.prepare(None, current_actor(), today())
        if form.validate_on_submit():
            try:
                organisation.move_grid(
                    row,
                    form.village_id.as_id(),
                    form.valid_from.data,
                    form.reason.data,
                    actor=current_actor(),
                    now=clock_now(),
                )
                commit()
                flash(_("Saved."), "success")
                return redirect(url_for(".show", pk=pk))
            except Refused as refused:
                form.complain(refused, refuse(refused, **self.naming, key=pk))
                row = self.row(pk)
        return self.form_page(form, row, _("Move %(name)s to another village", name=row))
