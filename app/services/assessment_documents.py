"""考核的文书：发布即冻结月度通报（P4），下载、看草稿；都先过数据范围与下载权限."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor, HoldingView
from app.access.assessed import assess_reach
from app.access.scope import condition_for
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.queries.assessment_heads import AssessmentHead, head_of
from app.services import documents
from models.assessment import Assessment, AssessmentLine, AssessmentScore
from models.attachment import Document
from models.platform import Platform
from reports.assessment.build import Signing, build
from reports.minutes.sheet import Attendee

KIND, TEMPLATE, SUBJECT = "P4", "assessment", "assessment"
DRAFT_READERS = ("calculate", "review", "publish")
"""有其中一项、又看得到全部的人看得到没有发布的通报."""


def number_of(year: int, month: int) -> str:
    """通报的编号，如 ``考核通报〔2017〕5月``；更正另出一版，编号不变."""
    return f"考核通报{printed_number(year, month)}"


def printed_number(year: int, month: int) -> str:
    """印在纸上的编号，如 ``〔2017〕5月``."""
    return f"〔{year}〕{month}月"


def issue(row: Assessment, *, actor: Actor, holding: HoldingView, now: datetime) -> Document:
    """随发布签发通报：取号、冻结、排入做 PDF 的任务；同月先前的一版标明被替代。Raises Refused."""
    mode = holding.mode if holding.mode in ("代行", "委托") else ""
    signer = Attendee(name=actor.name, post=holding.post_name or holding.role_name, mode=mode)
    signing = Signing(printed_number(row.year, row.month), signer)
    sheet = build(row.id, actor=actor, now=now, signing=signing)
    filing = documents.Filing(
        kind=KIND,
        number=number_of(row.year, row.month),
        title="".join(sheet.title),
        subject_kind=SUBJECT,
        subject_id=row.id,
        edition=row.revision,
    )
    document = documents.freeze(TEMPLATE, sheet, filing, actor=actor, now=now)
    documents.replace_with(_earlier(document), document)
    row.document_id = document.id
    session.flush()
    return document


def _earlier(document: Document) -> int | None:
    """同一编号、前一次签发的一版."""
    return session.execute(
        select(Document.id)
        .where(
            Document.township_id == document.township_id,
            Document.kind == document.kind,
            Document.number == document.number,
            Document.edition < document.edition,
        )
        .order_by(Document.edition.desc())
        .limit(1)
    ).scalar()


def subjects_of(assessment_id: int, township_id: int) -> list[Subject]:
    """通报的判定对象：通报说到各平台，各平台的人各以本平台的一份来判；列名的网格员是列名人."""
    persons = frozenset(
        session.execute(
            select(AssessmentLine.person_id).where(
                AssessmentLine.assessment_id == assessment_id, AssessmentLine.person_id.is_not(None)
            )
        ).scalars()
    )
    rows = session.execute(
        select(AssessmentScore.platform, Platform.host_org_id)
        .join(
            Platform,
            (Platform.township_id == AssessmentScore.township_id)
            & (Platform.code == AssessmentScore.platform),
        )
        .where(AssessmentScore.assessment_id == assessment_id)
        .order_by(AssessmentScore.sort_no)
    ).all()
    every = frozenset(row.platform for row in rows)
    hosts = frozenset(row.host_org_id for row in rows)
    return [
        Subject(
            kind=SUBJECT,
            township_id=township_id,
            platform=code,
            platforms=every,
            org_ids=hosts,
            persons=persons,
            is_published=True,
        )
        for code in (*sorted(every), None)
    ]


def may_download(document: Document, *, actor: Actor) -> HoldingView:
    """这份通报能不能下载：以任一平台来判，有一个准就准。Raises Refused('not_granted')."""
    refused = Refused("not_granted", action="document.download")
    for subject in subjects_of(document.subject_id, document.township_id):
        try:
            return documents.may_download(document, subject, actor=actor)
        except Refused as one:
            refused = one
    raise refused


def circular_pdf(assessment_id: int, *, actor: Actor) -> tuple[documents.Made, Document]:
    """发布了的通报 PDF，与签发时逐字节相同.

    看不到这一版、没有发布过的抛 Refused('not_found')；没有下载权限的抛 Refused('not_granted')。
    """
    head_of(assessment_id, actor)
    document = session.execute(
        select(Document).where(
            Document.subject_kind == SUBJECT,
            Document.subject_id == assessment_id,
            condition_for(Document, actor),
        )
    ).scalar()
    if document is None:
        raise Refused("not_found")
    may_download(document, actor=actor)
    return documents.content_of(document), document


def may_read_draft(head: AssessmentHead, *, actor: Actor) -> bool:
    """看不看得到草稿：还没有发布过的、看得到全部又有份办的人."""
    is_open = head.published_at is None and head.superseded_at is None
    wide = assess_reach(actor).everything
    return is_open and wide and any(actor.has_verb("assess", verb) for verb in DRAFT_READERS)


def draft_pdf(assessment_id: int, *, actor: Actor, now: datetime) -> documents.Made:
    """草稿预览：每页带水印、没有编号，不存。Raises Refused."""
    head = head_of(assessment_id, actor)
    if not may_read_draft(head, actor=actor):
        raise Refused("not_found")
    sheet = build(assessment_id, actor=actor, now=now)
    content = documents.preview(TEMPLATE, sheet).content
    return documents.Made(content, f"{number_of(head.year, head.month)}（草稿）.pdf")
