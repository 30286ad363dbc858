"""模板里的时刻、大小、姓氏与状态样貌：同一样东西处处一个写法."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

CHINA = ZoneInfo("Asia/Shanghai")
_KILO = 1024


class Look(NamedTuple):
    """样貌（look）：色调、图标."""

    tone: str
    icon: str


STATE_LOOKS: dict[str, Look] = {
    "DRAFT": Look("mute", "edit"),
    "REPORTED": Look("info", "inbox"),
    "SUPPLEMENT": Look("warn", "arrow-back-up"),
    "ACCEPTED": Look("warn", "arrows-split"),
    "DISPATCHED": Look("info", "bell-ringing"),
    "PROCESSING": Look("info", "circle-dot"),
    "SUSPENDED": Look("mute", "player-pause"),
    "ESCALATED": Look("info", "arrow-right"),
    "HANDLED": Look("warn", "list-check"),
    "VERIFIED": Look("ok", "circle-check"),
    "ARCHIVED": Look("mute", "lock"),
    "REJECTED": Look("mute", "circle-x"),
    "MERGED": Look("mute", "git-merge"),
    "CANCELLED": Look("mute", "x"),
    # 会议、议题、决议
    "PLANNED": Look("mute", "calendar-event"),
    "NOTICED": Look("info", "bell-ringing"),
    "OPEN": Look("info", "circle-dot"),
    "CLOSED": Look("warn", "edit"),
    "MINUTED": Look("ok", "signature"),
    "CANCELLED_MTG": Look("mute", "x"),
    "COLLECTED": Look("mute", "inbox"),
    "ADMITTED": Look("info", "list-check"),
    "DEFERRED": Look("mute", "player-pause"),
    "DECLINED": Look("mute", "circle-x"),
    "DELIBERATED": Look("warn", "edit"),
    "RESOLVED": Look("ok", "gavel"),
    "RETURNED_CASE": Look("mute", "arrow-back-up"),
    "DRAFTED": Look("mute", "edit"),
    "EFFECTIVE": Look("info", "gavel"),
    "IN_PROGRESS": Look("info", "circle-dot"),
    "REPORTED_DONE": Look("warn", "list-check"),
    "CONFIRMED": Look("ok", "circle-check"),
    "REVOKED": Look("mute", "x"),
    # 考核
    "CALCULATED": Look("warn", "edit"),
    "REVIEWED": Look("info", "list-check"),
    "PUBLISHED": Look("ok", "circle-check"),
    "SUPERSEDED": Look("mute", "history"),
}
"""案件、会议、议题、决议、考核各状态的样貌；字由词条给，不在这里."""

LEVEL_TONES = {"较大": "warn", "重大": "solid-danger"}
"""等级的色调；一般不出字."""

FLAG_LOOKS: dict[str, Look] = {
    "returned": Look("line", "arrow-back-up"),
    "direct": Look("line", "arrow-right"),
    "supervised": Look("bad", "bell-ringing"),
    "instruction": Look("bad", "flag"),
    "yellow": Look("yellow-card", ""),
    "red": Look("red-card", ""),
    "sensitive": Look("line", "lock"),
    "similar": Look("warn", "copy"),
}
"""不是状态的标记：退回、直报、督办、批示、黄牌、红牌、敏感、疑似重复."""


def state_look(code: str) -> Look:
    """状态样貌（state look）：没有列出的状态给中性样貌."""
    return STATE_LOOKS.get(code, Look("mute", "circle-dot"))


def local(moment: datetime) -> datetime:
    """当地时间（Asia/Shanghai）；没有时区的按 UTC 看."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(CHINA)


def cn_day(value: date | datetime | None, today: date | None = None) -> str:
    """日期（day）：``5月24日``；不是今年的写出年份。``value`` 为空得空串."""
    if value is None:
        return ""
    day = local(value).date() if isinstance(value, datetime) else value
    this_year = (today or datetime.now(CHINA).date()).year
    head = "" if day.year == this_year else f"{day.year}年"
    return f"{head}{day.month}月{day.day}日"


def cn_moment(value: datetime | date | None, today: date | None = None) -> str:
    """时刻（moment）：``5月24日 17:30``，24 小时制；只有日期的不带时分."""
    if not isinstance(value, datetime):
        return cn_day(value, today)
    return f"{cn_day(value, today)} {local(value):%H:%M}"


def iso_moment(value: datetime | date | None) -> str:
    """机器读的时刻，给 ``<time datetime>`` 用."""
    if value is None:
        return ""
    return local(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def file_size(octets: int | None) -> str:
    """文件大小（size）：字节数写成 ``212 KB``、``3.4 MB``."""
    if octets is None:
        return ""
    if octets < _KILO:
        return f"{octets} B"
    if octets < _KILO * _KILO:
        return f"{octets / _KILO:.0f} KB"
    return f"{octets / _KILO / _KILO:.1f} MB"


def initial(name: str | None) -> str:
    """姓（surname disc）：圆牌里的一个字；空缺写“空”."""
    return name.strip()[0] if name and name.strip() else _("Vacant (one word)")


def is_enum_member(value: object) -> bool:
    """是不是枚举的一个成员（列表里写它的字，不写代码里的名字）."""
    return isinstance(value, Enum)


FILTERS = {
    "cn_day": cn_day,
    "cn_moment": cn_moment,
    "iso_moment": iso_moment,
    "file_size": file_size,
    "initial": initial,
    "state_look": state_look,
}
