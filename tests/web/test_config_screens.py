"""配置各画面：看、搜、添、改、停用；权限、范围、冲突、拒绝的话、语句数."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import session
from tests.site import Browser
from tests.sql import counted

Client = Callable[[str], Browser]
LISTS = (
    "/config/orgs/list/",
    "/config/villages/list/",
    "/config/grids/list/",
    "/config/posts/list/",
    "/config/people/list/",
    "/config/holdings/list/",
    "/config/grid-members/list/",
    "/config/platforms/list/",
    "/config/bodies/list/",
    "/config/channels/list/",
    "/config/categories/list/",
    "/config/calendar/list/",
    "/config/rules/list/",
    "/users/list/",
    "/roles/list/",
)
PAGES = (
    "/config/",
    "/config/check/",
    "/config/orgs/show/{org}",
    "/config/orgs/add",
    "/config/orgs/edit/{org}",
    "/config/orgs/end/{org}",
    "/config/villages/show/{village}",
    "/config/villages/edit/{village}",
    "/config/grids/show/{grid}",
    "/config/grids/move/{grid}",
    "/config/posts/show/{post}",
    "/config/posts/edit/{post}",
    "/config/people/show/{person}",
    "/config/people/appoint/{person}",
    "/config/people/leave/{person}",
    "/config/holdings/end/{holding}",
    "/config/grid-members/show/{grid_member}",
    "/config/grid-members/add",
    "/config/platforms/show/{platform}",
    "/config/platforms/join/{platform}",
    "/config/bodies/show/{body}",
    "/config/bodies/edit/{body}",
    "/config/channels/edit/{channel}",
    "/config/categories/show/{category}",
    "/config/categories/add",
    "/config/calendar/add",
    "/config/rules/show/{rule_set}",
    "/users/show/{account}",
    "/users/add",
    "/roles/show/{role_profile}",
    "/roles/grants/{role_profile}/case",
    "/roles/matrix/",
    "/roles/who/case/dispatch",
    "/roles/compare?a=C1&b=C2",
    "/config/holdings/timeline/",
    "/config/holdings/timeline/?by=post",
    "/config/people/rights/{person}",
    "/users/view-as/{account}",
    "/roles/copy/{role_profile}",
)
KEYS = {"account": "user_id", "role_profile": "role_id"}


def one(app: Flask, statement: str, **facts: Any) -> Any:
    """库里的一个值；改动提交到存档点."""
    with app.app_context():
        found = session.execute(text(statement), facts)
        value = found.scalar() if found.returns_rows else None
        session.commit()
        return value


def address(app: Flask, path: str) -> str:
    """把 {表} 换成那张表的第一个编号."""
    for table in re.findall(r"{(\w+)}", path):
        key = KEYS.get(table, "id")
        path = path.replace(f"{{{table}}}", str(one(app, f"SELECT min({key}) FROM {table}")))
    return path


def org_id(app: Flask, code: str) -> int:
    """机构编号."""
    return one(app, "SELECT id FROM org WHERE code = :code", code=code)


def page(client: Browser, path: str) -> str:
    """打开一页的文字."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def version(markup: str) -> str:
    """表单里的版本."""
    found = re.search(r'name="version" value="(\w+)"', markup)
    assert found is not None
    return found[1]


def plain(markup: str) -> str:
    """看得见的字."""
    body = markup[markup.index("<main") : markup.index("</main>")]
    return re.sub(r"<option.*?</option>|<[^>]+>", " ", body, flags=re.DOTALL)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_opens_with_few_statements(client_for: Client, path: str) -> None:
    client = client_for("admin")
    client.get(path)
    with counted() as statements:
        markup = page(client, path)
    # 名称的版本、顶栏的未读数各占一条，每页都有
    assert len(statements) <= 11, statements.report
    assert markup.count("<h1") == 1


@pytest.mark.parametrize("path", [*PAGES, *LISTS])
def test_every_screen_speaks_chinese(app: Flask, client_for: Client, path: str) -> None:
    shown = plain(page(client_for("admin"), address(app, path)))
    keys = re.findall(r"\b(?:refused|constraint|deed|config|case|user|limit|scope)\.[a-z_]+", shown)
    assert not keys
    assert not re.findall(r"\b[A-Z][a-z]+ [a-z]+ [a-z]+", shown)


