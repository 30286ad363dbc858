"""并案、延期、挂起、会议、重开、评价的守卫：只看案件事实与办理情境。"""

from __future__ import annotations

from datetime import datetime

from app.domain.case_choices import SuspendReason
from app.domain.case_context import StepContext
from app.domain.case_facts import CaseFacts, MainCase
from app.domain.case_states import FINALS, STATES, State
from app.domain.case_words import Action, Field
from app.domain.errors import Refused
from app.domain.working_time import SHANGHAI

MERGE_DAYS = 7
"""并案后几个自然日内可以撤销."""
RATE_DAYS = 30
"""反馈后几个自然日内可以评价."""
REOPEN_LIMIT = 2
"""每案至多重开几次."""
EXTENSION_TIMES = 2
"""延期至多申请几次."""
EXTENSION_LEADER_WD = 5
"""累计几个工作日以内由平台协调组组长批."""
EXTENSION_TOTAL_WD = 20
"""单案累计延期上限（工作日）."""
SUSPEND_LEADER_WD = 10
"""平台协调组组长一次至多批准挂起几个工作日."""
SUSPEND_COORDINATOR_ND = 60
"""综合协调组一次至多批准挂起几个自然日."""


def _days(since: datetime, now: datetime) -> int:
    """过了几个自然日（起算当日不计）."""
    return (now.astimezone(SHANGHAI).date() - since.astimezone(SHANGHAI).date()).days


def main_case_ok(facts: CaseFacts, ctx: StepContext) -> None:
    """MAIN_CASE_OK：主案不是本案、没有终结、同一平台或均未分流；已有并入件的不再并入别案.

    本案没有分流而主案已分流的，本案算小类所属的平台（重复件多在主案分流之后才来）；
    小类待定的（网格员手机上报的都是）还不属哪个平台，随主案。
    """
    if facts.merged_in:
        raise Refused("has_merged_cases", n=facts.merged_in)
    main = ctx.inputs.get(Field.MAIN_CASE)
    if not isinstance(main, MainCase):
        if ctx.preview:
            return
        raise Refused("main_missing", field="main_number")
    if main.id == facts.id:
        raise Refused("main_is_self", field="main_number")
    _still_open(main)
    own = facts.platform
    if own is None and main.platform:
        own = facts.category_platform or main.platform
    if main.platform != own:
        raise Refused("main_other_platform", field="main_number", platform=main.platform)


def _still_open(main: MainCase) -> None:
    """主案没有终结，也不是草稿；别人刚办结的说是谁."""
    if State(main.state) not in FINALS and main.state != State.DRAFT:
        return
    if main.who:
        told = {"state": main.state, "who": main.who, "what": main.what}
        raise Refused("main_closed_by", field="main_number", **told)
    raise Refused("main_closed", field="main_number", state=main.state)


def merge_window(facts: CaseFacts, ctx: StepContext) -> None:
    """MERGE_WINDOW：并案后 7 个自然日内，且主案未归档."""
    if facts.closed_at is None or _days(facts.closed_at, ctx.now) > MERGE_DAYS:
        raise Refused("merge_window", days=MERGE_DAYS)
    if facts.main_case is not None and facts.main_case.state == State.ARCHIVED:
        raise Refused("main_archived")


def before_due(facts: CaseFacts, ctx: StepContext) -> None:
    """BEFORE_DUE：当前未过办理期限（黄牌时刻；等于算未过，R3）."""
    if facts.handle_due_at is None:
        raise Refused("no_handle_clock")
    if ctx.now > facts.handle_due_at:
        raise Refused("past_due", at=facts.handle_due_at)


def no_red(facts: CaseFacts, _ctx: StepContext) -> None:
    """NO_RED：本案办理时钟没有红牌."""
    if facts.has_red:
        raise Refused("has_red")


