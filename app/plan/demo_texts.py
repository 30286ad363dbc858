"""演示文字：由 demo_texts.yaml 读成值；错处连行号一并说出."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.case_choices import FinishResult, RejectReason, ReturnReason
from app.plan.demo_texts_story import Agreement, JointItem, JointText, StoryText
from app.plan.load import FOLDER
from app.plan.load_read import PlanError, PlanFault, Reader, compose
from app.plan.model import Level, Mark, Plan, Version

FILE = "demo_texts.yaml"
VIEWS = ("road", "water", "house", "shop", "field", "paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """一景（scene）：一件来件从登记到办结要说的话；``{村}`` ``{n}`` ``{m}`` 待填."""

    category: str
    channels: tuple[str, ...]
    title: str
    place: str
    body: str
    progress: str = ""
    done: str = ""
    fixed: str = ""
    level: Level | None = None
    org: str | None = None
    item: str | None = None
    result: str = FinishResult.SOLVED.value
    view: str = "road"
    moved: str | None = None
    village: str | None = None
    lasting: bool = True
    reject: str | None = None
    notice: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """退回补正：缺项、理由、补正内容；``desk`` 是材料上的缺，不看现场也补得了."""

    items: str
    reason: str
    content: str
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Misrouted:
    """误分又退回：分流时的交办意见，退回的原因、建议、理由."""

    why: str
    note: str
    suggestion: str
    reason: str


@dataclass(frozen=True, slots=True)
class Redo:
    """退回重办：不合格项、整改要求、理由，重办的进展与结果."""

    faults: str
    demand: str
    reason: str
    progress: str
    again: str
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """撤销的理由；误登的另有说明."""

    reason: str
    mistake: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingText:
    """一个平台例会的文字；``days`` 期限几个工作日."""

    place: str
    title: str
    discussion: str
    conclusion: str
    content: str
    criteria: str
    days: int
    analysis: str
    plan: str


@dataclass(frozen=True, slots=True)
class DebateText:
    """审议案件议题的文字：``{title}`` 题目，``{org}`` 承办机构.

    前三样说在办的件；``lessons``、``followings``、``sequels`` 说已办结、拿来举一反三的件。
    """

    discussions: tuple[str, ...]
    conclusions: tuple[str, ...]
    contents: tuple[str, ...]
    criteria: str
    lessons: tuple[str, ...]
    followings: tuple[str, ...]
    sequels: tuple[str, ...]
    reports: tuple[str, ...]
    standing: str
    opening: str
    leave: str
    review: str


@dataclass(frozen=True, slots=True)
class Texts:
    """演示的全部文字."""

    version: Version
    scenes: tuple[Scene, ...]
    rejects: tuple[Scene, ...]
    supplements: tuple[Missing, ...]
    returns: tuple[Misrouted, ...]
    reworks: tuple[Redo, ...]
    withdrawals: tuple[Withdrawal, ...]
    notes: tuple[str, ...]
    opinions: tuple[str, ...]
    pressed: tuple[str, ...]
    promised: tuple[str, ...]
    checks: Mapping[str, tuple[str, ...]]
    feedbacks: Mapping[str, tuple[str, ...]]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    visited: tuple[str, ...]
    stories: Mapping[str, StoryText]
    meetings: Mapping[str, MeetingText]
    joint: JointText
    debates: DebateText


def read_texts(plan: Plan, folder: Path | None = None) -> Texts:
    """读演示文字，并与计划核对（小类、渠道、机构、事项、原因都要有）。Raises PlanError."""
    faults: list[PlanFault] = []
    marks: dict[str, Mark] = {}
    root = compose((folder or FOLDER) / FILE, faults)
    if root is None:
        raise PlanError(faults)
    texts: Texts = Reader(FILE, faults, marks).read(root, Texts, "demo")
    if not faults:
        faults += [_fault(marks, path, reason) for path, reason in _wrong(texts, plan)]
    if faults:
        raise PlanError(faults)
    return texts


def _fault(marks: Mapping[str, Mark], path: str, reason: str) -> PlanFault:
    mark = marks.get(path)
    return PlanFault(FILE, mark.line if mark else 0, path, reason)


def _wrong(texts: Texts, plan: Plan) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, scenes in (("scenes", texts.scenes), ("rejects", texts.rejects)):
        for i, scene in enumerate(scenes):
            found += [(f"demo.{name}[{i}]", reason) for reason in _unknown(scene, plan)]
    for i, one in enumerate(texts.returns):
        if one.why not in set(ReturnReason):
            found.append((f"demo.returns[{i}]", f"没有这个退回原因：{one.why}"))
    for name, text in texts.stories.items():
        found += [(f"demo.stories.{name}", reason) for reason in _unknown_in_story(text, plan)]
    lacking = {p.code for p in plan.platforms} - set(texts.meetings)
    found += [("demo.meetings", f"缺平台 {code} 的例会文字") for code in sorted(lacking)]
    return found


def _unknown_in_story(text: StoryText, plan: Plan) -> list[str]:
    platforms = {platform.code for platform in plan.platforms}
    used = dict.fromkeys((*text.routes, *text.tasks))
    found = [f"没有这个平台：{code}" for code in used if code not in platforms]
    if text.result not in set(FinishResult):
        found.append(f"没有这个办理结果：{text.result}")
    return found


def _unknown(scene: Scene, plan: Plan) -> list[str]:
    known: tuple[tuple[str, Iterable[str], Iterable[str | None]], ...] = (
        ("小类", [leaf.code for leaf in plan.leaves], [scene.category]),
        ("渠道", [channel.code for channel in plan.channels], scene.channels),
        ("机构", [org.code for org in plan.orgs], [scene.org]),
        ("服务事项", [item.code for item in plan.service_items], [scene.item]),
        ("办理结果", set(FinishResult), [scene.result]),
        ("不予受理原因", set(RejectReason), [scene.reject]),
        ("画面", VIEWS, [scene.view]),
        ("村", [village.code for village in plan.villages], [scene.village]),
    )
    return [
        f"没有这个{what}：{code}"
        for what, codes, used in known
        for code in used
        if code is not None and code not in set(codes)
    ]


def filled(text: str, **slots: object) -> str:
    """填上 ``{村}`` ``{n}`` 这样的空；文字里没有的空不用管."""
    return text.format(**slots)


__all__ = [
    "Agreement",
    "DebateText",
    "JointItem",
    "JointText",
    "MeetingText",
    "Misrouted",
    "Missing",
    "Redo",
    "Scene",
    "StoryText",
    "Texts",
    "Withdrawal",
    "filled",
    "read_texts",
]
