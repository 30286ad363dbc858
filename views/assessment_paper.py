"""考核通报的 PDF：发布了的逐字节相同、每下载一次记一次；没发布的给看草稿."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from flask import abort, redirect, send_file, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access

from app.domain.errors import Refused
from app.services import assessment_documents, document_downloads
from app.services.documents import Made
from views.base import OurView, clock_now, commit, current_actor, flash_refusal, undo

MOST_BITS = 62


class AssessmentPaperView(OurView):
    """考核通报."""

    route_base = "/assessments"
    class_permission_name = "document"
    method_permission_name: Mapping[str, str] = {"circular": "download", "draft": "download"}
    default_view = "circular"

    @expose("/<int:assessment_id>.pdf", methods=["GET"])
    @has_access
    def circular(self, assessment_id: int) -> Any:
        """发布了的通报."""

        def make() -> Made:
            made, document = assessment_documents.circular_pdf(
                _sane(assessment_id), actor=current_actor()
            )
            holding = assessment_documents.may_download(document, actor=current_actor())
            document_downloads.note(
                document, actor=current_actor(), holding=holding, now=clock_now()
            )
            commit()
            return made

        return _file(assessment_id, make)

    @expose("/<int:assessment_id>/draft.pdf", methods=["GET"])
    @has_access
    def draft(self, assessment_id: int) -> Any:
        """草稿预览：每页标明草稿."""
        return _file(
            assessment_id,
            lambda: assessment_documents.draft_pdf(
                _sane(assessment_id), actor=current_actor(), now=clock_now()
            ),
            inline=True,
        )


def _sane(key: int) -> int:
    if key.bit_length() > MOST_BITS:
        abort(404)
    return key


def _file(key: int, make: Callable[[], Made], *, inline: bool = False) -> Any:
    try:
        made = make()
    except Refused as refused:
        if refused.code == "not_found":
            undo()
            abort(404)
        flash_refusal(refused, module="document", action="download", kind="assessment", key=key)
        return redirect(url_for("AssessmentView.show", assessment_id=key))
    return send_pdf(made, inline=inline)


def send_pdf(made: Made, *, inline: bool = False) -> Any:
    """交出一份 PDF，浏览器不留."""
    return send_file(
        BytesIO(made.content),
        mimetype="application/pdf",
        as_attachment=not inline,
        download_name=made.name,
        max_age=0,
    )
