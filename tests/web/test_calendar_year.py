"""全年日历的画面：十二个月、登记前看差别、写错的标在框上、登记生效；没有权的进不来."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site import Browser
from tests.sql import counted
from tests.web.case_desk import words

PATH = "/config/calendar-year/2028"
PUT = f"{PATH}/put"
YEAR = {"rest": "1月1日至3日、4月4日至6日", "makeup": "1月8日", "basis": "国办发明电〔2027〕1号"}


def test_a_year_is_shown_and_a_missing_one_is_said(client_for: Callable[[str], Browser]) -> None:
    admin = client_for("admin")
    admin.get("/config/calendar-year/2017")
    with counted() as statements:
        page = words(admin.get("/config/calendar-year/2017"))
    assert len(statements) <= 12, statements.report
    assert "249 个工作日" in page
    assert "未导入" not in page
    assert "2028 年工作日历未导入" in words(admin.get(PATH))
    assert admin.get("/config/calendar-year/1990").status_code == 404
    assert client_for("grid09").get(PATH).status_code == 403
    assert client_for("clerk").get(PUT).status_code == 403


def test_what_cannot_be_read_stays_in_its_box(client_for: Callable[[str], Browser]) -> None:
    admin = client_for("admin")
    answer = admin.post(PUT, data={**YEAR, "rest": "春节七天", "go": "1"})
    text = words(answer)
    assert "“春节七天”看不懂" in text
    assert "春节七天" in answer.get_data(as_text=True)
    assert "国办发明电" in answer.get_data(as_text=True)
    weekday = words(admin.post(PUT, data={**YEAR, "makeup": "1月10日", "go": "1"}))
    assert "本来上班" in weekday
    empty = words(admin.post(PUT, data={**YEAR, "basis": " ", "go": "1"}))
    assert "有 1 处" in empty
    assert "未导入" in words(admin.get(PATH))


def test_the_difference_is_seen_before_it_is_in_force(client_for: Callable[[str], Browser]) -> None:
    admin = client_for("admin")
    seen = admin.post(PUT, data={**YEAR, "look": "1"})
    assert "放假的工作日 4 天，补班的周末 1 天" in words(seen)
    assert 'name="go"' in seen.get_data(as_text=True)
    assert "未导入" in words(admin.get(PATH))
    done: Any = admin.post(PUT, data={**YEAR, "go": "1"})
    assert done.status_code == 302
    page = words(admin.get(PATH))
    assert "未导入" not in page
    assert "2028 年工作日历已生效" in page
    filled = admin.get(PUT).get_data(as_text=True)
    assert "1月8日" in filled
