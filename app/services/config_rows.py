"""配置的一行：写前写后各照一张，约束不许的说成拒绝，每改必记，停用不删除."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import DataError, IntegrityError

from app.access.actor import Actor, HoldingView
from app.db import session
from app.domain.errors import Refused
from app.services import config_touch, journal
from models.base import Sealed
from models.journal import Journal

_UNTOLD = frozenset({"id", "township_id", "sort_key", "phone_mark", "path"})
_FACTS_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Deed:
    """一次配置改动：模块与动作（授权用）、对象种类、做的是哪件事、理由."""

    module: str
    verb: str
    kind: str
    name: str
    reason: str | None = None


def snapshot(row: Any) -> dict[str, Any]:
    """照片（snapshot）：一行现在各列的值；加密的列只显出有没有变."""
    found: dict[str, Any] = {}
    for attribute in inspect(type(row)).column_attrs:
        if attribute.key in _UNTOLD:
            continue
        value = getattr(row, attribute.key)
        if isinstance(attribute.columns[0].type, Sealed):
            value = _veiled(value)
        found[attribute.key] = journal.plain(value)
    return found


def _veiled(value: str | None) -> str | None:
    return f"密·{hashlib.sha256(value.encode()).hexdigest()[:8]}" if value else None


def version_of(row: Any) -> str:
    """版本（version）：一行内容的指纹；表单带着它，提交时不同就是别人先改了."""
    text = json.dumps(snapshot(row), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def lock(row: Any, seen: str | None = None) -> None:
    """锁住这一行并重读；``seen`` 是表单带着的版本。Raises Refused('changed_meanwhile')."""
    session.refresh(row, with_for_update={"of": type(row)})
    if seen is not None and seen != version_of(row):
        raise Refused("changed_meanwhile")


def write() -> None:
    """写进数据库，约束此时检查；不许的，整个事务须作废。Raises Refused('broken_rule')."""
    try:
        session.flush()
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        raise Refused("broken_rule", rule=getattr(diagnosis, "constraint_name", "")) from None
    except DataError:
        raise Refused("broken_rule", rule="data") from None


def add(
    row: Any, deed: Deed, *, actor: Actor, now: datetime, holding: HoldingView | None = None
) -> Journal:
    """添一行。Raises Refused('broken_rule')."""
    session.add(row)
    write()
    return note(row, deed, {}, actor=actor, now=now, holding=holding)


def change(
    row: Any,
    deed: Deed,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    holding: HoldingView | None = None,
) -> Journal | None:
    """改一行（已改好、未写）；没有真改的不记。Raises Refused('broken_rule')."""
    write()
    if snapshot(row) == dict(before):
        return None
    return note(row, deed, before, actor=actor, now=now, holding=holding)


def end(row: Any, deed: Deed, last_day: date, *, actor: Actor, now: datetime) -> Journal:
    """停用、任期结束：``last_day`` 为最后一天（含）。Raises Refused('already_ended' |
    'end_before_start' | 'reason_needed')."""
    lock(row)
    if not (deed.reason or "").strip():
        raise Refused("reason_needed")
    if row.valid_to is not None and row.valid_to <= last_day:
        raise Refused("already_ended", day=row.valid_to)
    if last_day < row.valid_from:
        raise Refused("end_before_start", day=row.valid_from)
    before = snapshot(row)
    row.valid_to = last_day
    write()
    return note(row, deed, before, actor=actor, now=now)


def note(
    row: Any,
    deed: Deed,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    holding: HoldingView | None = None,
) -> Journal:
    """记一笔配置改动：谁、改了什么、原值新值、理由；配置版本加一."""
    after = snapshot(row)
    config_touch.touch(actor.township_id, now=now)
    return journal.record(
        actor=actor,
        now=now,
        module=deed.module,
        action=deed.verb,
        subject_kind=deed.kind,
        subject_id=row.id,
        holding=holding,
        opinion=deed.reason,
        data={
            "deed": deed.name,
            "name": str(row)[:_FACTS_LENGTH],
            "changes": differences(before, after),
        },
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """改了哪几列：列 → [原值, 新值]."""
    names = sorted({*before, *after})
    return {n: [before.get(n), after.get(n)] for n in names if before.get(n) != after.get(n)}
