"""签发前还差几处：纪要要素与议定事项要素，一处一条，说得出在哪里."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.meeting_guards import resolution_gaps
from app.queries.meeting_agenda import ItemLine, ResolutionLine
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


def gaps_of(
    head: Head,
    sections: Iterable[Mapping[str, Any]],
    items: Iterable[ItemLine],
    resolutions: Iterable[ResolutionLine],
) -> tuple[Gap, ...]:
    """还差几处，依页面的次序；空即可以送审、签发."""
    parts = list(sections)
    found = [Gap(code) for code, value in _people(head) if value is None]
    if not str(section(parts, "analysis").get("text") or "").strip():
        found.append(Gap("analysis", anchor="analysis"))
    found += _arrangements(section(parts, "arrangements").get("rows") or ())
    for number, item in enumerate(items, start=1):
        if item.state in ("COLLECTED", "ADMITTED"):
            found.append(Gap("item_open", {"no": number, "title": item.title}, item.id))
    for row in resolutions:
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
