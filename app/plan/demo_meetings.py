"""演示的例会：排期、通知、征集、点名、审议、议定、纪要三签、落实，一步一个节拍."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import partial

from sqlalchemy import select

from app.access.scope import condition_for
from app.db import session
from app.plan.demo_gathering import EVERY, OPENING, Gathering, planned_at
from app.plan.demo_minutes import confirm, draft, report, review, sign
from app.plan.demo_stage import Cue
from app.plan.demo_texts import filled
from app.queries.names import names_of
from app.services import meetings
from models.case import Case
from models.meeting import AgendaItem

LONGEST = 2
UNDER_WAY = ("DISPATCHED", "PROCESSING", "HANDLED")
DONE = ("VERIFIED", "ARCHIVED")
STANDING = "FOLLOW_UP"
PLATFORM_PLAN = "本周安排"
ORDER = 10_000


def cues_of(gathering: Gathering, number: int) -> Iterator[Cue]:
    """一次例会的各个节拍."""
    ruler = gathering.stage.ruler
    for step, (offset, at, deed) in enumerate(_STEPS):
        day = gathering.day + offset
        if day >= 0:
            return
        moment = ruler.moved(ruler.clock(day, at))
        what = f"{gathering.series.code}.{deed.__name__.strip('_')}"
        yield Cue(moment, (ORDER + number, step), what, partial(deed, gathering))


def _schedule(one: Gathering, now: datetime) -> None:
    meeting = meetings.schedule(
        series_id=one.stage.ids["series"][one.series.code],
        planned_at=planned_at(one),
        place=one.text.place,
        actor=one.stage.actor(one.first_operator, now),
        now=now,
        is_demo=True,
    )
    one.meeting_id = meeting.id


def _notice(one: Gathering, now: datetime) -> None:
    meetings.notice(one.meeting_id, actor=one.stage.actor(one.first_operator, now), now=now)


def _collect_cases(one: Gathering, now: datetime) -> None:
    """急的在办件列入议题；在办的不够两件，把近来办结的拿来举一反三."""
    actor = one.stage.actor(one.first_operator, now)
    chosen = list(
        session.execute(
            select(Case.id)
            .where(
                condition_for(Case, actor),
                Case.platform == one.platform,
                Case.state.in_(UNDER_WAY + DONE),
                Case.is_sensitive.is_(False),
            )
            .order_by(
                Case.state.in_(DONE),
                Case.card.is_(None),
                Case.reported_at.desc(),
            )
            .limit(LONGEST)
        ).scalars()
    )
    if chosen:
        made = meetings.collect_cases(one.meeting_id, case_ids=chosen, actor=actor, now=now)
        one.items += [item.id for item in made]


def _collect_own(one: Gathering, now: datetime) -> None:
    item = meetings.collect(
        one.meeting_id,
        title=one.text.title,
        section=PLATFORM_PLAN if PLATFORM_PLAN in one.series.agenda_types else "",
        actor=one.stage.actor(one.second_operator, now),
        now=now,
    )
    one.items.append(item.id)


def _admit(one: Gathering, now: datetime) -> None:
    meetings.admit(
        one.meeting_id, item_ids=one.items, actor=one.stage.actor(one.chief, now), now=now
    )


def _leave(one: Gathering, now: datetime) -> None:
    if one.absent is not None:
        meetings.request_leave(
            one.meeting_id,
            reason=one.stage.texts.debates.leave,
            actor=one.stage.actor(one.absent, now),
            now=now,
        )


def _open(one: Gathering, now: datetime) -> None:
    meetings.open_meeting(one.meeting_id, actor=one.stage.actor(one.first_operator, now), now=now)


def _roll_call(one: Gathering, now: datetime) -> None:
    meetings.mark_all_present(
        one.meeting_id, actor=one.stage.actor(one.first_operator, now), now=now
    )


def _debate(one: Gathering, now: datetime) -> None:
    debates = one.stage.texts.debates
    _deliberate(one, _standing(one), debates.opening if one.first else debates.standing, "", now)
    for key in one.items:
        item = session.get_one(AgendaItem, key)
        case = session.get(Case, item.case_id) if item.case_id else None
        if case is None:
            _deliberate(one, key, one.text.discussion, one.text.conclusion, now)
        else:
            over = case.state in DONE
            said = _draw(one, over, debates.discussions, debates.lessons)
            settled = _draw(one, over, debates.conclusions, debates.followings)
            _deliberate(one, key, _about(one, said, case), _about(one, settled, case), now)


def _draw(one: Gathering, over: bool, open_: tuple[str, ...], done: tuple[str, ...]) -> str:
    """在办的与办结的各有各的话；各叠以头一句为名."""
    cards = done if over else open_
    return one.decks.draw(cards[0], cards)


def _standing(one: Gathering) -> int:
    return session.execute(
        select(AgendaItem.id).where(
            AgendaItem.meeting_id == one.meeting_id, AgendaItem.source == STANDING
        )
    ).scalar_one()


def _deliberate(one: Gathering, item: int, said: str, settled: str, now: datetime) -> None:
    meetings.deliberate(
        one.meeting_id,
        item_id=item,
        discussion=said,
        conclusion=settled,
        actor=one.stage.actor(one.first_operator, now),
        now=now,
    )


def _about(one: Gathering, text: str, case: Case) -> str:
    org = names_of(one.stage.township_id).org(case.org_id or one.home)
    return filled(text, org=org, title=case.title)


def _resolve(one: Gathering, now: datetime) -> None:
    """每个议题一条议定事项：案件的由承办人负责，自拟的由起草的操作员负责."""
    calendar, debates = one.stage.ruler.calendar, one.stage.texts.debates
    for key in one.items:
        item = session.get_one(AgendaItem, key)
        case = session.get(Case, item.case_id) if item.case_id else None
        days = EVERY if case else one.text.days
        own = one.stage.person(one.first_operator, now)
        over = case is not None and case.state in DONE
        content = _draw(one, over, debates.contents, debates.sequels) if case else ""
        terms = meetings.Terms(
            content=_about(one, content, case) if case else one.text.content,
            duty_person_id=(case.handler_id if case else None) or own,
            lead_org_id=(case.org_id if case else None) or one.home,
            due_on=calendar.add_working_days(calendar.local_day(now), days),
            criteria=debates.criteria if case else one.text.criteria,
        )
        meetings.resolve(
            one.meeting_id,
            item_id=key,
            terms=terms,
            actor=one.stage.actor(one.first_operator, now),
            now=now,
        )


def _close(one: Gathering, now: datetime) -> None:
    meetings.close(one.meeting_id, actor=one.stage.actor(one.first_operator, now), now=now)


_STEPS = (
    (-4, time(10, 10), _schedule),
    (-3, time(9, 20), _notice),
    (-3, time(15, 10), _collect_cases),
    (-3, time(15, 40), _collect_own),
    (-2, time(10, 30), _admit),
    (-1, time(9, 5), _leave),
    (0, OPENING, _open),
    (0, time(14, 36), _roll_call),
    (0, time(15, 25), _debate),
    (0, time(15, 50), _resolve),
    (0, time(16, 0), _close),
    (1, time(9, 30), draft),
    (1, time(15, 20), review),
    (2, time(10, 0), sign),
    (4, time(16, 10), report),
    (5, time(9, 40), confirm),
)
