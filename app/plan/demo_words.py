"""演示的台词：每一步由谁做、填什么、拍什么照片."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from app.domain.case_choices import FinishResult, NoFeedback, VerifyMethod
from app.plan.demo_cast import Cast
from app.plan.demo_script import Script, Shot
from app.plan.demo_texts import Misrouted, Missing, Redo, Scene, Texts, filled

T = TypeVar("T")
Line = tuple[str, dict[str, Any], list[Shot]]
RETENTION = {"一般": "D10", "较大": "D30", "重大": "Y"}
SEEN = ("GRID", "PATROL", "VILLAGE_DUTY")
"""登记人到过现场的渠道."""
IN_WRITING = ("INSPECT", "COUNTY", "MEETING")
PAPER = "paper"
NOTED = 0.4
"""交办时写意见的比例."""


class Decks:
    """一叠叠话（decks）：抽一句放到最底下，抽完一遍才会重复."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._decks: dict[str, list[Any]] = {}

    def draw(
        self, name: str, cards: tuple[T, ...], fits: Callable[[T], bool] = lambda _: True
    ) -> T:
        """从名为 ``name`` 的一叠里抽一句合用的."""
        if name not in self._decks:
            self._decks[name] = list(cards)
            self._rng.shuffle(self._decks[name])
        deck: list[T] = self._decks[name]
        card = next(one for one in deck if fits(one))
        deck.remove(card)
        deck.append(card)
        return card


@dataclass(slots=True, kw_only=True)
class Parts:
    """角色（parts）：一件里各步由谁做；``away`` 是误分去的平台，``holder`` 是签收时的承办人."""

    script: Script
    scene: Scene
    texts: Texts
    cast: Cast
    decks: Decks
    rng: Random
    reporter: str
    intake: str
    checker: str
    operator: str
    handler: str
    away: str
    holder: str
    strays: bool = False
    slow: bool = False
    seed: int = 0
    done: dict[str, int] = field(default_factory=dict)
    missing: Missing | None = None
    stray: Misrouted | None = None
    redo: Redo | None = None

    @property
    def is_paper(self) -> bool:
        """只看材料、不看现场的件."""
        return self.scene.view == PAPER

    def say(self, text: str) -> str:
        """填上本件的村名、地点、数字与结果."""
        script = self.script
        return filled(text, **{**script.slots, "place": script.place, "fixed": script.fixed})

    def shot(self, label: str, *, messy: bool, turn: int = 0) -> Shot:
        """拍一张：同一件的景不变."""
        return Shot(label, self.scene.view, self.seed + turn, messy)


def words_of(action: str, parts: Parts) -> Line:
    """这一步的人、内容、照片."""
    parts.done[action] = parts.done.get(action, 0) + 1
    return _LINES[action](parts)


def _draft(p: Parts) -> Line:
    seen = p.script.channel in SEEN and not p.is_paper
    count = p.rng.randint(1, 2) if seen else 0
    shots = [p.shot("现场", messy=True, turn=turn) for turn in range(count)]
    return p.reporter, {}, shots


def _report(p: Parts) -> Line:
    return p.reporter, {}, []


def _request_supplement(p: Parts) -> Line:
    p.missing = p.decks.draw("supplements", p.texts.supplements, lambda one: one.desk == p.is_paper)
    return p.intake, {"items": p.missing.items, "reason": p.missing.reason}, []


def _supplement(p: Parts) -> Line:
    content = p.missing.content if p.missing else p.script.body
    return p.reporter, {"content": p.say(content)}, []


def _accept(p: Parts) -> Line:
    return p.intake, {}, []


def _dispatch(p: Parts) -> Line:
    if p.strays and p.done["dispatch"] == 1:
        p.stray = p.decks.draw("returns", p.texts.returns)
        return p.intake, {"platform": p.away, "note": p.stray.note}, []
    note = p.decks.draw("notes", p.texts.notes) if p.rng.random() < NOTED else ""
    return p.intake, {"platform": p.script.platform, "note": note}, []


def _return_case(p: Parts) -> Line:
    stray = p.stray or p.texts.returns[0]
    words = {"return_reason": stray.why, "suggestion": stray.suggestion, "reason": stray.reason}
    return p.rng.choice(p.cast.operators[p.away]), words, []


def _sign_in(p: Parts) -> Line:
    org = p.script.org if p.holder == p.handler else p.cast.homes[p.script.platform]
    return p.operator, {"org": org, "handler": p.holder}, []


