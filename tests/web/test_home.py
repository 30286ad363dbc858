"""工作台：每个数字等于它打开的清单有几行；各种人各有一页，语句不过十二条，不露范围外的事."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.db import session
from app.queries.decisions import DECISIONS
from app.services import case_cards, case_dispatch
from models.case import Case
from tests.factories import REASON
from tests.site import actor_named
from tests.sql import counted
from tests.web import grants_oracle as plan
from tests.web.world import DAY, LATEST, ROLES, World, full_township
from views.home_decisions import URLS

MOST_STATEMENTS = 12
DOOR = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*?data-n="(\d+)\+?"')
SEAT = re.compile(r'href="(/\?seat=\w+)"')
LANDS = {
    "A": "config",
    "B": "clerk",
    "C1": "cockpit",
    "C2": "cockpit",
    "D": "cockpit",
    "E": "cockpit",
    **dict.fromkeys(("F1", "F2", "F3", "F4", "G1", "G2", "G3", "G4"), "platform"),
    **dict.fromkeys(("H", "M"), "org"),
    **dict.fromkeys(("I", "J"), "field"),
    "K": "inspect",
    "L": "stats",
}
"""各角色落在哪一种工作台."""
MARKS = {
    "clerk": "在别处的",
    "cockpit": "方案五项目标",
    "platform": "本周例会",
    "org": "办结待反馈",
    "field": "上报一件事",
    "inspect": "监督只读，查看留痕",
    "stats": "热点：村 × 事项",
    "config": "失败的任务",
}
"""各种工作台上认得出来的字."""
SEVERAL = ("shichang2", "grid03b", "cunjian")
"""几处任职的人."""


@pytest.fixture(scope="module")
def world(urls, bare, make_app, clock, tmp_path_factory) -> Iterator[World]:
    """装满的乡，另有发过牌的、退回过又来的各几件."""
    folder = tmp_path_factory.mktemp("desks")
    with full_township(urls.app, bare, make_app(TESTING=False), clock, folder) as found:
        with found.inside():
            _return_and_send_again(found.cases["dispatched"].id)
            while case_cards.tick(now=LATEST):
                session.flush()
            session.commit()
        found.clock.at = LATEST
        yield found


def _return_and_send_again(case_id: int) -> None:
    case = session.get_one(Case, case_id)
    case_dispatch.return_case(
        case,
        return_reason="内容不清无法办理",
        suggestion="仍由综合执法平台办理",
        reason=REASON,
        actor=_who("zhifa"),
        now=LATEST,
    )
    later = LATEST + timedelta(minutes=1)
    case_dispatch.dispatch(case, platform="ZF", actor=_who("clerk2"), now=later)


def _who(login: str) -> Any:
    return actor_named(login, DAY)


def page_of(world: World, login: str, path: str = "/") -> str:
    world.clock.at = LATEST
    answer = world.browser(login).get(path)
    assert answer.status_code == 200, f"{login} {path} 答 {answer.status_code}"
    return answer.get_data(as_text=True)


def seats(world: World, login: str) -> list[str]:
    """这个人的各种工作台."""
    return list(dict.fromkeys(SEAT.findall(page_of(world, login)))) or ["/"]


def doors(page: str) -> dict[str, int]:
    """页上的每个门与它写的数."""
    return {html.unescape(url): int(n) for url, n in DOOR.findall(page)}


def rows_behind(world: World, login: str, url: str) -> int:
    """点开这个门，清单上有几行；一页装不下的顺着翻."""
    total = 0
    while url:
        page = page_of(world, login, url)
        total += len(re.findall(r"<tr data-row\b", page))
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        url = html.unescape(onward[1]) if onward else ""
    return total


# 数字是门


@pytest.mark.parametrize(
    "login",
    [
        *("clerk", "mayor", "member", "zhifa_lead", "zhifa", "bianmin", "anjian"),
        *("grid09", "village206", "jiwei", "viewer", "police", *SEVERAL),
    ],
)
def test_each_number_is_the_length_of_the_list_it_opens(world, login):
    wrong = []
    for seat in seats(world, login):
        for url, n in doors(page_of(world, login, seat)).items():
            behind = rows_behind(world, login, url)
            if behind != n:
                wrong.append(f"{seat} 上写 {n}，{url} 里有 {behind}")
    assert wrong == []


@pytest.mark.parametrize("period", ["week", "quarter"])
def test_the_numbers_of_each_period_open_their_lists_too(world, period):
    page = page_of(world, "mayor", f"/?period={period}")
    wrong = {url: n for url, n in doors(page).items() if rows_behind(world, "mayor", url) != n}
    assert wrong == {}


def test_the_numbers_are_those_of_the_rows_that_were_made(world):
    clerk = doors(page_of(world, "clerk"))
    assert clerk["/cases/?view=ACCEPTED"] == 1
    assert clerk["/cases/?view=REPORTED"] == 1
    assert clerk["/cases/?view=HANDLED"] == 1
    assert clerk["/cases/?view=VERIFIED&flag=untold"] == 1
    assert clerk["/cases/?view=VERIFIED&flag=told"] == 1
    assert clerk["/cases/?view=drafts"] == 1
    assert clerk["/cases/?state=SUPPLEMENT"] == 1
    hand = doors(page_of(world, "zhifa"))
    assert hand["/cases/?view=DISPATCHED&platform=ZF"] == 1
    assert hand["/cases/?view=PROCESSING&platform=ZF"] == 1
    assert hand["/cases/?platform=ZF&card=YELLOW"] + hand["/cases/?platform=ZF&card=RED"] > 0
    quarter = doors(page_of(world, "mayor", "/?period=quarter"))
    span = "since=2017-04-01&until=2017-06-29"
    # 每件都在本季上报；草稿不算
    assert quarter[f"/cases/?view=all&{span}"] == len(world.cases) - 1
    assert quarter[f"/cases/?view=closed&state=ARCHIVED&by=closed&{span}"] == 1
    assert quarter[f"/cases/?view=all&by=due&{span}"] > 0


def test_the_heat_table_adds_up_to_the_cases_received(world):
    page = page_of(world, "mayor", "/?period=quarter")
    table = page.split('<table class="home-heat">')[1].split("</table>")[0]
    cells = [
        int(n) for _url, n in re.findall(r'<a class="heat-\d num" href="([^"]+)"[^>]*>(\d+)', table)
    ]
    totals = [int(n) for n in re.findall(r'<a class="strong num"[^>]*>(\d+)', table)]
    assert sum(cells) == sum(totals) == len(world.cases) - 1


# 各种人


def lands_on(page: str) -> list[str]:
    return [kind for kind, mark in MARKS.items() if mark in page]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_lands_on_its_own_desk(world, role):
    page = words_of(page_of(world, ROLES[role]))
    assert LANDS[role] in lands_on(page)
    assert not {"clerk", "inspect", "stats", "config"} & set(lands_on(page)) - {LANDS[role]}


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("login", [*ROLES.values(), *SEVERAL])
def test_a_desk_is_at_most_twelve_statements(world, login):
    over = []
    for seat in seats(world, login):
        page_of(world, login, seat)
        with world.inside(), counted() as found:
            page_of(world, login, seat)
        if len(found) > MOST_STATEMENTS:
            over.append(f"{seat} {len(found)}\n{found.report}")
    assert over == []


def test_somebody_with_two_kinds_of_post_changes_desks_with_tabs(world):
    assert seats(world, "zhifa_lead") == ["/?seat=platform", "/?seat=cockpit"]
    assert seats(world, "grid03b") == ["/?seat=org", "/?seat=field"]
    first = words_of(page_of(world, "grid03b"))
    assert "办结待反馈" in first
    second = words_of(page_of(world, "grid03b", "/?seat=field"))
    assert "上报一件事" in second
    assert "网格员" in second
    # 没有的那一种，回到默认的
    assert words_of(page_of(world, "clerk", "/?seat=config")).count("待分流") > 0
    assert "失败的任务" not in words_of(page_of(world, "clerk", "/?seat=config"))


def test_nobody_reads_of_cases_outside_their_reach(world):
    wrong = []
    for login in ("zongzhi", "police", "village206", "zongzhi_lead", "anjian", "bianmin"):
        for seat in seats(world, login):
            page = page_of(world, login, seat)
            for name, place in world.cases.items():
                if f'/cases/{place.id}"' in page and not plan.sees(login, place):
                    wrong.append(f"{login} {seat} 看到了 {name}")
    assert wrong == []
    assert doors(page_of(world, "shichang"))["/cases/?view=PROCESSING&platform=SJ"] == 1


def test_the_viewer_sees_figures_and_no_matter(world):
    page = page_of(world, "viewer", "/?period=quarter")
    assert "高山村口" not in page
    assert "grid=" not in page
    assert "village=" in page


def test_a_sensitive_case_keeps_its_matter_on_the_desk(world):
    with world.trial():
        with world.inside():
            case = session.get_one(Case, world.cases["accepted"].id)
            case.is_sensitive = True
            session.commit()
        page = page_of(world, "clerk")
        assert f'/cases/{world.cases["accepted"].id}"' in page
        lines = page.split(f'/cases/{world.cases["accepted"].id}"')[1].split("</li>")[0]
        assert "高山村口垃圾成堆" not in lines
        assert "敏感事项" in lines


# 等您决定


def decisions_of(page: str) -> list[str]:
    return re.findall(r'<li data-decision="(\w+)"', page)


def test_minutes_wait_for_the_one_who_may_sign_them(world):
    leader = decisions_of(page_of(world, "zhifa_lead"))
    assert leader.count("sign_minutes") == 1
    assert leader.count("admit_agenda") == 2
    assert "review_minutes" not in leader
    # 乙审核过一份、没有起草的那份等他审；甲是起草人
    assert decisions_of(page_of(world, "zhifa2")) == ["review_minutes"]
    assert decisions_of(page_of(world, "zhifa")) == []
    for login in ("zongzhi_lead", "mayor", "secretary", "clerk"):
        assert decisions_of(page_of(world, login)) == [], login


def test_signing_takes_the_minutes_off_the_desk(world):
    key, at = world.meetings["reviewed"]
    with world.trial():
        with world.inside():
            from app.services import meetings  # noqa: PLC0415

            meetings.sign_minutes(key, actor=_who("zhifa_lead"), now=at)
            session.commit()
        assert "sign_minutes" not in decisions_of(page_of(world, "zhifa_lead"))


def test_a_case_that_came_back_waits_for_the_group_leader(world):
    page = page_of(world, "zhifa_lead")
    url = "/cases/?state=DISPATCHED&state=PROCESSING&platform=ZF&flag=returned"
    assert doors(page)[url] == 1
    assert url.replace("&", "&amp;") not in page_of(world, "zhifa")


def test_every_source_of_decisions_has_a_place_to_go_and_words(world):
    assert {one.code for one in DECISIONS} == set(URLS)
    zh = Path("translations/parts/home.yaml").read_text("utf-8")
    for one in DECISIONS:
        for prefix in ("decide", "decide_do", "decide_note"):
            assert f"\n{prefix}.{one.code}:" in zh


# 监督、配置


def test_the_inspector_sees_whether_the_chain_ends_where_it_should(world):
    page = words_of(page_of(world, "jiwei"))
    assert "接得上" in page
    with world.trial():
        with world.inside():
            session.execute(text("UPDATE journal_head SET hash = decode(repeat('ab', 32), 'hex')"))
            session.commit()
        assert "末条接不上" in words_of(page_of(world, "jiwei"))


def test_the_administrator_sees_what_is_wrong(world):
    with world.trial():
        with world.inside():
            session.execute(
                text(
                    "UPDATE account SET locked_until = :at FROM ab_user u"
                    " WHERE u.id = account.user_id AND u.username = 'clerk3'"
                ),
                {"at": LATEST.replace(hour=23)},
            )
            session.execute(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
                    " VALUES ('documents', 'render_document', '{\"document_id\": 0}', 'failed')"
                )
            )
            session.commit()
        page = words_of(page_of(world, "admin"))
    assert "钟竹筠" in page
    assert "render_document #" in page
    assert "驻村干部" in page
    assert "钟竹筠" not in words_of(page_of(world, "admin"))
