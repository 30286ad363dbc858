"""核对计划：代码、引用、个数；机构、村、网格、职务、平台、议事机构、渠道、力量。"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from app.plan.load_check_base import Checker, codes
from app.plan.load_check_roles import check_roles
from app.plan.load_check_rules import check_rules
from app.plan.load_read import PlanFault
from app.plan.model import Body, Channel, Org, Plan, Platform

CODED = {
    "policy_documents": "文件",
    "orgs": "机构",
    "villages": "村",
    "village_points": "点位",
    "grids": "网格",
    "posts": "职务",
    "platforms": "平台",
    "carriers": "载体系统",
    "bodies": "议事机构",
    "channels": "渠道",
    "force_sources": "力量来源",
    "enforcement_teams": "执法队伍",
    "service_types": "服务类型",
    "village_conditions": "准入条件",
    "service_items": "服务事项",
    "level1": "一级类",
    "leaves": "小类",
    "clocks": "时钟",
    "kinds": "件别",
    "roles": "角色",
    "limits": "限定",
    "modules": "模块",
    "series": "会议系列",
    "documents": "文书",
}
NUMBERED = {
    "boundaries": "裁决规则",
    "separation": "职责分离",
    "reminders": "提醒",
    "clauses": "条款",
    "accounts": "账号",
    "stories": "故事",
}
COUNTED = {
    "villages": "行政村",
    "grids": "网格",
    "platforms": "平台",
    "bodies": "议事机构",
    "level1": "一级类",
    "leaves": "小类",
}


def check(plan: Plan) -> list[PlanFault]:
    """核对（consistency of the plan）：返回全部错处，没有即为空；行号取自 ``plan.marks``."""
    checker = Checker(plan, [])
    for section, what in CODED.items():
        checker.unique(section, what)
    for section, what in NUMBERED.items():
        checker.unique(section, what, "id")
    _counts(checker)
    _clauses(checker)
    _orgs(checker)
    _grids(checker)
    _posts(checker)
    for i, platform in enumerate(plan.platforms):
        _platform(checker, platform, f"platforms[{i}]")
    for i, body in enumerate(plan.bodies):
        _body(checker, body, f"bodies[{i}]")
    for i, channel in enumerate(plan.channels):
        _channel(checker, channel, f"channels[{i}]")
    _forces(checker)
    check_rules(checker)
    check_roles(checker)
    return checker.faults


def _counts(checker: Checker) -> None:
    plan = checker.plan
    for section, what in COUNTED.items():
        due, found = getattr(plan.township.expected, section), len(getattr(plan, section))
        checker.need(due == found, section, f"{what}应有 {due} 个，现有 {found} 个")


def _clauses(checker: Checker) -> None:
    known = codes(checker.plan.clauses, "id")
    for spec in fields(checker.plan):
        value = getattr(checker.plan, spec.name)
        rows = {spec.name: value}
        if isinstance(value, tuple):
            rows = {f"{spec.name}[{i}]": row for i, row in enumerate(value)}
        for path, row in rows.items():
            if is_dataclass(row) and hasattr(row, "clause"):
                checker.known(f"{path}.clause", row.clause, known, "条款")


def _orgs(checker: Checker) -> None:
    plan = checker.plan
    known, platforms, villages = codes(plan.orgs), codes(plan.platforms), codes(plan.villages)
    depts = codes(org for org in plan.orgs if org.kind == "county_dept")
    parents = {org.code: org.parent for org in plan.orgs}
    told: set[str] = set()
    for i, org in enumerate(plan.orgs):
        path = f"orgs[{i}]"
        checker.known(f"{path}.kind", org.kind, plan.org_kinds, "机构类型")
        checker.known(f"{path}.parent", org.parent, known, "上级机构")
        checker.known(f"{path}.platform", org.platform, platforms, "平台")
        checker.all_known(f"{path}.platforms_also", org.platforms_also, platforms, "平台")
        checker.known(f"{path}.county_dept", org.county_dept, depts, "县级部门")
        checker.need(org.code not in villages, f"{path}.code", f"机构 {org.code} 与村的代码相同")
        circle = _circle(org, parents)
        checker.need(told.issuperset(circle), f"{path}.parent", f"上级绕成了圈：{'→'.join(circle)}")
        told.update(circle)
    checker.known("township.code", plan.township.code, known, "机构")
    checker.known("township.county.code", plan.township.county.code, known, "机构")


def _circle(org: Org, parents: dict[str, str | None]) -> list[str]:
    """机构往上走又回到自己的一圈；走得到顶的为空."""
    chain, above = [org.code], org.parent
    while above is not None and above in parents and len(chain) <= len(parents):
        if above == org.code:
            return chain
        chain.append(above)
        above = parents[above]
    return []


def _grids(checker: Checker) -> None:
    plan = checker.plan
    villages, covered = codes(plan.villages), {grid.village for grid in plan.grids}
    for i, grid in enumerate(plan.grids):
        checker.known(f"grids[{i}].village", grid.village, villages, "村")
    for i, village in enumerate(plan.villages):
        path = f"villages[{i}]"
        checker.need(village.code in covered, path, f"{village.zh}没有网格")
        checker.known(f"{path}.successor", village.successor, villages, "村")


def _posts(checker: Checker) -> None:
    plan = checker.plan
    orgs, roles = codes(plan.orgs), codes(plan.roles)
    for i, post in enumerate(plan.posts):
        path = f"posts[{i}]"
        checker.known(f"{path}.org", post.org, orgs, "机构")
        checker.known(f"{path}.role", post.role, roles, "角色")
        checker.need(post.seats >= 1, f"{path}.seats", "人数至少为 1")
        checker.need(
            (post.org is None) == (post.seats_per is not None),
            f"{path}.org",
            "有机构的不写 seats_per，没有机构的须写按网格还是按村",
        )


def _platform(checker: Checker, platform: Platform, path: str) -> None:
    plan = checker.plan
    orgs, roles = codes(plan.orgs), {role.code: role for role in plan.roles}
    checker.known(f"{path}.host_org", platform.host_org, orgs, "机构")
    checker.all_known(f"{path}.force_orgs", platform.force_orgs, orgs, "机构")
    checker.all_known(f"{path}.carriers", platform.carriers, codes(plan.carriers), "载体系统")
    checker.known(f"{path}.up", platform.up, orgs, "机构")
    checker.need(1 <= platform.hue <= 8, f"{path}.hue", "平台色应为 1 至 8")
    lines = {row.zh for row in plan.level1 if row.platform == platform.code}
    odd = "、".join(sorted(lines ^ set(platform.lines)))
    checker.need(not odd, f"{path}.lines", f"业务线与一级类不一致：{odd}")
    belong = {org.code for org in plan.orgs if platform.code in org.all_platforms}
    odd = "、".join(sorted(orgs & (belong ^ {platform.host_org, *platform.force_orgs})))
    checker.need(not odd, f"{path}.force_orgs", f"力量机构与机构所归平台不一致：{odd}")
    groups = codes(b for b in plan.bodies if b.kind == "平台协调组" and b.platform == platform.code)
    checker.need(
        groups == {platform.group},
        f"{path}.group",
        f"{platform.zh}须恰有一个协调组，即 {platform.group}",
    )
    for name, code in (("operator", platform.roles.operator), ("leader", platform.roles.leader)):
        ok = code in roles and roles[code].platform == platform.code
        checker.need(ok, f"{path}.roles.{name}", f"{code} 不是本平台的角色")


def _body(checker: Checker, body: Body, path: str) -> None:
    plan = checker.plan
    posts = codes(plan.posts)
    checker.known(f"{path}.leader_post", body.leader_post, posts, "职务")
    checker.all_known(f"{path}.deputy_posts", body.deputy_posts, posts, "职务")
    checker.all_known(f"{path}.member_posts", body.member_posts, posts, "职务")
    checker.known(f"{path}.secretariat", body.secretariat, codes(plan.orgs), "机构")
    checker.known(f"{path}.parent", body.parent, codes(plan.bodies), "议事机构")
    checker.known(f"{path}.platform", body.platform, codes(plan.platforms), "平台")
    everyone = [body.leader_post, *body.deputy_posts, *body.member_posts]
    twice = sorted({post for post in everyone if everyone.count(post) > 1})
    checker.need(not twice, path, f"职务在 {body.zh} 里列了两次：{'、'.join(twice)}")


def _channel(checker: Checker, channel: Channel, path: str) -> None:
    seen: set[str] = set()
    for i, item in enumerate(channel.fields):
        place = f"{path}.fields[{i}]"
        checker.need(item.code not in seen, f"{place}.code", f"字段 {item.code} 重复")
        seen.add(item.code)
        checker.need(
            (item.type == "choice") == bool(item.choices),
            f"{place}.choices",
            "choice 须有 choices，其他类型不写",
        )
        checker.need(item.max is None or item.type == "photos", f"{place}.max", "max 只用于 photos")


def _forces(checker: Checker) -> None:
    plan = checker.plan
    orgs = codes(plan.orgs)
    for i, carrier in enumerate(plan.carriers):
        checker.known(f"carriers[{i}].platform", carrier.platform, codes(plan.platforms), "平台")
    for i, team in enumerate(plan.enforcement_teams):
        checker.known(f"enforcement_teams[{i}].org", team.org, orgs, "机构")
    support = plan.police_support
    checker.known("police_support.org", support.org, orgs, "机构")
    checker.known(
        "police_support.coordinator_body", support.coordinator_body, codes(plan.bodies), "议事机构"
    )
