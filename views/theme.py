"""主题：跟随系统、浅色、深色；记在 cookie 里，由服务器写进页首，换页不闪."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, g, has_request_context, redirect, request, url_for
from flask_appbuilder import expose
from flask_babel import lazy_gettext as _l

from views import security_session
from views.base import OurView, public

COOKIE = "theme"
YEAR = 365 * 24 * 3600
AUTO = "auto"
THEMES = {AUTO: _l("As the system"), "light": _l("Light"), "dark": _l("Dark")}
"""主题代码 → 名称，按开关上的次序."""


def theme() -> str:
    """这一页用的主题（theme）：本页指定的（样品册对照），再是记着的，没有就跟随系统."""
    if not has_request_context():
        return AUTO
    asked = g.get("theme") or request.cookies.get(COOKIE)
    return asked if asked in THEMES else AUTO


class ThemeView(OurView):
    """选主题（choose the theme）."""

    route_base = ""
    default_view = "choose"

    @expose("/theme", methods=["POST"])
    @public
    def choose(self) -> Any:
        """记住选的主题，回到原来那一页；登录前也能选."""
        chosen = request.form.get("theme")
        if chosen not in THEMES:
            abort(400)
        back = security_session.on_site(request.form.get("next"))
        answer = redirect(back or url_for("HomeView.index"))
        answer.set_cookie(
            COOKIE,
            chosen,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
        return answer
