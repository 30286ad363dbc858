"""演示的联席会议：排期、征集、列入、点名、审议、议定、纪要三签、落实，由故事写定的人一步步做."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.plan.demo_acts_joint import resolution_of
from app.plan.demo_lines import noon
from app.plan.demo_texts import JointItem, JointText
from app.plan.demo_turn import Turn
from app.queries.names import names_of
from app.services import meetings
from models.meeting import AgendaItem

SERIES = "MS-JM"
OWN = "OWN"
STANDING = "FOLLOW_UP"


def _text(turn: Turn) -> JointText:
    return turn.stage.texts.joint


def _meeting(turn: Turn) -> int:
    return turn.stage.meetings[SERIES]


def _schedule(turn: Turn) -> None:
    row = meetings.schedule(
        series_id=turn.stage.ids["series"][SERIES],
        planned_at=_held_at(turn),
        place=_text(turn).place,
        is_demo=True,
        **turn.by,
    )
    turn.stage.meetings[SERIES] = row.id


def _held_at(turn: Turn) -> datetime:
    """开会的时刻：故事里头一次点名（平移后）."""
    story = next(one for one in turn.stage.plan.stories if one.id == turn.script.key)
    at = next(step.at for step in story.others if step.action == "meeting.roll_call")
    return turn.stage.ruler.moved(at)


def _notice(turn: Turn) -> None:
    meetings.notice(_meeting(turn), **turn.by)


def _collect(turn: Turn) -> None:
    text = _text(turn)
    meetings.collect(_meeting(turn), title=text.title, section=text.section, **turn.by)


def _items(turn: Turn) -> list[tuple[AgendaItem, JointItem]]:
    """三个议题依要议的先后：键是案件故事的取它的议题，其余是自拟的."""
    rows = list(
        session.execute(select(AgendaItem).where(AgendaItem.meeting_id == _meeting(turn))).scalars()
    )
    found = []
    for key, text in _text(turn).items.items():
        case = turn.stage.cases.get(key)
        wanted = (OWN, None) if case is None else ("CASE", case.id)
        found.append((next(r for r in rows if (r.source, r.case_id) == wanted), text))
    return found


def _admit(turn: Turn) -> None:
    """排好次序，一并列入."""
    items = [item for item, _ in _items(turn)]
    for place, item in enumerate(items, start=1):
        while item.order_no > place:
            meetings.arrange(_meeting(turn), item_id=item.id, up=True, **turn.by)
    meetings.admit(_meeting(turn), item_ids=[item.id for item in items], **turn.by)


def _leave(turn: Turn) -> None:
    reason = _text(turn).leave[turn.act.who]
    meetings.request_leave(_meeting(turn), reason=reason, **turn.by)


def _open(turn: Turn) -> None:
    meetings.open_meeting(_meeting(turn), **turn.by)
    meetings.mark_all_present(_meeting(turn), **turn.by)


def _debate(turn: Turn) -> None:
    standing = session.execute(
        select(AgendaItem.id).where(
            AgendaItem.meeting_id == _meeting(turn), AgendaItem.source == STANDING
        )
    ).scalar_one()
    said = [(standing, _text(turn).standing, "")]
    said += [(item.id, text.discussion, text.conclusion) for item, text in _items(turn)]
    for key, discussion, conclusion in said:
        meetings.deliberate(
            _meeting(turn), item_id=key, discussion=discussion, conclusion=conclusion, **turn.by
        )


def _resolve(turn: Turn) -> None:
    orgs = turn.stage.ids["org"]
    for item, text in _items(turn):
        until = noon(text.due)
        terms = meetings.Terms(
            content=text.content,
            duty_person_id=turn.person(text.duty),
            lead_org_id=orgs[text.org],
            due_on=turn.day(until) if until else None,
            assist_org_ids=[orgs[code] for code in text.assist],
            criteria=text.criteria,
        )
        meetings.resolve(_meeting(turn), item_id=item.id, terms=terms, **turn.by)


def _close(turn: Turn) -> None:
    meetings.close(_meeting(turn), **turn.by)


def _draft(turn: Turn) -> None:
    text, names = _text(turn), names_of(turn.stage.township_id)
    rows = [
        {
            "content": one.content,
            "responsible": turn.stage.cast.names[one.duty],
            "lead_unit": names.org(turn.stage.ids["org"][one.org]),
            "due": turn.day(until).isoformat() if (until := noon(one.due)) else "",
        }
        for one in text.plans
    ]
    draft = meetings.Draft(text.analysis, rows, text.distribution)
    meetings.draft_minutes(_meeting(turn), draft=draft, **turn.by)


def _review(turn: Turn) -> None:
    meetings.review_minutes(_meeting(turn), opinion=_text(turn).review, **turn.by)


def _sign(turn: Turn) -> None:
    meetings.sign_minutes(_meeting(turn), **turn.by)


def _report(turn: Turn) -> None:
    meetings.report_resolution(resolution_of(turn).id, text=turn.says["text"], done=True, **turn.by)


def _confirm(turn: Turn) -> None:
    meetings.confirm_resolution(resolution_of(turn).id, **turn.by)


MEETING_DEEDS: Mapping[str, Callable[[Turn], None]] = {
    "meeting.schedule": _schedule,
    "meeting.schedule.2": _notice,
    "meeting.collect_agenda": _collect,
    "meeting.admit_agenda": _admit,
    "meeting.request_leave": _leave,
    "meeting.request_leave.2": _leave,
    "meeting.request_leave.3": _leave,
    "meeting.roll_call": _open,
    "meeting.roll_call.2": _debate,
    "meeting.roll_call.3": _close,
    "resolution.assign": _resolve,
    "meeting.draft_minutes": _draft,
    "meeting.review_minutes": _review,
    "meeting.sign_minutes": _sign,
    "resolution.report": _report,
    "resolution.confirm": _confirm,
}
