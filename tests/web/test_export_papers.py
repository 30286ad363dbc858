"""考核与文书的导出：数字背后的行一行不少、各版考核、签发了的文书；敏感件只写编号；范围照旧."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from tests.web.test_assessments import row, walk  # noqa: F401 - 夹具
from tests.web.test_downloads import CIRCULAR, MINUTES, papers  # noqa: F401 - 夹具
from tests.web.test_exports import lines, sheet_of


def posted(browser, path):
    """按一下导出."""
    return browser.post(path)


def link(page):
    """页面上导出的地址."""
    found = re.search(r'/exports/start/[^"]+', page)
    assert found is not None
    return found[0].replace("&amp;", "&")


def test_the_rows_behind_a_number_are_all_in_the_sheet(row, client_for):  # noqa: F811
    browser = client_for("mayor")
    for indicator in ("I1", "I2", "I5"):
        page = browser.get(
            f"/assessments/{row.id}/rows?indicator={indicator}&platform=ZF"
        ).get_data(as_text=True)
        numbers = re.findall(r"<tr data-row.*?(BQ2017-\d{5})", page, re.DOTALL)
        found = lines(sheet_of(posted(browser, link(page))))
        assert [one["编号"] for one in found] == numbers
        assert numbers
        assert all(hasattr(one["实际时刻"], "year") for one in found if one.get("实际时刻"))


def test_a_part_is_exported_as_that_part(row, client_for):  # noqa: F811
    browser = client_for("clerk")
    page = browser.get(f"/assessments/{row.id}/rows?indicator=I2&platform=ZF&part=num").get_data(
        as_text=True
    )
    path = link(page)
    assert "part=num" in path
    shown = len(re.findall(r"<tr data-row", page))
    answer = posted(browser, path)
    if not shown:
        assert answer.status_code == 302
        return
    book = sheet_of(answer)
    assert len(lines(book)) == shown
    assert "计入分子的" in str([cell.value for cell in book.active[1]])


def test_a_sensitive_case_is_a_number_only(row, client_for, db_session):  # noqa: F811
    db_session.execute(text("UPDATE case_record SET is_sensitive = true"))
    db_session.commit()
    found = lines(
        sheet_of(
            posted(
                client_for("mayor"),
                f"/exports/start/assessment-rows?assessment={row.id}&indicator=I2&platform=ZF",
            )
        )
    )
    assert found
    assert {one["事项"] for one in found} <= {None, ""}


@pytest.mark.parametrize(
    ("login", "query", "status"),
    [
        ("shichang", "indicator=I2&platform=ZF", 404),
        ("mayor", "indicator=I6&platform=ZF", 404),
        ("mayor", "indicator=I2", 404),
        ("viewer", "indicator=I2&platform=ZF", 403),
        ("grid09", "indicator=I2&platform=ZF", 403),
    ],
)
def test_what_the_page_does_not_show_is_not_exported(row, client_for, login, query, status):  # noqa: F811
    path = f"/exports/start/assessment-rows?assessment={row.id}&{query}"
    answer = posted(client_for(login), path)
    shown = answer.status_code
    assert shown == status or (status == 403 and shown == 302)
    assert "spreadsheetml" not in answer.mimetype
    assert posted(client_for("mayor"), "/exports/start/assessment-rows").status_code == 404


def test_the_editions_and_their_scores(row, client_for):  # noqa: F811
    browser = client_for("mayor")
    page = browser.get("/assessments/?year=2017").get_data(as_text=True)
    found = lines(sheet_of(posted(browser, link(page))))
    assert [one["月份"] for one in found] == ["2017年5月"]
    assert posted(browser, "/exports/start/assessments?year=2016").status_code == 302
    assert "/exports/start/assessments" not in client_for("zhifa").get("/assessments/").get_data(
        as_text=True
    )


def test_the_documents_as_the_page_filters_them(papers, client_for):  # noqa: F811
    browser = client_for("clerk")
    page = browser.get("/downloads/").get_data(as_text=True)
    found = lines(sheet_of(posted(browser, link(page))))
    assert [one["文书号"] for one in found] == [CIRCULAR, MINUTES]
    one = lines(sheet_of(posted(browser, "/exports/start/documents?kind=P4")))
    assert [line["文书号"] for line in one] == [CIRCULAR]
    mine = lines(sheet_of(posted(client_for("zhifa"), "/exports/start/documents")))
    assert [line["文书号"] for line in mine] == [MINUTES]
