"""考核的几步：同意、不同意、发布、重算，确认页与页上的对话框共用的样子."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.domain.months import Month
from app.queries.assessments import AssessmentSheet
from app.services.assessment_deed import BM, OTHER, REASON_MIN
from views.assessment_rights import Rights
from views.assessment_words import edition_words, month_words, snapshot_words, title_words

Deed = dict[str, Any]
LINES = (OTHER, BM)


def _deed(sheet: AssessmentSheet, name: str, title: str, **more: Any) -> Deed:
    head = sheet.head
    facts = [
        {"label": _("Assessment"), "value": f"{title_words(head)} · {edition_words(head)}"},
        {"label": _("Snapshot"), "value": snapshot_words(head), "num": True},
    ]
    return {
        "id": f"do-{name}",
        "title": title,
        "icon": "scale",
        "facts": facts + more.pop("facts", []),
        "version": head.version,
        "key": f"assessment-{head.id}-{name}",
        "ask_url": url_for("AssessmentView.ask", assessment_id=head.id, action=name),
        **more,
    }


def _line_words(sheet: AssessmentSheet, line: str) -> str:
    return _(f"assess_line.{line}")


def _agree(sheet: AssessmentSheet, line: str) -> Deed:
    return _deed(
        sheet,
        f"agree-{line}",
        _("Agree: %(line)s", line=_line_words(sheet, line)),
        url=url_for("AssessmentView.review", assessment_id=sheet.head.id),
        fields={"line": line, "agreed": "1"},
        words=_("Open some of the numbers first: each leads to the very cases it counts."),
        reason="optional",
        reason_label=_("Opinion"),
        tone="primary",
        button=_("Agree"),
    )


def _refuse(sheet: AssessmentSheet, line: str) -> Deed:
    return _deed(
        sheet,
        f"refuse-{line}",
        _("Disagree: %(line)s", line=_line_words(sheet, line)),
        url=url_for("AssessmentView.review", assessment_id=sheet.head.id),
        fields={"line": line, "agreed": "0"},
        words=_("This edition can no longer be published; the office computes it again."),
        reason="required",
        reason_label=_("What is wrong, at least %(n)s characters", n=REASON_MIN),
        button=_("Disagree"),
    )


def _publish(sheet: AssessmentSheet, _name: str) -> Deed:
    scores = [
        {
            "label": score.name,
            "value": _("no volume")
            if score.score_hundredths is None
            else f"{score.score_hundredths / 100:.2f} {score.grade}",
            "num": True,
        }
        for score in sheet.scores
    ]
    return _deed(
        sheet,
        "publish",
        _("Publish the assessment"),
        url=url_for("AssessmentView.publish", assessment_id=sheet.head.id),
        facts=scores,
        words=_(
            "Once published it is not changed any more; a correction is a new edition, and the"
            " edition published before it is replaced but kept."
        ),
        tone="primary",
        button=_("assess.publish"),
    )


def _recalculate(sheet: AssessmentSheet, _name: str) -> Deed:
    head = sheet.head
    return _deed(
        sheet,
        "recalculate",
        _("Compute %(month)s again", month=month_words(head.year, head.month)),
        icon="refresh",
        url=url_for("AssessmentView.calculate"),
        fields={"month": Month(head.year, head.month).code},
        words=_("A new edition is made from today's records and shows what changed."),
        reason="required",
        reason_label=_("Reason, at least %(n)s characters", n=REASON_MIN),
        tone="primary",
        button=_("Compute again"),
    )


ASKS: Mapping[str, tuple[Callable[[AssessmentSheet, str], Deed], str]] = {
    **{f"agree-{line}": (_agree, line) for line in LINES},
    **{f"refuse-{line}": (_refuse, line) for line in LINES},
    "publish": (_publish, ""),
    "recalculate": (_recalculate, ""),
}
"""确认页的名字 → 怎么画、哪条线."""


def ask_of(sheet: AssessmentSheet, name: str) -> Deed:
    """一步的确认."""
    make, line = ASKS[name]
    return make(sheet, line)


def asks_for(sheet: AssessmentSheet, rights: Rights) -> list[Deed]:
    """此人此刻能做的各步."""
    names = [f"{deed}-{line}" for line in rights.lines for deed in ("agree", "refuse")]
    names += ["publish"] if rights.publish else []
    names += ["recalculate"] if rights.calculate else []
    return [ask_of(sheet, name) for name in names]
