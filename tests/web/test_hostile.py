"""来者不善：乱写的地址、巨大的字段、过期的表单、撒谎的文件、脚本与怪字；一律一句中文，不出 500."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from tests.conftest import NOW
from tests.factories import Walk, photo
from tests.site import words

CHINESE = re.compile(r"[一-鿿]{4}")
HUGE = "9" * 20
SCRIPT = '<script>alert("1")</script><img src=x onerror=alert(1)>'
ODD = "עברית \u202eright to left 🌾👨‍👩‍👧 \u0000"[:-1] + SCRIPT
LISTS = (
    *("/cases/", "/meetings/", "/config/orgs/list/", "/config/people/list/", "/users/list/"),
    *("/roles/list/", "/config/holdings/list/", "/config/categories/list/"),
)


def said_in_chinese(answer: Any, *allowed: int) -> str:
    """答得出、说得清：状态在这几个里，页上有中文。"""
    text = answer.get_data(as_text=True)
    assert answer.status_code in allowed, f"{answer.status_code} {words(answer)[:300]}"
    if answer.status_code != 302:
        assert CHINESE.search(text), text[:300]
        assert "Traceback" not in text
        assert "psycopg" not in text
    return text


def who_reads(path: str) -> str:
    """谁看得到这一页."""
    return "admin" if path.startswith(("/config", "/users", "/roles")) else "clerk"


JUNK = (
    *("page=abc", "page_{view}=abc", "page_{view}=-1", f"page_{{view}}={HUGE}"),
    *("psize=1000000", "psize_{view}=1000000", "psize_{view}=0"),
    *("_oc_{view}=password&_od_{view}=asc", "_oc_{view}=name&_od_{view}=sideways"),
    *("_flt_0_password=x", "_flt_9_name=x", "_flt_0_name=" + "长" * 300, "_flt_0_person=abc"),
    *(f"_flt_0_org={HUGE}", "_flt_x=1", "sort=;drop table journal", "order=desc&sort=id"),
    *("cursor=junk", "cursor=" + "A" * 500, "life=forever", "view=%3Cscript%3E"),
    *("state=NOPE&platform=XX&village=-1&grid=abc&channel=%27", "since=soon&until=9999-99-99"),
    *("since=0001-01-01&until=9999-12-31", "q=%27%22%3B--%25_%5C", "unknown[]=1&unknown[]=2"),
)
VIEWS = {"/config/orgs/list/": "OrgView", "/config/people/list/": "PersonView"}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_address_written_by_hand_gives_a_list(client_for, path):
    browser, wrong = client_for(who_reads(path)), []
    for junk in JUNK:
        address = f"{path}?{junk.format(view=VIEWS.get(path, 'X'))}"
        try:
            answer = browser.get(address, follow_redirects=True)
        except Exception as fault:
            wrong.append(f"{address[:120]} {fault!r}"[:300])
            continue
        text = answer.get_data(as_text=True)
        if answer.status_code != 200 or not CHINESE.search(text) or "<script>" in text:
            wrong.append(f"{address[:120]} 答 {answer.status_code}")
    assert wrong == []


KEYS = ("0", "-1", HUGE, "abc", "1e3", "%00", "1;2", "../1")


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("clerk", "/cases/{}"),
        ("clerk", "/cases/{}/finish"),
        ("clerk", "/meetings/{}"),
        ("clerk", "/meetings/{}/minutes.pdf"),
        ("clerk", "/attachments/{}"),
        ("clerk", "/attachments/{}/thumb"),
        ("admin", "/config/orgs/show/{}"),
        ("admin", "/config/orgs/edit/{}"),
        ("admin", "/config/people/show/{}"),
        ("admin", "/config/holdings/end/{}"),
        ("admin", "/users/show/{}"),
        ("admin", "/roles/show/{}"),
        ("admin", "/roles/grants/{}/case"),
        ("mayor", "/config/body-members/end/{}"),
    ],
)
def test_a_wrong_number_is_simply_not_found(client_for, login, path):
    browser, wrong = client_for(login), []
    for key in KEYS:
        try:
            answer = browser.get(path.format(key))
        except Exception as fault:
            wrong.append(f"{key} {fault!r}"[:300])
            continue
        if answer.status_code not in (404, 400) or not CHINESE.search(words(answer)):
            wrong.append(f"{key} 答 {answer.status_code}")
    assert wrong == []


# 字段


def intake(**more: Any) -> dict[str, Any]:
    """登记表的几样，别的留空."""
    return {"channel": "HOTLINE", "title": "手造的一件", "body": "内容", "do": "draft", **more}


@pytest.mark.parametrize("name", ["title", "body", "place", "informant_name", "HOTLINE_line"])
def test_a_million_characters_in_a_field_are_refused_and_kept(client_for, name):
    long = "字" * 1_000_000
    answer = client_for("clerk").post("/cases/add", data=intake(**{name: long}))
    text = said_in_chinese(answer, 422)
    assert long in text, "写过的字丢了"


def test_a_million_characters_in_sign_in_and_search_are_refused(app, client_for):
    long = "x" * 1_000_000
    browser: Any = app.test_client()
    browser.take_token("/login/")
    said_in_chinese(browser.post("/login/", data={"username": long, "password": long}), 200, 422)
    said_in_chinese(client_for("clerk").get("/cases/?q=" + long), 414, 400)


def test_a_body_beyond_all_measure_is_refused_in_words(client_for):
    answer = client_for("clerk").post("/cases/add", data=intake(body="x" * (33 * 1024 * 1024)))
    said_in_chinese(answer, 413)


@pytest.mark.parametrize(
    "fields",
    [
        {"category_id": HUGE},
        {"category_id": "-1"},
        {"grid_id": "abc"},
        {"grid_id": HUGE},
        {"village_id": "0"},
        {"level": "特大"},
        {"kind": "OTHER"},
        {"channel": "NOPE"},
        {"channel": ""},
        {"people_count": HUGE},
        {"people_count": "-5"},
        {"people_count": "很多"},
        {"received_at": "昨天"},
        {"received_at": "0000-00-00 00:00"},
        {"received_at": "99999-01-01 00:00"},
        {"lon": "999", "lat": "nan"},
        {"lon": "inf", "lat": "-inf"},
        {"informant_phone": "电话号码"},
        {"attachments": HUGE},
        {"attachments": ["abc", "-1", "0"]},
        {"do": "destroy"},
        {"submit_key": "k" * 10_000},
        {"version": HUGE},
        {"title": "\ud800"},
        {"title": "   "},
        {},
    ],
    ids=str,
)
def test_odd_values_in_the_intake_form_get_a_sentence(client_for, fields):
    try:
        answer = client_for("clerk").post("/cases/add", data=intake(**fields))
    except UnicodeEncodeError:
        return  # 浏览器自己就发不出半个字
    said_in_chinese(answer, 422, 302, 400)


def test_nul_bytes_are_refused_at_the_door(client_for):
    browser = client_for("clerk")
    said_in_chinese(browser.get("/cases/?q=a%00b"), 400)
    said_in_chinese(browser.post("/cases/add", data=intake(title="a\x00b")), 400)


def test_script_and_odd_letters_are_kept_as_written_and_shown_as_text(client_for, db_session):
    browser = client_for("clerk")
    browser.post("/cases/add", data=intake(title=ODD[:100], body=ODD, place=SCRIPT[:60]))
    page = browser.get("/cases/?view=drafts").get_data(as_text=True)
    key = re.search(r'href="/cases/(\d+)', page)
    assert key, words(browser.get("/cases/?view=drafts"))[:500]
    shown = browser.get(f"/cases/{key[1]}").get_data(as_text=True)
    for text in (page, shown):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert" in shown
    assert "🌾" in shown


def test_script_in_a_name_is_shown_as_text_everywhere(client_for):
    admin = client_for("admin")
    name = "<b onmouseover=alert(1)>所</b>"
    form = {"code": "XSS1", "name": name, "kind": "station", "valid_from": "2017-05-01"}
    answer = admin.post("/config/orgs/add", data={**form, "aliases": name}, follow_redirects=True)
    pages = [answer, admin.get("/config/orgs/list/?_flt_0_name=onmouseover")]
    pages += [client_for("clerk").get("/cases/add")]
    for page in pages:
        text = page.get_data(as_text=True)
        assert "<b onmouseover" not in text
    assert "&lt;b onmouseover" in pages[0].get_data(as_text=True)


# 文件


LIES = {
    "program.jpg": b"MZ" + b"\0" * 400,
    "page.pdf": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "archive.docx": b"PK\x03\x04" + b"\0" * 64,
    "broken.jpg": photo()[:200],
    "photo.pdf": photo(),
    "empty.jpg": b"",
    "script.html": b"<script>alert(1)</script>",
    "noname": b"\x00\x01\x02",
}


@pytest.mark.parametrize("name", sorted(LIES))
def test_a_file_that_lies_about_its_type_is_refused_in_words(client_for, name):
    sent = {"file": (io.BytesIO(LIES[name]), name)}
    answer = client_for("zhifa").post("/cases/attachments", data=sent)
    assert answer.status_code in (400, 422), answer.status_code
    if answer.is_json:
        assert CHINESE.search(answer.get_json().get("error") or answer.get_json().get("words", ""))
    else:
        said_in_chinese(answer, 400, 422)


def test_a_picture_of_immense_size_is_refused_in_words(client_for):
    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    sent = {"file": (io.BytesIO(out.getvalue()), "大图.png")}
    answer = client_for("zhifa").post("/cases/attachments", data=sent)
    assert answer.status_code == 422
    assert CHINESE.search(answer.get_json()["error"])


def test_a_wicked_file_name_stays_a_name(client_for):
    sent = {"file": (io.BytesIO(photo()), '../../etc/"passwd\r\nX-Evil: 1.jpg')}
    browser = client_for("zhifa")
    answer = browser.post("/cases/attachments", data=sent)
    if answer.status_code == 422:
        assert CHINESE.search(answer.get_json()["error"])
        return
    got = browser.get(f"/attachments/{answer.get_json()['id']}")
    assert got.status_code == 200
    assert "X-Evil" not in got.headers
    assert "\n" not in got.headers["Content-Disposition"]
    got.close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/ui/../../../config.py",
        "/static/%2e%2e/%2e%2e/config.py",
        "/static/..%2f..%2fconfig.py",
        "/static/%2fetc%2fpasswd",
        "/static/ui/..%5c..%5cconfig.py",
        "/attachments/..%2f..%2fsecret_key",
        "/cases/attachments/../../secret_key",
    ],
)
def test_no_path_leads_out_of_the_files_meant_to_be_sent(app, client_for, path):
    for browser in (app.test_client(), client_for("clerk")):
        answer = browser.get(path)
        text = answer.get_data(as_text=True)
        assert answer.status_code in (302, 308, 404, 400, 405), answer.status_code
        assert "SECRET_KEY" not in text
        assert "root:" not in text


# 表单与会话


def test_a_form_that_was_open_for_too_long_is_said_in_chinese(client_for, app):
    browser = client_for("clerk")
    browser.token = browser.valid_token()[:-3] + "abc"
    text = said_in_chinese(browser.post("/cases/add", data=intake()), 400)
    assert "刷新" in text


def test_after_signing_out_a_form_leads_to_signing_in(client_for):
    browser = client_for("clerk")
    token = browser.valid_token()
    browser.post("/logout/")
    browser.token = token
    answer = browser.post("/cases/add", data=intake())
    said_in_chinese(answer, 400, 302)
    assert browser.get("/cases/").location.startswith("/login/")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/%0d%0aLocation: https://evil.example",
        "\thttps://evil.example",
        " //evil.example",
        "@evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(app, target):
    browser: Any = app.test_client()
    browser.take_token("/login/")
    answer = browser.post(
        "/login/",
        query_string={"next": target},
        data={"username": "clerk", "password": "Banqiao-2017"},
    )
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "evil.example" not in answer.location.partition("?")[0] or "%" in answer.location


def test_a_forged_session_is_nobody(app):
    browser = app.test_client()
    browser.set_cookie("township_8080", "eyJfdXNlcl9pZCI6IjEifQ.AAAA.BBBB")
    assert browser.get("/cases/").location.startswith("/login/")


def test_a_host_header_of_another_site_is_not_believed(client_for):
    answer = client_for("clerk").get("/nothing/", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.get_data(as_text=True)


def test_giant_headers_and_odd_languages_do_no_harm(client_for):
    browser = client_for("clerk")
    for headers in (
        {"X-Forwarded-For": "1.2.3.4, " * 2000},
        {"Accept-Language": "xx-YY;q=nonsense," * 500},
        {"Accept": "*/*;q=abc"},
        {"Referer": "http://evil.example/" + "x" * 8000},
        {"User-Agent": "\U0001f33e".encode().decode("latin-1") * 1000},
        {"If-Modified-Since": "gestern"},
        {"Range": "bytes=99999999999-1"},
    ):
        said_in_chinese(browser.get("/cases/", headers=headers), 200)


# 步骤


@pytest.fixture
def processing(actor, db_session) -> int:
    """一件办理中的案件."""
    case = Walk(actor, NOW).processing()
    db_session.commit()
    return case.id


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "abc"},
        {"version": HUGE},
        {"version": "-1", "content": "字" * 20_000},
        {"version": "1", "attachments": HUGE, "content": "看了"},
        {"version": "1", "content": SCRIPT},
        {"text": "\u202e倒着写"},
    ],
    ids=str,
)
@pytest.mark.parametrize("action", ["record_progress", "finish", "transfer", "return_case"])
def test_an_odd_step_is_answered_in_words(client_for, processing, action, data, app, clock):
    clock.later(hours=3)
    answer = client_for("zhifa2").post(f"/cases/{processing}/{action}", data=data)
    said_in_chinese(answer, 422, 409, 302, 403)


@pytest.mark.parametrize("action", ["no_such_step", "draft", "auto_card", "escalate", "__class__"])
def test_a_step_without_a_screen_is_not_found(client_for, processing, action):
    browser = client_for("zhifa2")
    said_in_chinese(browser.get(f"/cases/{processing}/{action}"), 404)
    said_in_chinese(browser.post(f"/cases/{processing}/{action}"), 404)


def test_an_operator_of_public_order_finds_a_market_case_by_no_route(client_for, actor, db_session):
    from tests.factories import category_id, grid_id  # noqa: PLC0415

    case = Walk(actor, NOW).dispatched(
        platform="SJ", category_id=category_id("SJ0101"), grid_id=grid_id("G01"), title="过期食品"
    )
    key, number = case.id, case.number
    db_session.commit()
    browser = client_for("zongzhi")
    for query in ("", "?view=all", "?view=all&q=过期食品", f"?view=all&q={number}", "?platform=SJ"):
        text = browser.get(f"/cases/{query}").get_data(as_text=True)
        assert f'/cases/{key}"' not in text, query
        assert "过期食品</" not in text, query
    for path in ("", "/sign_in", "/edit", "/look", "/return_case"):
        assert browser.get(f"/cases/{key}{path}").status_code == 404, path
        if path:
            assert browser.post(f"/cases/{key}{path}", data={"version": 1}).status_code == 404, path
    near = browser.get(f"/cases/suggest?title=过期食品过期食品&grid_id={case.grid_id}")
    assert near.get_json()["similar"] == []
