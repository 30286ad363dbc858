"""下载文书：各种文书一个口子，先过数据范围，再按种类与任职判，每下载一次记一次."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from app.access.actor import Actor, HoldingView
from app.access.scope import fetch
from app.access.subject import Subject
from app.domain.errors import Refused
from app.queries.document_list import MeetingFacts, meeting_facts
from app.queries.meeting_rules import document_rule
from app.services import documents, journal
from app.services.assessment_documents import SUBJECT as ASSESSMENT
from app.services.assessment_documents import subjects_of
from app.services.meeting_step import subject_of
from models.attachment import Document

MEETING = "meeting"
KINDS = ("P1", "P2", "P4")
"""产品里现在出的文书."""


def kinds_for(actor: Actor) -> dict[str, str]:
    """准这个人下载的文书种类：代码 → 名称."""
    rules = [document_rule(actor.township_id, kind, actor.today) for kind in KINDS]
    return {rule.code: rule.name for rule in rules if rule and actor.roles & rule.download}


def allowed(rows: Sequence[Row[Any]], *, actor: Actor) -> frozenset[int]:
    """一页里哪几份下载得了；按种类成批取事实."""
    meetings = meeting_facts({row.subject_id for row in rows if row.subject_kind == MEETING})
    found, months = set(), {}
    for row in rows:
        if row.subject_kind == MEETING:
            subjects = _of_meeting(meetings.get(row.subject_id), actor.township_id)
        elif row.subject_kind == ASSESSMENT:
            # 各月的通报都说到同样的平台，名单各月可能不同，所以各取各的
            if row.subject_id not in months:
                months[row.subject_id] = subjects_of(row.subject_id, actor.township_id)
            subjects = months[row.subject_id]
        else:
            subjects = []
        if _holding(row, subjects, actor) is not None:
            found.add(row.id)
    return frozenset(found)


def _of_meeting(facts: MeetingFacts | None, township_id: int) -> list[Subject]:
    if facts is None:
        return []
    return [
        subject_of(
            township_id=township_id,
            platform=facts.platform,
            body_id=facts.body_id,
            body_code=facts.body_code,
            state=facts.state,
            persons=facts.persons,
            org_ids=facts.org_ids,
        )
    ]


def _holding(document: Any, subjects: Iterable[Subject], actor: Actor) -> HoldingView | None:
    """凭哪条任职下载；都不行的为空."""
    for subject in subjects:
        try:
            return documents.may_download(document, subject, actor=actor)
        except Refused:
            continue
    return None


def subjects_for(document: Document) -> list[Subject]:
    """一份文书的判定对象."""
    if document.subject_kind == MEETING:
        facts = meeting_facts([document.subject_id]).get(document.subject_id)
        return _of_meeting(facts, document.township_id)
    if document.subject_kind == ASSESSMENT:
        return subjects_of(document.subject_id, document.township_id)
    return []


def download(document_id: int, *, actor: Actor, now: datetime) -> documents.Made:
    """下载一份签发了的文书，与签发时逐字节相同；记一次.

    不在范围内抛 Refused('not_found')；没有权限抛 Refused('not_granted')；还没做好、文件坏了的
    抛 documents.content_of 的拒绝。
    """
    document = fetch(Document, document_id, actor)
    holding = _holding(document, subjects_for(document), actor)
    if holding is None:
        raise Refused("not_granted", action="document.download")
    made = documents.content_of(document)
    note(document, actor=actor, holding=holding, now=now)
    return made


def note(document: Document, *, actor: Actor, holding: HoldingView, now: datetime) -> None:
    """记一次下载：谁、哪一份、哪一版、文件的哈希."""
    journal.record(
        actor=actor,
        now=now,
        module="document",
        action="download",
        subject_kind=document.subject_kind,
        subject_id=document.subject_id,
        holding=holding,
        data={
            "document": document.id,
            "number": document.number,
            "edition": document.edition,
            "sha256": document.sha256,
        },
    )
