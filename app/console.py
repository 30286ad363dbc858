"""给人看的输出：一行一行的进度，对齐的表."""

from __future__ import annotations

import sys
from contextlib import suppress
from unicodedata import east_asian_width


def say(line: str) -> None:
    """一行进度，立刻写出；没人看了（终端关了）就算了，该做的接着做."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def table(rows: list[list[str]]) -> str:
    """对齐的表，汉字算两格；各行可以长短不一."""
    wide = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (wide - len(row))] for row in rows]
    widths = [max(_width(row[column]) for row in padded) for column in range(wide)]
    return "\n".join("  " + "  ".join(map(_fill, row, widths)).rstrip() for row in padded)


def _fill(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
