"""授权矩阵的纯算法：两套授权怎样不同，一次改动里每格的前后."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.access.actor import Alternatives

Cell = tuple[str, str]
"""一格：模块、动作。"""
Cells = Mapping[Cell, Alternatives]
EVERYTHING: Alternatives = (("ALL",),)


@dataclass(frozen=True, slots=True)
class Comparison:
    """两个角色的比较：只有甲、只有乙、都有而限定不同、完全一样."""

    only_a: tuple[Cell, ...]
    only_b: tuple[Cell, ...]
    differ: tuple[Cell, ...]
    same: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """两边合计有几项动作."""
        return len(self.only_a) + len(self.only_b) + len(self.differ) + len(self.same)


def tidy(alternatives: Iterable[Iterable[str]]) -> Alternatives:
    """限定整理成一种写法：组内去重排好，组去重排好."""
    return tuple(sorted({tuple(sorted(set(group))) for group in alternatives}))


def compare(a: Cells, b: Cells, order: Sequence[Cell] = ()) -> Comparison:
    """比较两套授权；``order`` 为动作的次序，没列的排在后面."""
    rank = {cell: n for n, cell in enumerate(order)}
    every = sorted({*a, *b}, key=lambda cell: (rank.get(cell, len(rank)), cell))
    both = [cell for cell in every if cell in a and cell in b]
    equal = {cell for cell in both if tidy(a[cell]) == tidy(b[cell])}
    return Comparison(
        only_a=tuple(cell for cell in every if cell not in b),
        only_b=tuple(cell for cell in every if cell not in a),
        differ=tuple(cell for cell in both if cell not in equal),
        same=tuple(cell for cell in both if cell in equal),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """一格的改动：哪个角色的哪一格，原来（改的人看到的）与改成；空为没有授权."""

    role_id: int
    module: str
    action: str
    before: Alternatives | None
    after: Alternatives | None

    @property
    def cell(self) -> Cell:
        """哪一格."""
        return (self.module, self.action)

    @property
    def name(self) -> str:
        """这一格的写法：``case.dispatch``."""
        return f"{self.module}.{self.action}"


def after(cells: Cells, changes: Iterable[Change]) -> dict[Cell, Alternatives]:
    """一个角色改了之后的全部授权."""
    found = dict(cells)
    for change in changes:
        if change.after is None:
            found.pop(change.cell, None)
        else:
            found[change.cell] = change.after
    return found
