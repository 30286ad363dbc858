"""授权与演示的形状：角色、任职、限定、授权、职责分离、演示账号与故事。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from app.plan.model_rules import Level

Mode = Literal["在任", "代行", "兼任", "委托"]
PlaceKind = Literal["none", "platform", "org", "grid", "village", "body"]
Sensitive = Literal["none", "number_state_only", "full", "assigned_only", "full_with_reason"]
Alternatives = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Role:
    """角色（role）：``scope`` 数据范围，``platform``、``org`` 为只能任职的地."""

    code: str
    zh: str
    scope: str
    sensitive: Sensitive
    platform: str | None = None
    org: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PseudoRole:
    """伪角色（pseudo role）：SYS 系统定时任务、PUB 来件人；不建角色行，也不建账号."""

    code: str
    zh: str
    scope: str
    note: str
    triggers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HoldingRules:
    """任职规则（holding rules）：``place`` 为数据范围可配的地，日数为自然日（``_wd`` 为工作日）."""

    modes: tuple[Mode, ...]
    delegate_max_days: int
    read_only_days: int
    expiry_reminder_wd: int
    place: Mapping[str, tuple[PlaceKind, ...]]


@dataclass(frozen=True, slots=True)
class Limit:
    """限定（limit of a grant）：封闭表的一项，``means`` 是它断言什么."""

    code: str
    zh: str
    means: str


@dataclass(frozen=True, slots=True)
class LimitParam:
    """限定的参数（parameter of a limit）：随动作而定，``role`` 只有分线（LINE）才有."""

    limit: str
    action: str
    role: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleAction:
    """动作（action of a module）：``code`` 照规格写，``dispatch`` 或 ``grid.visit``."""

    code: str
    zh: str
    module: str
    note: str | None = None

    @property
    def action(self) -> str:
        """点后的一段，权限名即 ``can_`` 加它."""
        return self.code.rpartition(".")[2]

    @property
    def msgid(self) -> str:
        """词条键：``case.dispatch``、``meeting.sign_minutes``."""
        return f"{self.module}.{self.action}"


@dataclass(frozen=True, slots=True)
class Cell:
    """矩阵的一格（matrix cell）：``column`` 为角色或角色族，照文件原样."""

    code: str
    column: str
    alternatives: Alternatives


@dataclass(frozen=True, slots=True)
class Grant:
    """授权（grant）：一个角色在一个模块里的一个动作.

    ``alternatives`` 几组之一成立即可，同组的限定须同时成立：格 ``A`` 为 ``(("A",),)``，
    ``[A, B]`` 为 ``(("A", "B"),)``，``[[A, B], [C]]`` 为 ``(("A", "B"), ("C",))``。
    """

    role: str
    module: str
    action: str
    alternatives: Alternatives

    @property
    def permission(self) -> str:
        """权限名（``can_sign_minutes``），视图菜单即 ``module``."""
        return f"can_{self.action}"


@dataclass(frozen=True, slots=True)
class Separation:
    """职责分离（separation of duties）：``covers`` 为受它约束的动作."""

    id: str
    text: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedHolding:
    """任职（holding）：``place`` 为 ``place_kind`` 那一类的代码，``none`` 时为空."""

    role: str
    post: str | None
    place_kind: PlaceKind
    place: str | None
    mode: Mode
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Account:
    """演示账号（demo account）：人与登录名；``org`` 为机构或村的代码.

    ``engagement`` 专职或兼职、``source`` 力量来源（名称），只有网格员有。
    """

    id: str
    login: str
    name: str
    org: str
    holdings: tuple[PlannedHolding, ...]
    engagement: str | None = None
    source: str | None = None


class DemoSpan(NamedTuple):
    """一段停表（span）：停、复."""

    stop: datetime
    back: datetime


class DemoStep(NamedTuple):
    """故事的一步（step of a story）：时刻（带时区）、动作、账号、说明、到达态."""

    at: datetime
    action: str
    who: str
    note: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class DemoDue:
    """故事的办理期限应是哪一刻（expected deadline）：起算、规则、停表段、延期工作日，验算用."""

    start: datetime
    rule: str
    due: datetime
    suspend: tuple[DemoSpan, ...] = ()
    ext: int = 0


@dataclass(frozen=True, slots=True)
class DemoStory:
    """演示故事（demo story）：``main`` 是并入的主案；``others`` 是其他模块的动作，依先后."""

    id: str
    zh: str
    category: str
    level: Level
    channel: str
    grid: str
    shows: str
    steps: tuple[DemoStep, ...]
    main: str | None = None
    others: tuple[DemoStep, ...] = ()
    expect_due: DemoDue | None = None


@dataclass(frozen=True, slots=True)
class DemoVolumes:
    """随机件数（volumes of generated cases）：各分项之和等于 ``cases``，草稿、例会另计."""

    cases: int
    drafts: int
    by_level: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_platform: Mapping[str, int]
    by_month: Mapping[str, int]
    by_state: Mapping[str, int]
    yellow_cards: int
    red_cards: int
    weekly_meetings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Demo:
    """演示设定（demo settings）：随机种子、截止时刻（带时区）、件数."""

    seed: int
    as_of: datetime
    volumes: DemoVolumes
