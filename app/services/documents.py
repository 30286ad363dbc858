"""文书：签发即冻结（底稿、编号、哈希），PDF 由排版进程做好存起来，再下载逐字节相同."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import storage
from app.access.actor import Actor, HoldingView
from app.access.decide import decide
from app.access.subject import Subject
from app.db import session
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from app.queries.meeting_rules import document_rule
from app.services.queue import enqueue
from models.attachment import Document
from reports.assessment.sheet import CircularSheet
from reports.fonts import Kit, KitStatus, kit_status, load_kit
from reports.gates import missing_glyphs, visible_text
from reports.minutes.sheet import MinutesSheet
from reports.render import Pdf, RenderRefused, render_html, to_pdf
from reports.revive import revive
from reports.sheet import Sheet, snapshot

PENDING, READY, FAILED, REPLACED = "PENDING", "READY", "FAILED", "REPLACED"
SHEETS: Mapping[str, type[Any]] = {"assessment": CircularSheet, "minutes": MinutesSheet}
"""模板名 → 底稿的类；重排时由封存的副本还原."""

TASK = "render_document"
_state: dict[str, Path | None] = {}


@dataclass(frozen=True, slots=True)
class Made:
    """一份做好的 PDF：字节与下载时的文件名."""

    content: bytes
    name: str


def configure(*, cache_dir: Path, font_dir: Path | None = None) -> None:
    """定下字库的缓存目录与单位自有字体的目录；启动时调用一次."""
    _state.update(cache_dir=cache_dir, font_dir=font_dir)


def _folders() -> tuple[Path, Path | None]:
    cache_dir = _state.get("cache_dir")
    if cache_dir is None:
        raise RuntimeError("字库的目录还没有定下：先调用 app.services.documents.configure")
    return cache_dir, _state.get("font_dir")


def kit() -> Kit | None:
    """文书字库；没有做好、没有定下目录为空（签发照常，PDF 等着）."""
    return load_kit(*_folders()) if _state.get("cache_dir") else None


def fonts() -> KitStatus:
    """字库状况：没有时说缺什么、敲哪条命令."""
    return kit_status(*_folders())


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """怎么入档：文书种类（P1–P13）、编号、标题、挂在什么上、版次."""

    kind: str
    number: str
    title: str
    subject_kind: str
    subject_id: int
    platform: str | None = None
    body_code: str | None = None
    edition: int = 1


def freeze(template: str, sheet: Sheet, filing: Filing, *, actor: Actor, now: datetime) -> Document:
    """冻结一份文书：底稿与它的哈希入库，排入做 PDF 的任务；此后数据再变也不影响它.

    编号与版次相同的拒绝 ``Refused('document_number_taken')``；字库已备而有缺字的拒绝
    ``Refused('document.missing_glyphs')``。
    """
    _legible(template, sheet)
    if _exists(actor.township_id, filing):
        raise Refused("document_number_taken", number=filing.number)
    named = f"{filing.kind}-{actor.township_id}-{filing.number}-{filing.edition}"
    copy = snapshot(template, sheet, identifier=named)
    row = Document(
        **asdict(filing),
        township_id=actor.township_id,
        issued_at=now.astimezone(UTC),
        issued_by_id=actor.person_id,
        state=PENDING,
        sheet=json.loads(copy),
        sheet_sha256=hashlib.sha256(copy.encode()).hexdigest(),
        versions={},
        retention=_retention(actor.township_id, filing.kind, now),
    )
    session.add(row)
    session.flush()
    enqueue(TASK, queue="documents", document_id=row.id)
    return row


def _retention(township_id: int, kind: str, now: datetime) -> str | None:
    rule = document_rule(township_id, kind, now.astimezone(SHANGHAI).date())
    return rule.retention if rule else None


def _legible(template: str, sheet: Sheet) -> None:
    """签发之前先看缺不缺字：缺了就停，免得签了出不来."""
    ready = kit()
    if ready is None:
        return
    lacking = missing_glyphs(visible_text(render_html(template, sheet)), ready)
    if lacking:
        shown = "；".join(f"{one.char}（{one.code}，如“{one.context}”）" for one in lacking)
        raise Refused("document.missing_glyphs", glyphs=shown)


def _exists(township_id: int, filing: Filing) -> bool:
    found = session.execute(
        select(Document.id).where(
            Document.township_id == township_id,
            Document.kind == filing.kind,
            Document.number == filing.number,
            Document.edition == filing.edition,
        )
    ).first()
    return found is not None


def thaw(document: Document) -> tuple[str, Sheet]:
    """由封存的副本还原（模板名, 底稿）。副本被改过的抛 Refused('document_altered')."""
    frozen = document.sheet
    template = frozen["document"]
    sheet: Sheet = revive(SHEETS[template], frozen["sheet"])
    copy = snapshot(template, sheet, identifier=frozen["identifier"])
    if hashlib.sha256(copy.encode()).hexdigest() != document.sheet_sha256:
        raise Refused("document_altered", number=document.number)
    return template, sheet


def render(document_id: int, *, now: datetime) -> Document:
    """做一份已签发文书的 PDF 并存起来；做好的不重做，没有字库的留着等，做不成的记下原因."""
    document = session.get_one(Document, document_id)
    if document.path is not None:
        return document
    ready = kit()
    if ready is None:
        document.state = PENDING
        session.flush()
        return document
    try:
        template, sheet = thaw(document)
        pdf = to_pdf(template, sheet, kit=ready, identifier=document.sheet["identifier"])
    except RenderRefused as refused:
        _lock(document)
        document.state, document.error = FAILED, _why(refused)
        session.flush()
        return document
    _lock(document)
    if document.path is None:
        _keep(document, pdf, now)
    return document


def _why(refused: Refused) -> str:
    """出不来的原因：词条代码与事实，界面据此说成一句话."""
    facts = {key: value for key, value in refused.facts.items() if isinstance(value, (str, int))}
    return json.dumps({"code": refused.code, "facts": facts}, ensure_ascii=False)


def _lock(document: Document) -> None:
    """排版时不占行锁；排好再锁住看一眼，别的进程先做好了就用它的."""
    session.execute(
        select(Document)
        .where(Document.id == document.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _keep(document: Document, pdf: Pdf, now: datetime) -> None:
    document.path = storage.put(pdf.content, "document", ".pdf")
    document.sha256 = pdf.sha256
    document.size = len(pdf.content)
    document.pages = pdf.pages
    document.versions = dict(pdf.versions)
    document.made_at = now.astimezone(UTC)
    document.error = None
    if document.state != REPLACED:
        document.state = READY
    session.flush()


def replace_with(old_id: int | None, new: Document) -> None:
    """旧版标明已被新版替代；旧版仍可下载。新旧不是同一文书的抛 ValueError."""
    if old_id is None:
        return
    old = session.get_one(Document, old_id)
    if (old.kind, old.number) != (new.kind, new.number) or new.edition <= old.edition:
        raise ValueError("不是同一文书的新版")
    old.state = REPLACED
    session.flush()


def render_waiting(*, now: datetime, limit: int = 20) -> int:
    """把等着的文书做出来（字库备好之后）；返回做成几份."""
    if kit() is None:
        return 0
    waiting = session.execute(
        select(Document.id)
        .where(Document.state.in_((PENDING, REPLACED)), Document.path.is_(None))
        .order_by(Document.id)
        .limit(limit)
    ).scalars()
    return sum(render(key, now=now).path is not None for key in list(waiting))


def preview(template: str, sheet: Sheet) -> Pdf:
    """草稿预览：带水印、没有编号，不存。没有字库的抛 Refused('document_no_fonts')."""
    if not sheet.is_draft:
        raise ValueError("预览只给草稿")
    ready = kit()
    if ready is None:
        status = fonts()
        raise Refused("document_no_fonts", message=status.message, command=status.command)
    return to_pdf(template, sheet, kit=ready, identifier="draft")


def may_download(document: Any, subject: Subject, *, actor: Actor) -> HoldingView:
    """须能下载：任职给出 document.download 且本类（``document.kind``）准该角色。Raises Refused."""
    rule = document_rule(subject.township_id, document.kind, actor.today)
    allowed = rule.download if rule else frozenset()
    listed = replace(actor, holdings=tuple(h for h in actor.holdings if h.role in allowed))
    found = decide(listed, "document", "download", subject)
    if found.holding is None:
        raise Refused("not_granted", action="document.download")
    return found.holding


def content_of(document: Document) -> Made:
    """已做好的 PDF，与签发时逐字节相同.

    还没做好的抛 Refused('document_pending')；文件丢失或被改过的抛 Refused('document_damaged')。
    """
    if document.path is None:
        raise Refused("document_pending", number=document.number)
    try:
        content = storage.read(document.path)
    except FileNotFoundError as fault:
        raise Refused("document_damaged", number=document.number) from fault
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Refused("document_damaged", number=document.number)
    edition = f"（第{document.edition}版）" if document.edition > 1 else ""
    return Made(content, f"{document.number}{edition}.pdf")
