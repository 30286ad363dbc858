"""几个字的小字体，用来试建库，不必动真字体。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection

TEXT = "国综治一二“1"


def _square(pen: Any, size: int) -> Any:
    pen.moveTo((0, 0))
    pen.lineTo((0, size))
    pen.lineTo((size, size))
    pen.lineTo((size, 0))
    pen.closePath()
    return pen


def _rounded(size: int) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.qCurveTo((0, size), (size, size))
    pen.qCurveTo((size, 0), (0, 0))
    pen.closePath()
    return pen.glyph()


def make(
    path: Path,
    family: str,
    *,
    text: str = TEXT,
    em: int = 1000,
    cff: bool = True,
    width: int = 1000,
) -> Path:
    """写一个字体到 ``path``（.ttc 则装进字体集）；``em`` 是字身单位，``width`` 是各字字宽。"""
    names = [f"u{ord(c):04X}" for c in text]
    order = [".notdef", *names]
    builder = FontBuilder(em, isTTF=not cff)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(c): n for c, n in zip(text, names, strict=True)})
    if cff:
        strings = {}
        for name in order:
            strings[name] = _square(T2CharStringPen(width, None), em // 2).getCharString()
        builder.setupCFF(family, {}, strings, {})
    else:
        builder.setupGlyf({name: _rounded(em // 2) for name in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (width, 0)))
    builder.setupHorizontalHeader(ascent=em, descent=-em // 3)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family})
    builder.setupOS2()
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".ttc":
        collection = TTCollection()
        collection.fonts = [builder.font]
        collection.save(path)
    else:
        builder.save(path)
    return path


def make_all(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """一整套来源字体，文件名与软件包里的相同；``without`` 里的文件不做。"""
    for file, family, cff in (
        ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", True),
        ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", True),
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", True),
        ("LXGWWenKai-Regular.ttf", "LXGW WenKai", False),
        ("LXGWWenKai-Light.ttf", "LXGW WenKai Light", False),
        ("FandolFang-Regular.otf", "FandolFang", True),
    ):
        if file not in without:
            text = TEXT + ("㛃" if file.startswith("LXGW") else "")
            make(folder / file, family, text=text, cff=cff, width=500)
    return folder
