"""任职的时间线：全乡的，按人或按职务；筛选、截至哪天、翻页；同样的内容有表格."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries import config_choices
from app.queries.holding_time import TimeFilter, TimePage, time_page
from models.people import Holding, Post
from views.base import KEY_BITS, OurView, current_actor, today
from views.config_parts import TERM, mode_chip, table
from views.labels import link, span_words
from views.terms_chart import (
    Lane,
    Words,
    chart,
    person_lane,
    picked_day,
    post_lanes,
    state_chip,
    words_for,
)

WORDS_LENGTH = 40


class HoldingTimeView(OurView):
    """任职的时间线（holdings on a time line）：谁在哪段日子任什么职，空缺与代行看得见."""

    route_base = "/config/holdings/timeline"
    class_permission_name = "config"
    method_permission_name = {"index": "read"}
    default_view = "index"

    @expose("/")
    @has_access
    def index(self) -> Any:
        """一页时间线."""
        actor, day = current_actor(), picked_day()
        wanted = _wanted(day)
        page = time_page(wanted, actor=actor, after=_number("after"), before=_number("before"))
        words = words_for(actor)
        return self.render_template(
            "config/timeline.html",
            title=_("Holdings on a time line"),
            crumbs=_crumbs(),
            wanted=wanted,
            only="only" in request.args,
            day=day,
            tabs=_tabs(wanted),
            roles=config_choices.roles(actor),
            platforms=config_choices.platforms(actor, today()),
            orgs=config_choices.orgs(actor, today()),
            chart=chart(_lanes(wanted, page, words), day),
            part=time_table(page.holdings, words, day),
            previous=_again(before=page.previous) if page.previous else "",
            next=_again(after=page.next) if page.next else "",
            count=_count(wanted, len(page.heads)),
            clear=url_for(".index", by=wanted.by),
        )


def _wanted(day: Any) -> TimeFilter:
    given = request.args
    return TimeFilter(
        by="post" if given.get("by") == "post" else "person",
        words=given.get("q", "").strip()[:WORDS_LENGTH],
        role=given.get("role", "")[:32],
        platform=given.get("platform", "")[:32],
        org_id=_number("org"),
        on=day if "only" in given else None,
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None
    found = int(text)
    return found if found.bit_length() <= KEY_BITS else None


def _again(**place: int | None) -> str:
    kept = {k: v for k, v in request.args.items() if k not in ("after", "before")}
    return url_for(".index", **kept, **place)


def _tabs(wanted: TimeFilter) -> list[dict[str, Any]]:
    kept = {k: v for k, v in request.args.items() if k not in ("after", "before", "by", "q")}
    both = (("person", _("By person")), ("post", _("By post")))
    return [
        {"label": label, "url": url_for(".index", **{**kept, "by": by}), "on": by == wanted.by}
        for by, label in both
    ]


def _count(wanted: TimeFilter, shown: int) -> str:
    words = _("%(n)s posts on this page", n=shown)
    return words if wanted.by == "post" else _("%(n)s people on this page", n=shown)


def _crumbs() -> list[dict[str, Any]]:
    return [
        {"label": _("Configuration"), "url": url_for("ConfigHomeView.index")},
        {"label": _("Holdings"), "url": url_for("HoldingView.list")},
    ]


def _lanes(wanted: TimeFilter, page: TimePage, words: Words) -> list[Lane]:
    by_post = wanted.by == "post"
    rows: dict[int, list[Any]] = defaultdict(list)
    for holding in page.holdings:
        rows[(holding.post_id if by_post else holding.person_id) or 0].append(holding)
    if by_post:
        return [lane for post in page.heads for lane in post_lanes(post, rows[post.id], words)]
    return [
        person_lane(
            person.name,
            person.org.name if person.org else "",
            url_for("PersonView.show", pk=person.id),
            rows[person.id],
            words,
        )
        for person in page.heads
    ]


def time_table(holdings: Any, words: Words, day: Any) -> dict[str, Any]:
    """与图同样内容的表."""
    heads = (
        ("person", _l("Person")),
        ("what", _l("Post")),
        ("role", _l("Role")),
        ("place", _l("Where")),
        ("mode", _l("Mode")),
        ("term", TERM),
        ("basis", _l("Basis")),
        ("state", _l("On that day")),
    )
    rows = [
        {
            "cells": {
                "person": link(h.person.name, "PersonView.show", pk=h.person_id),
                "what": h.post.name if h.post else "",
                "role": words.roles.get(h.role_id, ""),
                "place": words.place(h),
                "mode": mode_chip(h.mode),
                "term": span_words(h.valid_from, h.valid_to),
                "basis": h.basis,
                "state": state_chip(h, day),
            }
        }
        for h in holdings
    ]
    empty = _("No holding fits; change the conditions, or add one on the page of a person.")
    return table(_("The same as a table"), heads, rows, empty=empty)


def posts_section(posts: Sequence[Post], rows: Sequence[Holding]) -> dict[str, Any]:
    """几个职务历来由谁担任：图与表（见 config/show.html）."""
    words, day = words_for(current_actor()), picked_day()
    lanes = [
        lane
        for post in posts
        for lane in post_lanes(post, [h for h in rows if h.post_id == post.id], words)
    ]
    return _over_time(rows, lanes, words, day)


def _over_time(
    rows: Sequence[Holding], lanes: list[Lane], words: Words, day: Any
) -> dict[str, Any]:
    title, empty = _("Holders over time"), _("Nobody has ever held it.")
    part = {**time_table(rows, words, day), "title": title, "empty": empty}
    return {**part, "icon": "calendar-event", "chart": chart(lanes, day)}


def role_section(rows: Sequence[Holding]) -> dict[str, Any]:
    """一个角色历来由谁持有：一人一道，图与表."""
    words, day = words_for(current_actor()), picked_day()
    held: dict[int, list[Holding]] = defaultdict(list)
    for row in rows:
        held[row.person_id].append(row)
    lanes = [
        person_lane(
            found[0].person.name, "", url_for("PersonView.show", pk=person), found[::-1], words
        )
        for person, found in held.items()
    ]
    return _over_time(rows, lanes, words, day)
