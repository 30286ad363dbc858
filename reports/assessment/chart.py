"""得分条形图：纯函数画成 SVG，字是真字，灰度印出来也分得清."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, LEFT, RIGHT = 156.0, 44.0, 30.0
ROW, TOP, FOOT = 9.0, 3.0, 7.0
THICK = 5.0
FULL = 10_000
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Bar:
    """一条：名称、得分（百分之一，没有考核量为空）、等级."""

    name: str
    score: int | None
    grade: str = ""


def score_chart(bars: Sequence[Bar]) -> Markup:
    """条形图（bar chart）：0 至 100 分，单位毫米；没有考核量的只写字、不画条.

    ``bars`` 为空得空白。读屏与抽字都读得到名称与分。
    """
    if not bars:
        return Markup("")
    height = TOP + ROW * len(bars) + FOOT
    span = WIDTH - LEFT - RIGHT
    parts = [_scale(span, height), *(_bar(n, bar, span) for n, bar in enumerate(bars))]
    return Markup(
        '<svg class="chart" role="img" aria-label="各平台得分" width="{w}mm" height="{h}mm"'
        ' viewBox="0 0 {w} {h}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    ).format(w=_n(WIDTH), h=_n(height), body=Markup("").join(parts))


def _scale(span: float, height: float) -> Markup:
    """竖的刻度线与下面的数."""
    bottom = height - FOOT
    lines = [
        Markup(
            '<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="#999" stroke-width=".15"/>'
            '<text x="{x}" y="{foot}" text-anchor="middle" font-family="song" font-size="3.2">'
            "{tick}</text>"
        ).format(
            x=_n(LEFT + span * tick / 100),
            top=_n(TOP - 1),
            bottom=_n(bottom),
            foot=_n(bottom + 4.6),
            tick=tick,
        )
        for tick in TICKS
    ]
    return Markup("").join(lines)


def _bar(number: int, bar: Bar, span: float) -> Markup:
    top = TOP + ROW * number + (ROW - THICK) / 2
    middle = top + THICK / 2 + 1.4
    name = Markup(
        '<text x="{x}" y="{y}" text-anchor="end" font-family="hei" font-size="3.9">{name}</text>'
    ).format(x=_n(LEFT - 2), y=_n(middle), name=escape(bar.name))
    if bar.score is None:
        return name + _value(LEFT + 2, middle, "无考核量")
    width = span * bar.score / FULL
    box = Markup(
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="#b8b8b8" stroke="#000"'
        ' stroke-width=".25"/>'
    ).format(x=_n(LEFT), y=_n(top), w=_n(width), h=_n(THICK))
    score = f"{bar.score // 100}.{bar.score % 100:02d}"
    words = f"{score}（{bar.grade}）" if bar.grade else score
    return name + box + _value(LEFT + width + 2, middle, words)


def _value(x: float, y: float, words: str) -> Markup:
    return Markup('<text x="{x}" y="{y}" font-family="song" font-size="3.9">{words}</text>').format(
        x=_n(x), y=_n(y), words=words
    )


def _n(value: float) -> str:
    """坐标：至多两位小数，同样的数恒得同样的字."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
