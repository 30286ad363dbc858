"""考核通报：发布即冻结，再下载逐字节相同；没发布的每页写草稿；谁能看、谁能下载."""

# ruff: noqa: F811 - 夹具由别的文件来，参数与它们同名
from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.domain.errors import Refused
from app.queries.document_list import DocumentFilter, document_page
from app.services import assessment, assessment_documents, document_downloads, documents
from models.attachment import Document
from models.journal import Journal
from reports.assessment.sheet import CircularSheet
from tests.conftest import NOW
from tests.meeting_walk import MeetingWalk
from tests.services.test_assessment import (  # noqa: F401 - 夹具
    JUNE_FIRST,
    MAY,
    WHY,
    agree,
    computed,
    published,
    walk,
    world,
)
from tests.services.test_documents import font_kit, fonts, no_fonts, text_of  # noqa: F401 - 夹具
from tests.sql import counted

MAYOR = "mayor"


def issued(db_session: Any) -> Document:
    """刚签发的通报."""
    return db_session.execute(
        select(Document).where(Document.kind == "P4").order_by(Document.id.desc()).limit(1)
    ).scalar_one()


def pages_of(content: bytes) -> list[str]:
    """各页的字，去掉空白."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def test_publishing_issues_the_circular_with_every_number_of_the_snapshot(
    world,
    actor,
    db_session,
    fonts,
):
    row = published(actor)
    document = issued(db_session)
    assert (document.number, document.edition, document.state) == (
        "考核通报〔2017〕5月",
        1,
        "PENDING",
    )
    assert row.document_id == document.id
    assert document.retention == "D30"
    documents.render(document.id, now=JUNE_FIRST)
    made, _document = assessment_documents.circular_pdf(row.id, actor=actor("jiwei"))
    words = text_of(made.content)
    assert made.name == "考核通报〔2017〕5月.pdf"
    for piece in (
        "“四个平台”考核通报",
        "〔2017〕5月",
        "2017年5月1日至2017年5月31日",
        f"{row.year}-{row.snapshot_no:04d}",
        row.rule_version,
        "按时签收率",
        "综合执法",
        "权重按比例摊给",
        "满意率",
        "归档及时率（权重10）",
        "黄牌",
        "签发",
        "复核",
    ):
        assert piece in words, piece
    for score in assessment_sheet(row, actor).scores:
        if score.score is not None:
            assert f"{score.score // 100}.{score.score % 100:02d}" in words
    assert "草稿" not in words


def assessment_sheet(row: Any, actor: Any) -> CircularSheet:
    """照现在的数填的底稿."""
    from reports.assessment.build import build  # noqa: PLC0415

    return build(row.id, actor=actor(MAYOR), now=JUNE_FIRST)


def test_downloading_again_gives_the_same_bytes_and_leaves_a_trace(
    world,
    actor,
    db_session,
    fonts,
):
    published(actor)
    document = issued(db_session)
    documents.render(document.id, now=JUNE_FIRST)
    found = [
        document_downloads.download(document.id, actor=actor(login), now=JUNE_FIRST).content
        for login in ("clerk", "jiwei", "zhifa", "bianmin_lead")
    ]
    assert len(set(found)) == 1
    traces = db_session.execute(
        select(Journal).where(Journal.module == "document", Journal.action == "download")
    ).scalars()
    assert [one.data["number"] for one in traces] == ["考核通报〔2017〕5月"] * 4
    again = documents.thaw(document)[1]
    assert isinstance(again, CircularSheet)
    assert text_of(found[0]).count("综合执法") > 1


def test_later_changes_do_not_touch_what_was_issued(
    world,
    actor,
    db_session,
    fonts,
):
    row = published(actor)
    first = issued(db_session)
    documents.render(first.id, now=JUNE_FIRST)
    kept = documents.content_of(first).content
    second = assessment.calculate(MAY, actor=actor("clerk"), now=JUNE_FIRST, reason=WHY)
    agree(second, actor)
    assessment.publish(second.id, actor=actor(MAYOR), now=JUNE_FIRST)
    new = issued(db_session)
    assert (new.number, new.edition) == (first.number, 2)
    db_session.refresh(first)
    assert first.state == documents.REPLACED
    assert documents.content_of(first).content == kept
    documents.render(new.id, now=JUNE_FIRST)
    words = text_of(documents.content_of(new).content)
    assert "更正说明" in words
    assert WHY in words
    assert assessment_documents.circular_pdf(row.id, actor=actor("clerk"))[0].content == kept


def test_a_draft_says_so_on_every_page_and_is_not_kept(
    world,
    actor,
    db_session,
    fonts,
):
    row = computed(actor)
    made = assessment_documents.draft_pdf(row.id, actor=actor("deputy"), now=JUNE_FIRST)
    pages = pages_of(made.content)
    assert len(pages) > 1
    assert all("草稿" in page for page in pages)
    assert "草稿" in made.name
    assert db_session.execute(select(Document).where(Document.kind == "P4")).first() is None
    for login in ("zhifa", "grid09", "viewer", "member"):
        with pytest.raises(Refused, match="not_found"):
            assessment_documents.draft_pdf(row.id, actor=actor(login), now=JUNE_FIRST)
    published_row = publish(row, actor)
    with pytest.raises(Refused, match="not_found"):
        assessment_documents.draft_pdf(published_row.id, actor=actor("deputy"), now=JUNE_FIRST)


def publish(row: Any, actor: Any) -> Any:
    """复核齐全再发布."""
    agree(row, actor)
    return assessment.publish(row.id, actor=actor(MAYOR), now=JUNE_FIRST)


def test_publishing_without_fonts_waits_for_them(world, actor, db_session, no_fonts):
    published(actor)
    document = issued(db_session)
    documents.render(document.id, now=JUNE_FIRST)
    assert document.state == documents.PENDING
    with pytest.raises(Refused, match="document_pending"):
        document_downloads.download(document.id, actor=actor("clerk"), now=JUNE_FIRST)


def test_who_may_download_is_what_the_plan_says(world, actor, db_session, fonts):
    published(actor)
    document = issued(db_session)
    documents.render(document.id, now=JUNE_FIRST)
    answers = {}
    for login in (
        *("clerk", "mayor", "deputy", "secretary", "zhifa", "shichang", "zongzhi_lead"),
        *("grid09", "jiwei", "member", "anjian", "viewer", "police", "admin"),
    ):
        try:
            document_downloads.download(document.id, actor=actor(login), now=JUNE_FIRST)
            answers[login] = ""
        except Refused as refused:
            answers[login] = refused.code
    assert [login for login, code in answers.items() if not code] == [
        *("clerk", "mayor", "deputy", "secretary", "zhifa", "shichang", "zongzhi_lead"),
        *("grid09", "jiwei"),
    ]
    assert answers["admin"] == "not_found"
    assert answers["police"] == "not_found"


def listed(actor: Any, login: str, **wanted: Any) -> list[tuple[str, bool]]:
    """清单上的各份：编号与下载得了否."""
    who = actor(login)
    kinds = document_downloads.kinds_for(who)
    page = document_page(DocumentFilter(**wanted), actor=who, kinds=kinds)
    free = document_downloads.allowed(page.rows, actor=who)
    return [(row.number, row.id in free) for row in page.rows]


def test_the_list_holds_what_each_may_see_and_download(world, actor, db_session, no_fonts):
    weekly = MeetingWalk(actor, NOW)
    weekly.signed()
    published(actor)
    circular, minutes = "考核通报〔2017〕5月", "执法例会纪要〔2017〕第21周"
    assert listed(actor, "clerk") == [(circular, True), (minutes, True)]
    assert listed(actor, "clerk", kind="P2") == [(minutes, True)]
    assert listed(actor, "clerk", body="ZF") == [(minutes, True)]
    assert listed(actor, "clerk", body="SJ") == []
    assert listed(actor, "clerk", until=JUNE_FIRST) == [(minutes, True)]
    assert listed(actor, "zhifa") == [(circular, True), (minutes, True)]
    assert listed(actor, "shichang") == [(circular, True)]
    assert listed(actor, "grid09") == [(circular, True)]
    assert listed(actor, "viewer") == listed(actor, "admin") == []


def test_every_listed_document_that_is_free_can_really_be_downloaded(
    world,
    actor,
    db_session,
    fonts,
):
    weekly = MeetingWalk(actor, NOW)
    weekly.signed()
    published(actor)
    for (key,) in db_session.execute(select(Document.id)).all():
        documents.render(key, now=JUNE_FIRST)
    for login in ("clerk", "zhifa", "shichang", "anjian", "grid09", "jiwei", "police", "member"):
        who = actor(login)
        page = document_page(DocumentFilter(), actor=who, kinds=document_downloads.kinds_for(who))
        free = document_downloads.allowed(page.rows, actor=who)
        for row in page.rows:
            try:
                document_downloads.download(row.id, actor=who, now=JUNE_FIRST)
                assert row.id in free, (login, row.number)
            except Refused:
                assert row.id not in free, (login, row.number)


def test_the_list_is_one_statement_and_its_permissions_few(world, actor, db_session, no_fonts):
    MeetingWalk(actor, NOW).signed()
    published(actor)
    who = actor("clerk")
    kinds = document_downloads.kinds_for(who)
    with counted() as found:
        page = document_page(DocumentFilter(), actor=who, kinds=kinds)
    assert len(found) == 1, found.report
    assert "sheet" not in found[0].replace("sheet_sha256", "")
    with counted() as found:
        document_downloads.allowed(page.rows, actor=who)
    assert len(found) <= 4, found.report
