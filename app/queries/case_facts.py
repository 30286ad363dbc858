"""案件事实：把一件案件此刻的行读成守卫与限定所看的值."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Row

from app.db import session
from app.domain.case_facts import CaseFacts
from app.domain.case_states import NEW
from app.queries.case_life import Life, life_columns, life_of
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
from models.platform import Category, Channel, PlatformOrg

HANDLING = ("sign_in", "transfer", "record_progress", "submit_cooperation", "finish")
APPROVING = ("approve_extension", "approve_suspend", "approve_escalation", "dispatch_multi")


def _actors(case: Case, actions: tuple[str, ...]) -> Any:
    """本轮做过这些动作的人."""
    return (
        select(func.array_agg(Journal.actor_id.distinct()))
        .where(
            Journal.case_id == case.id,
            Journal.round == case.round,
            Journal.action.in_(actions),
            Journal.actor_id.is_not(None),
        )
        .scalar_subquery()
    )


def _of_round(model: Any, case: Case, *more: Any) -> Any:
    """本轮有没有这样一行."""
    return exists().where(model.case_id == case.id, model.round == case.round, *more)


def _untold(case: Case) -> Any:
    """并入件的来件人里还有没有没反馈到的（逐一反馈）."""
    told = exists().where(
        CaseFeedback.informant_id == CaseInformant.id, CaseFeedback.round == case.round
    )
    return exists().where(
        CaseInformant.case_id == case.id, CaseInformant.from_case_id.is_not(None), ~told
    )


def _orgs(case: Case) -> Any:
    """参与机构：[机构, 身份, 现在还在不在, 所属平台]."""
    belongs = (
        select(func.jsonb_agg(PlatformOrg.platform))
        .where(PlatformOrg.org_id == CaseOrg.org_id, PlatformOrg.valid_to.is_(None))
        .scalar_subquery()
    )
    row = func.jsonb_build_array(CaseOrg.org_id, CaseOrg.role, CaseOrg.is_current, belongs)
    return select(func.jsonb_agg(row)).where(CaseOrg.case_id == case.id).scalar_subquery()


def _open_cooperation(case: Case) -> Any:
    return (
        select(func.count())
        .select_from(Cooperation)
        .where(
            Cooperation.case_id == case.id,
            Cooperation.round == case.round,
            Cooperation.replied_at.is_(None),
            Cooperation.state != "CANCELLED",
        )
        .scalar_subquery()
    )


def _assists(case: Case) -> Any:
    return (
        select(func.array_agg(Assignment.platform.distinct()))
        .where(Assignment.case_id == case.id, Assignment.is_listed, Assignment.role == "ASSIST")
        .scalar_subquery()
    )


def _counts(case: Case) -> Row[Any]:
    """一次取齐：反馈、核查、结果、交办、未复协办、保密、经手人、参与机构."""
    confidential = exists().where(CaseInformant.case_id == case.id, CaseInformant.is_confidential)
    return session.execute(
        select(
            and_(_of_round(CaseFeedback, case), ~_untold(case)).label("fed_back"),
            _of_round(CaseCheck, case, CaseCheck.passed).label("checked"),
            _of_round(CaseResult, case).label("resulted"),
            exists().where(Assignment.case_id == case.id).label("assigned"),
            confidential.label("confidential"),
            _open_cooperation(case).label("open_coop"),
            _actors(case, HANDLING).label("handlers"),
            _actors(case, APPROVING).label("approvers"),
            _assists(case).label("assists"),
            _orgs(case).label("orgs"),
            *life_columns(case),
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
    done = case.is_self_closed
    return replace(
        _on_row(case),
        confidential=counts.confidential,
        assist_platforms=frozenset(counts.assists or ()),
        category_platform=category.platform if category else None,
        category_named=category is not None and category.parent_id is not None,
        assist_org_ids=frozenset(
            o for o, role, now, _ in counts.orgs or () if now and role == "ASSIST"
        ),
        past_org_ids=frozenset(o for o, _, now, _p in counts.orgs or () if not now),
        work_platforms=_work_platforms(case, counts.orgs or ()),
        round_handlers=frozenset(counts.handlers or ()),
        round_approvers=frozenset(counts.approvers or ()),
        feedback_done=counts.fed_back,
        missing_fields=missing_fields(case, channel, category, given),
        missing_archive=missing_archive(
            assigned=counts.assigned or done,
            resulted=counts.resulted or done,
            checked=counts.checked or done,
            fed_back=counts.fed_back,
        ),
        open_coop=counts.open_coop,
        **_life(life_of(counts, case)),
    )


def _work_platforms(case: Case, orgs: Iterable[Any]) -> frozenset[str]:
    """承办、协办机构属于哪些平台：属主办平台的算主办平台，不属的算它自己的各平台."""
    found: set[str] = set()
    for _, _role, is_current, platforms in orgs:
        if is_current:
            own = set(platforms or ())
            found |= {case.platform} if case.platform and case.platform in own else own
    return frozenset(found)


def _life(life: Life) -> dict[str, Any]:
    """待批条、并案、抽查、决议等事实，照名字填进案件事实."""
    return {name: getattr(life, name) for name in Life.__slots__}


def _on_row(case: Case) -> CaseFacts:
    """案件这一行上就有的事实."""
    return CaseFacts(
        id=case.id,
        township_id=case.township_id,
        state=case.state,
        kind=case.kind,
        level=case.level,
        channel=case.channel,
        sensitive=case.is_sensitive,
        round=case.round,
        platform=case.platform,
        org_id=case.org_id,
        lead_org_id=case.lead_org_id,
        handler_id=case.handler_id,
        lead_person_id=case.lead_person_id,
        reporter_id=case.registrar_id,
        reporter_org_id=case.registrar_org_id,
        village_id=case.village_id,
        grid_id=case.grid_id,
        point_village_id=case.point_village_id,
        return_count=case.return_count,
        supplement_count=case.supplement_count,
        rework_count=case.rework_count,
        county_done=case.is_county_done,
        self_closed=case.is_self_closed,
        reported_at=case.reported_at,
        resume_state=case.resume_state,
        closed_at=case.closed_at,
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