def ext_limit(facts: CaseFacts, ctx: StepContext) -> None:
    """EXT_LIMIT：申请不超过 2 次；累计 ≤5 个工作日由平台组长批，以上由综合协调组组长批；上限 20."""
    if ctx.action is Action.REQUEST_EXTENSION:
        if facts.extension_times >= EXTENSION_TIMES:
            raise Refused("extension_times", limit=EXTENSION_TIMES)
        _within_total(facts.extension_wd, ctx, Field.EXTENSION_WD)
        return
    asked = facts.extension_wd + facts.extension_asked
    by_group = ctx.actor_role.startswith("G")
    if by_group and (asked > EXTENSION_LEADER_WD or facts.extension_by_leader):
        raise Refused("extension_by_head", limit=EXTENSION_LEADER_WD)
    granted = ctx.inputs.get(Field.GRANTED_WD)
    if isinstance(granted, int) and granted > facts.extension_asked:
        raise Refused("extension_more_than_asked", field="granted_wd", asked=facts.extension_asked)
    _within_total(facts.extension_wd, ctx, Field.GRANTED_WD)


def _within_total(approved: int, ctx: StepContext, key: Field) -> None:
    if ctx.preview:
        return
    days = ctx.inputs.get(key)
    if not isinstance(days, int) or days < 1:
        raise Refused("extension_days", field=str(key))
    if approved + days > EXTENSION_TOTAL_WD:
        raise Refused(
            "extension_total", field=str(key), limit=EXTENSION_TOTAL_WD, approved=approved
        )


def suspend_limit(facts: CaseFacts, ctx: StepContext) -> None:
    """SUSPEND_LIMIT：平台组长每次 ≤10 个工作日、不得长期挂账；综合协调组每次 ≤60 个自然日.

    长期挂账只由综合协调组组长批。
    """
    long_term = facts.suspend_asked == SuspendReason.LONG_TERM
    if long_term and ctx.actor_role != "C1":
        raise Refused("suspend_long_term")
    if ctx.preview:
        return
    by_group = ctx.actor_role.startswith("G")
    key, most = (
        (Field.UNTIL_WD, SUSPEND_LEADER_WD)
        if by_group
        else (Field.UNTIL_ND, SUSPEND_COORDINATOR_ND)
    )
    days = ctx.inputs.get(key)
    if not isinstance(days, int) or days < 1:
        raise Refused("suspend_until", field="until_on")
    if days > most:
        code = "suspend_too_long_wd" if by_group else "suspend_too_long_nd"
        raise Refused(code, field="until_on", limit=most)


def no_open_agenda(facts: CaseFacts, _ctx: StepContext) -> None:
    """NO_OPEN_AGENDA：本案没有未审结的联席会议议题."""
    if facts.agenda_open:
        raise Refused("agenda_is_open")


def resolution_effective(facts: CaseFacts, ctx: StepContext) -> None:
    """RESOLUTION_EFFECTIVE：决议已生效，且议题来源为本案."""
    if not facts.resolutions:
        raise Refused("no_resolution")
    if not ctx.preview and ctx.inputs.get(Field.RESOLUTION) not in facts.resolutions:
        raise Refused("resolution_not_effective", field="resolution_id")


def reopen_window(facts: CaseFacts, ctx: StepContext) -> None:
    """REOPEN_WINDOW：归档后 30 个、不予受理告知后 15 个自然日内；每案至多重开 2 次."""
    days = STATES[State(facts.state)].exit_days
    if facts.closed_at is None or _days(facts.closed_at, ctx.now) > days:
        raise Refused("reopen_window", days=days)
    if facts.round > REOPEN_LIMIT:
        raise Refused("reopen_limit", limit=REOPEN_LIMIT)


def rate_window(facts: CaseFacts, ctx: StepContext) -> None:
    """RATE_WINDOW：反馈后 30 个自然日内，尚未评价；查询码或电话回访核对一致."""
    if facts.rated:
        raise Refused("already_rated")
    if facts.fed_back_at is None or _days(facts.fed_back_at, ctx.now) > RATE_DAYS:
        raise Refused("rate_window", days=RATE_DAYS)
    if ctx.actor_role != "PUB" and not ctx.could(Field.REFERENCE):
        raise Refused("rate_unverified", field="reference")
