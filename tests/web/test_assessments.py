"""考核的界面：数字点开就是那些件，各角色看得到多少，计算、复核、发布走得通."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from app.domain.months import Month
from app.domain.working_time import SHANGHAI
from app.services import assessment
from models.assessment import Assessment, AssessmentLine, AssessmentRow
from tests.factories import Walk
from tests.site import words
from tests.sql import counted

MAY = Month(2017, 5)
WHY = "漏计一件，按核对结果重算本月"


def local(*when):
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)


JUNE = local(2017, 6, 1, 9, 0)


@pytest.fixture
def walk(db_session, actor, clock, app):
    clock.at = JUNE
    return Walk(actor, local(2017, 5, 15, 9, 0))


@pytest.fixture
def row(walk, actor, db_session):
    walk.archived()
    walk.processing()
    made = assessment.calculate(MAY, actor=actor("clerk"), now=JUNE)
    db_session.commit()
    return made


def published(row, actor, db_session):
    for login, line in (("deputy", "OTHER"), ("mayor", "BM"), ("jiwei", "BM")):
        assessment.review(row.id, line=line, agreed=True, actor=actor(login), now=JUNE)
    assessment.publish(row.id, actor=actor("mayor"), now=JUNE)
    db_session.commit()


def numbers(page):
    """页面上写着的编号."""
    return re.findall(r"BQ2017-\d{5}", page)


# 数字即门


def test_every_number_on_the_sheet_opens_exactly_the_rows_it_counts(row, client_for, db_session):
    browser = client_for("mayor")
    page = browser.get(f"/assessments/{row.id}").get_data(as_text=True)
    found = re.findall(r'href="(/assessments/\d+/rows\?[^"]+)"[^>]*>(\d+)/(\d+)<', page)
    links = [(path.replace("&amp;", "&"), num, den) for path, num, den in found if den != "0"]
    lines = db_session.execute(
        select(func.count()).where(AssessmentLine.assessment_id == row.id, AssessmentLine.den > 0)
    ).scalar()
    assert len(links) == lines > 3
    for path, num, den in links:
        for part, wanted in (("den", den), ("num", num)):
            shown = browser.get(f"{path}&part={part}").get_data(as_text=True)
            assert len(re.findall(r"<tr data-row", shown)) == int(wanted), (path, part)


def test_the_row_says_which_case_when_and_why(row, walk, client_for):
    page = words(client_for("mayor").get(f"/assessments/{row.id}/rows?platform=ZF&indicator=I2"))
    assert walk.one.number in page
    assert "高山村口垃圾成堆" in page
    assert "到期未完成" in page
    assert "5月22日 17:30" in page


def test_what_is_left_out_is_listed_with_its_reason(row, walk, client_for, db_session, actor):
    db_session.execute(
        text("UPDATE case_record SET is_county_done = true WHERE id = :id"), {"id": walk.one.id}
    )
    again = assessment.calculate(MAY, actor=actor("clerk"), now=JUNE, reason=WHY)
    db_session.commit()
    path = f"/assessments/{again.id}/rows?platform=ZF&indicator=I2"
    browser = client_for("mayor")
    assert walk.one.number not in words(browser.get(path))
    left_out = words(browser.get(f"{path}&part=out"))
    assert walk.one.number in left_out
    assert "县级办理，不计" in left_out


def test_a_published_number_still_opens_the_rows_it_was_made_of(
    row, walk, actor, client_for, db_session
):
    published(row, actor, db_session)
    path = f"/assessments/{row.id}/rows?platform=ZF&indicator=I2"
    before = numbers(words(client_for("secretary").get(path)))
    db_session.execute(text("UPDATE case_clock SET yellow_at = yellow_at + interval '60 days'"))
    db_session.commit()
    assert numbers(words(client_for("secretary").get(path))) == before != []


def test_a_long_list_of_rows_is_walked_page_by_page(row, client_for, db_session):
    db_session.execute(
        text(
            "INSERT INTO assessment_row (township_id, assessment_id, platform, indicator, case_id,"
            " round, turn, in_den, in_num, why) SELECT township_id, assessment_id, platform,"
            " indicator, case_id, round, turn, true, false, 'LATE' FROM assessment_row r,"
            " generate_series(1, 60) WHERE r.id = (SELECT min(id) FROM assessment_row WHERE"
            " indicator = 'I2' AND platform = 'ZF')"
        )
    )
    db_session.commit()
    browser, path, seen = client_for("mayor"), "", []
    path = f"/assessments/{row.id}/rows?platform=ZF&indicator=I2"
    while path:
        page = browser.get(path).get_data(as_text=True)
        seen += re.findall(r'<tr data-row data-id="(\d+)"', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 62


# 看得到多少


@pytest.mark.parametrize(
    ("login", "columns"),
    [("mayor", 4), ("jiwei", 4), ("zhifa", 1), ("zhifa_lead", 1), ("grid09", 0), ("village206", 0)],
)
def test_each_role_sees_the_columns_of_its_charge(row, client_for, login, columns):
    answer = client_for(login).get(f"/assessments/{row.id}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert len(re.findall(r'<li class="hue-\d', page)) == columns


def test_the_rows_of_another_platform_are_as_if_they_were_not(row, client_for):
    mine = f"/assessments/{row.id}/rows?indicator=I2&platform="
    operator = client_for("shichang")
    assert operator.get(f"{mine}SJ").status_code == 200
    assert operator.get(f"{mine}ZF").status_code == 404
    for wrong in ("indicator=I6&platform=ZF", "indicator=XX&platform=ZF", "indicator=I8&person=1"):
        assert client_for("mayor").get(f"/assessments/{row.id}/rows?{wrong}").status_code == 404


def test_the_reader_sees_scores_after_publication_and_never_the_cases(
    row, actor, client_for, db_session
):
    reader = client_for("viewer")
    assert reader.get(f"/assessments/{row.id}").status_code == 404
    assert "还没有发布过考核" in words(reader.get("/assessments/"))
    published(row, actor, db_session)
    assert "2017年5月" in words(reader.get("/assessments/"))
    assert reader.get(f"/assessments/{row.id}").status_code == 200
    shown = words(reader.get(f"/assessments/{row.id}/rows?platform=ZF&indicator=I2"))
    assert numbers(shown) == []


def test_a_sensitive_case_shows_its_number_without_its_subject(row, walk, client_for, db_session):
    db_session.execute(
        text("UPDATE case_record SET is_sensitive = true WHERE id = :id"), {"id": walk.one.id}
    )
    db_session.commit()
    page = words(client_for("deputy").get(f"/assessments/{row.id}/rows?platform=ZF&indicator=I2"))
    assert walk.one.number in page
    assert page.count("高山村口垃圾成堆") == 1


# 办


def test_compute_review_and_publish_through_the_pages(walk, client_for, db_session):
    walk.archived()
    db_session.commit()
    clerk = client_for("clerk")
    assert "还没有考核" in words(clerk.get("/assessments/"))
    answer = clerk.post("/assessments/calculate", data={"month": "2017-05"})
    assert answer.status_code == 302
    path = answer.location
    for login, line in (("deputy", "OTHER"), ("mayor", "BM"), ("jiwei", "BM")):
        browser = client_for(login)
        page = browser.get(path).get_data(as_text=True)
        assert f"do-agree-{line}" in page
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        data = {"line": line, "agreed": "1", "version": version}
        assert browser.post(f"{path}/review", data=data).status_code == 302
    page = words(client_for("mayor").get(path))
    assert "发布考核" in page
    assert client_for("mayor").post(f"{path}/publish").status_code == 302
    assert "已发布" in words(client_for("secretary").get(path))
    db_session.expire_all()
    row = db_session.execute(select(Assessment)).scalar_one()
    assert row.state == "PUBLISHED"


def test_a_refusal_is_said_on_the_page_and_keeps_what_was_typed(row, client_for):
    clerk = client_for("clerk")
    again = clerk.post("/assessments/calculate", data={"month": "2017-05", "reason": "太短"})
    assert again.status_code == 422
    assert "至少 10 个字" in words(again)
    assert ">太短</textarea>" in again.get_data(as_text=True)
    early = clerk.post("/assessments/calculate", data={"month": "2017-06"})
    assert "2017年6月还没有过完" in words(early)
    assert clerk.post("/assessments/calculate", data={"month": "五月"}).status_code == 422
    deputy = client_for("deputy")
    path = f"/assessments/{row.id}"
    short = deputy.post(f"{path}/review", data={"line": "OTHER", "agreed": "0", "reason": "不对"})
    assert short.status_code == 422
    assert ">不对</textarea>" in short.get_data(as_text=True)
    assert deputy.post(f"{path}/review", data={"line": "BM", "agreed": "1"}).status_code == 422
    assert deputy.post(f"{path}/review", data={"line": "XX", "agreed": "1"}).status_code == 404
    stale = {"line": "OTHER", "agreed": "1", "version": "99"}
    assert deputy.post(f"{path}/review", data=stale).status_code == 409


def test_a_later_edition_shows_what_changed(row, walk, actor, client_for, db_session):
    walk.now = local(2017, 5, 16, 9, 0)
    walk.archived()
    again = assessment.calculate(MAY, actor=actor("clerk"), now=JUNE, reason=WHY)
    db_session.commit()
    page = words(client_for("mayor").get(f"/assessments/{again.id}"))
    assert "与2017年5月第 1 版比" in page
    assert "按时签收率 2/2 → 3/3" in page
    assert WHY in page


def test_the_asking_page_works_without_scripts(row, client_for):
    page = client_for("deputy").get(f"/assessments/{row.id}/refuse-OTHER")
    assert page.status_code == 200
    assert f'action="/assessments/{row.id}/review"' in page.get_data(as_text=True)
    assert client_for("deputy").get(f"/assessments/{row.id}/nothing").status_code == 404


def test_the_sheet_and_the_rows_cost_a_fixed_number_of_statements(row, client_for):
    browser = client_for("mayor")
    browser.get(f"/assessments/{row.id}")
    with counted() as sheet:
        browser.get(f"/assessments/{row.id}")
    assert len(sheet) <= 30, sheet.report
    with counted() as behind:
        browser.get(f"/assessments/{row.id}/rows?platform=ZF&indicator=I2")
    assert len(behind) <= 22, behind.report


def test_the_number_of_rows_is_the_number_of_the_line(row, db_session):
    for line in db_session.execute(select(AssessmentLine).where(AssessmentLine.den > 0)).scalars():
        whose = (
            AssessmentRow.platform == line.platform
            if line.platform
            else AssessmentRow.person_id == line.person_id
        )
        num, den = db_session.execute(
            select(
                func.count().filter(AssessmentRow.in_num), func.count().filter(AssessmentRow.in_den)
            ).where(AssessmentRow.indicator == line.indicator, whose)
        ).one()
        assert (num, den) == (line.num, line.den)
