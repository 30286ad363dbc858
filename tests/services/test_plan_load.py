"""计划的装载：自带的计划没有错；改错一处，就恰好说出那一处；格按角色族展开。"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from app.domain import case_choices, case_states, meeting_flow
from app.domain.case_words import Action, Party, Proposal
from app.domain.rule_book import RuleBook
from app.holidays import chinese_holidays
from app.plan.load import FOLDER, SECTIONS, PlanError, PlanFault, check, load
from app.plan.model import Plan

TRANSLATIONS = FOLDER.parents[1] / "translations"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in SECTIONS:
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def mutate(folder: Path, name: str, old: str, new: str) -> int:
    """把文件里唯一的一处改掉，返回改动所在的行号."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, f"{old} 在 {name} 里有 {text.count(old)} 处"
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults_of(folder: Path) -> list[PlanFault]:
    with pytest.raises(PlanError) as caught:
        load(folder)
    return caught.value.faults


# ---------------------------------------------------------------- 自带的计划


def test_the_plan_of_the_product_loads_without_a_fault(plan: Plan) -> None:
    assert check(plan) == []
    counts = [plan.villages, plan.grids, plan.platforms, plan.bodies, plan.level1, plan.leaves]
    assert [len(rows) for rows in counts] == [9, 13, 4, 11, 33, 56]
    leaves = Counter(leaf.platform for leaf in plan.leaves)
    assert leaves == {"ZZ": 15, "SJ": 13, "ZF": 15, "BM": 13}
    assert len(plan.roles) == 20


def test_the_case_matrix_holds_exactly_the_57_case_actions(plan: Plan) -> None:
    case_actions = {action.code for action in plan.actions if action.module == "case"}
    case_actions.discard("case.read")  # 产品补充：打开页面的授权，不是流程的动作
    case_actions.discard("read")
    assert len(case_actions) == 57
    assert case_actions == {action.value for action in Action}
    assert {grant.action for grant in (*plan.grants, *plan.pseudo_grants)} >= case_actions


def test_every_action_is_named_in_chinese_with_its_translation_key(plan: Plan) -> None:
    by_code = {action.code: action for action in plan.actions}
    assert (by_code["dispatch"].msgid, by_code["dispatch"].zh) == ("case.dispatch", "分流交办")
    sign = by_code["meeting.sign_minutes"]
    assert (sign.msgid, sign.action, sign.module) == (
        "meeting.sign_minutes",
        "sign_minutes",
        "meeting",
    )


def test_demo_accounts_get_the_defaults_of_a_holding(plan: Plan) -> None:
    by_login = {account.login: account for account in plan.accounts}
    assert len(by_login) == 70
    operator, village_leader = by_login["shichang2"].holdings
    assert (operator.place_kind, operator.place, operator.mode) == ("platform", "SJ", "在任")
    assert (operator.valid_from, operator.valid_to) == (date(2017, 4, 18), None)
    assert (village_leader.place_kind, village_leader.place) == ("village", "V207")
    assert (village_leader.mode, village_leader.valid_from) == ("代行", date(2017, 6, 1))
    assert by_login["clerk2"].holdings[0].place_kind == "none"


def test_twenty_six_grid_members_of_whom_seventeen_are_part_time(plan: Plan) -> None:
    kinds = Counter(account.engagement for account in plan.accounts if account.engagement)
    assert kinds == {"专职": 9, "兼职": 17}


