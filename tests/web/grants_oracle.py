"""另算一遍谁可以做什么、看得到什么：只凭计划的授权与案件、会议在哪里，不借用程序的判定."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.plan.load import load
from tests.web.world import Place

FULL_VIEW = {"township", "township_readonly", "masked"}
NO_OWN_ENTRY = {"A", "K", "L"}
OUTRIGHT = {"config", "user", "body"}
"""这些模块的界面改了就生效，只可起草提出（DRAFT）的不算."""


@cache
def _plan() -> Any:
    return load()


@cache
def holdings(login: str) -> tuple[Any, ...]:
    """这个演示账号的任职."""
    return next(account.holdings for account in _plan().accounts if account.login == login)


@cache
def name_of(login: str) -> str:
    """这个演示账号的姓名."""
    return next(account.name for account in _plan().accounts if account.login == login)


@cache
def _cells() -> dict[tuple[str, str, str], Any]:
    return {(g.role, g.module, g.action): g.alternatives for g in _plan().grants}


@cache
def _scopes() -> dict[str, str]:
    return {role.code: role.scope for role in _plan().roles}


def has(login: str, module: str, verb: str) -> bool:
    """计划有没有给这个账号的任一角色这个动作."""
    groups = [g for h in holdings(login) for g in _cells().get((h.role, module, verb), ())]
    if module in OUTRIGHT:
        groups = [group for group in groups if "DRAFT" not in group]
    return bool(groups)


def may_on_case(login: str, verb: str, place: Place) -> bool:
    """计划许不许这个账号对这一件做这个动作；说不准的限定当作成立（只作上界）."""
    return any(
        _sees_by(h, login, place) and all(_holds(limit, h, login, place) for limit in group)
        for h in holdings(login)
        for group in _cells().get((h.role, "case", verb), ())
    )


def _holds(limit: str, holding: Any, login: str, place: Place) -> bool:
    here = (holding.place_kind, holding.place)
    early = ("DRAFT", "REPORTED", "SUPPLEMENT")
    known = {
        "OWN_PLATFORM": here == ("platform", place.platform),
        "WITHIN_PLATFORM": here == ("platform", place.platform),
        "OWN_ORG": here[0] == "org" and here[1] in place.orgs,
        "OWN_GRID": here == ("grid", place.grid),
        "OWN_VILLAGE": here == ("village", place.village),
        "OWN_ENTRY": login == place.registrar,
        "COUNTY_ONLY": place.state == "ESCALATED",
        "BEFORE_ACCEPT": place.state in early,
        "BEFORE_DISPATCH": place.state in (*early, "ACCEPTED"),
        "AFTER_ACCEPT": place.state not in (*early, "ARCHIVED"),
    }
    return known.get(limit, True)


def sees(login: str, place: Place) -> bool:
    """这一件在不在他的数据范围里."""
    return any(_sees_by(h, login, place) for h in holdings(login))


def _sees_by(holding: Any, login: str, place: Place) -> bool:
    scope = _scopes()[holding.role]
    mine = login == place.registrar and holding.role not in NO_OWN_ENTRY
    if place.state == "DRAFT":
        return mine
    if scope in FULL_VIEW or mine:
        return True
    reached = {
        "platform": [("platform", place.platform)],
        "platform_or_lead": [("platform", place.platform), ("village", place.village)],
        "org": [("org", org) for org in place.orgs],
        "grid_or_own": [("grid", place.grid)],
    }
    here = (holding.place_kind, holding.place)
    return here[1] is not None and here in reached.get(scope, ())


def reads_text(login: str, place: Place) -> bool:
    """看得到正文与附件：在范围里，又不是只有脱敏的."""
    return any(_sees_by(h, login, place) and _scopes()[h.role] != "masked" for h in holdings(login))


def sees_meeting(login: str, platform: str, attendees: frozenset[str]) -> bool:
    """这个平台的例会在不在他的范围里：全乡的、本平台的、列了名的."""
    wide = {"township", "township_readonly"}
    return name_of(login) in attendees or any(
        _scopes()[h.role] in wide or (h.place_kind, h.place) == ("platform", platform)
        for h in holdings(login)
    )


def may_on_meeting(login: str, module: str, verb: str, platform: str) -> bool:
    """计划许不许这个账号对这个平台的例会做这个动作；说不准的限定当作成立."""
    beyond = {"JOINT_MEETING", "JOINT_AND_LEADING", "DRAFT", "TOWNSHIP_LEVEL"}
    return any(
        not beyond & set(group)
        and ("OWN_PLATFORM" not in group or (h.place_kind, h.place) == ("platform", platform))
        for h in holdings(login)
        for group in _cells().get((h.role, module, verb), ())
    )


def sees_assessment(login: str, *, published: bool) -> bool:
    """一版考核看不看得到：全部、本平台、主体机构、本人的随时，只看已公开的要等发布."""
    hosts = {platform.host_org for platform in _plan().platforms}
    return any(
        limit in ("ALL", "SELF")
        or (limit in ("OWN_PLATFORM", "IN_CHARGE") and h.place_kind == "platform")
        or (limit == "OWN_ORG" and h.place_kind == "org" and h.place in hosts)
        or (limit == "PUBLISHED" and published)
        for h in holdings(login)
        for (limit,) in _cells().get((h.role, "assess", "view"), ())
    )
