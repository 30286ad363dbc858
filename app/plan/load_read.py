"""读计划文件：YAML 节点按类型读成值，错处连行号一并记下，读得下去的继续读。"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.plan.model import Mark

# 有 libyaml 时用它，快十倍；没有也读得成。
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
SHAPES = {"str": "文字", "int": "整数", "bool": "真假值", "null": "空", "float": "小数"}


class PlanFault(NamedTuple):
    """计划里的一处错（fault of the plan）：文件、行（从 1 起，0 为不知）、位置、原因."""

    file: str
    line: int
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行 {self.path}：{self.reason}"


class PlanError(Exception):
    """计划有错：``faults`` 列出全部错处."""

    def __init__(self, faults: list[PlanFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(slots=True)
class Reader:
    """一个计划文件的读法：``faults`` 收错处，``marks`` 记每一项的行号."""

    file: str
    faults: list[PlanFault]
    marks: dict[str, Mark]

    def fault(self, node: Node, path: str, reason: str) -> None:
        """记一处错，行号取节点所在行."""
        self.faults.append(PlanFault(self.file, _line(node), path, reason))

    def wrong(self, node: Node, path: str, wanted: Any, expected: str) -> Any:
        """类型不对：记错，给一个空值好让后面接着读."""
        shape = "列表" if isinstance(node, SequenceNode) else "一组键值"
        if isinstance(node, ScalarNode):
            shape = SHAPES.get(node.tag.rpartition(":")[2], "日期")
            shape += f"“{node.value}”" if node.value else ""
        self.fault(node, path, f"应为{expected}，却是{shape}")
        return blank(wanted)

    def read(self, node: Node, wanted: Any, path: str) -> Any:
        """按 ``wanted`` 读一个节点；读不成的记错并返回空值，从不抛出."""
        self.marks[path] = Mark(self.file, _line(node))
        hook = getattr(wanted, "read_node", None)
        if hook is not None:
            return hook(self, node, path)
        origin = get_origin(wanted)
        if origin in (Union, types.UnionType):
            inner = next(part for part in get_args(wanted) if part is not type(None))
            return None if _is_null(node) else self.read(node, inner, path)
        if origin is not None:
            return _GENERIC[origin](self, node, wanted, path)
        if hasattr(wanted, "_fields"):
            return self._tuple(node, wanted, path)
        return (
            self._record(node, wanted, path)
            if is_dataclass(wanted)
            else self._scalar(node, wanted, path)
        )

    def items(self, node: MappingNode, path: str) -> Iterator[tuple[str, Node]]:
        """一组键值的各项；键重复的记错，只给第一个."""
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.fault(key, f"{path}.{name}".lstrip("."), f"键 {name} 重复")
                continue
            seen.add(name)
            yield name, value

    def _scalar(self, node: Node, wanted: Any, path: str) -> Any:
        expected, tags, parse = _SCALARS[wanted]
        if not isinstance(node, ScalarNode) or node.tag.rpartition(":")[2] not in tags:
            hint = (
                "（不是数或真假的请加引号）"
                if wanted is str and isinstance(node, ScalarNode)
                else ""
            )
            return self.wrong(node, path, wanted, expected + hint)
        try:
            return parse(node.value)
        except ValueError:
            return self.wrong(node, path, wanted, expected)

    def _choice(self, node: Node, wanted: Any, path: str) -> Any:
        if isinstance(node, ScalarNode) and node.value in get_args(wanted):
            return node.value
        return self.wrong(node, path, wanted, "、".join(map(str, get_args(wanted))) + " 之一")

    def _list(self, node: Node, wanted: Any, path: str) -> Any:
        if not isinstance(node, SequenceNode):
            return self.wrong(node, path, wanted, "列表")
        inner = get_args(wanted)[0]
        return tuple(self.read(n, inner, f"{path}[{i}]") for i, n in enumerate(node.value))

    def _mapping(self, node: Node, wanted: Any, path: str) -> Any:
        if not isinstance(node, MappingNode):
            return self.wrong(node, path, wanted, "一组键值")
        inner_key, inner = get_args(wanted)
        allowed = get_args(inner_key)
        out = {}
        for key, value in self.items(node, path):
            if allowed and key not in allowed:
                self.fault(value, f"{path}.{key}", f"不认识的键 {key}（应为 {'、'.join(allowed)}）")
                continue
            out[key] = self.read(value, inner, f"{path}.{key}")
        return out

    def _tuple(self, node: Node, wanted: Any, path: str) -> Any:
        hints = list(_hints(wanted).items())
        least = len(hints) - len(wanted._field_defaults)
        if not isinstance(node, SequenceNode) or not least <= len(node.value) <= len(hints):
            names = "、".join(name for name, _ in hints)
            return self.wrong(node, path, wanted, f"[{names}] 的列表")
        pairs = zip(node.value, hints, strict=False)
        return wanted(*(self.read(n, hint, f"{path}.{name}") for n, (name, hint) in pairs))

    def _record(self, node: Node, wanted: Any, path: str) -> Any:
        if not isinstance(node, MappingNode):
            return self.wrong(node, path, wanted, "一组键值")
        hints, known = _hints(wanted), {key_of(f): f for f in fields(wanted)}
        values: dict[str, Any] = {}
        for key, value in self.items(node, path):
            if key not in known:
                self.fault(value, f"{path}.{key}", f"不认识的键 {key}")
                continue
            name = known[key].name
            values[name] = self.read(value, hints[name], f"{path}.{key}")
        for key, spec in known.items():
            if spec.name not in values and not has_default(spec):
                self.fault(node, f"{path}.{key}", f"缺少必填的 {key}")
                values[spec.name] = blank(hints[spec.name])
        return wanted(**values)


_Parse = Callable[[str], Any]
_GENERIC: dict[Any, Callable[[Reader, Node, Any, str], Any]] = {
    Literal: Reader._choice,
    tuple: Reader._list,
    Mapping: Reader._mapping,
}


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text


_SCALARS: dict[Any, tuple[str, tuple[str, ...], _Parse]] = {
    str: ("文字", ("str",), _filled),
    int: ("整数", ("int",), int),
    bool: ("true 或 false", ("bool",), lambda text: TRUTH[text.lower()]),
    date: ("日期（2017-04-18）", ("timestamp", "str"), date.fromisoformat),
    datetime: (
        "时刻（2017-05-22T09:00）",
        ("timestamp", "str"),
        lambda text: datetime.fromisoformat(text).replace(tzinfo=SHANGHAI),
    ),
}
_BLANKS: dict[Any, Any] = {
    str: "",
    int: 0,
    bool: False,
    date: date.min,
    datetime: datetime.min.replace(tzinfo=SHANGHAI),
}


def blank(wanted: Any) -> Any:
    """读错之处的空值：形状合于 ``wanted``，其下的核对因那一处已记错而略过."""
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return None
    if origin is Literal:
        return get_args(wanted)[0]
    if origin is not None:
        return origin() if origin is tuple else {}
    if wanted in _BLANKS:
        return _BLANKS[wanted]
    names = wanted._fields if hasattr(wanted, "_fields") else [f.name for f in fields(wanted)]
    return wanted(**{name: blank(_hints(wanted)[name]) for name in names})


def compose(path: Path, faults: list[PlanFault]) -> MappingNode | None:
    """把一个文件读成节点；缺文件、语法错、顶层不是一组键值时记错并返回 None."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=LOADER)
    except FileNotFoundError:
        faults.append(PlanFault(path.name, 0, "", "缺少这个文件"))
    except UnicodeDecodeError:
        faults.append(PlanFault(path.name, 0, "", "不是 UTF-8 编码"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.append(PlanFault(path.name, line, "", f"YAML 写法有误：{error.problem}"))
    else:
        if isinstance(node, MappingNode):
            return node
        faults.append(PlanFault(path.name, 1, "", "顶层应为一组键值"))
    return None


def has_default(spec: Field[Any]) -> bool:
    """该字段可不写."""
    return spec.default is not MISSING or spec.default_factory is not MISSING


def key_of(spec: Field[Any]) -> str:
    """字段在文件里的键；``from`` 这样的 Python 保留字由 metadata 指明."""
    return str(spec.metadata.get("key", spec.name))


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    return get_type_hints(wanted)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag.endswith(":null")
