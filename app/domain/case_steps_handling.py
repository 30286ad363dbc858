"""案件流程表之一（T18–T31）：签收、转办、协办、延期、挂起；一行一个动作，与规格逐格一致。"""

from __future__ import annotations

from app.domain.case_states import Clock, State
from app.domain.case_steps import PRIOR, ClockEffects, Step, Undo, each, row, stay
from app.domain.case_words import Action, Field, Guard, Party

HANDLING: tuple[Step, ...] = (
    *row(
        Action.SIGN_IN,
        {State.DISPATCHED: State.PROCESSING},
        needs=(Field.ORG, Field.HANDLER),
        guards=(Guard.IN_SCOPE,),
        clocks=ClockEffects(stop=(Clock.SIGN_IN,), start=(Clock.FIRST_PROGRESS,)),
        notify=(Party.HANDLER,),
        undo=Undo(Action.RETURN_CASE, "平台", "办结前"),
        clause="S3.3-04",
    ),
    *row(
        Action.RETURN_CASE,
        each(State.ACCEPTED, State.DISPATCHED, State.PROCESSING),
        needs=(Field.RETURN_REASON, Field.SUGGESTION),
        guards=(Guard.REASON, Guard.FIRST_RETURN_BY_OPERATOR),
        clocks=ClockEffects(
            stop=(Clock.SIGN_IN, Clock.HANDLE, Clock.FIRST_PROGRESS), start=(Clock.DISPATCH,)
        ),
        notify=(Party.B, Party.C2),
        undo=Undo(Action.DISPATCH, "党政办", "分流前"),
        clause="S2.3-04",
    ),
    *row(
        Action.TRANSFER,
        stay(State.PROCESSING),
        guards=(Guard.IN_SCOPE, Guard.SAME_PLATFORM),
        notify=(Party.NEW_HANDLER,),
        undo=Undo(Action.TRANSFER, "原转办人", "对方记录进展前"),
        clause="S3.3-04",
    ),
    *row(
        Action.APPOINT_LEAD,
        stay(State.DISPATCHED, State.PROCESSING),
        guards=(Guard.RIGHT_SEAT,),
        notify=(Party.LEAD_PERSON, Party.COOP_ORGS),
        undo=Undo(Action.APPOINT_LEAD, "同一组长", "办结前"),
        clause="S3.1.3-03",
    ),
    *row(
        Action.ADD_COOPERATORS,
        stay(State.DISPATCHED, State.PROCESSING),
        guards=(Guard.GATE_MULTI,),
        notify=(Party.COOP_ORGS,),
        undo=Undo(Action.ADD_COOPERATORS, "同一人", "协办回复前"),
        clause="S2.1-04",
    ),
    *row(
        Action.SUBMIT_COOPERATION,
        stay(State.DISPATCHED, State.PROCESSING),
        guards=(Guard.IS_COOP_ORG,),
        notify=(Party.HANDLER,),
        undo=Undo(Action.SUBMIT_COOPERATION, "同一机构", "办结前"),
        clause="S2.1-04",
    ),
    *row(
        Action.RECORD_PROGRESS,
        stay(State.PROCESSING, State.SUSPENDED, State.ESCALATED),
        needs=(Field.CONTENT,),
        guards=(Guard.IN_SCOPE,),
        clocks=ClockEffects(stop=(Clock.FIRST_PROGRESS,)),
        clause="S2.1-04",
    ),
    *row(
        Action.REQUEST_EXTENSION,
        stay(State.PROCESSING),
        guards=(Guard.BEFORE_DUE, Guard.NO_RED, Guard.EXT_LIMIT, Guard.NOT_PENDING, Guard.REASON),
        notify=(Party.G, Party.C1),
        undo=Undo(Action.REFUSE_EXTENSION, "批准人", "批准前"),
        clause="S3.3-04",
    ),
    *row(
        Action.APPROVE_EXTENSION,
        stay(State.PROCESSING),
        guards=(Guard.HAS_PENDING, Guard.RIGHT_SEAT, Guard.APPROVER_NOT_PROPOSER, Guard.EXT_LIMIT),
        clocks=ClockEffects(recompute=(Clock.HANDLE,)),
        notify=(Party.HANDLER, Party.B),
        clause="S3.3-04",
    ),
    *row(
        Action.REFUSE_EXTENSION,
        stay(State.PROCESSING),
        guards=(Guard.HAS_PENDING, Guard.RIGHT_SEAT, Guard.APPROVER_NOT_PROPOSER),
        notify=(Party.HANDLER,),
        clause="S3.3-04",
    ),
    *row(
        Action.REQUEST_SUSPEND,
        stay(State.PROCESSING),
        guards=(Guard.REASON, Guard.NOT_PENDING),
        notify=(Party.G, Party.C2),
        undo=Undo(Action.REFUSE_SUSPEND, "批准人", "批准前"),
        clause="S3.3-04",
    ),
    *row(
        Action.APPROVE_SUSPEND,
        {State.PROCESSING: State.SUSPENDED},
        guards=(
            Guard.HAS_PENDING,
            Guard.RIGHT_SEAT,
            Guard.APPROVER_NOT_PROPOSER,
            Guard.SUSPEND_LIMIT,
        ),
        clocks=ClockEffects(pause=(Clock.HANDLE, Clock.FIRST_PROGRESS)),
        notify=(Party.HANDLER, Party.B, Party.SENDER),
        undo=Undo(Action.RESUME, "批准人", "任何时候"),
        clause="S3.3-04",
    ),
    *row(
        Action.REFUSE_SUSPEND,
        stay(State.PROCESSING),
        guards=(Guard.HAS_PENDING, Guard.RIGHT_SEAT, Guard.APPROVER_NOT_PROPOSER),
        notify=(Party.HANDLER,),
        clause="S3.3-04",
    ),
    *row(
        Action.RESUME,
        {State.SUSPENDED: PRIOR},
        prior_in=(State.ACCEPTED, State.PROCESSING),
        clocks=ClockEffects(resume=(Clock.DISPATCH, Clock.HANDLE, Clock.FIRST_PROGRESS)),
        notify=(Party.HANDLER, Party.B),
        clause="S3.3-04",
    ),
)
