"""操作人与任职：今天是谁、以哪些任职、各任职有哪些授权."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Alternatives = tuple[tuple[str, ...], ...]
Grants = Mapping[str, Mapping[tuple[str, str], Alternatives]]

SYSTEM_NAME = "系统自动"


@dataclass(frozen=True, slots=True)
class HoldingView:
    """一条任职（任职）：角色、职务、地、方式；``is_past`` 为任期已满、仍在 30 日只读期的.

    ``case_id`` 只有凭查询码的来件人有：码所对的那一件。
    """

    id: int
    role: str
    scope: str
    sensitive: str = "none"
    role_name: str = ""
    post_name: str | None = None
    mode: str = "在任"
    platform: str | None = None
    org_id: int | None = None
    grid_id: int | None = None
    village_id: int | None = None
    body_id: int | None = None
    case_id: int | None = None
    is_past: bool = False

    @property
    def title(self) -> str:
        """署名用的职务：没有职务的用角色名，代行、委托要写明."""
        base = self.post_name or self.role_name
        return f"{base}（{self.mode}）" if self.mode in ("代行", "委托") else base


@dataclass(frozen=True, slots=True)
class Actor:
    """操作人（actor）：冻结的身份、今日在效的任职与授权.

    ``grants`` 以角色代码为键，值为 (模块, 动作) → 限定的几组之一。一个动作可行，当且仅当
    有一条任职同时给出动作、限定与行（三元组），不得拿一条任职的动作去配另一条任职的范围。
    ``is_preview`` 为别人以这个人的身份预览：菜单、清单、范围照他的，正文一律不给（见 visibility）。
    """

    person_id: int | None
    township_id: int
    name: str
    today: date
    user_id: int | None = None
    org_id: int | None = None
    org_name: str | None = None
    holdings: tuple[HoldingView, ...] = ()
    grants: Grants = field(default_factory=dict)
    is_system: bool = False
    is_preview: bool = False

    @property
    def current(self) -> tuple[HoldingView, ...]:
        """今日在效的任职."""
        return tuple(h for h in self.holdings if not h.is_past)

    @property
    def roles(self) -> frozenset[str]:
        """今日的角色代码."""
        return frozenset(h.role for h in self.current)

    def granted(self, holding: HoldingView, module: str, action: str) -> Alternatives:
        """这条任职的这个动作有哪几组限定；没有授权为空."""
        if holding.is_past:
            return ()
        return self.grants.get(holding.role, {}).get((module, action), ())

    def has_verb(self, module: str, action: str) -> bool:
        """有没有任何一条任职给出这个动作（不看限定与行，只用来决定菜单）."""
        return any(self.granted(h, module, action) for h in self.current)

    @property
    def main(self) -> HoldingView | None:
        """默认署名的任职：在任先于代行、兼任、委托."""
        order = {"在任": 0, "代行": 1, "兼任": 2, "委托": 3}
        return min(self.current, key=lambda h: (order.get(h.mode, 9), h.id), default=None)


def system_actor(township_id: int, today: date) -> Actor:
    """系统定时任务（SYS）：身份固定，不能登录."""
    holding = HoldingView(id=0, role="SYS", scope="township", sensitive="full", role_name="系统")
    every: Alternatives = (("ALL",),)
    grants: Grants = {
        "SYS": {
            ("case", "auto_card"): every,
            ("case", "resume"): every,
            ("blindspot", "open"): every,
            ("assess", "calculate"): every,
        },
    }
    return Actor(
        person_id=None,
        township_id=township_id,
        name=SYSTEM_NAME,
        today=today,
        holdings=(holding,),
        grants=grants,
        is_system=True,
    )


PUBLIC_NAME = "来件人（凭查询码）"


def public_actor(case_id: int, township_id: int, today: date) -> Actor:
    """来件人（PUB）：凭查询码，只及码所对的那一件；没有账号，不能登录."""
    own: Alternatives = (("OWN_ENTRY",),)
    grants: Grants = {
        "PUB": {
            ("case", "supplement"): own,
            ("case", "cancel"): (("BEFORE_ACCEPT", "OWN_ENTRY"),),
            ("case", "rate"): own,
        },
    }
    holding = HoldingView(
        id=0, role="PUB", scope="own_request", role_name="来件人", case_id=case_id
    )
    return Actor(
        person_id=None,
        township_id=township_id,
        name=PUBLIC_NAME,
        today=today,
        holdings=(holding,),
        grants=grants,
    )
