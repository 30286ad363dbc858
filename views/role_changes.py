"""授权的一批改动：每格写成一行带着走，核对前后与职责分离，写理由，一起存."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access.actor import Alternatives
from app.access.matrix import EVERYTHING, Change, tidy
from app.domain.errors import Refused
from app.queries import config_security
from app.services import role_changes
from views.base import clock_now, commit, current_actor, refuse
from views.labels import limit_words, word

FIELD = "cell"
MOST = 600
"""一批至多几格."""
_ONE = re.compile(r"(\d{1,9});([a-z_]+)\.([a-z_]+);([A-Z0-9_+/]*);([A-Z0-9_+/]*)")
REASON_LENGTH = 200


def written(alternatives: Alternatives | None) -> str:
    """限定的写法：同组用 + 连，组间用 / 连；没有授权为空串."""
    return "/".join("+".join(group) for group in alternatives or ())


def read(text: str) -> Alternatives | None:
    """读回来；空串为没有授权."""
    return tidy(group.split("+") for group in text.split("/")) if text else None


def line_of(change: Change) -> str:
    """一格写成一行."""
    before, later = written(change.before), written(change.after)
    return f"{change.role_id};{change.name};{before};{later}"


def posted() -> list[Change]:
    """表单带来的各格；看不懂的、太多的 400."""
    lines = request.form.getlist(FIELD)
    found = [_ONE.fullmatch(line) for line in lines]
    if len(found) > MOST or None in found:
        abort(400)
    return [Change(int(one[1]), one[2], one[3], read(one[4]), read(one[5])) for one in found if one]


def grant_words(alternatives: Alternatives | None) -> str:
    """一格怎么念：没有、不另限、限定的几组."""
    if alternatives is None:
        return _("Not granted")
    if alternatives == EVERYTHING:
        return _("Without further limit")
    return limit_words(alternatives) or _("No limit row: refused")


def review_page(
    view: Any, changes: Sequence[Change], *, error: str = "", reason: str = "", back: str = ""
) -> Any:
    """核对页：每格的前后，不许的，要提醒的，别人先改了的；没有改动的退回去."""
    actor = current_actor()
    try:
        found = role_changes.review(changes, actor=actor, now=clock_now())
    except Refused as refused:
        flash(refuse(refused, module="config", action="role", kind="role", key=None), "danger")
        return redirect(url_for("RoleMatrixView.matrix"))
    if not found.changes:
        flash(_("Nothing was changed."), "success")
        return redirect(back or after_save(changes))
    names = {p.role_id: p.name for p in config_security.profiles(actor)}
    return view.render_template(
        "roles/review.html",
        title=_("Check the changes of grants"),
        crumbs=crumbs(),
        rows=[_row(change, names) for change in found.changes],
        lines=[line_of(change) for change in found.changes],
        broken=[_broken_words(one) for one in found.broken],
        hands=[_hand_words(one) for one in found.hands],
        stale=[f"{names.get(c.role_id, '')} · {_(c.name)}" for c in found.stale],
        error=error,
        reason=reason,
        reason_length=REASON_LENGTH,
        back=back or after_save(changes),
    )


def crumbs() -> list[dict[str, Any]]:
    """面包屑：配置 / 角色 / 授权矩阵."""
    return [
        {"label": _("Configuration"), "url": url_for("ConfigHomeView.index")},
        {"label": _("Roles"), "url": url_for("RoleView.list")},
        {"label": _("Grants of all roles"), "url": url_for("RoleMatrixView.matrix")},
    ]


def after_save(changes: Iterable[Change]) -> str:
    """存好了去哪里：只动一个角色的去那个角色，其余去矩阵."""
    changes = list(changes)
    touched = {change.role_id for change in changes}
    if len(touched) == 1:
        return url_for("RoleView.show", pk=touched.pop())
    module = changes[0].module if changes else "case"
    return url_for("RoleMatrixView.matrix", module=module)


def save(view: Any, changes: Sequence[Change]) -> Any:
    """存：成了去看，不成的回核对页，写的理由留着."""
    reason = request.form.get("reason", "")[:REASON_LENGTH]
    try:
        count = role_changes.apply(changes, reason=reason, actor=current_actor(), now=clock_now())
        commit()
    except Refused as refused:
        words = refuse(refused, module="config", action="role", kind="role", key=None)
        return review_page(view, changes, error=words, reason=reason)
    flash(_("%(n)s grants changed; they apply from the next click on.", n=count), "success")
    return redirect(after_save(changes))


def _row(change: Change, names: dict[int, str]) -> dict[str, str]:
    return {
        "role": names.get(change.role_id, ""),
        "module": word("module", change.module),
        "what": _(change.name),
        "before": grant_words(change.before),
        "after": grant_words(change.after),
        "tone": "bad" if change.after is None else "ok" if change.before is None else "info",
        "deed": _deed(change),
    }


def _deed(change: Change) -> str:
    if change.after is None:
        return _("deed.revoke")
    return _("deed.grant") if change.before is None else _("Limits changed")


def _broken_words(one: role_changes.Broken) -> str:
    return _(
        "%(rule)s: the role %(role)s must not have “%(what)s”.",
        rule=_(f"separation.{one.rule}"),
        role=one.role,
        what=_(one.change.name),
    )


def _hand_words(hand: role_changes.Hand) -> str:
    steps = "、".join(f"“{_(step)}”" for step in hand.overlap.actions)
    rule = _(f"separation.{hand.overlap.rule}")
    if hand.is_person:
        return _("%(rule)s: %(who)s would have %(steps)s.", rule=rule, who=hand.who, steps=steps)
    return _(
        "%(rule)s: the role %(who)s would have %(steps)s.", rule=rule, who=hand.who, steps=steps
    )


def history_words(grants: Any, code: str) -> str:
    """改动记录里一个角色的各格：一格一行，原来 → 改成."""
    told = grants.get(code, {}) if isinstance(grants, dict) else {}
    return "\n".join(
        f"{_(name)}：{grant_words(_back(old))} → {grant_words(_back(new))}"
        for name, (old, new) in told.items()
    )


def _back(told: Sequence[str] | None) -> Alternatives | None:
    return None if told is None else tidy(group.split("+") for group in told)
