"""底稿复原：由封存的结构化副本还原出底稿，重排时不再读数据库。"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_MOMENTS = (datetime, date, time)


def revive(kind: type[T], data: Mapping[str, Any]) -> T:
    """底稿复原（revive a sheet）：``data`` 是 :func:`reports.sheet.snapshot` 里的 ``sheet`` 一节.

    多出字段、缺必填字段、类型写法不认得的抛 ``TypeError``，时刻写坏的抛 ``ValueError``。
    """
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = set(data) - known
    if unknown:
        raise TypeError(f"{kind.__name__} 没有这些字段：{'、'.join(sorted(unknown))}")
    return kind(**{name: _value(hints[name], value) for name, value in data.items()})


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return None if value is None else _value(_only(hint), value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in value)
    if is_dataclass(hint):
        return revive(hint, value)  # type: ignore[arg-type]
    if hint in _MOMENTS:
        return hint.fromisoformat(value)
    if hint in (str, int, float, bool):
        return value
    raise TypeError(f"底稿里不认得的类型：{hint!r}")


def _only(hint: Any) -> Any:
    kinds = [one for one in get_args(hint) if one is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"底稿里不认得的类型：{hint!r}")
    return kinds[0]
