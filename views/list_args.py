"""地址参数清理：手写的或过期的列表地址不该变成一张出错页."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from dateutil import parser
from flask import request
from werkzeug.datastructures import MultiDict

PAGE_SIZES = (25, 50, 100)
_LONGEST = 200
_LAST_PAGE = 100_000
_INT_BITS = 31
_FILTER = re.compile(r"_flt_(\d)_(.+)", re.DOTALL)


def clean_list_args(view: Any, args: MultiDict[str, str]) -> str | None:
    """地址参数清理（list arguments）：去掉列表用不了的参数.

    页码、页长、排序列、筛选列与值逐个按 ``view`` 及其关联列表核对。
    全部可用返回 ``None``；否则返回去掉坏参数后的地址，由视图改道过去。
    """
    given = list(args.items(multi=True))
    views = {type(v).__name__: v for v in (view, *(getattr(view, "_related_views", None) or ()))}
    kept = [(key, value) for key, value in given if _fits(view, views, key, value)]
    if kept == given:
        return None
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _fits(view: Any, views: dict[str, Any], key: str, value: str) -> bool:
    """FAB 用不带锚的正则找参数，所以凡含这些字样的键都要核对."""
    if "\x00" in key or "\x00" in value:
        return False
    if "_flt_" in key:
        return _filter_fits(view, key, value)
    for prefix, check in _CHECKS.items():
        if prefix in key:
            name = key.removeprefix(prefix)
            return name != key and name in views and check(views[name], value)
    return True


def _page_fits(view: Any, value: str) -> bool:
    return _is_number(value) and int(value) <= _LAST_PAGE


def _size_fits(view: Any, value: str) -> bool:
    return _is_number(value) and int(value) in {*PAGE_SIZES, view.page_size}


def _column_fits(view: Any, value: str) -> bool:
    return value in view.order_columns


def _direction_fits(view: Any, value: str) -> bool:
    return value in {"asc", "desc"}


_CHECKS: dict[str, Callable[[Any, str], bool]] = {
    "psize_": _size_fits,
    "page_": _page_fits,
    "_oc_": _column_fits,
    "_od_": _direction_fits,
}


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 10


def _filter_fits(view: Any, key: str, value: str) -> bool:
    found = _FILTER.fullmatch(key)
    if found is None or not value or len(value) > _LONGEST:
        return False
    index, column = int(found[1]), found[2]
    # 加筛选时 FAB 按全部列的条件表取第几个，越界是 IndexError
    operators = view._filters._all_filters.get(column, ())
    return index < len(operators) and _value_fits(view.datamodel, column, value)


def _value_fits(model: Any, column: str, value: str) -> bool:
    """值与列的类型相符，否则数据库或 FAB 会在半路抛错."""
    if model.is_relation(column):
        return _pk_fits(model.get_related_interface(column), value)
    for kind, check in _KINDS:
        if getattr(model, kind)(column):
            return check(model, column, value)
    return True


def _pk_fits(related: Any, value: str) -> bool:
    """关联行的主键：整数主键只认整数，别的（文字代码）原样放行."""
    pk = related.get_pk_name()
    return not (isinstance(pk, str) and related.is_integer(pk)) or _is_int(related, pk, value)


def _is_int(model: Any, column: str, value: str) -> bool:
    digits = value.removeprefix("-")
    return _is_number(digits) and int(digits).bit_length() <= _INT_BITS


def _is_float(model: Any, column: str, value: str) -> bool:
    return re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII) is not None


def _is_member(model: Any, column: str, value: str) -> bool:
    return value in model.list_columns[column].type.enums


def _is_yes(model: Any, column: str, value: str) -> bool:
    return value == "y"


def _is_day(model: Any, column: str, value: str) -> bool:
    try:
        parser.parse(value)
    except (ValueError, OverflowError):
        return False
    return True


_KINDS: tuple[tuple[str, Callable[[Any, str, str], bool]], ...] = (
    ("is_enum", _is_member),
    ("is_boolean", _is_yes),
    ("is_integer", _is_int),
    ("is_float", _is_float),
    ("is_numeric", _is_float),
    ("is_date", _is_day),
    ("is_datetime", _is_day),
)
