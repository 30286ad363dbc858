"""出文书：两道关、封存、隔离与上限。"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from io import BytesIO

import pytest
from jinja2 import UndefinedError
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from app.domain.errors import Refused
from reports.gates import foreign_fonts, missing_glyphs, visible_text
from reports.render import Limits, RenderRefused, check_facts, environment, render_html, to_pdf
from tests.reports import samples
from tests.reports.paper import opened


def refused_code(caught) -> str:
    return caught.value.code


def test_minutes_use_only_the_five_fonts_of_the_kit(full_pdf, kit):
    assert foreign_fonts(full_pdf.content, kit) == ()
    assert not full_pdf.warnings


def test_a_font_named_by_a_style_never_comes_from_the_system(typeset):
    facts, _ = typeset("<p style='font-family:DejaVu Sans,Arial'>板桥 abc</p>")
    assert facts["foreign"] == []


def test_a_foreign_font_in_the_pdf_is_found(kit):
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    font = DictionaryObject({NameObject("/BaseFont"): NameObject("/ABCDEF+Noto-Sans-CJK-JP")})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    with BytesIO() as stream:
        writer.write(stream)
        found = foreign_fonts(stream.getvalue(), kit)
    assert found == ("Noto-Sans-CJK-JP",)
    with pytest.raises(RenderRefused) as caught:
        check_facts({"refused": [], "foreign": list(found)}, Limits())
    assert refused_code(caught) == "document.foreign_fonts"


def test_rare_names_are_in_the_kit(kit):
    assert missing_glyphs("赟㛃𬭎䶮龑頔𬱖𫖯堃喆翀犇燊旻①②℃㎡〔〕“”‘’——……·", kit) == ()


def test_a_missing_glyph_is_reported_with_its_place(kit):
    (found,) = missing_glyphs("到会的有张𪚥三等人，𪚥字缺", kit)
    assert (found.char, found.code, found.count) == ("𪚥", "U+2A6A5", 2)
    assert found.context == "到会的有张〖𪚥〗三等人，𪚥字"


def test_a_document_with_a_missing_glyph_is_refused_unless_somebody_accepts_it(kit):
    chair = replace(samples.LEAD, name="盘𪚥")
    sheet = replace(samples.SHORT, chair=chair)
    with pytest.raises(RenderRefused) as caught:
        to_pdf("minutes", sheet, kit=kit, identifier="x")
    assert refused_code(caught) == "document.missing_glyphs"
    assert "U+2A6A5" in caught.value.facts["glyphs"]
    assert isinstance(caught.value, Refused)
    accepted = to_pdf("minutes", sheet, kit=kit, identifier="x", accepted_missing="𪚥")
    assert foreign_fonts(accepted.content, kit) == ()


def test_the_same_sheet_gives_the_same_bytes_in_another_process(kit, full_pdf):
    again = to_pdf("minutes", samples.FULL, kit=kit, identifier="minutes-2017-23-ZF")
    assert again.content == full_pdf.content
    assert again.sha256 == full_pdf.sha256


def test_the_issued_pdf_carries_its_data_identity_and_time(full_pdf):
    reader = PdfReader(BytesIO(full_pdf.content))
    (attached,) = reader.attachments["snapshot.json"]
    assert attached.decode() == full_pdf.snapshot
    data = json.loads(attached)
    assert data["sheet"]["resolutions"][0]["responsible"] == "钟碧澜"
    assert data["sheet"]["frozen_at"] == "2017-06-06T08:20:00+00:00"
    assert reader.metadata.title == "综合执法平台例会纪要〔2017〕第23周"
    assert reader.metadata.author == samples.FULL.organ
    assert reader.metadata.creation_date == samples.SIGNED_AT
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="B"' in xmp
    assert {"weasyprint", "pango", "harfbuzz", "kit"} <= set(full_pdf.versions)


def test_a_draft_has_a_watermark_on_every_page_and_neither_number_nor_data(kit):
    pdf = to_pdf("minutes", samples.DRAFT, kit=kit, identifier="draft")
    assert not PdfReader(BytesIO(pdf.content)).attachments
    with opened(pdf.content) as paper:
        for page in paper.pages:
            assert {"草", "稿"} <= {c["text"] for c in page.chars if c["size"] > 100}
        first = paper.pages[0].extract_text()
    assert "（草稿）" in first
    assert "〔2017〕第23周" not in first


def test_minutes_say_everything_that_was_decided(full_pdf):
    with opened(full_pdf.content) as paper:
        text = "".join(page.extract_text() for page in paper.pages).replace("\n", "")
    for said in (
        "上次议定事项落实情况",
        "上周工作分析",
        "SNAP-2017W22-ZF",
        "本周工作安排",
        "提交联席会议事项",
        "议定事项",
        "盘厚堃（国土资源所〔片区〕负责人，代行）",
        "县里培训",
        "BQ2017-00163",
        "2017年6月6日印发",
        "抄送：乡党委书记",
        "代蓝其蓁",
    ):
        assert said in text, said


def test_hostile_text_is_printed_and_never_obeyed(kit):
    attack = "<script>x</script><img src='file:///etc/passwd'>{{ 7*7 }}</p><style>*{display:none}"
    sheet = replace(samples.SHORT, analysis=(attack,), place="会议室<b>二</b>\u202e\u200b")
    html = render_html("minutes", sheet)
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="hostile")
    with opened(pdf.content) as paper:
        text = "".join(page.extract_text() for page in paper.pages).replace("\n", "")
    assert "<script>x</script>" in text
    assert "{{7*7}}" in text.replace(" ", "")
    assert "会议室<b>二</b>" in text


def test_an_endless_word_stays_inside_the_margins(kit):
    sheet = replace(
        samples.SHORT, analysis=("W" * 500,), chair=replace(samples.LEAD, name="名" * 60)
    )
    pdf = to_pdf("minutes", sheet, kit=kit, identifier="long")
    with opened(pdf.content) as paper:
        assert max(c["x1"] for p in paper.pages for c in p.chars) * 25.4 / 72 < 184.5


@pytest.mark.parametrize(
    "html",
    [
        "<img src='file:///etc/passwd'>",
        "<img src='http://example.org/a.png'>",
        "<link rel=stylesheet href='http://example.org/a.css'>",
        "<a rel=attachment href='file:///etc/passwd'>附件</a>",
        "<style>@import url(file:///etc/passwd);</style>",
        "<p style='background:url(file:///etc/passwd)'>x</p>",
        "<svg><image href='file:///etc/passwd' width='9' height='9'/></svg>",
        "<img src='data:image/png;base64,AAAA'>",
    ],
)
def test_the_closed_fetcher_refuses_every_address(typeset, html):
    facts, _ = typeset(f"<html><body>{html}</body></html>")
    assert facts["refused"]
    with pytest.raises(RenderRefused) as caught:
        check_facts(facts, Limits())
    assert refused_code(caught) == "document.foreign_asset"


def test_a_page_cannot_bring_attachments_of_its_own(typeset):
    _, pdf = typeset("<html><head><link rel=attachment href='file:///etc/passwd'></head>一</html>")
    assert not PdfReader(BytesIO(pdf)).attachments


def svg_bomb() -> str:
    layers = ["<g id='a0'><rect width='1' height='1'/></g>"]
    for n in range(1, 10):
        layers.append(f"<g id='a{n}'>" + f"<use href='#a{n - 1}'/>" * 10 + "</g>")
    return f"<svg width='9' height='9'>{''.join(layers)}<use href='#a9'/></svg>"


@pytest.mark.parametrize(
    "html",
    [svg_bomb(), "<table><tr><td colspan=65534>a<td colspan=65534>b</table>"],
    ids=["svg", "colspan"],
)
def test_a_bomb_is_stopped_by_the_processor_limit(typeset, html):
    began = time.monotonic()
    with pytest.raises(RenderRefused) as caught:
        typeset(html, limits=Limits(cpu_seconds=2, wall_seconds=30))
    assert refused_code(caught) == "document.too_heavy"
    assert time.monotonic() - began < 25


def test_a_document_that_takes_too_long_by_the_clock_is_stopped(typeset):
    with pytest.raises(RenderRefused) as caught:
        typeset(svg_bomb(), limits=Limits(wall_seconds=2))
    assert refused_code(caught) == "document.too_heavy"


def test_too_little_memory_is_a_refusal_and_not_a_crash(typeset):
    def attempt():
        facts, _ = typeset("<p>一</p>", limits=Limits(memory_bytes=120 * 1024 * 1024))
        check_facts(facts, Limits())

    with pytest.raises(RenderRefused) as caught:
        attempt()
    assert refused_code(caught) == "document.render_failed"


def test_nesting_too_deep_is_a_refusal(typeset):
    facts, _ = typeset("<div>" * 3000)
    with pytest.raises(RenderRefused) as caught:
        check_facts(facts, Limits())
    assert refused_code(caught) == "document.render_failed"


def test_a_document_longer_than_allowed_is_refused(kit):
    with pytest.raises(RenderRefused) as caught:
        to_pdf("minutes", samples.FULL, kit=kit, identifier="x", limits=Limits(html_chars=100))
    assert refused_code(caught) == "document.too_long"
    with pytest.raises(RenderRefused) as caught:
        to_pdf("minutes", samples.FULL, kit=kit, identifier="x", limits=Limits(pages=2))
    assert refused_code(caught) == "document.too_long"
    assert caught.value.facts["pages"] == 6


def test_a_template_that_asks_for_an_unknown_field_fails_loudly():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ sheet.nonsense }}").render(sheet={})


def test_only_the_visible_text_is_checked_for_glyphs():
    html = "<html><head><title>甲</title><style>乙</style></head><body>丙&amp;<b>丁</b></body>"
    assert visible_text(html) == "丙&丁"
