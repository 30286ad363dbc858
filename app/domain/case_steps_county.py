"""案件流程表之一（T32–T41）：上报县平台、提交联席会议；一行一个动作，与规格逐格一致。"""

from __future__ import annotations

from app.domain.case_states import Clock, State
from app.domain.case_steps import PRIOR, ClockEffects, Step, Undo, each, row, stay
from app.domain.case_words import Action, Field, Guard, Party

COUNTY: tuple[Step, ...] = (
    *row(
        Action.DRAFT_ESCALATION,
        stay(State.ACCEPTED, State.PROCESSING),
        guards=(Guard.NOT_PENDING,),
        notify=(Party.C1,),
        undo=Undo(Action.REFUSE_ESCALATION, "乡长或书记", "批准前"),
        clause="S3.3-03",
    ),
    *row(
        Action.APPROVE_ESCALATION,
        each(State.ESCALATED, State.ACCEPTED, State.PROCESSING),
        guards=(Guard.HAS_PENDING, Guard.RIGHT_SEAT, Guard.APPROVER_NOT_PROPOSER),
        clocks=ClockEffects(
            pause=(Clock.DISPATCH, Clock.HANDLE, Clock.FIRST_PROGRESS), start=(Clock.COUNTY_FOLLOW,)
        ),
        notify=(Party.B, Party.SENDER),
        undo=Undo(Action.WITHDRAW_ESCALATION, "批准人", "登记县平台编号前"),
        clause="S3.3-03",
    ),
    *row(
        Action.REFUSE_ESCALATION,
        stay(State.ACCEPTED, State.PROCESSING),
        guards=(Guard.HAS_PENDING, Guard.RIGHT_SEAT),
        notify=(Party.B, Party.G),
        clause="S3.3-03",
    ),
    *row(
        Action.WITHDRAW_ESCALATION,
        {State.ESCALATED: PRIOR},
        prior_in=(State.ACCEPTED, State.PROCESSING),
        guards=(Guard.COUNTY_NO_EMPTY, Guard.REASON),
        clocks=ClockEffects(
            stop=(Clock.COUNTY_FOLLOW,), resume=(Clock.DISPATCH, Clock.HANDLE, Clock.FIRST_PROGRESS)
        ),
        notify=(Party.B,),
        clause="S3.3-03",
    ),
    *row(
        Action.FORWARD_APPROVAL,
        {State.PROCESSING: State.ESCALATED},
        guards=(Guard.IN_SCOPE,),
        clocks=ClockEffects(
            pause=(Clock.HANDLE, Clock.FIRST_PROGRESS), start=(Clock.COUNTY_FOLLOW,)
        ),
        notify=(Party.SENDER,),
        undo=Undo(Action.RECEIVE_COUNTY_RETURN, "原转送人", "登记办件编号前"),
        clause="S2.4-03",
    ),
    *row(
        Action.TRACK_ESCALATION,
        stay(State.ESCALATED),
        notify=(Party.LEAD_PLATFORM,),
        undo=Undo(Action.TRACK_ESCALATION, "同一人", "当日更正留痕"),
        clause="S3.3-03",
    ),
    *row(
        Action.RECEIVE_COUNTY_FEEDBACK,
        {State.ESCALATED: State.HANDLED},
        guards=(Guard.COUNTY_NO_SET,),
        clocks=ClockEffects(stop=(Clock.COUNTY_FOLLOW,), start=(Clock.VERIFY,)),
        notify=(Party.VERIFIER,),
        undo=Undo(Action.REWORK, "核查人", "核查时"),
        clause="S3.3-03",
    ),
    *row(
        Action.RECEIVE_COUNTY_RETURN,
        {State.ESCALATED: State.ACCEPTED},
        guards=(Guard.REASON,),
        clocks=ClockEffects(stop=(Clock.COUNTY_FOLLOW,), start=(Clock.DISPATCH,)),
        notify=(Party.C1, Party.LEAD_PLATFORM),
        clause="S3.3-03",
    ),
    *row(
        Action.SUBMIT_TO_JOINT_MEETING,
        {State.ACCEPTED: State.SUSPENDED, State.PROCESSING: State.PROCESSING},
        needs=(Field.AGENDA_TITLE, Field.AGENDA_TYPE, Field.DISPUTE, Field.PLAN),
        guards=(Guard.NOT_MAJOR, Guard.NO_OPEN_AGENDA, Guard.REASON),
        clocks=ClockEffects(pause=(Clock.DISPATCH,)),
        notify=(Party.D, Party.C1),
        undo=Undo(Action.RESUME, "综合协调组", "列入议程前"),
        clause="S3.1.3-04",
    ),
    *row(
        Action.APPLY_RESOLUTION,
        {State.SUSPENDED: PRIOR, State.PROCESSING: State.PROCESSING},
        prior_in=(State.ACCEPTED, State.PROCESSING),
        needs=(Field.RESOLUTION,),
        guards=(Guard.RESOLUTION_EFFECTIVE,),
        clocks=ClockEffects(resume=(Clock.DISPATCH, Clock.HANDLE, Clock.FIRST_PROGRESS)),
        notify=(Party.LEAD_PLATFORM, Party.LEAD_ORG),
        clause="S3.1.1-04",
    ),
)
