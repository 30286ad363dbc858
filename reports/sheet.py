"""文书底稿：交给模板的纯数据，定稿时随 PDF 一起封存。"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, Protocol


class Sheet(Protocol):
    """文书底稿（document sheet）：任何文书的冻结数据都要答得出这几样.

    ``document_title``、``document_author`` 写进 PDF 的属性；``frozen_at`` 是定稿时刻（草稿为
    生成时刻），PDF 里的一切时间都取它；``is_draft`` 为真时加水印、不附数据；``even_pages`` 为真时
    版记落在末尾双页。
    """

    even_pages: ClassVar[bool]

    @property
    def document_title(self) -> str: ...

    @property
    def document_author(self) -> str: ...

    @property
    def frozen_at(self) -> datetime: ...

    @property
    def is_draft(self) -> bool: ...


def _plain(value: Any) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    raise TypeError(f"底稿里只能有纯数据，不能有 {type(value).__name__}")


def snapshot(name: str, sheet: Any, *, identifier: str) -> str:
    """结构化副本（data snapshot）：底稿的 JSON 文字，键有序，同样的底稿得同样的字节.

    底稿里混进了数据库对象之类的东西时抛 ``TypeError``。
    """
    if not is_dataclass(sheet) or isinstance(sheet, type):
        raise TypeError("底稿须是 dataclass 的实例")
    content = {"document": name, "identifier": identifier, "sheet": asdict(sheet)}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
