"""登记时的旁栏：小类建议、可能重复、期限预览；打字停下来就问一次，只建议不代定."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import get_template_attribute, jsonify, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.domain.case_states import Clock, Kind, Level
from app.domain.deadlines import ClockPlan, clock_plan
from app.queries.case_suggest import (
    ENOUGH,
    Alike,
    Draft,
    Suggestion,
    similar_cases,
    suggest_categories,
)
from app.services.rules import book_at
from views.base import OurView, current_actor, today
from views.case_clocks import explain_due, span_words, weekday
from views.case_common import calendar, names, now, platform_chip, state_words
from views.ui_filters import cn_day, cn_moment, local

LONGEST = 1000
STRIP_DAYS = 9
STRIP = {"holiday": "off", "weekend": "off"}


class CaseSuggestView(OurView):
    """登记旁栏的建议（JSON）：数据与画好的片段各给一份."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"suggest": "draft"}

    @expose("/suggest", methods=["GET"])
    @has_access
    def suggest(self) -> Any:
        """按标题与内容提小类，按网格与小类找相像的，按等级与件别算期限."""
        typed = _typed()
        enough = len(typed.text.strip()) >= ENOUGH
        found = suggest_categories(typed.text, names()) if enough else []
        alike = similar_cases(typed, actor=current_actor(), names=names(), now=now())
        shown = [_suggestion(one) for one in found]
        cases = [_similar(one) for one in alike if one.id != _number("case")]
        dues, days = _dues()
        return jsonify(
            categories=[_category_data(one) for one in found],
            similar=[{key: one[key] for key in ("code", "words")} for one in cases],
            due=[{"label": one["label"], "due": one["due"], "why": one["why"]} for one in dues],
            html={
                "categories": _draw("suggested", shown, enough),
                "similar": _draw("alike", cases, typed.grid_id or typed.village_id),
                "due": _draw("dues", dues, days),
            },
        )


def _draw(name: str, *args: Any) -> str:
    return str(get_template_attribute("cases/_helpers.html", name)(*args)).strip()


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _degrees(name: str) -> float | None:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None


def _typed() -> Draft:
    """正在写的一件；编号不是本乡的当没有选."""
    text = f"{request.args.get('title', '')} {request.args.get('body', '')}"[:LONGEST]
    grid, village = _number("grid_id"), _number("village_id")
    return Draft(
        text=text,
        category_id=_number("category_id"),
        grid_id=grid if grid in names().grids else None,
        village_id=village if village in names().villages else None,
        lon=_degrees("lon"),
        lat=_degrees("lat"),
    )


def _category_data(one: Suggestion) -> dict[str, Any]:
    kept = one.category
    return {
        "id": kept.id,
        "code": kept.code,
        "name": kept.name,
        "platform": kept.platform,
        "words": list(one.words),
        "share": one.share,
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "code": one.category.id,
        "words": one.category.name,
        "platform": platform_chip(one.category.platform) or {"short_name": "", "hue": 1},
        "because": "、".join(one.words),
        "share": one.share,
        "on": one.category.id == _number("category_id"),
    }


def _similar(one: Alike) -> dict[str, Any]:
    """一件相像的；敏感件只有编号与状态."""
    item = {
        "code": one.number,
        "url": url_for("CaseView.show", case_id=one.id),
        "state_code": one.state,
        "words": state_words(one.state),
        "title": "",
        "note": "",
        "reasons": [],
    }
    if one.is_sensitive:
        return item
    channel = names().channels.get(one.channel, "")
    apart = _("about %(n)s m away", n=one.metres) if one.metres is not None else ""
    day = cn_day(one.reported_at, today())
    item |= {
        "title": one.title,
        "note": " · ".join(part for part in (day, channel, apart) if part),
        "reasons": [_("same grid"), *_reasons(one)],
    }
    return item


def _reasons(one: Alike) -> list[str]:
    found = [_("same category")] if one.same_category else []
    if one.words:
        found.append(_("words: %(words)s", words="、".join(one.words[:3])))
    return found


def _plan(clock: Clock, level: str, kind: str) -> ClockPlan | None:
    """此刻起算的一个时钟."""
    rule = book_at(current_actor().township_id, now()).rule_for(clock, level, kind, item_days=None)
    return clock_plan(rule, now(), calendar()) if rule is not None else None


def _dues() -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """应分流、应办结，各带逐段说明；下面一排日子."""
    asked = request.args.get("level", ""), request.args.get("kind", "")
    level = asked[0] if asked[0] in set(Level) else Level.ORDINARY.value
    kind = asked[1] if asked[1] in set(Kind) else Kind.EVENT.value
    labels = {Clock.DISPATCH: _("To be dispatched"), Clock.HANDLE: _("To be finished")}
    found = []
    handle: ClockPlan | None = None
    for clock, label in labels.items():
        plan = _plan(clock, level, kind)
        if plan is None or plan.yellow.at is None:
            continue
        handle = plan if clock is Clock.HANDLE else handle
        words = span_words(plan.rule.yellow)
        found.append(
            {
                "label": label,
                "due": cn_moment(plan.yellow.at, today()),
                "why": _("%(level)s · %(span)s", level=_(f"level.{level}"), span=words),
                "explain": explain_due(plan.yellow, plan.rule.yellow, plan.rule.version),
            }
        )
    return found, _strip(handle) if handle else []


def _strip(plan: ClockPlan) -> list[dict[str, str]]:
    """今天起的一排日子：休息日不计，黄牌日、红牌日标出."""
    book, day = calendar(), local(now()).date()
    due = local(plan.yellow.at).date() if plan.yellow.at else None
    red = local(plan.red.at).date() if plan.red.at else None
    found = []
    for step in range(STRIP_DAYS):
        one = day + timedelta(days=step)
        kind = "work" if due is None or one < due else "after"
        kind = STRIP.get(book.day_kind(one), kind)
        marked = {due: "due", red: "red", day: "now"}.get(one, kind)
        found.append({"week": weekday(one)[-1], "day": str(one.day), "kind": marked})
    return found
