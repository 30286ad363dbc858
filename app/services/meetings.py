"""会议的全部动词：排期、点名、议题、决议、纪要；界面、命令与演示都由此取用."""

from app.services.meeting_agenda import collect, collect_cases, is_late
from app.services.meeting_debate import admit, arrange, deliberate, return_item
from app.services.meeting_minutes import (
    Draft,
    draft_minutes,
    gaps,
    return_minutes,
    review_minutes,
    take_over_draft,
)
from app.services.meeting_resolutions import (
    Terms,
    amend_resolution,
    confirm_resolution,
    drop_resolution,
    report_resolution,
    resolve,
)
from app.services.meeting_roll import (
    add_observer,
    entrust,
    mark,
    mark_all_present,
    request_leave,
)
from app.services.meeting_schedule import cancel, notice, reschedule, schedule
from app.services.meeting_session import close, open_meeting
from app.services.meeting_signing import reissue_minutes, sign_minutes

__all__ = [
    "Draft",
    "Terms",
    "add_observer",
    "admit",
    "amend_resolution",
    "arrange",
    "cancel",
    "close",
    "collect",
    "collect_cases",
    "confirm_resolution",
    "deliberate",
    "draft_minutes",
    "drop_resolution",
    "entrust",
    "gaps",
    "is_late",
    "mark",
    "mark_all_present",
    "notice",
    "open_meeting",
    "reissue_minutes",
    "report_resolution",
    "request_leave",
    "reschedule",
    "resolve",
    "return_item",
    "return_minutes",
    "review_minutes",
    "schedule",
    "sign_minutes",
    "take_over_draft",
]
