"""搜索的界面：编号直达、命中标出而不成标记、分面在地址里、面板的一口、没有脚本也能用."""

from __future__ import annotations

from typing import Any

import pytest

from app.services.case_record import Informant
from tests.conftest import NOW
from tests.factories import Walk, category_id, grid_id
from tests.site import words
from tests.sql import counted

ODD = "<img src=x onerror=alert(1)>堆料"


@pytest.fixture
def walk(actor: Any) -> Walk:
    """往前走的一件."""
    return Walk(actor, NOW)


@pytest.fixture
def cases(walk: Walk, db_session: Any) -> dict[str, Any]:
    """三件：普通的、标题里有标记的、敏感的."""
    found = {
        "plain": walk.processing(informant=Informant(name="雷某英", phone="13800000612")),
        "odd": walk.reported(title=f"高山村口{ODD}", grid_id=grid_id("G01")),
        "secret": walk.reported(category_id=category_id("ZZ0501"), title="后山种植罂粟"),
    }
    db_session.commit()
    return found


def page(browser: Any, **query: Any) -> str:
    """整页结果的源码."""
    answer = browser.get("/search/", query_string=query)
    assert answer.status_code == 200, words(answer)
    return answer.get_data(as_text=True)


def find(browser: Any, typed: str) -> dict[str, Any]:
    """面板的一口：组名 → 各项的字."""
    answer = browser.get("/search/find", query_string={"q": typed})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def labels(found: dict[str, Any]) -> dict[str, list[str]]:
    """各组各项的字."""
    return {
        group["title"]: ["".join(piece for piece, _hit in one["label"]) for one in group["items"]]
        for group in found["groups"]
    }


def test_a_whole_number_goes_straight_to_the_case(cases, client_for):
    case = cases["plain"]
    answer = client_for("clerk").get("/search/", query_string={"q": case.number})
    assert answer.status_code == 302
    assert answer.location.endswith(f"/cases/{case.id}")
    assert find(client_for("clerk"), case.number)["go"].endswith(f"/cases/{case.id}")


def test_a_number_out_of_scope_is_answered_like_one_that_does_not_exist(cases, client_for):
    stranger = client_for("shichang")
    there = page(stranger, q=cases["plain"].number)
    assert "没有找到" in there
    nowhere = page(stranger, q="2017-99999")
    assert there.count("<li") == nowhere.count("<li")
    assert find(stranger, cases["plain"].number)["go"] is None


def test_hits_are_marked_and_nothing_typed_or_stored_becomes_markup(cases, client_for):
    found = page(client_for("clerk"), q="堆料")
    assert "<mark>堆料</mark>" in found
    assert "<img src=x" not in found
    assert "&lt;img src=x" in found
    echoed = page(client_for("clerk"), q="<b>没有</b>")
    assert "<b>没有</b>" not in echoed
    assert "&lt;b&gt;没有&lt;/b&gt;" in echoed


def test_the_text_that_was_hit_is_shown_to_those_who_may_read_it(cases, client_for):
    assert "<mark>三天没人清运</mark>" in page(client_for("clerk"), q="三天没人清运")
    assert "三天没人清运</mark>" not in page(client_for("viewer"), q="三天没人清运")


def test_conditions_live_in_the_address_and_can_be_taken_away(cases, client_for):
    browser = client_for("clerk")
    both = page(browser, q="高山")
    assert cases["plain"].number in both
    assert cases["odd"].number in both
    only = page(browser, q="高山", state="PROCESSING")
    assert cases["plain"].number in only
    assert cases["odd"].number not in only
    assert 'aria-current="true"' in only
    assert "去掉条件" in only
    none = page(browser, q="高山", state="ARCHIVED")
    assert "没有找到“高山”。试试编号、姓名或去掉条件。" in none
    top = next(c.category_id for c in [cases["plain"]])
    assert cases["plain"].number in page(browser, q="高山", category=top)


def test_a_first_level_category_stands_for_all_below_it(cases, client_for, db_session):
    from models.platform import Category  # noqa: PLC0415

    parent = db_session.get(Category, cases["plain"].category_id).parent_id
    assert cases["plain"].number in page(client_for("clerk"), q="高山", category=parent)


def test_odd_parameters_are_left_out_and_said(cases, client_for):
    found = page(client_for("clerk"), q="高山", state="NO_SUCH", cursor="x", sort="up", zz="1")
    assert "NO_SUCH" in found
    assert cases["plain"].number in found


def test_a_sensitive_case_is_found_by_number_with_its_words_hidden(cases, client_for):
    browser = client_for("zongzhi")
    assert "罂粟" not in page(browser, q=str(cases["secret"].seq))
    assert cases["secret"].number not in page(client_for("clerk"), q="罂粟")


def test_the_palette_names_cases_people_places_and_screens(cases, client_for):
    browser = client_for("clerk")
    assert labels(find(browser, "垃圾成堆"))["案件"] == ["高山村口垃圾成堆"]
    assert labels(find(browser, "lanwangxiu"))["人员"] == ["蓝望岫"]
    assert "高山村" in labels(find(browser, "高山"))["地点"]
    assert labels(find(browser, "登记"))["画面"] == ["登记来件"]
    assert "没有找到" in find(browser, "没有这个词")["words"]


def test_without_words_the_palette_lists_the_doors_one_has(cases, client_for):
    clerk, viewer, admin = (
        labels(find(client_for(n), ""))["画面"] for n in ("clerk", "viewer", "admin")
    )
    assert "登记来件" in clerk
    assert "登记来件" not in viewer
    assert "账号" in admin
    assert "统一受理" not in admin


def test_one_without_cases_still_finds_people_and_screens(cases, client_for):
    found = labels(find(client_for("admin"), "蓝望岫"))
    assert found == {"人员": ["蓝望岫"]}
    assert "案件" not in labels(find(client_for("admin"), "垃圾"))
    assert "没有找到" in page(client_for("admin"), q="垃圾")


def test_a_colleague_leads_to_where_the_reader_may_go(cases, client_for):
    for login, part in (("mayor", "/config/people/show/"), ("zhifa", "/search/?q=")):
        group = find(client_for(login), "蓝望岫")["groups"][0]
        url = group["items"][0]["url"]
        assert part in url
        assert client_for(login).get(url).status_code == 200


def test_the_top_bar_is_a_plain_form_that_leads_to_the_full_page(client_for):
    found = client_for("clerk").get("/meetings/").get_data(as_text=True)
    assert 'class="search" action="/search/" method="get"' in found
    assert 'id="palette"' in found


def test_a_search_costs_few_statements(cases, client_for):
    browser = client_for("clerk")
    for path in ("/search/find?q=垃圾", "/search/?q=垃圾"):
        browser.get(path)
        with counted() as found:
            browser.get(path)
        own = [one for one in found if "case_text" in one]
        assert len(own) <= 2, found.report
        assert len(found) <= 14, found.report
