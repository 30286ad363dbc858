"""判定：一件事能不能做——须有一条任职同时给出动作、限定与行."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.actor import Actor, HoldingView
from app.access.limits import Deed, holds
from app.access.reach import is_reachable
from app.access.subject import Subject
from app.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Decision:
    """判定结果：可行时是以哪条任职；不可行时差哪一件（verb、limit、row）与缺的限定."""

    holding: HoldingView | None
    lacks: str | None = None
    limit: str | None = None

    @property
    def allowed(self) -> bool:
        """可行."""
        return self.holding is not None


_ORDER = {"在任": 0, "代行": 1, "兼任": 2, "委托": 3}
_NEARNESS = {"verb": 0, "row": 1, "limit": 2}


def _judge(
    holding: HoldingView, actor: Actor, subject: Subject, module: str, action: str
) -> Decision:
    groups = actor.granted(holding, module, action)
    if not groups:
        return Decision(None, "verb")
    if not is_reachable(holding, actor, subject):
        return Decision(None, "row")
    deed = Deed(holding, actor, subject, module, action)
    missing: str | None = None
    for group in groups:
        failed = next((code for code in group if not holds(code, deed)), None)
        if failed is None:
            return Decision(holding)
        missing = missing or failed
    return Decision(None, "limit", missing)


def decide(actor: Actor, module: str, action: str, subject: Subject) -> Decision:
    """判定动作能否由此人对此对象做（holding_rules）；几条都成立时取在任先于代行、兼任、委托."""
    best = Decision(None, "verb")
    for holding in sorted(actor.current, key=lambda h: (_ORDER.get(h.mode, 9), h.id)):
        found = _judge(holding, actor, subject, module, action)
        if found.allowed:
            return found
        if _NEARNESS[found.lacks or "verb"] > _NEARNESS[best.lacks or "verb"]:
            best = found
    return best


def require(actor: Actor, module: str, action: str, subject: Subject) -> HoldingView:
    """须能做，否则拒绝；返回署名用的那条任职。Raises Refused('not_granted' | 'out_of_scope' |
    'limit')."""
    found = decide(actor, module, action, subject)
    if found.holding is not None:
        return found.holding
    code = {"verb": "not_granted", "row": "out_of_scope", "limit": "limit"}[found.lacks or "verb"]
    raise Refused(code, action=f"{module}.{action}", limit=found.limit)
