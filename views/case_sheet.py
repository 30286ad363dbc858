"""案件页的事项：两列的事实、标签、参与单位；看不到的遮住，遮住的写明怎样申请."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.access.visibility import Sight
from app.crypto import SealBroken, unseal
from app.domain.case_choices import Card
from app.queries.case_intake import ChannelField
from app.queries.case_page import Dossier, may_see_number, sees_name
from app.queries.names import CategoryName
from models.case import Case, CaseInformant
from views.base import current_actor
from views.case_common import (
    kind_words,
    masked_phone,
    moment_words,
    names,
    options,
    platform_chip,
)
from views.ui_filters import local

Fact = dict[str, Any]
PLACED = frozenset({"grid", "village", "location", "photos"})
"""另有自己的一行、不在渠道专属项里重列的."""


def level_one(category: CategoryName | None) -> str:
    """一级类的名称；敏感件只露这一级."""
    if category is None:
        return ""
    top = names().category(category.parent_id) if category.parent_id else category
    return top.name if top else ""


def title_words(page: Dossier) -> str:
    """页首的事项：看不到正文的只写一级类."""
    if page.sight >= Sight.MASKED:
        return page.case.title
    words = level_one(names().category(page.case.category_id))
    return _("Sensitive: %(words)s", words=words or _("no category yet"))


def flags(case: Any) -> list[dict[str, str]]:
    """不是状态的标记：退回、直报、黄牌、红牌、敏感."""
    found = []
    if case.return_count:
        words = _("Returned %(n)s times", n=case.return_count)
        found.append({"code": "returned", "words": words})
    if case.is_direct:
        found.append({"code": "direct", "words": _("Direct report")})
    if getattr(case, "is_self_closed", False):
        found.append({"tone": "mute", "icon": "", "words": _("case.self_close")})
    if case.card in (Card.YELLOW, Card.RED):
        code = "red" if case.card == Card.RED else "yellow"
        found.append({"code": code, "words": _(f"card.{case.card}")})
    if case.is_sensitive:
        found.append({"code": "sensitive", "words": _("Sensitive")})
    if getattr(case, "is_degraded", False):
        # 缺日历的年份（R9）：估算的期限到了也不发牌，要看得见
        year = local(case.due_at).year if case.due_at else ""
        words = _("%(years)s calendar missing", years=year).strip()
        found.append({"tone": "warn", "icon": "calendar-event", "words": words})
    return found


def head_flags(case: Case) -> list[dict[str, str]]:
    """案件页页首的标记：另有演示."""
    found = flags(case)
    if case.is_demo:
        found.append({"tone": "mute", "icon": "", "words": _("Demo")})
    return found


def platform_tags(page: Dossier) -> list[tuple[dict[str, Any], str]]:
    """主办、协办平台."""
    main = platform_chip(page.case.platform)
    rest = [platform_chip(code) for code in sorted(page.facts.assist_platforms)]
    found = [(main, _("lead"))] if main else []
    return found + [(chip, _("assisting")) for chip in rest if chip]


def facts_of_page(page: Dossier, *, numbers: bool = False) -> list[Fact]:
    """事项卡的事实，按可见程度；``numbers`` 为当次显示电话."""
    case, category = page.case, names().category(page.case.category_id)
    if page.sight is Sight.NUMBER:
        return [
            _fact(_("First-level category"), level_one(category)),
            _fact(_("Kind of case"), kind_words(case.kind)),
            _fact(_("Reported"), moment_words(case.reported_at), num=True),
        ]
    rows = [*_informants(page, numbers=numbers), *_place(page)]
    rows += [
        _fact(_("Category"), f"{category.code} {category.name}" if category else _("Undecided")),
        _fact(_("Kind of case"), kind_words(case.kind)),
        _fact(_("Channel"), names().channels.get(case.channel, case.channel)),
    ]
    if case.people_count:
        rows.append(_fact(_("People concerned"), str(case.people_count), num=True))
    rows += [
        _fact(_("In charge"), _charge(case)),
        _fact(_("Received"), moment_words(case.received_at), num=True),
    ]
    if case.occurred_at:
        rows.append(_fact(_("Happened"), moment_words(case.occurred_at), num=True))
    if page.is_full:
        rows += channel_facts(case, kept=_kept(page))
    if case.archive_no:
        rows.append(_fact(_("Archive number"), case.archive_no, num=True))
    return rows


def _fact(label: str, value: str, **more: Any) -> Fact:
    return {"label": label, "value": value, **more}


def _charge(case: Case) -> str:
    return " · ".join(x for x in (names().org(case.org_id), names().person(case.handler_id)) if x)


def _place(page: Dossier) -> list[Fact]:
    case = page.case
    where = names().place(case.village_id, case.grid_id)
    if not page.is_full:
        return [_fact(_("Place"), names().villages.get(case.village_id or 0, ""))]
    words = "，".join(part for part in (where, case.place) if part)
    rows = [_fact(_("Place"), words)]
    if case.lon is not None and case.lat is not None:
        rows.append(_fact(_("Coordinates"), f"{case.lon:.5f}, {case.lat:.5f}", num=True))
    return rows


def _informants(page: Dossier, *, numbers: bool) -> list[Fact]:
    """来件人：电话先遮住，可以看的人按“显示号码”才写全."""
    label = _("Person who reported")
    if not page.is_full:
        return [_fact(label, _("not shown"))]
    if not page.informants:
        return [_fact(label, _("no one on record"))]
    return [
        _fact(label, informant_line(page, one, numbers=numbers), wide=True)
        for one in page.informants
    ]


def can_ask_number(page: Dossier) -> bool:
    """有没有这个人可以要求显示的电话."""
    return any(may_see_number(page, one, current_actor()) for one in page.informants)


def informant_line(page: Dossier, one: CaseInformant, *, numbers: bool = False) -> str:
    """一位来件人：姓名、电话、保密."""
    actor = current_actor()
    name = one.name or _("no name")
    if one.is_anonymous:
        name = _("anonymous")
    elif not sees_name(page, one, actor):
        name = _("person kept confidential")
    full = numbers and may_see_number(page, one, actor)
    phone = one.phone if full else masked_phone(one.phone)
    if not sees_name(page, one, actor):
        phone = ""
    kept = _("keep confidential") if one.is_confidential else ""
    return " · ".join(part for part in (name, phone or "", kept) if part)


def _kept(page: Dossier) -> bool:
    """有来件人要求保密，而这个人看不到他是谁."""
    return not all(sees_name(page, one, current_actor()) for one in page.informants)


SENDER_FIELDS = frozenset({"representative", "visited"})
"""渠道专属项里写来件人是谁的：来访代表姓名、走访对象."""


def channel_facts(case: Case, *, kept: bool) -> list[Fact]:
    """渠道的专属项；电话解密后遮住中间，来件人要求保密的（``kept``），是谁、电话都不写."""
    form = options().channel(case.channel)
    rows = []
    for one in form.fields if form else ():
        value = case.channel_data.get(one.code)
        if kept and (one.type == "phone" or one.code in SENDER_FIELDS):
            continue
        if one.type not in PLACED and value not in (None, ""):
            rows.append(_fact(one.label, channel_value(one, value), wide=one.type == "long_text"))
    return rows


def channel_value(one: ChannelField, value: Any) -> str:
    """一项的写法：是否、机构、事项、受理点、电话各有各的."""
    write = _CHANNEL_VALUES.get(one.type)
    return write(value) if write else str(value)


def open_sealed(text: str) -> str:
    """解密；解不开的当没有."""
    try:
        return unseal(text) or ""
    except SealBroken:
        return ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _moment(value: Any) -> str:
    try:
        return moment_words(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _day(value: Any) -> str:
    try:
        return moment_words(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _village(value: Any) -> str:
    return names().villages.get(_number(value), "")


_CHANNEL_VALUES: Mapping[str, Callable[[Any], str]] = {
    "boolean": lambda value: _("Yes") if value else _("No"),
    "phone": lambda value: masked_phone(open_sealed(str(value))),
    "org": lambda value: names().org(_number(value)),
    "village": _village,
    "service_point": _village,
    "service_item": lambda value: dict(options().service_items).get(_number(value), ""),
    "date": _day,
    "datetime": _moment,
}


def meeting_items(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """会议与决议：哪次会、议定什么、谁负责、到哪天."""
    return [
        {
            "meeting": row.meeting,
            "url": f"/meetings/{row.meeting_id}" if row.can_open else "",
            "note": " · ".join(
                part for part in (moment_words(row.due_on), row.lead_org, row.duty) if part
            ),
            "words": row.content,
            "tone": "info",
            "state": _(f"resolution_state.{row.state}"),
        }
        for row in rows
    ]


def look_url(case: Case) -> str:
    """申请查看敏感正文的地址."""
    return url_for("CaseView.look", case_id=case.id)
