"""通知中心：等我办、跟我有关、系统三组；读一条、读一组、全部读过；顶栏的未读数."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.domain.errors import Refused
from app.domain.notices import NoticeGroup
from app.queries.notices import (
    UNREAD_CAP,
    NoticeFilter,
    group_counts,
    notice_page,
    unread_count,
)
from app.services import notices
from views.base import OurView, clock_now, commit, current_actor, signed_in
from views.notice_words import row_of

ALL = "all"


def shown(n: int) -> str:
    """未读数的写法：到 99 为止."""
    return "99+" if n >= UNREAD_CAP else str(n)


def bell(n: int) -> dict[str, Any]:
    """顶栏的铃要的几样."""
    return {
        "notices_url": url_for("NoticeView.list"),
        "notices_poll": url_for("NoticeView.unread"),
        "notices_count": n,
        "notices_shown": shown(n),
        "notices_words": _("Notices, %(n)s unread", n=shown(n)),
    }


class NoticeView(OurView):
    """通知中心（notification centre）."""

    route_base = "/notifications"
    default_view = "list"

    @expose("/", methods=["GET"])
    @signed_in
    def list(self) -> Any:
        """一页通知；认不得的参数当没有."""
        actor = current_actor()
        group, every = _group(request.args.get("group")), request.args.get("read") == ALL
        wanted = NoticeFilter(
            group=group,
            only_unread=not every,
            before=_position("before"),
            after=_position("after"),
        )
        page, counts = notice_page(actor, wanted), group_counts(actor)
        kept = {"group": group.value if group else None, "read": ALL if every else None}
        return self.render_template(
            "notifications/list.html",
            title=_("Notices"),
            rows=[row_of(row) for row in page.rows],
            tabs=_tabs(group, counts, every=every),
            group=group.value if group else "",
            latest=page.latest,
            can_read=any(row.read_at is None for row in page.rows),
            every=every,
            is_waiting=group is NoticeGroup.WAITING,
            switch=url_for(".list", group=kept["group"], read=None if every else ALL),
            next=url_for(".list", **kept, before=page.next) if page.next else None,
            previous=url_for(".list", **kept, after=page.previous) if page.previous else None,
        )

    @expose("/unread", methods=["GET"])
    @signed_in
    def unread(self) -> Any:
        """未读数，给顶栏轮询."""
        n = unread_count(current_actor())
        words = _("Notices, %(n)s unread", n=shown(n))
        return jsonify({"notices": n, "shown": shown(n), "words": words})

    @expose("/read", methods=["POST"])
    @signed_in
    def read(self) -> Any:
        """一组或全部读过：只到看见的那一条."""
        group = _group(request.form.get("group"))
        up_to = _whole(request.form.get("up_to")) or 0
        n = notices.mark_group_read(group, up_to=up_to, actor=current_actor(), now=clock_now())
        commit()
        flash(_("%(n)s notices marked as read.", n=n), "success")
        return redirect(url_for(".list", group=group.value if group else None))

    @expose("/<int:notice_id>/read", methods=["POST"])
    @signed_in
    def read_one(self, notice_id: int) -> Any:
        """一条读过；别人的与没有的一样是 404."""
        if notice_id.bit_length() > 62:
            abort(404)
        try:
            notices.mark_read(notice_id, actor=current_actor(), now=clock_now())
        except Refused:
            abort(404)
        commit()
        group = _group(request.form.get("group"))
        return redirect(url_for(".list", group=group.value if group else None))


def _group(text: str | None) -> NoticeGroup | None:
    return NoticeGroup(text) if text in set(NoticeGroup) else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _position(name: str) -> int | None:
    return _whole(request.args.get(name))


def _tabs(
    group: NoticeGroup | None, counts: dict[NoticeGroup, int], *, every: bool
) -> list[dict[str, Any]]:
    kept = {"read": ALL} if every else {}
    found = [{"label": _("All"), "url": url_for(".list", **kept), "on": group is None}]
    return found + [
        {
            "label": _(f"notice_group.{one}"),
            "url": url_for(".list", group=one.value, **kept),
            "count": shown(counts[one]),
            "on": one is group,
        }
        for one in NoticeGroup
    ]
