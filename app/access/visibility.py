"""正文可见程度：看得到这一行，不等于看得到它的全部."""

from __future__ import annotations

from enum import IntEnum

from app.access.actor import Actor, HoldingView
from app.access.reach import covers, reach_of
from app.access.subject import Subject


class Sight(IntEnum):
    """可见程度：看不见、只见编号状态、脱敏、全部；数大的宽."""

    NONE = 0
    NUMBER = 1
    MASKED = 2
    FULL = 3


def _sensitive(holding: HoldingView, actor: Actor, subject: Subject) -> Sight:
    own = subject.reporter_id is not None and subject.reporter_id == actor.person_id
    early = subject.state in ("DRAFT", "REPORTED", "SUPPLEMENT", "ACCEPTED")
    match holding.sensitive:
        case "full":
            return Sight.FULL
        case "assigned_only":
            mine = subject.handler_id is not None and subject.handler_id == actor.person_id
            return Sight.FULL if mine or (own and early) else Sight.NUMBER
        case _:
            return Sight.FULL if own and early else Sight.NUMBER


def _ordinary(holding: HoldingView) -> Sight:
    return Sight.MASKED if holding.scope == "masked" else Sight.FULL


def sight_of(holding: HoldingView, actor: Actor, subject: Subject) -> Sight:
    """这条任职让人看到多少."""
    if subject.state == "DRAFT":
        mine = subject.reporter_id is not None and subject.reporter_id == actor.person_id
        return Sight.FULL if mine else Sight.NONE
    if not covers(reach_of(holding, actor), subject):
        return Sight.NONE
    return _sensitive(holding, actor, subject) if subject.is_sensitive else _ordinary(holding)


def sight(actor: Actor, subject: Subject) -> Sight:
    """各任职中最宽的一条有效."""
    if subject.township_id != actor.township_id:
        return Sight.NONE
    found = max((sight_of(h, actor, subject) for h in actor.holdings), default=Sight.NONE)
    return capped(found, actor, sensitive=subject.is_sensitive)


def capped(found: Sight, actor: Actor, *, sensitive: bool) -> Sight:
    """预览的上限：以别人的身份看的，敏感件只见编号，其余脱敏；本人看的不变."""
    if not actor.is_preview:
        return found
    return min(found, Sight.NUMBER if sensitive else Sight.MASKED)
