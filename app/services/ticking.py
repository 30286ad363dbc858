"""到点的事：黄红牌、挂起到日自动恢复、缺日历的提醒."""

from __future__ import annotations

from datetime import datetime

from app.services import calendar_year, case_cards, case_joint, case_suspend


def tick(*, now: datetime) -> int:
    """到点的事全做一遍，返回做了几件；幂等，不提交."""
    total = 0
    while found := once(now=now):
        total += found
    return total


def once(*, now: datetime) -> int:
    """到点的事做一批，返回做了几件；先恢复，再发牌；周一还看缺不缺日历."""
    calendar_year.remind(now=now)
    return sum(
        (
            case_suspend.resume_due(now=now),
            case_joint.resume_after_meeting(now=now),
            case_cards.tick(now=now),
        )
    )