def test_the_story_is_in_shanghai_time_and_walks_from_draft_to_archive(plan: Plan) -> None:
    story = plan.stories[0]
    assert [one.id for one in plan.stories] == [
        *("ST05-A", "ST02-A", "ST07-A", "ST08-A", "ST05-B", "ST05-C"),
        *("ST12-A", "ST03-A", "ST01-A", "ST06-A"),
    ]
    assert story.steps[0].at == datetime(2017, 5, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [step.action for step in story.steps] == [
        "draft",
        "report",
        "accept",
        "dispatch",
        "sign_in",
        "finish",
        "verify",
        "feedback",
        "archive",
    ]


def test_the_deadline_rules_survive_json_and_make_a_rule_book(plan: Plan) -> None:
    book = RuleBook.from_mapping(json.loads(json.dumps(plan.deadline_rules())))
    assert book.version == "SLA-2017-1"
    rule = book.rule_for("handle", "一般", "EVENT")
    assert rule is not None
    assert (str(rule.yellow.amount), str(rule.red and rule.red.amount)) == ("5", "10")


@pytest.mark.parametrize("year", [2017, 2018, 2025, 2026])
def test_the_calendar_agrees_with_the_national_table(plan: Plan, year: int) -> None:
    (row,) = [row for row in plan.calendar if row.year == year]
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert row.rest_days == tuple(d for d in days if d.weekday() < 5 and not chinese_holidays(d))
    assert row.makeup_days == tuple(d for d in days if d.weekday() > 4 and chinese_holidays(d))


# ---------------------------------------------------------------- 授权的展开


def grants_of(plan: Plan, module: str, action: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {
        grant.role: grant.alternatives
        for grant in plan.grants
        if (grant.module, grant.action) == (module, action)
    }


def test_a_family_becomes_one_grant_for_each_of_its_roles(plan: Plan) -> None:
    both = (("OWN_PLATFORM", "EXT_LE5"),)
    assert grants_of(plan, "case", "approve_extension") == {
        "G1": both,
        "G2": both,
        "G3": both,
        "G4": both,
        "C1": (("EXT_GT5_OR_LEADER_OWN",),),
    }


def test_a_single_code_a_conjunction_and_alternatives_are_told_apart(plan: Plan) -> None:
    supplement = grants_of(plan, "case", "supplement")
    assert supplement["B"] == (("OWN_ENTRY",), ("WITH_REF",))
    assert supplement["C2"] == (("OWN_ENTRY",),)
    assert grants_of(plan, "case", "rate") == {"B": (("WITH_REF", "NOT_PARTY"),)}
    assert grants_of(plan, "case", "dispatch") == dict.fromkeys(("B", "C1", "C2"), (("ALL",),))


def test_a_module_action_is_a_permission_on_the_menu_of_its_module(plan: Plan) -> None:
    signers = [g for g in plan.grants if (g.module, g.action) == ("meeting", "sign_minutes")]
    assert {g.role for g in signers} == {"D", "G1", "G2", "G3", "G4"}
    assert {g.permission for g in signers} == {"can_sign_minutes"}


def test_pseudo_roles_are_kept_apart(plan: Plan) -> None:
    assert not {"SYS", "PUB"} & {grant.role for grant in plan.grants}
    assert {grant.role for grant in plan.pseudo_grants} == {"SYS", "PUB"}
    system = {g.action for g in plan.pseudo_grants if g.role == "SYS" and g.module == "case"}
    assert system == {"resume", "auto_card"}
    assert len({(g.role, g.module, g.action) for g in plan.grants}) == len(plan.grants)


def test_parameters_of_a_limit_may_depend_on_the_role(plan: Plan) -> None:
    lines = {
        (param.action, param.role): param.values
        for param in plan.limit_params
        if param.limit == "LINE"
    }
    assert lines["config.approve", "C1"] == ("时限", "工作日历", "奖励")
    assert lines["assess.publish", "D"] == ("季度",)
    (reference,) = [p for p in plan.limit_params if (p.limit, p.action) == ("WITH_REF", "feedback")]
    assert (reference.role, reference.values) == (None, ("党政办反馈委托",))


def test_families_expand_in_their_own_order(plan: Plan) -> None:
    assert plan.expand(["B", "C", "G2", "C1"]) == ("B", "C1", "C2", "G2")


# ---------------------------------------------------------------- 一处错，恰一条

MUTATIONS = [
    ("township.yaml", "zh: 金村网格, village: V201", "zh: 金村网格, village: V201, size: 3",
     "grids[2].size", "不认识的键 size"),
    ("township.yaml", "{code: G11, zh: 东坑网格, ", "{code: G11, ",
     "grids[10].zh", "缺少必填的 zh"),
    ("township.yaml", "zh: 板桥二网格, village: V200", "zh: 板桥二网格, village: V300",
     "grids[1].village", "村 V300 不存在"),
    ("township.yaml", "{code: TWH, zh: 村调委会", "{code: ZBH, zh: 村调委会",
     "village_points[2].code", "点位 ZBH 重复"),
    ("township.yaml", "zh: 村民委员会}", "zh: 村民委员会, clause: S9-99}",
     "village_points[0].clause", "条款 S9-99 不存在"),
    ("township.yaml", "code: WHZ, zh: 综合文化站, kind: institution, parent: DZB",
     "code: WHZ, zh: 综合文化站, kind: institution, parent: NONE",
     "orgs[30].parent", "上级机构 NONE 不存在"),
    ("township.yaml", "zh: 松阳县, kind: county, parent: null",
     "zh: 松阳县, kind: county, parent: JW", "orgs[0].parent", "绕成了圈"),
    ("township.yaml", 'zh: 桐榔村, division_code: "331124212203"',
     "zh: 桐榔村, division_code: 331124212203", "villages[3].division_code", "应为文字"),
    ("posts.yaml", "zh: 政法书记, org: DW, seats: 1", "zh: 政法书记, org: DW, seats: 一",
     "posts[3].seats", "应为整数，却是文字“一”"),
    ("posts.yaml", "zh: 党政办主任, org: DZB, seats: 1, role: B",
     "zh: 党政办主任, org: DZB, seats: 1, role: Z", "posts[9].role", "角色 Z 不存在"),
    ("platforms.yaml", "host_org: SHZX", "host_org: 社会事业", "platforms[2].host_org",
     "机构 社会事业 不存在"),
    ("platforms.yaml", "carriers: [CS-SPXT, CS-SAT]", "carriers: [CS-SPXT, CS-WX]",
     "platforms[1].carriers[1]", "载体系统 CS-WX 不存在"),
    ("platforms.yaml", "roles: {operator: F4, leader: G4}", "roles: {operator: F3, leader: G4}",
     "platforms[3].roles.operator", "F3 不是本平台的角色"),
    ("platforms.yaml", "force_orgs: [ZZB, PCS, SFS]", "force_orgs: [ZZB, PCS]",
     "platforms[0].force_orgs", "不一致：SFS"),
    ("platforms.yaml", "group: PC-ZF", "group: WG-ZF", "platforms[2].group", "须恰有一个协调组"),
    ("platforms.yaml", "member_posts: [P-DZZR, P-ZZZR, P-JJZR, P-SHZR, P-BMZR]",
     "member_posts: [P-DZZR, P-ZZZR, P-JJZR, P-SHZR, P-XX]",
     "bodies[6].member_posts[4]", "职务 P-XX 不存在"),
    ("channels.yaml", "zh: 走访日期, type: date", "zh: 走访日期, type: day",
     "channels[1].fields[1].type", "之一"),
    ("channels.yaml", ", choices: [来信, 来访]", "", "channels[3].fields[0].choices", "choice"),
    ("channels.yaml", "zh: 扫码上报", "zh: no", "channels[9].zh", "请加引号"),
    ("categories.yaml", "zh: 养老与残疾人服务, level1: BM01, platform: BM",
     "zh: 养老与残疾人服务, level1: BM01, platform: ZZ", "leaves[44].platform", "的不同"),
    ("categories.yaml", "level1: ZF10, platform: ZF, coop: [BM], sensitive: false, level: 一般, "
     "kind: EVENT, county: false, org: SHZX",
     "level1: ZF10, platform: ZF, coop: [BM], sensitive: false, level: 一般, "
     "kind: EVENT, county: false, org: HW", "leaves[42].org", "机构 HW 不存在"),
    ("services.yaml", "zh: 失业登记, type: GOV, category: BM0202",
     "zh: 失业登记, type: GOV, category: BM0299", "service_items[15].category", "小类 BM0299"),
    ("deadlines.yaml", "一般: {accept: [1wd, 2wd]", "一般: {accept: [1d, 2wd]",
     "sla.一般.accept.yellow", "时限 1d 应写成"),
    ("deadlines.yaml", "较大: {accept: [120wm, 240wm]", "较大: {accept: [240wm, 120wm]",
     "sla.较大.accept", "红牌须晚于黄牌"),
    ("deadlines.yaml", '"09-30"]}\n  - {year: 2018', '"09-29"]}\n  - {year: 2018',
     "calendar[0].makeup[4]", "应落在周六周日"),
    ("deadlines.yaml", "minutes_per_day: 420", "minutes_per_day: 480",
     "working_hours.minutes_per_day", "合计 420 分钟"),
    ("roles.yaml", "zh: 系统管理员, scope: config", "zh: 系统管理员, scope: all",
     "roles[0].scope", "数据范围 all 不存在"),
    ("grants.yaml", "  decline_reject: {C: ALL}", "  decline_reject: {C: 全部}",
     "case_matrix.decline_reject.C", "限定 全部 不存在"),
    ("grants.yaml", "  decline_reject: {C: ALL}", "  decline_reject: {X: ALL}",
     "case_matrix.decline_reject.X", "角色或角色族 X 不存在"),
    ("grants.yaml", "  decline_reject: {C: ALL}", "  decline_reject: {C: ALL, C2: ALL}",
     "case_matrix.decline_reject.C2", "角色 C2 列了两次"),
    ("grants.yaml", "  reopen: {C: ALL}", "  reopen: {C: [ALL, AFTER_ACCEPT]}",
     "case_matrix.reopen.C", "ALL 只能单独用"),
    ("grants.yaml", "  config.org: {zh: 维护机构村网格, ", "  config.org: {",
     "module_matrix.config.org.zh", "缺名称"),
    ("grants.yaml", "command.ack: 受令人, ", "", "limit_params.SELF", "command.ack 用了 SELF"),
    ("meetings.yaml", "zh: 综治工作平台工作组会议, body: WG-ZZ",
     "zh: 综治工作平台工作组会议, body: WG-XX", "series[6].body", "议事机构 WG-XX 不存在"),
    ("documents.yaml", "zh: 平台例会纪要, issue: {action: meeting.sign_minutes",
     "zh: 平台例会纪要, issue: {action: meeting.sign", "documents[1].issue.action",
     "动作 meeting.sign 不存在"),
    ("demo_accounts.yaml", "{role: F1, platform: ZZ}", "{role: F1, platform: SJ}",
     "accounts[15].holdings[0].platform", "只能任职于 ZZ"),
    ("demo_accounts.yaml", "{role: I, post: P-WGZ, grid: G05}",
     "{role: I, post: P-WGZ, village: V203}", "accounts[39].holdings[0]", "应为 grid 之一"),
    ("demo_accounts.yaml", "{role: H, org: NJZ}", "{role: H, org: NJZ, village: V200}",
     "accounts[33].holdings[0]", "地只能写一个"),
    ("demo_accounts.yaml", "login: viewer, name: 蓝观澜, org: DZB, holdings: [{role: L}]",
     "login: viewer, name: 蓝观澜, org: DZB, holdings: [{role: L}, {role: A}]",
     "accounts[31]", "SD4"),
    ("demo_accounts.yaml", "{role: C1, post: P-XZ}", "{role: C1, post: P-SJ}",
     "accounts[2].holdings[0].post", "带来的角色是 D"),
    ("demo_accounts.yaml", "login: clerk3", "login: clerk", "accounts[13].login", "clerk 重复"),
    ("demo_accounts.yaml", "type: 专职, source: 安监", "type: 专职, source: 城管",
     "accounts[44].source", "力量来源 城管 不存在"),
    ("demo_story.yaml", '"2017-05-22T14:30", sign_in, u20', '"2017-05-22T14:30", sign_in, u99',
     "stories[0].steps[4].who", "账号 u99 不存在"),
    ("demo_story.yaml", '"2017-05-23T16:00", finish', '"2017-05-21T16:00", finish',
     "stories[0].steps[5].at", "时刻早于上一步"),
    ("demo_story.yaml", "{ZZ: 18, SJ: 10", "{ZZ: 18, SJ: 11", "demo.volumes.by_platform",
     "合计 61 件"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "path", "reason"), MUTATIONS, ids=[row[3] for row in MUTATIONS]
)
def test_one_mistake_is_named_once_with_its_file_line_and_reason(
    folder: Path, name: str, old: str, new: str, path: str, reason: str
) -> None:
    line = mutate(folder, name, old, new)
    (fault,) = faults_of(folder)
    assert (fault.file, fault.line, fault.path) == (name, line, path)
    assert reason in fault.reason


def test_weights_of_the_assessment_add_up_to_a_hundred(folder: Path) -> None:
    mutate(folder, "assessment.yaml", "zh: 满意率, weight: 15", "zh: 满意率, weight: 16")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.path) == ("assessment.yaml", "score_terms")
    assert "权重合计须为 100" in fault.reason


def test_a_weekly_series_taken_from_a_platform_is_missed_there_too(folder: Path) -> None:
    mutate(folder, "meetings.yaml", "zh: 便民服务平台例会, body: PC-BM, cadence: week",
           "zh: 便民服务平台例会, body: PC-BM, cadence: adhoc")  # fmt: skip
    (fault,) = faults_of(folder)
    assert (fault.file, fault.path) == ("platforms.yaml", "platforms[3].group")
    assert "须恰有一个每周例会系列" in fault.reason


def test_every_mistake_in_every_file_is_named_at_once(folder: Path) -> None:
    mistakes = [
        ("township.yaml", "zh: 高山村", "nm: 高山村"),
        ("channels.yaml", "zh: 热线号码, type", "zh: 热线号码, kind"),
        ("deadlines.yaml", "yellow: -5", "yellow: 五"),
        ("grants.yaml", "  archive: {B: ALL}", "  archive: {B: OWN}"),
        ("demo_accounts.yaml", "name: 雷霁月, org: SHZX", "name: 雷霁月, org: SHZ"),
    ]
    where = [(name, mutate(folder, name, old, new)) for name, old, new in mistakes]
    found = [(fault.file, fault.line) for fault in faults_of(folder)]
    assert set(found) == set(where)
    assert found == sorted(found, key=lambda f: (list(SECTIONS).index(f[0]), f[1]))


def test_too_few_grids_are_reported_at_the_section(folder: Path) -> None:
    mutate(folder, "township.yaml", "  - {code: G02, zh: 板桥二网格, village: V200}\n", "")
    faults = faults_of(folder)
    assert faults[0].path == "grids"
    assert faults[0].reason == "网格应有 13 个，现有 12 个"
    assert {fault.path for fault in faults[1:]} == {
        "accounts[36].holdings[0].grid",
        "accounts[49].holdings[0].grid",
        "stories[1].grid",
    }


def test_a_village_without_a_grid_is_named(folder: Path) -> None:
    mutate(folder, "township.yaml", "zh: 东坑网格, village: V207", "zh: 东坑网格, village: V206")
    (fault,) = faults_of(folder)
    assert (fault.path, fault.reason) == ("villages[7]", "东坑村没有网格")


def test_an_unknown_and_a_forgotten_case_action_are_both_named(folder: Path) -> None:
    mutate(folder, "grants.yaml", "  reject: {C: ALL}", "  rejekt: {C: ALL}")
    reasons = {fault.path: fault.reason for fault in faults_of(folder)}
    assert reasons["case_matrix.rejekt"] == "案件动作 rejekt 不存在"
    assert reasons["case_matrix"] == "缺少案件动作 reject"
    assert reasons["separation[1].covers[0]"] == "动作 reject 不存在"


def test_a_key_written_twice_is_named_on_its_second_line(folder: Path) -> None:
    line = mutate(
        folder, "platforms.yaml", "    short: 市监\n", "    short: 市监\n    zh: 又一个\n"
    )
    (fault,) = faults_of(folder)
    assert (fault.line, fault.path, fault.reason) == (line + 1, "platforms[1].zh", "键 zh 重复")


def test_a_row_that_is_not_a_mapping_does_not_stop_the_rest(folder: Path) -> None:
    old = "  - {id: BD4, between: [ZF09, ZF10], "
    new = "  - 甲\n  - {id: BD4, between: [ZF09, ZX], "
    line = mutate(folder, "categories.yaml", old, new)
    faults = faults_of(folder)
    assert [(fault.line, fault.path) for fault in faults] == [
        (line, "boundaries[3]"),
        (line + 1, "boundaries[4].between[1]"),
    ]
    assert faults[0].reason == "应为一组键值，却是文字“甲”"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("version: {code: A, valid_from: 2017-04-18}\nposts:\n  - {code: A\n", 4, "YAML 写法有误"),
        ("", 1, "顶层应为一组键值"),
        ("- 1\n", 1, "顶层应为一组键值"),
    ],
)
def test_a_file_that_cannot_be_read_is_the_only_fault(
    folder: Path, text: str, line: int, reason: str
) -> None:
    (folder / "posts.yaml").write_text(text, "utf-8")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.line) == ("posts.yaml", line)
    assert reason in fault.reason


