"""走一步的判定：授权与守卫合成一个纯函数，只看事实，不碰数据库；办理与穷举表同用."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.access.actor import Actor, HoldingView
from app.access.decide import require
from app.access.subject import case_subject
from app.domain.case_context import StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_flow import Taken, take
from app.domain.case_words import Action


@dataclass(frozen=True, slots=True)
class Verdict:
    """判定结果（verdict on a step）：以哪条任职署名，走成的是哪一步."""

    holding: HoldingView
    taken: Taken


def context_of(
    action: Action,
    *,
    actor: Actor,
    holding: HoldingView,
    now: datetime,
    inputs: Mapping[str, object] | None = None,
    reason: str | None = None,
    preview: bool = False,
) -> StepContext:
    """判定所用的那条任职与填写的内容，化成守卫看的情境."""
    return StepContext(
        action=action,
        now=now,
        actor_person_id=actor.person_id,
        actor_role=holding.role,
        actor_org_id=holding.org_id or actor.org_id,
        actor_platform=holding.platform,
        actor_grid_id=holding.grid_id,
        actor_village_id=holding.village_id,
        actor_post=holding.post_name,
        actor_mode=holding.mode,
        actor_case_id=holding.case_id,
        inputs=inputs or {},
        reason=reason,
        preview=preview,
    )


def entitled(
    facts: CaseFacts,
    action: Action,
    *,
    actor: Actor,
    inputs: Mapping[str, object],
    reason: str | None = None,
) -> HoldingView:
    """授权：有没有一条任职给齐动作、限定与行；返回署名的那一条。Raises Refused."""
    limits = {**inputs, "reason": reason or "", "reference": inputs.get("reference", "")}
    return require(actor, "case", action, case_subject(facts, limits))


def verdict(
    facts: CaseFacts,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> Verdict:
    """这个人现在能不能对这一件走这一步（INV19）：先授权，后流程表与守卫。Raises Refused."""
    given = inputs or {}
    holding = entitled(facts, action, actor=actor, inputs=given, reason=reason)
    ctx = context_of(action, actor=actor, holding=holding, now=now, inputs=given, reason=reason)
    return Verdict(holding, take(facts, ctx))
