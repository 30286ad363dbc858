"""留痕：每一步写一条日志，连成哈希链；链断在哪一条，验得出来."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.access.actor import Actor, HoldingView
from app.db import session
from models.journal import Journal, JournalHead

GENESIS = b"\0" * 32
_HASHED = (
    "township_id",
    "chain_seq",
    "at",
    "case_id",
    "subject_kind",
    "subject_id",
    "actor_id",
    "actor_name",
    "actor_post",
    "actor_mode",
    "actor_role",
    "actor_org",
    "module",
    "action",
    "before",
    "after",
    "round",
    "opinion",
    "elapsed_minutes",
    "data",
)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """验链结果：条数、链首哈希（十六进制）、第一处断裂的序号（没有为空）."""

    entries: int
    head: str
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """整条链完好."""
        return self.broken_at is None


def plain(value: Any) -> Any:
    """化成 JSON 能写的值：时刻写成 UTC 的 ISO 文字."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [plain(v) for v in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)


def digest(entry: Journal) -> bytes:
    """一条日志的哈希：上一条哈希连同本条全部字段（SHA-256）."""
    body = {name: plain(getattr(entry, name)) for name in _HASHED}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.prev + text.encode()).digest()


def _head(township_id: int) -> JournalHead:
    locked = (
        select(JournalHead)
        .where(JournalHead.township_id == township_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head = session.execute(locked).scalar_one_or_none()
    if head is not None:
        return head
    session.execute(
        insert(JournalHead)
        .values(township_id=township_id, chain_seq=0, hash=GENESIS)
        .on_conflict_do_nothing()
    )
    return session.execute(locked).scalar_one()


def record(
    *,
    actor: Actor,
    now: datetime,
    module: str,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    holding: HoldingView | None = None,
    case_id: int | None = None,
    before: str | None = None,
    after: str | None = None,
    round: int | None = None,
    opinion: str | None = None,
    elapsed_minutes: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> Journal:
    """写一条日志并接到本乡的链上（R97）；锁住链首排队，放在提交之前最后做."""
    used = holding or actor.main
    head = _head(actor.township_id)
    entry = Journal(
        township_id=actor.township_id,
        chain_seq=head.chain_seq + 1,
        at=now.astimezone(UTC),
        case_id=case_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor_id=actor.person_id,
        actor_name=actor.name,
        actor_post=used.title if used and not actor.is_system else None,
        actor_mode=used.mode if used and not actor.is_system else None,
        actor_role=used.role if used else None,
        actor_org=actor.org_name,
        module=module,
        action=action,
        before=before,
        after=after,
        round=round,
        opinion=opinion,
        elapsed_minutes=elapsed_minutes,
        data=plain(data or {}),
        prev=head.hash,
    )
    entry.hash = digest(entry)
    session.add(entry)
    head.chain_seq, head.hash = entry.chain_seq, entry.hash
    session.flush()
    return entry


def _chain(township_id: int) -> Iterator[Journal]:
    statement = (
        select(Journal)
        .where(Journal.township_id == township_id)
        .order_by(Journal.chain_seq)
        .execution_options(yield_per=1000)
    )
    yield from session.execute(statement).scalars()


def verify(township_id: int) -> ChainReport:
    """重算整条链：序号连续、上一条哈希相接、本条哈希相符，末条须等于链首."""
    previous, count = GENESIS, 0
    for entry in _chain(township_id):
        count += 1
        if entry.chain_seq != count or entry.prev != previous or entry.hash != digest(entry):
            return ChainReport(count, previous.hex(), entry.chain_seq)
        previous = entry.hash
    head = session.get(JournalHead, township_id)
    kept = (head.chain_seq, head.hash) if head else (0, GENESIS)
    broken = None if kept == (count, previous) else count + 1
    return ChainReport(count, previous.hex(), broken)
