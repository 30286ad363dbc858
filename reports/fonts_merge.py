"""合成字体：按先后从几个来源取字，做成一个角色一个文件。

第一个有这个字的来源作准。五个角色字面度量一致（上 880、下 120、行间 0），不带任何版式特性：度量不同
会使行距走样，一行里混两个字体会把行抬高，所以缺的字必须补进同一个文件里。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString

from reports.fonts_outline import UNITS_PER_EM, from_pen, from_truetype, number
from reports.fonts_sources import open_font

ASCENDER, DESCENDER = 880, -120
# 文楷等西文式的窄引号在公文里要占一格：开引号靠右，闭引号靠左，其余居中。
FULL_WIDTH = {"“": 1.0, "‘": 1.0, "”": 0.0, "’": 0.0, "—": 0.5, "…": 0.5, "·": 0.5}
# 固定的生成时刻（1904 年起的秒数），使同样的来源得到逐字节相同的字体。
_WORTH_CARRYING = 1000
_FIXED_MOMENT = 3_600_000_000


@dataclass
class Source:
    """来源字体：一个打开的字体文件，附它的码位表、字身单位和嵌入限制；用 ``with`` 打开."""

    key: str
    path: Path
    face: int = -1
    font: Any = field(init=False)
    cmap: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.font = open_font(self.path, self.face)
        self.cmap = self.font.getBestCmap() or {}
        self.glyph_set = self.font.getGlyphSet()
        self.scale = UNITS_PER_EM / self.font["head"].unitsPerEm

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.font.close()

    @property
    def fs_type(self) -> int:
        return int(self.font["OS/2"].fsType)

    @property
    def carries(self) -> bool:
        """能否整体沿用它的 CFF 指令（CID 字体且字身 1000），不必逐字重画。"""
        return self.scale == 1 and "CFF " in self.font and hasattr(_top(self.font), "ROS")

    def advance(self, name: str) -> int:
        return round(self.font["hmtx"][name][0] * self.scale)


@dataclass
class _Glyph:
    code: int
    source: Source
    name: str

    def placed(self) -> tuple[int, float]:
        """字宽与右移量（千分之一字身）。"""
        advance = self.source.advance(self.name)
        lean = FULL_WIDTH.get(chr(self.code))
        if lean is None or advance >= UNITS_PER_EM or "glyf" not in self.source.font:
            return advance, 0
        return UNITS_PER_EM, (UNITS_PER_EM - advance) * lean

    def redrawn(self, nominal: int) -> tuple[int, bytes]:
        width, shift = self.placed()
        draw, outlines = (
            (from_truetype, self.source.font["glyf"])
            if "glyf" in self.source.font
            else (from_pen, self.source.glyph_set)
        )
        lead = number(width - nominal)
        return width, draw(outlines, self.name, scale=self.source.scale, shift=shift, width=lead)


def _top(font: Any) -> Any:
    return font["CFF "].cff[0]


def choose(sources: Sequence[Source], codes: Iterable[int]) -> list[_Glyph]:
    """逐码位取第一个有它的来源，按码位排好。"""
    chosen = []
    for code in sorted(codes):
        source = next((s for s in sources if code in s.cmap), None)
        if source is not None:
            chosen.append(_Glyph(code, source, source.cmap[code]))
    return chosen


def _carrier(sources: Sequence[Source], glyphs: Sequence[_Glyph]) -> Source | None:
    """供字最多的可沿用来源；只补几个字的不值得把它的全部子程序带进来。"""
    supplied = Counter(g.source.key for g in glyphs)
    able = [s for s in sources if s.carries and supplied[s.key] >= _WORTH_CARRYING]
    return max(able, key=lambda s: supplied[s.key], default=None)


def merge(role: str, sources: Sequence[Source], codes: Iterable[int], target: Path) -> int:
    """合成一个角色的字体写到 ``target``，返回所收码位数.

    ``sources`` 先者为准。首个可整体沿用的 CFF 来源原样搬指令（快），其余来源的字逐个重画。
    """
    glyphs = choose(sources, codes)
    carrier = _carrier(sources, glyphs)
    names = [f"cid{i:05d}" for i in range(1, len(glyphs) + 1)]
    builder = FontBuilder(UNITS_PER_EM, isTTF=False)
    builder.font.sfntVersion = "OTTO"
    builder.font.recalcBBoxes = builder.font.recalcTimestamp = False
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({g.code: n for g, n in zip(glyphs, names, strict=True)})
    if carrier:
        widths = _carry(builder, role, carrier, glyphs, names)
    else:
        widths = _fresh(builder, role, glyphs, names)
    _dress(builder, role, sources, widths)
    builder.save(target)
    return len(glyphs)


def _carry(
    builder: Any, role: str, carrier: Source, glyphs: Sequence[_Glyph], names: Sequence[str]
) -> list[int]:
    """沿用 carrier 的 CFF 表：只换字形清单，子程序原样留着；别的来源的字追加进来。"""
    table, top = carrier.font["CFF "], _top(carrier.font)
    strings = top.CharStrings
    # 补字都归到 .notdef 所在的那组（字体本身的“其他”组），字宽按那组的基准编码。
    group = top.FDSelect[0]
    private = top.FDArray[group].Private
    nominal = int(private.nominalWidthX)
    blank, _ = strings.getItemAndSelector(".notdef")
    items, groups, widths = [blank], [group], [carrier.advance(".notdef")]
    for glyph in glyphs:
        if glyph.source is carrier:
            item, fd = strings.getItemAndSelector(glyph.name)
            width = carrier.advance(glyph.name)
        else:
            width, code = glyph.redrawn(nominal)
            item, fd = T2CharString(code, private=private, globalSubrs=top.GlobalSubrs), group
        items.append(item)
        groups.append(fd)
        widths.append(width)
    index = strings.charStringsIndex
    index.items = items
    del index.file, index.offsets
    top.FDSelect.format, top.FDSelect.gidArray = None, groups
    top.charset = [".notdef", *names]
    top.numGlyphs = top.CIDCount = len(items)
    strings.charStrings = {name: i for i, name in enumerate(top.charset)}
    top.FullName = top.FamilyName = role
    table.cff.fontNames = [role]
    builder.font["CFF "] = table
    return widths


def _fresh(builder: Any, role: str, glyphs: Sequence[_Glyph], names: Sequence[str]) -> list[int]:
    """没有可沿用的 CFF 来源：全部重画，另起一张 CFF 表。"""
    drawn = [g.redrawn(0) for g in glyphs]
    empty = T2CharString(number(UNITS_PER_EM) + b"\x0e")
    strings = {n: T2CharString(code) for n, (_, code) in zip(names, drawn, strict=True)}
    names_of = {"FullName": role, "FamilyName": role}
    builder.setupCFF(role, names_of, {".notdef": empty, **strings}, {})
    return [UNITS_PER_EM, *(width for width, _ in drawn)]


def _dress(builder: Any, role: str, sources: Sequence[Source], widths: Sequence[int]) -> None:
    """其余各表：统一的度量、名称、嵌入限制（取各来源中最严的）和固定时刻。"""
    order = builder.font.getGlyphOrder()
    builder.setupHorizontalMetrics({n: (w, 0) for n, w in zip(order, widths, strict=True)})
    builder.setupHorizontalHeader(
        ascent=ASCENDER, descent=DESCENDER, lineGap=0, advanceWidthMax=max(widths)
    )
    notice = "; ".join(dict.fromkeys(s.font["name"].getDebugName(0) or s.key for s in sources))
    builder.setupNameTable(
        {"familyName": role, "styleName": "Regular", "psName": role, "copyright": notice}, mac=False
    )
    builder.setupOS2(
        sTypoAscender=ASCENDER,
        sTypoDescender=DESCENDER,
        sTypoLineGap=0,
        usWinAscent=ASCENDER,
        usWinDescent=-DESCENDER,
        usWeightClass=400,
        fsType=max(s.fs_type for s in sources),
    )
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(
        created=_FIXED_MOMENT,
        modified=_FIXED_MOMENT,
        xMin=-UNITS_PER_EM,
        xMax=2 * UNITS_PER_EM,
        yMin=-UNITS_PER_EM,
        yMax=UNITS_PER_EM,
    )
