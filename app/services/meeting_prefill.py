"""纪要的底子：上周收办的快照、一句分析、本周到期的安排、印发范围；起草时填好，人再改."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.access.actor import Actor
from app.domain.weeks import Week
from app.domain.working_time import DAY, WorkingCalendar
from app.queries.meeting_figures import due_soon, week_counts
from app.queries.names import names_of
from app.services.meeting_step import Deed
from app.services.rules import calendar_of

HEADS = ("指标", "上周", "再上一周")
ROWS = (
    ("收件（件）", "received"),
    ("办结（件）", "finished"),
    ("退回重分（件）", "returned"),
    ("周末在办（件）", "open"),
    ("周末超期（件）", "overdue"),
)
BASIS = "口径：以主办平台计，按本平台收到、办结、退回的时刻归周；周一零时至周日二十四时。"


def prefill(deed: Deed) -> tuple[list[dict[str, Any]], str]:
    """正文各节与印发范围：快照锁定在此刻，以后不再变."""
    meeting, body = deed.meeting, deed.body
    if meeting.platform is None or meeting.week is None:
        return [{"code": "analysis", "text": ""}, {"code": "arrangements", "rows": []}], ""
    calendar = calendar_of(meeting.township_id)
    this = Week(meeting.year, meeting.week)
    snapshot, last = _snapshot(deed, calendar, this)
    sections = [
        {"code": "analysis", "text": _analysis(last, this.shift(-1))},
        snapshot,
        {
            "code": "arrangements",
            "rows": _arrangements(deed.actor, meeting.platform, this, calendar),
        },
    ]
    return sections, f"{body.name}各成员单位"


def _span(week: Week, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
    return calendar.moment(week.first), calendar.moment(week.last + DAY)


def _snapshot(
    deed: Deed, calendar: WorkingCalendar, this: Week
) -> tuple[dict[str, Any], dict[str, int]]:
    meeting = deed.meeting
    counts = []
    for week in (this.shift(-1), this.shift(-2)):
        since, until = _span(week, calendar)
        counts.append(
            week_counts(
                meeting.platform or "",
                township_id=meeting.township_id,
                since=since,
                until=until,
            )
        )
    rows = [[label, *(str(one[key]) for one in counts)] for label, key in ROWS]
    snapshot = {
        "code": "snapshot",
        "number": f"SNAP-{this.shift(-1).code}-{meeting.platform}",
        "title": "上周收办情况",
        "as_of": deed.now.astimezone(UTC).isoformat(timespec="seconds"),
        "heads": list(HEADS),
        "rows": rows,
        "note": BASIS,
    }
    return snapshot, counts[0]


def _analysis(last: dict[str, int], week: Week) -> str:
    first, end = week.first, week.last
    return (
        f"上周（{first.month}月{first.day}日至{end.month}月{end.day}日）本平台收件"
        f"{last['received']}件，办结{last['finished']}件，退回重分{last['returned']}件；"
        f"周末在办{last['open']}件，其中超期{last['overdue']}件。"
    )


def _arrangements(
    actor: Actor, platform: str, this: Week, calendar: WorkingCalendar
) -> list[dict[str, str]]:
    since, until = _span(this, calendar)
    names = names_of(actor.township_id)
    return [
        {
            "content": f"按期办结{row.number}“{row.title}”",
            "responsible": names.person(row.handler_id),
            "lead_unit": names.org(row.org_id),
            "due": calendar.local_day(row.due_at).isoformat(),
        }
        for row in due_soon(platform, actor=actor, since=since, until=until)
    ]
