"""授权：一个角色一个模块的授权，改好了去核对，再一起存."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.access.actor import Alternatives
from app.access.limits import LIMITS
from app.access.matrix import EVERYTHING as ALL_OF_IT
from app.access.matrix import Change, tidy
from app.queries import config_security
from app.services import grants
from models.security import RoleProfile
from views.labels import word
from views.role_changes import review_page

SLOTS = ("first", "second")
EVERYTHING = "ALL"


class GrantEditor:
    """一个角色一个模块的授权，混进角色的视图里；全部角色的矩阵见 views.role_matrix."""

    @expose("/grants/<int:pk>/<module>", methods=["GET", "POST"])
    @has_access
    def grants(self, pk: int, module: str) -> Any:
        """改一个角色在一个模块里的授权：先核对再存；别人先改了的留着已选的."""
        role = self.row(pk)
        names = config_security.actions().get(module) or abort(404)
        now = _of_module(grants.cells_of(role.role_id), module)
        wanted, error = now, None
        if request.method == "POST":
            wanted = _posted(names, now)
            if request.form.get("version") == version_of(now):
                back = url_for(".show", pk=pk)
                return review_page(self, staged(role, module, now, wanted), back=back)
            error = _("Somebody else changed these grants meanwhile; look again and redo it.")
        return self.page(
            "security/grants.html",
            title=_("%(role)s: %(module)s", role=role.name, module=word("module", module)),
            role=role,
            module=module,
            rows=[_row(module, name, wanted.get(name)) for name in names],
            limits=[(code, word("limit", code)) for code in LIMITS if code != EVERYTHING],
            version=version_of(now),
            error=error,
            back=url_for(".show", pk=pk),
        )


def _of_module(
    held: Mapping[tuple[str, str], Alternatives], module: str
) -> dict[str, Alternatives]:
    return {name: tidy(limits) for (m, name), limits in held.items() if m == module and limits}


def staged(
    role: RoleProfile,
    module: str,
    now: Mapping[str, Alternatives],
    wanted: Mapping[str, Alternatives],
) -> list[Change]:
    """这一页上改了的格."""
    return [
        Change(role.role_id, module, name, now.get(name), wanted.get(name))
        for name in sorted({*now, *wanted})
        if now.get(name) != wanted.get(name)
    ]


def version_of(cells: Mapping[str, Alternatives]) -> str:
    """这些授权现在的指纹."""
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:16]


def _posted(names: Sequence[str], now: Mapping[str, Alternatives]) -> dict[str, Alternatives]:
    """表单里选的：勾了的动作；没有选限定的就是“全部”，画面装不下的原样留着."""
    found: dict[str, Alternatives] = {}
    for name in names:
        if f"on.{name}" not in request.form:
            continue
        if f"keep.{name}" in request.form and name in now:
            found[name] = now[name]
            continue
        groups = [request.form.getlist(f"{slot}.{name}") for slot in SLOTS]
        found[name] = tidy([g for g in groups if g]) or ALL_OF_IT
    return found


def _row(module: str, name: str, limits: Alternatives | None) -> dict[str, Any]:
    groups = [g for g in limits or () if (g,) != ALL_OF_IT]
    return {
        "name": name,
        "words": _(f"{module}.{name}"),
        "on": limits is not None,
        "groups": [groups[n] if n < len(groups) else () for n in range(len(SLOTS))],
        "is_wider": len(groups) > len(SLOTS),
    }
