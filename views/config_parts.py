"""配置界面的零件：常用的列名、事实、几种小表、停用前看谁还在用."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.actor import Actor
from app.queries import config_holders
from models.people import GridMember, Holding
from views.base import current_actor, today
from views.labels import chip, life_chip, link, place_words, span_words, word

NAME = _l("Name")
CODE = _l("Code")
LIFE = _l("State")
TERM = _l("Term")
KIND = _l("Kind")
CLAUSE = _l("Clause of the plan")
NOTE = _l("Note")
ALIASES = _l("Other names")
DIVISION = _l("Division code")
HELD_HERE = _l("Posts and roles held here")


def fact(label: Any, value: Any, *, wide: bool = False) -> dict[str, Any]:
    """一条事实（见 components/facts.html）."""
    return {"label": label, "value": value or None, "wide": wide}


def paired(facts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """两列的事实表里，占满一行的之前若落单，落单的那条也占满一行."""
    found: list[dict[str, Any]] = []
    odd = False
    for entry in facts:
        if entry["wide"] and odd:
            found[-1] = {**found[-1], "wide": True}
        found.append(entry)
        odd = False if entry["wide"] else not odd
    return found


def table(
    title: Any,
    columns: Sequence[tuple[str, Any]],
    rows: Iterable[dict[str, Any]],
    *,
    icon: str = "table",
    empty: Any = "",
    actions: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """查看页的一节：小表；``rows`` 每行 ``{"cells": {列: 字}, "url"}``，头一列是链接."""
    heads = [{"key": k, "label": w, "main": n == 0} for n, (k, w) in enumerate(columns)]
    return {
        "title": title,
        "icon": icon,
        "columns": heads,
        "rows": [*rows],
        "empty": empty or _("Nothing here yet."),
        "actions": [*actions],
    }


def mode_chip(mode: str) -> Any:
    """在任方式：代行、委托提醒一下."""
    tone = {"在任": "ok", "兼任": "info"}.get(mode, "warn")
    return chip(tone, word("mode", mode))


def held(rows: Sequence[Holding], actor: Actor, *, title: Any = HELD_HERE) -> dict[str, Any]:
    """在一处任职的人."""
    names = config_holders.role_names(actor) if rows else {}
    return table(
        title,
        (
            ("person", _l("Person")),
            ("post", _l("Post")),
            ("role", _l("Role")),
            ("mode", _l("Mode")),
            ("term", TERM),
        ),
        [
            {
                "url": url_for("PersonView.show", pk=h.person_id),
                "cells": {
                    "person": h.person.name,
                    "post": h.post.name if h.post else "",
                    "role": names.get(h.role_id, ""),
                    "mode": mode_chip(h.mode),
                    "term": span_words(h.valid_from, h.valid_to),
                },
            }
            for h in rows
        ],
        icon="users",
        empty=_("Nobody holds a post here today."),
    )


def members(
    rows: Sequence[GridMember], *, actions: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """一个网格的网格员，网格长在前."""
    return table(
        _("Grid members"),
        (
            ("person", _l("Person")),
            ("duty", _l("Duty")),
            ("engagement", _l("Engagement")),
            ("source", _l("Force of origin")),
            ("lines", _l("Lines of business")),
            ("life", LIFE),
        ),
        [
            {
                "url": url_for("GridMemberView.show", pk=m.id),
                "cells": {
                    "person": m.person.name,
                    "duty": duty_words(m),
                    "engagement": m.engagement,
                    "source": m.source,
                    "lines": "、".join(m.lines),
                    "life": life_chip(m, today()),
                },
            }
            for m in rows
        ],
        icon="users",
        empty=_("No grid member yet."),
        actions=actions,
    )


def duty_words(member: GridMember) -> str:
    """网格长还是网格员，主责还是兼管."""
    duty = _("Grid head") if member.is_head else _("Grid member")
    return duty if member.is_main else _("%(duty)s (besides another grid)", duty=duty)


def platform_names(actor: Actor) -> dict[str, str]:
    """平台代码 → 名称."""
    return {k: v for k, v in config_holders.place_names(actor).items() if ":" not in k}


def person_link(person: Any) -> Any:
    """人名，链到人的页面."""
    return person and link(person.name, "PersonView.show", pk=person.id)


def holding_place(holding: Holding, names: dict[str, str]) -> str:
    """任职的地；不限地写“全乡”."""
    return place_words(holding, names) or _("The whole township")


def me() -> Actor:
    """操作人，短一点."""
    return current_actor()
