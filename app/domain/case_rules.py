"""各步自带的规则：规格写在“效果”里、不另设闸门代码的那些限制。"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.case_choices import CHOICES, NoFeedback
from app.domain.case_context import Check, StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_guards import COORDINATORS
from app.domain.case_guards_approval import gate_multi
from app.domain.case_states import UNCARDED, Kind, State
from app.domain.case_words import Action, Field
from app.domain.errors import Refused

SUPPLEMENT_LIMIT = 2
"""同一案至多退补几次."""
BEFORE_ACCEPT = frozenset({State.DRAFT, State.REPORTED, State.SUPPLEMENT})
"""登记人自己撤得了的状态."""


def closed_choices(_facts: CaseFacts, ctx: StepContext) -> None:
    """只能取所列值的输入，别的值一律不收."""
    for key, choices in CHOICES.items():
        if ctx.has(key) and ctx.text(key) not in set(choices):
            raise Refused("bad_choice", field=key)


def supplement_limit(facts: CaseFacts, _ctx: StepContext) -> None:
    """退补：一次性告知，同一案至多两次."""
    if facts.supplement_count >= SUPPLEMENT_LIMIT:
        raise Refused("supplement_limit", limit=SUPPLEMENT_LIMIT)


def category_named(facts: CaseFacts, ctx: StepContext) -> None:
    """受理：小类须从“待定”落到具体小类."""
    if not ctx.preview and not facts.category_named:
        raise Refused("category_unnamed")


def note_when_differing(facts: CaseFacts, ctx: StepContext) -> None:
    """分流：主办平台与分流规则不一致时必写交办意见."""
    platforms = ctx.codes(Field.PLATFORM)
    differs = bool(platforms) and platforms != {facts.category_platform}
    if differs and not ctx.has(Field.NOTE):
        raise Refused("dispatch_note", rule_platform=facts.category_platform)


def redispatch_elsewhere(facts: CaseFacts, ctx: StepContext) -> None:
    """改派：换一个平台；还给同一个平台不算改派."""
    if facts.platform in ctx.codes(Field.PLATFORM):
        raise Refused("redispatch_same", platform=facts.platform)


def deadline_only_shortened(_facts: CaseFacts, ctx: StepContext) -> None:
    """分流：办理期限可缩短，不可放长，也不能早于此刻."""
    if not ctx.has(Field.DUE_AT):
        return
    due, rule_due = ctx.moment(Field.DUE_AT), ctx.moment(Field.RULE_DUE_AT)
    if due is None or rule_due is None:
        raise Refused("deadline_unknown")
    if due > rule_due:
        raise Refused("deadline_lengthened", rule_due_at=rule_due)
    if due <= ctx.now:
        raise Refused("deadline_past", now=ctx.now)


def org_in_platform(facts: CaseFacts, ctx: StepContext) -> None:
    """分流、改派、签收：所选承办机构属于主办平台."""
    lead = ctx.codes(Field.PLATFORM) or frozenset({str(facts.platform)})
    kept = facts.platform in lead and ctx.inputs.get(Field.ORG) == facts.org_id
    if not ctx.has(Field.ORG) or kept:
        return
    if not lead & ctx.codes(Field.TARGET_PLATFORMS):
        raise Refused("org_outside_platform", platform=facts.platform)


def station_keeps_to_itself(_facts: CaseFacts, ctx: StepContext) -> None:
    """签收、转办：机构与派驻机构人员只能定给本机构."""
    if ctx.actor_role == "H" and ctx.has(Field.ORG):
        if ctx.inputs[Field.ORG] == ctx.actor_org_id:
            return
        raise Refused("own_org_only", org_id=ctx.actor_org_id)


def transfer_somewhere(facts: CaseFacts, ctx: StepContext) -> None:
    """转办：换机构或换承办人，至少一样."""
    new_org = ctx.has(Field.ORG) and ctx.inputs[Field.ORG] != facts.org_id
    new_hand = ctx.has(Field.HANDLER) and ctx.inputs[Field.HANDLER] != facts.handler_id
    if not ctx.preview and not new_org and not new_hand:
        raise Refused("transfer_nowhere")


def not_approver_of_round(facts: CaseFacts, ctx: StepContext) -> None:
    """办结：本轮作过批准的人不再以承办的身份办结."""
    if ctx.actor_person_id in facts.round_approvers:
        raise Refused("approved_this_round", person_id=ctx.actor_person_id)


def feedback_or_reason(facts: CaseFacts, ctx: StepContext) -> None:
    """反馈：写方式、内容、时间，或写无须反馈的理由（理由须与案件相符）."""
    if ctx.has(Field.NO_FEEDBACK):
        why = ctx.text(Field.NO_FEEDBACK)
        told_on_spot = why == NoFeedback.TOLD_ON_SPOT and not facts.self_closed
        from_inside = why == NoFeedback.INTERNAL and facts.channel != "PATROL"
        if told_on_spot or from_inside:
            raise Refused("no_feedback_reason", why=why)
        return
    if not ctx.could(Field.METHOD, Field.CONTENT, Field.FEEDBACK_AT):
        raise Refused("feedback_content")
    moment = ctx.moment(Field.FEEDBACK_AT)
    if moment is not None and moment > ctx.now:
        raise Refused("feedback_in_future", now=ctx.now)


def secrecy_confirmed(_facts: CaseFacts, ctx: StepContext) -> None:
    """归档：密级或敏感标记须经确认."""
    if not ctx.preview and ctx.inputs.get(Field.SECRECY_CONFIRMED) is not True:
        raise Refused("archive_unconfirmed")


def cancel_by_state(facts: CaseFacts, ctx: StepContext) -> None:
    """撤销：受理前由登记人；待分流及以后仅综合协调组组长、副组长，须有撤回凭据或误登说明.

    投诉举报和县级交办件一经上报，登记人不得撤。
    """
    state = State(facts.state)
    if state in BEFORE_ACCEPT:
        _cancel_own(facts, ctx, state)
        return
    if ctx.actor_role not in COORDINATORS:
        raise Refused("cancel_by_coordinator", state=state)
    if not (ctx.could(Field.WITHDRAWAL) or ctx.has(Field.MISTAKE)):
        raise Refused("cancel_evidence")


def _cancel_own(facts: CaseFacts, ctx: StepContext, state: State) -> None:
    if ctx.actor_role == "PUB":
        if facts.kind == Kind.COUNTY_TASK or facts.channel == "COUNTY":
            raise Refused("cancel_protected", kind=facts.kind)
        return
    if ctx.actor_person_id is None or ctx.actor_person_id != facts.reporter_id:
        raise Refused("cancel_by_reporter", reporter_id=facts.reporter_id)
    kept = facts.kind in {Kind.COMPLAINT, Kind.COUNTY_TASK} or facts.channel == "COUNTY"
    if kept and state is not State.DRAFT:
        raise Refused("cancel_protected", kind=facts.kind)


def card_by_system(_facts: CaseFacts, ctx: StepContext) -> None:
    """自动发牌：只由系统，时钟须是发牌的，触发时刻须已到."""
    if ctx.actor_role != "SYS":
        raise Refused("system_only")
    if ctx.text(Field.CLOCK) in UNCARDED:
        raise Refused("clock_without_cards")
    moment = ctx.moment(Field.TRIGGERED_AT)
    if not ctx.preview and (moment is None or moment > ctx.now):
        raise Refused("card_too_early", now=ctx.now)


def withdraw_by_finisher(facts: CaseFacts, ctx: StepContext) -> None:
    """撤回办结：原办结人，每案一次；县级办结的不可用."""
    if facts.county_done:
        raise Refused("withdraw_county_done")
    if facts.finish_withdrawn:
        raise Refused("withdraw_once")
    if ctx.actor_person_id is None or ctx.actor_person_id != facts.last_finisher_id:
        raise Refused("withdraw_by_finisher", person_id=facts.last_finisher_id)


def reason_written(_facts: CaseFacts, ctx: StepContext) -> None:
    """写明理由（没有 REASON 闸门而输入里有“理由”的动作）."""
    if not ctx.preview and not (ctx.reason or "").strip():
        raise Refused("reason_short", minimum=1)


RULES: Mapping[Action, tuple[Check, ...]] = MappingProxyType(
    {
        Action.REQUEST_SUPPLEMENT: (supplement_limit,),
        Action.ACCEPT: (category_named,),
        Action.DISPATCH: (note_when_differing, deadline_only_shortened, org_in_platform),
        Action.REDISPATCH: (redispatch_elsewhere, gate_multi, org_in_platform),
        Action.SIGN_IN: (station_keeps_to_itself, org_in_platform),
        Action.TRANSFER: (station_keeps_to_itself, transfer_somewhere),
        Action.FINISH: (not_approver_of_round,),
        Action.WITHDRAW_FINISH: (withdraw_by_finisher,),
        Action.REQUEST_MULTI_DISPATCH: (reason_written,),
        Action.APPOINT_LEAD: (reason_written,),
        Action.FEEDBACK: (feedback_or_reason,),
        Action.ARCHIVE: (secrecy_confirmed,),
        Action.CANCEL: (cancel_by_state,),
        Action.AUTO_CARD: (card_by_system,),
    }
)
"""动作 → 自带的规则（rules of an action）."""
