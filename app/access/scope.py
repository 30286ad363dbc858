"""数据范围的登记处：哪个模型、对谁、看得到哪些行；没登记的模型一律报错."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from app.access.actor import Actor
from app.access.assessed import ASSESSED
from app.access.reach import Reach, reach
from app.db import session
from app.domain.errors import Refused
from models.assessment import Assessment
from models.attachment import Attachment, Document, Notification
from models.case import Case, CaseInformant, CaseText
from models.case_life import CaseProposal, CaseRating, QueryCode, SpotSample
from models.case_parts import (
    Assignment,
    CaseCheck,
    CaseClock,
    CaseFeedback,
    CaseOrg,
    CaseResult,
    Cooperation,
    Supervision,
)
from models.export import ExportJob
from models.journal import Journal
from models.meeting import AgendaItem, Attendance, Meeting, MeetingSeries, Minutes, Resolution
from models.people import GridMember, Holding, Person, Post
from models.platform import (
    Body,
    BodyMember,
    CarrierSystem,
    Category,
    Channel,
    Platform,
    PlatformOrg,
    ServiceItem,
)
from models.record import Record
from models.rules import CalendarDay, CalendarYear, RuleSet
from models.security import Account, RoleProfile
from models.township import Grid, GridVillage, Org, Village

Condition = ColumnElement[bool]
Scope = Callable[[Actor], Condition]
T = TypeVar("T")


class Unscoped(RuntimeError):  # noqa: N818
    """这个模型没有登记数据范围：先在 SCOPES 里写明."""


def _platform_rows(found: Reach) -> Condition:
    # 只与案件相关：外层就从交办表走起时，自动相关会把这里的表也拿走
    rows = exists().where(
        Assignment.case_id == Case.id,
        Assignment.is_listed,
        Assignment.platform.in_(found.platforms),
    )
    return rows.correlate(Case)


def _org_rows(found: Reach) -> Condition:
    rows = exists().where(CaseOrg.case_id == Case.id, CaseOrg.org_id.in_(found.org_ids))
    return rows.correlate(Case)


def _service_rows(found: Reach) -> Condition:
    return and_(Case.kind == "SERVICE", Case.point_village_id.in_(found.service_village_ids))


def case_condition(found: Reach, actor: Actor) -> Condition:
    """数据范围化成案件的 SQL 条件；与 reach.covers 逐条对应（性质测试保证）."""
    choices: tuple[tuple[object, Callable[[], Condition]], ...] = (
        (found.township, true),
        (found.platforms, lambda: _platform_rows(found)),
        (found.org_ids, lambda: _org_rows(found)),
        (found.grid_ids, lambda: Case.grid_id.in_(found.grid_ids)),
        (found.village_ids, lambda: Case.village_id.in_(found.village_ids)),
        (found.service_village_ids, lambda: _service_rows(found)),
        (found.case_ids, lambda: Case.id.in_(found.case_ids)),
        (found.lead_of is not None, lambda: Case.lead_person_id == found.lead_of),
        (found.own_of is not None, lambda: Case.registrar_id == found.own_of),
    )
    parts: list[Condition] = [make() for wanted, make in choices if wanted]
    rows = or_(*parts) if parts else false()
    mine = Case.registrar_id == actor.person_id if actor.person_id is not None else false()
    return and_(Case.township_id == actor.township_id, rows, or_(Case.state != "DRAFT", mine))


def _case(actor: Actor) -> Condition:
    return case_condition(reach(actor), actor)


def _of_case(column: Any) -> Scope:
    def scope(actor: Actor) -> Condition:
        return exists().where(Case.id == column, _case(actor))

    return scope


def _township(model: Any) -> Scope:
    def scope(actor: Actor) -> Condition:
        condition: Condition = model.township_id == actor.township_id
        return condition

    return scope


def _wide(actor: Actor) -> bool:
    return any(
        h.scope in ("township", "township_readonly") and h.body_id is None for h in actor.holdings
    )


def _meeting(actor: Actor) -> Condition:
    inside = Meeting.township_id == actor.township_id
    if _wide(actor):
        return inside
    platforms = {h.platform for h in actor.holdings if h.platform}
    bodies = {h.body_id for h in actor.holdings if h.body_id}
    attended = exists().where(
        Attendance.meeting_id == Meeting.id, Attendance.person_id == actor.person_id
    )
    return and_(inside, or_(Meeting.platform.in_(platforms), Meeting.body_id.in_(bodies), attended))


def _of_meeting(column: Any) -> Scope:
    def scope(actor: Actor) -> Condition:
        return exists().where(Meeting.id == column, _meeting(actor))

    return scope


def _agenda(actor: Actor) -> Condition:
    listed = exists().where(Meeting.id == AgendaItem.meeting_id, _meeting(actor))
    mine = AgendaItem.proposer_id == actor.person_id
    return and_(AgendaItem.township_id == actor.township_id, or_(listed, mine))


def _document(actor: Actor) -> Condition:
    of_meeting = and_(
        Document.subject_kind == "meeting",
        exists().where(Meeting.id == Document.subject_id, _meeting(actor)),
    )
    of_case = and_(
        Document.subject_kind == "case",
        exists().where(Case.id == Document.subject_id, _case(actor)),
    )
    of_assessment = and_(
        Document.subject_kind == "assessment",
        exists().where(Assessment.id == Document.subject_id, ASSESSED[Assessment](actor)),
    )
    inside = Document.township_id == actor.township_id
    return and_(inside, or_(of_meeting, of_case, of_assessment))


def _record(actor: Actor) -> Condition:
    """登记册的条目：全乡的看全部；平台看自己的与没有归属的；挂着看得到的案件的也看得到."""
    inside = Record.township_id == actor.township_id
    if _wide(actor):
        return inside
    platforms = {h.platform for h in actor.holdings if h.platform}
    mine = or_(Record.platform.in_(platforms), Record.platform.is_(None)) if platforms else false()
    return and_(inside, or_(mine, exists().where(Case.id == Record.case_id, _case(actor))))


def _journal(actor: Actor) -> Condition:
    inside = Journal.township_id == actor.township_id
    if actor.has_verb("audit", "read"):
        return inside
    config = Journal.module.in_(("config", "user", "body"))
    if actor.has_verb("audit", "login"):
        return and_(inside, config)
    return and_(inside, exists().where(Case.id == Journal.case_id, _case(actor)))


def _attachment(actor: Actor) -> Condition:
    of_case = exists().where(Case.id == Attachment.case_id, _case(actor))
    of_meeting = and_(
        Attachment.subject_kind == "meeting",
        exists().where(Meeting.id == Attachment.subject_id, _meeting(actor)),
    )
    pending = and_(Attachment.case_id.is_(None), Attachment.person_id == actor.person_id)
    return and_(Attachment.township_id == actor.township_id, or_(of_case, of_meeting, pending))


def _account(actor: Actor) -> Condition:
    inside = Account.township_id == actor.township_id
    if actor.has_verb("user", "manage") or actor.has_verb("audit", "login"):
        return inside
    return and_(inside, Account.person_id == actor.person_id)


def _notification(actor: Actor) -> Condition:
    return Notification.person_id == actor.person_id


def _export(actor: Actor) -> Condition:
    return ExportJob.person_id == actor.person_id


def _anyone(_: Actor) -> Condition:
    return true()


SCOPES: dict[type[Any], Scope] = {
    Case: _case,
    CaseText: _of_case(CaseText.case_id),
    CaseInformant: _of_case(CaseInformant.case_id),
    Assignment: _of_case(Assignment.case_id),
    CaseOrg: _of_case(CaseOrg.case_id),
    CaseClock: _of_case(CaseClock.case_id),
    Supervision: _of_case(Supervision.case_id),
    CaseResult: _of_case(CaseResult.case_id),
    CaseCheck: _of_case(CaseCheck.case_id),
    CaseFeedback: _of_case(CaseFeedback.case_id),
    Cooperation: _of_case(Cooperation.case_id),
    CaseProposal: _of_case(CaseProposal.case_id),
    SpotSample: _of_case(SpotSample.case_id),
    CaseRating: _of_case(CaseRating.case_id),
    QueryCode: _of_case(QueryCode.case_id),
    Record: _record,
    Attachment: _attachment,
    Document: _document,
    Notification: _notification,
    ExportJob: _export,
    Journal: _journal,
    Meeting: _meeting,
    Attendance: _of_meeting(Attendance.meeting_id),
    Minutes: _of_meeting(Minutes.meeting_id),
    Resolution: _of_meeting(Resolution.meeting_id),
    AgendaItem: _agenda,
    Account: _account,
    **ASSESSED,
    Role: _anyone,
    RoleProfile: _anyone,
    **{
        model: _township(model)
        for model in (
            Org,
            Village,
            Grid,
            GridVillage,
            Person,
            Post,
            Holding,
            GridMember,
            Platform,
            PlatformOrg,
            CarrierSystem,
            Body,
            BodyMember,
            Channel,
            Category,
            ServiceItem,
            RuleSet,
            CalendarDay,
            CalendarYear,
            MeetingSeries,
        )
    },
}


def condition_for(model: type[Any], actor: Actor) -> Condition:
    """这个人看得到这个模型的哪些行。Raises Unscoped."""
    try:
        scope = SCOPES[model]
    except KeyError:
        raise Unscoped(model.__name__) from None
    return scope(actor)


def fetch(model: type[T], key: int, actor: Actor, *, lock: bool = False) -> T:
    """按主键取范围内的一行；不存在与不在范围内回答一样。Raises Refused('not_found')."""
    statement = select(model).where(
        model.__mapper__.primary_key[0] == key,  # type: ignore[attr-defined]
        condition_for(model, actor),
    )
    if lock:
        statement = statement.with_for_update(of=model).execution_options(populate_existing=True)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise Refused("not_found")
    return row
