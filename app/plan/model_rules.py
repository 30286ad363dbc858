"""规则的形状：类目、服务事项、时限、工作日历、会议系列、文书、条款。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Level = Literal["一般", "较大", "重大"]


@dataclass(frozen=True, slots=True)
class Level1:
    """一级类（first-level category）：与方案列举的业务线同名."""

    code: str
    zh: str
    platform: str
    clause: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """小类（category）：定主办平台；``coop`` 只是建议，``dedup_days`` 为自然日."""

    code: str
    zh: str
    level1: str
    platform: str
    coop: tuple[str, ...]
    sensitive: bool
    level: Level
    kind: str
    county: bool
    org: str
    dedup_days: int
    place: bool
    people: bool
    clause: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """职责边界裁决（boundary rule）：两个一级类之间归谁."""

    id: str
    between: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """服务事项（service item）：``days`` 承诺工作日，0 为即办；``final`` 终审机构."""

    code: str
    zh: str
    type: str
    category: str
    days: int
    village: bool
    conditions: tuple[str, ...]
    final: str


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """工作时间（working hours）：``intervals`` 如 ``08:30-12:00``，当地时刻."""

    timezone: str
    intervals: tuple[str, ...]
    minutes_per_day: int
    basis: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """一年的调休（make-up days）：``rest``、``makeup`` 为 ``MM-DD``."""

    year: int
    rest: tuple[str, ...]
    makeup: tuple[str, ...]

    @property
    def rest_days(self) -> tuple[date, ...]:
        """落在周一至周五的休息日."""
        return tuple(date.fromisoformat(f"{self.year}-{day}") for day in self.rest)

    @property
    def makeup_days(self) -> tuple[date, ...]:
        """落在周六、周日的补班日."""
        return tuple(date.fromisoformat(f"{self.year}-{day}") for day in self.makeup)


class Promise(NamedTuple):
    """黄牌（承诺期限）与红牌（promise and red card）：``5wd``、``120wm``、``15nm``、``50nd``."""

    yellow: str
    red: str


@dataclass(frozen=True, slots=True)
class ClockRule:
    """时钟（clock）：``cards`` 发不发黄红牌，``remind_wd`` 跟催工作日，``rule`` 不分等级的时限."""

    code: str
    zh: str
    start: str
    stop: str
    owner: str
    cards: bool = True
    remind_wd: tuple[int, ...] = ()
    rule: Promise | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class KindRule:
    """件别（kind of case）：办理期限写死在 ``handle``，或由 ``handle_from`` 取."""

    code: str
    zh: str
    basis: str
    handle: Promise | None = None
    handle_from: Literal["level", "item", "county"] | None = None
    enabled: bool = True
    rule: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """黄红牌扣分（points of a card）."""

    yellow: int
    red: int


@dataclass(frozen=True, slots=True)
class ExtensionLimits:
    """延期上限（extension limits）：次数、组长可批的工作日、单案累计工作日."""

    max_times: int
    group_leader_wd: int
    total_wd: int


@dataclass(frozen=True, slots=True)
class NearDue:
    """临期（near due）：剩余工作日、工作分钟，或自然分钟的几分之几（``1/2``）."""

    wd: int
    wm: int
    nm_share: str


@dataclass(frozen=True, slots=True)
class Series:
    """会议系列（meeting series）：``times`` 每期应开次数，``quorum_share`` 到会比例如 ``2/3``."""

    code: str
    zh: str
    body: str
    cadence: Literal["week", "quarter", "adhoc"]
    times: int
    chair_post: str
    secretariat: str
    numbering: str
    quorum: str
    quorum_share: str
    sections: tuple[str, ...]
    agenda_types: tuple[str, ...]
    clause: str
    advise: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """例会规则（meeting rules）：单位都是工作日，``first_quarter`` 如 ``2017-Q2``."""

    merge_below_working_days: int
    minutes_within_wd: int
    agenda_close_wd: int
    notice_wd: int
    first_quarter: str


@dataclass(frozen=True, slots=True)
class MinutesStep:
    """纪要的一步（step of the minutes）：``within_wd`` 为工作日，可带小数."""

    step: str
    zh: str
    action: str
    within_wd: str
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """提醒（reminder）：何时提醒哪些角色，到何事为止."""

    id: str
    zh: str
    when: str
    to: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True)
class Issue:
    """签发（issue of a document）：取号签发的动作与角色."""

    action: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchiveNumber:
    """档号（archive number）：式样与例子."""

    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Document:
    """文书（document）：``mode`` 为 frozen 的签发即冻结，live 的按当前数据生成."""

    code: str
    zh: str
    issue: Issue
    download: tuple[str, ...]
    number: str
    mode: Literal["frozen", "live"]
    archive: str
    source: tuple[str, ...]
    blocks: tuple[str, ...]
    clause: str
    frozen_on: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreTerm:
    """计分项（term of the score）：``invert`` 的越低越好."""

    code: str
    zh: str
    weight: int
    invert: bool = False


@dataclass(frozen=True, slots=True)
class ScorePenalty:
    """每张牌扣几分（penalty of a card）."""

    yellow: int
    red: int


@dataclass(frozen=True, slots=True)
class ScoreGrade:
    """等级（grade）：``min`` 分及以上."""

    code: str
    zh: str
    min: int


@dataclass(frozen=True, slots=True)
class Clause:
    """条款（clause of the plan）：方案的一句，``text`` 与原文逐字相同."""

    id: str
    text: str
