"""到点的事：现在是黄红牌；以后的提醒、自动恢复也从这里走."""

from __future__ import annotations

from datetime import datetime

from app.services import case_cards


def tick(*, now: datetime) -> int:
    """到点的事全做一遍，返回做了几件；幂等，不提交."""
    total = 0
    while found := case_cards.tick(now=now):
        total += found
    return total
