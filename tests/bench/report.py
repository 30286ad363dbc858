"""印出来：对齐的表给人看，Markdown 与 JSON 存在 ``var/bench``."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from app.console import table
from app.domain.working_time import SHANGHAI
from tests.bench.visit import Figure

HEAD = ("量什么", "p50 毫秒", "p95 毫秒", "次", "语句", "CPU 毫秒", "库 毫秒", "块", "KB", "附注")


def row_of(figure: Figure) -> list[str]:
    """一行."""
    numbers = (
        *(_number(figure.p50, 1), _number(figure.p95, 1), _number(figure.samples or None, 0)),
        *(_number(figure.statements, 0), _number(figure.cpu_ms, 1)),
        *(_number(figure.sql_ms, 1), _number(figure.buffers, 0), _number(figure.kilobytes, 0)),
    )
    return [figure.name, *numbers, figure.note]


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def shown(figures: Sequence[Figure]) -> str:
    """给人看的表."""
    return table([list(HEAD), *map(row_of, figures)])


def markdown(title: str, facts: dict[str, str], figures: Sequence[Figure]) -> str:
    """Markdown 一份：表，之后是各页最慢的一条查询."""
    lines = [f"# {title}", "", *(f"- {name}：{value}" for name, value in facts.items()), ""]
    lines += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(row_of(one)) + " |" for one in figures]
    slow = [one for one in figures if one.slowest]
    lines += ["", "## 各页最慢的一条查询（毫秒 / 块）", ""]
    lines += [f"- {one.name}：`{one.slowest[:400]}`" for one in slow]
    return "\n".join(lines) + "\n"


def write(folder: Path, name: str, facts: dict[str, str], figures: Sequence[Figure]) -> Path:
    """存成 ``<name>.md`` 与 ``<name>.json``，返回前一个."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"facts": facts, "figures": [asdict(one) for one in figures]}
    text = json.dumps(given, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    path = folder / f"{name}.md"
    path.write_text(markdown(f"量得的快慢：{name}", facts, figures), encoding="utf-8")
    return path


def surroundings(cases: int, before: tuple[float, float, float]) -> dict[str, str]:
    """在什么样的机器上、多忙的时候量的."""
    after = os.getloadavg()
    return {
        "案件": f"{cases} 件",
        "怎么量": "真的 gunicorn（一个进程八个线程），HTTP 长连接，登录了的人，热的缓存",
        "机器": f"{os.cpu_count()} 核，{platform.system()}，Python {platform.python_version()}",
        "忙闲": f"开始时负载 {before[0]:.1f}，结束时 {after[0]:.1f}（一分钟平均）",
        "时刻": datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
