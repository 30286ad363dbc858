"""检索词：人打的一行字可以是编号、电话、尾号、姓名、正文里的几个词；命中的字怎样标出来。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.domain.numbering import CaseNumberQuery, parse_case_number

LONGEST = 60
MOST_WORDS = 4
TAIL = 4
SHORT_SEQ = 6
"""只给序号的，至多这么多位；再长的是电话。"""
_PHONE = re.compile(r"1\d{10}|(?:0\d{2,3})?\d{7,8}")
_NAME = re.compile(r"[^\W\d_]{2,20}")
_AREAS = (3, 4)


@dataclass(frozen=True, slots=True)
class Terms:
    """一行字能当作什么（search terms）：各种读法同时成立，查到的合在一起。"""

    typed: str = ""
    words: tuple[str, ...] = ()
    number: CaseNumberQuery | None = None
    phones: tuple[str, ...] = ()
    tail: str = ""
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """什么也没有打。"""
        return not self.words

    @property
    def is_one_character(self) -> bool:
        """没有两个字以上的词：只在最近的案件里找。"""
        return all(len(word) < 2 for word in self.words)


def normalise(text: str) -> str:
    """查询与存放用同样的写法（NFKC、小写）。"""
    return unicodedata.normalize("NFKC", text).lower().strip()[:LONGEST].strip()


def plain_name(name: str) -> str:
    """姓名规整（存指纹与查找用同一写法）：全角化半角、小写，去掉空格与间隔点。"""
    return re.sub(r"[\s·•・.]+", "", unicodedata.normalize("NFKC", name).lower())


def read_terms(typed: str) -> Terms:
    """读一行检索的字；空白隔开的几个词须同时出现，至多四个。"""
    text = normalise(typed)
    words = tuple(dict.fromkeys(text.split()))[:MOST_WORDS]
    digits = re.sub(r"[\s—–-]+", "", text)
    number = parse_case_number(text) if text else None
    if number is not None and number.year is None and len(digits) > SHORT_SEQ:
        number = None
    name = plain_name(text)
    is_phone = _PHONE.fullmatch(digits) is not None and digits.isascii()
    return Terms(
        typed=text,
        words=words,
        number=number,
        phones=_spellings(digits) if is_phone else (),
        tail=digits if re.fullmatch(rf"[0-9]{{{TAIL}}}", digits) else "",
        name=name if _NAME.fullmatch(name) else "",
    )


def _spellings(digits: str) -> tuple[str, ...]:
    """座机存的时候可能带区号后的横线，也可能不带。"""
    if not digits.startswith("0"):
        return (digits,)
    return (digits, *(f"{digits[:at]}-{digits[at:]}" for at in _AREAS))


def bigrams(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """相邻两字；一个字的词没有。"""
    return tuple(dict.fromkeys(pair for word in words for pair in pairwise(word)))


def marked(text: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """命中的字（hit words）：原文切成一段段，各注明是不是命中；合起来还是原文。"""
    plain, origin = _folded(text)
    hit = [False] * len(text)
    for word in words:
        at = plain.find(word)
        while word and at >= 0:
            for place in range(at, at + len(word)):
                hit[origin[place]] = True
            at = plain.find(word, at + len(word))
    pieces: list[tuple[str, bool]] = []
    for letter, is_hit in zip(text, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + letter, is_hit)
        else:
            pieces.append((letter, is_hit))
    return tuple(pieces)


def snippet(text: str, words: Iterable[str], *, before: int = 16, length: int = 80) -> str:
    """正文里头一个命中处的一小段；没有命中为空串。"""
    plain, origin = _folded(text)
    found = [at for at in (plain.find(word) for word in words if word) if at >= 0]
    if not found:
        return ""
    start = max(0, origin[min(found)] - before)
    piece = re.sub(r"\s+", " ", text[start : start + length])
    head, tail = "…" if start else "", "…" if start + length < len(text) else ""
    return f"{head}{piece}{tail}"


def _folded(text: str) -> tuple[str, list[int]]:
    """规整后的文字，与各字在原文的位置（一个字规整后可能变成几个）。"""
    plain, origin = [], []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFKC", letter).lower():
            plain.append(one)
            origin.append(place)
    return "".join(plain), origin


def spelled(name: str, pinyin: str, typed: str) -> bool:
    """姓名里有这几个字，或拼音、拼音首字母以所打的开头（``pinyin`` 如 ``lin2 te4``）。"""
    if not typed:
        return False
    if typed in name:
        return True
    if not re.fullmatch(r"[a-z' ]+", typed):
        return False
    wanted = re.sub(r"[' ]", "", typed)
    parts = re.sub(r"[0-9]", "", pinyin).split()
    whole, initials = "".join(parts), "".join(part[0] for part in parts)
    given = "".join(parts[1:])
    return any(one.startswith(wanted) for one in (whole, initials, given))
