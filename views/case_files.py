"""附件的进出：逐个上传、按可见程度下发、撤下没挂上的；表单里的附件编号从这里收."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, jsonify, request, send_file, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import storage
from app.access.scope import fetch
from app.access.visibility import Sight
from app.domain.errors import Refused
from app.queries.case_page import pending_files, sight_on
from app.services import attachments
from models.attachment import Attachment
from models.case import Case
from views.base import OurView, clock_now, commit, current_actor, refuse, today
from views.case_words import refusal_sentence
from views.file_ids import file_ids
from views.ui_filters import cn_moment

FIELD = "attachments"
LOOSE = f"{FIELD}_file"
"""没有脚本时随表单一起交的文件框."""
INLINE = frozenset({*attachments.IMAGES, "application/pdf"})
SANDBOX = "default-src 'none'; sandbox"
FRAMED = "frame-ancestors 'self'"
"""浏览器自带的 PDF 阅读器在 sandbox 里打不开，PDF 只限在本站的框里."""
VEIL_SECONDS = 600
KEY_LENGTH = 64


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="case-veil")


def veil_for(case_id: int) -> str:
    """当次查看敏感附件的凭证：十分钟，只对本人、本件有效."""
    return _signer().dumps([case_id, current_actor().person_id])


def _is_unveiled(case_id: int | None) -> bool:
    try:
        told = _signer().loads(request.args.get("veil", ""), max_age=VEIL_SECONDS)
    except BadSignature:
        return False
    return told == [case_id, current_actor().person_id]


def file_item(file: Attachment, *, veil: str = "") -> dict[str, Any]:
    """界面上的一个附件（见 components/attachments.html）."""
    more = {"veil": veil} if veil else {}
    kind = "image" if file.thumb_path else "file"
    return {
        "id": file.id,
        "name": file.name,
        "url": url_for("AttachmentView.show", file_id=file.id, **more),
        "thumb": url_for("AttachmentView.thumb", file_id=file.id, **more)
        if file.thumb_path
        else "",
        "kind": "pdf" if file.media_type == "application/pdf" else kind,
        "label": file.label,
        "size": file.size,
        "note": cn_moment(file.at, today()),
    }


def posted_ids(name: str = FIELD) -> list[int]:
    """表单里带回的附件编号；不是编号的略去."""
    return file_ids(request.form.getlist(name))


def posted_files(name: str = FIELD) -> list[dict[str, Any]]:
    """表单重画时，已传上来的附件照样列出."""
    return [file_item(file) for file in pending_files(posted_ids(name), current_actor())]


def take_loose_files(name: str = FIELD) -> list[int]:
    """没有脚本时随表单交来的文件，先收下。Raises Refused."""
    actor, found = current_actor(), []
    for sent in request.files.getlist(f"{name}_file"):
        if sent.filename:
            row = attachments.upload(sent.read(), sent.filename, actor=actor, now=clock_now())
            found.append(row.id)
    return found


class CaseUploadView(OurView):
    """上传与撤下：一次一个文件，答 JSON."""

    route_base = "/cases/attachments"
    class_permission_name = "case"
    method_permission_name = {"send": "read", "discard": "read"}

    @expose("", methods=["POST"])
    @has_access
    def send(self) -> Any:
        """收一个文件；``upload_key`` 相同的重传得同一件."""
        sent = request.files.get("file")
        if sent is None:
            abort(400)
        key = request.form.get("upload_key", "")[:KEY_LENGTH] or None
        try:
            row = attachments.upload(
                sent.read(),
                sent.filename or "",
                actor=current_actor(),
                now=clock_now(),
                label=request.form.get("label", "")[:32] or None,
                upload_key=key,
            )
            commit()
        except Refused as refused:
            refuse(refused, module="case", action="upload", kind="attachment", key=None)
            return jsonify(error=refusal_sentence(refused)), 422
        item = file_item(row)
        return jsonify(id=row.id, name=row.name, url=item["url"], thumb=item["thumb"])

    @expose("/<int:file_id>/discard", methods=["POST"])
    @has_access
    def discard(self, file_id: int) -> Any:
        """撤下还没挂到案件的附件."""
        row = _file_or_404(file_id)
        try:
            attachments.discard(row, actor=current_actor(), now=clock_now())
            commit()
        except Refused as refused:
            refuse(refused, module="case", action="discard", kind="attachment", key=file_id)
            return jsonify(error=refusal_sentence(refused)), 409
        return jsonify(id=file_id)


class AttachmentView(OurView):
    """附件的下发：行过数据范围，正文过可见程度；图与 PDF 就地看，其余下载."""

    route_base = "/attachments"
    class_permission_name = "case"
    method_permission_name = {"show": "read", "thumb": "read"}

    @expose("/<int:file_id>")
    @has_access
    def show(self, file_id: int) -> Any:
        """原件."""
        row = _visible(file_id)
        return _send(row.path, row.media_type, row.name)

    @expose("/<int:file_id>/thumb")
    @has_access
    def thumb(self, file_id: int) -> Any:
        """缩略图."""
        row = _visible(file_id)
        if not row.thumb_path:
            abort(404)
        return _send(row.thumb_path, "image/jpeg", row.name)


def _file_or_404(file_id: int) -> Attachment:
    if file_id.bit_length() > 62:
        abort(404)
    try:
        row = fetch(Attachment, file_id, current_actor())
    except Refused:
        abort(404)
    if row.removed_at is not None:
        abort(404)
    return row


def _visible(file_id: int) -> Attachment:
    """看得到正文的人才看得到附件；看不到与没有一样."""
    row = _file_or_404(file_id)
    if row.case_id is None or _is_unveiled(row.case_id):
        return row
    actor = current_actor()
    if sight_on(fetch(Case, row.case_id, actor), actor) is not Sight.FULL:
        abort(404)
    return row


def _send(path: str, media_type: str, name: str) -> Response:
    try:
        answer = send_file(
            storage.path_of(path),
            mimetype=media_type,
            as_attachment=media_type not in INLINE,
            download_name=name,
            conditional=True,
            max_age=0,
        )
    except (FileNotFoundError, storage.Misplaced):
        abort(404)
    policy = FRAMED if media_type == "application/pdf" else SANDBOX
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def existing(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """表单里已有的附件（见 components/forms.html 的 upload）."""
    return [file_item(file) for file in files]
