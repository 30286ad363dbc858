"""公文行文：日期、时刻、序号的写法，和排版上不可拆开的词。"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

LOCAL = ZoneInfo("Asia/Shanghai")
_DIGITS = "〇一二三四五六七八九"
_WEEKDAYS = "一二三四五六日"
# 日期、时刻、数量连同单位不拆到两行：“5/月31日”“3/件”都是错。
_TOGETHER = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年(?:第\d+季度|度)?|\d{1,2}[:：]\d{2}"
    r"|第\d+[周期号次版条项季]|\d+(?:\.\d+)?(?:%|％|个工作日|[年月日个件起项次户人元天份处米吨])"
)
_LONG_NAME = 12


def local(moment: datetime) -> datetime:
    """换成北京时间；没有时区的时刻抛 ``ValueError``。"""
    if moment.tzinfo is None:
        raise ValueError("时刻必须带时区")
    return moment.astimezone(LOCAL)


def cn_date(day: date | datetime) -> str:
    """成文日期：2017年6月5日（阿拉伯数字，月日不编虚位）。"""
    if isinstance(day, datetime):
        day = local(day).date()
    return f"{day.year}年{day.month}月{day.day}日"


def cn_weekday(day: date) -> str:
    """星期一……星期日。"""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def clock(moment: datetime | time) -> str:
    """时刻：9:05（北京时间）。"""
    shown = local(moment).time() if isinstance(moment, datetime) else moment
    return f"{shown.hour}:{shown.minute:02d}"


def day_in(day: date, year: int) -> str:
    """期限的短写：与 ``year`` 同年只写月日，跨年写全。"""
    return cn_date(day).removeprefix(f"{year}年")


def w3c(moment: datetime) -> str:
    """PDF 属性里的时间：W3C 格式，北京时间，精确到秒。"""
    return local(moment).replace(microsecond=0).isoformat()


def ordinal(number: int) -> str:
    """层次序数：1 → 一，12 → 十二，至九十九；超出的用阿拉伯数字。"""
    if not 0 < number < 100:
        return str(number)
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[units] if units else "")


def clean(text: Any) -> Any:
    """去掉看不见的字符：控制符、零宽字、改变书写方向的符号，它们能让纸面与数据不符。"""
    if not isinstance(text, str) or isinstance(text, Markup):
        return text
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})
    return "".join(kept)


def keep(text: str) -> Markup:
    """不可拆（keep together）：日期、时刻、数量加上不换行的标记，其余照常转义。"""
    text = clean(text)
    parts, at = [], 0
    for found in _TOGETHER.finditer(text):
        parts += [escape(text[at : found.start()]), _kept(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def name(text: str) -> Markup:
    """人名不拆行；超过 12 字的（不会是人名）照常换行，免得冲出版心。"""
    text = clean(text)
    return _kept(text) if len(text) <= _LONG_NAME else escape(text)


def _kept(text: str) -> Markup:
    return Markup('<span class="keep">{}</span>').format(text)


def lines(text: str) -> list[str]:
    """自然段：按换行分开，去掉空行和段首空格。"""
    return [line.strip() for line in text.splitlines() if line.strip()]


def unstopped(text: str) -> str:
    """去掉句末标点，由模板统一收句，免得有的句子没有句号、有的有两个。"""
    return text.strip().rstrip("。；;，,.")


def inner(text: str) -> str:
    """括号里再套括号时换成六角括号（GB/T 15834：同一形式的括号不套用）。"""
    return text.replace("（", "〔").replace("）", "〕")


def points(value: int | None) -> str:
    """百分之一写成两位小数；没有写“—”。"""
    if value is None:
        return "—"
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


FILTERS = (
    cn_date,
    cn_weekday,
    clock,
    day_in,
    w3c,
    ordinal,
    keep,
    name,
    lines,
    unstopped,
    inner,
    points,
)
