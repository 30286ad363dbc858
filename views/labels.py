"""名目：代码怎么念、在用不在用、任职写成一句、改动记录写成几行；表格里的格子也在这里."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.access.actor import Alternatives
from views.base import today
from views.ui_filters import cn_day, cn_moment

ORG_KINDS = (
    "county",
    "county_dept",
    "county_platform",
    "township",
    "party_gov",
    "office",
    "institution",
    "dispatched",
    "special",
    "village",
    "village_point",
    "unit",
)
BODY_KINDS = ("领导小组", "工作组", "联席会议", "综合协调组", "平台协调组")
FUNCTIONS = ("LEADER", "DEPUTY", "MEMBER")
MODES = ("在任", "代行", "兼任", "委托")
ENGAGEMENTS = ("专职", "兼职")
LEVELS = ("一般", "较大", "重大")
CASE_KINDS = ("EVENT", "CONSULT", "COMPLAINT", "SERVICE", "COUNTY_TASK", "PETITION")
FORCE_SOURCES = ("FS1", "FS2", "FS3", "FS4", "FS5", "FS6")
FIELD_TYPES = (
    "text",
    "long_text",
    "integer",
    "boolean",
    "date",
    "datetime",
    "choice",
    "phone",
    "village",
    "grid",
    "org",
    "location",
    "photos",
    "service_item",
    "service_point",
)


def coded(prefix: str, codes: Iterable[str]) -> list[tuple[str, Any]]:
    """代码 → 选项：字取词条 ``<前缀>.<代码>``."""
    return [(code, _l(f"{prefix}.{code}")) for code in codes]


def word(prefix: str, code: str | None) -> str:
    """一个代码怎么念；没有为空."""
    return _(f"{prefix}.{code}") if code else ""


def chip(tone: str, words: Any, href: str | None = None) -> Markup:
    """标签：与 components/chips.html 同一个样子，给表格的格子用."""
    if href:
        return Markup('<a class="chip chip-{}" href="{}">{}</a>').format(tone, href, words)
    return Markup('<span class="chip chip-{}">{}</span>').format(tone, words)


def hue_chip(hue: int, words: Any) -> Markup:
    """平台色的标签."""
    return Markup('<span class="chip chip-hue hue-{}">{}</span>').format(hue, words)


def link(words: Any, endpoint: str, **values: Any) -> Markup:
    """格子里的链接."""
    return Markup('<a href="{}">{}</a>').format(url_for(endpoint, **values), words)


def joined(parts: Iterable[Any], by: str = " ") -> Markup:
    """几个格子片段连起来."""
    return escape(by).join(part for part in parts if part)


def indented(words: Any, depth: int) -> Any:
    """树上的一行：按层缩进（全角空格，读屏时不读）."""
    if depth <= 0:
        return words
    return Markup('<span aria-hidden="true">{}</span>{}').format("　" * depth, words)


def span_words(first: date, last: date | None) -> str:
    """起止：``2017年4月18日起``，``2017年4月18日–6月30日``."""
    if last is None:
        return _("since %(day)s", day=cn_day(first, today()))
    return f"{cn_day(first, today())}–{cn_day(last, today())}"


def life_chip(row: Any, day: date) -> Markup:
    """在用、未起用、已停用."""
    if row.valid_to is not None and row.valid_to < day:
        return chip("mute", _("Ended %(day)s", day=cn_day(row.valid_to, today())))
    if row.valid_from > day:
        return chip("info", _("From %(day)s", day=cn_day(row.valid_from, today())))
    if row.valid_to is not None:
        return chip("warn", _("Until %(day)s", day=cn_day(row.valid_to, today())))
    return chip("ok", _("In use"))


def place_words(holding: Any, names: Mapping[str, str]) -> str:
    """任职的地：平台、机构、网格、村、议事机构之一；不限地为空.

    ``names`` 为平台代码 → 名称，议事机构以 ``body:<编号>`` 为键。
    """
    if holding.platform:
        return names.get(holding.platform, holding.platform)
    for part in (holding.org, holding.grid, holding.village):
        if part is not None:
            return str(part.name)
    return names.get(f"body:{holding.body_id}", "")


def limit_words(alternatives: Alternatives) -> str:
    """限定的几组：同组用“且”连，组间用“或”连；“全部”不写."""
    groups = [_("limit.and").join(_(f"limit.{code}") for code in g) for g in alternatives]
    return _("limit.or").join(groups)


DEED_TONES = {"add": "ok", "edit": "info", "end": "mute"}


def history_rows(entries: Sequence[Any], *, with_name: bool = False) -> list[dict[str, Any]]:
    """改动记录 → 办理经过的样子（见 components/timeline.html）；``with_name`` 带上改的是哪一个."""
    return [
        {
            "at": entry.at,
            "kind": "flow",
            "mark": "now" if number == 0 else "",
            "deed": _history_line(entry, with_name),
            "who": entry.actor_post or "",
            "detail": change_words(entry.data.get("changes") or {}),
            "quote": {"tone": "", "icon": "", "words": entry.opinion} if entry.opinion else None,
        }
        for number, entry in enumerate(entries)
    ]


def _history_line(entry: Any, with_name: bool) -> str:
    deed = deed_words(entry)
    if with_name and entry.data.get("name"):
        deed = f"{deed} {_(f'kind_of.{entry.subject_kind}')}“{entry.data['name']}”"
    return _("%(who)s: %(deed)s", who=entry.actor_name, deed=deed)


def deed_words(entry: Any) -> str:
    """做了什么：添、改、停用，或拒绝."""
    if "refused" in entry.data:
        return _("deed.refused")
    deed = entry.data.get("deed")
    return _(f"deed.{deed}") if deed else _(f"{entry.module}.{entry.action}")


def change_words(changes: Mapping[str, Sequence[Any]]) -> str:
    """改了什么：每列一行，原值 → 新值；新添的只写新值."""
    lines = []
    for column, (old, new) in changes.items():
        name = _(f"column.{column}")
        if name == f"column.{column}":
            continue
        lines.append(f"{name}：{_told(old)} → {_told(new)}" if old else f"{name}：{_told(new)}")
    return "\n".join(lines)


def _told(value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "、".join(_told(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("zh") or value.get("code") or "…")
    return str(value)


def moment_words(value: Any) -> str:
    """时刻；没有写“—”."""
    return cn_moment(value, today()) or "—"
