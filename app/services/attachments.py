"""附件：按内容定类型、限大小、图片重新编码去位置、挂到案件；先传后挂，传而未挂的归上传人."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath

import filetype
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from sqlalchemy import func, select

from app import storage
from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI
from models.attachment import Attachment
from models.case import Case

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PER_CASE = 99
PENDING_LIMIT = 60
LONG_SIDE = 2560
THUMB = (236, 148)
IMAGES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
OFFICE = "application/vnd.openxmlformats-officedocument"
FILES = {
    "application/pdf": ".pdf",
    f"{OFFICE}.wordprocessingml.document": ".docx",
    f"{OFFICE}.spreadsheetml.sheet": ".xlsx",
    "audio/mpeg": ".mp3",
    "audio/m4a": ".m4a",
    "audio/mp4": ".m4a",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "video/mp4": ".mp4",
}
UPLOADING = (
    "draft",
    "supplement",
    "record_progress",
    "finish",
    "verify",
    "submit_cooperation",
    "self_close",
    "request_suspend",
    "correct",
)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def sniff(content: bytes, name: str) -> tuple[str, str]:
    """按内容判类型，返回 (类型, 扩展名)；与所写扩展名不符、或不收的类型即拒绝.

    Raises Refused('attachment_type' | 'attachment_lies').
    """
    kind = filetype.guess(content)
    media = kind.mime if kind else ""
    suffix = IMAGES.get(media) or FILES.get(media)
    if suffix is None:
        raise Refused("attachment_type", name=name)
    said = PurePath(name).suffix.lower()
    same = {".jpeg": ".jpg", ".jfif": ".jpg", ".m4v": ".mp4"}.get(said, said)
    if same and same != suffix and {same, suffix} != {".m4a", ".mp4"}:
        raise Refused("attachment_lies", name=name, real=suffix.lstrip("."))
    return media, suffix


def _taken_at(image: Image.Image) -> datetime | None:
    text = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        local = datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _encode(image: Image.Image, media: str) -> bytes:
    out = io.BytesIO()
    if media == "image/png":
        image.save(out, "PNG", optimize=True)
    elif media == "image/webp":
        image.save(out, "WEBP", quality=85)
    else:
        image.convert("RGB").save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def clean_image(content: bytes, media: str, name: str) -> tuple[bytes, bytes, datetime | None]:
    """图片重新编码：按方向摆正、去掉位置等附带信息、长边不过 2560；另做缩略图.

    返回 (图, 缩略图, 拍摄时刻)。Raises Refused('attachment_image').
    """
    try:
        with Image.open(io.BytesIO(content)) as opened:
            taken = _taken_at(opened)
            image = ImageOps.exif_transpose(opened)
            image.info.clear()
            image.thumbnail((LONG_SIDE, LONG_SIDE))
            body = _encode(image, media)
            small = ImageOps.fit(image.convert("RGB"), THUMB)
            return body, _encode(small, "image/jpeg"), taken
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise Refused("attachment_image", name=name) from fault


def upload(
    content: bytes,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    label: str | None = None,
    upload_key: str | None = None,
) -> Attachment:
    """收下一个文件，先归上传人，随下一步挂到案件；``upload_key`` 相同的重传得同一件.

    Raises Refused（太大、太多、类型不收、内容与名字不符、图片坏了）.
    """
    if actor.person_id is None:
        raise Refused("system_only")
    _may_upload(actor)
    known = _uploaded(actor, upload_key)
    if known is not None:
        return known
    name = PurePath(name.replace("\\", "/")).name.strip()[:200] or "file"
    if not content:
        raise Refused("attachment_empty", name=name)
    if len(content) > MAX_BYTES:
        raise Refused("attachment_size", name=name, limit_mb=MAX_BYTES // 1024 // 1024)
    _not_too_many(actor)
    media, suffix = sniff(content, name)
    thumb: str | None = None
    taken: datetime | None = None
    if media in IMAGES:
        content, small, taken = clean_image(content, media, name)
        thumb = storage.put(small, "thumb", ".jpg")
    row = Attachment(
        township_id=actor.township_id,
        at=now.astimezone(UTC),
        taken_at=taken,
        subject_kind="pending",
        person_id=actor.person_id,
        name=name,
        label=label,
        media_type=media,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=storage.put(content, "file", suffix),
        thumb_path=thumb,
        upload_key=upload_key,
    )
    session.add(row)
    session.flush()
    return row


def _may_upload(actor: Actor) -> None:
    """登记、补正、进展、办结、核查、协办，能做任何一样的就能先传文件；挂到案件时另判."""
    if not any(actor.has_verb("case", verb) for verb in UPLOADING):
        raise Refused("not_granted", action="case.draft")


def _uploaded(actor: Actor, key: str | None) -> Attachment | None:
    if key is None:
        return None
    return session.execute(
        select(Attachment).where(
            Attachment.upload_key == key, Attachment.person_id == actor.person_id
        )
    ).scalar_one_or_none()


def _not_too_many(actor: Actor) -> None:
    waiting = session.execute(
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.person_id == actor.person_id,
            Attachment.subject_kind == "pending",
            Attachment.removed_at.is_(None),
        )
    ).scalar_one()
    if waiting >= PENDING_LIMIT:
        raise Refused("attachment_pending", limit=PENDING_LIMIT)


def bind(ids: Sequence[int], *, case: Case, actor: Actor, action: str) -> list[Attachment]:
    """把本人传上来、还没挂的附件挂到案件；已挂在本案的照收（表单重发）.

    Raises Refused('attachment_not_found').
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    rows = list(
        session.execute(
            select(Attachment)
            .where(
                Attachment.id.in_(wanted),
                Attachment.township_id == case.township_id,
                Attachment.removed_at.is_(None),
            )
            .order_by(Attachment.id)
        ).scalars()
    )
    mine = [r for r in rows if r.case_id == case.id or _is_mine(r, actor)]
    if len(mine) != len(wanted) or len(wanted) > MAX_PER_CASE:
        raise Refused("attachment_not_found", field="attachments")
    for row in mine:
        if row.case_id is None:
            row.case_id = case.id
            row.subject_kind, row.subject_id = "case", case.id
            row.journal_action = action
    session.flush()
    return mine


def _is_mine(row: Attachment, actor: Actor) -> bool:
    return row.case_id is None and row.person_id == actor.person_id


def discard(row: Attachment, *, actor: Actor, now: datetime) -> None:
    """撤下还没挂到案件的附件；已挂的不能删，只能另补。Raises Refused('attachment_bound')."""
    if not _is_mine(row, actor):
        raise Refused("attachment_bound")
    row.removed_at = now.astimezone(UTC)
    session.flush()
