"""通知中心：三组、去处、标已读、未读数、翻页；看不到的案件不露事项."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.services import notify
from models.attachment import Notification
from tests.conftest import NOW
from tests.sql import counted
from tests.web.case_desk import TITLE, Desk, done, words


@pytest.fixture
def desk(app: Any, client_for: Callable[..., Any]) -> Desk:
    """几个人的浏览器."""
    return Desk(client_for, app)


def latest(db_session: Any, desk: Desk, login: str) -> Notification:
    """这个人最新的一条通知."""
    db_session.expire_all()
    statement = (
        "SELECT a.person_id FROM account a JOIN ab_user u ON u.id = a.user_id"
        " WHERE u.username = :login"
    )
    person = desk.id_of(statement, login=login)
    return db_session.execute(
        select(Notification)
        .where(Notification.person_id == person)
        .order_by(Notification.id.desc())
        .limit(1)
    ).scalar_one()


def test_what_waits_for_me_names_the_step_and_leaves_when_it_is_done(desk, db_session):
    case_id = desk.dispatched()
    page = desk.zhifa.get("/notifications/?group=waiting")
    assert "已交办" in words(page)
    assert "现在：待签收" in words(page)
    assert TITLE in words(page)
    assert f"/cases/{case_id}/sign_in" in page.get_data(as_text=True)
    place = {"org_id": desk.org("社会事业服务中心"), "handler_id": desk.person("蓝望岫")}
    done(desk.step(desk.zhifa, case_id, "sign_in", **place))
    assert "都处理完了。" in words(desk.zhifa.get("/notifications/?group=waiting"))
    assert "已交办" in words(desk.zhifa.get("/notifications/?group=about"))


def test_the_bell_counts_the_unread_and_reading_takes_them_off(desk, db_session):
    desk.dispatched()
    before = desk.zhifa.get("/notifications/unread", headers={"X-Quiet": "1"}).get_json()
    assert before["notices"] == 1
    assert 'data-notices aria-hidden="true">1<' in desk.zhifa.get("/cases/").get_data(as_text=True)
    notice = latest(db_session, desk, "zhifa")
    assert desk.zhifa.post(f"/notifications/{notice.id}/read").status_code == 302
    assert desk.zhifa.get("/notifications/unread").get_json()["notices"] == 0
    assert "都处理完了。" in words(desk.zhifa.get("/notifications/"))
    assert "已交办" in words(desk.zhifa.get("/notifications/?read=all"))


def test_another_persons_notice_can_be_neither_seen_nor_read(desk, db_session):
    desk.dispatched()
    notice = latest(db_session, desk, "zhifa")
    assert desk.clerk.post(f"/notifications/{notice.id}/read").status_code == 404
    db_session.expire_all()
    assert latest(db_session, desk, "zhifa").read_at is None


def _system(db_session: Any, person: int, n: int) -> None:
    for number in range(n):
        notify.post(
            {person},
            township_id=1,
            kind="config.role",
            key=f"t:{number}",
            now=NOW,
            facts={"role": f"角色{number}", "by": "管理员"},
        )
    db_session.commit()


def test_a_group_is_read_only_up_to_what_was_seen(desk, db_session, township_id):
    desk.dispatched()
    notice = latest(db_session, desk, "zhifa")
    _system(db_session, notice.person_id, 3)
    seen = latest(db_session, desk, "zhifa").id
    _system_after = {"role": "后来的", "by": "管理员"}
    notify.post(
        {notice.person_id},
        township_id=township_id,
        kind="config.role",
        key="late",
        now=NOW,
        facts=_system_after,
    )
    db_session.commit()
    data = {"group": "system", "up_to": str(seen)}
    assert desk.zhifa.post("/notifications/read", data=data).status_code == 302
    page = words(desk.zhifa.get("/notifications/"))
    assert "后来的" in page
    assert "角色1" not in page
    assert "已交办" in page
    latest_id = latest(db_session, desk, "zhifa").id
    desk.zhifa.post("/notifications/read", data={"group": "", "up_to": str(latest_id)})
    assert desk.zhifa.get("/notifications/unread").get_json()["notices"] == 0


def test_pages_follow_one_another_without_gap_or_repeat(desk, db_session):
    desk.dispatched()
    person = latest(db_session, desk, "zhifa").person_id
    _system(db_session, person, 70)
    seen: list[str] = []
    path: str | None = "/notifications/?group=system"
    pages = []
    while path:
        page = desk.zhifa.get(path).get_data(as_text=True)
        pages.append(path)
        seen += [f"角色{n}" for n in range(69, -1, -1) if f"“角色{n}”" in page]
        link = page.split('rel="next" href="')
        path = link[1].split('"')[0].replace("&amp;", "&") if len(link) > 1 else None
    assert seen == [f"角色{n}" for n in range(69, -1, -1)]
    assert len(pages) == 3
    back = desk.zhifa.get(pages[2]).get_data(as_text=True).split('rel="prev" href="')[1]
    middle = desk.zhifa.get(back.split('"')[0].replace("&amp;", "&")).get_data(as_text=True)
    assert "“角色39”" in middle
    assert "“角色10”" in middle
    assert "“角色9”" not in middle


def test_a_case_out_of_reach_or_turned_sensitive_shows_its_number_only(desk, db_session):
    case_id = desk.dispatched()
    number = desk.id_of("SELECT number FROM case_record WHERE id = :id", id=case_id)
    turn = "UPDATE case_record SET is_sensitive = true WHERE id = %s"
    db_session.connection().exec_driver_sql(turn, (case_id,))
    db_session.commit()
    page = words(desk.zhifa.get("/notifications/"))
    assert number in page
    assert TITLE not in page
    away = "UPDATE assignment SET is_listed = false WHERE case_id = %s"
    db_session.connection().exec_driver_sql(away, (case_id,))
    db_session.commit()
    page = desk.zhifa.get("/notifications/")
    assert "已不在您的范围里" in words(page)
    assert f"/cases/{case_id}" not in page.get_data(as_text=True)


@pytest.mark.parametrize("query", ["?group=x", "?before=abc", "?after=-1", f"?before={'9' * 30}"])
def test_odd_addresses_still_open(desk, query):
    assert desk.clerk.get(f"/notifications/{query}").status_code == 200


def test_the_notices_take_a_few_statements(desk, db_session):
    desk.dispatched()
    _system(db_session, latest(db_session, desk, "zhifa").person_id, 40)
    desk.zhifa.get("/notifications/")
    with counted() as found:
        desk.zhifa.get("/notifications/?read=all")
    assert len(found) <= 10, found.report
    with counted() as found:
        desk.zhifa.get("/notifications/unread", headers={"X-Quiet": "1"})
    assert len(found) <= 6, found.report
