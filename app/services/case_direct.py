"""网格的两条快路：自办自结、直报平台；都取号、进统一台账（plan 三(二)3）."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from app.access.actor import Actor
from app.db import session
from app.domain.case_words import Action, Field
from app.domain.errors import Refused
from app.services.attachments import bind
from app.services.case_intake import category_of, enter_ledger
from app.services.case_orgs import hand_over, platforms_of
from app.services.case_step import Step, take_step
from app.services.rules import calendar_of
from models.case import Case
from models.case_life import SpotSample
from models.case_parts import CaseFeedback, CaseResult
from models.platform import Category

SAMPLE_SHARE = 0.1
"""自办自结的抽查比例：每人每月至少一成且至少一件（AG2）."""


def self_close(
    case: Case,
    *,
    content: str,
    before_photos: Sequence[int],
    after_photos: Sequence[int],
    party_signature: Sequence[int] = (),
    told_on_spot: bool,
    actor: Actor,
    now: datetime,
    category_id: int | None = None,
    seed: str | None = None,
    seen: int | None = None,
) -> Step:
    """自办自结：取号、标“自办自结”，按比例进抽查池，种子入日志。Raises Refused."""
    category = _plain_category(case, category_id)
    inputs: dict[str, object] = {
        Field.CATEGORY: category.id,
        Field.CONTENT: content,
        Field.BEFORE_PHOTOS: list(before_photos),
        Field.AFTER_PHOTOS: list(after_photos),
        Field.SIGNATURE: list(party_signature),
        Field.ON_SPOT: told_on_spot,
    }

    def changes(step: Step) -> None:
        sent = [*before_photos, *after_photos, *party_signature]
        files = bind(sent, case=case, actor=actor, action=Action.SELF_CLOSE)
        enter_ledger(step)
        case.category_id = category.id
        case.is_self_closed = True
        case.platform = category.platform
        case.handled_at = now.astimezone(UTC)
        _result(step, content)
        if told_on_spot:
            _told(step)
        sample = _draw(step, seed or secrets.token_hex(16))
        step.data.update({"content": content, "told_on_spot": told_on_spot})
        step.data["attachments"] = [f.id for f in files]
        step.data.update({"seed": sample.seed, "sampled": sample.is_sampled})

    return take_step(
        case,
        Action.SELF_CLOSE,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )


def _plain_category(case: Case, category_id: int | None) -> Category:
    """有主办平台、不敏感的小类。Raises Refused."""
    category = category_of(case.township_id, category_id or case.category_id)
    if category is None or category.platform is None:
        raise Refused("category_without_platform", field="category_id")
    if category.is_sensitive:
        raise Refused("self_close_kind", field="category_id")
    return category


def _result(step: Step, content: str) -> None:
    session.add(
        CaseResult(
            township_id=step.case.township_id,
            case_id=step.case.id,
            at=step.now.astimezone(UTC),
            round=step.case.round,
            person_id=step.person_id,
            org_id=step.org_id,
            result="已解决",
            account=content,
        )
    )


def _told(step: Step) -> None:
    """当场告知即反馈：记“自办自结当场告知”."""
    session.add(
        CaseFeedback(
            township_id=step.case.township_id,
            case_id=step.case.id,
            at=step.now.astimezone(UTC),
            round=step.case.round,
            person_id=step.person_id,
            waived_reason="自办自结当场告知",
        )
    )


def is_drawn(seed: str, case_id: int, *, closed: int, sampled: int) -> bool:
    """抽不抽中：本月连这件共 ``closed`` 件、已抽 ``sampled`` 件；不足一成必抽，足了随机抽一成."""
    if sampled < max(1, math.ceil(closed * SAMPLE_SHARE)):
        return True
    digest = hashlib.sha256(f"{seed}:{case_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 < SAMPLE_SHARE


def _draw(step: Step, seed: str) -> SpotSample:
    case = step.case
    month = _month(case, step.now)
    closed, sampled = session.execute(
        select(func.count(), func.count().filter(SpotSample.is_sampled)).where(
            SpotSample.person_id == step.person_id, SpotSample.month == month
        )
    ).one()
    row = SpotSample(
        township_id=case.township_id,
        case_id=case.id,
        drawn_at=step.now.astimezone(UTC),
        person_id=step.person_id,
        month=month,
        round=case.round,
        seed=seed,
        is_sampled=is_drawn(seed, case.id, closed=closed + 1, sampled=sampled),
    )
    session.add(row)
    return row


def _month(case: Case, now: datetime) -> date:
    return calendar_of(case.township_id).local_day(now).replace(day=1)


def direct_report(
    case: Case,
    *,
    platform: str,
    direct_reason: str,
    actor: Actor,
    now: datetime,
    org_id: int | None = None,
    category_id: int | None = None,
    seen: int | None = None,
) -> Step:
    """直报平台：取号、进统一台账并标“直报”，受理与交办同一时刻，党政办可改派。Raises Refused."""
    category = category_of(case.township_id, category_id or case.category_id)
    inputs = {
        "category_id": category.id if category else None,
        "platform": platform,
        "org_id": org_id,
        "direct_reason": direct_reason,
        "target_platforms": platforms_of(org_id, township_id=case.township_id, now=now),
    }
    if category is not None and category.platform not in (None, platform):
        raise Refused("direct_other_platform", field="platform", platform=category.platform)

    def changes(step: Step) -> None:
        if category is not None:
            case.category_id = category.id
            case.is_sensitive = case.is_sensitive or category.is_sensitive
        enter_ledger(step)
        case.is_direct = True
        hand_over(step, platform=platform, org_id=org_id, note=direct_reason)
        step.data.update({"platform": platform, "org_id": org_id, "direct_reason": direct_reason})

    return take_step(
        case,
        Action.DIRECT_REPORT,
        actor=actor,
        now=now,
        seen=seen,
        inputs=inputs,
        changes=changes,
    )
