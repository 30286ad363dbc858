"""签发前的两道关：文字有没有缺字，成品里有没有混进别的字体。"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from reports.fonts import Kit

_AROUND = 6
# 不显示、也就无需字形的字符：控制符、格式符、行与段分隔符。
_SILENT = {"Cc", "Cf", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class MissingGlyph:
    """缺字（missing glyph）：字、码位、出现次数和首次出现处的上下文（缺字加书名号标出）。"""

    char: str
    code: str
    count: int
    context: str


class _Text(HTMLParser):
    """取网页里看得见的文字：<head> 和 <style> 不算。"""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"head", "style"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"head", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def visible_text(html: str) -> str:
    """网页的可见文字，供缺字检查。"""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def missing_glyphs(text: str, kit: Kit) -> tuple[MissingGlyph, ...]:
    """缺字检查：``text`` 中有哪些字是字库里任一角色没有的，按首次出现的先后排列.

    排版器遇到缺字不会报错，只会画一个空框或另找字体，所以录入时提示、签发前必查。
    """
    known = frozenset.intersection(*kit.coverage.values())
    found = dict.fromkeys(
        c for c in text if ord(c) not in known and unicodedata.category(c) not in _SILENT
    )
    return tuple(
        MissingGlyph(c, f"U+{ord(c):04X}", text.count(c), _context(text, c)) for c in found
    )


def _context(text: str, char: str) -> str:
    at = text.index(char)
    before = text[max(0, at - _AROUND) : at].rpartition("\n")[2]
    after = text[at + 1 : at + 1 + _AROUND].partition("\n")[0]
    return f"{before}〖{char}〗{after}"


def foreign_fonts(pdf: bytes, kit: Kit) -> tuple[str, ...]:
    """异字体检查：成品 PDF 里不属于字库五个角色的字体名；应当为空。"""
    return strangers(pdf, frozenset(kit.fonts))


def strangers(pdf: bytes, roles: frozenset[str]) -> tuple[str, ...]:
    """同 :func:`foreign_fonts`，只凭角色名判断，供排版进程使用。"""
    with BytesIO(pdf) as stream:
        names = {name for page in PdfReader(stream).pages for name in _fonts(page)}
    return tuple(sorted(names - roles))


def _fonts(holder: Any) -> Iterator[str]:
    """页面与其中各表单对象用到的字体名（去掉子集前缀）。"""
    resources = holder.get("/Resources")
    if resources is None:
        return
    resources = resources.get_object()
    for font in (resources.get("/Font") or {}).values():
        base = str(font.get_object()["/BaseFont"])
        yield base[1:].rpartition("+")[2]
    for item in (resources.get("/XObject") or {}).values():
        drawn = item.get_object()
        if drawn.get("/Subtype") == "/Form":
            yield from _fonts(drawn)
