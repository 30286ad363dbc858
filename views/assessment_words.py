"""考核的字：月份、分、比率、格子、拒绝的一句话."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.domain.assessment import Count, hundredths
from app.domain.errors import Refused
from app.domain.months import Month
from app.queries.assessment_heads import AssessmentHead
from views.base import refusal_words
from views.case_common import moment_words, names


def month_words(year: int, month: int) -> str:
    """年月：``2017年5月``."""
    return _("%(year)s, month %(month)s", year=year, month=month)


def code_words(code: str) -> str:
    """月代码念成年月."""
    year, month = code.split("-")
    return month_words(int(year), int(month))


def title_words(head: AssessmentHead) -> str:
    """一版的题目：``2017年5月平台考核``."""
    return _("Assessment of the platforms, %(month)s", month=month_words(head.year, head.month))


def edition_words(head: AssessmentHead) -> str:
    """第几版."""
    return _("Edition %(n)s", n=head.revision)


def snapshot_words(head: AssessmentHead) -> str:
    """快照号：``2017-0003``."""
    return f"{head.year}-{head.snapshot_no:04d}"


def two_places(value: int | None) -> str:
    """百分之一写成两位小数；没有写“—”."""
    if value is None:
        return "—"
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def percent(count: Count) -> str:
    """比率：``92.31%``；整的不带小数."""
    rate = count.rate
    if rate is None:
        return "—"
    words = two_places(hundredths(rate * 100)).removesuffix(".00")
    return f"{words}%"


def percent_of(num: int, den: int) -> str:
    """比率的写法；分母 0 写“本期无”."""
    return percent(Count(num, den)) if den else _("none this month")


def delta_words(delta: int | None) -> str:
    """升降：``+1.20``、``-0.50``、``0.00``."""
    if delta is None:
        return "—"
    return f"+{two_places(delta)}" if delta > 0 else two_places(delta)


def pair_words(pair: tuple[int | None, int | None]) -> str:
    """分子／分母；没有数据写“无数据”."""
    num, den = pair
    return _("no data") if den is None else f"{num}/{den}"


def _state(value: Any) -> str:
    return _(f"assessment_state.{value}")


def _person(value: Any) -> str:
    return names().person(value) or "—"


_FACTS: Mapping[str, Callable[[Any], str]] = {
    "assessment_state": _state,
    "person_id": _person,
    "month": lambda code: code_words(str(code)),
    "at": lambda at: moment_words(at) if isinstance(at, datetime) else "—",
}


def sentence(refused: Refused) -> str:
    """考核的拒绝说给人听的一句话."""
    facts = {
        key: _FACTS[key](value) if key in _FACTS and value is not None else value
        for key, value in refused.facts.items()
    }
    code = "assess_changed" if refused.code == "changed_meanwhile" else refused.code
    return refusal_words(Refused(code, **facts))


def month_of(code: str | None) -> Month | None:
    """``2017-05`` 读成月；写坏的为空."""
    year, _dash, number = (code or "").partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number.isdigit()):
        return None
    try:
        return Month(int(year), int(number))
    except ValueError:
        return None
