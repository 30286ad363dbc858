"""会议页上能做什么：各步有没有权、此刻的状态走不走得；不能做的说出谁可以."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.access.actor import Actor
from app.access.decide import decide
from app.domain.meeting_flow import MeetingState, MinutesState
from app.queries.meeting_agenda import ResolutionLine
from app.queries.meeting_roll import RollLine
from app.queries.meetings import Head, MinutesLine
from app.services.meeting_documents import may_read_draft
from app.services.meeting_step import subject_of

MEETING_VERBS = (
    "schedule",
    "roll_call",
    "collect_agenda",
    "admit_agenda",
    "draft_minutes",
    "review_minutes",
    "sign_minutes",
    "reissue_minutes",
    "cancel",
)
BEFORE = (MeetingState.PLANNED, MeetingState.NOTICED)
LISTING = (*BEFORE, MeetingState.OPEN)
WRITING = (MeetingState.OPEN, MeetingState.CLOSED)


@dataclass(frozen=True, slots=True)
class Rights:
    """此人对这次会议有哪些权：``verbs`` 为给得出的动作（限定与行都成立的）."""

    verbs: frozenset[str]
    state: str
    minutes: MinutesLine | None
    person_id: int | None
    row: RollLine | None
    reads_draft: bool
    actor: Actor
    base: Mapping[str, Any]

    def on(self, verb: str, line: ResolutionLine) -> bool:
        """对这一条议定事项有没有这个动作：责任人是本人，牵头单位是本机构."""
        subject = subject_of(
            **self.base,
            kind="resolution",
            persons=[line.duty_person_id] if line.duty_person_id else [],
            org_ids=[line.lead_org_id],
        )
        return decide(self.actor, "resolution", verb, subject).allowed

    def has(self, verb: str, *states: str) -> bool:
        """有这个动作，会议又在这些状态之一."""
        return verb in self.verbs and (not states or self.state in states)

    @property
    def minutes_state(self) -> str:
        """纪要的状态；没有起草为空串."""
        return self.minutes.state if self.minutes else ""

    @property
    def edits(self) -> bool:
        """名单、议题、议定事项此刻改得动."""
        return self.state in WRITING and self.minutes_state in ("", MinutesState.DRAFT)

    @property
    def is_drafter(self) -> bool:
        """本人是起草人."""
        return self.minutes is not None and self.minutes.drafted_by_id == self.person_id

    @property
    def only_reads(self) -> bool:
        """一步也做不了，只能看."""
        return not any(self.can.values())

    @property
    def can(self) -> Mapping[str, bool]:
        """各步此刻能不能做，给模板用；真正的判定在服务里再做一次."""
        drafting = self.minutes_state == MinutesState.DRAFT
        reviewed = self.minutes_state == MinutesState.REVIEWED
        closed = self.state == MeetingState.CLOSED
        waits = self.row is not None and self.row.status == "未登记"
        return {
            "notice": self.has("schedule", MeetingState.PLANNED),
            "open": self.has("roll_call", MeetingState.NOTICED),
            "close": self.has("roll_call", MeetingState.OPEN),
            "move": self.has("cancel", *BEFORE),
            "collect": self.has("collect_agenda", *LISTING),
            "admit": self.has("admit_agenda", *LISTING),
            "defer": self.has("admit_agenda", *LISTING) or (self.has("admit_agenda") and closed),
            "roll": self.has("roll_call") and self.edits,
            "note_leave": self.has("roll_call", MeetingState.NOTICED),
            "entrust": self.has("roll_call", MeetingState.NOTICED, MeetingState.OPEN),
            "leave": self.state == MeetingState.NOTICED and waits and "request_leave" in self.verbs,
            "debate": self.has("roll_call") and self.edits,
            "assign": self.has("assign") and self.edits,
            "draft": self.has("draft_minutes") and closed and self.minutes is None,
            "save": self.has("draft_minutes") and closed and drafting and self.is_drafter,
            "take_over": self.has("draft_minutes") and closed and drafting and not self.is_drafter,
            "review": self.has("review_minutes") and closed and drafting,
            "sign": self.has("sign_minutes") and closed and reviewed,
            "return": self.has("sign_minutes") and closed and reviewed,
            "reissue": self.has("reissue_minutes", MeetingState.MINUTED),
        }


def rights_of(
    head: Head, minutes: MinutesLine | None, roll: Sequence[RollLine], *, actor: Actor
) -> Rights:
    """判定一遍：十来个动作都在内存里判，不另查数据库."""
    row = next((line for line in roll if line.person_id == actor.person_id), None)
    base: dict[str, Any] = {
        "township_id": head.township_id,
        "platform": head.platform,
        "body_id": head.body_id,
        "body_code": head.body_code,
        "state": head.state,
    }
    persons = [row.person_id] if row else []
    subject = subject_of(**base, persons=persons, org_ids=[head.secretariat_id])
    judged = subject_of(**base, parties=[minutes.drafted_by_id] if minutes else [])
    found = {
        verb
        for verb in (*MEETING_VERBS, "request_leave")
        if decide(actor, "meeting", verb, judged if verb == "review_minutes" else subject).allowed
    }
    if decide(actor, "resolution", "assign", subject).allowed:
        found.add("assign")
    return Rights(
        frozenset(found),
        head.state,
        minutes,
        actor.person_id,
        row,
        may_read_draft(subject, actor=actor),
        actor,
        base,
    )


def waiting_words(rights: Rights, head: Head, leader: str) -> str:
    """现在等谁做什么；轮到本人或已经办完的为空."""
    can, minutes = rights.can, rights.minutes
    if head.state in (MeetingState.MINUTED, MeetingState.CANCELLED_MTG):
        return ""
    mine = ("notice", "open", "close", "draft", "save", "review", "sign")
    if any(can[step] for step in mine):
        return ""
    if minutes is not None and minutes.state == MinutesState.REVIEWED:
        return _("Waiting for %(who)s to sign the minutes.", who=leader or _("the group leader"))
    if minutes is not None:
        who = minutes.drafter
        return _("Drafted by %(who)s; somebody else of the office reviews it.", who=who)
    return _("%(unit)s runs this meeting and drafts its minutes.", unit=head.secretariat)
