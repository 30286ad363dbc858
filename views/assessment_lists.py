"""考核清单与数字背后的行：两页的内容."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app.access.actor import Actor
from app.access.assessed import assess_reach
from app.access.decide import decide
from app.domain.assessment import AssessmentState
from app.domain.assessment_rows import CARDS, IN_NUM, OF_PERSON
from app.domain.errors import Refused
from app.domain.months import Month
from app.queries.assessment_behind import PARTS, BehindPage, Part, Whose, behind
from app.queries.assessment_heads import AssessmentHead, heads, years_of
from app.queries.assessments import AssessmentSheet, PlatformScore, scores_of, sheet_of
from app.services.assessment_deed import subject_of
from views.assessment_page import crumbs, pdf_url
from views.assessment_table import rows_url
from views.assessment_words import (
    edition_words,
    month_words,
    percent_of,
    snapshot_words,
    two_places,
)
from views.case_common import calendar, moment_words, names, now
from views.case_list_rows import title_of
from views.meeting_forms import whole

STATES = tuple(AssessmentState)
OFFERED_MONTHS = 12


def listing(actor: Actor) -> dict[str, Any]:
    """清单页的模板变量."""
    year, chosen = year_asked(), state_asked()
    found = heads(actor, year=year, state=chosen)
    scores = scores_of([one.id for one in found], actor)
    platforms = [p for p in names().platforms.values() if _shows(scores, p.code)]
    return {
        "rows": [_row(one, scores.get(one.id, ())) for one in found],
        "platforms": platforms,
        "years": years_of(actor),
        "year": year,
        "states": [(code, _(f"assessment_state.{code}")) for code in STATES],
        "state": chosen or "",
        "conditions": _conditions(year, chosen),
        "may_calculate": may_calculate(actor),
        "nothing": _nothing(actor),
    }


def year_asked() -> int | None:
    """筛选的年."""
    return whole(request.args.get("year"))


def state_asked() -> str | None:
    """筛选的状态；看不懂的当没有."""
    state = request.args.get("state", "")
    return state if state in STATES else None


def _nothing(actor: Actor) -> str:
    """一版也没有时说什么：谁会看到什么、下一步做什么."""
    reach = assess_reach(actor)
    if may_calculate(actor):
        return _(
            "No assessment yet. A draft appears by itself at 8:30 on the first working day of the"
            " next month; a month that is over can be computed now."
        )
    if reach.everything or reach.platforms or reach.person_id is not None:
        return _(
            "No assessment yet. A draft appears by itself at 8:30 on the first working day of the"
            " next month."
        )
    if reach.published:
        return _("No assessment has been published yet. What is published appears here.")
    return _(
        "None of your posts is assessed: those in charge of a platform, its staff, its host unit"
        " and the grid members see their own."
    )


def may_calculate(actor: Actor) -> bool:
    """此人能不能计算."""
    return decide(actor, "assess", "calculate", subject_of(actor.township_id)).allowed


def _shows(scores: dict[int, tuple[PlatformScore, ...]], code: str) -> bool:
    return any(score.platform == code for found in scores.values() for score in found)


def _row(head: AssessmentHead, scores: tuple[PlatformScore, ...]) -> dict[str, Any]:
    return {
        "head": head,
        "url": url_for("AssessmentView.show", assessment_id=head.id),
        "month": month_words(head.year, head.month),
        "edition": edition_words(head),
        "snapshot": snapshot_words(head),
        "scores": {
            score.platform: _("no volume")
            if score.score_hundredths is None
            else f"{two_places(score.score_hundredths)} {score.grade}"
            for score in scores
        },
        "computed": moment_words(head.computed_at),
        "published": moment_words(head.published_at) if head.published_at else "",
        "pdf": pdf_url(head),
    }


def _conditions(year: int | None, state: str | None) -> list[dict[str, Any]]:
    found = []
    if year:
        found.append(
            {
                "label": _("Year"),
                "value": str(year),
                "remove_url": url_for("AssessmentView.list", state=state),
            }
        )
    if state:
        found.append(
            {
                "label": _("State"),
                "value": _(f"assessment_state.{state}"),
                "remove_url": url_for("AssessmentView.list", year=year),
            }
        )
    return found


def months_offered(actor: Actor) -> list[dict[str, Any]]:
    """可以算的月：满了的近十二个月，已有的注明最新一版."""
    latest: dict[tuple[int, int], AssessmentHead] = {}
    for one in heads(actor):
        latest.setdefault((one.year, one.month), one)
    this = Month.of(calendar().local_day(now()))
    found = []
    for back in range(1, OFFERED_MONTHS + 1):
        month = this.shift(-back)
        head = latest.get((month.year, month.number))
        label = month_words(month.year, month.number)
        if head is not None:
            label = _("%(month)s (edition %(n)s exists)", month=label, n=head.revision)
        found.append({"code": month.code, "label": label})
    return found


# 数字背后的行


def behind_page(assessment_id: int, actor: Actor) -> dict[str, Any]:
    """数字背后的行的模板变量。Raises Refused('not_found')."""
    sheet = sheet_of(assessment_id, actor)
    whose, owner, shown = asked(sheet)
    part = part_of(whose)
    page = behind(whose, part=part, actor=actor, after=whole(request.args.get("after")) or 0)
    head = sheet.head
    whose_args = {"platform": whose.platform} if whose.platform else {"person": whose.person_id}
    return {
        "head": head,
        "crumbs": crumbs(head),
        "title": _("%(owner)s: %(name)s", owner=owner, name=_(f"indicator.{whose.indicator}")),
        "rule": _(f"indicator_rule.{whose.indicator}"),
        "is_card": whose.indicator in CARDS,
        "shown": shown,
        "tabs": _tabs(head, whose, whose_args, part, page),
        "rows": [behind_row(row, whose.indicator) for row in page.rows],
        "count": _("%(n)s rows", n=page.counts[part]),
        "next": rows_url(head, whose.indicator, **whose_args, part=part, after=page.next)
        if page.next
        else None,
        "first": rows_url(head, whose.indicator, **whose_args, part=part)
        if request.args.get("after")
        else None,
        "snapshot": snapshot_words(head),
        "edition": edition_words(head),
        "export": {
            "assessment": head.id,
            "indicator": whose.indicator,
            **whose_args,
            "part": part,
        },
    }


def part_of(whose: Whose) -> Part:
    """看哪一部分；看不懂的、没有这一部分的看分母."""
    part: Part = next((p for p in PARTS if p == request.args.get("part")), "den")
    return "den" if whose.indicator == "I5" and part == "rest" else part


def asked(sheet: AssessmentSheet) -> tuple[Whose, str, str]:
    """问的是谁的哪一项：须是看得到、算得出的；回的第三样是那个数."""
    indicator = request.args.get("indicator", "")
    key = sheet.head.id
    if indicator == OF_PERSON:
        wanted = whole(request.args.get("person"))
        one = next((p for p in sheet.people if p.person_id == wanted), None)
        if one is not None:
            shown = f"{one.num}/{one.den} = {percent_of(one.num, one.den)}"
            return Whose(key, indicator, person_id=one.person_id), one.name, shown
        raise Refused("not_found")
    platform = request.args.get("platform", "")
    score = next((s for s in sheet.scores if s.platform == platform), None)
    if score is None or indicator not in IN_NUM:
        raise Refused("not_found")
    return Whose(key, indicator, platform=platform), score.name, _number(score, indicator)


def _number(score: PlatformScore, indicator: str) -> str:
    if indicator in CARDS:
        return str(score.yellow if indicator == "YELLOW" else score.red)
    cell = score.cell(indicator)
    if cell is None or cell.den is None or cell.num is None:
        raise Refused("not_found")
    return f"{cell.num}/{cell.den} = {percent_of(cell.num, cell.den)}"


def _tabs(
    head: AssessmentHead, whose: Whose, args: dict[str, Any], part: Part, page: BehindPage
) -> list[dict[str, Any]]:
    labels: dict[Part, str] = {
        "den": _("All counted"),
        "num": _("In the numerator"),
        "rest": _("Not in the numerator"),
        "out": _("Left out"),
    }
    if whose.indicator in CARDS:
        labels = {"den": _("All counted"), "out": _("Left out")}
    elif whose.indicator == "I5":
        # 分子可能是上月交办的，不是分母的一部分
        labels.pop("rest")
    return [
        {
            "label": words,
            "count": page.counts[name],
            "url": rows_url(head, whose.indicator, **args, part=name),
            "on": name == part,
        }
        for name, words in labels.items()
    ]


def behind_row(row: Any, indicator: str) -> dict[str, Any]:
    seen = row.case_id is not None and row.in_reach
    if row.in_den or row.in_num:
        mark = ("ok", _("in both")) if row.in_den and row.in_num else _half(row)
    else:
        mark = ("mute", _("left out"))
    return {
        "id": row.id,
        "number": row.number or "—",
        "url": url_for("CaseView.show", case_id=row.case_id) if seen else None,
        "title": title_of(row) if seen else _("(not in your reach)"),
        "round": _("round %(r)s, hand-over %(t)s", r=row.round, t=row.turn)
        if row.turn
        else _("round %(r)s", r=row.round),
        "due": moment_words(row.due_at) if row.due_at else "",
        "done": moment_words(row.done_at) if row.done_at else "",
        "mark": mark,
        "why": _why(row, indicator),
    }


def _half(row: Any) -> tuple[str, str]:
    return ("info", _("denominator only")) if row.in_den else ("warn", _("numerator only"))


def _why(row: Any, indicator: str) -> str:
    words = _(f"assess_why.{row.why}")
    if indicator in CARDS and row.label:
        return f"{words} · {_(f'clock.{row.label}')}"
    if indicator == "I3" and row.label:
        return f"{words} · {_('%(n)s times', n=row.label)}"
    return words
