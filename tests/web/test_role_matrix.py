"""授权矩阵、谁能做、角色比较、任职时间线、有效权限：看得对，改得成，花的语句不随行数长."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.site import Browser, words
from tests.sql import counted
from tests.web.test_config_screens import one, page, person_id, plain, role_id, saved

Client = Callable[[str], Browser]


def cell(app: Flask, role: str, name: str, before: str, later: str) -> str:
    """带着走的一格."""
    return f"{role_id(app, role)};{name};{before};{later}"


def looks(markup: str) -> dict[tuple[str, str], str]:
    """矩阵里（角色代码，动作的字）→ 格里的字."""
    table = markup[markup.index("<table") : markup.index("</table>")]
    found = re.findall(r'data-who="(\w+)" data-what="([^"]+)"[^>]*>([^<]*)</a>', table)
    return {(role, what): text for role, what, text in found}


# 矩阵


def test_each_cell_says_whether_and_within_which_limits(client_for: Client) -> None:
    shown = looks(page(client_for("mayor"), "/roles/matrix/"))
    assert shown["B", "分流交办"] == "✓"
    assert shown["G1", "批准延期"] == "累计延期不超过 5 个工作日且本平台"
    assert shown["C1", "撤销"] == "待分流及以后，或本人登记或签发"
    assert ("L", "分流交办") not in shown
    assert ("A", "分流交办") not in shown


def test_every_action_of_every_module_is_in_it_and_speaks_chinese(
    app: Flask, client_for: Client
) -> None:
    client = client_for("admin")
    markup = page(client, "/roles/matrix/?module=all")
    count = one(
        app,
        "SELECT count(*) FROM ab_permission_view pv JOIN ab_view_menu v ON v.id = pv.view_menu_id"
        " JOIN ab_permission p ON p.id = pv.permission_id"
        " WHERE p.name LIKE 'can\\_%' AND v.name = lower(v.name)",
    )
    assert markup.count('<th scope="row">') == count > 150
    assert not re.findall(r">[a-z]+\.[a-z_]+<", markup)
    grants = "SELECT count(*) FROM ab_permission_view_role r JOIN role_profile USING (role_id)"
    assert len(looks(markup)) == one(app, grants)


def test_it_is_searched_and_narrowed_to_roles(client_for: Client) -> None:
    client = client_for("admin")
    shown = looks(page(client, "/roles/matrix/?module=all&q=延期&role=G1&role=C1"))
    assert {role for role, _what in shown} == {"G1", "C1"}
    assert all("延期" in what for _role, what in shown)
    assert "没有合条件的动作" in words(client.get("/roles/matrix/?module=case&q=没有这个"))
    assert client.get("/roles/matrix/?module=nothing").status_code == 404


def test_it_says_who_holds_each_role_today(client_for: Client) -> None:
    markup = page(client_for("jiwei"), "/roles/matrix/")
    told = re.findall(r'<template id="who-C1">([^<]*)</template>', markup)
    assert told == ["综合协调组组长（乡长）：钟怀川（乡长）"]


def test_who_may_do_a_deed_is_listed_by_holding(client_for: Client) -> None:
    client = client_for("mayor")
    shown = plain(page(client, "/roles/who/case/dispatch"))
    assert "蓝其蓁" in shown
    assert "党政办主任" in shown
    assert "蓝观澜" not in shown
    assert client.get("/roles/who/case/nothing").status_code == 404
    assert client.get("/roles/who/nothing/read").status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/roles/matrix/", 12),
        ("/roles/matrix/?module=all", 12),
        ("/roles/matrix/?module=all&edit=1", 12),
        ("/roles/who/case/read", 12),
        ("/roles/compare?a=C1&b=C2", 11),
        ("/config/holdings/timeline/", 14),
        ("/config/holdings/timeline/?by=post", 14),
    ],
)
def test_the_pages_ask_the_database_a_fixed_number_of_times(
    client_for: Client, path: str, most: int
) -> None:
    client = client_for("admin")
    client.get(path)
    with counted() as statements:
        page(client, path)
    assert len(statements) <= most, statements.report


# 改动


def test_staged_cells_are_checked_then_saved_as_one_version(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    cells = [cell(app, "L", "resource.book", "", "ALL"), cell(app, "B", "case.archive", "ALL", "")]
    review = client.post("/roles/changes", data={"cell": cells, "do": "review"})
    shown = plain(review.text)
    assert "只读查询" in shown
    assert "没有授权" in shown
    assert one(app, "SELECT count(*) FROM journal WHERE subject_kind = 'grants'") == 0
    answer = saved(client, review)
    assert answer.status_code == 302
    assert one(app, "SELECT count(*) FROM journal WHERE subject_kind = 'grants'") == 1
    shown = looks(page(client, "/roles/matrix/?module=all"))
    assert ("B", "归档") not in shown
    told = plain(page(client, f"/roles/show/{role_id(app, 'B')}"))
    assert "岗位调整，见会议纪要" in told
    assert "归档：不另限 → 没有授权" in told
    assert "改授权（一批）" in words(client.get("/config/"))


def test_the_review_warns_and_refuses_and_keeps_everything(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    lines = [
        cell(app, "K", "case.correct", "", "ALL"),
        cell(app, "C1", "reward.calculate", "", "ALL"),
        cell(app, "B", "case.archive", "SELF", ""),
    ]
    review = client.post("/roles/changes", data={"cell": lines, "do": "review"})
    shown = words(review)
    assert "违反职责分离，不能存" in shown
    assert "乡纪委监督员不改案件" in shown
    assert "奖励计算、审核、批准三者不同" in shown
    assert "别人刚改过这些授权" in shown
    refused = client.post("/roles/changes", data={"cell": lines, "reason": "短", "do": "save"})
    assert "理由至少写 5 个字" in words(refused)
    assert ">短</textarea>" in refused.text
    assert all(line in refused.text for line in lines)
    back = client.post("/roles/changes", data={"cell": lines, "do": "edit"})
    assert all(f'name="cell" value="{line}"' in back.text for line in lines)
    assert 'id="mx-dialog"' in back.text
    assert f'[{role_id(app, "B")}, "' in html.unescape(back.text)


def test_a_cell_that_makes_no_sense_is_a_bad_request(client_for: Client) -> None:
    client = client_for("admin")
    for line in ("", "1;case.read", "x;case.read;;ALL", "1;case.read;;<b>", "1;Case.read;;ALL"):
        data = {"cell": line, "do": "review"}
        assert client.post("/roles/changes", data=data).status_code == 400, line
    unknown = {"cell": "999999;case.read;;ALL", "do": "review"}
    assert client.post("/roles/changes", data=unknown).status_code == 302
    assert client.post("/roles/changes", data={}).status_code == 302


def test_only_who_may_change_roles_gets_the_editor(app: Flask, client_for: Client) -> None:
    mayor = client_for("mayor")
    markup = page(mayor, "/roles/matrix/?edit=1")
    assert "mx-form" not in markup
    assert 'href="/roles/matrix/?edit=1' not in markup
    data = {
        "cell": cell(app, "L", "resource.book", "", "ALL"),
        "do": "save",
        "reason": "手造的提交",
    }
    assert mayor.post("/roles/changes", data=data).status_code == 403


# 比较


def test_two_roles_are_compared_and_swapped(app: Flask, client_for: Client) -> None:
    client = client_for("mayor")
    markup = page(client, "/roles/compare?a=C1&b=C2")
    counts = [
        int(n) for n in re.findall(r'<a class="figure" href="#part.*?<b class="num">(\d+)', markup)
    ]
    every = (
        "SELECT count(DISTINCT permission_view_id) FROM ab_permission_view_role"
        " WHERE role_id IN (:a, :b)"
    )
    assert sum(counts) == one(app, every, a=role_id(app, "C1"), b=role_id(app, "C2"))
    assert "/roles/compare?a=C2&amp;b=C1" in markup
    other = page(client, "/roles/compare?a=C2&b=C1")
    swapped = [
        int(n) for n in re.findall(r'<a class="figure" href="#part.*?<b class="num">(\d+)', other)
    ]
    assert swapped == [counts[1], counts[0], *counts[2:]]
    same = plain(page(client, "/roles/compare?a=C1&b=C1"))
    assert "只有综合协调组组长（乡长）有 0" in re.sub(r"\s+", " ", same)
    assert "选两个角色" in words(client.get("/roles/compare?a=C1&b=nothing"))


# 时间线


def test_the_time_line_shows_bars_vacancies_and_acting(app: Flask, client_for: Client) -> None:
    client = client_for("jiwei")
    post = one(app, "SELECT id FROM post WHERE code = 'P-XZ'")
    one(
        app,
        "UPDATE holding SET valid_to = '2017-05-10' WHERE post_id = :post",
        post=post,
    )
    markup = page(client, f"/config/posts/show/{post}")
    assert 'class="term term-gap"' in markup
    assert "空缺（5月11日起）" in markup
    earlier = page(client, f"/config/posts/show/{post}?on=2017-05-01")
    assert 'class="term term-gap is-off"' in earlier
    assert 'class="term term-main"' in earlier
    acting = page(client, "/config/holdings/timeline/?role=E&on=2017-06-15")
    assert "term-acting" in acting
    assert "联村领导（代行） · 东坑" in re.sub(r"<[^>]+>", "", acting)
    assert " style=" not in acting


def test_the_time_line_is_filtered_and_paged_by_key(app: Flask, client_for: Client) -> None:
    client = client_for("jiwei")
    seen: list[str] = []
    path = "/config/holdings/timeline/"
    for _page in range(12):
        markup = page(client, path)
        seen += re.findall(r'<div class="terms-name"><a href="[^"]*/(\d+)"', markup)
        onward = re.search(r'rel="next" href="([^"]+)"', markup)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    holders = one(app, "SELECT count(DISTINCT person_id) FROM holding")
    assert len(seen) == len(set(seen)) == holders > 40
    back = re.search(r'rel="prev" href="([^"]+)"', markup)
    assert back is not None
    assert page(client, back[1].replace("&amp;", "&")).count("terms-name") == 20
    named = page(client, "/config/holdings/timeline/?q=钟怀川")
    assert named.count('class="terms-name"') == 1
    gone = words(client.get("/config/holdings/timeline/?q=钟怀川&only=1&on=2016-01-01"))
    assert "没有合条件的任职" in gone
    for odd in ("?on=昨天", "?after=x&before=-1", "?org=99999999999", "?role=%27"):
        assert client.get(f"/config/holdings/timeline/{odd}").status_code == 200


def test_a_person_and_a_body_have_their_time_line(app: Flask, client_for: Client) -> None:
    client = client_for("mayor")
    person = person_id(app, "盘青梧")
    shown = page(client, f"/config/people/show/{person}?on=2017-06-15")
    assert shown.count('class="term-words term-words-') == 2
    body = one(app, "SELECT id FROM body WHERE code = 'JM'")
    assert 'class="terms-lane"' in page(client, f"/config/bodies/show/{body}")


# 有效权限


def test_what_a_person_may_do_that_day_and_why(app: Flask, client_for: Client) -> None:
    client = client_for("mayor")
    path = f"/config/people/rights/{person_id(app, '盘青梧')}"
    later = re.sub(r"\s+", " ", plain(page(client, f"{path}?on=2017-06-15")))
    assert "联村领导（代行）（东坑村）" in later
    assert "平台操作员（市监）（市场监管平台）：本平台" in later
    earlier = plain(page(client, f"{path}?on=2017-05-15"))
    assert "联村领导" not in earlier
    narrowed = plain(page(client, f"{path}?q=督办&module=case"))
    assert "签收" not in narrowed
    assert "没有合条件的动作" in words(client.get(f"{path}?q=没有这个"))
    assert "没有在效的任职" in words(client.get(f"{path}?on=2016-01-01"))


def test_the_doors_are_on_the_pages_of_person_account_and_role(
    app: Flask, client_for: Client
) -> None:
    admin, mayor = client_for("admin"), client_for("mayor")
    person = person_id(app, "蓝其蓁")
    account = one(app, "SELECT user_id FROM account WHERE person_id = :p", p=person)
    assert f"/config/people/rights/{person}" in page(mayor, f"/config/people/show/{person}")
    shown = page(admin, f"/users/show/{account}")
    assert f"/users/view-as/{account}" in shown
    role = page(mayor, f"/roles/show/{role_id(app, 'B')}")
    assert "/roles/compare?a=B" in role
    assert "/config/holdings/timeline/?role=B" in role
    assert "/config/holdings/timeline/" in page(mayor, "/config/holdings/list/")
