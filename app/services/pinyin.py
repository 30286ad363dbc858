"""按拼音排序用的键：数据库里没有中文排序规则，存一列来排."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

KEY_LENGTH = 256
# 作姓时读音与常用字不同的姓
_SURNAMES = {
    "单": "shan4",
    "解": "xie4",
    "仇": "qiu2",
    "任": "ren2",
    "查": "zha1",
    "曾": "zeng1",
    "区": "ou1",
    "朴": "piao2",
    "翟": "zhai2",
    "盖": "ge3",
    "缪": "miao4",
    "冼": "xian3",
}


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """排序键（pinyin sort key）：逐字的拼音带调号，用空格隔开，至多 256 个字符."""
    return " ".join(_spell(text))[:KEY_LENGTH]


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """人名的排序键：同 ``sort_key``，姓氏按姓氏的读音."""
    spelled = _spell(name)
    if name[:1] in _SURNAMES:
        spelled[0] = _SURNAMES[name[0]]
    return " ".join(spelled)[:KEY_LENGTH]


def _spell(text: str) -> list[str]:
    return list(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
