"""配置界面的零件：常用的列名、事实、几种小表、停用前看谁还在用."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.actor import Actor
from app.domain.errors import Refused
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


def table(
    title: Any,
    columns: Sequence[tuple[str, Any]],
    rows: Iterable[dict[str, Any]],
    *,
    icon: str = "list",
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
        (("person", _l("Person")), ("post", _l("Post")), ("role", _l("Role")), ("mode", _l("Mode")), ("term", TERM)),
        [
            {
                "url": _person_url(h.person_id),
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


def _person_url(key: int) -> str:
    from flask import url_for  # noqa: PLC0415

    return url_for("PersonView.show", pk=key)
