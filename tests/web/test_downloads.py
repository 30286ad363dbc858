"""下载的画面：清单、条件、到哪一步、下载一次记一次；考核页上的通报与草稿."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.services import assessment, documents
from models.attachment import Document
from models.journal import Journal
from tests.conftest import NOW
from tests.meeting_walk import MeetingWalk
from tests.services.test_assessment import JUNE_FIRST, MAY, agree, computed
from tests.services.test_documents import font_kit, fonts, no_fonts  # noqa: F401 - 夹具
from tests.site import words
from tests.web.test_search import find, labels

MINUTES, CIRCULAR = "执法例会纪要〔2017〕第21周", "考核通报〔2017〕5月"


@pytest.fixture
def papers(actor: Any, db_session: Any, clock: Any) -> dict[str, Document]:
    """签发了一份纪要、一份通报，都还没有 PDF."""
    MeetingWalk(actor, NOW).signed()
    row = computed(actor)
    agree(row, actor)
    assessment.publish(row.id, actor=actor("mayor"), now=JUNE_FIRST)
    db_session.commit()
    clock.at = JUNE_FIRST
    found = db_session.execute(select(Document)).scalars().all()
    return {one.number: one for one in found}


def listing(browser: Any, **query: str) -> str:
    """清单页上的字."""
    answer = browser.get("/downloads/", query_string=query)
    assert answer.status_code == 200
    return words(answer)


def test_the_list_says_what_there_is_and_how_far_it_is(papers, client_for, db_session):
    browser = client_for("clerk")
    found = listing(browser)
    assert found.index(CIRCULAR) < found.index(MINUTES)
    assert "排队" in found
    db_session.execute(
        text(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'render_document'"
            " AND args->>'document_id' = :id"
        ),
        {"id": str(papers[CIRCULAR].id)},
    )
    error = '{"code": "document.too_heavy", "facts": {}}'
    db_session.execute(
        update(Document)
        .where(Document.id == papers[MINUTES].id)
        .values(state="FAILED", error=error)
    )
    db_session.commit()
    found = listing(browser)
    assert "生成中" in found
    assert "没做成 文书太复杂，排版超时，已停止。" in found


def test_conditions_narrow_the_list_and_odd_ones_count_for_nothing(papers, client_for):
    browser = client_for("clerk")
    assert CIRCULAR not in listing(browser, kind="P2")
    assert MINUTES not in listing(browser, month="2017-06")
    assert CIRCULAR not in listing(browser, body="ZF")
    assert "没有相符的文书" in listing(browser, month="2017-01")
    for odd in ({"kind": "P9"}, {"month": "x"}, {"body": "??"}, {"place": "zz"}):
        found = listing(browser, **odd)
        assert CIRCULAR in found
        assert MINUTES in found


def test_pages_follow_each_other(papers, client_for, db_session, monkeypatch):
    import app.queries.document_list as query  # noqa: PLC0415

    monkeypatch.setattr(query, "PAGE", 1)
    browser = client_for("clerk")
    first = browser.get("/downloads/").get_data(as_text=True)
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(onward)
    assert MINUTES in words(second)
    assert CIRCULAR not in words(second)
    back = second.get_data(as_text=True).split('rel="prev" href="')[1].split('"')[0]
    assert CIRCULAR in words(browser.get(back.replace("&amp;", "&")))


def test_each_download_is_logged_and_the_same_from_both_doors(
    papers,
    client_for,
    db_session,
    fonts,  # noqa: F811
):
    document = papers[CIRCULAR]
    documents.render(document.id, now=JUNE_FIRST)
    db_session.commit()
    browser = client_for("jiwei")
    assert "已备好" in listing(browser)
    with browser.get(f"/downloads/{document.id}.pdf") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        one = answer.get_data()
    with browser.get(f"/assessments/{document.subject_id}.pdf") as answer:
        assert answer.get_data() == one
    db_session.expire_all()
    traces = db_session.execute(
        select(Journal.data).where(Journal.module == "document", Journal.action == "download")
    ).scalars()
    assert [trace["sha256"] for trace in traces] == [document.sha256] * 2


def test_a_paper_that_is_not_made_or_not_ones_own_is_refused_in_words(papers, client_for):
    document = papers[CIRCULAR]
    answer = client_for("clerk").get(f"/downloads/{document.id}.pdf", follow_redirects=True)
    assert "还没有做好" in words(answer)
    assert client_for("shichang").get(f"/downloads/{papers[MINUTES].id}.pdf").status_code == 404
    assert client_for("clerk").get("/downloads/99999999999999999999.pdf").status_code == 404


def test_the_door_is_there_for_those_who_have_something_to_find(papers, client_for):
    assert "下载" in labels(find(client_for("clerk"), ""))["画面"]
    for login in ("viewer", "admin"):
        assert "下载" not in labels(find(client_for(login), ""))["画面"]
        assert "没有可以下载的文书" in listing(client_for(login))


def test_the_page_of_an_assessment_leads_to_its_paper(
    actor,
    client_for,
    db_session,
    clock,
    fonts,  # noqa: F811
):
    row = assessment.calculate(MAY, actor=actor("clerk"), now=JUNE_FIRST)
    db_session.commit()
    clock.at = JUNE_FIRST
    browser = client_for("deputy")
    page = browser.get(f"/assessments/{row.id}").get_data(as_text=True)
    assert f"/assessments/{row.id}/draft.pdf" in page
    with browser.get(f"/assessments/{row.id}/draft.pdf") as answer:
        assert answer.mimetype == "application/pdf"
    assert browser.get(f"/assessments/{row.id}.pdf").status_code == 404
    assert client_for("zhifa").get(f"/assessments/{row.id}/draft.pdf").status_code == 404
    assert "draft.pdf" not in client_for("zhifa").get(f"/assessments/{row.id}").get_data(
        as_text=True
    )
