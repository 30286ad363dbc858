"""表格文件：印记、公式当文字、日期与数是真的、控制字符去掉、内存不随行数长."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports.workbook import LONGEST, Book, Column, Kind, Stamp

AT = datetime(2017, 5, 22, 1, 0, tzinfo=UTC)
STAMP = Stamp("案件[清单]", "板桥畲族乡", "周某（受理员）", AT, "导〔2017〕3号", "平台：A&B")
COLUMNS = (
    Column("编号"),
    Column("时刻", Kind.MOMENT),
    Column("日", Kind.DAY),
    Column("数", Kind.NUMBER),
)


def saved(path: Path, rows: list[Any]) -> Any:
    """写一份再读回来."""
    book = Book(COLUMNS, STAMP)
    book.add(rows)
    book.save(path)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_written_as_text(tmp_path, text):
    sheet = saved(tmp_path / "a.xlsx", [(text, None, None, None)]).active
    assert sheet["A3"].data_type == "s"
    assert sheet["A3"].quotePrefix
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert "<f>" not in file.read("xl/worksheets/sheet1.xml").decode()


def test_numbers_and_phones_written_as_text_keep_every_digit(tmp_path):
    sheet = saved(tmp_path / "a.xlsx", [("0013800000612", None, None, None)]).active
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("0013800000612", "s")
    assert sheet["A3"].number_format == "@"


def test_moments_are_real_dates_of_this_place(tmp_path):
    sheet = saved(tmp_path / "a.xlsx", [("x", AT, date(2017, 5, 22), 7)]).active
    assert sheet["B3"].value == datetime(2017, 5, 22, 9, 0)  # noqa: DTZ001 - 表格里没有时区
    assert sheet["B3"].is_date
    assert sheet["C3"].value.date() == date(2017, 5, 22)
    assert (sheet["D3"].value, sheet["D3"].data_type) == (7, "n")


def test_the_stamp_is_on_the_first_and_last_row_the_paper_and_the_properties(tmp_path):
    book = saved(tmp_path / "a.xlsx", [("x", None, None, None)])
    sheet, line = book.active, "导出人：周某（受理员）　时间：2017-05-22 09:00　编号：导〔2017〕3号"
    assert line in sheet["A1"].value
    assert "条件：平台：A&B" in sheet["A1"].value
    assert sheet.cell(sheet.max_row, 1).value.startswith(line)
    assert "共 1 行" in sheet.cell(sheet.max_row, 1).value
    assert line in sheet.oddFooter.left.text
    assert "案件" in sheet.oddHeader.center.text
    assert book.properties.creator == "周某（受理员）"
    assert "导〔2017〕3号" in book.properties.title


def test_the_head_is_frozen_filtered_and_wide_enough(tmp_path):
    sheet = saved(tmp_path / "a.xlsx", [("x", None, None, None), ("y", None, None, None)]).active
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:D4"
    assert [cell.value for cell in sheet[2]] == ["编号", "时刻", "日", "数"]
    assert all(sheet.column_dimensions[letter].width >= 8 for letter in "ABCD")
    assert sheet.print_title_rows == "$2:$2"


def test_control_characters_and_endless_text_do_not_break_the_file(tmp_path):
    sheet = saved(tmp_path / "a.xlsx", [("a\x00\x07b" + "长" * 40_000, None, None, None)]).active
    assert sheet["A3"].value.startswith("ab长")
    assert len(sheet["A3"].value) == LONGEST


def test_a_book_that_is_dropped_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    book = Book(COLUMNS, STAMP)
    book.add([("x", None, None, None)])
    book.drop()
    assert list(tmp_path.iterdir()) == []


def test_rows_already_written_take_no_memory():
    book = Book(COLUMNS, STAMP)
    tracemalloc.start()
    try:
        book.add((f"第{n}行" * 20, AT, None, n) for n in range(300))
        first = tracemalloc.get_traced_memory()[0]
        book.add((f"第{n}行" * 20, AT, None, n) for n in range(3000))
        assert tracemalloc.get_traced_memory()[0] - first < 200_000
    finally:
        tracemalloc.stop()
        book.drop()
