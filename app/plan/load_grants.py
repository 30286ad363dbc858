"""读授权矩阵与任职：格、限定参数、演示账号，并按角色族展开成授权。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.domain.case_words import Action
from app.plan.load_read import Reader
from app.plan.model import (
    Account,
    Cell,
    Grant,
    LimitParam,
    ModuleAction,
    PlannedHolding,
    PseudoRole,
)
from app.plan.model_roles import Alternatives, Mode, PlaceKind

CASE = "case"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """矩阵的一行：名称（案件动作的名称在程序里）、说明与各角色的格."""

    zh: str | None = None
    note: str | None = None
    cells: tuple[tuple[str, Alternatives], ...] = ()

    @classmethod
    def read_node(cls, reader: Reader, node: Node, path: str) -> MatrixRow:
        """``zh``、``note`` 之外的键都是角色或角色族."""
        if not isinstance(node, MappingNode):
            reader.fault(node, path, "应为一组键值（角色: 限定）")
            return cls()
        words: dict[str, str] = {}
        cells: list[tuple[str, Alternatives]] = []
        for key, value in reader.items(node, path):
            if key in ("zh", "note"):
                words[key] = reader.read(value, str, f"{path}.{key}")
            else:
                cells.append((key, _alternatives(reader, value, f"{path}.{key}")))
        return cls(words.get("zh"), words.get("note"), tuple(cells))


@dataclass(frozen=True, slots=True)
class ParamRow:
    """一个限定的参数：动作 → 值，或动作 → 角色 → 值."""

    params: tuple[tuple[str, str | None, tuple[str, ...]], ...] = ()

    @classmethod
    def read_node(cls, reader: Reader, node: Node, path: str) -> ParamRow:
        """值写一个或一列都可；带角色的再分一层."""
        rows: list[tuple[str, str | None, tuple[str, ...]]] = []
        if not isinstance(node, MappingNode):
            reader.fault(node, path, "应为一组键值（动作: 参数）")
            return cls()
        for action, value in reader.items(node, path):
            place = f"{path}.{action}"
            if isinstance(value, MappingNode):
                by_role = reader.read(value, Mapping[str, tuple[str, ...]], place)
                rows.extend((action, role, values) for role, values in by_role.items())
            else:
                rows.append((action, None, (reader.read(value, str, place),)))
        return cls(tuple(rows))


@dataclass(frozen=True, slots=True)
class HoldingDefaults:
    """演示账号的任职没有写时的方式、起日、依据."""

    mode: Mode
    basis: str
    since: date = field(metadata={"key": "from"})


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """演示账号的一条任职，照文件原样；地至多写一个."""

    role: str
    post: str | None = None
    platform: str | None = None
    org: str | None = None
    grid: str | None = None
    village: str | None = None
    body: str | None = None
    mode: Mode | None = None
    since: date | None = field(default=None, metadata={"key": "from"})
    until: date | None = field(default=None, metadata={"key": "to"})
    basis: str | None = None

    def places(self) -> list[tuple[PlaceKind, str | None]]:
        """写了的地."""
        kinds: tuple[PlaceKind, ...] = ("platform", "org", "grid", "village", "body")
        return [(kind, code) for kind in kinds if (code := getattr(self, kind)) is not None]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """一个演示账号，照文件原样."""

    id: str
    login: str
    name: str
    org: str
    holdings: tuple[HoldingLine, ...]
    type: str | None = None
    source: str | None = None


def settle_accounts(lines: Iterable[AccountLine], defaults: HoldingDefaults) -> tuple[Account, ...]:
    """演示账号（accounts）：补上任职的默认值，认出地."""
    return tuple(
        Account(
            id=line.id,
            login=line.login,
            name=line.name,
            org=line.org,
            holdings=tuple(_settle(raw, defaults) for raw in line.holdings),
            engagement=line.type,
            source=line.source,
        )
        for line in lines
    )


def double_places(lines: Iterable[AccountLine]) -> list[str]:
    """地写了不止一个的任职的位置（``accounts[3].holdings[0]``）."""
    return [
        f"accounts[{i}].holdings[{j}]"
        for i, line in enumerate(lines)
        for j, raw in enumerate(line.holdings)
        if len(raw.places()) > 1
    ]


def _settle(raw: HoldingLine, defaults: HoldingDefaults) -> PlannedHolding:
    kind, place = (raw.places() or [("none", None)])[0]
    return PlannedHolding(
        role=raw.role,
        post=raw.post,
        place_kind=kind,
        place=place,
        mode=raw.mode or defaults.mode,
        valid_from=raw.since or defaults.since,
        valid_to=raw.until,
        basis=raw.basis or defaults.basis,
    )


def settle_params(rows: Mapping[str, ParamRow]) -> tuple[LimitParam, ...]:
    """限定参数（limit_params）：展平成一行一个."""
    return tuple(
        LimitParam(limit, action, role, values)
        for limit, row in rows.items()
        for action, role, values in row.params
    )


def list_actions(
    case_rows: Mapping[str, MatrixRow], module_rows: Mapping[str, MatrixRow]
) -> tuple[ModuleAction, ...]:
    """动作（actions）：案件动作的名称取程序里的，模块动作的名称取矩阵里的."""
    names = {action.value: action.zh for action in Action}
    cases = [ModuleAction(c, names.get(c, c), CASE, row.note) for c, row in case_rows.items()]
    others = [
        ModuleAction(code, row.zh or code, code.partition(".")[0], row.note)
        for code, row in module_rows.items()
    ]
    return tuple(cases + others)


def list_cells(rows: Mapping[str, MatrixRow]) -> tuple[Cell, ...]:
    """矩阵的格（cells），角色族照原样."""
    return tuple(
        Cell(code, column, alternatives)
        for code, row in rows.items()
        for column, alternatives in row.cells
    )


def expand_grants(
    cells: Iterable[Cell],
    families: Mapping[str, tuple[str, ...]],
    pseudo_roles: Iterable[PseudoRole],
) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
    """授权（grants）：角色族展开，返回（真角色的，SYS 与 PUB 的）."""
    pseudo = {role.code for role in pseudo_roles}
    grants: list[Grant] = []
    for cell in cells:
        module, dot, action = cell.code.partition(".")
        where = (module, action) if dot else (CASE, cell.code)
        for role in families.get(cell.column, (cell.column,)):
            grants.append(Grant(role, *where, cell.alternatives))
    real = tuple(grant for grant in grants if grant.role not in pseudo)
    return real, tuple(grant for grant in grants if grant.role in pseudo)


def _alternatives(reader: Reader, node: Node, path: str) -> Alternatives:
    """一格：``A``、``[A, B]`` 或 ``[[A, B], [C]]``."""
    if isinstance(node, ScalarNode):
        return ((reader.read(node, str, path),),)
    nested = isinstance(node, SequenceNode) and any(
        isinstance(item, SequenceNode) for item in node.value
    )
    if nested:
        read: Alternatives = reader.read(node, tuple[tuple[str, ...], ...], path)
        return read
    return (reader.read(node, tuple[str, ...], path),)
