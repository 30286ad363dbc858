"""样品册里任职时间线的样例值."""

from __future__ import annotations

from datetime import date
from typing import Any


def terms() -> dict[str, Any]:
    """任职时间线：各种横道、空缺、今天的竖线."""
    tones = ("main", "also", "acting", "lent", "gap")
    bars = [
        {
            "x": 8 + 17 * at,
            "width": 15,
            "y": 0,
            "height": 20,
            "tone": tone,
            "words": f"样人{at + 1}",
            "title": f"样人{at + 1}，2017年起",
            "url": "",
            "on": at > 0,
        }
        for at, tone in enumerate(tones)
    ]
    lane = {
        "name": "样职",
        "note": "样机构",
        "url": "#marks",
        "height": 20,
        "told": "样人一至样人五",
    }
    return {
        "lanes": [{**lane, "bars": bars}],
        "marks": [{"x": 20, "words": "2017年"}, {"x": 70, "words": "7月"}],
        "day": date(2017, 6, 30),
        "x": 60,
        "kept": [],
    }