@pytest.mark.parametrize("path", [*PAGES, *LISTS])
def test_a_clerk_opens_no_configuration(app: Flask, client_for: Client, path: str) -> None:
    assert client_for("clerk").get(address(app, path)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [p for p in PAGES if re.search(r"/(add|edit|end|move|appoint|leave|join|grants|copy)", p)],
)
def test_the_mayor_looks_but_does_not_change(app: Flask, client_for: Client, path: str) -> None:
    client = client_for("mayor")
    assert client.get(address(app, path)).status_code == 403
    assert client.post(address(app, path), data={"name": "改"}).status_code == 403


def test_the_mayor_sees_no_button_that_changes(app: Flask, client_for: Client) -> None:
    markup = page(client_for("mayor"), address(app, "/config/orgs/show/{org}"))
    assert "/config/orgs/edit/" not in markup
    assert "/config/orgs/end/" not in markup


def test_a_unit_is_found_by_an_old_name(client_for: Client) -> None:
    markup = page(client_for("admin"), "/config/orgs/list/?_flt_0_name=党政办")
    assert "党政综合办公室" in markup
    assert "市场监管所" not in plain(markup)


def test_a_list_is_filtered_by_kind_and_by_whether_in_use(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    shown = plain(page(client, "/config/orgs/list/?_flt_0_kind=dispatched"))
    assert "派出所" in shown
    assert "党政综合办公室" not in shown
    one(app, "UPDATE org SET valid_to = '2017-05-01' WHERE code = 'NYF'")
    assert "农业执法联络点" not in plain(page(client, "/config/orgs/list/?psize_OrgView=100"))
    assert "农业执法联络点" in plain(page(client, "/config/orgs/list/?life=ended"))


def test_a_filter_of_one_request_does_not_stay_for_the_next(client_for: Client) -> None:
    client = client_for("admin")
    page(client, "/config/orgs/list/?_flt_0_kind=dispatched")
    assert "党政综合办公室" in plain(page(client, "/config/orgs/list/"))


def test_a_new_unit_takes_its_place_in_the_tree_and_is_journalled(
    app: Flask, client_for: Client
) -> None:
    client = client_for("admin")
    parent = org_id(app, "DZB")
    form = {
        "code": "DAS",
        "name": "综合档案室",
        "kind": "institution",
        "parent_id": str(parent),
        "aliases": "档案室\n\n档案室\n乡档案室",
        "valid_from": "2017-05-01",
    }
    answer = client.post("/config/orgs/add", data=form)
    assert answer.status_code == 302
    row = "SELECT path = (SELECT path FROM org WHERE id = :parent) || id || '.' FROM org"
    assert one(app, row + " WHERE code = 'DAS'", parent=parent)
    assert one(app, "SELECT aliases FROM org WHERE code = 'DAS'") == ["档案室", "乡档案室"]
    shown = plain(page(client, answer.location))
    assert "蓝青禾：新增" in shown
    assert "名称：综合档案室" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "DZB"}, "这个代码已经有机构用了"),
        ({"code": "有 空格"}, "只能用字母、数字"),
        ({"name": "  "}, "这一项必须填"),
        ({"valid_from": "昨天"}, "日期"),
        ({"parent_id": "999999"}, "选择"),
        ({"division_code": "abc"}, "2 至 15 位数字"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    client_for: Client, change: dict[str, str], said: str
) -> None:
    form = {"code": "XIN", "name": "新机构", "kind": "office", "valid_from": "2017-05-01"}
    answer = client_for("admin").post(
        "/config/orgs/add", data={**form, "note": "写了半天的备注", **change}
    )
    markup = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert said in markup
    assert "写了半天的备注" in markup


