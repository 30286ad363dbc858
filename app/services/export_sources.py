"""导出的登记处：哪些清单能导出、看它要什么授权、怎样读；清单各自登记几行即可."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app.access.actor import Actor
from app.access.export_reach import ExportReach, export_reach
from app.domain.errors import Refused
from reports.workbook import Column

Query = tuple[tuple[str, str], ...]
"""清单的地址参数，原样带着."""


@dataclass(frozen=True, slots=True)
class Listing:
    """一次要导出的清单：标题、条件的话、列，编号（照清单的次序）与一批编号的行.

    ``keys(most)`` 一条语句取编号，至多 ``most`` 个；``rows(keys)`` 取这一批的行，都在范围内。
    """

    title: str
    conditions: str
    columns: tuple[Column, ...]
    keys: Callable[[int], Sequence[int]]
    rows: Callable[[Sequence[int]], Iterable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Source:
    """一张能导出的清单：代码、看它要的授权、行上有没有平台、怎样读.

    ``read`` 给出上下文管理器：任务进程里没有请求，由它照地址参数备好再读。
    """

    code: str
    needs: tuple[tuple[str, str], ...]
    has_platform: bool
    read: Callable[[Query, ExportReach], AbstractContextManager[Listing]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """登记一张清单；同一代码后登记的算数（同一进程可造几个应用）."""
    _sources[source.code] = source


def source_of(code: str) -> Source:
    """按代码取一张清单。Raises Refused('not_found')."""
    try:
        return _sources[code]
    except KeyError:
        raise Refused("not_found") from None


def sources() -> tuple[Source, ...]:
    """登记了的全部清单."""
    return tuple(_sources.values())


def may_export(source: Source, actor: Actor) -> bool:
    """此人导不导得出这张清单：看得到它，又有导出的授权；只限本平台的，清单的行须有平台."""
    found = export_reach(actor)
    if found.is_empty or (found.is_limited and not source.has_platform):
        return False
    return any(actor.has_verb(*need) for need in source.needs)


def reach_for(source: Source, actor: Actor) -> ExportReach:
    """导出的范围；没有授权的拒绝。Raises Refused('not_granted')."""
    if not may_export(source, actor):
        raise Refused("not_granted", action="export.masked")
    return export_reach(actor)
