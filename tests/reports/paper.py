"""量纸面：从 PDF 里取字的位置，单位毫米。"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber

MM = 25.4 / 72


def opened(pdf: bytes) -> Any:
    return pdfplumber.open(BytesIO(pdf))


def rows(page: Any, *, low: float = 15, high: float = 17) -> dict[float, list[Any]]:
    """三号字（16 磅）的各行：基线距纸顶毫米数 → 该行的字。"""
    found: dict[float, list[Any]] = defaultdict(list)
    for char in page.chars:
        if low < char["size"] < high:
            found[round((page.height - char["matrix"][5]) * MM, 2)].append(char)
    return dict(sorted(found.items()))


def steps(baselines: list[float]) -> set[float]:
    return {round(b - a, 2) for a, b in pairwise(baselines)}


def rules(page: Any) -> list[tuple[float, float]]:
    """横贯版心的线：下边缘距纸顶、粗细，从上到下；线是画成框边的，取框的内外两边。"""
    wide = [r for r in page.rects if r["width"] * MM > 150]
    edges = sorted({round(r[side] * MM, 2) for r in wide for side in ("top", "bottom")})
    return [(b, round(b - a, 2)) for a, b in pairwise(edges) if b - a < 1]


def page_number(page: Any) -> tuple[str, float, float] | None:
    """页码：文字、左右边缘毫米数；没有页码为空。"""
    chars = [c for c in page.chars if c["top"] * MM > 262.5]
    if not chars:
        return None
    text = "".join(c["text"] for c in chars)
    return text, min(c["x0"] for c in chars) * MM, max(c["x1"] for c in chars) * MM
