"""考核页的内容：四个平台 × 各指标的表、怎么算的、步骤、对比、各版、网格员."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.domain.assessment_rows import CARDS, OF_PERSON
from app.queries.assessment_compare import Comparison, comparisons
from app.queries.assessment_heads import AssessmentHead, heads, revisions_of
from app.queries.assessments import AssessmentSheet, rule_of, sheet_of
from app.services.assessment_documents import may_read_draft
from views.assessment_asks import asks_for
from views.assessment_rights import by_line, missing_of, rights_of, waiting_words
from views.assessment_table import bar_of, column_of, lines_of, rows_url, totals_of
from views.assessment_words import (
    delta_words,
    edition_words,
    month_words,
    pair_words,
    percent_of,
    snapshot_words,
    title_words,
    two_places,
)
from views.case_common import moment_words

SHOWN_MONTHS = 6


def page_of(assessment_id: int, *, actor: Actor) -> dict[str, Any]:
    """考核页的模板变量。Raises Refused('not_found')."""
    sheet = sheet_of(assessment_id, actor)
    head, editions = sheet.head, revisions_of(sheet.head, actor)
    rule = rule_of(head)
    rights = rights_of(sheet, editions[0].revision > head.revision, actor)
    earlier, before = comparisons(head, sheet.scores, editions, actor)
    deeds = asks_for(sheet, rights)
    return {
        "head": head,
        "title": title_words(head),
        "edition": edition_words(head),
        "snapshot": snapshot_words(head),
        "crumbs": crumbs(),
        "months": _months(head, actor),
        "editions": _editions(head, editions),
        "waiting": waiting_words(sheet, rights) or rights.aside,
        "actions": _actions(deeds),
        "more": _more(deeds),
        "dialogs": deeds,
        "pdf_url": pdf_url(head),
        "draft_url": draft_url(head, actor),
        "steps": _steps(sheet),
        "bars": [bar_of(score) for score in sheet.scores],
        "platforms": [column_of(score) for score in sheet.scores],
        "lines": lines_of(sheet.scores, rule, head),
        "totals": totals_of(sheet.scores, head, rule),
        "people": [_person(head, one) for one in sheet.people if one.den],
        "idle": [_person(head, one) for one in sheet.people if not one.den],
        "reviews": sheet.reviews,
        "refusals": [one for one in sheet.reviews if not one.is_agreed],
        "comparisons": [c for c in (_against(earlier), _against(before)) if c],
        "conflict": any(score.platform == "BM" for score in sheet.scores),
        "moment": moment_words,
    }


def crumbs(head: AssessmentHead | None = None) -> list[dict[str, str]]:
    """面包屑."""
    first = {"label": _("stage.统一考核"), "url": url_for("AssessmentView.list")}
    if head is None:
        return [first]
    here = url_for("AssessmentView.show", assessment_id=head.id)
    return [first, {"label": title_words(head), "url": here}]


def pdf_url(head: AssessmentHead) -> str:
    """通报 PDF 的地址；还没有这条路、还没有发布的为空."""
    wanted = "/assessments/<int:assessment_id>.pdf"
    rule = next((r for r in current_app.url_map.iter_rules() if r.rule == wanted), None)
    if rule is None or head.published_at is None:
        return ""
    return url_for(rule.endpoint, assessment_id=head.id)


def draft_url(head: AssessmentHead, actor: Actor) -> str:
    """没有发布的通报草稿；看不了的为空."""
    if not may_read_draft(head, actor=actor) or not actor.has_verb("document", "download"):
        return ""
    return url_for("AssessmentPaperView.draft", assessment_id=head.id)


def _months(head: AssessmentHead, actor: Actor) -> list[dict[str, Any]]:
    """选月份：近几个月各取最新的一版（正在看的月取正在看的这一版）."""
    latest: dict[tuple[int, int], AssessmentHead] = {}
    for one in heads(actor):
        latest.setdefault((one.year, one.month), one)
    latest[(head.year, head.month)] = head
    shown = sorted(latest, reverse=True)[:SHOWN_MONTHS]
    if (head.year, head.month) not in shown:
        shown.append((head.year, head.month))
    return [
        {
            "label": month_words(*key),
            "url": url_for("AssessmentView.show", assessment_id=latest[key].id),
            "on": key == (head.year, head.month),
        }
        for key in sorted(shown)
    ]


def _editions(head: AssessmentHead, editions: Sequence[AssessmentHead]) -> list[dict[str, Any]]:
    return [
        {
            "label": edition_words(one),
            "url": url_for("AssessmentView.show", assessment_id=one.id),
            "on": one.id == head.id,
            "state": one.state,
            "snapshot": snapshot_words(one),
            "at": moment_words(one.computed_at),
            "by": one.computed_by or _("the system"),
            "reason": one.reason or "",
        }
        for one in editions
    ]


def _button(deed: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"label": deed["title"], "url": deed["ask_url"], "dialog": deed["id"], **more}


def _actions(deeds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """页首的按钮：同意、发布是主按钮（多了只有头一个），不同意在旁."""
    found: list[dict[str, Any]] = []
    for deed in deeds:
        name = deed["id"].removeprefix("do-")
        if name.startswith("refuse-"):
            found.append(_button(deed, icon="arrow-back-up"))
        elif name != "recalculate":
            has_main = any(one.get("tone") == "primary" for one in found)
            found.append(_button(deed, icon="check", tone="" if has_main else "primary"))
    return found


def _more(deeds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    again = [_button(deed, icon="refresh") for deed in deeds if deed["id"] == "do-recalculate"]
    return [{"title": "", "items": again}] if again else []


def _steps(sheet: AssessmentSheet) -> list[dict[str, Any]]:
    """计算 → 复核 → 发布."""
    head = sheet.head
    done = by_line((one.line, one.person) for one in sheet.reviews if one.is_agreed)
    missing = by_line((line, _(f"reviewer.{role}")) for line, role in missing_of(sheet))
    reviewed = head.reviewed_at is not None
    return [
        {
            "words": _("assess.calculate"),
            "state": "done",
            "at": f"{moment_words(head.computed_at)} {head.computed_by or _('the system')}",
        },
        {
            "words": _("assess.review"),
            "state": "done" if reviewed else "now",
            "at": done,
            "note": _("still missing: %(who)s", who=missing) if missing else "",
        },
        {
            "words": _("assess.publish"),
            "state": "done" if head.published_at else ("now" if reviewed else ""),
            "at": f"{moment_words(head.published_at)} {head.published_by or ''}"
            if head.published_at
            else "",
        },
    ]


def _person(head: AssessmentHead, one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "rate": percent_of(one.num, one.den),
        "pair": f"{one.num}/{one.den}",
        "url": rows_url(head, OF_PERSON, person=one.person_id),
    }


def _against(found: Comparison | None) -> dict[str, Any] | None:
    if found is None:
        return None
    other = found.other
    return {
        "title": _(
            "Against %(month)s, edition %(n)s",
            month=month_words(other.year, other.month),
            n=other.revision,
        ),
        "url": url_for("AssessmentView.show", assessment_id=other.id),
        "rows": [
            {
                "name": one.name,
                "before": two_places(one.before),
                "after": two_places(one.after),
                "delta": delta_words(one.delta),
                "tone": "" if not one.delta else ("ok" if one.delta > 0 else "bad"),
                "cells": [
                    _(
                        "%(name)s %(old)s → %(new)s",
                        name=_(f"indicator.{cell.indicator}"),
                        old=pair_words(cell.before),
                        new=pair_words(cell.after),
                    )
                    for cell in one.cells
                ]
                + _card_words(one.cards_before, one.cards_after),
            }
            for one in found.changes
        ],
        "same": not any(one.is_changed for one in found.changes),
    }


def _card_words(old: tuple[int, int], new: tuple[int, int]) -> list[str]:
    return [
        _("%(name)s %(old)s → %(new)s", name=_(f"indicator.{code}"), old=was, new=now)
        for code, was, now in zip(CARDS, old, new, strict=True)
        if was != now
    ]