def _transfer(p: Parts) -> Line:
    opinion = p.decks.draw("opinions", p.texts.opinions)
    p.holder = p.handler
    return p.operator, {"org": p.script.org, "handler": p.handler, "opinion": opinion}, []


def _record_progress(p: Parts) -> Line:
    first = p.done["record_progress"] == 1
    if p.redo is not None:
        content = p.redo.progress
    elif first:
        content = p.say(p.scene.progress)
    else:
        name = "pressed" if p.slow else "promised"
        content = p.decks.draw(name, p.texts.pressed if p.slow else p.texts.promised)
    shots = [p.shot("现场", messy=True, turn=3)] if first and p.rng.random() < 0.3 else []
    return p.holder, {"content": content}, [] if p.is_paper else shots


def _finish(p: Parts) -> Line:
    words: dict[str, Any] = {"result": p.scene.result, "content": p.say(p.scene.done)}
    if p.redo is not None:
        words["content"] = p.redo.again
    if p.scene.result == FinishResult.TRANSFERRED:
        words["moved_to"] = p.scene.moved or ""
    if p.is_paper:
        return p.holder, words, [p.shot("办结凭证", messy=False, turn=p.done["finish"])]
    turn = p.done["finish"] - 1
    before, after = p.shot("处理前", messy=True), p.shot("处理后", messy=False, turn=turn)
    return p.holder, words, [before, after]


def _verify(p: Parts) -> Line:
    methods = [VerifyMethod.PHONE, VerifyMethod.PAPERS]
    if not p.is_paper:
        methods += [VerifyMethod.ON_SITE, VerifyMethod.ON_SITE]
    method = p.rng.choice(methods).value
    opinion = p.say(p.decks.draw(f"checks {method}", p.texts.checks[method]))
    on_site = method == VerifyMethod.ON_SITE.value
    shots = [p.shot("核查", messy=False, turn=p.done.get("finish", 1) - 1)] if on_site else []
    return p.checker, {"method": method, "opinion": opinion}, shots


def _rework(p: Parts) -> Line:
    p.redo = p.decks.draw("reworks", p.texts.reworks, lambda one: one.desk or not p.is_paper)
    words = {"faults": p.redo.faults, "demand": p.redo.demand, "reason": p.redo.reason}
    return p.checker, words, []


def _feedback(p: Parts) -> Line:
    script = p.script
    if script.channel == "PATROL":
        return p.checker, {"no_feedback": NoFeedback.INTERNAL.value}, []
    if script.caller.is_anonymous and not script.caller.phone:
        return p.checker, {"no_feedback": NoFeedback.ANONYMOUS.value}, []
    method = "书面"
    if script.channel not in IN_WRITING:
        method = p.rng.choice(["电话", "电话", "当面", "短信"])
    content = p.say(p.decks.draw(f"feedbacks {method}", p.texts.feedbacks[method]))
    receiver = script.caller.name or p.cast.names[p.reporter]
    return p.checker, {"method": method, "content": content, "receiver": receiver}, []


def _archive(p: Parts) -> Line:
    return p.checker, {"retention": RETENTION[p.script.level]}, []


def _reject(p: Parts) -> Line:
    words = {
        "reject_reason": p.scene.reject or "",
        "notice": p.scene.notice,
        "method": "电话" if p.script.caller.phone else "公告",
        "reason": p.scene.reason,
    }
    return p.cast.deputies[0], words, []


def _cancel(p: Parts) -> Line:
    accepted = "accept" in p.done
    card = p.decks.draw(
        "withdrawals", p.texts.withdrawals, lambda one: (one.mistake is not None) == accepted
    )
    who = p.cast.deputies[0] if accepted else p.reporter
    return who, {"reason": card.reason, "mistake": card.mistake or ""}, []


_LINES: Mapping[str, Callable[[Parts], Line]] = {
    "draft": _draft,
    "report": _report,
    "request_supplement": _request_supplement,
    "supplement": _supplement,
    "accept": _accept,
    "dispatch": _dispatch,
    "return_case": _return_case,
    "sign_in": _sign_in,
    "transfer": _transfer,
    "record_progress": _record_progress,
    "finish": _finish,
    "verify": _verify,
    "rework": _rework,
    "feedback": _feedback,
    "archive": _archive,
    "reject": _reject,
    "cancel": _cancel,
}
