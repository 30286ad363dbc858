"""核对计划：类目、服务事项、时限与工作日历、会议、文书、演示故事。"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from itertools import pairwise

from app.domain.assessment import ScoreRule
from app.domain.case_states import Clock, Kind, State
from app.domain.rule_book import RuleBook
from app.plan.load_check_base import Checker, codes
from app.plan.model import CalendarYear, DemoStep, DemoStory, Promise

SPAN = re.compile(r"(\d+)(wd|wm|nm|nd)")
SHARE = re.compile(r"[1-9]\d*/[1-9]\d*")
INTERVAL = re.compile(r"\d\d:\d\d-\d\d:\d\d")
LEAP_YEAR = 2016


def check_rules(checker: Checker) -> None:
    """类目、服务事项、时限、会议、文书与演示故事."""
    _categories(checker)
    _services(checker)
    _hours(checker)
    for i, year in enumerate(checker.plan.calendar):
        _year(checker, year, f"calendar[{i}]")
    _clocks(checker)
    _kinds(checker)
    _rule_book(checker)
    _score_rule(checker)
    _series(checker)
    _documents(checker)
    _volumes(checker)
    for i, story in enumerate(checker.plan.stories):
        _story(checker, story, f"stories[{i}]")


def _categories(checker: Checker) -> None:
    plan = checker.plan
    platforms, orgs, kinds = codes(plan.platforms), codes(plan.orgs), codes(plan.kinds)
    home = {row.code: row.platform for row in plan.level1}
    for i, row in enumerate(plan.level1):
        checker.known(f"level1[{i}].platform", row.platform, platforms, "平台")
    for i, boundary in enumerate(plan.boundaries):
        checker.all_known(f"boundaries[{i}].between", boundary.between, home, "一级类")
    for i, leaf in enumerate(plan.leaves):
        path = f"leaves[{i}]"
        checker.known(f"{path}.level1", leaf.level1, home, "一级类")
        checker.known(f"{path}.platform", leaf.platform, platforms, "平台")
        checker.need(
            home.get(leaf.level1, leaf.platform) == leaf.platform,
            f"{path}.platform",
            f"小类 {leaf.code} 的平台与一级类 {leaf.level1} 的不同",
        )
        checker.all_known(f"{path}.coop", leaf.coop, platforms - {leaf.platform}, "可协办的平台")
        checker.known(f"{path}.org", leaf.org, orgs, "机构")
        checker.known(f"{path}.kind", leaf.kind, kinds, "件别")


def _services(checker: Checker) -> None:
    plan = checker.plan
    for i, item in enumerate(plan.service_items):
        path = f"service_items[{i}]"
        checker.known(f"{path}.type", item.type, codes(plan.service_types), "服务类型")
        checker.known(f"{path}.category", item.category, codes(plan.leaves), "小类")
        checker.known(f"{path}.final", item.final, codes(plan.orgs), "机构")
        checker.all_known(
            f"{path}.conditions", item.conditions, codes(plan.village_conditions), "准入条件"
        )
        checker.need(
            item.village == bool(item.conditions),
            f"{path}.conditions",
            "可村办的须列准入条件，不可村办的不列",
        )


def _hours(checker: Checker) -> None:
    hours, total = checker.plan.working_hours, timedelta()
    for i, text in enumerate(hours.intervals):
        try:
            start, end = map(time.fromisoformat, text.split("-"))
        except ValueError:
            checker.fault(f"working_hours.intervals[{i}]", "时段应写成 08:30-12:00")
            return
        total += timedelta(hours=end.hour - start.hour, minutes=end.minute - start.minute)
    minutes = total // timedelta(minutes=1)
    checker.need(
        minutes == hours.minutes_per_day,
        "working_hours.minutes_per_day",
        f"各时段合计 {minutes} 分钟，与 minutes_per_day 不符",
    )
    for i, day in enumerate(checker.plan.fallback_fixed_off):
        checker.need(
            _day(LEAP_YEAR, day) is not None, f"fallback_fixed_off[{i}]", f"{day} 不是月日"
        )


def _day(year: int, text: str) -> date | None:
    try:
        return date.fromisoformat(f"{year}-{text}")
    except ValueError:
        return None


def _year(checker: Checker, year: CalendarYear, path: str) -> None:
    for name, days, weekend in (("rest", year.rest, False), ("makeup", year.makeup, True)):
        for i, text in enumerate(days):
            day, place = _day(year.year, text), f"{path}.{name}[{i}]"
            checker.need(day is not None, place, f"{year.year} 年没有 {text} 这一天")
            checker.need(
                day is None or (day.weekday() >= 5) == weekend,
                place,
                f"{year.year}-{text} 应落在{'周六周日' if weekend else '周一至周五'}",
            )


def _clocks(checker: Checker) -> None:
    plan = checker.plan
    wanted, found = {clock.value for clock in Clock}, codes(plan.clocks)
    odd = "、".join(sorted(wanted ^ found))
    checker.need(not odd, "clocks", f"时钟与程序里的不一致：{odd}")
    for i, clock in enumerate(plan.clocks):
        _promise(checker, clock.rule, f"clocks[{i}].rule")
    carded = {clock.code for clock in plan.clocks if clock.cards}
    for level in ("一般", "较大", "重大"):
        promises = plan.sla.get(level)
        if promises is None:
            checker.fault("sla", f"缺少{level}等级的时限")
            continue
        odd = "、".join(sorted(carded ^ set(promises)))
        checker.need(not odd, f"sla.{level}", f"发牌的时钟须逐个写时限：{odd}")
        for code, promise in promises.items():
            _promise(checker, promise, f"sla.{level}.{code}")


def _promise(checker: Checker, promise: Promise | None, path: str) -> None:
    if promise is None:
        return
    spans = [SPAN.fullmatch(text) for text in promise]
    for name, text, span in zip(Promise._fields, promise, spans, strict=True):
        checker.need(
            span is not None, f"{path}.{name}", f"时限 {text} 应写成 5wd、120wm、15nm 或 50nd"
        )
    yellow, red = spans
    if yellow and red and yellow[2] == red[2]:
        checker.need(int(yellow[1]) < int(red[1]), path, "红牌须晚于黄牌")


def _kinds(checker: Checker) -> None:
    odd = "、".join(sorted({kind.value for kind in Kind} ^ codes(checker.plan.kinds)))
    checker.need(not odd, "kinds", f"件别与程序里的不一致：{odd}")
    for i, kind in enumerate(checker.plan.kinds):
        path = f"kinds[{i}]"
        checker.need(
            (kind.handle is None) != (kind.handle_from is None),
            path,
            "handle 与 handle_from 须写一个且只写一个",
        )
        _promise(checker, kind.handle, f"{path}.handle")
    share = checker.plan.near_due.nm_share
    checker.need(SHARE.fullmatch(share) is not None, "near_due.nm_share", "应写成 1/2")


def _rule_book(checker: Checker) -> None:
    """上面各项都对时，再请时限规则册自己核一遍（如件别与等级的单位）."""
    if any(fault.file == "deadlines.yaml" for fault in checker.faults):
        return
    try:
        RuleBook.from_mapping(checker.plan.deadline_rules())
    except ValueError as fault:
        checker.fault("kinds", str(fault))


def _score_rule(checker: Checker) -> None:
    """请月分规则自己核一遍：权重合计、扣分、等级次序."""
    try:
        ScoreRule.from_mapping(checker.plan.score_rules())
    except ValueError as fault:
        checker.fault("score_terms", str(fault))


def _series(checker: Checker) -> None:
    plan = checker.plan
    bodies, posts, orgs = codes(plan.bodies), codes(plan.posts), codes(plan.orgs)
    for i, series in enumerate(plan.series):
        path = f"series[{i}]"
        checker.known(f"{path}.body", series.body, bodies, "议事机构")
        checker.known(f"{path}.chair_post", series.chair_post, posts, "职务")
        checker.known(f"{path}.secretariat", series.secretariat, orgs, "机构")
        share = SHARE.fullmatch(series.quorum_share)
        checker.need(share is not None, f"{path}.quorum_share", "到会比例应写成 2/3")
    weekly = [series.body for series in plan.series if series.cadence == "week"]
    groups = {body.code for body in plan.bodies if body.kind == "平台协调组"}
    for i, platform in enumerate(plan.platforms):
        checker.need(
            platform.group not in groups or weekly.count(platform.group) == 1,
            f"platforms[{i}].group",
            f"{platform.zh}协调组须恰有一个每周例会系列",
        )
    actions = codes(plan.actions)
    for i, step in enumerate(plan.minutes_steps):
        checker.known(f"minutes_steps[{i}].action", step.action, actions, "动作")
    for i, reminder in enumerate(plan.reminders):
        checker.all_known(f"reminders[{i}].to", reminder.to, _columns(checker), "角色")


def _documents(checker: Checker) -> None:
    actions, columns = codes(checker.plan.actions), _columns(checker)
    for i, document in enumerate(checker.plan.documents):
        path = f"documents[{i}]"
        checker.known(f"{path}.issue.action", document.issue.action, actions, "动作")
        checker.all_known(f"{path}.issue.roles", document.issue.roles, columns, "角色")
        checker.all_known(f"{path}.download", document.download, columns, "角色")


def _columns(checker: Checker) -> frozenset[str]:
    return codes(checker.plan.roles) | frozenset(checker.plan.families)


def _volumes(checker: Checker) -> None:
    plan = checker.plan
    if plan.demo is None:
        return
    volumes = plan.demo.volumes
    among = {
        "by_level": frozenset(plan.sla),
        "by_channel": codes(plan.channels),
        "by_platform": codes(plan.platforms),
        "by_state": frozenset(State),
        "by_month": None,
    }
    for name, known in among.items():
        path, parts = f"demo.volumes.{name}", getattr(volumes, name)
        total = sum(parts.values())
        checker.need(
            total == volumes.cases, path, f"各项合计 {total} 件，与 {volumes.cases} 件不符"
        )
        for code in parts if known is not None else ():
            checker.known(f"{path}.{code}", code, known or (), "代码")
    for code in volumes.weekly_meetings:
        checker.known(f"demo.volumes.weekly_meetings.{code}", code, codes(plan.series), "会议系列")


def _story(checker: Checker, story: DemoStory, path: str) -> None:
    plan = checker.plan
    checker.known(f"{path}.category", story.category, codes(plan.leaves), "小类")
    checker.known(f"{path}.channel", story.channel, codes(plan.channels), "渠道")
    checker.known(f"{path}.grid", story.grid, codes(plan.grids), "网格")
    main = story.main
    known = codes(plan.stories, "id") - {story.id}
    checker.known(f"{path}.main", main, known, "主案")
    _story_steps(checker, story.steps, f"{path}.steps")
    _story_steps(checker, story.others, f"{path}.others")


def _story_steps(checker: Checker, steps: tuple[DemoStep, ...], path: str) -> None:
    plan = checker.plan
    people = codes(plan.accounts, "id") | codes(plan.pseudo_roles)
    for i, step in enumerate(steps):
        place = f"{path}[{i}]"
        checker.known(f"{place}.action", step.action, codes(plan.actions), "动作")
        checker.known(f"{place}.who", step.who, people, "账号")
        checker.known(f"{place}.to", step.to, frozenset(State), "状态")
    for i, (before, after) in enumerate(pairwise(steps), 1):
        checker.need(before.at < after.at, f"{path}[{i}].at", "时刻早于上一步")
