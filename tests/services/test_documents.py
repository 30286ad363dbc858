"""文书：签发即冻结，PDF 再下载逐字节相同；没有字库就等，改过的副本和文件不认。"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from app import storage
from app.domain.errors import Refused
from app.services import documents, meetings
from app.services.meeting_documents import draft_pdf, minutes_pdf
from models.people import Person
from reports.fonts import Kit
from reports.kit_build import build_kit
from reports.minutes.sheet import MinutesSheet
from reports.revive import revive
from reports.sheet import snapshot
from tests.conftest import NOW
from tests.meeting_walk import MeetingWalk
from tests.reports import samples
from tests.reports.conftest import cache_dir


@pytest.fixture(scope="session")
def font_kit() -> Kit:
    """真的文书字库；缓存里没有就建一次。"""
    folder = cache_dir()
    return build_kit(folder, folder / "work", progress=lambda text: None)


@pytest.fixture
def no_fonts(tmp_path, monkeypatch):
    """还没有字库。"""
    monkeypatch.setattr(documents, "_state", {"cache_dir": tmp_path, "font_dir": None})
    return tmp_path


@pytest.fixture
def fonts(font_kit, monkeypatch):
    """字库已备。"""
    monkeypatch.setattr(documents, "_state", {"cache_dir": cache_dir(), "font_dir": None})


@pytest.fixture
def walk(actor):
    return MeetingWalk(actor, NOW)


def text_of(content: bytes) -> str:
    """PDF 里的字，去掉空白。"""
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_signed_minutes_come_out_byte_for_byte_the_same_twice(walk, actor, fonts):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    first = minutes_pdf(walk.id, actor=walk.g)
    second = minutes_pdf(walk.id, actor=actor("jiwei"))
    assert first.content == second.content
    assert first.name == "执法例会纪要〔2017〕第21周.pdf"
    assert document.pages == len(PdfReader(BytesIO(first.content)).pages)
    words = text_of(first.content)
    for piece in (
        "综合执法平台例会纪要",
        "〔2017〕第21周",
        "盘月岚",
        "决01",
        "高山村口增设2个清运点",
    ):
        assert piece in words
    assert "草稿" not in words


def test_rendering_again_from_the_frozen_copy_gives_the_same_bytes(walk, fonts, db_session):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    kept = minutes_pdf(walk.id, actor=walk.g).content
    leader = db_session.get(Person, walk.g.person_id)
    leader.name = "改过名的人"
    storage.path_of(document.path).unlink()
    document.path = document.sha256 = None
    documents.render(document.id, now=walk.later(hours=1))
    assert minutes_pdf(walk.id, actor=walk.g).content == kept


def test_without_fonts_the_document_waits_and_is_made_once_they_are_there(
    walk, no_fonts, font_kit, monkeypatch
):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    assert (document.state, document.path) == ("PENDING", None)
    with pytest.raises(Refused, match="document_pending"):
        minutes_pdf(walk.id, actor=walk.g)
    with pytest.raises(Refused, match="document_no_fonts") as caught:
        documents.preview("minutes", samples.DRAFT)
    assert caught.value.facts["command"] == "flask --app run fonts build"
    assert documents.render_waiting(now=walk.later()) == 0
    monkeypatch.setattr(documents, "_state", {"cache_dir": cache_dir(), "font_dir": None})
    assert documents.render_waiting(now=walk.later()) == 1
    assert (document.state, document.error) == ("READY", None)
    assert documents.render_waiting(now=walk.later()) == 0


def test_a_character_without_a_glyph_stops_the_signature(walk, fonts):
    walk.drafted(walk.terms(content="通知村民𪚥某领取清运桶"))
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    with pytest.raises(Refused, match=r"document\.missing_glyphs") as caught:
        meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    assert "𪚥（U+2A6A5" in caught.value.facts["glyphs"]


def test_a_character_found_missing_after_signing_is_named_on_the_document(
    walk, no_fonts, font_kit, monkeypatch
):
    walk.drafted(walk.terms(content="通知村民𪚥某领取清运桶"))
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    document = meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    monkeypatch.setattr(documents, "_state", {"cache_dir": cache_dir(), "font_dir": None})
    documents.render(document.id, now=walk.later())
    assert document.state == "FAILED"
    assert "𪚥" in document.error


def test_a_frozen_copy_somebody_altered_is_not_rendered(walk, fonts, db_session):
    document = walk.signed()
    frozen = dict(document.sheet)
    document.sheet = {**frozen, "sheet": {**frozen["sheet"], "place": "别处"}}
    db_session.flush()
    with pytest.raises(Refused, match="document_altered"):
        documents.render(document.id, now=walk.later())


def test_a_file_somebody_altered_or_removed_is_not_handed_out(walk, fonts):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    path = storage.path_of(document.path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Refused, match="document_damaged"):
        minutes_pdf(walk.id, actor=walk.g)
    path.unlink()
    with pytest.raises(Refused, match="document_damaged"):
        minutes_pdf(walk.id, actor=walk.g)


def test_the_draft_preview_has_a_watermark_and_no_number(walk, actor, fonts):
    walk.drafted(walk.terms(due_on=None))
    made = draft_pdf(walk.id, actor=walk.f2, now=walk.later())
    words = text_of(made.content)
    assert "草稿" in words
    assert "〔2017〕" not in words
    assert draft_pdf(walk.id, actor=actor("jiwei"), now=walk.later()).content
    with pytest.raises(Refused, match="not_granted"):
        draft_pdf(walk.id, actor=actor("chengguan"), now=walk.later())
    with pytest.raises(Refused, match="not_found"):
        draft_pdf(walk.id, actor=actor("zongzhi"), now=walk.later())


def test_each_role_downloads_only_what_the_plan_lists(walk, actor, fonts):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    for login in ("clerk", "mayor", "secretary", "zhifa", "zhifa_lead", "jiwei", "chengguan"):
        assert minutes_pdf(walk.id, actor=actor(login)).content, login
    for login in ("zongzhi", "shichang_lead", "grid09", "police", "viewer", "sifa"):
        with pytest.raises(Refused, match="not_found"):
            minutes_pdf(walk.id, actor=actor(login))


def test_the_first_edition_stays_downloadable_after_a_correction(walk, fonts):
    first = walk.signed()
    documents.render(first.id, now=walk.later())
    old = minutes_pdf(walk.id, actor=walk.g).content
    second = meetings.reissue_minutes(
        walk.id, reason="上周收件数写错，更正为3件", actor=walk.g, now=walk.later()
    )
    documents.render(second.id, now=walk.later())
    assert minutes_pdf(walk.id, actor=walk.g, edition=1).content == old
    newest = minutes_pdf(walk.id, actor=walk.g)
    assert newest.name.endswith("（第2版）.pdf")
    assert "第2版" in text_of(newest.content)


@pytest.mark.parametrize("sheet", [samples.FULL, samples.DRAFT])
def test_a_sheet_survives_freezing_and_thawing_unchanged(sheet):
    copy = snapshot("minutes", sheet, identifier="x")
    assert revive(MinutesSheet, json.loads(copy)["sheet"]) == sheet


def test_a_frozen_copy_with_an_unknown_field_is_refused():
    with pytest.raises(TypeError, match="没有这些字段"):
        revive(MinutesSheet, {"colour": "红"})


def test_storage_keeps_one_copy_and_never_leaves_its_folder(bare):
    again = [storage.put(b"same", "document", ".pdf") for _ in range(2)]
    assert again[0] == again[1]
    assert storage.read(again[0]) == b"same"
    assert storage.path_of(again[0]).stat().st_mode & 0o777 == 0o600
    for bad in ("../x", "document/../../x", "/etc/hostname"):
        with pytest.raises(storage.Misplaced):
            storage.path_of(bad)


def test_times_in_a_frozen_copy_are_exact():
    moment = datetime(2017, 6, 6, 8, 20, tzinfo=UTC)
    assert revive(MinutesSheet, {**_flat(), "frozen_at": moment.isoformat()}).frozen_at == moment


def _flat():
    return json.loads(snapshot("minutes", samples.DRAFT, identifier="x"))["sheet"]
