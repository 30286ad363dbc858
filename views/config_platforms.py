"""配置：四个平台——依托机构、载体、力量、业务线."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.domain.errors import Refused
from app.queries import config_holders, config_platforms
from app.services import organisation
from models.people import Holding
from models.platform import Platform, PlatformOrg
from views.base import clock_now, commit, current_actor, find, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import CLAUSE, CODE, LIFE, NAME, TERM, fact, held, table
from views.forms_base import EndForm
from views.forms_platform import PlatformForm, PlatformOrgForm
from views.labels import chip, hue_chip, life_chip, link, span_words


class PlatformView(OurModelView):
    """平台（platform）：综治工作、市场监管、综合执法、便民服务."""

    datamodel = ScopedInterface(Platform, eager=(joinedload(Platform.host_org),), named="name")
    route_base = "/config/platforms"
    verb, kind, icon = "org", "platform", "arrows-split"
    writes = ("join", "part")
    form_class = PlatformForm
    list_title, add_title = _l("Platforms"), _l("Add a platform")
    list_columns = ["name", "short_name", "host_org", "leader", "lines", "life"]
    order_columns = ["name"]
    search_columns = ["name", "code"]
    base_order = ("sort_no", "asc")
    label_columns = {
        "name": NAME,
        "code": CODE,
        "short_name": _l("Short name"),
        "host_org": _l("Host unit"),
        "leader": _l("Group leader"),
        "lines": _l("Lines of business"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """各平台协调组的组长，一条语句."""
        self.remember(leaders=config_platforms.leaders(current_actor(), today()))

    def cell_short_name(self, row: Platform) -> Any:
        """平台色的简称."""
        return hue_chip(row.hue, row.short_name)

    def cell_leader(self, row: Platform) -> Any:
        """协调组组长；没有的写空缺."""
        names = self.remembered("leaders").get(row.code, ())
        return "、".join(names) or chip("warn", _("Vacant"))

    def facts(self, row: Platform) -> list[dict[str, Any]]:
        """平台的事实."""
        host = link(row.host_org, "OrgView.show", pk=row.host_org_id)
        return [
            fact(NAME, row.name),
            fact(_l("Short name"), self.cell_short_name(row)),
            fact(CODE, row.code),
            fact(row.host_relation, host),
            fact(_l("Group leader"), self.cell_leader(row)),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(CLAUSE, row.clause),
            fact(_l("Functions"), "、".join(row.functions), wide=True),
            fact(_l("Lines of business"), "、".join(row.lines), wide=True),
            fact(_l("Forces"), "、".join(row.forces), wide=True),
        ]

    def sections(self, row: Platform) -> Iterable[dict[str, Any]]:
        """力量机构、载体系统、任职."""
        actor, may = current_actor(), self.may_write()
        join = {"label": _("Add a unit"), "url": url_for(".join", pk=row.id), "icon": "plus"}
        yield table(
            _("Units of its force"),
            (("org", _l("Unit")), ("main", _l("Belonging")), ("term", TERM), ("life", LIFE)),
            [self._force_row(member, may) for member in config_platforms.forces(row, actor)],
            icon="building",
            actions=[join] if may else (),
        )
        yield table(
            _("Carrier systems"),
            (("name", NAME), ("usage", _l("What is registered")), ("clause", CLAUSE)),
            [
                {"cells": {"name": c.name, "usage": c.usage, "clause": c.clause}}
                for c in config_platforms.carriers(row, actor)
            ],
            icon="link",
            empty=_("No carrier system registered."),
        )
        yield held(config_holders.at_place(Holding.platform, row.code, actor, today()), actor)

    @staticmethod
    def _force_row(member: PlatformOrg, may: bool) -> dict[str, Any]:
        main = chip("info", _("Main platform")) if member.is_main else chip("line", _("Also here"))
        open_ = may and (member.valid_to is None or member.valid_to >= today())
        part = {"label": _("End"), "url": url_for(".part", pk=member.id), "small": True}
        return {
            "url": url_for("OrgView.show", pk=member.org_id),
            "cells": {
                "org": member.org.name,
                "main": main,
                "term": span_words(member.valid_from, member.valid_to),
                "life": life_chip(member, today()),
            },
            "actions": [part] if open_ else [],
        }

    @expose("/join/<int:pk>", methods=["GET", "POST"])
    @has_access
    def join(self, pk: int) -> Any:
        """加一个力量机构."""
        row = self.row(pk)
        form = PlatformOrgForm()
        form.prepare(None, current_actor(), today())
        if form.validate_on_submit():
            member = PlatformOrg(township_id=row.township_id, platform=row.code)
            form.fill(member)
            try:
                organisation.add(member, actor=current_actor(), now=clock_now())
                commit()
                flash(_("Saved."), "success")
                return redirect(url_for(".show", pk=pk))
            except Refused as refused:
                form.complain(refused, refuse(refused, **self.naming, key=pk))
                row = self.row(pk)
        return self.form_page(form, row, _("Add a unit to %(name)s", name=row.name))

    @expose("/part/<int:pk>", methods=["GET", "POST"])
    @has_access
    def part(self, pk: int) -> Any:
        """力量机构到某天为止."""
        member = find(PlatformOrg, pk)
        form, error = EndForm(), None
        back = url_for(".show", pk=config_platforms.id_of(member.platform, current_actor()))
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                error = self._part(member, form, pk)
                if error is None:
                    flash(_("Ended."), "success")
                    return redirect(back)
                member = find(PlatformOrg, pk)
        deed = {
            "id": "part",
            "title": _("%(name)s leaves the platform", name=member.org.name),
            "url": url_for(".part", pk=pk),
            "button": _("End"),
        }
        return self.ask_page(deed, form, error, back)

    def _part(self, member: PlatformOrg, form: EndForm, pk: int) -> str | None:
        last_day: date = form.last_day.data
        try:
            organisation.end(
                member, last_day, form.reason.data, actor=current_actor(), now=clock_now()
            )
            commit()
        except Refused as refused:
            return refuse(refused, **self.naming, key=pk)
        return None
