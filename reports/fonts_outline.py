"""字形轮廓：把 TrueType 字形改写成 CFF 的 Type 2 指令字节。

fontTools 自带的画笔每字约 2 毫秒，两万字要一分钟；这里直接拼字节，每字约 0.4 毫秒。
二次曲线升为三次曲线是精确的（控制点取 2/3），坐标取整到千分之一字身。
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen

Point = tuple[float, float]
# （控制点或空，终点）：空表示直线。
Segment = tuple[Point | None, Point]

UNITS_PER_EM = 1000
_MOVE, _LINE, _CURVE, _END = b"\x15", b"\x05", b"\x08", b"\x0e"
_STACK = 48  # Type 2 操作数栈的深度


@cache
def number(value: int) -> bytes:
    """Type 2 整数操作数的编码（一、二或三字节）。"""
    if -107 <= value <= 107:
        return bytes((value + 139,))
    if 108 <= value <= 1131:
        return bytes((((value - 108) >> 8) + 247, (value - 108) & 255))
    if -1131 <= value <= -108:
        return bytes((((-value - 108) >> 8) + 251, (-value - 108) & 255))
    return b"\x1c" + (value & 0xFFFF).to_bytes(2, "big")


def segments(points: Sequence[Point], on_curve: Sequence[int]) -> tuple[Point, list[Segment]]:
    """一个 TrueType 轮廓的起点和各段；相邻两个曲线外点之间补上隐含的曲线上点。"""
    count = len(points)
    first = next((i for i in range(count) if on_curve[i] & 1), None)
    if first is None:
        (x0, y0), (x1, y1) = points[-1], points[0]
        start: Point = ((x0 + x1) / 2, (y0 + y1) / 2)
        rest = list(range(count))
    else:
        start = points[first]
        rest = [*range(first + 1, count), *range(first)]
    found: list[Segment] = []
    control: Point | None = None
    for i in rest:
        point = points[i]
        if on_curve[i] & 1:
            found.append((control, point))
            control = None
            continue
        if control is not None:
            found.append((control, ((control[0] + point[0]) / 2, (control[1] + point[1]) / 2)))
        control = point
    if control is not None:
        found.append((control, start))
    return start, found


class _Bytes:
    """收集操作数，连着的同类段合成一条指令。"""

    def __init__(self, scale: float, shift: float) -> None:
        self.out: list[bytes] = []
        self.scale, self.shift = scale, shift
        self.x = self.y = 0

    def contour(self, start: Point, parts: list[Segment]) -> None:
        """画一个闭合轮廓：起点用 rmoveto，其余按直线、曲线成串。"""
        out, scale, shift = self.out, self.scale, self.shift
        x, y = round(start[0] * scale + shift), round(start[1] * scale)
        out += (number(x - self.x), number(y - self.y), _MOVE)
        kind, held, at = _LINE, 0, start
        for control, end in parts:
            now = _LINE if control is None else _CURVE
            if held and (now != kind or held > _STACK - 6):
                out.append(kind)
                held = 0
            kind = now
            if control is not None:
                cx, cy = 2 * control[0], 2 * control[1]
                x1, y1 = round((at[0] + cx) / 3 * scale + shift), round((at[1] + cy) / 3 * scale)
                x2, y2 = round((end[0] + cx) / 3 * scale + shift), round((end[1] + cy) / 3 * scale)
                out += (number(x1 - x), number(y1 - y), number(x2 - x1), number(y2 - y1))
                x, y, held = x2, y2, held + 4
            ex, ey = round(end[0] * scale + shift), round(end[1] * scale)
            out += (number(ex - x), number(ey - y))
            x, y, held, at = ex, ey, held + 2, end
        if held:
            out.append(kind)
        self.x, self.y = x, y


def _contours(glyf: Any, name: str) -> Iterator[tuple[Point, list[Segment]]]:
    glyph = glyf[name]
    if glyph.numberOfContours == 0:
        return
    coordinates, ends, flags = glyph.getCoordinates(glyf)
    begin = 0
    for last in ends:
        points, on_curve = coordinates[begin : last + 1], flags[begin : last + 1]
        begin = last + 1
        if len(points) > 1:
            yield segments(points, on_curve)


def from_truetype(glyf: Any, name: str, *, scale: float, shift: float, width: bytes) -> bytes:
    """TrueType 字形 → Type 2 指令字节.

    ``scale`` 把来源单位换成千分之一字身，``shift`` 是换算后再向右移的量，``width`` 是已编码的字宽
    操作数（与该字体的缺省字宽相同时为空）。复合字形先展开。
    """
    pen = _Bytes(scale, shift)
    for start, parts in _contours(glyf, name):
        pen.contour(start, parts)
    return width + b"".join(pen.out) + _END


def from_pen(glyph_set: Any, name: str, *, scale: float, shift: float, width: bytes) -> bytes:
    """CFF 字形 → Type 2 指令字节：经画笔重画，慢，只用于少数补字。"""
    pen = T2CharStringPen(None, glyph_set)
    glyph_set[name].draw(TransformPen(pen, (scale, 0, 0, scale, shift, 0)))
    drawn = pen.getCharString(optimize=False)
    drawn.compile()
    return width + bytes(drawn.bytecode)
