"""授权矩阵：行是动作、列是角色；谁持有、两个角色怎样不同；改动先放着，核对后一起存."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.access.limits import LIMITS
from app.access.matrix import EVERYTHING, Cells, Change, compare
from app.queries import config_holders, config_security
from models.people import Holding
from models.security import RoleProfile
from views.base import OurView, current_actor, may, today
from views.config_parts import mode_chip
from views.labels import limit_words, link, place_words, span_words, word
from views.role_changes import crumbs, grant_words, line_of, posted, review_page, save, written

EVERY = "all"
WORDS_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """矩阵看哪些：模块、动作里的字、哪几个角色."""

    module: str
    words: str
    roles: tuple[str, ...]


class RoleMatrixView(OurView):
    """授权矩阵（grants of all roles）、谁能做、角色比较、一批改动."""

    route_base = "/roles"
    class_permission_name = "config"
    method_permission_name = {
        "matrix": "read",
        "who": "read",
        "compare": "read",
        "changes": "role",
    }
    default_view = "matrix"

    @expose("/matrix/")
    @has_access
    def matrix(self) -> Any:
        """矩阵；有权改的可以打开编辑."""
        edit = "edit" in request.args and may(current_actor(), "config", "role")
        return self._matrix(_wanted(), edit=edit)

    def _matrix(self, wanted: Wanted, *, edit: bool, kept: Sequence[Change] = ()) -> Any:
        actor, every = current_actor(), config_security.actions()
        if wanted.module not in (EVERY, *every):
            abort(404)
        profiles = config_security.profiles(actor)
        shown = [p for p in profiles if not wanted.roles or p.code in wanted.roles]
        held = config_security.cells_by_role()
        holders = {} if edit else config_security.holders_today(actor, today())
        return self.render_template(
            "roles/matrix.html",
            title=_("Grants of all roles"),
            wanted=wanted,
            modules=[(m, word("module", m)) for m in every],
            profiles=profiles,
            roles=shown,
            groups=_groups(wanted, every, shown, held),
            holders={p.code: _told(holders.get(p.role_id, ())) for p in shown},
            may_edit=may(actor, "config", "role"),
            edit=edit,
            kept=[line_of(change) for change in kept],
            limits=[(code, word("limit", code)) for code in LIMITS if code != "ALL"],
            crumbs=crumbs()[:-1],
            edit_url=_again(wanted, edit="1"),
            view_url=_again(wanted),
        )

    @expose("/who/<module>/<action>")
    @has_access
    def who(self, module: str, action: str) -> Any:
        """一个动作今天谁能做，凭哪条任职、受什么限定."""
        actor = current_actor()
        if action not in config_security.actions().get(module, ()):
            abort(404)
        held = config_security.cells_by_role()
        holders = config_security.holders_today(actor, today())
        places = config_holders.place_names(actor)
        granted = [
            (p, held[p.role_id][module, action])
            for p in config_security.profiles(actor)
            if (module, action) in held.get(p.role_id, {})
        ]
        return self.render_template(
            "roles/who.html",
            title=_("Who may do: %(what)s", what=_(f"{module}.{action}")),
            crumbs=crumbs(),
            back=url_for(".matrix", module=module),
            people=len({h.person_id for p, _l in granted for h in holders.get(p.role_id, ())}),
            parts=[
                {
                    "role": p,
                    "limits": grant_words(limits),
                    "rows": [_holder_row(h, places) for h in holders.get(p.role_id, ())],
                }
                for p, limits in granted
            ],
        )

    @expose("/compare")
    @has_access
    def compare(self) -> Any:
        """两个角色：只有甲、只有乙、限定不同、完全一样."""
        profiles = config_security.profiles(current_actor())
        by_code = {p.code: p for p in profiles}
        a, b = (by_code.get(request.args.get(name, "")) for name in ("a", "b"))
        parts = _compared(a, b) if a and b else []
        return self.render_template(
            "roles/compare.html",
            title=_("Compare two roles"),
            crumbs=crumbs(),
            profiles=profiles,
            a=a,
            b=b,
            facts=_role_facts(a, b) if a and b else [],
            parts=parts,
            total=sum(part["count"] for part in parts),
            swap=url_for(".compare", a=b.code, b=a.code) if a and b else "",
        )

    @expose("/changes", methods=["POST"])
    @has_access
    def changes(self) -> Any:
        """一批改动：核对（review）、回去再改（edit）、存（save）."""
        found = posted()
        match request.form.get("do"):
            case "save":
                return save(self, found)
            case "edit":
                module = found[0].module if found else request.form.get("module", "case")
                return self._matrix(Wanted(module, "", ()), edit=True, kept=found)
            case _ if found:
                return review_page(self, found)
            case _:
                return redirect(url_for(".matrix", edit=1))


def _wanted() -> Wanted:
    return Wanted(
        module=request.args.get("module", "case") or EVERY,
        words=request.args.get("q", "").strip()[:WORDS_LENGTH],
        roles=tuple(code for code in request.args.getlist("role") if code),
    )


def _again(wanted: Wanted, **more: str) -> str:
    kept: dict[str, Any] = {"module": wanted.module, "role": list(wanted.roles), **more}
    return url_for(".matrix", q=wanted.words or None, **kept)


def _groups(
    wanted: Wanted,
    every: Mapping[str, Sequence[str]],
    roles: Sequence[RoleProfile],
    held: Mapping[int, Cells],
) -> list[dict[str, Any]]:
    """按模块分的各行；按字筛过的空模块不列."""
    found = []
    for module, names in every.items():
        if wanted.module not in (EVERY, module):
            continue
        rows = [
            _row(module, name, roles, held)
            for name in names
            if wanted.words in _(f"{module}.{name}") or wanted.words in f"{module}.{name}"
        ]
        if rows:
            found.append({"module": module, "words": word("module", module), "rows": rows})
    return found


def _row(
    module: str, name: str, roles: Sequence[RoleProfile], held: Mapping[int, Cells]
) -> dict[str, Any]:
    cells = []
    for role in roles:
        limits = held.get(role.role_id, {}).get((module, name))
        cells.append(
            {"role": role, "limits": limits, "text": _text(limits), "raw": written(limits)}
        )
    url = url_for(".who", module=module, action=name)
    return {"name": f"{module}.{name}", "words": _(f"{module}.{name}"), "cells": cells, "url": url}


def _text(limits: Any) -> str:
    if limits is None:
        return ""
    return "✓" if limits == EVERYTHING else limit_words(limits) or "!"


def _told(rows: Sequence[Holding]) -> list[str]:
    """今天持有的人，一句一个：姓名（职务）."""
    return [f"{h.person.name}（{h.post.name if h.post else word('mode', h.mode)}）" for h in rows]


def _holder_row(h: Holding, places: dict[str, str]) -> dict[str, Any]:
    return {
        "cells": {
            "person": link(h.person.name, "PersonView.show", pk=h.person_id),
            "post": h.post.name if h.post else "",
            "mode": mode_chip(h.mode),
            "place": place_words(h, places) or _("The whole township"),
            "term": span_words(h.valid_from, h.valid_to),
        }
    }


def _role_facts(a: RoleProfile, b: RoleProfile) -> list[tuple[str, str, str, bool]]:
    """两个角色的范围与敏感可见程度，一样不一样."""
    rows = (
        (_("What it reaches"), word("scope", a.scope), word("scope", b.scope)),
        (
            _("Sensitive text"),
            word("sensitivity", a.sensitive),
            word("sensitivity", b.sensitive),
        ),
        (_("Platform"), word("platform", a.platform), word("platform", b.platform)),
    )
    return [(name, one, other, one == other) for name, one, other in rows]


def _compared(a: RoleProfile, b: RoleProfile) -> list[dict[str, Any]]:
    held = config_security.cells_by_role()
    order = [(m, name) for m, names in config_security.actions().items() for name in names]
    one, other = held.get(a.role_id, {}), held.get(b.role_id, {})
    found, same = compare(one, other, order), _("Both, the same")
    parts = (
        (_("Only %(name)s", name=a.name), found.only_a, True, False),
        (_("Only %(name)s", name=b.name), found.only_b, False, True),
        (_("Both, with different limits"), found.differ, True, True),
        (same, found.same, True, False),
    )
    return [
        {
            "title": title,
            "count": len(cells),
            "fold": title == same,
            "both": with_a and with_b,
            "rows": [
                {
                    "url": url_for(".who", module=m, action=n),
                    "what": _(f"{m}.{n}"),
                    "module": word("module", m),
                    "a": grant_words(one.get((m, n))) if with_a else "",
                    "b": grant_words(other.get((m, n))) if with_b else "",
                }
                for m, n in cells
            ],
        }
        for title, cells, with_a, with_b in parts
    ]
