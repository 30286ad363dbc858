"""乡情的形状：本乡、机构、村、网格、职务、平台、议事机构、渠道、力量。

每个类是计划文件里的一行；字段名即文件里的键，没有默认值的必填。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Basis = Literal["plan", "public", "assumed"]
FieldType = Literal[
    "text",
    "long_text",
    "integer",
    "boolean",
    "date",
    "datetime",
    "choice",
    "phone",
    "village",
    "grid",
    "org",
    "location",
    "photos",
    "service_item",
    "service_point",
]
BodyKind = Literal["领导小组", "工作组", "联席会议", "综合协调组", "平台协调组"]


@dataclass(frozen=True, slots=True)
class Version:
    """配置版本（configuration version）：每份计划文件一个，案件按当时的版本解释."""

    code: str
    valid_from: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """代码与名称（code and name）：只有名称的小词表都用它."""

    code: str
    zh: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class County:
    """县（county）."""

    code: str
    zh: str
    division_code: str


@dataclass(frozen=True, slots=True)
class Expected:
    """应有个数（expected counts）：装载与开机自检都按它核对."""

    villages: int
    grids: int
    platforms: int
    bodies: int
    level1: int
    leaves: int


@dataclass(frozen=True, slots=True)
class TownshipInfo:
    """本乡（township）：``code`` 也是机构树里乡这一节的代码."""

    code: str
    zh: str
    short: str
    division_code: str
    county: County
    number_prefix: str
    fonds_code: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """依据文件（policy document）：方案与它所依据的县级文件."""

    code: str
    issuer: str
    title: str
    clause: str
    doc_no: str | None = None
    issued_on: date | None = None
    main_recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaterName:
    """机构改革后的名称（later name）：生效日核定前为空."""

    zh: str
    valid_from: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Org:
    """机构（organisation）：从县往下的一棵树；``platform`` 主平台，``platforms_also`` 兼属平台."""

    code: str
    zh: str
    kind: str
    parent: str | None
    basis: Basis
    platform: str | None = None
    platforms_also: tuple[str, ...] = ()
    alias: tuple[str, ...] = ()
    county_dept: str | None = None
    division_code: str | None = None
    later_name: LaterName | None = None
    clause: str | None = None
    note: str | None = None

    @property
    def all_platforms(self) -> tuple[str, ...]:
        """主平台在前的全部平台."""
        return ((self.platform,) if self.platform else ()) + self.platforms_also


@dataclass(frozen=True, slots=True)
class Village:
    """行政村（village）：代码也用作机构树里该村的代码."""

    code: str
    zh: str
    division_code: str
    alias: tuple[str, ...] = ()
    valid_to: date | None = None
    successor: str | None = None
    abolished_later: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """网格（grid）：在一个村内."""

    code: str
    zh: str
    village: str


@dataclass(frozen=True, slots=True)
class GridRules:
    """网格规则（grid rules）：网格员类别、每网格人数下限、组团式服务团队的组成."""

    member_types: tuple[str, ...]
    min_per_grid: int
    lead_per_grid: int
    service_team: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """职务（post）：先于人；``org`` 为空的按 ``seats_per`` 每网格或每村设一名."""

    code: str
    zh: str
    org: str | None
    role: str
    seats: int = 1
    seats_per: Literal["grid", "village"] | None = None
    approves: tuple[str, ...] = ()
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformRoles:
    """平台的两个角色（operator and leader）."""

    operator: str
    leader: str


@dataclass(frozen=True, slots=True)
class Platform:
    """平台（platform）：依托机构、载体、力量、业务线与协调组；``hue`` 为 1–8 的平台色."""

    code: str
    zh: str
    short: str
    hue: int
    host_org: str
    host_relation: str
    functions: tuple[str, ...]
    carriers: tuple[str, ...]
    forces: tuple[str, ...]
    force_orgs: tuple[str, ...]
    lines: tuple[str, ...]
    group: str
    roles: PlatformRoles
    clause: str
    collaboration_roles: tuple[str, ...] = ()
    up: str | None = None
    down: str | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """载体系统（carrier system）：只登记外部编号；``platform`` 为空即全乡."""

    code: str
    zh: str
    platform: str | None
    use: str
    clause: str


@dataclass(frozen=True, slots=True)
class Body:
    """议事机构（deliberative body）：成员按职务列，``leader_title`` 为组长或召集人."""

    code: str
    zh: str
    kind: BodyKind
    leader_post: str
    deputy_posts: tuple[str, ...]
    member_posts: tuple[str, ...]
    secretariat: str
    cadence: str
    clause: str
    leader_title: str = "组长"
    parent: str | None = None
    platform: str | None = None
    duties: tuple[str, ...] = ()
    extra_duty: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelField:
    """渠道专属字段（channel field）：``type`` 定输入框，``max`` 只用于照片（张）."""

    code: str
    zh: str
    type: FieldType
    required: bool
    choices: tuple[str, ...] = ()
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """渠道（channel）：来件从哪里来."""

    code: str
    zh: str
    clause: str
    fields: tuple[ChannelField, ...]
    enabled: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EnforcementTeam:
    """执法队伍（enforcement team）."""

    code: str
    zh: str
    org: str
    clause: str


@dataclass(frozen=True, slots=True)
class PoliceSupport:
    """公安保障（police support）：派出力量的机构与协调的议事机构."""

    org: str
    coordinator_body: str
    clause: str


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """执法资源种类（resource kind）：``extra`` 为该类另有的栏目."""

    code: str
    zh: str
    extra: tuple[str, ...] = ()
