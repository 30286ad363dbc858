"""职责分离：哪两种角色不能在一个人身上，哪种角色不能有哪种授权（SD4、SD5）."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

ADMIN_SCOPE = "config"
INSPECT_SCOPE = "township_readonly"

# 与纪委监督员并存不犯 SD5 的：书记、班子成员、只读查询、派出所联络员
_BESIDE_INSPECTOR = frozenset({"D", "E", "L", "M"})
_HARMLESS_SCOPES = frozenset({"masked", "platform_or_lead", INSPECT_SCOPE})
_ADMIN_ONLY = frozenset({("config", "role"), ("user", "manage")})
_ADMIN_ALSO = frozenset(
    {
        ("user", "manage"),
        ("user", "read"),
        ("user", "view_as"),
        ("audit", "login"),
        ("document", "download"),
    }
)


class RoleKind(NamedTuple):
    """判职责分离要看的：角色的代码与数据范围（自建的角色只凭范围）."""

    code: str
    scope: str


def clash(one: RoleKind, other: RoleKind) -> str | None:
    """两种角色同在一个人身上犯不犯职责分离，犯哪一条.

    SD4：系统管理员不得持有任何业务角色；SD5：乡纪委监督员不得持有 B、C、F、G、H、I、J。
    """
    for first, second in ((one, other), (other, one)):
        if first.scope == ADMIN_SCOPE and second.scope != ADMIN_SCOPE:
            return "SD4"
        if first.scope == INSPECT_SCOPE and not _is_beside_inspector(second):
            return "SD5"
    return None


def _is_beside_inspector(role: RoleKind) -> bool:
    return role.code in _BESIDE_INSPECTOR or role.scope in _HARMLESS_SCOPES


def clashes(roles: Iterable[RoleKind]) -> list[tuple[str, str, str]]:
    """一个人的几种角色里的全部冲突：（哪一条，角色，角色）."""
    pairs = combinations(sorted(set(roles)), 2)
    return [(rule, a.code, b.code) for a, b in pairs if (rule := clash(a, b))]


def grant_clash(scope: str, module: str, action: str) -> str | None:
    """这种范围的角色能不能有这个动作；不能的返回哪一条.

    SD4：管理员不能代签代批，只有配置、账号、登录审计与文书下载；改权限、管账号只归管理员。
    SD5：乡纪委监督员不改案件，对案件只有查看。
    """
    if scope == ADMIN_SCOPE:
        return None if _is_admin_work(module, action) else "SD4"
    if (module, action) in _ADMIN_ONLY:
        return "SD4"
    if scope == INSPECT_SCOPE and module == "case" and action != "read":
        return "SD5"
    return None


def _is_admin_work(module: str, action: str) -> bool:
    return (module == "config" and action != "approve") or (module, action) in _ADMIN_ALSO


APART: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SD1", ("case.finish", "case.verify")),
    ("SD2", ("case.request_extension", "case.approve_extension")),
    ("SD2", ("case.request_suspend", "case.approve_suspend")),
    ("SD2", ("case.draft_escalation", "case.approve_escalation")),
    ("SD3", ("assess.calculate", "assess.review", "assess.publish")),
    ("SD6", ("meeting.draft_minutes", "meeting.review_minutes", "meeting.sign_minutes")),
    ("SD7", ("reward.calculate", "reward.review", "reward.approve")),
    ("SD9", ("assess.calculate", "assess.decide_appeal")),
)
"""宜在不同人手里的几步：办的时候逐件拦（不得批自己的），授权时提醒."""

Cell = tuple[str, str]


class Overlap(NamedTuple):
    """一手两步：哪一条，哪几步到了一只手里."""

    rule: str
    actions: tuple[str, ...]


def new_overlaps(before: Iterable[Cell], after: Iterable[Cell]) -> list[Overlap]:
    """改了授权之后，一只手（一种角色，或一个人）新拿到了宜分开的哪几步."""
    had, has = ({f"{m}.{a}" for m, a in cells} for cells in (before, after))
    found = []
    for rule, steps in APART:
        now = tuple(step for step in steps if step in has)
        if len(now) > 1 and set(now) - had:
            found.append(Overlap(rule, now))
    return found
