"""路 × 角色：每条路对二十个角色答什么，由计划的授权与各案件在哪里算出；手造的提交改不动无权的."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.db import session
from app.queries.case_options import WIRED
from models.attachment import Document
from models.people import Person
from models.platform import BodyMember
from models.security import Account
from tests.conftest import PASSWORD
from tests.web import grants_oracle as plan
from tests.web.case_payloads import STEPS, payload
from tests.web.meeting_payloads import ACTS, DEEDS
from tests.web.world import DAY, LATEST, ROLES, World, full_township
from views.security_preview import WITHHELD

MISSING = 999_999_999
READ_ONLY = ("A", "K", "L")
CONFIG_VERBS = {
    "OrgView": "org",
    "VillageView": "org",
    "GridView": "org",
    "PlatformView": "org",
    "BodyView": "org",
    "PostView": "post",
    "PersonView": "post",
    "HoldingView": "post",
    "GridMemberView": "post",
    "ChannelView": "category",
    "CategoryView": "category",
    "CalendarDayView": "calendar",
    "RuleSetView": "sla",
    "RoleView": "role",
}
"""配置的各画面，写要哪个动作；看都要 config.read."""
READS = ("list", "show", "options", "matrix", "index", "check")
OTHERS = {
    "CaseIntakeView.add": ("case", "draft"),
    "CaseIntakeView.edit": ("case", "draft"),
    "CaseSuggestView.suggest": ("case", "draft"),
    "BoardMoveView.move": ("case", "dispatch"),
    "BoardMoveView.redo": ("case", "redispatch"),
    "MeetingView.add": ("meeting", "schedule"),
    "AssessmentView.new": ("assess", "calculate"),
    "AssessmentView.calculate": ("assess", "calculate"),
    "AssessmentView.review": ("assess", "review"),
    "AssessmentView.publish": ("assess", "publish"),
    "BodyMemberView.add": ("body", "members"),
    "BodyMemberView.end": ("body", "members"),
    "PreviewView.start": ("user", "view_as"),
    "PreviewView.stop": None,
    "RoleMatrixView.changes": ("config", "role"),
    "CalendarYearView.put": ("config", "calendar"),
}
HEADS = {
    "DownloadView": ("document", "download"),
    "AssessmentPaperView": ("document", "download"),
    "CaseListView": ("case", "read"),
    "BoardView": ("case", "read"),
    "CaseView": ("case", "read"),
    "CaseStepView": ("case", "read"),
    "CaseSlipView": ("case", "read"),
    "CaseMediationView": ("case", "read"),
    "CaseCodeView": ("case", "read"),
    "CaseReturnView": ("assess", "judge_return"),
    "CaseUploadView": ("case", "read"),
    "AttachmentView": ("case", "read"),
    "MeetingView": ("meeting", "read"),
    "AssessmentView": ("assess", "view"),
    "ConfigHomeView": ("config", "read"),
    "RoleMatrixView": ("config", "read"),
    "HoldingTimeView": ("config", "read"),
    "PersonRightsView": ("config", "read"),
    "ExportView": ("export", "masked"),
    "GalleryView": ("config", "gallery"),
}
FREE = {
    *("static", "HealthView", "SignInView", "ForgottenView", "HomeView", "PasswordView"),
    "PublicCaseView",
    "NoticeView",
    "SearchView",
    "ThemeView",
}


@pytest.fixture(scope="module")
def world(urls, bare, make_app, clock, tmp_path_factory) -> Iterator[World]:
    """装满的乡；应用不在测试模式，程序出错答 500 而不是抛出来."""
    folder = tmp_path_factory.mktemp("world")
    with full_township(urls.app, bare, make_app(TESTING=False), clock, folder) as found:
        yield found


@pytest.fixture(params=list(ROLES))
def role(request: pytest.FixtureRequest) -> str:
    """一个角色."""
    return request.param


def need(endpoint: str) -> tuple[str, str] | None:
    """计划上这条路要什么授权；公开的、登录即可的没有."""
    head, _dot, method = endpoint.partition(".")
    if head in FREE:
        return None
    if endpoint in OTHERS:
        return OTHERS[endpoint]
    if head in HEADS:
        return HEADS[head]
    if head == "AccountView":
        return "user", "read" if method in READS else "manage"
    return "config", "read" if method in READS else CONFIG_VERBS[head]


def test_every_route_is_in_the_table_of_this_test(world):
    for rule in world.app.url_map.iter_rules():
        found = need(rule.endpoint)
        assert found is None or found[0], rule


# 读


def first_key(world: World, head: str) -> int:
    """这个画面现有的一行."""
    if head in OTHER_ROWS:
        model, key = OTHER_ROWS[head]
    else:
        views = {type(v).__name__: v for v in world.app.extensions["appbuilder"].baseviews}
        model = views[head].datamodel.obj
        key = model.__mapper__.primary_key[0]
    with world.inside():
        found = session.query(model).order_by(key).first()
        return getattr(found, key.key) if found is not None else MISSING


OTHER_ROWS: dict[str, tuple[Any, Any]] = {
    "BodyMemberView": (BodyMember, BodyMember.id),
    "PersonRightsView": (Person, Person.id),
    "PreviewView": (Account, Account.user_id),
}
"""不是模型视图的画面，编号是哪张表的."""


def case_targets(world: World, login: str) -> Iterator[tuple[str, bool]]:
    """案件的地址与在不在范围里."""
    for name in ("processing", "sj", "zz", "draft"):
        place = world.cases[name]
        yield str(place.id), plan.sees(login, place)
    yield str(MISSING), False


def meeting_targets(world: World, login: str) -> Iterator[tuple[str, bool]]:
    """会议的地址与在不在范围里."""
    for name, platform in (("signed", "ZF"), ("opened", "ZF"), ("zz", "ZZ")):
        attended = world.attendees if platform == "ZF" else frozenset()
        yield str(world.meetings[name][0]), plan.sees_meeting(login, platform, attended)
    yield str(MISSING), False


FOUND = {200, 302}
Target = tuple[str, set[int]]


def rows_of_cases(world: World, rule: Any, login: str) -> Iterator[Target]:
    """案件的路：看得到的 200 或改道，看不到的与没有的 404."""
    steps = [str(one) for one in WIRED] + ["no_such_step"]
    for key, seen in case_targets(world, login):
        for action in steps if "action" in rule.arguments else [""]:
            part = {"slip_id", "return_id"} & rule.arguments
            values = {"case_id": key, "action": action, **dict.fromkeys(part, MISSING)}
            there = seen and action != "no_such_step" and not part
            there = there and rule.endpoint != "CaseMediationView.visit"  # 这里没有调解的件
            right = FOUND if there else {404}
            yield rule.build(values, append_unknown=False)[1], right


def rows_of_files(world: World, rule: Any, login: str) -> Iterator[Target]:
    """附件的路：看得到正文的才有."""
    for name in ("handled", "sj", "zz"):
        seen = plan.reads_text(login, world.cases[name])
        yield rule.build({"file_id": world.files[name]})[1], {200} if seen else {404}
    yield rule.build({"file_id": MISSING})[1], {404}


def rows_of_meetings(world: World, rule: Any, login: str) -> Iterator[Target]:
    """会议的路."""
    for key, seen in meeting_targets(world, login):
        for action in ("cancel", "mark", "no_such_step") if "action" in rule.arguments else [""]:
            values = {"meeting_id": key, "action": action}
            right = FOUND if seen and action != "no_such_step" else {404}
            if rule.endpoint in PAPERS:
                right = right | {404}  # 还没有起草、签发的，与没有一样
            yield rule.build(values, append_unknown=False)[1], right


def rows_of_assessments(world: World, rule: Any, login: str) -> Iterator[Target]:
    """考核的路."""
    seen = plan.sees_assessment(login, published=False)
    for key in (world.assessment, MISSING):
        for action in (
            ("publish", "refuse-BM", "no_such_step") if "action" in rule.arguments else [""]
        ):
            values = {"assessment_id": key, "action": action}
            right = FOUND if seen and key != MISSING and action != "no_such_step" else {404}
            if rule.endpoint in PAPERS:
                right = right | {404}  # 没有发布的没有通报，发布了的没有草稿
            yield rule.build(values, append_unknown=False)[1], right


def rows_of_documents(world: World, rule: Any, login: str) -> Iterator[Target]:
    """文书的路：纪要随会议，看得到会议的才有."""
    with world.inside():
        statement = select(Document.id).where(Document.subject_kind == "meeting").limit(1)
        key = session.execute(statement).scalar_one()
    seen = plan.sees_meeting(login, "ZF", world.attendees)
    yield rule.build({"document_id": key})[1], FOUND if seen else {404}
    yield rule.build({"document_id": MISSING})[1], {404}


def rows_of_years(world: World, rule: Any, login: str) -> Iterator[Target]:
    """全年日历的路：年份有头有尾."""
    yield rule.build({"year": 2017})[1], FOUND
    yield rule.build({"year": 1990})[1], {404}


def rows_of_config(world: World, rule: Any, login: str) -> Iterator[Target]:
    """配置的路：现有的一行与没有的一行."""
    head = rule.endpoint.partition(".")[0]
    key = first_key(world, "BodyView" if rule.endpoint == "BodyMemberView.add" else head)
    modules = ("case", "no_such_module") if "module" in rule.arguments else ("",)
    for module in modules:
        values = {"module": module}
        right = {404} if module == "no_such_module" or key == MISSING else FOUND
        yield rule.build({"pk": key, **values}, append_unknown=False)[1], right
        yield rule.build({"pk": MISSING, **values}, append_unknown=False)[1], {404}


def rows_of_grants(world: World, rule: Any, login: str) -> Iterator[Target]:
    """授权的路：有的动作与没有的动作."""
    for action, right in (("dispatch", FOUND), ("no_such_action", {404})):
        yield rule.build({"module": "case", "action": action})[1], right


def rows_of_exports(world: World, rule: Any, login: str) -> Iterator[Target]:
    """导出的路：本人的才有，别人的与没有的一样."""
    mine = world.exports.get(login)
    if mine is not None:
        yield rule.build({"export_id": mine})[1], FOUND
    others = (key for who, key in world.exports.items() if who != login)
    for key in (*others, MISSING):
        yield rule.build({"export_id": key})[1], {404}


def single(world: World, rule: Any, login: str) -> Iterator[Target]:
    """没有编号的路."""
    yield rule.build({})[1], FOUND


ROWS = {
    "case_id": rows_of_cases,
    "file_id": rows_of_files,
    "meeting_id": rows_of_meetings,
    "assessment_id": rows_of_assessments,
    "document_id": rows_of_documents,
    "pk": rows_of_config,
    "module": rows_of_grants,
    "export_id": rows_of_exports,
    "year": rows_of_years,
}
PAPERS = {
    *("MeetingView.minutes", "MeetingView.draft"),
    *("AssessmentPaperView.circular", "AssessmentPaperView.draft", "DownloadView.file"),
}
UNREAD = {"static", "SignInView.logout", "HealthView.readyz"}


def targets(world: World, login: str) -> Iterator[tuple[str, set[int]]]:
    """每条读的路要试的地址与该答什么."""
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in UNREAD:
            continue
        wanted = need(rule.endpoint)
        allowed = wanted is None or plan.has(login, *wanted)
        make = next((rows for name, rows in ROWS.items() if name in rule.arguments), single)
        for path, right in make(world, rule, login):
            yield path, right if allowed else {403}


def test_reading_answers_as_the_plan_grants(world, role):
    login = ROLES[role]
    world.clock.at = LATEST
    browser, wrong = world.browser(login), []
    before = world.digest(config=True)
    for path, right in targets(world, login):
        with browser.get(path) as answer:
            if answer.status_code not in right:
                wrong.append(f"{path} 答 {answer.status_code}，应为 {right}")
    assert wrong == []
    assert world.digest(config=True) == before, "只是看看，却改了数据"


# 写


def complaints(answer: Any) -> str:
    """页面上退回的话."""
    text = answer.get_data(as_text=True)
    found = re.findall(r'class="[^"]*(?:error|alert|note|fault)[^"]*"[^>]*>(.*?)</', text, re.S)
    return "；".join(re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in found)[:600]


def post(world: World, login: str, path: str, data: Any, at: Any) -> tuple[Any, dict[str, str]]:
    """手造一次提交，答什么、改了哪些表；改的退回."""
    world.clock.at = at
    before = world.digest()
    with world.trial():
        answer = world.browser(login).post(path, data=data)
        after = world.digest()
    return answer, {name for name in after if after[name] != before[name]}


@pytest.mark.parametrize("login", sorted(ROLES.values()))
def test_a_hand_made_step_changes_a_case_only_when_it_is_allowed(world, login):
    wrong = []
    for name, action in STEPS:
        place = world.cases[name]
        with world.inside():
            data = payload(world, name, action)
        path = f"/cases/{place.id}/{action}"
        answer, changed = post(world, login, path, data, LATEST)
        allowed = plan.may_on_case(login, action, place)
        if answer.status_code >= 500:
            wrong.append(f"{action}@{name} 答 {answer.status_code}")
        if changed and not allowed:
            wrong.append(f"{action}@{name} 不该办成，却改了 {sorted(changed)}")
        if not plan.sees(login, place) and answer.status_code not in (403, 404):
            wrong.append(f"{action}@{name} 看不到的，答 {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(("name", "action"), STEPS)
def test_each_hand_made_step_is_a_real_one_that_somebody_can_take(world, name, action):
    place = world.cases[name]
    told = []
    for login in (*sorted(ROLES.values()), "clerk2", "clerk3", "zhifa2"):
        if not plan.may_on_case(login, action, place):
            continue
        with world.inside():
            data = payload(world, name, action)
        answer, changed = post(world, login, f"/cases/{place.id}/{action}", data, LATEST)
        if answer.status_code == 302 and "case_record" in changed:
            return
        told.append(f"{login} {answer.status_code} {complaints(answer)}")
    pytest.fail("\n".join(told) or "计划上没有人可以")


@pytest.mark.parametrize("login", sorted(ROLES.values()))
def test_a_hand_made_deed_changes_a_meeting_only_when_it_is_allowed(world, login):
    wrong = []
    for deed in DEEDS:
        key, at = world.meetings[deed.meeting]
        with world.inside():
            data = deed.data(world)
        answer, changed = post(world, login, f"/meetings/{key}/{deed.action}", data, at)
        module, verb = ACTS[deed.action]
        allowed = plan.may_on_meeting(login, module, verb, "ZF")
        where = f"{deed.action}@{deed.meeting}"
        if answer.status_code >= 500:
            wrong.append(f"{where} 答 {answer.status_code}")
        if changed and not allowed:
            wrong.append(f"{where} 不该办成，却改了 {sorted(changed)}")
        seen = plan.sees_meeting(login, "ZF", world.attendees)
        if not seen and answer.status_code not in (403, 404):
            wrong.append(f"{where} 看不到的，答 {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed.action}@{deed.meeting}")
def test_each_hand_made_deed_is_a_real_one_that_somebody_can_do(world, deed):
    key, at = world.meetings[deed.meeting]
    told = []
    for login in (*sorted(ROLES.values()), "zhifa2", "chengguan"):
        if not plan.may_on_meeting(login, *ACTS[deed.action], "ZF"):
            continue
        with world.inside():
            data = deed.data(world)
        answer, changed = post(world, login, f"/meetings/{key}/{deed.action}", data, at)
        if answer.status_code == 302 and changed:
            return
        told.append(f"{login} {answer.status_code} {complaints(answer)}")
    pytest.fail("\n".join(told) or "计划上没有人可以")


ASSESSED = (
    ("calculate", {"month": "2017-05", "reason": "漏计一件，按核对结果重算"}, {"B"}),
    ("review", {"line": "OTHER", "agreed": "1"}, {"C2", "K"}),
    ("review", {"line": "BM", "agreed": "1"}, {"C1", "K"}),
    ("publish", {}, set()),
)
"""考核的各步：提交什么，哪些角色办得成（还没有复核齐，谁也发布不了）."""


def test_a_hand_made_step_changes_an_assessment_only_for_those_whose_it_is(world, role):
    wrong = []
    for action, data, roles in ASSESSED:
        at = "" if action == "calculate" else f"/{world.assessment}"
        answer, changed = post(world, ROLES[role], f"/assessments{at}/{action}", data, LATEST)
        done = answer.status_code == 302 and "assessment" in changed
        if done != (role in roles) or (changed and not done) or answer.status_code >= 500:
            wrong.append(f"{action} {data} 答 {answer.status_code}，改了 {sorted(changed)}")
    assert wrong == []


def test_submitting_to_a_screen_without_its_grant_is_stopped_at_the_door(world, role):
    login = ROLES[role]
    world.clock.at = LATEST
    browser, wrong = world.browser(login), []
    before = world.digest(config=True)
    for rule in world.app.url_map.iter_rules():
        wanted = need(rule.endpoint)
        if "POST" not in (rule.methods or ()) or wanted is None or plan.has(login, *wanted):
            continue
        values = dict.fromkeys(rule.arguments, 1)
        words = {"action": "cancel", "module": "case", "code": "cases"}
        path = rule.build({**values, **words})[1]
        answer = browser.post(path, data={"reason": "手造的提交，理由写满十个字"})
        if answer.status_code != 403:
            wrong.append(f"{path} 答 {answer.status_code}")
    assert wrong == []
    assert world.digest(config=True) == before


@pytest.mark.parametrize("role", READ_ONLY)
def test_the_administrator_the_inspector_and_the_viewer_change_no_business_row(world, role):
    login = ROLES[role]
    before = world.digest(config=role != "A")
    for name, place in world.cases.items():
        for action in WIRED:
            with world.inside():
                data = payload(world, name, str(action))
            world.clock.at = LATEST
            answer = world.browser(login).post(f"/cases/{place.id}/{action}", data=data)
            assert answer.status_code < 500
    for deed in DEEDS:
        key, world.clock.at = world.meetings[deed.meeting]
        with world.inside():
            data = deed.data(world)
        world.browser(login).post(f"/meetings/{key}/{deed.action}", data=data)
    world.clock.at = LATEST
    browser = world.browser(login)
    browser.post("/cases/add", data={"title": "不该登记", "channel": "HOTLINE", "do": "report"})
    browser.post("/meetings/add", data={"series_id": 1, "place": "室", "planned_at": str(DAY)})
    for file_id in world.files.values():
        browser.post(f"/cases/attachments/{file_id}/discard")
    assert world.digest(config=role != "A") == before


def test_only_a_change_of_the_rights_that_the_plan_gives_reaches_the_accounts(world):
    with world.inside():
        victim = (
            session.connection()
            .exec_driver_sql(
                "SELECT a.user_id FROM account a JOIN ab_user u ON u.id = a.user_id"
                " WHERE u.username = 'clerk3'"
            )
            .scalar_one()
        )
    for role, login in ROLES.items():
        world.clock.at = LATEST
        before = world.digest(config=True)
        with world.trial():
            browser = world.browser(login)
            for deed in ("disable", "code", "unlock"):
                browser.post(f"/users/{deed}/{victim}", data={"reason": "不该停用他的账号"})
            changed = world.digest(config=True) != before
        assert changed == (role == "A"), role


# 以其身份预览

REASON = "核对这个岗位看得到哪些清单"
OUT_OF_PREVIEW = {"PreviewView.stop", "SignInView.logout"}
FILES = {"ExportView.file", "AttachmentView.show", "AttachmentView.thumb", *PAPERS}


def preview(world: World, login: str) -> Any:
    """系统管理员以这个账号的身份预览；另开一个浏览器，令牌先取好."""
    world.clock.at = LATEST
    browser = world.app.test_client().enter("admin", PASSWORD)
    browser.valid_token()
    with world.inside():
        statement = "SELECT id FROM ab_user WHERE username = %s"
        key = session.connection().exec_driver_sql(statement, (login,)).scalar_one()
    answer = browser.post(f"/users/view-as/{key}", data={"reason": REASON})
    assert answer.status_code == 302, complaints(answer)
    return browser


def in_preview(endpoint: str, right: set[int]) -> set[int]:
    """那个人看这条路该答什么，在预览里该答什么：正文与文件不给."""
    if endpoint in WITHHELD:
        return {403}
    if endpoint in FILES and 200 in right:
        # 附件在预览里与没有一样，文书、导出是不给
        return {404} if endpoint.startswith("AttachmentView") else {403}
    return right


@pytest.mark.parametrize("previewed", ["B", "I"])
def test_a_preview_answers_as_that_person_gets_it_and_changes_nothing(world, previewed):
    login, wrong = ROLES[previewed], []
    match = world.app.url_map.bind("").match
    with world.trial():
        browser = preview(world, login)
        before = world.digest(config=True)
        for path, right in targets(world, login):
            endpoint = match(path.partition("?")[0])[0]
            with browser.get(path) as answer:
                code, shown = answer.status_code, answer.mimetype
            wanted = in_preview(endpoint, right)
            if code not in wanted and not (endpoint in PAPERS and shown == "text/html"):
                wrong.append(f"{path} 答 {code}，应为 {wanted}")
        assert world.digest(config=True) == before
    assert wrong == []


def test_nothing_at_all_can_be_submitted_in_a_preview(world):
    wrong = []
    with world.trial():
        browser = preview(world, "clerk")
        before = world.digest(config=True)
        count = 0
        for rule in world.app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or rule.endpoint in OUT_OF_PREVIEW:
                continue
            values = {**dict.fromkeys(rule.arguments, 1), "action": "accept", "module": "case"}
            answer = browser.post(rule.build(values)[1], data={"reason": REASON, "do": "report"})
            count += 1
            if answer.status_code != 403 or "正在以别人的身份预览，只能看" not in answer.text:
                wrong.append(f"{rule} 答 {answer.status_code}")
        assert world.digest(config=True) == before
        told = "SELECT count(*) FROM journal WHERE data ->> 'deed' = 'preview_refused'"
        assert world.connection.exec_driver_sql(told).scalar() == count > 30
    assert wrong == []
