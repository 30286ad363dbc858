"""会议页的几块：议题、候选案件、点名、议定事项、上次落实，化成模板要的样子."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.engine import Row

from app.queries.meeting_agenda import FollowUpLine, ItemLine, ResolutionLine
from app.queries.meeting_roll import RollLine, Seat, Tally
from views.base import today
from views.case_common import names
from views.meeting_rights import Rights
from views.ui_filters import cn_day

TONES = {
    "出席": "ok",
    "代会": "ok",
    "请假": "warn",
    "缺席": "bad",
    "列席": "mute",
    "未登记": "mute",
}
ONE_CHARACTER = {
    "出席": "到",
    "代会": "代",
    "请假": "假",
    "缺席": "缺",
    "列席": "列",
    "未登记": "未",
}
DONE = ("DELIBERATED", "RESOLVED", "RETURNED_CASE")


def act_url(meeting_id: int, action: str, **args: Any) -> str:
    """一步的地址."""
    return url_for("MeetingView.act", meeting_id=meeting_id, action=action, **args)


def ask_url(meeting_id: int, action: str, **args: Any) -> str:
    """要写理由的一步的确认页."""
    return url_for("MeetingView.ask", meeting_id=meeting_id, action=action, **args)


def item_url(meeting_id: int, item_id: int) -> str:
    """会议页，停在这个议题上."""
    return url_for("MeetingView.show", meeting_id=meeting_id, item=item_id)


def agenda_items(
    meeting_id: int, items: Sequence[ItemLine], chosen: ItemLine | None, rights: Rights
) -> list[dict[str, Any]]:
    """议题清单：序号、题目、来源与状态、能不能上下移."""
    return [
        {
            "no": number,
            "words": item.title,
            "note": _item_note(item),
            "state": _item_state(item, chosen),
            "url": item_url(meeting_id, item.id),
            "move": _moves(meeting_id, item, number, len(items)) if rights.can["collect"] else {},
        }
        for number, item in enumerate(items, 1)
    ]


def _item_note(item: ItemLine) -> str:
    parts = [item.case_number or _(f"agenda_source.{item.source}")]
    if not item.is_standing:
        parts += [item.section, _(f"agenda_state.{item.state}")]
    return " · ".join(parts)


def _item_state(item: ItemLine, chosen: ItemLine | None) -> str:
    if chosen is not None and item.id == chosen.id:
        return "now"
    return "done" if item.state in DONE else ""


def _moves(meeting_id: int, item: ItemLine, number: int, last: int) -> dict[str, str]:
    """首项不动，别的在它下面上下移."""
    if item.is_standing:
        return {}
    ways = {"up": number > 2, "down": number < last}
    return {
        way: act_url(meeting_id, "arrange", item_id=item.id, way=way)
        for way, is_open in ways.items()
        if is_open
    }


def roll_items(
    meeting_id: int, roll: Iterable[RollLine], rights: Rights, *, leader: str
) -> list[dict[str, Any]]:
    """点名清单：开会时每人几个可点的标记；``leader`` 是主持的人怎么称呼（组长、召集人）."""
    return [
        {
            "name": line.name,
            "post": _post_words(line, leader),
            "mark": ONE_CHARACTER.get(line.status, line.status),
            "tone": TONES.get(line.status, "mute"),
            "choices": _choices(meeting_id, line, rights),
        }
        for line in roll
    ]


def _post_words(line: RollLine, leader: str) -> str:
    parts = [line.post]
    if line.mode != "在任":
        parts.append(line.mode)
    if line.function == "LEADER":
        parts.append(leader)
    if line.proxy_name:
        parts.append(_("represented by %(name)s", name=line.proxy_name))
    if line.reason:
        parts.append(line.reason)
    return " · ".join(parts)


def _choices(meeting_id: int, line: RollLine, rights: Rights) -> list[dict[str, str]]:
    if not rights.can["roll"] and not rights.can["note_leave"]:
        return []
    if rights.can["note_leave"]:
        wanted: tuple[str, ...] = ("请假",) if line.is_expected else ()
    else:
        wanted = ("出席", "请假", "缺席") if line.is_expected else ("列席", "缺席")
    return [
        {
            "url": act_url(meeting_id, "mark", person_id=line.person_id, status=status),
            "mark": ONE_CHARACTER[status],
            "tone": TONES.get(status, "mute"),
        }
        for status in wanted
    ]


def roll_words(found: Tally, roll: Iterable[RollLine]) -> str:
    """点名合计一句话：``应 5 · 到 4 · 假 1 · 缺 0``."""
    unmarked = sum(line.status == "未登记" for line in roll)
    parts = [
        f"应 {found.expected}",
        f"到 {found.present}",
        f"假 {found.leave}",
        f"缺 {found.absent}",
    ]
    if unmarked:
        parts.append(f"未 {unmarked}")
    return " · ".join(parts)


def vacant_words(seats: Iterable[Seat]) -> list[str]:
    """空缺的职务."""
    return [seat.post for seat in seats if seat.person_id is None]


def resolution_rows(
    meeting_id: int, rows: Iterable[ResolutionLine], rights: Rights
) -> list[dict[str, Any]]:
    """议定事项表的各行；要素不齐的标出来."""
    return [
        {
            "id": row.id,
            "url": _edit_url(meeting_id, row, rights),
            "edit": not (row.duty_person_id and row.lead_org_id and row.due_on),
            "cells": {
                "no": f"决{row.order_no:02d}",
                "content": _content_cell(row),
                "lead": row.lead_org or _lacking("lead_org"),
                "duty": _two_lines(
                    row.duty or _lacking("person"),
                    cn_day(row.due_on, today()) or _lacking("due_on"),
                ),
                "state": _progress(meeting_id, row, rights),
            },
        }
        for row in rows
    ]


def _two_lines(first: str, second: str) -> Markup:
    """上下两行：责任人、期限."""
    return Markup("{}<br>{}").format(first, second)


def _lacking(code: str) -> Markup:
    """要素不齐的标出来：``请定责任人``."""
    words = _("Set the %(what)s", what=_(f"lacking.{code}"))
    return Markup('<span class="chip chip-bad">{}</span>').format(words)


def _content_cell(row: ResolutionLine) -> Markup:
    """内容，配合单位与验收标准写在下一行."""
    more = [
        _("with %(units)s", units=row.assist_orgs) if row.assist_orgs else "",
        _("accepted when: %(words)s", words=row.criteria) if row.criteria else "",
    ]
    return _told(row.content, more)


def _told(content: str, more: Iterable[str]) -> Markup:
    """一段字，下面几行小字."""
    lines = [Markup('<div class="sm muted">{}</div>').format(line) for line in more if line]
    return Markup("{}{}").format(content, Markup("").join(lines))


def _edit_url(meeting_id: int, row: ResolutionLine, rights: Rights) -> str:
    """改这一条的地址；不能改的为空串."""
    if not rights.can["assign"] or row.state != "DRAFTED" or row.agenda_item_id is None:
        return ""
    return url_for(
        "MeetingView.show",
        meeting_id=meeting_id,
        item=row.agenda_item_id,
        resolution=row.id,
        _anchor="resolution",
    )


def candidate_rows(rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    """可列入的案件：编号、题目、为什么列."""
    return [
        {
            "id": row.id,
            "number": row.number,
            "title": row.title or _("Sensitive case"),
            "org": names().org(row.org_id),
            "flags": list(_flags(row)),
        }
        for row in rows
    ]


def _flags(row: Row[Any]) -> Iterable[dict[str, str]]:
    if row.card == "RED":
        yield {"code": "red", "words": _("card.RED")}
    if row.card == "YELLOW":
        yield {"code": "yellow", "words": _("card.YELLOW")}
    if row.is_overdue:
        yield {"tone": "bad", "icon": "clock", "words": _("Overdue")}
    if row.return_count:
        yield {"code": "returned", "words": _("Returned %(n)s times", n=row.return_count)}
    yield {"tone": "line", "icon": "", "words": _(f"state.{row.state}")}


def follow_up_rows(
    meeting_id: int, lines: Iterable[FollowUpLine], rights: Rights
) -> list[dict[str, Any]]:
    """上次议定事项：状态、逾期、最近一次报告，能报告的、能确认的给出去处."""
    return [
        {
            "id": line.resolution.id,
            "edit": line.resolution.is_overdue(today()),
            "cells": {
                "content": _told(
                    line.resolution.content, [line.resolution.number or "", line.note]
                ),
                "duty": _two_lines(
                    line.resolution.duty or "", cn_day(line.resolution.due_on, today())
                ),
                "state": _progress(meeting_id, line.resolution, rights),
            },
        }
        for line in lines
    ]


def _progress(meeting_id: int, row: ResolutionLine, rights: Rights) -> Markup:
    """状态（逾期写明），下面是此人能做的：报告进展、确认完成."""
    state = _(f"resolution_state.{row.state}")
    if row.is_overdue(today()):
        state = _("%(state)s, overdue", state=state)
    shape = Markup('<div><a class="btn btn-sm" href="{}">{}</a></div>')
    links = [
        shape.format(ask_url(meeting_id, f"{verb}_resolution", resolution_id=row.id), words)
        for verb, states, words in (
            ("report", ("EFFECTIVE", "IN_PROGRESS"), _("resolution.report")),
            ("confirm", ("REPORTED_DONE",), _("resolution.confirm")),
        )
        if row.state in states and rights.on(verb, row)
    ]
    return Markup("{}{}").format(state, Markup("").join(links))
