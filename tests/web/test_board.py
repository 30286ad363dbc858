"""看板的界面：一屏几条语句、各人的列、分流与改派、几件里有的不成、别人先办了、轮询."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.queries.case_board import TOP
from tests.sql import counted
from tests.web.case_desk import Desk, done, words

REASON = "分错了平台，应由市场监管来办。"
STATEMENTS = 10


@pytest.fixture
def desk(app: Any, client_for: Callable[[str], FlaskClient]) -> Desk:
    """几个人的浏览器."""
    return Desk(client_for, app)


class Board:
    """看板与几个动作."""

    def __init__(self, desk: Desk, db_session: Any) -> None:
        self.desk, self.session = desk, db_session

    def waiting(self, **more: str) -> int:
        """待分流的一件."""
        key = self.session.execute(text("SELECT count(*) FROM case_record")).scalar()
        return self.desk.enter(submit_key=f"k{key}", **more)

    def version(self, case_id: int) -> int:
        """案件现在的版本."""
        statement = text("SELECT version FROM case_record WHERE id = :id")
        return self.session.execute(statement, {"id": case_id}).scalar() or 1

    def row(self, case_id: int) -> Any:
        """案件的几列."""
        self.session.expire_all()
        statement = text("SELECT state, platform, version FROM case_record WHERE id = :id")
        return self.session.execute(statement, {"id": case_id}).one()

    def send(self, *ids: int, to: str = "ZF", said: str = "", by: Any = None, **more: Any) -> Any:
        """分流."""
        seen = more.get("seen")
        items = [[one, self.version(one) if seen is None else seen] for one in ids]
        body = {"items": items, "to": to, "words": said}
        return (by or self.desk.clerk).post(more.get("path", "/board/move"), json=body)


@pytest.fixture
def board(desk: Desk, db_session: Any) -> Board:
    """看板."""
    return Board(desk, db_session)


# 看


@pytest.mark.parametrize("login", ["clerk", "zhifa", "chengguan", "grid09", "viewer", "jiwei"])
def test_the_whole_page_is_at_most_ten_statements_for_every_scope(board, desk, login):
    for title in ("甲处垃圾", "乙处垃圾"):
        board.waiting(title=title)
    desk.in_hand()
    returned = board.waiting(title="退回来的")
    done(desk.step(desk.clerk, returned, "dispatch", platform="ZF"))
    back = {"return_reason": "不属本平台职责", "suggestion": "市监", "reason": REASON}
    done(desk.step(desk.zhifa, returned, "return_case", **back))
    browser = desk.open(login)
    browser.get("/board/")  # 名称等只在进程里头一次取
    with counted() as found:
        answer = browser.get("/board/")
    assert answer.status_code == 200
    assert len(found) <= STATEMENTS, found.report


def test_asking_whether_anything_changed_costs_one_statement_more_than_signing_in(board, desk):
    board.waiting()
    since = desk.clerk.get("/board/changes").get_json()["version"]
    with counted() as found:
        answer = desk.clerk.get(f"/board/changes?since={since}")
    assert answer.status_code == 204
    assert answer.get_data() == b""
    assert sum("journal_head" in one for one in found) == 1
    # 其余都是登录与任职，与看板无关
    assert not [one for one in found if re.search(r"case_record|assignment|FROM journal ", one)]
    assert len(found) <= 5, found.report


def test_the_clerk_sees_the_pool_and_every_platform_and_others_only_their_own(board, desk):
    board.waiting()
    lanes = {
        login: re.findall(r'data-lane-box="(\w+)"', desk.open(login).get("/board/").text)
        for login in ("clerk", "mayor", "viewer", "zhifa", "shichang", "jiwei")
    }
    every = ["POOL", "ZZ", "SJ", "ZF", "BM"]
    assert lanes == {
        "clerk": every,
        "mayor": every,
        "viewer": every,
        "jiwei": every,
        "zhifa": ["ZF"],
        "shichang": ["SJ"],
    }


def test_the_columns_follow_the_platforms_of_the_township(board, desk, db_session):
    db_session.execute(text("UPDATE platform SET name = '生态环保平台', hue = 7 WHERE code = 'BM'"))
    db_session.execute(text("UPDATE config_version SET version = version + 1"))
    page = desk.clerk.get("/board/").text
    assert "生态环保" in page
    assert 'class="kcol hue-7" data-lane-box="BM"' in page


def test_only_those_who_may_dispatch_get_the_means_to_move(desk, board):
    case_id = board.waiting()
    page = desk.clerk.get("/board/").text
    assert f'href="/cases/{case_id}/dispatch"' in page
    assert "data-movable" in page
    for login in ("zhifa", "viewer", "jiwei", "secretary"):
        page = desk.open(login).get("/board/").text
        assert "data-movable" not in page, login
        assert 'name="rowid"' not in page, login
        assert "data-card-menu" not in page, login
    assert desk.open("admin").get("/board/").status_code == 403


def test_a_card_says_what_the_clerk_needs_and_a_sensitive_one_only_its_number(board, desk):
    board.waiting()
    secret = board.waiting(
        title="村口有人串联准备上访",
        category_id=str(desk.category("ZZ0204")),
        people_count="12",
    )
    own = words(desk.clerk.get("/board/"))
    assert "建议 执法" in own
    assert "板桥一网格" in own
    assert "服务热线" in own
    other = words(desk.open("clerk3").get("/board/"))
    assert "串联" not in other
    assert "敏感事项 · 矛盾化解" in other
    assert secret


def test_a_returned_case_says_who_sent_it_back_and_where_it_should_go(board, desk):
    case_id = board.waiting()
    board.send(case_id)
    back = {"return_reason": "不属本平台职责", "suggestion": "请分给市场监管", "reason": REASON}
    done(desk.step(desk.zhifa, case_id, "return_case", **back))
    page = words(desk.clerk.get("/board/"))
    assert "执法退回：不属本平台职责；建议请分给市场监管" in page
    assert "退回 1 次" in page
    assert board.row(case_id)[:2] == ("ACCEPTED", None)
    answer = board.send(case_id, to="SJ", said="照退回的建议")
    assert answer.status_code == 200
    assert "退回 1 次" in answer.get_json()["cards"][0]["html"]
    assert board.row(case_id)[:2] == ("DISPATCHED", "SJ")


def test_an_empty_board_says_so_kindly(desk):
    assert "今天没有待分流，很好。" in words(desk.clerk.get("/board/"))
    text_ = words(desk.clerk.get("/board/?level=重大"))
    assert "没有符合条件的件。" in text_


def test_the_filters_live_in_the_address_and_lead_to_the_same_list(board, desk):
    board.waiting()
    page = desk.clerk.get("/board/?level=较大&level=重大&channel=HOTLINE&mark=returned&x=1")
    text_ = words(page)
    assert "等级：较大、重大" in text_
    assert "渠道：服务热线" in text_
    assert "看不懂" in text_ or "略去" in text_
    link = re.search(r'href="(/cases/\?[^"]+)"[^>]*data-key="v"', page.text)
    assert link
    listed = words(desk.clerk.get(link[1].replace("&amp;", "&")))
    assert "标记：退回重分" in listed
    back = re.search(
        r'href="(/board/\?[^"]+)"[^>]*data-key="v"',
        desk.clerk.get(link[1].replace("&amp;", "&")).text,
    )
    assert back
    assert "mark=returned" in back[1]


def test_each_number_leads_to_exactly_the_rows_it_counts(board, desk):
    for n in range(3):
        board.waiting(title=f"第{n}处垃圾")
    page = desk.clerk.get("/board/").text
    for url, n in re.findall(r'<a href="(/cases/[^"]+)">[^<]*<b class="kcol-n num">(\d+)', page):
        listed = desk.clerk.get(url.replace("&amp;", "&")).text
        assert len(re.findall(r"<tr data-row", listed)) == int(n), url


def test_a_long_column_is_cut_at_twenty_and_gives_the_rest_on_demand(board, desk):
    for n in range(TOP + 2):
        board.waiting(title=f"第{n}处垃圾")
    page = desk.clerk.get("/board/").text
    assert page.count("data-card ") == TOP
    assert "再看 2 件" in page
    token = re.search(r'data-next="([^"]+)"', page)
    assert token
    rest = desk.clerk.get(f"/board/lane?lane=POOL&cursor={token[1]}").get_json()
    assert len(rest["cards"]) == 2
    assert rest["next"] == ""
    shown = set(re.findall(r'data-id="(\d+)"', page))
    assert not {str(one["id"]) for one in rest["cards"]} & shown
    assert desk.clerk.get("/board/lane?lane=NO").status_code == 404


# 动


def test_one_press_dispatches_and_the_answer_carries_the_new_face_of_the_board(board, desk):
    case_id = board.waiting()
    answer = board.send(case_id)
    assert answer.status_code == 200
    told = answer.get_json()
    assert [one["code"] for one in told["results"]] == [""]
    assert told["words"].endswith("已分给执法")
    [card] = told["cards"]
    assert (card["id"], card["lane"]) == (case_id, "ZF")
    assert "data-mine" in card["html"]
    assert 'data-can="redispatch"' in card["html"]
    assert ">1</b>" in told["heads"]["ZF"]
    assert board.row(case_id)[:2] == ("DISPATCHED", "ZF")


def test_the_second_of_two_clerks_is_told_who_was_first(board, desk):
    case_id = board.waiting()
    seen = board.version(case_id)
    assert board.send(case_id, to="ZF").status_code == 200
    late = board.send(case_id, to="SJ", said="归市监管", by=desk.open("clerk2"), seen=seen)
    assert late.status_code == 409
    told = late.get_json()
    assert told["results"][0]["code"] == "changed_meanwhile"
    assert re.search("已由蓝其蓁在.+分给执法", told["words"])
    assert told["cards"][0]["lane"] == "ZF"
    assert board.row(case_id).platform == "ZF"


def test_a_second_click_changes_nothing_and_is_no_error(board):
    case_id = board.waiting()
    seen = board.version(case_id)
    assert board.send(case_id).status_code == 200
    before = board.row(case_id)
    again = board.send(case_id, seen=seen)
    assert again.status_code == 200
    assert again.get_json()["results"][0]["code"] == ""
    assert board.row(case_id) == before


def test_going_against_the_rule_needs_a_reason(board):
    case_id = board.waiting()
    answer = board.send(case_id, to="SJ")
    assert answer.status_code == 422
    assert answer.get_json()["results"][0]["code"] == "dispatch_note"
    assert "执法" in answer.get_json()["words"]
    assert board.row(case_id).state == "ACCEPTED"
    assert board.send(case_id, to="SJ", said="已与市监商定").status_code == 200


def test_of_several_those_that_can_go_and_each_of_the_rest_is_explained(board, desk):
    good = [board.waiting(title=f"第{n}处垃圾") for n in range(2)]
    case_id = board.waiting(title="签收了的一件")
    done(desk.step(desk.clerk, case_id, "dispatch", platform="ZF"))
    place = {"org_id": desk.org("社会事业服务中心"), "handler_id": desk.person("蓝望岫")}
    done(desk.step(desk.zhifa, case_id, "sign_in", **place))
    answer = board.send(*good, case_id, 999_999_999_999)
    assert answer.status_code == 200
    told = answer.get_json()
    assert [one["code"] for one in told["results"]] == ["", "", "board_move", "not_found"]
    why = told["results"][2]["words"]
    assert "先退回重分" in why
    assert "蓝" in why
    assert told["words"] == "已分给执法 2 件；2 件没有办成"
    assert [board.row(one).state for one in good] == ["DISPATCHED"] * 2
    assert board.row(case_id).state == "PROCESSING"


def test_a_failure_in_the_middle_leaves_the_others_and_the_chain_whole(board, db_session):
    first, odd, last = (board.waiting(title=f"第{n}处") for n in range(3))
    body = {
        "items": [[first, board.version(first)], [odd, 1], [last, board.version(last)]],
        "to": "ZF",
        "words": "",
    }
    told = board.desk.clerk.post("/board/move", json=body).get_json()
    assert [one["code"] for one in told["results"]] == ["", "changed_meanwhile", ""]
    assert [board.row(one).state for one in (first, odd, last)] == [
        "DISPATCHED",
        "ACCEPTED",
        "DISPATCHED",
    ]
    from app.services import journal  # noqa: PLC0415

    township = db_session.execute(text("SELECT min(township_id) FROM case_record")).scalar_one()
    assert journal.verify(township).is_whole


def test_the_pool_takes_nothing_back_and_says_what_to_do(board):
    case_id = board.waiting()
    board.send(case_id)
    answer = board.send(case_id, to="POOL")
    assert answer.status_code == 422
    assert "改派" in answer.get_json()["words"]
    assert board.row(case_id).state == "DISPATCHED"


def test_redispatching_from_the_board_asks_for_a_reason_and_moves_the_card(board, desk):
    case_id = board.waiting()
    board.send(case_id)
    short = board.send(case_id, to="SJ", said="错了", path="/board/redo")
    assert short.status_code == 422
    assert "10" in short.get_json()["words"]
    answer = board.send(case_id, to="SJ", said=REASON, path="/board/redo")
    assert answer.status_code == 200
    assert answer.get_json()["cards"][0]["lane"] == "SJ"
    assert board.row(case_id).platform == "SJ"
    assert f'data-id="{case_id}"' not in desk.zhifa.get("/board/").text
    assert f'data-id="{case_id}"' in desk.open("shichang").get("/board/").text
    again = board.send(case_id, to="SJ", said=REASON, path="/board/redo")
    assert "已经在市监" in again.get_json()["words"]


def test_who_may_not_is_stopped_at_the_door_in_chinese(board, desk):
    case_id = board.waiting()
    for login in ("zhifa", "viewer", "jiwei", "secretary", "grid09"):
        for path in ("/board/move", "/board/redo"):
            answer = board.send(case_id, by=desk.open(login), path=path)
            assert answer.status_code == 403, (login, path)
    assert board.row(case_id).state == "ACCEPTED"


def test_a_move_without_a_token_or_in_an_odd_shape_changes_nothing(board, desk):
    case_id = board.waiting()
    body = {"items": [[case_id, 1]], "to": "ZF", "words": ""}
    bare = desk.clerk.post("/board/move", json=body, csrf=False)
    assert bare.status_code == 400
    odd = [
        None,
        [],
        {"items": []},
        {"items": "x", "to": "ZF"},
        {**body, "to": "NO"},
        {**body, "words": 3},
        {**body, "items": [[case_id]]},
        {**body, "items": [["x", 1]]},
        {**body, "items": [[case_id, True]]},
        {**body, "items": [[case_id, 2**70]]},
        {**body, "items": [[n, 1] for n in range(60)]},
    ]
    for one in odd:
        answer = desk.clerk.post("/board/move", json=one)
        assert answer.status_code == 400, one
        assert "看板" in answer.get_json()["words"]
    assert desk.clerk.post("/board/move", data="not json").status_code == 400
    assert board.row(case_id).state == "ACCEPTED"


# 轮询


def test_another_clerks_move_arrives_with_who_did_it(board, desk):
    case_id = board.waiting()
    other = desk.open("clerk2")
    since = other.get("/board/changes").get_json()["version"]
    board.send(case_id)
    news = other.get(f"/board/changes?since={since}&shown={case_id}").get_json()
    assert [(one["id"], one["lane"]) for one in news["cards"]] == [(case_id, "ZF")]
    assert news["words"][str(case_id)] == "蓝其蓁：分流交办"
    assert news["gone"] == []
    assert other.get(f"/board/changes?since={news['version']}").status_code == 204


def test_a_platform_that_lost_a_case_is_told_and_one_that_never_had_it_learns_nothing(board, desk):
    case_id = board.waiting()
    board.send(case_id)
    since = desk.zhifa.get("/board/changes").get_json()["version"]
    board.send(case_id, to="SJ", said=REASON, path="/board/redo")
    news = desk.zhifa.get(f"/board/changes?since={since}&shown={case_id}").get_json()
    assert (news["cards"], news["gone"]) == ([], [case_id])
    other = desk.open("zongzhi").get(f"/board/changes?since={since}&shown=1").get_json()
    assert (other["cards"], other["gone"], other["words"]) == ([], [], {})


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=9999999999999999999", "shown=a,b"])
def test_an_odd_question_is_answered_plainly(desk, query):
    assert desk.clerk.get(f"/board/changes?{query}").status_code == 200


def test_a_version_from_the_future_asks_for_a_fresh_page(board, desk):
    board.waiting()
    assert desk.clerk.get("/board/changes?since=99999999").get_json()["reload"] is True


def test_the_form_opened_from_the_board_has_the_platform_chosen(board, desk):
    case_id = board.waiting()
    page = desk.clerk.get(f"/cases/{case_id}/dispatch?platform=BM").text
    assert re.search(r'value="BM" checked', page)
    board.send(case_id)
    page = desk.clerk.get(f"/cases/{case_id}/redispatch?platform=SJ").text
    assert re.search(r'value="SJ" checked', page)
    assert 'value="ZF"' not in page
