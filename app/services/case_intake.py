"""登记：草稿、上报、退回补正、补正."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.access.case_verdict import entitled
from app.db import session
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.domain.numbering import case_number
from app.queries.case_facts import facts_of, facts_of_new
from app.services import numbers
from app.services.attachments import bind
from app.services.case_record import Informant, describe, name_informant, place_case
from app.services.case_step import Step, open_draft, take_step
from app.services.rules import calendar_of
from models.case import Case, CaseText
from models.platform import Category, Channel
from models.township import Township


@dataclass(frozen=True, slots=True)
class Intake:
    """登记表（来件登记）：一件来件填写的全部内容；时刻为带时区的时刻，机构村网格为编号."""

    channel: str
    title: str
    body: str = ""
    received_at: datetime | None = None
    occurred_at: datetime | None = None
    category_id: int | None = None
    service_item_id: int | None = None
    level: str = "一般"
    kind: str = "EVENT"
    village_id: int | None = None
    grid_id: int | None = None
    point_village_id: int | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    people_count: int | None = None
    county_due_at: datetime | None = None
    channel_data: Mapping[str, Any] = field(default_factory=dict)
    informant: Informant = field(default_factory=Informant)
    attachments: Sequence[int] = ()


def replaced(intake: Intake, **changes: Any) -> Intake:
    """登记表改几处（replace）：其余照旧."""
    return replace(intake, **changes)


def channel_of(township_id: int, code: str) -> Channel:
    """已启用的渠道。Raises Refused('channel_disabled')."""
    channel = session.execute(
        select(Channel).where(Channel.township_id == township_id, Channel.code == code)
    ).scalar_one_or_none()
    if channel is None or not channel.is_enabled:
        raise Refused("channel_disabled", channel=code)
    return channel


def category_of(township_id: int, category_id: int | None) -> Category | None:
    """本乡的小类；编号不对即拒绝。Raises Refused('category_not_found')."""
    if category_id is None:
        return None
    category = session.get(Category, category_id)
    if category is None or category.township_id != township_id or category.parent_id is None:
        raise Refused("category_not_found", field="category_id")
    return category


def draft(
    intake: Intake,
    *,
    actor: Actor,
    now: datetime,
    submit_key: str | None = None,
    is_demo: bool = False,
) -> Case:
    """登记草稿（plan 三(二)3）：不占案件编号；``submit_key`` 相同的重复提交得同一件."""
    known = _submitted(actor, submit_key)
    if known is not None:
        return known
    if actor.person_id is None:
        raise Refused("system_only")
    channel_of(actor.township_id, intake.channel)
    moment = now.astimezone(UTC)
    case = Case(
        township_id=actor.township_id,
        created_at=moment,
        updated_at=moment,
        registrar_id=actor.person_id,
        registrar_org_id=actor.org_id,
        channel=intake.channel,
        title=intake.title.strip(),
        submit_key=submit_key,
        is_demo=is_demo,
        version=1,
        round=1,
        turn=0,
    )
    _fill(case, intake)
    facts = facts_of_new(
        township_id=actor.township_id,
        channel=intake.channel,
        reporter_id=actor.person_id,
        reporter_org_id=actor.org_id,
    )
    open_draft(case, actor=actor, now=now, facts=facts)
    _attach_text(case, intake)
    bind(intake.attachments, case=case, actor=actor, action=Action.DRAFT)
    return case


def _submitted(actor: Actor, key: str | None) -> Case | None:
    if key is None:
        return None
    return session.execute(
        select(Case).where(Case.submit_key == key, Case.registrar_id == actor.person_id)
    ).scalar_one_or_none()


def _fill(case: Case, intake: Intake) -> None:
    category = category_of(case.township_id, intake.category_id)
    case.channel = intake.channel
    case.title = (intake.title or "").strip()
    case.received_at = intake.received_at
    case.occurred_at = intake.occurred_at
    case.category_id = intake.category_id
    case.service_item_id = intake.service_item_id
    case.level = intake.level
    case.kind = intake.kind
    case.people_count = intake.people_count
    case.county_due_at = intake.county_due_at
    case.is_sensitive = bool(category and category.is_sensitive)
    case.channel_data = dict(intake.channel_data)
    place_case(
        case,
        village_id=intake.village_id,
        grid_id=intake.grid_id,
        point_village_id=intake.point_village_id,
        place=intake.place,
        lon=intake.lon,
        lat=intake.lat,
    )


def _attach_text(case: Case, intake: Intake) -> None:
    describe(case, body=intake.body, phone=intake.informant.phone)
    name_informant(case, intake.informant)


def save_draft(
    case: Case, intake: Intake, *, actor: Actor, now: datetime, seen: int | None = None
) -> Case:
    """改草稿：只有登记人，只在上报之前。Raises Refused('own_record' | 'no_such_step')."""
    if case.registrar_id != actor.person_id:
        raise Refused("own_record", reporter_id=case.registrar_id)
    if case.state != "DRAFT":
        raise Refused("no_such_step", state=case.state, action="draft")
    if seen is not None and seen != case.version:
        raise Refused("changed_meanwhile", who=actor.name, what="draft", at=case.updated_at)
    channel_of(actor.township_id, intake.channel)
    _fill(case, intake)
    _attach_text(case, intake)
    bind(intake.attachments, case=case, actor=actor, action=Action.DRAFT)
    case.version += 1
    case.updated_at = now.astimezone(UTC)
    session.flush()
    return case


def report(case: Case, *, actor: Actor, now: datetime, seen: int | None = None) -> Step:
    """上报（plan 三(三)）：取编号、进统一台账、受理时钟起动。Raises Refused."""

    return take_step(case, Action.REPORT, actor=actor, now=now, seen=seen, changes=enter_ledger)


def enter_ledger(step: Step) -> None:
    """进统一台账：取编号（同一序列、年内不跳号），记上报时刻，正文可供检索."""
    case = step.case
    township = session.get_one(Township, case.township_id)
    year = calendar_of(case.township_id).local(step.now).year
    case.seq = numbers.take(case.township_id, "case", year)
    case.year = year
    case.number = case_number(year, case.seq, prefix=township.number_prefix)
    case.reported_at = step.now.astimezone(UTC)
    text = session.get_one(CaseText, case.id)
    text.reported_at = case.reported_at
    text.is_sensitive = case.is_sensitive
    step.data["number"] = case.number


def request_supplement(
    case: Case, *, items: str, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Step:
    """退回补正：一次性告知全部缺项，同一案至多两次。Raises Refused."""

    def changes(step: Step) -> None:
        case.supplement_count += 1
        step.data["items"] = items

    return take_step(
        case,
        Action.REQUEST_SUPPLEMENT,
        actor=actor,
        now=now,
        seen=seen,
        inputs={"items": items},
        reason=reason,
        changes=changes,
    )


def supplement(
    case: Case,
    *,
    content: str,
    actor: Actor,
    now: datetime,
    intake: Intake | None = None,
    call_at: datetime | None = None,
    attachments: Sequence[int] = (),
    seen: int | None = None,
) -> Step:
    """补正：登记人补，或党政办凭通话时间代补；留补正前后比对。Raises Refused."""
    before = {"title": case.title, "place": case.place}
    reference = call_at.isoformat() if call_at else ""
    if intake is not None:
        # 补的内容要计入必填，所以先填；填之前先判能不能补
        facts = facts_of(case)
        entitled(facts, Action.SUPPLEMENT, actor=actor, inputs={"reference": reference})
        _fill(case, intake)

    def changes(step: Step) -> None:
        if intake is not None:
            _attach_text(case, intake)
        bind(attachments, case=case, actor=actor, action=Action.SUPPLEMENT)
        after = {"title": case.title, "place": case.place}
        step.data.update({"content": content, "call_at": call_at, "from": before, "to": after})

    return take_step(
        case,
        Action.SUPPLEMENT,
        actor=actor,
        now=now,
        seen=seen,
        inputs={"content": content, "call_at": call_at, "reference": reference},
        changes=changes,
    )
