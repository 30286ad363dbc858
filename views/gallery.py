"""样品册：每个部件的每种样子，两种主题并排；改样式的人先看这里."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from views.base import OurView
from views.gallery_samples import samples
from views.theme import THEMES


class GalleryView(OurView):
    """界面样品册（gallery）."""

    route_base = "/gallery"
    class_permission_name = "config"
    method_permission_name = {"index": "gallery", "both": "gallery"}
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """全部部件；``theme`` 指定主题，``bare`` 只要部件（并排看用）."""
        asked = request.args.get("theme", "")
        if asked in THEMES:
            g.theme = asked
        return self.render_template(
            "gallery/index.html", title=_("Gallery"), s=samples(), bare="bare" in request.args
        )

    @expose("/both")
    @has_access
    def both(self) -> Any:
        """浅色、深色并排."""
        return self.render_template("gallery/both.html", title=_("Gallery, both themes"))
