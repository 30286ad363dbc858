"""演示故事与联席会议的文字：各是什么样的值；读入与核对在 demo_texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.case_choices import FinishResult


@dataclass(frozen=True, slots=True)
class Agreement:
    """调解登记的文字：当事人、争议、调解员、协议要点、履行期限（演示季度里的日子）."""

    parties: str
    dispute: str
    mediator: str
    agreement: str
    perform_by: date


@dataclass(frozen=True, slots=True)
class StoryText:
    """故事里一件的文字；``progress`` 依次是各次进展，``opinions`` 是各动作写的理由或意见.

    ``answers`` 是某一步另要填的几样，照写给服务；同一动作的第二次写成 ``return_case.2``。
    ``routes`` 是历次分流、改派去的平台，``tasks`` 是多平台分流各平台的任务，``photos`` 是登记时
    拍几张，``rectify_by`` 是督查要求的整改期限（演示季度里的日子）。
    """

    title: str
    place: str
    body: str
    done: str = ""
    opinion: str = ""
    informant: str | None = None
    feedback: str | None = None
    view: str = "road"
    progress: tuple[str, ...] = ()
    opinions: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    routes: tuple[str, ...] = ()
    tasks: Mapping[str, str] = field(default_factory=dict)
    result: str = FinishResult.SOLVED.value
    people: int | None = None
    photos: int = 0
    rectify_by: date | None = None
    mediation: Agreement | None = None


@dataclass(frozen=True, slots=True)
class JointItem:
    """联席会议的一个议题：讨论、结论，与议定事项（责任人写登录名，期限为演示季度里的日子）."""

    discussion: str
    conclusion: str
    content: str
    duty: str
    org: str
    due: date
    criteria: str
    assist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JointPlan:
    """联席会议的一条工作安排；责任人写登录名，期限为演示季度里的日子."""

    content: str
    duty: str
    org: str
    due: date


@dataclass(frozen=True, slots=True)
class JointText:
    """联席会议的文字：``items`` 依议的先后，键是案件的故事，其余的键是自拟的议题."""

    place: str
    title: str
    section: str
    standing: str
    items: Mapping[str, JointItem]
    leave: Mapping[str, str]
    analysis: str
    plans: tuple[JointPlan, ...]
    distribution: str
    review: str
