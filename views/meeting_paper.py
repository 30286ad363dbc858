"""版式预览：把底稿写成一页纸上的几行；签发的取封存的底稿，没签的照现在的数据."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from reports.minutes.sheet import Attendee, MinutesSheet
from reports.wording import clock, cn_date, cn_weekday, ordinal

MOST_LINES = 40
Line = tuple[str, str]


def paper_of(sheet: MinutesSheet) -> dict[str, Any]:
    """预览要的几样：红头、编号、编发机构、日期、标题、各行（h 为标题，p 为正文）."""
    lines = list(_lines(sheet))
    return {
        "head": [sheet.mark],
        "number": sheet.number or _("(draft)"),
        "office": sheet.organ,
        "day": cn_date(sheet.dated),
        "title": "".join(sheet.title),
        "lines": lines[:MOST_LINES],
        "cut": len(lines) > MOST_LINES,
    }


def _lines(sheet: MinutesSheet) -> Iterator[Line]:
    yield from _opening(sheet)
    for number, (title, body) in enumerate(_sections(sheet), 1):
        yield "h", f"{ordinal(number)}、{title}"
        for text in body:
            yield "p", text
    for title, people in sheet.attendance:
        yield "p", f"{title}：{_people(people)}"
    if sheet.signer:
        yield "p", f"签发：{_people((sheet.signer,))}"


def _opening(sheet: MinutesSheet) -> Iterator[Line]:
    ended = f"至{clock(sheet.ended)}" if sheet.ended else ""
    day = f"{cn_date(sheet.held_on)}（{cn_weekday(sheet.held_on)}）"
    yield "p", f"时间：{day}{clock(sheet.began)}{ended}"
    yield "p", f"地点：{sheet.place}"
    chair = _people((sheet.chair,))
    entrusted = f"受{sheet.entrusted_by}委托，{chair}主持" if sheet.entrusted_by else chair
    yield "p", f"主持：{entrusted}"


def _people(people: tuple[Attendee, ...]) -> str:
    return "、".join(f"{one.name}（{one.detail}）" if one.detail else one.name for one in people)


def _sections(sheet: MinutesSheet) -> Iterator[tuple[str, list[str]]]:
    done = [
        f"{n}.{one.content}（{one.responsible}，{cn_date(one.due)}）。{one.state}"
        for n, one in enumerate(sheet.follow_ups, 1)
    ]
    yield "上次议定事项落实情况", done or ["没有上次会议议定而未完成的事项。"]
    if sheet.analysis:
        yield sheet.headings[0], list(sheet.analysis)
    plans = [
        f"{n}.{one.content}（{one.responsible}，{one.lead_unit}，{cn_date(one.due)}）"
        for n, one in enumerate(sheet.arrangements, 1)
    ]
    yield sheet.headings[1], plans or ["没有另作安排。"]
    if sheet.agenda:
        yield "议题研究情况", list(_agenda(sheet))
    rows = [
        f"{one.number} {one.content}（{one.lead_unit}，{one.responsible}，{cn_date(one.due)}）"
        for one in sheet.resolutions
    ]
    yield "议定事项", rows or ["本次会议没有议定事项。"]


def _agenda(sheet: MinutesSheet) -> Iterator[str]:
    for number, item in enumerate(sheet.agenda, 1):
        yield f"（{ordinal(number)}）{item.title}"
        yield from item.discussion
        if item.conclusion:
            yield f"会议认为，{item.conclusion}"
