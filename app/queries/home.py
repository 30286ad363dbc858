"""工作台：乡名、等我办的件数."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.queries.case_counts import CaseCounts
from models.township import Township


class TownshipName(NamedTuple):
    """乡的名称与简称."""

    name: str
    short_name: str


_only: list[TownshipName] = []
NEXT = {
    "REPORTED": "accept",
    "ACCEPTED": "dispatch",
    "DISPATCHED": "sign_in",
    "PROCESSING": "finish",
    "HANDLED": "verify",
    "VERIFIED": "feedback",
}
"""状态 → 下一步的动作."""

_known: dict[int, TownshipName] = {}


def township_of(actor: Actor) -> TownshipName:
    """本乡的名称；乡名不在界面上改，进程里记着."""
    if actor.township_id not in _known:
        row = session.execute(
            select(Township.name, Township.short_name).where(Township.id == actor.township_id)
        ).one()
        _known[actor.township_id] = TownshipName(*row)
    return _known[actor.township_id]


def only_township() -> TownshipName | None:
    """库里只有一个乡时它的名称（登录页上用）；几个乡的不知道是哪个，为空."""
    if not _only:
        rows = session.execute(select(Township.name, Township.short_name).limit(2)).all()
        if len(rows) != 1:
            return None
        _only.append(TownshipName(*rows[0]))
    return _only[0]


def waiting(actor: Actor, counts: CaseCounts) -> Mapping[str, int]:
    """等这个人办的：只数他有权走下一步的状态."""
    return {s: counts.of(s) for s, verb in NEXT.items() if actor.has_verb("case", verb)}
