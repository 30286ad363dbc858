"""角色：清单、一个角色能做什么、立、复制、改名."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import Refused
from app.queries import config_history, config_security, holding_time
from app.services import grants, roles
from models.security import RoleProfile
from views.base import clock_now, commit, current_actor, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import CODE, NAME, NOTE, fact, mode_chip, table
from views.forms_security import CopyRoleForm, RenameRoleForm, RoleForm
from views.holding_time import role_section
from views.labels import chip, history_rows, limit_words, span_words, word
from views.role_changes import history_words
from views.security_grants import GrantEditor

EVERY = ((("ALL",),),)


class RoleView(GrantEditor, OurModelView):
    """角色（role）：能做哪些事、各受什么限定；改了下一次点击就生效."""

    datamodel = ScopedInterface(RoleProfile, named="name")
    route_base = "/roles"
    verb, kind, icon = "role", "role", "shield-check"
    writes = ("copy", "grants")
    dated = False
    form_class = RoleForm
    list_title, add_title = _l("Roles"), _l("Add a role")
    list_columns = ["name", "code", "scope", "sensitive", "holders"]
    order_columns = ["name", "code"]
    search_columns = ["name", "code"]
    base_order = ("sort_no", "asc")
    page_size = 50
    label_columns = {
        "name": NAME,
        "code": CODE,
        "scope": _l("What it reaches"),
        "sensitive": _l("Sensitive text"),
        "holders": _l("Held by"),
    }

    def prepare(self, rows: Any) -> None:
        """各角色今天有几人持有，一条语句."""
        self.remember(counts=config_security.holder_counts(current_actor(), today()))

    def cell_scope(self, row: RoleProfile) -> str:
        """数据范围."""
        return word("scope", row.scope)

    def cell_sensitive(self, row: RoleProfile) -> str:
        """敏感正文看到多少."""
        return word("sensitivity", row.sensitive)

    def cell_holders(self, row: RoleProfile) -> Any:
        """几人持有."""
        count = self.remembered("counts").get(row.role_id, 0)
        return _("%(n)s people", n=count) if count else chip("line", _("Nobody"))

    def head_actions(self) -> list[dict[str, Any]]:
        """清单右上：授权矩阵、添."""
        url = url_for("RoleMatrixView.matrix")
        matrix = {"label": _("Grants of all roles"), "url": url, "icon": "table"}
        return [matrix, *super().head_actions()]

    def facts(self, row: RoleProfile) -> list[dict[str, Any]]:
        """角色的事实."""
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(_l("What it reaches"), self.cell_scope(row)),
            fact(_l("Sensitive text"), self.cell_sensitive(row)),
            fact(_l("Platform"), word("platform", row.platform)),
            fact(_l("Held by"), self.cell_holders(row)),
            fact(NOTE, row.note, wide=True),
        ]

    def sections(self, row: RoleProfile) -> Iterable[dict[str, Any]]:
        """逐个模块的授权，持有的人."""
        held, may = grants.cells_of(row.role_id), self.may_write()
        empty = []
        for module, names in config_security.actions().items():
            shown = [(name, held[module, name]) for name in names if (module, name) in held]
            if shown:
                yield self._module(row, module, shown, len(names), may)
            else:
                empty.append(module)
        yield self._untouched(row, empty, may)
        yield self._holders(row)
        yield role_section(holding_time.of_role(row.role_id, current_actor()))

    @staticmethod
    def _change(row: RoleProfile, module: str) -> dict[str, Any]:
        url = url_for(".grants", pk=row.role_id, module=module)
        return {"label": _("Change"), "url": url, "small": True}

    def _module(
        self, row: RoleProfile, module: str, shown: Sequence[Any], total: int, may: bool
    ) -> dict[str, Any]:
        """一个模块里有的授权，各受什么限定."""
        title = _("%(n)s of %(all)s", n=len(shown), all=total)
        lines = [
            {
                "cells": {
                    "what": _(f"{module}.{name}"),
                    "limits": limit_words(limits) or chip("bad", _("No limit row: refused")),
                }
            }
            for name, limits in shown
        ]
        return table(
            f"{word('module', module)} · {title}",
            (("what", _l("May do")), ("limits", _l("Limits"))),
            lines,
            icon="shield-check",
            actions=[self._change(row, module)] if may else (),
        )

    def _untouched(self, row: RoleProfile, modules: Sequence[str], may: bool) -> dict[str, Any]:
        """什么也不能做的模块."""
        return table(
            _("Modules without any grant"),
            (("module", _l("Module")),),
            [
                {
                    "cells": {"module": word("module", module)},
                    "actions": [self._change(row, module)] if may else [],
                }
                for module in modules
            ],
            icon="lock",
        )

    @staticmethod
    def _holders(row: RoleProfile) -> dict[str, Any]:
        rows = config_security.holders_of_role(row.role_id, current_actor(), today())
        return table(
            _("Held by"),
            (
                ("person", _l("Person")),
                ("post", _l("Post")),
                ("mode", _l("Mode")),
                ("term", _l("Term")),
            ),
            [
                {
                    "url": url_for("PersonView.show", pk=h.person_id),
                    "cells": {
                        "person": h.person.name,
                        "post": h.post.name if h.post else "",
                        "mode": mode_chip(h.mode),
                        "term": span_words(h.valid_from, h.valid_to),
                    },
                }
                for h in rows
            ],
            icon="users",
            empty=_("Nobody"),
        )

    def history(self, row: RoleProfile) -> list[dict[str, Any]]:
        """改动记录：连同动到这个角色的各批授权，写出各格的前后."""
        found = config_security.history_of_role(row, current_actor(), limit=config_history.LATEST)
        rows = history_rows(found)
        for entry, shown in zip(found, rows, strict=True):
            cells = entry.data.get("grants") or {row.code: entry.data.get("changes") or {}}
            if entry.data.get("deed") in ("grant", "revoke", "grants"):
                shown["detail"] = history_words(cells, row.code)
        return rows

    def actions_of(self, row: RoleProfile) -> list[dict[str, Any]]:
        """比较、任职的时间线、复制、改名."""
        url = url_for("RoleMatrixView.compare", a=row.code)
        time = url_for("HoldingTimeView.index", role=row.code)
        looks = [
            {"label": _("Compare with another role"), "url": url, "icon": "scale"},
            {"label": _("Time line"), "url": time, "icon": "calendar-event"},
        ]
        found = [*looks, *super().actions_of(row)]
        if self.may_write():
            copy = {"label": _("Copy"), "url": url_for(".copy", pk=row.role_id), "icon": "copy"}
            found.insert(len(looks), copy)
        return found

    def make_form(self, row: Any) -> Any:
        """立的时候全填，改的时候只改名称与说明."""
        if row is None:
            return super().make_form(None)
        return RenameRoleForm(obj=row)

    def save(self, form: Any, row: RoleProfile | None) -> RoleProfile:
        """立一个，或改名称与说明。Raises Refused."""
        actor, now = current_actor(), clock_now()
        if row is not None:
            roles.rename_role(row, name=form.name.data, note=form.note.data, actor=actor, now=now)
            return row
        return roles.create_role(
            code=form.code.data,
            name=form.name.data,
            scope=form.scope.data,
            sensitive=form.sensitive.data,
            platform=form.platform.as_code(),
            note=form.note.data or None,
            actor=actor,
            now=now,
        )

    @expose("/copy/<int:pk>", methods=["GET", "POST"])
    @has_access
    def copy(self, pk: int) -> Any:
        """照一个角色另立一个，授权与限定都一样."""
        row = self.row(pk)
        form = CopyRoleForm()
        if form.validate_on_submit():
            try:
                new = roles.copy_role(
                    row,
                    code=form.code.data,
                    name=form.name.data,
                    actor=current_actor(),
                    now=clock_now(),
                )
                commit()
                flash(_("Saved."), "success")
                return redirect(url_for(".show", pk=new.role_id))
            except Refused as refused:
                form.complain(refused, refuse(refused, **self.naming, key=pk))
                row = self.row(pk)
        return self.form_page(form, row, _("Copy the role %(name)s", name=row.name))
