"""平台例会纪要的底稿：全是纯数据，由服务层填好交来。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

_TYPE_AREA_MM = 156.0
_MARK_POINTS = 42.0
_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """与会人员：姓名与当时职务.

    ``mode`` 是任职方式（代行、兼任，在任为空），``note`` 是请假理由、代会的委托等。
    """

    name: str
    post: str
    mode: str = ""
    note: str = ""

    @property
    def detail(self) -> str:
        """括号里的话：职务、任职方式、备注，用逗号隔开。"""
        return "，".join(part for part in (self.post, self.mode, self.note) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """上次议定事项的落实：编号、内容、责任人、期限、状态（中文）和说明。"""

    number: str
    content: str
    responsible: str
    due: date
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotTable:
    """快照表：例会包里的数字，一律取快照，不得手填.

    ``number`` 快照号，``as_of`` 截至时刻，``heads`` 表头，``rows`` 各行（与表头等长），
    ``note`` 口径说明。
    """

    number: str
    title: str
    as_of: datetime
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError("快照表各行须与表头等长")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """本周工作安排的一项：内容、责任人、牵头单位、期限。"""

    content: str
    responsible: str
    lead_unit: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """议题：题目、提出单位、汇报人、来源案号、讨论要点（每段一条）和结论。"""

    title: str
    proposer: str
    reporter: str = ""
    cases: tuple[str, ...] = ()
    discussion: tuple[str, ...] = ()
    conclusion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """提交联席会议的事项：内容、理由、来源案号。"""

    content: str
    reason: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionRow:
    """议定事项：编号、内容、责任人、牵头单位、配合单位、期限、关联案号。"""

    number: str
    content: str
    responsible: str
    lead_unit: str
    support_units: tuple[str, ...] = ()
    due: date
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Colophon:
    """版记：印发范围、抄送、印发机关与印发日期（草稿没有日期）。"""

    issuer: str
    issued_on: date | None
    distribution: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesSheet:
    """平台例会纪要（platform meeting minutes）；方案三（一）3，文书 P2.

    ``mark`` 红色纪要标志（综治工作平台例会纪要）；``number`` 编号（〔2017〕第22周），草稿没有；
    ``organ`` 编发机构；``dated`` 成文日期；``title`` 标题，一行一个元素，断在词意完整处；
    ``held_on``、``began``、``ended`` 会议日期与起止（北京时间）；``chair``、``recorder`` 主持人与
    记录人；``entrusted_by`` 委托主持的人，无委托为空；``quorum`` 到会情况一句话；``analysis`` 上周
    工作分析各段；``version``、``correction`` 版次与更正说明；``frozen_at`` 签发时刻，草稿则是
    生成时刻。

    有编号而没有签发人，或版次大于一而没有更正说明，抛 ``ValueError``。
    """

    even_pages: ClassVar[bool] = True

    mark: str
    number: str | None
    organ: str
    dated: date
    title: tuple[str, ...]
    held_on: date
    began: time
    ended: time | None
    place: str
    chair: Attendee
    recorder: Attendee
    frozen_at: datetime
    colophon: Colophon
    entrusted_by: str = ""
    quorum: str = ""
    present: tuple[Attendee, ...] = ()
    deputies: tuple[Attendee, ...] = ()
    on_leave: tuple[Attendee, ...] = ()
    absent: tuple[Attendee, ...] = ()
    observers: tuple[Attendee, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    analysis: tuple[str, ...] = ()
    headings: tuple[str, str] = ("上周工作分析", "本周工作安排")
    snapshot: SnapshotTable | None = None
    arrangements: tuple[Arrangement, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    submissions: tuple[Submission, ...] = ()
    resolutions: tuple[ResolutionRow, ...] = ()
    signer: Attendee | None = None
    version: int = 1
    correction: str = ""

    def __post_init__(self) -> None:
        if self.number is not None and self.signer is None:
            raise ValueError("有编号的纪要须有签发人")
        if self.version > 1 and not self.correction:
            raise ValueError("更正重发须有更正说明")
        if self.frozen_at.tzinfo is None:
            raise ValueError("签发时刻必须带时区")

    @property
    def is_draft(self) -> bool:
        """草稿：还没有取号。"""
        return self.number is None

    @property
    def document_title(self) -> str:
        """PDF 属性里的标题：标志加编号。"""
        return f"{self.mark}{self.number or '（草稿）'}"

    @property
    def document_author(self) -> str:
        """PDF 属性里的作者：编发机构。"""
        return self.organ

    @property
    def mark_points(self) -> float:
        """纪要标志的字号（磅）：42 磅，字多时缩到版心（156 毫米）一行排得下。"""
        return min(_MARK_POINTS, int(_TYPE_AREA_MM / len(self.mark) * _POINTS_PER_MM * 10) / 10)

    @property
    def attendance(self) -> tuple[tuple[str, tuple[Attendee, ...]], ...]:
        """名单各组：出席、代会、请假、缺席、列席，没有人的组不列。"""
        groups = (
            ("出席", self.present),
            ("代会", self.deputies),
            ("请假", self.on_leave),
            ("缺席", self.absent),
            ("列席", self.observers),
        )
        return tuple(group for group in groups if group[1])
