"""一个库里两个乡：清单、查看、下拉、建议、改，两边都互不相见."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.db import session
from app.plan.load import load
from app.plan.model import Plan
from app.plan.seed import seed
from models.township import Township
from tests.conftest import NOW, PASSWORD
from tests.site import actor_named
from tests.web.world import DAY, LATEST, World, full_township

HERE = ("admin", "clerk", "mayor", "jiwei", "zhifa", "zhifa_lead", "anjian", "viewer")
MARK = "邻"
MISSING = {403, 404}


def neighbour(plan: Plan) -> Plan:
    """邻乡的计划：编制相同，名称与登录名全换."""
    township = replace(
        plan.township, code="LX", zh="邻溪乡", short="邻溪", number_prefix="LX", fonds_code="LXX"
    )

    def renamed(rows: Any, kind: str) -> Any:
        return tuple(replace(row, zh=f"{MARK}{kind}{n:03d}") for n, row in enumerate(rows, 1))

    orgs = tuple(replace(row, alias=()) for row in renamed(plan.orgs, "部"))
    orgs = tuple(replace(row, code="LX") if row.code == plan.township.code else row for row in orgs)
    orgs = tuple(
        replace(row, parent="LX") if row.parent == plan.township.code else row for row in orgs
    )
    accounts = tuple(
        replace(row, login=f"lx_{row.login}", name=f"{MARK}人{n:03d}")
        for n, row in enumerate(plan.accounts, 1)
    )
    return replace(
        plan,
        township=township,
        orgs=orgs,
        villages=renamed(plan.villages, "村"),
        grids=renamed(plan.grids, "格"),
        posts=renamed(plan.posts, "职"),
        accounts=accounts,
    )


@pytest.fixture(scope="module")
def world(urls, bare, make_app, clock, tmp_path_factory) -> Iterator[World]:
    """本乡装满，邻乡也种好，各有案件与例会."""
    folder = tmp_path_factory.mktemp("two")
    with full_township(urls.app, bare, make_app(TESTING=False), clock, folder) as found:
        with found.inside():
            seed(neighbour(load()), now=NOW, with_accounts=True, demo_password=PASSWORD)
            session.commit()
            _fill_neighbour(found)
            session.commit()
        yield found


def _fill_neighbour(world: World) -> None:
    """邻乡一件受理了的案件，一版算好的考核."""
    from app.domain.months import Month  # noqa: PLC0415
    from app.services import assessment, case_intake  # noqa: PLC0415
    from app.services.case_record import Informant  # noqa: PLC0415

    who = actor_named("lx_clerk", DAY)
    there = {"id": who.township_id}
    grid = text("SELECT id FROM grid WHERE township_id = :id ORDER BY code LIMIT 1")
    category = text("SELECT id FROM category WHERE township_id = :id AND code = 'ZF1001'")
    intake = case_intake.Intake(
        channel="HOTLINE",
        title=f"{MARK}溪桥头垃圾成堆",
        body=f"{MARK}溪桥头垃圾堆了三天没人清运，气味很大。",
        grid_id=session.execute(grid, there).scalar_one(),
        place=f"{MARK}溪桥头",
        category_id=session.execute(category, there).scalar_one(),
        received_at=NOW,
        channel_data={
            "line": "12345",
            "call_time": "2017-05-22T08:55:00+08:00",
            "reply_required": True,
        },
        informant=Informant(name="来电人", phone="13800000699"),
    )
    case = case_intake.draft(intake, actor=who, now=NOW)
    case_intake.report(case, actor=who, now=NOW + timedelta(minutes=5))
    assessment.calculate(Month(2017, 5), actor=who, now=LATEST)


def other_rows(world: World, login: str) -> dict[str, list[int]]:
    """另一个乡的各种行的主键."""
    with world.inside():
        mine = actor_named(login, DAY).township_id
        tables = (
            *("case_record", "meeting", "attachment", "org", "village", "grid", "post", "person"),
            *(
                "holding",
                "grid_member",
                "platform",
                "platform_org",
                "body",
                "body_member",
                "channel",
                "category",
            ),
            *("rule_set", "calendar_day", "assessment", "document"),
        )
        found = {}
        for table in tables:
            rows = session.execute(
                text(f"SELECT id FROM {table} WHERE township_id <> :id ORDER BY id LIMIT 3"),
                {"id": mine},
            )
            found[table] = list(rows.scalars())
        accounts = session.execute(
            text("SELECT user_id FROM account WHERE township_id <> :id LIMIT 3"), {"id": mine}
        )
        found["account"] = list(accounts.scalars())
    return found


TABLES = {
    "OrgView": "org",
    "VillageView": "village",
    "GridView": "grid",
    "PlatformView": "platform",
    "BodyView": "body",
    "BodyMemberView": "body_member",
    "PostView": "post",
    "PersonView": "person",
    "HoldingView": "holding",
    "GridMemberView": "grid_member",
    "ChannelView": "channel",
    "CategoryView": "category",
    "CalendarDayView": "calendar_day",
    "RuleSetView": "rule_set",
    "AccountView": "account",
}
ODD_KEYS = {"BodyMemberView.add": "body", "PlatformView.part": "platform_org"}
"""地址里的编号不是本画面那张表的."""
ARGUMENTS = {
    "case_id": "case_record",
    "meeting_id": "meeting",
    "file_id": "attachment",
    "assessment_id": "assessment",
    "document_id": "document",
}


def paths_to(world: World, login: str) -> Iterator[tuple[str, set[str]]]:
    """通到另一个乡各行的每条路."""
    rows = other_rows(world, login)
    for rule in world.app.url_map.iter_rules():
        head = rule.endpoint.partition(".")[0]
        named = next((name for name in ARGUMENTS if name in rule.arguments), None)
        table = ARGUMENTS[named] if named else TABLES.get(head)
        table = ODD_KEYS.get(rule.endpoint, table)
        argument = named or "pk"
        if table is None or argument not in rule.arguments:
            continue
        for key in rows[table]:
            values = {
                argument: key,
                "action": "cancel",
                "module": "case",
                "slip_id": 1,
                "return_id": 1,
            }
            yield rule.build(values, append_unknown=False)[1], rule.methods or set()


def lists(world: World) -> list[str]:
    """没有编号的每一页."""
    skipped = {"static", "SignInView.logout", "HealthView.readyz"}
    plain = [
        str(rule)
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in skipped
    ]
    more = [
        *("/cases/?view=all", "/cases/?view=all&q=垃圾", "/cases/?view=all&q=桥头"),
        *(f"/search/{page}?q={q}" for page in ("", "find") for q in ("垃圾", "桥头", "来电人")),
        *("/search/?q=13800000699", "/search/find?q=0699", "/search/find?q=1", "/search/?q=村"),
        *("/config/people/options?q=邻", "/config/people/options?q=蓝"),
        *("/cases/suggest?title=溪桥头垃圾成堆三天没人清运&body=气味很大", "/meetings/?state="),
        *(f"/config/{name}/list/?life=all" for name in ("orgs", "people", "posts", "grids")),
    ]
    return plain + more


def test_the_first_township_sees_nothing_of_the_second_in_any_list_or_choice(world):
    leaks = []
    for login in HERE:
        world.clock.at = LATEST
        browser = world.browser(login)
        for path in lists(world):
            page = browser.get(path).get_data(as_text=True)
            found = re.findall(rf"{MARK}(?:溪|部|村|格|职|人)[\w]*", page)
            if found and "q=邻" not in path:
                leaks.append(f"{login} {path} {found[:3]}")
    assert leaks == []


def test_the_second_township_sees_nothing_of_the_first_in_any_list_or_choice(world):
    with world.inside():
        first = select(Township.id).where(Township.code == "BQ").scalar_subquery()
        marks: set[str] = set()
        for table, column in (
            ("person", "name"),
            ("village", "name"),
            ("grid", "name"),
            ("case_record", "title"),
            ("case_record", "number"),
            ("meeting", "title"),
        ):
            key = session.execute(select(first)).scalar_one()
            rows = session.execute(
                text(f"SELECT {column} FROM {table} WHERE township_id = :id"), {"id": key}
            )
            marks |= {value for value in rows.scalars() if value and len(value) > 2}
    leaks = []
    for login in HERE:
        world.clock.at = LATEST
        browser = world.browser(f"lx_{login}")
        for path in lists(world):
            page = browser.get(path).get_data(as_text=True)
            found = [mark for mark in marks if mark in page]
            if found:
                leaks.append(f"{login} {path} {found[:3]}")
    assert leaks == []


@pytest.mark.parametrize("login", [*HERE, *(f"lx_{name}" for name in HERE)])
def test_no_route_opens_a_row_of_the_other_township(world, login):
    world.clock.at = LATEST
    browser, wrong = world.browser(login), []
    before = world.digest(config=True)
    for path, methods in paths_to(world, login):
        for method in methods & {"GET", "POST"}:
            send = browser.get if method == "GET" else browser.post
            answer = send(path)
            if answer.status_code not in MISSING:
                wrong.append(f"{method} {path} 答 {answer.status_code}")
    assert wrong == []
    assert world.digest(config=True) == before


def test_a_hand_made_form_cannot_reach_across(world):
    rows = other_rows(world, "clerk")
    place = world.cases["dispatched"]
    before = world.digest()
    world.clock.at = LATEST
    operator = world.browser("zhifa")
    with world.inside():
        version = session.execute(
            text("SELECT version FROM case_record WHERE id = :id"), {"id": place.id}
        ).scalar_one()
    for org in rows["org"]:
        for person in rows["person"]:
            data = {"version": version, "org_id": org, "handler_id": person}
            answer = operator.post(f"/cases/{place.id}/sign_in", data=data)
            assert answer.status_code == 422
    key, world.clock.at = world.meetings["opened"]
    for org, person in zip(rows["org"], rows["person"], strict=True):
        data = {"item_id": world.items["opened"], "content": "跨乡", "due_on": "2017-07-07"}
        answer = operator.post(
            f"/meetings/{key}/resolve",
            data={**data, "lead_org_id": org, "duty_person_id": person},
        )
        assert answer.status_code == 422
        answer = operator.post(
            f"/meetings/{key}/add_observer", data={"person_id": person, "reason": "列席"}
        )
        assert answer.status_code in (404, 422)
    assert world.digest() == before