def test_a_missing_file_and_a_missing_section_are_named(folder: Path) -> None:
    (folder / "clauses.yaml").unlink()
    mutate(folder, "forces.yaml", "subject_kinds:", "subjects:")
    faults = [(fault.file, fault.path, fault.reason) for fault in faults_of(folder)]
    assert faults[0] == ("forces.yaml", "subject_kinds", "缺少 subject_kinds 这一节")
    assert faults[1][:2] == ("forces.yaml", "subjects")
    assert faults[2] == ("clauses.yaml", "", "缺少这个文件")


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    text = (folder / "clauses.yaml").read_text("utf-8")
    (folder / "clauses.yaml").write_bytes(text.encode("gb18030"))
    (fault,) = faults_of(folder)
    assert (fault.file, fault.reason) == ("clauses.yaml", "不是 UTF-8 编码")


def test_a_township_may_do_without_the_demo_files(folder: Path) -> None:
    (folder / "demo_accounts.yaml").unlink()
    (folder / "demo_story.yaml").unlink()
    bare = load(folder)
    assert (bare.accounts, bare.demo, bare.stories) == ((), None, ())


def test_check_finds_a_fault_in_a_plan_that_was_not_read_from_files(plan: Plan) -> None:
    first, *rest = plan.carriers
    broken = replace(plan, carriers=(replace(first, platform="QQ"), *rest))
    (fault,) = check(broken)
    assert (fault.file, fault.path) == ("platforms.yaml", "carriers[0].platform")
    assert str(fault) == f"platforms.yaml 第 {fault.line} 行 carriers[0].platform：平台 QQ 不存在"


