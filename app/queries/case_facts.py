"""案件事实：把一件案件此刻的行读成守卫与限定所看的值."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Row

from app.db import session
from app.domain.case_facts import CaseFacts
from app.domain.case_states import NEW
from app.queries.requirements import missing_archive, missing_fields
from models.case import Case, CaseInformant
from models.case_parts import (
    Assignment,
    CaseCheck,
    CaseFeedback,
    CaseOrg,
    CaseResult,
    Cooperation,
)
from models.journal import Journal
from models.platform import Category, Channel

HANDLING = ("sign_in", "transfer", "record_progress", "submit_cooperation", "finish")
APPROVING = ("approve_extension", "approve_suspend", "approve_escalation", "dispatch_multi")


def _counts(case: Case) -> Row[Any]:
    """一次取齐：反馈、核查、结果、交办、未复协办、保密."""
    this_round = CaseFeedback.round == case.round
    return session.execute(
        select(
            exists().where(CaseFeedback.case_id == case.id, this_round).label("fed_back"),
            exists()
            .where(CaseCheck.case_id == case.id, CaseCheck.round == case.round, CaseCheck.passed)
            .label("checked"),
            exists()
            .where(CaseResult.case_id == case.id, CaseResult.round == case.round)
            .label("resulted"),
            exists().where(Assignment.case_id == case.id).label("assigned"),
            exists()
            .where(CaseInformant.case_id == case.id, CaseInformant.is_confidential)
            .label("confidential"),
            select(func.count())
            .select_from(Cooperation)
            .where(
                Cooperation.case_id == case.id,
                Cooperation.replied_at.is_(None),
                Cooperation.state != "CANCELLED",
            )
            .scalar_subquery()
            .label("open_coop"),
            select(func.array_agg(Journal.actor_id.distinct()))
            .where(
                Journal.case_id == case.id,
                Journal.round == case.round,
                Journal.action.in_(HANDLING),
                Journal.actor_id.is_not(None),
            )
            .scalar_subquery()
            .label("handlers"),
            select(func.array_agg(Journal.actor_id.distinct()))
            .where(
                Journal.case_id == case.id,
                Journal.round == case.round,
                Journal.action.in_(APPROVING),
                Journal.actor_id.is_not(None),
            )
            .scalar_subquery()
            .label("approvers"),
            select(func.array_agg(Assignment.platform.distinct()))
            .where(Assignment.case_id == case.id, Assignment.is_listed, Assignment.role == "ASSIST")
            .scalar_subquery()
            .label("assists"),
            select(
                func.jsonb_agg(
                    func.jsonb_build_array(CaseOrg.org_id, CaseOrg.role, CaseOrg.is_current)
                )
            )
            .where(CaseOrg.case_id == case.id)
            .scalar_subquery()
            .label("orgs"),
        )
    ).one()


def _named(case: Case, inputs: Mapping[str, object]) -> tuple[Category | None, Channel | None]:
    """小类（本步填写的优先）与渠道，一次取."""
    chosen = inputs.get("category_id") or case.category_id
    row = session.execute(
        select(Channel, Category)
        .outerjoin(
            Category,
            and_(Category.id == chosen, Category.township_id == Channel.township_id),
        )
        .where(Channel.township_id == case.township_id, Channel.code == case.channel)
    ).one_or_none()
    return (None, None) if row is None else (row[1], row[0])


def facts_of(case: Case, inputs: Mapping[str, object] | None = None) -> CaseFacts:
    """一件已存案件的事实；``inputs`` 是本步填写的内容，计入必填与小类."""
    given = inputs or {}
    category, channel = _named(case, given)
    counts = _counts(case)
    orgs = [(org, role, current) for org, role, current in counts.orgs or ()]
    basic = CaseFacts(
        id=case.id,
        township_id=case.township_id,
        state=case.state,
        kind=case.kind,
        level=case.level,
        channel=case.channel,
        sensitive=case.is_sensitive,
        confidential=counts.confidential,
        round=case.round,
        platform=case.platform,
        assist_platforms=frozenset(counts.assists or ()),
        category_platform=category.platform if category else None,
        category_named=category is not None and category.parent_id is not None,
        org_id=case.org_id,
        assist_org_ids=frozenset(
            org for org, role, current in orgs if current and role == "ASSIST"
        ),
        lead_org_id=case.lead_org_id,
        past_org_ids=frozenset(org for org, _, current in orgs if not current),
        handler_id=case.handler_id,
        lead_person_id=case.lead_person_id,
        reporter_id=case.registrar_id,
        reporter_org_id=case.registrar_org_id,
        village_id=case.village_id,
        grid_id=case.grid_id,
        point_village_id=case.point_village_id,
    )
    return replace(
        basic,
        return_count=case.return_count,
        supplement_count=case.supplement_count,
        rework_count=case.rework_count,
        round_handlers=frozenset(counts.handlers or ()),
        round_approvers=frozenset(counts.approvers or ()),
        county_done=case.is_county_done,
        feedback_done=counts.fed_back,
        self_closed=case.is_self_closed,
        missing_fields=missing_fields(case, channel, category, given),
        missing_archive=missing_archive(
            assigned=counts.assigned or case.is_self_closed,
            resulted=counts.resulted or case.is_self_closed,
            checked=counts.checked or case.is_self_closed,
            fed_back=counts.fed_back,
        ),
        open_coop=counts.open_coop,
        reported_at=case.reported_at,
        resume_state=case.resume_state,
    )


def facts_of_new(
    *, township_id: int, channel: str, reporter_id: int, reporter_org_id: int | None
) -> CaseFacts:
    """登记之前的事实."""
    return CaseFacts(
        township_id=township_id,
        state=NEW,
        channel=channel,
        reporter_id=reporter_id,
        reporter_org_id=reporter_org_id,
    )
