"""会议页：左议题与点名，中审议、议定事项、纪要正文，右版式预览；一次读齐，写过的字都在."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.access.actor import Actor
from app.domain.meeting_flow import MeetingState
from app.queries.meeting_agenda import ItemLine, ResolutionLine, candidates, follow_ups
from app.queries.meeting_gaps import Book, book_of, gaps_of
from app.queries.meeting_roll import RollLine, roll_of, seats_of, tally
from app.queries.meetings import Head, MinutesLine, editions_of, head_of
from app.services.meeting_agenda import SOURCES, is_late
from app.services.meeting_documents import frozen_sheet
from reports.minutes.build import compose
from reports.wording import ordinal
from views.case_common import names, now
from views.meeting_forms import DebateForm, ItemForm, MinutesForm, ResolutionForm, whole
from views.meeting_paper import paper_of
from views.meeting_parts import (
    agenda_items,
    candidate_rows,
    follow_up_rows,
    item_url,
    resolution_rows,
    roll_items,
    roll_words,
    vacant_words,
)
from views.meeting_rights import WRITING, Rights, rights_of, waiting_words
from views.meeting_words import gap_words
from views.ui_filters import local


@dataclass(frozen=True, slots=True)
class Sent:
    """没办成的一步：动作名与交来的内容，好把写过的字放回原处."""

    action: str = ""
    data: MultiDict[str, str] | None = None

    def given(self, *actions: str) -> MultiDict[str, str] | None:
        """是这几个动作之一交来的内容；不是为空."""
        return self.data if self.action in actions else None

    def number(self, name: str) -> int | None:
        """交来的一个编号；没有的看地址里."""
        found = whole(self.data.get(name)) if self.data is not None else None
        return found if found is not None else whole(request.args.get(name.removesuffix("_id")))


@dataclass(frozen=True, slots=True)
class Dossier:
    """一次会议读齐的一切."""

    head: Head
    book: Book
    editions: Sequence[MinutesLine]
    roll: Sequence[RollLine]
    rights: Rights

    @property
    def minutes(self) -> MinutesLine | None:
        """最新一版纪要."""
        return self.editions[0] if self.editions else None

    @property
    def leader(self) -> str:
        """组长的姓名；名单还没排出来为空."""
        return next((line.name for line in self.roll if line.function == "LEADER"), "")


def read(meeting_id: int, *, actor: Actor) -> Dossier:
    """读齐一次会议，五条语句。Raises Refused('not_found')."""
    head = head_of(meeting_id, actor=actor)
    editions = editions_of(meeting_id)
    last = editions[0] if editions else None
    book = book_of(
        head,
        sections=last.sections if last else (),
        distribution=last.distribution if last else "",
        edition=last.edition if last else 1,
    )
    roll = roll_of(meeting_id)
    return Dossier(head, book, editions, roll, rights_of(head, last, roll, actor=actor))


def page_of(found: Dossier, *, actor: Actor, sent: Sent | None = None) -> dict[str, Any]:
    """会议页的模板变量."""
    sent = sent or Sent()
    head, rights = found.head, found.rights
    chosen = _chosen(found.book.items, sent)
    return {
        "head": head,
        "can": rights.can,
        "rights": rights,
        "minutes": found.minutes if _shows_draft(found) else None,
        "editions": found.editions,
        "waiting": waiting_words(rights, head, found.leader),
        "agenda": agenda_items(head.id, found.book.items, chosen, rights),
        "items": found.book.items,
        "chosen": chosen,
        "chosen_no": (number := _number_of(found.book.items, chosen)),
        "chosen_ordinal": ordinal(number),
        "gaps": _gaps(found),
        **_left(found, actor, sent),
        **_item_part(found, chosen, sent),
        "minutes_form": _minutes_form(found, sent),
        "paper": _paper(found),
    }


def _shows_draft(found: Dossier) -> bool:
    return found.head.state == MeetingState.MINUTED or found.rights.reads_draft


def _chosen(items: Sequence[ItemLine], sent: Sent) -> ItemLine | None:
    wanted = sent.number("item_id")
    return next((item for item in items if item.id == wanted), items[0] if items else None)


def _number_of(items: Sequence[ItemLine], chosen: ItemLine | None) -> int:
    return items.index(chosen) + 1 if chosen is not None else 0


def _gaps(found: Dossier) -> list[dict[str, str]]:
    """签发前还差几处；没有起草的还不必说."""
    if found.minutes is None or found.head.state != MeetingState.CLOSED:
        return []
    if not found.rights.reads_draft:
        return []
    shown = []
    for gap in gaps_of(found.book):
        url = f"#{gap.anchor}" if gap.anchor else ""
        if gap.item_id is not None:
            url = item_url(found.head.id, gap.item_id)
        shown.append({"words": gap_words(gap), "url": url})
    return shown


def _left(found: Dossier, actor: Actor, sent: Sent) -> dict[str, Any]:
    """左栏：候选案件（点开才查）、自拟议题、点名、空缺."""
    head, can = found.head, found.rights.can
    picking = "pick" in request.args or sent.action == "collect_cases"
    picked = candidates(head, actor=actor, now=now()) if can["collect"] and picking else []
    form = ItemForm(formdata=sent.given("collect"))
    form.prepare(head.agenda_types, {code: _(f"agenda_source.{code}") for code in SOURCES})
    ahead = head.state in (MeetingState.NOTICED, MeetingState.OPEN)
    seats = seats_of(head.body_id, head.platform, local(now()).date()) if ahead else []
    found_tally = tally(found.roll)
    return {
        "picking": picking and can["collect"],
        "candidates": candidate_rows(picked),
        "item_form": form,
        "late": can["collect"] and is_late(head.township_id, head.planned_at, now()),
        "roll": roll_items(head.id, found.roll, found.rights, leader=head.leader_title),
        "roll_words": roll_words(found_tally, found.roll) if found.roll else "",
        "vacant": vacant_words(seats),
        "unmarked": sum(line.status == "未登记" for line in found.roll),
    }


def _item_part(found: Dossier, chosen: ItemLine | None, sent: Sent) -> dict[str, Any]:
    """中栏上半：选中的议题、它的议定事项、正在改的一条."""
    head, rights = found.head, found.rights
    rows = [row for row in found.book.resolutions if chosen and row.agenda_item_id == chosen.id]
    previous = (
        follow_ups(head.series_id, before=head.planned_at)
        if chosen is not None and chosen.is_standing
        else []
    )
    editing = _editing(rows, sent) if rights.can["assign"] else None
    return {
        "debate_form": _debate_form(chosen, sent),
        "resolutions": resolution_rows(head.id, rows, rights),
        "resolution_form": _resolution_form(editing, sent) if rights.can["assign"] else None,
        "editing": editing,
        "resolution_open": editing is not None or sent.action in ("resolve", "amend_resolution"),
        "follow_ups": follow_up_rows(head.id, previous, rights),
    }


def _debate_form(chosen: ItemLine | None, sent: Sent) -> DebateForm:
    form = DebateForm(formdata=sent.given("deliberate"))
    if chosen is not None and sent.given("deliberate") is None:
        form.discussion.process_data(chosen.discussion or "")
        form.conclusion.process_data(chosen.conclusion or "")
    return form


def _editing(rows: Sequence[ResolutionLine], sent: Sent) -> ResolutionLine | None:
    wanted = sent.number("resolution_id")
    return next((row for row in rows if row.id == wanted and row.state == "DRAFTED"), None)


def _resolution_form(editing: ResolutionLine | None, sent: Sent) -> ResolutionForm:
    given = sent.given("resolve", "amend_resolution")
    form = ResolutionForm(formdata=given)
    known = names()
    form.prepare(sorted(known.people.items(), key=_by_name), known.orgs.items())
    if given is not None or editing is None:
        return form
    orgs = {name: key for key, name in known.orgs.items()}
    assist = [orgs[name] for name in (editing.assist_orgs or "").split("、") if name in orgs]
    for field, value in (
        (form.content, editing.content),
        (form.duty_person_id, editing.duty_person_id),
        (form.lead_org_id, editing.lead_org_id),
        (form.assist_org_ids, assist),
        (form.due_on, editing.due_on),
        (form.criteria, editing.criteria or ""),
    ):
        field.process_data(value)
    return form


def _by_name(pair: tuple[int, str]) -> str:
    return pair[1]


def _minutes_form(found: Dossier, sent: Sent) -> MinutesForm | None:
    """纪要正文的表单：起草人能改，更正重发时组长能改."""
    can, minutes = found.rights.can, found.minutes
    if minutes is None or not (can["save"] or can["reissue"]):
        return None
    given = sent.given("save_minutes", "reissue_minutes")
    form = MinutesForm(formdata=given)
    if found.head.week is None:
        form.analysis.label.text = _("How the people feel")
    if given is None:
        form.fill(minutes.sections, minutes.distribution)
    else:
        form.take_rows(given)
    return form


def _paper(found: Dossier) -> Mapping[str, Any] | None:
    """预览：签发的取封存的底稿，开着与起草着的照现在的数据；看不到草稿的没有."""
    minutes, state = found.minutes, found.head.state
    if state == MeetingState.MINUTED and minutes is not None and minutes.document_id:
        sheet = frozen_sheet(minutes.document_id)
        return paper_of(sheet) if sheet is not None else None
    if state in WRITING and found.rights.reads_draft:
        return paper_of(compose(found.book, now=now(), roll=found.roll))
    return None


def crumbs_of(head: Head) -> list[dict[str, str]]:
    """当前位置：会议、系列、年."""
    return [
        {"label": _("module.meeting"), "url": url_for("MeetingView.list")},
        {
            "label": head.series_name,
            "url": url_for("MeetingView.list", series=head.series_id),
        },
        {"label": f"{head.year} 年"},
    ]
