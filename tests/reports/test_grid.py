"""公文版式：22 行、28 字、版记、页码。"""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.render import to_pdf
from tests.reports import samples
from tests.reports.paper import MM, opened, page_number, rows, rules, steps

LINE = 225 / 22


def test_a_page_of_pure_chinese_has_22_lines_of_28_characters(typeset):
    _, pdf = typeset("<html lang=zh><body><p style='text-indent:0'>" + "综治工作平台" * 400)
    with opened(pdf) as paper:
        lines = rows(paper.pages[0])
    assert len(lines) == 22
    assert {len(chars) for chars in lines.values()} == {28}
    assert steps(list(lines)) <= {10.22, 10.23}
    assert min(c["x0"] for chars in lines.values() for c in chars) * MM == pytest.approx(
        28, abs=0.1
    )
    assert max(c["x1"] for chars in lines.values() for c in chars) * MM < 184.2


def test_body_pages_of_minutes_keep_to_the_line_grid(kit):
    sheet = replace(samples.longer(4), snapshot=None, resolutions=())
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="grid")
    with opened(pdf.content) as paper:
        for page in paper.pages[1:5]:
            lines = rows(page)
            # 标题不落在页末，所以有的页少一行。
            assert len(lines) in {21, 22}
            assert steps(list(lines)) <= {10.22, 10.23}
            assert max(c["x1"] for chars in lines.values() for c in chars) * MM < 184.2


def test_the_first_page_keeps_to_the_grid_below_the_title(full_pdf):
    with opened(full_pdf.content) as paper:
        lines = list(rows(paper.pages[0]))
    grid = [(y - lines[0]) / LINE for y in lines]
    assert all(abs(n - round(n)) < 0.03 for n in grid)
    assert round(grid[-1]) + 7 == 22


def test_the_mark_starts_35_mm_below_the_top_of_the_type_area(full_pdf):
    with opened(full_pdf.content) as paper:
        page = paper.pages[0]
        mark = [c for c in page.chars if c["size"] > 40]
        assert "".join(c["text"] for c in mark) == samples.FULL.mark
        # 字面上边缘约在字身顶端之下 0.5 毫米。
        assert 37 + 34.4 <= min(c["top"] for c in mark) * MM <= 37 + 35.5
        assert min(c["x0"] for c in mark) * MM >= 28
        assert max(c["x1"] for c in mark) * MM <= 184


def test_a_longer_mark_is_set_smaller_so_that_it_fits_one_line(kit):
    sheet = replace(samples.SHORT, mark="“四个平台”建设领导小组会议纪要")
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="mark")
    with opened(pdf.content) as paper:
        mark = [c for c in paper.pages[0].chars if 24 < c["size"] < 42]
        assert len({round(c["top"], 1) for c in mark}) == 1
        assert max(c["x1"] for c in mark) * MM <= 184.1


def test_the_colophon_ends_at_the_foot_of_the_type_area(full_pdf):
    with opened(full_pdf.content) as paper:
        lines = rules(paper.pages[-1])
    assert lines[-1][0] == pytest.approx(262.0, abs=0.02)
    assert [round(weight, 2) for _, weight in lines] == [0.35, 0.25, 0.25, 0.35]


@pytest.mark.parametrize("times", [1, 2, 3, 4, 5, 6])
def test_the_colophon_is_always_on_the_last_even_page(kit, times):
    pdf = to_pdf("minutes", samples.longer(times), kit=kit, identifier="even")
    with opened(pdf.content) as paper:
        assert pdf.pages == len(paper.pages)
        assert pdf.pages % 2 == 0
        assert "印发" in paper.pages[-1].extract_text()
        assert sum("印发\n" in (p.extract_text() + "\n") for p in paper.pages) == 1


def test_text_never_runs_under_the_colophon(kit):
    long_list = tuple(f"第{n}网格网格员所在村村民委员会" for n in range(1, 30))
    sheet = replace(
        samples.FULL, colophon=replace(samples.FULL.colophon, copy_to=long_list, distribution=())
    )
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="list")
    with opened(pdf.content) as paper:
        page = paper.pages[-1]
        top = min(bottom for bottom, _ in rules(page))
        body = [y for y in rows(page) if y < 262]
    assert all(y < top for y in body)


def test_page_numbers_stand_on_the_outer_side_one_character_in(full_pdf):
    with opened(full_pdf.content) as paper:
        odd, even = page_number(paper.pages[0]), page_number(paper.pages[1])
    assert odd is not None
    assert even is not None
    assert (odd[0].replace(" ", ""), even[0].replace(" ", "")) == ("—1—", "—2—")
    one_character = 14 * MM
    assert 184 - odd[2] == pytest.approx(one_character, abs=0.3)
    assert even[1] - 28 == pytest.approx(one_character, abs=0.3)


def test_a_blank_page_and_the_colophon_page_after_it_carry_no_number(kit):
    """正文排满双页、版记放不下时，空一页，版记到再下一个双页。"""
    sheet = replace(samples.SHORT, analysis=("上周收件，均已办结。",) * 9)
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="blank")
    with opened(pdf.content) as paper:
        assert len(paper.pages) == 4
        assert not paper.pages[2].chars
        assert [page_number(p) is not None for p in paper.pages] == [True, True, False, False]


def test_the_head_of_a_long_table_is_repeated_and_rows_are_not_split(kit):
    pdf = to_pdf("minutes", samples.longer(4), kit=kit, identifier="table")
    with opened(pdf.content) as paper:
        heads = [p for p in paper.pages if "编号" in p.extract_text()]
    assert len(heads) >= 2
