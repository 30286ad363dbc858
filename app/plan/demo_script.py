"""演示的本子：一件从登记到最后一步，谁在什么时候做什么、说什么；还没有数据库里的行."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.plan.model import Leaf


@dataclass(frozen=True, slots=True)
class Caller:
    """来件人：姓名与电话都是编的（199 0000 开头，不会有人在用）."""

    name: str | None = None
    phone: str | None = None
    is_anonymous: bool = False
    is_confidential: bool = False

    @property
    def is_reachable(self) -> bool:
        """有没有人可以反馈."""
        return bool(self.name or self.phone)


@dataclass(frozen=True, slots=True)
class Shot:
    """要拍的一张照片：标注、画什么、种子、乱不乱."""

    label: str
    view: str
    seed: int
    messy: bool


@dataclass(frozen=True, slots=True)
class Act:
    """一步（act）：``at`` 是演示季度里的时刻，``words`` 是这一步填写的内容."""

    action: str
    who: str
    at: datetime
    words: Mapping[str, Any] = field(default_factory=dict)
    shots: tuple[Shot, ...] = ()


@dataclass(slots=True, kw_only=True)
class Script:
    """一件的本子（script）：``number`` 是它在演示里的序号，与案件编号无关.

    ``duty`` 是走访登记里写的走访人（登录名）；``rectify_by`` 是督查要求整改到哪一天；
    ``in_person`` 是信访一定为来访，不是来信；``slots`` 是填进文字的村名与数；代码照计划书写。
    """

    key: str
    number: int
    title: str
    place: str
    body: str
    leaf: Leaf
    level: str
    kind: str
    channel: str
    grid: str
    village: str
    org: str
    people: int | None = None
    item: str | None = None
    duty: str | None = None
    rectify_by: datetime | None = None
    in_person: bool = False
    visited: str = ""
    caller: Caller = field(default_factory=Caller)
    fixed: str = ""
    slots: Mapping[str, object] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)

    @property
    def platform(self) -> str:
        """主办平台."""
        return self.leaf.platform