def test_a_delegation_of_more_than_thirty_days_is_refused(folder: Path) -> None:
    old = "{role: C2, post: P-DZFG}"
    new = "{role: C2, post: P-DZFG, mode: 委托, from: 2017-05-01, to: 2017-05-%s}"
    line = mutate(folder, "demo_accounts.yaml", old, new % 31)
    (fault,) = faults_of(folder)
    assert (fault.line, fault.path) == (line, "accounts[3].holdings[0].to")
    mutate(folder, "demo_accounts.yaml", new % 31, new % 30)
    assert load(folder).accounts[3].holdings[0].valid_to == date(2017, 5, 30)


# ---------------------------------------------------------------- 词表


@pytest.fixture(scope="module")
def glossary() -> dict[str, tuple[str, str]]:
    with (TRANSLATIONS / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["code"] for row in rows}) == len(rows)
    return {row["code"]: (row["中文"], row["clause"]) for row in rows}


def test_the_glossary_for_the_catalogue_says_the_same(
    glossary: dict[str, tuple[str, str]],
) -> None:
    part = yaml.safe_load((TRANSLATIONS / "parts" / "glossary.yaml").read_text("utf-8"))
    assert part == {code: zh for code, (zh, _) in glossary.items()}


def test_the_glossary_names_everything_in_the_plan(
    plan: Plan, glossary: dict[str, tuple[str, str]]
) -> None:
    terms = {action.msgid: action.zh for action in plan.actions}
    for prefix, rows in {
        "module": plan.modules,
        "limit": plan.limits,
        "role": (*plan.roles, *plan.pseudo_roles),
        "kind": plan.kinds,
        "channel": plan.channels,
        "clock": plan.clocks,
        "platform": plan.platforms,
        "document_kind": plan.documents,
        "force_source": plan.force_sources,
        "archive_period": plan.archive_periods,
    }.items():
        terms |= {f"{prefix}.{row.code}": row.zh for row in rows}
    assert {code: glossary.get(code, ("", ""))[0] for code in terms} == terms
    assert {f"scope.{code}" for code in plan.scopes} <= set(glossary)
    assert {f"mode.{mode}" for mode in plan.holding_rules.modes} <= set(glossary)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("state", case_states.State),
        ("case", Action),
        ("clock", case_states.Clock),
        ("kind", case_states.Kind),
        ("level", case_states.Level),
        ("stage", case_states.Stage),
        ("party", Party),
        ("proposal", Proposal),
        ("return_reason", case_choices.ReturnReason),
        ("escalation_state", case_choices.EscalationState),
        ("finish_result", case_choices.FinishResult),
        ("satisfaction", case_choices.Satisfaction),
        ("meeting_state", meeting_flow.MeetingState),
        ("agenda_state", meeting_flow.AgendaState),
        ("resolution_state", meeting_flow.ResolutionState),
        ("minutes_state", meeting_flow.MinutesState),
    ],
)
def test_the_glossary_says_what_the_program_says(
    glossary: dict[str, tuple[str, str]], prefix: str, words: type
) -> None:
    said = {f"{prefix}.{word.value}": getattr(word, "zh", word.value) for word in words}
    assert {code: glossary[code][0] for code in said} == said


def test_the_glossary_cites_only_clauses_of_the_plan(
    plan: Plan, glossary: dict[str, tuple[str, str]]
) -> None:
    clauses = {clause.id for clause in plan.clauses}
    assert {clause for _, clause in glossary.values() if clause} <= clauses
