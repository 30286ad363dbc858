"""考核页的表：各指标一行、各平台一格，合计、得分条、每个分是怎么算的."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.domain.assessment import ScoreRule, Term
from app.domain.assessment_rows import CARDS, SHOWN_ONLY
from app.queries.assessment_heads import AssessmentHead
from app.queries.assessments import Cell, PlatformScore
from views.assessment_words import percent, snapshot_words, two_places
from views.case_common import names, platform_chip
from views.labels import word


def bar_of(score: PlatformScore) -> dict[str, Any]:
    found = names().platform(score.platform)
    return {
        "name": score.name,
        "hue": found.hue if found else 1,
        "width": 0 if score.score_hundredths is None else score.score_hundredths / 100,
        "score": _("no volume")
        if score.score_hundredths is None
        else two_places(score.score_hundredths),
        "grade": score.grade or "",
        "rank": score.rank,
    }


def column_of(score: PlatformScore) -> dict[str, Any]:
    return {"code": score.platform, "name": score.name, "chip": platform_chip(score.platform)}


def lines_of(
    scores: Sequence[PlatformScore], rule: ScoreRule | None, head: AssessmentHead
) -> list[dict[str, Any]]:
    """各指标一行：名称、口径、权重，各平台一格."""
    terms = {term.code: term for term in rule.terms} if rule else {}
    codes = list(dict.fromkeys(cell.indicator for score in scores for cell in score.cells))
    return [
        {
            "code": code,
            "name": _(f"indicator.{code}"),
            "rule": _(f"indicator_rule.{code}"),
            "weight": next((c.weight for s in scores for c in s.cells if c.indicator == code), 0),
            "shown_only": code in SHOWN_ONLY,
            "inverted": code in terms and terms[code].invert,
            "cells": [_cell(score, score.cell(code), head) for score in scores],
        }
        for code in codes
    ]


def rows_url(head: AssessmentHead, indicator: str, **whose: Any) -> str:
    """数字背后的行的地址."""
    return url_for("AssessmentView.rows", assessment_id=head.id, indicator=indicator, **whose)


def _cell(score: PlatformScore, cell: Cell | None, head: AssessmentHead) -> dict[str, Any]:
    if cell is None or cell.den is None:
        return {"platform": score.name, "kind": "none", "words": _("no data")}
    url = rows_url(head, cell.indicator, platform=score.platform)
    if cell.den == 0:
        words = _("none this month") if not cell.weight else _("none this month, weight spread")
        # 分母没有，也可能有列出来“不计”的行
        return {"platform": score.name, "kind": "nothing", "words": words, "url": url}
    return {
        "platform": score.name,
        "kind": "counted",
        "rate": percent(cell.count),
        "pair": f"{cell.num}/{cell.den}",
        "url": url,
        "points": two_places(cell.points_hundredths),
        "spread": two_places(cell.spread_hundredths),
    }


def totals_of(
    scores: Sequence[PlatformScore], head: AssessmentHead, rule: ScoreRule | None
) -> list[dict[str, Any]]:
    """各平台的合计：扣牌前、黄红牌、得分、等级、怎么算的."""
    return [
        {
            "name": score.name,
            "base": two_places(score.base_hundredths),
            "cards": [
                {
                    "code": code,
                    "n": score.yellow if code == "YELLOW" else score.red,
                    "url": rows_url(head, code, platform=score.platform),
                }
                for code in CARDS
            ],
            "penalty": two_places(-score.penalty_hundredths) if score.penalty_hundredths else "0",
            "score": two_places(score.score_hundredths),
            "grade": score.grade or "",
            "grade_words": word("grade", score.grade) if score.grade else _("no volume"),
            "rank": score.rank,
            "explain": _explain(score, head, rule),
        }
        for score in scores
    ]


def _explain(score: PlatformScore, head: AssessmentHead, rule: ScoreRule | None) -> dict[str, Any]:
    """这个分是怎么算的：逐项一行，合计、扣牌、得分."""
    terms = {term.code: term for term in rule.terms} if rule else {}
    spans = [_span(cell, terms.get(cell.indicator)) for cell in score.cells if cell.weight]
    if score.penalty_hundredths:
        words = _("cards: yellow %(y)s, red %(r)s", y=score.yellow, r=score.red)
        spans.append({"words": words, "value": two_places(-score.penalty_hundredths)})
    return {
        "title": _("%(name)s: how the score is made", name=score.name),
        "rule": _(
            "Rule %(rule)s, snapshot %(snapshot)s. Rate × weight after spreading; added as exact"
            " fractions and rounded half up once, at the end.",
            rule=head.rule_version,
            snapshot=snapshot_words(head),
        ),
        "spans": spans,
        "note": _("Score, not below 0") if score.penalty_hundredths else _("Score"),
        "due": two_places(score.score_hundredths)
        if score.score_hundredths is not None
        else _("no volume"),
    }


def _span(cell: Cell, term: Term | None) -> dict[str, Any]:
    name = _(f"indicator.{cell.indicator}")
    if not cell.den:
        why = _("no data") if cell.den is None else _("none this month")
        words = _("%(name)s: %(why)s, weight %(n)s spread", name=name, why=why, n=cell.weight)
        return {"words": words, "value": "—", "skipped": True}
    shape = (
        _("%(name)s 1 − %(pair)s, × %(weight)s")
        if term and term.invert
        else _("%(name)s %(pair)s, × %(weight)s")
    )
    words = shape % {
        "name": name,
        "pair": f"{cell.num}/{cell.den}",
        "weight": two_places(cell.spread_hundredths),
    }
    return {"words": words, "value": two_places(cell.points_hundredths), "skipped": False}
