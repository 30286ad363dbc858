"""重复提交：同一个人、同一个动作、同样的内容，正好是他看见的下一版，就是点了两下."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.case_words import Action
from app.queries.case_page import last_entry
from app.services.journal import plain
from models.case import Case
from views.base import current_actor


def is_repeat(case: Case, action: Action, seen: int | None, given: Mapping[str, Any]) -> bool:
    """这一次提交是不是已经办成了的那一次."""
    entry = last_entry(case.id)
    if entry is None or entry.action != action or seen != case.version - 1:
        return False
    if entry.actor_id != current_actor().person_id:
        return False
    told = {**entry.data, "reason": entry.opinion or ""}
    return all(told[name] == v for name, v in plain(given).items() if name in told and v)
