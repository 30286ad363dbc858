"""平台例会纪要的底稿怎么填：按范围读会议、名单、议题、议定事项与上次落实，化成纯数据."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.access.actor import Actor
from app.domain.errors import Refused
from app.domain.meeting_flow import ResolutionState
from app.queries.meeting_agenda import FollowUpLine, ItemLine, ResolutionLine, follow_ups
from app.queries.meeting_gaps import Book, book_of
from app.queries.meeting_roll import RollLine, Tally, roll_of, tally
from app.queries.meeting_rules import meeting_rules
from app.queries.meetings import Head, editions_of, head_of
from app.queries.names import names_of
from reports.minutes.sheet import (
    AgendaItem,
    Arrangement,
    Attendee,
    Colophon,
    FollowUp,
    MinutesSheet,
    ResolutionRow,
    SnapshotTable,
    Submission,
)
from reports.wording import local

TO_JOINT_MEETING = "提交联席会议"
UNSET = "（未定）"
SPOKEN = ("DELIBERATED", "RESOLVED", "RETURNED_CASE")


@dataclass(frozen=True, slots=True)
class Signing:
    """签发：编号（印在纸上的，如 〔2017〕第22周）、签发人、版次与更正说明."""

    number: str
    signer: Attendee
    edition: int = 1
    correction: str = ""


def build(
    meeting_id: int, *, actor: Actor, now: datetime, signing: Signing | None = None
) -> MinutesSheet:
    """平台例会纪要底稿（P2）；没有 ``signing`` 即草稿，没有编号.

    草稿里还没有期限的议定事项不列。不在范围内抛 Refused('not_found')，还没起草抛
    Refused('minutes_not_drafted')。
    """
    head = head_of(meeting_id, actor=actor)
    editions = editions_of(meeting_id)
    if not editions:
        raise Refused("minutes_not_drafted")
    last = editions[0]
    book = book_of(
        head, sections=last.sections, distribution=last.distribution, edition=last.edition
    )
    return compose(book, now=now, signing=signing)


def compose(
    book: Book,
    *,
    now: datetime,
    signing: Signing | None = None,
    roll: Sequence[RollLine] | None = None,
) -> MinutesSheet:
    """由已按范围取好的一册（抬头、议题、议定事项、正文）填底稿；名单没有给的与上次落实在此读."""
    head = book.head
    roll = roll_of(head.id) if roll is None else roll
    began = local(head.opened_at or head.planned_at)
    chair, entrusted_by = _chair(head, roll)
    said = [one for one in book.items if one.state in SPOKEN and not one.is_standing]
    dated = local(now).date()
    previous = follow_ups(head.series_id, before=head.planned_at)
    return MinutesSheet(
        **_issued(signing),
        **_lists(roll),
        mark=f"{head.series_name}纪要",
        organ=head.secretariat,
        dated=dated,
        title=(_which(head), f"{head.series_name}纪要"),
        held_on=began.date(),
        began=began.time().replace(second=0, microsecond=0, tzinfo=None),
        ended=_ended(head),
        place=head.place,
        chair=chair,
        recorder=_recorder(head, roll),
        entrusted_by=entrusted_by,
        frozen_at=now.astimezone(UTC),
        colophon=_colophon(head, book.distribution, dated if signing else None),
        quorum=_quorum(head, tally(roll), began.date()),
        follow_ups=tuple(_follow_up(one, began.date()) for one in previous),
        headings=JOINT_HEADINGS if head.week is None else WEEKLY_HEADINGS,
        analysis=tuple(_lines(book.text("analysis").get("text"))),
        snapshot=_snapshot(book.text("snapshot")),
        arrangements=tuple(_arrangements(book.text("arrangements"))),
        agenda=tuple(_item(item) for item in said),
        submissions=tuple(_submission(i) for i in said if i.section == TO_JOINT_MEETING),
        resolutions=tuple(_resolution(row, row.due_on) for row in book.resolutions if row.due_on),
    )


WEEKLY_HEADINGS = ("上周工作分析", "本周工作安排")
JOINT_HEADINGS = ("社情民情动态研判", "重要工作安排")
"""正文两节的标题：例会与联席会议各有各的."""


def _which(head: Head) -> str:
    """哪一次：例会写年与周，联席会议写年与季."""
    if head.week is None:
        return head.title.removesuffix(head.series_name)
    return f"{head.year}年第{head.week}周"


def _issued(signing: Signing | None) -> dict[str, Any]:
    """签发才有的几样；草稿没有编号、没有签发人."""
    if signing is None:
        return {"number": None}
    return {
        "number": signing.number,
        "signer": signing.signer,
        "version": signing.edition,
        "correction": signing.correction,
    }


def _ended(head: Head) -> Any:
    if head.closed_at is None:
        return None
    return local(head.closed_at).time().replace(second=0, microsecond=0, tzinfo=None)


def attendee(line: RollLine, note: str = "") -> Attendee:
    """名单上的一人：在任的不写方式，代行、兼任写明."""
    mode = "" if line.mode == "在任" else line.mode
    return Attendee(name=line.name, post=line.post, mode=mode, note=note)


def _chair(head: Head, roll: Iterable[RollLine]) -> tuple[Attendee, str]:
    """主持人，与委托主持的组长（没有委托为空）."""
    lines = list(roll)
    host = next((line for line in lines if line.person_id == head.host_id), None)
    leader = next((line for line in lines if line.function == "LEADER"), None)
    if host is None:
        return Attendee(name=UNSET, post=""), ""
    entrusted = leader is not None and leader.person_id != host.person_id
    return attendee(host), leader.name if leader and entrusted else ""


def _recorder(head: Head, roll: Iterable[RollLine]) -> Attendee:
    for line in roll:
        if line.person_id == head.recorder_id:
            return attendee(line)
    name = names_of(head.township_id).person(head.recorder_id)
    return Attendee(name=name or UNSET, post=head.secretariat if name else "")


def _colophon(head: Head, distribution: str, issued_on: date | None) -> Colophon:
    names = re.split(r"[，,；;\n]", distribution)
    return Colophon(
        issuer=head.secretariat,
        issued_on=issued_on,
        distribution=tuple(name.strip() for name in names if name.strip()),
    )


def _quorum(head: Head, found: Tally, day: date) -> str:
    share = meeting_rules(head.township_id, day).quorum_of(head.series_code)
    enough = found.present >= share * found.expected
    verdict = "达到" if enough else "未达到"
    return f"应到{found.expected}人，实到{found.present}人，{verdict}到会要求（{head.quorum}）"


def _lists(roll: Iterable[RollLine]) -> dict[str, Any]:
    lines = list(roll)
    return {
        "present": tuple(attendee(x) for x in lines if x.status == "出席"),
        "deputies": tuple(
            attendee(x, f"由{x.proxy_name}代会") for x in lines if x.status == "代会"
        ),
        "on_leave": tuple(
            attendee(x, (x.reason or "").rstrip("。")) for x in lines if x.status == "请假"
        ),
        "absent": tuple(attendee(x) for x in lines if x.status == "缺席"),
        "observers": tuple(attendee(x) for x in lines if x.status == "列席"),
    }


def _follow_up(line: FollowUpLine, day: date) -> FollowUp:
    row = line.resolution
    if row.due_on is None or row.number is None:
        raise ValueError("生效的议定事项须有编号与期限")
    state = ResolutionState(row.state).zh
    return FollowUp(
        number=row.number,
        content=row.content,
        responsible=row.duty or UNSET,
        due=row.due_on,
        state=f"{state}，已逾期" if row.is_overdue(day) else state,
        note=line.note,
    )


def _snapshot(one: Mapping[str, Any]) -> SnapshotTable | None:
    if not one:
        return None
    return SnapshotTable(
        number=one["number"],
        title=one["title"],
        as_of=datetime.fromisoformat(one["as_of"]),
        heads=tuple(one["heads"]),
        rows=tuple(tuple(row) for row in one["rows"]),
        note=one.get("note", ""),
    )


def _arrangements(one: Mapping[str, Any]) -> list[Arrangement]:
    return [
        Arrangement(
            content=row["content"],
            responsible=row.get("responsible") or UNSET,
            lead_unit=row.get("lead_unit") or UNSET,
            due=date.fromisoformat(row["due"]),
        )
        for row in one.get("rows") or ()
        if row.get("content") and row.get("due")
    ]


def _item(item: ItemLine) -> AgendaItem:
    return AgendaItem(
        title=item.title,
        proposer=item.proposer_org or UNSET,
        reporter=item.proposer or "",
        cases=(item.case_number,) if item.case_number else (),
        discussion=tuple(_lines(item.discussion)),
        conclusion=item.conclusion or "",
    )


def _submission(item: ItemLine) -> Submission:
    return Submission(
        content=item.title,
        reason=item.conclusion or "",
        cases=(item.case_number,) if item.case_number else (),
    )


def _resolution(row: ResolutionLine, due: date) -> ResolutionRow:
    return ResolutionRow(
        number=f"决{row.order_no:02d}",
        content=row.content,
        responsible=row.duty or UNSET,
        lead_unit=row.lead_org or UNSET,
        support_units=tuple(name for name in (row.assist_orgs or "").split("、") if name),
        due=due,
        cases=(row.case_number,) if row.case_number else (),
    )


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]
