"""授权：一个角色一个模块的授权改好一次存，全部角色的矩阵只看."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.access.actor import Alternatives
from app.access.limits import LIMITS
from app.domain.errors import Refused
from app.queries import config_security
from app.services import grants, roles
from models.security import RoleProfile
from views.base import clock_now, commit, current_actor, refuse
from views.labels import limit_words, word

SLOTS = ("first", "second")
EVERYTHING = "ALL"


class GrantEditor:
    """授权的两个画面，混进角色的视图里."""

    @expose("/grants/<int:pk>/<module>", methods=["GET", "POST"])
    @has_access
    def grants(self, pk: int, module: str) -> Any:
        """改一个角色在一个模块里的授权：先放着，一次存；不成的留着已选的."""
        role = self.row(pk)
        names = config_security.actions().get(module) or abort(404)
        now = _of_module(grants.cells_of(role.role_id), module)
        wanted, error = now, None
        if request.method == "POST":
            wanted = _posted(names, now)
            if request.form.get("version") != version_of(now):
                error = _("Somebody else changed these grants meanwhile; look again and redo it.")
            else:
                error = self._store(role, module, now, wanted)
                if error is None:
                    return redirect(url_for(".show", pk=pk))
                role = self.row(pk)
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

    def _store(
        self,
        role: RoleProfile,
        module: str,
        now: Mapping[str, Alternatives],
        wanted: Mapping[str, Alternatives],
    ) -> str | None:
        """存下全部改动，一次提交；一格不成全部作废，返回为什么."""
        actor, moment, count = current_actor(), clock_now(), 0
        try:
            for name in sorted({*now, *wanted}):
                if now.get(name) == wanted.get(name):
                    continue
                count += 1
                if name not in wanted:
                    roles.revoke(role, module, name, actor=actor, now=moment)
                else:
                    roles.grant(role, module, name, wanted[name], actor=actor, now=moment)
            commit()
        except Refused as refused:
            return refuse(refused, module="config", action="role", kind="role", key=role.role_id)
        words = _("%(n)s grants changed; they apply from the next click on.", n=count)
        flash(words if count else _("Nothing was changed."), "success")
        return None

    @expose("/matrix/")
    @has_access
    def matrix(self) -> Any:
        """全部角色在一个模块里的授权：行是动作，列是角色."""
        every = config_security.actions()
        module = request.args.get("module", "case")
        if module not in every:
            abort(404)
        profiles = config_security.profiles(current_actor())
        cells = config_security.cells(module)
        return self.page(
            "security/matrix.html",
            title=_("Grants of all roles"),
            tabs=[
                {"label": word("module", m), "url": url_for(".matrix", module=m), "on": m == module}
                for m in every
            ],
            roles=profiles,
            rows=[
                (
                    _(f"{module}.{name}"),
                    [_mark(cells.get(name, {}).get(r.role_id)) for r in profiles],
                )
                for name in every[module]
            ],
        )


def _of_module(
    held: Mapping[tuple[str, str], Alternatives], module: str
) -> dict[str, Alternatives]:
    return {name: _tidy(limits) for (m, name), limits in held.items() if m == module and limits}


def _tidy(alternatives: Sequence[Sequence[str]]) -> Alternatives:
    return tuple(sorted({tuple(sorted(set(group))) for group in alternatives}))


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
        found[name] = _tidy([g for g in groups if g]) or ((EVERYTHING,),)
    return found


def _row(module: str, name: str, limits: Alternatives | None) -> dict[str, Any]:
    groups = [g for g in limits or () if g != (EVERYTHING,)]
    return {
        "name": name,
        "words": _(f"{module}.{name}"),
        "on": limits is not None,
        "groups": [groups[n] if n < len(groups) else () for n in range(len(SLOTS))],
        "is_wider": len(groups) > len(SLOTS),
    }


def _mark(limits: Alternatives | None) -> tuple[str, str]:
    """一格：全部、受限、没有."""
    if limits is None:
        return ("", "")
    if limits == ((EVERYTHING,),):
        return ("all", _("Without further limit"))
    return ("some", limit_words(limits) or _("No limit row: refused"))
