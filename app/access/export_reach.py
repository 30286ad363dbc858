"""导出的范围：哪几条任职给了导出、各给到哪些行；看得到的不一定都导得出."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, or_, true

from app.access.actor import Actor, Alternatives, HoldingView
from app.access.scope import condition_for

MODULE, VERB = "export", "masked"
EVERYTHING, OWN_PLATFORM = ("ALL",), ("OWN_PLATFORM",)


@dataclass(frozen=True, slots=True)
class ExportReach:
    """导出的范围（export reach）：给了导出的任职（动作、限定、行须出自同一条任职）.

    ``whole`` 为不另限定的任职所成的操作人，``own`` 为只限本平台的任职所成的；``platforms``
    是后者的平台。不认得的限定按没有授权算。
    """

    actor: Actor
    whole: tuple[HoldingView, ...]
    own: tuple[HoldingView, ...]

    @property
    def platforms(self) -> frozenset[str]:
        """只限本平台的任职各是哪个平台."""
        return frozenset(h.platform for h in self.own if h.platform)

    @property
    def is_empty(self) -> bool:
        """一行也导不出."""
        return not (self.whole or self.platforms)

    @property
    def is_limited(self) -> bool:
        """只导得出本平台的."""
        return not self.whole

    @property
    def exporter(self) -> Actor:
        """只带着给了导出的任职的操作人：清单的走法与范围都按它算."""
        return replace(self.actor, holdings=(*self.whole, *self.own))

    def condition(self, model: Any) -> ColumnElement[bool]:
        """在操作人的数据范围之外，导出再限到哪些行（``model`` 须有 ``platform``）."""
        if not self.own:
            return true()
        mine: ColumnElement[bool] = model.platform.in_(sorted(self.platforms))
        if not self.whole:
            return mine
        unlimited = condition_for(model, replace(self.actor, holdings=self.whole))
        return or_(unlimited, mine)


def _gives(groups: Alternatives, wanted: tuple[str, ...]) -> bool:
    return wanted in groups


def export_reach(actor: Actor) -> ExportReach:
    """此人的导出范围；看任职的授权，不看行."""
    groups = {h.id: actor.granted(h, MODULE, VERB) for h in actor.current}
    whole = tuple(h for h in actor.current if _gives(groups[h.id], EVERYTHING))
    own = tuple(
        h
        for h in actor.current
        if h not in whole and h.platform and _gives(groups[h.id], OWN_PLATFORM)
    )
    return ExportReach(actor, whole, own)
