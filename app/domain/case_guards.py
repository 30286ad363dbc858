"""守卫簿：规格里每个闸门一个判定，只看案件事实与办理情境；不通过即 ``Refused``。"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.case_choices import FinishResult
from app.domain.case_context import Check, StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_guards_approval import (
    approver_not_proposer,
    gate_multi,
    has_pending,
    no_open_multi,
    not_pending,
    proposed_reject,
    right_seat,
)
from app.domain.case_guards_life import (
    before_due,
    ext_limit,
    main_case_ok,
    merge_window,
    no_open_agenda,
    no_red,
    rate_window,
    reopen_window,
    resolution_effective,
    suspend_limit,
)
from app.domain.case_states import Kind, Level
from app.domain.case_words import Action, Field, Guard
from app.domain.errors import Refused

REASON_MIN = 10
"""理由至少几个字."""
RESULT_MIN = 20
"""办理情况至少几个字."""
COORDINATORS = frozenset({"C1", "C2"})
"""综合协调组组长、副组长."""


def own_record(facts: CaseFacts, ctx: StepContext) -> None:
    """OWN_RECORD：操作人是登记人或其本机构受托人；党政办可凭通话记录代补."""
    if ctx.actor_role == "PUB":
        if ctx.actor_case_id is None or ctx.actor_case_id != facts.id:
            raise Refused("own_record", reporter_id=facts.reporter_id)
        return
    person = ctx.actor_person_id
    same_org = ctx.actor_org_id is not None and ctx.actor_org_id == facts.reporter_org_id
    if person is not None and person == facts.reporter_id:
        return
    if person in facts.entrusted_ids and same_org:
        return
    by_phone = ctx.action is Action.SUPPLEMENT and ctx.actor_role == "B"
    if not (by_phone and ctx.could(Field.CALL_AT)):
        raise Refused("own_record", reporter_id=facts.reporter_id)


def in_scope(_facts: CaseFacts, ctx: StepContext) -> None:
    """IN_SCOPE：案件在数据范围内；由数据范围那一层查过后写在情境里，这里只认结论."""
    if not ctx.in_scope:
        raise Refused("out_of_scope")


def not_reporter(facts: CaseFacts, ctx: StepContext) -> None:
    """NOT_REPORTER：本人不得审本人."""
    if ctx.actor_person_id is None or ctx.actor_person_id == facts.reporter_id:
        raise Refused("is_reporter", reporter_id=facts.reporter_id)


def required_fields(facts: CaseFacts, ctx: StepContext) -> None:
    """REQUIRED_FIELDS：渠道与小类的必填项齐全；上报没有什么可再填的，按钮上就说缺什么."""
    if facts.missing_fields and not (ctx.preview and ctx.action is not Action.REPORT):
        raise Refused("required_fields", fields=facts.missing_fields)


def one_platform(facts: CaseFacts, ctx: StepContext) -> None:
    """ONE_PLATFORM：小类有唯一主办平台且不跨平台."""
    if facts.category_platform is None and not _will_classify(ctx):
        raise Refused("category_without_platform")
    platforms = facts.assist_platforms | ctx.codes(Field.ASSIST_PLATFORMS)
    if platforms or len(ctx.codes(Field.PLATFORM)) > 1:
        raise Refused("one_platform", assist_platforms=sorted(platforms))


def _will_classify(ctx: StepContext) -> bool:
    return ctx.preview and ctx.action is Action.DIRECT_REPORT


def self_close_ok(facts: CaseFacts, ctx: StepContext) -> None:
    """SELF_CLOSE_OK：一般、非敏感、非投诉举报与县级交办；有照片或签字；本人本网格（本村）."""
    plain_kind = facts.kind not in {Kind.COMPLAINT, Kind.COUNTY_TASK} and facts.channel != "COUNTY"
    if facts.level != Level.ORDINARY or facts.sensitive or not plain_kind:
        raise Refused("self_close_kind", level=facts.level, kind=facts.kind)
    in_grid = ctx.actor_grid_id is not None and ctx.actor_grid_id == facts.grid_id
    villages = {facts.village_id, facts.point_village_id} - {None}
    if not in_grid and ctx.actor_village_id not in villages:
        raise Refused("self_close_place")
    photos = ctx.could(Field.BEFORE_PHOTOS, Field.AFTER_PHOTOS)
    if not photos and not ctx.could(Field.SIGNATURE):
        raise Refused("self_close_evidence")


def first_return_by_operator(facts: CaseFacts, ctx: StepContext) -> None:
    """FIRST_RETURN_BY_OPERATOR：平台操作员只能退回首次，第二次起须平台协调组组长."""
    if facts.return_count and not ctx.actor_role.startswith("G"):
        raise Refused("return_by_leader", return_count=facts.return_count)


def same_platform(facts: CaseFacts, ctx: StepContext) -> None:
    """SAME_PLATFORM：转往的机构、改成的小类仍属现主办平台；不属的须先退回重分."""
    moved = ctx.has(Field.ORG) and ctx.inputs.get(Field.ORG) != facts.org_id
    if not moved and not ctx.has(Field.CATEGORY):
        return
    if ctx.action is Action.RECLASSIFY and facts.platform is None:
        return
    if facts.platform is None or facts.platform not in ctx.codes(Field.TARGET_PLATFORMS):
        raise Refused("same_platform", platform=facts.platform)


def level_down_by_c(facts: CaseFacts, ctx: StepContext) -> None:
    """LEVEL_DOWN_BY_C：调低等级或改为不敏感，须综合协调组组长或副组长."""
    level = ctx.text(Field.LEVEL)
    lowered = level in set(Level) and Level(level).rank < Level(facts.level).rank
    unveiled = facts.sensitive and ctx.inputs.get(Field.SENSITIVE) is False
    if (lowered or unveiled) and ctx.actor_role not in COORDINATORS:
        raise Refused("level_down_by_c", level=level)


def not_major(facts: CaseFacts, _ctx: StepContext) -> None:
    """NOT_MAJOR：重大件不得等会."""
    if facts.level == Level.MAJOR:
        raise Refused("is_major")


def is_lead_org(facts: CaseFacts, ctx: StepContext) -> None:
    """IS_LEAD_ORG：操作人属于本案牵头单位或受派机构."""
    if ctx.actor_org_id is None or ctx.actor_org_id not in {facts.org_id, facts.lead_org_id}:
        raise Refused("not_lead_org", org_id=facts.org_id, lead_org_id=facts.lead_org_id)


def is_coop_org(facts: CaseFacts, ctx: StepContext) -> None:
    """IS_COOP_ORG：操作人属于本案协办单位."""
    by_platform = ctx.actor_platform is not None and ctx.actor_platform in facts.coop_platforms
    if ctx.actor_org_id not in facts.assist_org_ids and not by_platform:
        raise Refused("not_coop_org")


def lead_set(facts: CaseFacts, _ctx: StepContext) -> None:
    """LEAD_SET：涉及两个以上机构时已明确牵头人和牵头单位."""
    led = facts.lead_org_id is not None and facts.lead_person_id is not None
    if len(facts.org_ids) > 1 and not led:
        raise Refused("lead_unset", orgs=len(facts.org_ids))


def coop_done(facts: CaseFacts, ctx: StepContext) -> None:
    """COOP_DONE：协办单位均已回复，或牵头单位写明不等待的理由."""
    excused = ctx.preview or len(ctx.text(Field.NO_WAIT)) >= REASON_MIN
    if facts.open_coop and not excused:
        raise Refused("coop_open", open_coop=facts.open_coop)


def result_evidence(_facts: CaseFacts, ctx: StepContext) -> None:
    """RESULT_EVIDENCE：结果类别、说明（≥20 字）、证据；移送与调解另有凭据."""
    if not ctx.could(Field.RESULT):
        raise Refused("result_missing")
    if not ctx.preview and len(ctx.text(Field.CONTENT)) < RESULT_MIN:
        raise Refused("result_text_short", minimum=RESULT_MIN)
    if not ctx.could(Field.EVIDENCE):
        raise Refused("result_evidence")
    result = ctx.text(Field.RESULT)
    transferred = result == FinishResult.TRANSFERRED
    if transferred and not ctx.could(Field.TRANSFER_ORG, Field.TRANSFER_NO):
        raise Refused("result_transfer")
    mediated = result in {FinishResult.MEDIATED, FinishResult.MEDIATION_FAILED}
    if mediated and not ctx.could(Field.MEDIATION):
        raise Refused("result_mediation")


def verifier_independent(facts: CaseFacts, ctx: StepContext) -> None:
    """VERIFIER_INDEPENDENT：核查人本轮未经手，也不属于牵头、承办、协办机构."""
    touched = {facts.handler_id, facts.lead_person_id, facts.county_recorder_id, None}
    if ctx.actor_person_id in facts.round_handlers | touched:
        raise Refused("verifier_handled", person_id=ctx.actor_person_id)
    if ctx.actor_org_id in facts.org_ids:
        raise Refused("verifier_org", org_id=ctx.actor_org_id)


def feedback_done(facts: CaseFacts, _ctx: StepContext) -> None:
    """FEEDBACK_DONE：已反馈，或已记无须反馈及理由."""
    if not facts.feedback_done:
        raise Refused("feedback_undone")


def archive_complete(facts: CaseFacts, _ctx: StepContext) -> None:
    """ARCHIVE_COMPLETE：归档清单齐全."""
    if facts.missing_archive:
        raise Refused("archive_incomplete", items=facts.missing_archive)


def spot_done(facts: CaseFacts, _ctx: StepContext) -> None:
    """SPOT_DONE：未被抽中，或抽查已完成且合格."""
    if facts.spot_sampled and not facts.spot_passed:
        raise Refused("spot_undone")


def sampled(facts: CaseFacts, _ctx: StepContext) -> None:
    """SAMPLED：本案为自办自结且已被抽中."""
    if not (facts.self_closed and facts.spot_sampled):
        raise Refused("not_sampled")


def reason(_facts: CaseFacts, ctx: StepContext) -> None:
    """REASON：写明理由（≥10 字）."""
    if not ctx.preview and len((ctx.reason or "").strip()) < REASON_MIN:
        raise Refused("reason_short", minimum=REASON_MIN)


def not_available_yet(_facts: CaseFacts, ctx: StepContext) -> None:
    """所依据的事实尚未进系统：一律拒绝，绝不放行."""
    raise Refused("not_available_yet", action=ctx.action)


GUARDS: Mapping[Guard, Check] = MappingProxyType(
    {
        **dict.fromkeys(Guard, not_available_yet),
        Guard.OWN_RECORD: own_record,
        Guard.IN_SCOPE: in_scope,
        Guard.NOT_REPORTER: not_reporter,
        Guard.REQUIRED_FIELDS: required_fields,
        Guard.ONE_PLATFORM: one_platform,
        Guard.SELF_CLOSE_OK: self_close_ok,
        Guard.RIGHT_SEAT: right_seat,
        Guard.APPROVER_NOT_PROPOSER: approver_not_proposer,
        Guard.GATE_MULTI: gate_multi,
        Guard.NO_OPEN_MULTI: no_open_multi,
        Guard.PROPOSED_REJECT: proposed_reject,
        Guard.FIRST_RETURN_BY_OPERATOR: first_return_by_operator,
        Guard.NOT_PENDING: not_pending,
        Guard.HAS_PENDING: has_pending,
        Guard.NOT_MAJOR: not_major,
        Guard.IS_LEAD_ORG: is_lead_org,
        Guard.IS_COOP_ORG: is_coop_org,
        Guard.LEAD_SET: lead_set,
        Guard.COOP_DONE: coop_done,
        Guard.RESULT_EVIDENCE: result_evidence,
        Guard.VERIFIER_INDEPENDENT: verifier_independent,
        Guard.FEEDBACK_DONE: feedback_done,
        Guard.ARCHIVE_COMPLETE: archive_complete,
        Guard.SPOT_DONE: spot_done,
        Guard.SAMPLED: sampled,
        Guard.SAME_PLATFORM: same_platform,
        Guard.LEVEL_DOWN_BY_C: level_down_by_c,
        Guard.MAIN_CASE_OK: main_case_ok,
        Guard.MERGE_WINDOW: merge_window,
        Guard.BEFORE_DUE: before_due,
        Guard.NO_RED: no_red,
        Guard.EXT_LIMIT: ext_limit,
        Guard.SUSPEND_LIMIT: suspend_limit,
        Guard.NO_OPEN_AGENDA: no_open_agenda,
        Guard.RESOLUTION_EFFECTIVE: resolution_effective,
        Guard.REOPEN_WINDOW: reopen_window,
        Guard.RATE_WINDOW: rate_window,
        Guard.REASON: reason,
    }
)
"""守卫代码 → 判定（guard book）；未列的守卫所依据的事实尚未进系统，一律拒绝."""