def test_a_unit_moves_with_its_whole_branch_but_never_below_itself(
    app: Flask, client_for: Client
) -> None:
    client = client_for("admin")
    pk, below, other = org_id(app, "DZB"), org_id(app, "MZB"), org_id(app, "ZZB")
    form = {"name": "党政综合办公室", "kind": "office", "valid_from": "2017-04-18"}
    path = f"/config/orgs/edit/{pk}"
    given = {**form, "version": version(page(client, path)), "parent_id": str(below)}
    assert "不能挂到自己下面" in client.post(path, data=given).get_data(as_text=True)
    given = {**form, "version": version(page(client, path)), "parent_id": str(other)}
    assert client.post(path, data=given).status_code == 302
    moved = (
        "SELECT path LIKE (SELECT path FROM org WHERE id = :other) || '%' FROM org WHERE id = :id"
    )
    assert one(app, moved, other=other, id=below)


def test_the_later_of_two_editors_is_told_and_loses_nothing(app: Flask, client_for: Client) -> None:
    first, second = client_for("admin"), client_for("admin")
    path = f"/config/orgs/edit/{org_id(app, 'WHZ')}"
    form = {"kind": "institution", "valid_from": "2017-04-18"}
    seen = version(page(first, path))
    page(second, path)
    done = first.post(path, data={**form, "version": seen, "name": "文化站（新）"})
    assert done.status_code == 302
    late = second.post(path, data={**form, "version": seen, "name": "另一个名称"})
    markup = late.get_data(as_text=True)
    assert "别人改过这一项" in markup
    assert "另一个名称" in markup
    assert one(app, "SELECT name FROM org WHERE code = 'WHZ'") == "文化站（新）"


def test_a_unit_in_use_is_not_ended_and_the_reason_says_who_uses_it(
    app: Flask, client_for: Client
) -> None:
    client = client_for("admin")
    path = f"/config/orgs/end/{org_id(app, 'DZB')}"
    form = {"last_day": "2017-05-31", "reason": "并入别的机构。"}
    markup = client.post(path, data=form).get_data(as_text=True)
    assert "还被用着" in markup
    assert "下级机构" in markup
    assert "并入别的机构。" in markup
    assert "这一项必须填" in client.post(path, data={**form, "reason": ""}).get_data(as_text=True)


