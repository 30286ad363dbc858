"""核对计划的共用部分：记错处、查引用、查重。"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from app.plan.load_read import PlanFault
from app.plan.model import Mark, Plan


@dataclass(slots=True)
class Checker:
    """核对一份计划：各项核对往 ``faults`` 里添."""

    plan: Plan
    faults: list[PlanFault]

    def fault(self, path: str, reason: str) -> None:
        """记一处错；没有单独写的项，行号取它所在的一行."""
        mark = _nearest(self.plan, path)
        self.faults.append(PlanFault(mark.file, mark.line, path, reason))

    def need(self, ok: bool, path: str, reason: str) -> None:
        """不成立即记错."""
        if not ok:
            self.fault(path, reason)

    def known(self, path: str, value: str | None, among: Collection[str], what: str) -> None:
        """引用须存在；空引用不算错."""
        if value is not None and value not in among:
            self.fault(path, f"{what} {value} 不存在")

    def all_known(
        self, path: str, values: Iterable[str], among: Collection[str], what: str
    ) -> None:
        """一列引用逐个须存在."""
        for i, value in enumerate(values):
            self.known(f"{path}[{i}]", value, among, what)

    def unique(self, section: str, what: str, key: str = "code") -> None:
        """代码不得重复；行号取后写的那一个."""
        seen: set[str] = set()
        for i, row in enumerate(getattr(self.plan, section)):
            value = getattr(row, key)
            self.need(value not in seen, f"{section}[{i}].{key}", f"{what} {value} 重复")
            seen.add(value)


def codes(rows: Iterable[Any], key: str = "code") -> frozenset[str]:
    """一组行的代码."""
    return frozenset(getattr(row, key) for row in rows)


def _nearest(plan: Plan, path: str) -> Mark:
    while path and path not in plan.marks:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return plan.marks.get(path, Mark("", 0))
