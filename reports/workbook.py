"""表格文件（workbook）：清单导出的 Excel——逐行写出，带导出人、时刻、编号，公式一概当作文字."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from app.domain.working_time import SHANGHAI

LONGEST = 32_767
"""Excel 一格最多这么多字."""
HEAD_ROW = 2
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""以这些字开头的，表格软件会当公式；写成文字并加引号前缀，点进去再回车也还是文字."""
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


class Kind(StrEnum):
    """一列的种类."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"


FORMATS = {
    Kind.TEXT: "@",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.NUMBER: "General",
}
WIDTHS = {Kind.TEXT: 14, Kind.DAY: 12, Kind.MOMENT: 17, Kind.NUMBER: 9}


@dataclass(frozen=True, slots=True)
class Column:
    """一列：表头、种类、宽（汉字算两个）；``width`` 为 0 按种类."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """印记：标题、单位、导出人（连职务）、时刻、编号、条件、是否脱敏."""

    title: str
    township: str
    person: str
    at: datetime
    number: str
    conditions: str = ""
    is_masked: bool = True

    @property
    def line(self) -> str:
        """写在首行、末行、页脚与文件属性里的一句."""
        moment = self.at.astimezone(SHANGHAI)
        parts = [
            f"导出人：{self.person}",
            f"时间：{moment:%Y-%m-%d %H:%M}",
            f"编号：{self.number}",
            *(["已脱敏"] if self.is_masked else []),
        ]
        return "　".join(parts)


class Book:
    """正在写的一份表格：先是首行印记与表头，再一行一行地添，最后末行印记，存盘.

    写过的行随写随到临时文件，内存不随行数长。
    """

    def __init__(self, columns: Sequence[Column], stamp: Stamp) -> None:
        self.columns = tuple(columns)
        self.stamp = stamp
        self.rows = 0
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(_SHEET_FORBIDDEN.sub("", stamp.title)[:31] or "清单")
        self._looks: dict[tuple[Kind, bool], Any] = {}
        self._set_up()
        self.sheet.append([self._words(_head_words(stamp), font=Font(color="666666"))])
        fill = PatternFill("solid", fgColor="DCE6F1")
        head = Alignment(vertical="center", wrap_text=True)
        self.sheet.append(
            [
                self._words(column.label, font=Font(bold=True), fill=fill, alignment=head)
                for column in self.columns
            ]
        )

    def _set_up(self) -> None:
        """冻结、列宽、页眉页脚、每页的表头：都要在第一行之前定好."""
        sheet, stamp = self.sheet, self.stamp
        sheet.freeze_panes = f"A{HEAD_ROW + 1}"
        for index, column in enumerate(self.columns, 1):
            least = 2 * len(column.label) + 4
            width = max(column.width or WIDTHS[column.kind], least)
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        paper = sheet.HeaderFooter
        paper.oddHeader.center.text = _paper(f"{stamp.township}　{stamp.title}")
        paper.oddFooter.left.text = _paper(stamp.line)
        paper.oddFooter.right.text = "第 &P 页，共 &N 页"
        about = self.book.properties
        about.creator = about.lastModifiedBy = _clean(stamp.person)
        about.title = _clean(f"{stamp.title} {stamp.number}")
        about.description = _clean(f"{stamp.line}　{stamp.conditions}".strip())
        about.created = about.modified = stamp.at.astimezone(UTC).replace(tzinfo=None)

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """添几行；返回已有的行数."""
        for row in rows:
            self.sheet.append(
                [
                    self._cell(value, column.kind)
                    for value, column in zip(row, self.columns, strict=True)
                ]
            )
            self.rows += 1
        return self.rows

    def save(self, path: Path) -> None:
        """写末行印记，存到 ``path``."""
        last = get_column_letter(len(self.columns))
        self.sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{HEAD_ROW + self.rows}"
        words = f"{self.stamp.line}　共 {self.rows} 行，以下空白"
        self.sheet.append([self._words(words, font=Font(color="666666"))])
        self.book.save(path)

    def drop(self) -> None:
        """不要了：写到一半的临时文件删去."""
        writer = self.sheet._writer
        if writer is not None:
            with suppress(Exception):
                self.sheet.close()
            writer.cleanup()

    def _words(self, text: str, **looks: Any) -> Any:
        cell = self._text(text)
        cell._style = copy(cell._style)
        for name, look in looks.items():
            setattr(cell, name, look)
        return cell

    def _cell(self, value: Any, kind: Kind) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return self._made(kind, value.astimezone(SHANGHAI).replace(tzinfo=None))
        if isinstance(value, date):
            return self._made(Kind.DAY, value)
        if kind is Kind.NUMBER and isinstance(value, int) and not isinstance(value, bool):
            return self._made(kind, value)
        return self._text(str(value))

    def _made(self, kind: Kind, value: Any) -> Any:
        cell = WriteOnlyCell(self.sheet, value)
        cell._style = self._look(kind)
        return cell

    def _look(self, kind: Kind, *, quoted: bool = False) -> Any:
        """一种格子的样式，各造一次，同样的格子共用."""
        if (kind, quoted) not in self._looks:
            cell = WriteOnlyCell(self.sheet)
            cell.number_format, cell.quotePrefix = FORMATS[kind], quoted
            self._looks[kind, quoted] = cell._style
        return self._looks[kind, quoted]

    def _text(self, text: str) -> Any:
        """文字就是文字：明写类型，不让表格软件去猜."""
        words = _clean(text)
        cell = WriteOnlyCell(self.sheet, "")
        cell._value, cell.data_type = words, "s"
        cell._style = self._look(Kind.TEXT, quoted=words.startswith(DANGEROUS))
        return cell


def _head_words(stamp: Stamp) -> str:
    conditions = f"　条件：{stamp.conditions}" if stamp.conditions else ""
    return f"{stamp.title}　{stamp.line}{conditions}"


def _clean(text: str) -> str:
    """去掉文件里不许有的控制字符；太长的截断."""
    words = ILLEGAL_CHARACTERS_RE.sub("", text)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _paper(text: str) -> str:
    """页眉页脚里 & 是代码，写两个才是字."""
    return _clean(text).replace("&", "&&")
