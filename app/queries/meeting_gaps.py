"""签发前还差几处：纪要要素与议定事项要素，一处一条，说得出在哪里."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.meeting_guards import resolution_gaps
from app.queries.meeting_agenda import ItemLine, ResolutionLine, items_of, resolutions_of
from app.queries.meetings import Head

ROW_FIELDS = ("responsible", "lead_unit", "due")


@dataclass(frozen=True, slots=True)
class Gap:
    """差的一处：词条键 ``gap.<code>``、填进句子的事实、页面上跳到哪里（议题或节）."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    item_id: int | None = None
    anchor: str = ""

    @property
    def is_resolution(self) -> bool:
        """是议定事项的要素，不是正文的."""
        return self.code == "resolution"


def section(sections: Iterable[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    """正文里的一节；没有为空."""
    return next((one for one in sections if one.get("code") == code), {})


@dataclass(frozen=True, slots=True)
class Book:
    """一次会议写纪要要用的一切：抬头、议题、议定事项、正文各节、印发范围与版次."""

    head: Head
    items: Sequence[ItemLine]
    resolutions: Sequence[ResolutionLine]
    sections: Sequence[Mapping[str, Any]] = ()
    distribution: str = ""
    edition: int = 1

    def text(self, code: str) -> Mapping[str, Any]:
        """正文里的一节；没有为空."""
        return section(self.sections, code)


def book_of(
    head: Head,
    *,
    sections: Sequence[Mapping[str, Any]] = (),
    distribution: str | None = None,
    edition: int = 1,
) -> Book:
    """读议题与议定事项，合成一册；抬头须已按范围取过."""
    return Book(
        head, items_of(head.id), resolutions_of(head.id), sections, distribution or "", edition
    )


def gaps_of(book: Book) -> tuple[Gap, ...]:
    """还差几处，依页面的次序；空即可以送审、签发."""
    found = [Gap(code) for code, value in _people(book.head) if value is None]
    if not str(book.text("analysis").get("text") or "").strip():
        found.append(Gap("analysis", anchor="analysis"))
    found += _arrangements(book.text("arrangements").get("rows") or ())
    for number, item in enumerate(book.items, start=1):
        if item.state in ("COLLECTED", "ADMITTED"):
            found.append(Gap("item_open", {"no": number, "title": item.title}, item.id))
    for row in book.resolutions:
        lacking = resolution_gaps(
            person_id=row.duty_person_id, org_id=row.lead_org_id, due_on=row.due_on
        )
        facts = {"no": row.order_no, "lacking": lacking}
        found += [Gap("resolution", facts, row.agenda_item_id)] if lacking else []
    return tuple(found)


def _people(head: Head) -> tuple[tuple[str, int | None], ...]:
    return (("chair", head.host_id), ("recorder", head.recorder_id))


def _arrangements(rows: Iterable[Mapping[str, Any]]) -> list[Gap]:
    return [
        Gap("arrangement", {"no": number}, anchor="arrangements")
        for number, row in enumerate(rows, start=1)
        if any(not row.get(name) for name in ROW_FIELDS)
    ]
