"""会议的文书：下载签发的纪要，看草稿预览；都先过数据范围与下载权限."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.decide import decide
from app.access.scope import condition_for
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.queries.meeting_roll import RollLine, roll_of
from app.queries.meetings import Head, head_of
from app.services import documents
from app.services.meeting_step import subject_of
from models.attachment import Document
from reports.minutes.build import build
from reports.minutes.sheet import MinutesSheet

DRAFT_READERS = ("draft_minutes", "review_minutes", "sign_minutes", "observe")
"""有其中一项的人看得到没有签发的纪要."""


def head_subject(head: Head, roll: list[RollLine] | None = None) -> Subject:
    """会议抬头化成判定对象；名单上各人的机构算作本件的机构."""
    return subject_of(
        township_id=head.township_id,
        platform=head.platform,
        body_id=head.body_id,
        body_code=head.body_code,
        state=head.state,
        persons=[line.person_id for line in roll or ()],
        org_ids=[head.secretariat_id, *(line.org_id for line in roll or ())],
    )


def may_read_draft(subject: Subject, *, actor: Actor) -> bool:
    """看不看得到草稿."""
    return any(decide(actor, "meeting", verb, subject).allowed for verb in DRAFT_READERS)


def minutes_pdf(meeting_id: int, *, actor: Actor, edition: int | None = None) -> documents.Made:
    """签发的纪要 PDF（缺省最新一版），与签发时逐字节相同.

    看不到会议、还没签发的抛 Refused('not_found')；没有下载权限的抛 Refused('not_granted')。
    """
    head = head_of(meeting_id, actor=actor)
    document = _issued(meeting_id, actor, edition)
    subject = head_subject(head, roll_of(meeting_id))
    documents.may_download(document, subject, actor=actor)
    return documents.content_of(document)


def _issued(meeting_id: int, actor: Actor, edition: int | None) -> Document:
    statement = select(Document).where(
        Document.subject_kind == "meeting",
        Document.subject_id == meeting_id,
        condition_for(Document, actor),
    )
    if edition is not None:
        statement = statement.where(Document.edition == edition)
    row = session.execute(statement.order_by(Document.edition.desc()).limit(1)).scalar()
    if row is None:
        raise Refused("not_found")
    return row


def frozen_sheet(document_id: int) -> MinutesSheet | None:
    """签发时封存的底稿；副本被改过的为空。文书须已按范围取过."""
    try:
        _, sheet = documents.thaw(session.get_one(Document, document_id))
    except Refused:
        return None
    return sheet if isinstance(sheet, MinutesSheet) else None


def draft_pdf(meeting_id: int, *, actor: Actor, now: datetime) -> documents.Made:
    """草稿预览：带水印、没有编号，不存。Raises Refused."""
    head = head_of(meeting_id, actor=actor)
    if not may_read_draft(head_subject(head), actor=actor):
        raise Refused("not_granted", action="meeting.draft_minutes")
    sheet = build(meeting_id, actor=actor, now=now)
    return documents.Made(
        documents.preview("minutes", sheet).content, f"{head.title}纪要（草稿）.pdf"
    )
