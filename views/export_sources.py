"""导出的清单：案件、会议，与框架的每一张清单；新添的清单在这里加一行，框架的自己就在."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, request, session, url_for
from flask_babel import gettext as _

from app.domain.errors import Refused
from app.services.export_sources import may_export, register, source_of
from views import export_cases, export_meetings, export_models, export_papers
from views.base import actor_or_none
from views.base_list import OurListView

OWN = (export_cases.SOURCE, export_meetings.SOURCE, *export_papers.SOURCES)
PAGED = ("cursor", "page_", "psize_")
"""只管翻页的参数，导出不带."""
UNDER_WAY = "exports"
"""会话里记着正在后台做的几次，页面上才跟得住进度."""
FOLLOWED = 3


def init_app(app: Flask, views: Iterable[Any]) -> None:
    """登记各张清单与模板里的两个全局."""
    for source in OWN:
        register(source)
    for view in views:
        if isinstance(view, OurListView):
            register(export_models.source_of(view))
    app.jinja_env.globals.update(export_actions=export_actions, exports_followed=followed)


def export_actions(code: str, query: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """清单右上的“导出”；导不了的没有。``query`` 为清单的条件，缺省取地址里的."""
    actor = actor_or_none()
    try:
        source = source_of(code)
    except Refused:
        return []
    if actor is None or not may_export(source, actor):
        return []
    given = request.args.to_dict(flat=False) if query is None else dict(query)
    kept = {name: value for name, value in given.items() if not name.startswith(PAGED)}
    url = url_for("ExportView.start", code=code, **kept)
    return [
        {
            "label": _("Export to Excel"),
            "icon": "download",
            "url": url,
            "post": True,
            "download": True,
        }
    ]


def follow(export_id: int) -> None:
    """记下要跟着看进度的一次."""
    kept = [one for one in session.get(UNDER_WAY, ()) if one != export_id]
    session[UNDER_WAY] = [*kept, export_id][-FOLLOWED:]


def unfollow(export_id: int) -> None:
    """有了结果，不必再跟."""
    kept = [one for one in session.get(UNDER_WAY, ()) if one != export_id]
    if len(kept) != len(session.get(UNDER_WAY, ())):
        session[UNDER_WAY] = kept


def followed() -> list[str]:
    """正跟着的几次的进度地址."""
    return [
        url_for("ExportView.state", export_id=one)
        for one in session.get(UNDER_WAY, ())
        if isinstance(one, int)
    ]