def test_ending_keeps_the_row_with_its_last_day_and_reason(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    pk = org_id(app, "LBSH")
    one(app, "UPDATE platform_org SET valid_to = '2017-05-01' WHERE org_id = :pk", pk=pk)
    form = {"last_day": "2017-05-21", "reason": "专项工作结束。"}
    assert client.post(f"/config/orgs/end/{pk}", data=form).status_code == 302
    shown = plain(page(client, f"/config/orgs/show/{pk}"))
    assert "已停用（5月21日）" in shown
    assert "专项工作结束。" in shown


def test_nothing_can_be_deleted(app: Flask) -> None:
    assert not [r.rule for r in app.url_map.iter_rules() if "delete" in r.rule]


def test_a_grid_moves_to_another_village_from_a_day_on(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    grid = one(app, "SELECT id FROM grid WHERE code = 'G03'")
    village = one(app, "SELECT id FROM village WHERE code = 'V200'")
    form = {"village_id": str(village), "valid_from": "2017-06-01", "reason": "村庄撤并。"}
    assert client.post(f"/config/grids/move/{grid}", data=form).status_code == 302
    terms = one(app, "SELECT count(*) FROM grid_village WHERE grid_id = :grid", grid=grid)
    assert terms == 2
    shown = plain(page(client, f"/config/grids/show/{grid}"))
    assert "4月18日–5月31日" in shown
    same = client.post(f"/config/grids/move/{grid}", data={**form, "valid_from": "2017-07-01"})
    assert "本来就在这个村" in same.get_data(as_text=True)


def test_another_township_is_not_there_by_any_route(app: Flask, client_for: Client) -> None:
    other = one(
        app,
        "INSERT INTO township (code, name, short_name, number_prefix, fonds_code)"
        " VALUES ('YC', '邻乡', '邻', 'YC', 'YCX') RETURNING id",
    )
    pk = one(
        app,
        "INSERT INTO org (township_id, code, name, kind, path, valid_from)"
        " VALUES (:other, 'YCB', '邻乡办公室', 'office', '', '2017-01-01') RETURNING id",
        other=other,
    )
    client = client_for("admin")
    assert client.get(f"/config/orgs/show/{pk}").status_code == 404
    assert client.get(f"/config/orgs/edit/{pk}").status_code == 404
    assert client.post(f"/config/orgs/end/{pk}", data={}).status_code == 404
    assert "邻乡办公室" not in page(client, "/config/orgs/list/?_flt_0_name=邻乡&life=all")
    assert "邻乡办公室" not in page(client, "/config/orgs/add")
    form = {"code": "XIN", "name": "新", "kind": "office", "valid_from": "2017-05-01"}
    forged = client.post("/config/orgs/add", data={**form, "parent_id": str(pk)})
    assert forged.status_code == 200
    assert one(app, "SELECT count(*) FROM org WHERE code = 'XIN'") == 0


def person_id(app: Flask, name: str) -> int:
    """人的编号."""
    return one(app, "SELECT id FROM person WHERE name = :name", name=name)


def test_a_holding_works_on_the_next_click_and_stops_when_it_ends(
    app: Flask, client_for: Client
) -> None:
    admin, viewer = client_for("admin"), client_for("viewer")
    pk = person_id(app, "蓝观澜")
    assert viewer.get("/cases/add").status_code == 403
    form = {"role": "B", "mode": "在任", "basis": "乡党委会议纪要", "valid_from": "2017-05-01"}
    assert admin.post(f"/config/people/appoint/{pk}", data=form).status_code == 302
    assert viewer.get("/cases/add").status_code == 200
    holding = one(app, "SELECT max(id) FROM holding WHERE person_id = :pk", pk=pk)
    ended = {"last_day": "2017-05-21", "reason": "借用期满。"}
    assert admin.post(f"/config/holdings/end/{holding}", data=ended).status_code == 302
    assert viewer.get("/cases/add").status_code == 403
    assert "任命" in plain(page(admin, "/config/"))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("蓝小禾", {"post_id": "P-XZ", "role": "C1"}, "这段时间都有人"),
        ("蓝青禾", {"role": "B"}, "违反职责分离"),
        ("蓝小禾", {"role": "F2"}, "不能任在所选的地方"),
        ("蓝小禾", {}, "职务与角色至少选一样"),
        ("蓝小禾", {"role": "F4", "platform": "BM", "mode": "委托"}, "委托由任职人本人作出"),
        ("蓝小禾", {"role": "B", "valid_to": "2017-04-01"}, "止日早于起日"),
        ("蓝小禾", {"role": "B", "basis": ""}, "这一项必须填"),
    ],
)
def test_a_holding_against_the_rules_is_refused_with_its_reason(
    app: Flask, client_for: Client, name: str, change: dict[str, str], said: str
) -> None:
    if "post_id" in change:
        code = change["post_id"]
        change = {**change, "post_id": str(one(app, "SELECT id FROM post WHERE code = :c", c=code))}
    form = {"mode": "在任", "basis": "测试依据", "valid_from": "2017-05-01", **change}
    answer = client_for("admin").post(f"/config/people/appoint/{person_id(app, name)}", data=form)
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)


def test_somebody_who_leaves_loses_posts_and_account_but_keeps_the_name(
    app: Flask, client_for: Client
) -> None:
    clerk, admin = client_for("clerk2"), client_for("admin")
    pk = person_id(app, "雷小满")
    form = {"last_day": "2017-05-21", "reason": "调离本乡。"}
    assert admin.post(f"/config/people/leave/{pk}", data=form).status_code == 302
    assert clerk.get("/").status_code == 302
    assert "已离开" in plain(page(admin, f"/config/people/show/{pk}"))


def test_a_phone_number_is_kept_sealed_and_shown_masked(app: Flask, client_for: Client) -> None:
    client = client_for("admin")
    form = {"name": "新来的", "phone": "13812345678"}
    answer = client.post("/config/people/add", data=form)
    assert answer.status_code == 302
    assert "13812345678" not in one(app, "SELECT phone FROM person WHERE name = '新来的'")
    shown = page(client, answer.location)
    assert "138****78" in shown
    assert "13812345678" not in shown


