"""空的乡里各种工作台：说明会有什么、下一步做什么；今天没有任职的，说找谁."""

from __future__ import annotations

from sqlalchemy import text

from tests.site import words
from tests.web.test_home import LANDS
from tests.web.world import ROLES
from views.home_kinds import KINDS

EMPTY = {
    "clerk": ("没有待分流的件", "没有超期的件"),
    "cockpit": ("没有等您决定的事", "本期还没有来件", "还没有签发过文书"),
    "platform": ("没有待签收的件", "本周例会还没有排期"),
    "org": ("没有待签收的件", "没有正在办的件"),
    "field": ("还没有上报过",),
    "inspect": ("没有红牌的件", "没有退回两次以上的在办件"),
    "stats": ("本期还没有来件", "这几周没有来件"),
    "config": ("最近的改动",),
}


def test_a_new_township_greets_each_kind_and_says_what_will_be_here(client_for):
    assert set(EMPTY) == set(KINDS)
    wrong = []
    for role in ("A", "B", "C1", "G3", "H", "I", "K", "L"):
        answer = client_for(ROLES[role]).get("/")
        page = words(answer)
        missing = [said for said in EMPTY[LANDS[role]] if said not in page]
        if answer.status_code != 200 or missing:
            wrong.append(f"{role} {answer.status_code} {missing}")
    assert wrong == []


def test_somebody_without_a_post_today_is_told_whom_to_ask(client_for, db_session):
    browser = client_for("anjian")
    db_session.execute(
        text(
            "UPDATE holding SET valid_from = '2017-01-01', valid_to = '2017-01-31'"
            " WHERE person_id = (SELECT person_id FROM account a"
            " JOIN ab_user u ON u.id = a.user_id WHERE u.username = 'anjian')"
        )
    )
    db_session.commit()
    page = words(browser.get("/"))
    assert "请找系统管理员" in page or "管理员" in page
