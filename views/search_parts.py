"""搜索的结果：案件、人员、地点、画面各成一组；命中的字切成段，由模板与脚本标出."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.search_terms import Terms, marked, snippet
from app.queries import search_people
from app.queries.search_cases import NAME, NUMBER, PHONE, TEXT, Hits, bodies_of
from views.base import current_actor, may
from views.case_common import state_words
from views.case_list_rows import row_of
from views.config_home import SECTIONS
from views.navigation import open_doors

Pieces = Sequence[tuple[str, bool]]
Item = dict[str, Any]
ICONS = {search_people.VILLAGE: "map-2", search_people.GRID: "map-pin", "org": "building"}
ACTIONS = (
    ("CaseIntakeView.add", "plus", "case", "draft", "Register a case"),
    ("MeetingView.add", "calendar-event", "meeting", "schedule", "Schedule a meeting"),
)
"""不在侧栏里的动作：画面、图标、要的授权、名称."""


def case_rows(hits: Hits, terms: Terms) -> list[Item]:
    """结果页的各件：标出命中的字，附正文里命中的一段、由什么找到的."""
    rows = [(row, row_of(row)) for row in hits.rows]
    full = [row.id for row, shown in rows if shown["is_full"] and row.why & TEXT]
    bodies = bodies_of(full, current_actor())
    return [
        {
            **shown,
            "title": marked(shown["title"], terms.words),
            "spot": _spot(row, shown, terms),
            "body": marked(snippet(bodies.get(row.id, ""), terms.words), terms.words),
            "why": _why(row.why),
        }
        for row, shown in rows
    ]


def _spot(row: Any, shown: Item, terms: Terms) -> Pieces:
    """网格与具体地点；地点只给看得到正文的人."""
    parts = [shown["place"], row.place if shown["is_full"] else ""]
    return marked(" · ".join(dict.fromkeys(part for part in parts if part)), terms.words)


def _why(code: int) -> list[str]:
    """不是文字命中的，说明由什么找到."""
    words = ((NUMBER, _("Number matches")), (NAME, _("Name of the person who reported matches")))
    found = [text for bit, text in words if code & bit]
    return [*found, *([_("Phone of the person who reported matches")] if code & PHONE else [])]


def case_items(hits: Hits, terms: Terms) -> list[Item]:
    """命令面板里的案件."""
    found = []
    for row in hits.rows:
        shown = row_of(row)
        notes = [shown["number"], state_words(row.state), shown["place"], *_why(row.why)]
        label = marked(shown["title"], terms.words)
        found.append(_item(shown["url"], label, " · ".join(filter(None, notes)), "inbox"))
    return found


def person_items(terms: Terms, actor: Actor, limit: int) -> list[Item]:
    """人员：有配置权的去那个人的页，没有的去搜索页看职务."""
    may_open = actor.has_verb("config", "read")
    return [
        _item(
            url_for("PersonView.show", pk=one.id)
            if may_open
            else url_for("SearchView.index", q=one.name, type="people"),
            marked(one.name, terms.words),
            " · ".join(filter(None, (one.org, "、".join(one.posts)))),
            "user",
        )
        for one in search_people.people(terms, actor=actor, limit=limit)
    ]


def place_items(terms: Terms, actor: Actor, limit: int) -> list[Item]:
    """村、网格去那里的案件；机构去机构页."""
    found = []
    for one in search_people.places(terms, actor=actor, limit=limit):
        url = _place_url(one, actor)
        if url:
            kind = _(f"place_kind.{one.kind}")
            found.append(_item(url, marked(one.name, terms.words), kind, ICONS[one.kind]))
    return found


def _place_url(one: search_people.FoundPlace, actor: Actor) -> str:
    pages = {"village": "VillageView", "grid": "GridView", "org": "OrgView"}
    if one.kind != search_people.ORG and actor.has_verb("case", "read"):
        return url_for("CaseListView.list", **{one.kind: one.id})
    if actor.has_verb("config", "read"):
        return url_for(f"{pages[one.kind]}.show", pk=one.id)
    return ""


def screen_items(terms: Terms, actor: Actor, limit: int) -> list[Item]:
    """画面与动作：没有打字时列出动作与各门，供直接去."""
    found = [
        (url, label, icon)
        for url, label, icon in _screens(actor)
        if all(word in label.lower() for word in terms.words)
    ]
    return [
        _item(url, marked(label, terms.words), "", icon)
        for url, label, icon in dict.fromkeys(found[:limit])
    ]


def _screens(actor: Actor) -> Iterable[tuple[str, str, str]]:
    for endpoint, icon, module, verb, label in ACTIONS:
        if endpoint in current_app.view_functions and may(actor, module, verb):
            yield url_for(endpoint), _(label), icon
    for door in open_doors(actor):
        yield url_for(door.endpoint, **door.args), str(door.label), door.icon
    if actor.has_verb("config", "read"):
        yield from _config_screens(actor)
    if not actor.is_preview:
        yield url_for("PasswordView.change"), _("Change the password"), "key"


def _config_screens(actor: Actor) -> Iterable[tuple[str, str, str]]:
    for _title, doors in SECTIONS:
        for view, icon, label, _kind in doors:
            if view != "AccountView" or may(actor, "user", "read"):
                yield url_for(f"{view}.list"), str(label), icon


def _item(url: str, label: Pieces, note: str, icon: str) -> Item:
    return {"url": url, "label": label, "note": note, "icon": icon}