def test_members_of_a_body_are_approved_by_its_leader_and_proposed_by_the_office(
    app: Flask, client_for: Client
) -> None:
    body = one(app, "SELECT id FROM body WHERE code = 'CC'")
    form = {
        "function": "MEMBER",
        "person_id": str(person_id(app, "蓝安澜")),
        "proposer_id": str(person_id(app, "蓝其蓁")),
        "valid_from": "2017-05-01",
    }
    path = f"/config/body-members/add/{body}"
    assert client_for("admin").post(path, data=form).status_code == 403
    assert client_for("clerk").post(path, data=form).status_code == 403
    mayor = client_for("mayor")
    assert mayor.post(path, data=form).status_code == 302
    assert "蓝安澜" in plain(page(mayor, f"/config/bodies/show/{body}"))


def test_a_second_leader_of_a_body_is_refused(app: Flask, client_for: Client) -> None:
    body = one(app, "SELECT id FROM body WHERE code = 'CC'")
    form = {
        "function": "LEADER",
        "person_id": str(person_id(app, "蓝安澜")),
        "proposer_id": str(person_id(app, "蓝其蓁")),
        "valid_from": "2017-05-01",
    }
    answer = client_for("mayor").post(f"/config/body-members/add/{body}", data=form)
    assert "这段时间已有组长" in answer.get_data(as_text=True)


def role_id(app: Flask, code: str) -> int:
    """角色编号."""
    return one(app, "SELECT role_id FROM role_profile WHERE code = :code", code=code)


def saved(client: Browser, review: Any, reason: str = "岗位调整，见会议纪要") -> Any:
    """核对页上写了理由，存."""
    cells = re.findall(r'name="cell" value="([^"]*)"', review.get_data(as_text=True))
    assert cells, "核对页上没有改动"
    return client.post("/roles/changes", data={"cell": cells, "reason": reason, "do": "save"})


def kept(client: Browser, path: str, form: dict[str, Any]) -> Any:
    """角色的一个模块：勾好了去核对，再存."""
    return saved(client, client.post(path, data=form))


def granted(markup: str) -> dict[str, Any]:
    """授权表单现在的样子."""
    form: dict[str, Any] = {"version": version(markup)}
    for row in re.findall(r"<tr>.*?</tr>", markup, flags=re.DOTALL):
        box = re.search(r'name="(on\.\w+)" value="1"( checked)?', row)
        if box and box[2]:
            form[box[1]] = "1"
        for slot, options in re.findall(r'name="((?:first|second)\.\w+)".*?>(.*?)</select>', row):
            form[slot] = re.findall(r'value="(\w+)" selected', options)
    return form


def test_a_grant_taken_away_stops_the_next_click_and_tells_the_inspectors(
    app: Flask, client_for: Client
) -> None:
    admin, clerk = client_for("admin"), client_for("clerk")
    path = f"/roles/grants/{role_id(app, 'B')}/case"
    assert clerk.get("/cases/add").status_code == 200
    form = granted(page(admin, path))
    del form["on.draft"]
    assert kept(admin, path, form).status_code == 302
    assert clerk.get("/cases/add").status_code == 403
    notices = "SELECT count(*) FROM notification WHERE kind = 'config.role'"
    assert one(app, notices) == 2
    shown = plain(page(admin, f"/roles/show/{role_id(app, 'B')}"))
    assert "蓝青禾：改授权（一批）" in shown
    assert "登记草稿：不另限 → 没有授权" in shown


def test_limits_of_a_grant_are_alternatives_of_joint_limits(app: Flask, client_for: Client) -> None:
    admin = client_for("admin")
    path = f"/roles/grants/{role_id(app, 'B')}/case"
    form = granted(page(admin, path))
    form |= {"first.verify": ["OWN_ENTRY", "SERVICE_ONLY"], "second.verify": ["WITH_REF"]}
    assert kept(admin, path, form).status_code == 302
    shown = plain(page(admin, f"/roles/show/{role_id(app, 'B')}"))
    assert "本人登记或签发且服务件，或须引用凭据" in shown


