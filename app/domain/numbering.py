"""编号：案件编号、会议编号、决议编号、文书编号、档号的写法与读法。"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

CASE_PREFIX = "BQ"
ARCHIVE_PATTERN = "{全宗号}-SGPT-{年}-{保管期限}-{平台}-{四位流水}"

# 占位名里写明位数的补零；其余照原样填。
_WIDTHS = {"两位序": 2, "四位流水": 4, "五位流水": 5}
_PLACE = re.compile(r"\{([^{}]*)\}")
_DASHES = re.compile(r"[‐‑‒–—―−_/.]")


def fill(pattern: str, **parts: int | str) -> str:
    """按编号式样取号（numbering pattern）.

    ``pattern`` 如 ``{年}年第{周}周``，占位由同名关键字填入；``两位序``、``四位流水``、
    ``五位流水`` 补零，超出位数的照实写出，不截断。缺了占位的值抛 ValueError。
    """

    def place(match: re.Match[str]) -> str:
        name = match[1]
        if name not in parts:
            raise ValueError(f"编号式样 {pattern} 缺：{name}")
        return f"{parts[name]}".zfill(_WIDTHS.get(name, 0))

    return _PLACE.sub(place, pattern)


def case_number(year: int, seq: int, *, prefix: str = CASE_PREFIX) -> str:
    """案件编号：前缀、年、五位流水，如 ``BQ2017-00001``；序号小于 1 抛 ValueError."""
    if seq < 1:
        raise ValueError(f"案件序号须从 1 起：{seq}")
    return fill(f"{prefix}{{年}}-{{五位流水}}", 年=year, 五位流水=seq)


class CaseNumberQuery(NamedTuple):
    """人输入的案件编号：``year`` 为 None 表示只给了序号."""

    year: int | None
    seq: int


def parse_case_number(text: str, *, prefix: str = CASE_PREFIX) -> CaseNumberQuery | None:
    """读人输入的案件编号（全号、年加序号、只有序号）.

    大小写、全角、空格、各种横线不论，连写的 ``201700012`` 也认；不像编号的返回 None。
    四位以内的数只当序号（``2017`` 是第 2017 号，不是年）。
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).upper()
    plain = re.sub(r"\s+", " ", plain.strip()).removesuffix("号").rstrip()
    plain = plain.removeprefix(prefix.upper()).lstrip(" -")
    for shape in (
        r"(?P<year>(?:19|20)\d{2}) ?[- ] ?(?P<seq>\d{1,9})",
        r"(?P<year>(?:19|20)\d{2})(?P<seq>\d{5,6})",
        r"(?P<seq>\d{1,9})",
    ):
        match = re.fullmatch(shape, plain, re.ASCII)
        if match and int(match["seq"]):
            year = match.groupdict().get("year")
            return CaseNumberQuery(int(year) if year else None, int(match["seq"]))
    return None


def meeting_number(
    pattern: str,
    *,
    year: int,
    term: int | None = None,
    week: int | None = None,
    quarter: int | None = None,
) -> str:
    """会议编号：按会议系列的式样填年、周、季、年内序；式样要的值没给抛 ValueError.

    例：``{年}年第{周}周`` 得 ``2017年第18周``，``{年}年第{季}季度（第{年内序}次）`` 得
    ``2017年第2季度（第1次）``。
    """
    given = {"周": week, "季": quarter, "年内序": term}
    return fill(pattern, 年=year, **{k: v for k, v in given.items() if v is not None})


def resolution_number(meeting: str, seq: int) -> str:
    """决议编号：会议编号加两位序，如 ``2017年第2季度联席会议-决03``."""
    return fill("{会议编号}-决{两位序}", 会议编号=meeting, 两位序=seq)


def weekly_minutes_number(platform: str, year: int, week: int) -> str:
    """平台例会纪要编号（P2），如 ``综合执法例会纪要〔2017〕第21周``；``platform`` 为平台简称."""
    return fill("{平台简称}例会纪要〔{年}〕第{周}周", 平台简称=platform, 年=year, 周=week)


def joint_minutes_number(town: str, year: int, term: int) -> str:
    """联席会议纪要编号（P1），如 ``板桥畲族乡四个平台联席会议纪要〔2017〕1号``."""
    return fill("{乡}四个平台联席会议纪要〔{年}〕{序}号", 乡=town, 年=year, 序=term)


def reject_notice_number(year: int, seq: int) -> str:
    """不予受理告知书编号（P6），如 ``告知〔2017〕3号``."""
    return fill("告知〔{年}〕{序}号", 年=year, 序=seq)


def archive_number(
    *,
    fonds: str,
    year: int,
    period: str,
    platform: str,
    seq: int,
    pattern: str = ARCHIVE_PATTERN,
) -> str:
    """档号：全宗号、年、保管期限（Y、D30、D10）、平台、四位流水.

    例：``BQX-SGPT-2017-D30-ZF-0001``；式样由本乡档案人员核定，可换 ``pattern``。
    """
    return fill(pattern, 全宗号=fonds, 年=year, 保管期限=period, 平台=platform, 四位流水=seq)
