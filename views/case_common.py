"""案件各界面共用的：名称、班底、日历、计数，一次请求各取一次；按范围取一件."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import abort, g
from flask_babel import gettext as _

from app.access.scope import fetch
from app.domain.case_states import Kind, State
from app.domain.errors import Refused
from app.domain.working_time import WorkingCalendar
from app.queries.case_counts import CaseCounts, case_counts
from app.queries.case_intake import IntakeOptions, intake_options
from app.queries.case_people import Office, office_of
from app.queries.names import Names, names_of
from app.services.rules import calendar_of
from models.case import Case
from views.base import clock_now, current_actor, today
from views.ui_filters import cn_moment

SHOWN_ACROSS = 3
"""一句话里至多列几个人名."""


def now() -> datetime:
    """此刻；一次请求里不变，使同一页的期限一致."""
    if "case_now" not in g:
        g.case_now = clock_now()
    moment: datetime = g.case_now
    return moment


def names() -> Names:
    """本乡的名称."""
    return names_of(current_actor().township_id)


def office() -> Office:
    """今日的班底."""
    return office_of(current_actor().township_id, today())


def options() -> IntakeOptions:
    """登记的选项."""
    return intake_options(current_actor().township_id, today())


def calendar() -> WorkingCalendar:
    """本乡的工作日历."""
    return calendar_of(current_actor().township_id)


def counts_now() -> CaseCounts:
    """范围内的计数；侧栏与页签共用一次."""
    if "case_counts" not in g:
        g.case_counts = case_counts(current_actor(), now())
    counts: CaseCounts = g.case_counts
    return counts


def case_or_404(case_id: int, *, lock: bool = False) -> Case:
    """范围内的一件；没有与不在范围内一样是 404."""
    if case_id.bit_length() > 62:
        abort(404)
    try:
        return fetch(Case, case_id, current_actor(), lock=lock)
    except Refused:
        abort(404)


def is_in_reach(case_id: int) -> bool:
    """这一件还在不在本人范围里."""
    try:
        fetch(Case, case_id, current_actor())
    except Refused:
        return False
    return True


def moment_words(value: Any) -> str:
    """时刻的写法：``5月24日 17:30``；不是时刻的照原样."""
    if isinstance(value, datetime | date):
        return cn_moment(value, today())
    return str(value or "")


def platform_words(code: str | None) -> str:
    """平台的简称；没有为空串."""
    found = names().platform(code)
    return found.short if found else (code or "")


def platform_chip(code: str | None) -> dict[str, Any] | None:
    """平台标签要的几样."""
    found = names().platform(code)
    return {"name": found.name, "short_name": found.short, "hue": found.hue} if found else None


def people_words(found: tuple[str, ...]) -> str:
    """几个人名连成一串；多的写“等 n 人”."""
    if len(found) <= SHOWN_ACROSS:
        return "、".join(found)
    shown = "、".join(found[:SHOWN_ACROSS])
    return _("%(names)s and others, %(n)s in all", names=shown, n=len(found))


def state_words(code: str) -> str:
    """状态的字."""
    return _(f"state.{code}") if code in set(State) else code


def kind_words(code: str) -> str:
    """件别的字."""
    return _(f"kind.{code}") if code in set(Kind) else code


def masked_phone(phone: str | None) -> str:
    """电话中间四位遮住；太短的整个遮住."""
    if not phone:
        return ""
    if len(phone) < 8:
        return "****"
    return f"{phone[: len(phone) - 8]}****{phone[-4:]}"


def masked_name(name: str | None) -> str:
    """姓名留姓."""
    return f"{name[0]}{'某' * (len(name) - 1)}" if name else ""


_DIGITS = re.compile(r"\d{7,}")


def masked_text(text: str) -> str:
    """文字里的长串数字（电话、证号）遮住."""
    return _DIGITS.sub(lambda found: masked_phone(found[0]), text)