def test_saving_grants_untouched_changes_nothing(app: Flask, client_for: Client) -> None:
    admin = client_for("admin")
    before = one(app, "SELECT count(*) FROM role_limit"), one(app, "SELECT count(*) FROM journal")
    for module in ("case", "document"):
        for code in ("B", "C1", "I"):
            path = f"/roles/grants/{role_id(app, code)}/{module}"
            answer = admin.post(path, data=granted(page(admin, path)), follow_redirects=True)
            assert "没有改动" in answer.get_data(as_text=True)
    after = one(app, "SELECT count(*) FROM role_limit"), one(app, "SELECT count(*) FROM journal")
    assert before[0] == after[0]
    assert after[1] - before[1] <= 1


def test_grants_changed_meanwhile_are_not_overwritten(app: Flask, client_for: Client) -> None:
    first, second = client_for("admin"), client_for("admin")
    path = f"/roles/grants/{role_id(app, 'B')}/case"
    early, late = granted(page(first, path)), granted(page(second, path))
    del early["on.reopen" if "on.reopen" in early else "on.archive"]
    assert kept(first, path, early).status_code == 302
    del late["on.accept"]
    assert "别人刚改过这些授权" in second.post(path, data=late).get_data(as_text=True)


def test_the_administrator_role_gets_no_business_grant(app: Flask, client_for: Client) -> None:
    path = f"/roles/grants/{role_id(app, 'A')}/case"
    admin = client_for("admin")
    form = {**granted(page(admin, path)), "on.accept": "1"}
    assert "违反职责分离" in admin.post(path, data=form).get_data(as_text=True)


def test_a_role_is_made_copied_and_renamed(app: Flask, client_for: Client) -> None:
    admin = client_for("admin")
    made = {"code": "X1", "name": "临时岗", "scope": "township", "sensitive": "none"}
    assert admin.post("/roles/add", data=made).status_code == 302
    assert "已经有了" in admin.post("/roles/add", data=made).get_data(as_text=True)
    copied = admin.post(
        f"/roles/copy/{role_id(app, 'B')}", data={"code": "B2", "name": "受理员（夜班）"}
    )
    assert copied.status_code == 302
    count = "SELECT count(*) FROM ab_permission_view_role WHERE role_id = :id"
    assert one(app, count, id=role_id(app, "B2")) == one(app, count, id=role_id(app, "B"))
    path = f"/roles/edit/{role_id(app, 'B2')}"
    assert admin.post(path, data={"name": "夜班受理员"}).status_code == 302


def test_what_a_person_may_do_is_listed_with_the_holding_it_rests_on(
    app: Flask, client_for: Client, clock: Any
) -> None:
    clock.at += timedelta(days=20)
    pk = one(app, "SELECT id FROM ab_user WHERE username = 'shichang2'")
    shown = re.sub(r"\s+", " ", plain(page(client_for("jiwei"), f"/users/show/{pk}")))
    assert "签收 案件 平台操作员（市监） 本平台：市场监管平台 本平台" in shown
    assert "联村领导（代行）" in shown


def test_an_account_is_opened_for_somebody_without_one(app: Flask, client_for: Client) -> None:
    admin = client_for("admin")
    admin.post("/config/people/add", data={"name": "新来的"})
    form = {
        "person_id": str(person_id(app, "新来的")),
        "login": "newcomer",
        "password": "Shanqing-Shuixiu-8",
    }
    weak = admin.post("/users/add", data={**form, "password": "12345678901"})
    assert "两类字符" in weak.get_data(as_text=True)
    answer = admin.post("/users/add", data=form)
    assert answer.status_code == 302
    assert "须改密码" in plain(page(admin, answer.location))
    assert "新来的" in plain(page(admin, "/users/list/?_flt_0_who=newcom"))


