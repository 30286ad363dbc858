"""有效权限：一个人某天能做什么、看得到什么，各凭哪条任职、受什么限定."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.actor import HoldingView
from app.queries import config_security
from app.queries.config_security import Right
from models.people import Person
from views.base import OurView, current_actor, find
from views.config_parts import mode_chip, table
from views.labels import joined, word
from views.role_changes import grant_words
from views.terms_chart import picked_day

WORDS_LENGTH = 40


class PersonRightsView(OurView):
    """有效权限（effective permissions）：能做什么、看得到什么，凭什么."""

    route_base = "/config/people/rights"
    class_permission_name = "config"
    method_permission_name = {"show": "read"}
    default_view = "show"

    @expose("/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """一个人的有效权限；可换日子、按字找、只看一个模块."""
        person, actor, day = find(Person, pk), current_actor(), picked_day()
        found = config_security.rights_of(pk, day)
        held = list({right.holding.id: right.holding for right in found}.values())
        places = config_security.place_names_of(held, actor)
        mine = {right.module for right in found}
        order = [name for name in config_security.actions() if name in mine]
        words = request.args.get("q", "").strip()[:WORDS_LENGTH]
        module = request.args.get("module", "")
        shown = [r for r in found if _fits(r, module, words)]
        return self.render_template(
            "roles/rights.html",
            title=_("Effective permissions of %(name)s", name=person.name),
            crumbs=_crumbs(person),
            person=person,
            day=day,
            words=words,
            module=module,
            modules=[(m, word("module", m)) for m in order],
            total=len({(r.module, r.action) for r in found}),
            sees=_sees(held, places),
            parts=_parts(shown, order, places),
        )


def _crumbs(person: Person) -> list[dict[str, Any]]:
    return [
        {"label": _("Configuration"), "url": url_for("ConfigHomeView.index")},
        {"label": _("People"), "url": url_for("PersonView.list")},
        {"label": person.name, "url": url_for("PersonView.show", pk=person.id)},
    ]


def _fits(right: Right, module: str, words: str) -> bool:
    name = f"{right.module}.{right.action}"
    return module in ("", right.module) and (words in _(name) or words in name)


def _where(holding: HoldingView, places: dict[int, str]) -> str:
    return places.get(holding.id) or _("The whole township")


def _sees(held: Sequence[HoldingView], places: dict[int, str]) -> dict[str, Any]:
    """看得到什么：各任职的数据范围、地、敏感正文看到多少."""
    return table(
        _("What this person sees, by holding"),
        (
            ("why", _l("By which holding")),
            ("role", _l("Role")),
            ("mode", _l("Mode")),
            ("reach", _l("What it reaches")),
            ("place", _l("Where")),
            ("sensitive", _l("Sensitive text")),
        ),
        [
            {
                "cells": {
                    "why": h.title,
                    "role": h.role_name,
                    "mode": mode_chip(h.mode),
                    "reach": word("scope", h.scope),
                    "place": _where(h, places),
                    "sensitive": word("sensitivity", h.sensitive),
                }
            }
            for h in held
        ],
        icon="eye",
        empty=_("Nothing: there is no holding in force that day."),
    )


def _parts(
    rights: Sequence[Right], order: Sequence[str], places: dict[int, str]
) -> list[dict[str, Any]]:
    """按模块分，案件在前；一个动作一行，凭几条任职就写几句."""
    grouped: dict[str, dict[str, list[Right]]] = defaultdict(lambda: defaultdict(list))
    for right in rights:
        grouped[right.module][right.action].append(right)
    heads = (("what", _l("May do")), ("why", _l("By which holding")))
    return [
        table(
            f"{word('module', module)} · {len(actions)}",
            heads,
            [
                {
                    "url": url_for("RoleMatrixView.who", module=module, action=action),
                    "cells": {
                        "what": _(f"{module}.{action}"),
                        "why": joined((_because(r, places) for r in found), "；"),
                    },
                }
                for action, found in actions.items()
            ],
            icon="shield-check",
        )
        for module in order
        if (actions := grouped.get(module))
    ]


def _because(right: Right, places: dict[int, str]) -> str:
    return _(
        "%(holding)s, %(where)s: %(limits)s",
        holding=right.holding.title,
        where=_where(right.holding, places),
        limits=grant_words(right.limits),
    )
