"""会上议过什么要回到案件：这件案件上过哪些会、议定了什么."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.access.scope import condition_for
from app.db import session
from app.queries.case_life import IN_FORCE, JOINT_MEETING
from models.case import Case
from models.meeting import AgendaItem, Meeting, Resolution
from models.people import Person
from models.platform import Body
from models.township import Org


def meetings_of_case(case_id: int, *, actor: Actor) -> list[Row[Any]]:
    """这件案件上过哪些会：会议与议题各列；只列此人看得到的会."""
    return list(
        session.execute(
            select(
                Meeting.id,
                Meeting.title,
                Meeting.planned_at,
                Meeting.state,
                AgendaItem.id.label("item_id"),
                AgendaItem.title.label("item_title"),
                AgendaItem.state.label("item_state"),
            )
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .where(AgendaItem.case_id == case_id, condition_for(Meeting, actor))
            .order_by(Meeting.planned_at.desc(), AgendaItem.id)
        ).all()
    )


def resolutions_of_case(case_id: int, *, actor: Actor) -> list[Row[Any]]:
    """关联这件案件的议定事项；案件须在此人范围内.

    已生效的谁看得到案件谁就看得到；拟定的只给看得到那次会议的人。``can_open`` 为真时可以点进会议。
    """
    visible = and_(Meeting.id == Resolution.meeting_id, condition_for(Meeting, actor))
    can_open = exists().where(visible).correlate(Resolution)
    duty = aliased(Person)
    home = aliased(Meeting)
    return list(
        session.execute(
            select(
                Resolution.id,
                Resolution.number,
                Resolution.order_no,
                Resolution.content,
                Resolution.state,
                Resolution.due_on,
                Resolution.duty_post,
                Resolution.assist_orgs,
                duty.name.label("duty"),
                Org.name.label("lead_org"),
                home.id.label("meeting_id"),
                home.title.label("meeting"),
                can_open.label("can_open"),
            )
            .join(home, home.id == Resolution.meeting_id)
            .outerjoin(duty, duty.id == Resolution.duty_person_id)
            .outerjoin(Org, Org.id == Resolution.lead_org_id)
            .where(
                Resolution.case_id == case_id,
                exists().where(Case.id == case_id, condition_for(Case, actor)),
                or_(Resolution.state != "DRAFTED", can_open),
            )
            .order_by(home.planned_at.desc(), Resolution.order_no)
        ).all()
    )


def resolutions_for(case: Case) -> list[Row[Any]]:
    """以本案为议题来源、已生效的联席会议决议：决议回写时挑一条."""
    return list(
        session.execute(
            select(Resolution.id, Resolution.number, Resolution.content)
            .join(AgendaItem, AgendaItem.id == Resolution.agenda_item_id)
            .join(Meeting, Meeting.id == Resolution.meeting_id)
            .join(Body, Body.id == Meeting.body_id)
            .where(
                AgendaItem.case_id == case.id,
                Body.code == JOINT_MEETING,
                Resolution.state.in_(IN_FORCE),
            )
            .order_by(Resolution.effective_at.desc(), Resolution.order_no)
        ).all()
    )