def test_the_fields_of_a_channel_are_edited_in_a_small_table(
    app: Flask, client_for: Client
) -> None:
    admin = client_for("admin")
    pk = one(app, "SELECT id FROM channel WHERE code = 'PETITION'")
    path = f"/config/channels/edit/{pk}"
    form = {
        "version": version(page(admin, path)),
        "name": "群众来信来访",
        "sort_no": "4",
        "is_enabled": "y",
        "fields-0-code": "form",
        "fields-0-zh": "来信或来访",
        "fields-0-type": "choice",
        "fields-0-required": "y",
        "fields-0-choices": "来信、来访、网上",
        "fields-1-code": "",
        "fields-1-zh": "",
        "fields-1-type": "text",
    }
    assert admin.post(path, data=form).status_code == 302
    kept = one(app, "SELECT fields FROM channel WHERE id = :pk", pk=pk)
    assert [entry["choices"] for entry in kept] == [["来信", "来访", "网上"]]
    bad = {**form, "fields-1-code": "form", "fields-1-zh": "又一个"}
    assert "有两个字段的代码相同" in admin.post(path, data=bad).get_data(as_text=True)


def test_a_category_names_its_platform_and_does_not_assist_itself(
    app: Flask, client_for: Client
) -> None:
    form = {
        "code": "ZF0109",
        "name": "新的小类",
        "parent_id": str(one(app, "SELECT id FROM category WHERE code = 'ZF01'")),
        "platform": "ZF",
        "kind": "EVENT",
        "level": "一般",
        "dedup_days": "15",
        "words": "违建\n加层",
        "valid_from": "2017-05-01",
    }
    admin = client_for("admin")
    bad = admin.post("/config/categories/add", data={**form, "assist_platforms": ["ZF"]})
    assert "主办平台不必再写进协办" in bad.get_data(as_text=True)
    done = admin.post("/config/categories/add", data={**form, "assist_platforms": ["BM"]})
    assert done.status_code == 302
    assert one(app, "SELECT words FROM category WHERE code = 'ZF0109'") == ["违建", "加层"]


def test_a_day_of_the_calendar_needs_its_basis_and_can_be_taken_off(
    app: Flask, client_for: Client
) -> None:
    admin = client_for("admin")
    form = {"day": "2017-06-03", "is_working": "1", "basis": ""}
    assert "这一项必须填" in admin.post("/config/calendar/add", data=form).get_data(as_text=True)
    form["basis"] = "县政府办通知"
    assert admin.post("/config/calendar/add", data=form).status_code == 302
    twice = admin.post("/config/calendar/add", data=form).get_data(as_text=True)
    assert "这一天已经写过了" in twice
    pk = one(app, "SELECT id FROM calendar_day")
    done = admin.post(f"/config/calendar/drop/{pk}", data={"reason": "通知撤回。"})
    assert done.status_code == 302
    assert one(app, "SELECT count(*) FROM calendar_day") == 0


def test_the_self_check_tells_what_is_wrong_and_where_to_mend_it(
    app: Flask, client_for: Client
) -> None:
    admin = client_for("admin")
    assert "9 / 9" in plain(page(admin, "/config/check/"))
    one(app, "UPDATE village SET valid_to = '2017-05-01' WHERE code = 'V208'")
    markup = page(admin, "/config/check/")
    assert "8 / 9" in plain(markup)
    assert 'href="/config/villages/list/"' in markup


def test_a_refused_try_is_kept_in_the_journal(app: Flask, client_for: Client) -> None:
    one(
        app,
        "UPDATE role_limit SET limit_code = 'DRAFT' WHERE view_menu = 'config'"
        " AND permission = 'can_org'",
    )
    admin = client_for("admin")
    assert admin.get("/config/orgs/add").status_code == 403
    assert "新增机构" not in plain(page(admin, "/config/orgs/list/"))


def test_the_menu_lists_only_what_the_person_may_open(client_for: Client) -> None:
    seen = {
        login: re.findall(r'class="menu".*?</ul>', page(client_for(login), "/"), flags=re.DOTALL)
        for login in ("clerk", "viewer", "jiwei")
    }
    texts = {login: plain(f"<main{''.join(parts)}</main>") for login, parts in seen.items()}
    assert "统一分流" in texts["clerk"]
    assert "配置" not in texts["clerk"]
    assert "统一分流" not in texts["viewer"]
    assert "配置" in texts["jiwei"]


def test_the_administrator_lands_on_a_desk_with_the_way_to_the_configuration(
    client_for: Client,
) -> None:
    answer = client_for("admin").get("/")
    assert answer.status_code == 200
    assert 'href="/config/"' in answer.get_data(as_text=True)
