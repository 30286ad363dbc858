"""月度考核通报：每个数都在纸上，草稿每页有水印，图在版心里，长的表跨页带表头。"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from reports.assessment.chart import Bar, score_chart
from reports.assessment.sheet import (
    CardRow,
    Cell,
    CircularSheet,
    IndicatorRow,
    PersonRow,
    ProblemRow,
    ReviewRow,
    ScoreRow,
)
from reports.minutes.sheet import Attendee, Colophon
from reports.render import render_html, to_pdf
from reports.revive import revive
from reports.sheet import snapshot
from tests.reports.paper import MM, opened

AT = datetime(2017, 6, 7, 8, 0, tzinfo=UTC)
MAYOR = Attendee(name="钟怀川", post="乡长")
SCORES = (
    ScoreRow(
        platform="ZZ",
        name="综治工作平台",
        base=9_450,
        yellow=1,
        red=0,
        penalty=500,
        score=8_950,
        grade="良好",
        rank=1,
        before=8_700,
    ),
    ScoreRow(
        platform="ZF",
        name="综合执法平台",
        base=6_385,
        yellow=1,
        red=1,
        penalty=1_500,
        score=4_885,
        grade="较差",
        rank=2,
    ),
    ScoreRow(
        platform="BM",
        name="便民服务平台",
        base=None,
        yellow=0,
        red=0,
        penalty=0,
        score=None,
        grade="",
        rank=None,
    ),
)
INDICATORS = (
    IndicatorRow(
        code="I1",
        name="按时签收率",
        rule="按时签收的除以应签收的",
        weight=15,
        cells=(
            Cell(num=12, den=13, spread=2_308, points=2_130),
            Cell(num=3, den=5, spread=2_308, points=1_385),
            Cell(num=0, den=0),
        ),
    ),
    IndicatorRow(
        code="I4",
        name="满意率",
        rule="满意的除以评价",
        weight=15,
        cells=(Cell(num=None, den=None),) * 3,
    ),
)
SHEET = CircularSheet(
    mark="“四个平台”考核通报",
    number="〔2017〕5月",
    organ="板桥畲族乡党政综合办公室",
    dated=date(2017, 6, 7),
    title=("2017年5月", "“四个平台”考核情况通报"),
    year=2017,
    month=5,
    first=date(2017, 5, 1),
    last=date(2017, 5, 31),
    revision=1,
    snapshot="2017-0003",
    rule_version="ASM-2017-1",
    counts_demo=False,
    computed_at=AT,
    computed_by="蓝其蓁",
    frozen_at=AT,
    scores=SCORES,
    indicators=INDICATORS,
    penalty="黄牌每张扣5分，红牌每张扣10分",
    grades="90分以上为优秀，其余为差",
    colophon=Colophon(issuer="板桥畲族乡党政综合办公室", issued_on=date(2017, 6, 7)),
    cards=(CardRow(platform="综治工作平台", kind="黄牌", case="BQ2017-00012", due_at=AT),),
    problems=tuple(
        ProblemRow(
            platform="综合执法平台",
            case=f"BQ2017-{n:05d}",
            indicator="按时办结率",
            why="逾期",
            due_at=AT,
        )
        for n in range(1, 41)
    ),
    problems_left=3,
    people=(PersonRow(name="雷木樨", num=4, den=5), PersonRow(name="钟山雨", num=0, den=0)),
    reviews=(
        ReviewRow(line="便民服务平台", person=MAYOR, is_agreed=True, opinion="数据属实", at=AT),
    ),
    signer=MAYOR,
)
DRAFT = replace(SHEET, number=None, signer=None)


def squeezed(page) -> str:
    """一页的字，去掉空白."""
    return "".join((page.extract_text() or "").split())


@pytest.fixture(scope="module")
def made(kit):
    """一份签发的通报."""
    return to_pdf("assessment", SHEET, kit=kit, identifier="P4-test")


def test_every_number_of_the_sheet_is_on_paper(made):
    with opened(made.content) as pdf:
        words = "".join(squeezed(page) for page in pdf.pages)
    for piece in (
        *("89.50", "94.50", "5.00", "+2.50", "良好", "12/13", "92.31%", "得21.30/23.08"),
        *(
            "无考核量，不评分、不排名",
            "满意率（权重15）",
            "便民服务平台的按时签收率",
            "BQ2017-00040",
        ),
        *(
            "2017-0003",
            "ASM-2017-1",
            "雷木樨4/580%",
            "本期没有上报的1人：钟山雨",
            "另有3项没有列出",
        ),
        *("复核：钟怀川（乡长），便民服务平台，同意：数据属实", "签发：钟怀川（乡长）"),
        "最高综治工作平台89.50分，最低综合执法平台48.85分",
    ):
        assert piece in words, piece


def test_pages_are_even_numbered_and_a_long_table_repeats_its_head(made):
    with opened(made.content) as pdf:
        assert len(pdf.pages) % 2 == 0
        heads = [page for page in pdf.pages if "案件编号指标问题期限" in squeezed(page)]
        assert len(heads) >= 2
        assert "—1—" in squeezed(pdf.pages[0])


def test_the_chart_lies_inside_the_type_area_and_its_words_can_be_read(made):
    with opened(made.content) as pdf:
        page = next(p for p in pdf.pages if "各平台5月得分" in squeezed(p))
        bars = [r for r in page.rects if r.get("non_stroking_color") and r["height"] * MM > 4.5]
        grey = [r for r in bars if 4.5 < r["height"] * MM < 5.5]
        assert len(grey) == 2
        assert all(r["x0"] * MM >= 28 and r["x1"] * MM <= 184.1 for r in grey)
        assert max(r["width"] for r in grey) / min(r["width"] for r in grey) == pytest.approx(
            8950 / 4885, rel=0.01
        )
        assert "48.85（较差）" in squeezed(page)


def test_a_draft_is_marked_on_every_page(kit):
    made = to_pdf("assessment", DRAFT, kit=kit, identifier="draft")
    with opened(made.content) as pdf:
        marks = [
            [char for char in page.chars if char["size"] > 100 and char["text"] in "草稿"]
            for page in pdf.pages
        ]
    assert len(marks) > 1
    assert all(len(found) >= 2 for found in marks)


def test_the_same_sheet_gives_the_same_bytes_also_from_its_frozen_copy(made, kit):
    copy = snapshot("assessment", SHEET, identifier="P4-test")
    import json  # noqa: PLC0415

    again = revive(CircularSheet, json.loads(copy)["sheet"])
    assert again == SHEET
    assert to_pdf("assessment", again, kit=kit, identifier="P4-test").content == made.content


def test_what_was_typed_cannot_become_markup():
    odd = replace(SHEET, revision=2, correction="<script>x</script>更正一件")
    page = render_html("assessment", odd)
    assert "<script>x" not in page
    assert "&lt;script&gt;" in page
    assert "<script" not in score_chart([Bar("<script>", 100)])


def test_the_chart_is_well_formed_and_as_wide_as_the_scores():
    drawn = score_chart([Bar("甲平台", 10_000, "优秀"), Bar("乙平台", 5_000), Bar("丙平台", None)])
    root = ElementTree.fromstring(drawn)
    boxes = [one for one in root.iter() if one.tag.endswith("rect")]
    assert [float(one.get("width")) for one in boxes] == [82, 41]
    words = "".join(root.itertext())
    assert "100.00（优秀）" in words
    assert "无考核量" in words
    assert score_chart([]) == ""


def test_a_month_without_any_volume_says_so():
    bare = tuple(replace(row, base=None, score=None, yellow=0, red=0) for row in SCORES)
    page = render_html("assessment", replace(SHEET, scores=bare))
    assert "各平台都没有考核量，不评分、不排名" in page


@pytest.mark.parametrize(
    "change",
    [
        {"signer": None},
        {"revision": 2},
        {"scores": SCORES[:2]},
        {"frozen_at": AT.replace(tzinfo=None)},
    ],
)
def test_a_sheet_that_does_not_hold_together_is_not_made(change):
    with pytest.raises(ValueError, match="须"):
        replace(SHEET, **change)
