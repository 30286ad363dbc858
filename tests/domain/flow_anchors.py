"""手写的格：谁、在什么状态、做什么、与案件什么关系，该怎样；照流程与矩阵一格一格想出来的."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Anchor:
    """手写的一格：谁、在什么状态、做什么、与案件什么关系、结果."""

    role: str
    state: str
    action: str
    result: str
    near: bool = True
    own: bool = False
    holds: frozenset[str] = field(default_factory=frozenset)


def _a(role: str, state: str, action: str, result: str, *holds: str, **more: bool) -> Anchor:
    return Anchor(role, state, action, result, holds=frozenset(holds), **more)


YES, NO_STEP, NO_GRANT, LIMIT, AFAR = (
    "allowed",
    "no_such_step",
    "not_granted",
    "limit",
    "out_of_scope",
)
ANCHORS = (
    # 登记、上报、直报、自办自结
    _a("I", "DRAFT", "report", YES, own=True),
    _a("I", "DRAFT", "report", AFAR),
    _a("I", "REPORTED", "report", NO_STEP, own=True),
    _a("K", "DRAFT", "report", NO_GRANT, own=True),
    _a("I", "DRAFT", "direct_report", YES, "OWN_GRID", own=True),
    _a("F3", "DRAFT", "direct_report", NO_GRANT, own=True),
    _a("I", "DRAFT", "self_close", YES, "OWN_GRID", own=True),
    _a("I", "DRAFT", "self_close", LIMIT, near=False, own=True),
    _a("H", "DRAFT", "self_close", NO_GRANT, own=True),
    _a("B", "REPORTED", "request_supplement", YES),
    _a("B", "ACCEPTED", "request_supplement", NO_STEP),
    _a("B", "SUPPLEMENT", "supplement", YES, "WITH_REF"),
    _a("B", "SUPPLEMENT", "supplement", LIMIT),
    _a("PUB", "SUPPLEMENT", "supplement", YES, own=True),
    _a("B", "REPORTED", "accept", YES),
    _a("C1", "REPORTED", "accept", YES),
    _a("F3", "REPORTED", "accept", NO_GRANT),
    _a("B", "DRAFT", "accept", AFAR),
    _a("B", "ARCHIVED", "accept", NO_STEP),
    # 不予受理
    _a("B", "ACCEPTED", "propose_reject", YES),
    _a("C1", "ACCEPTED", "propose_reject", NO_GRANT),
    _a("C2", "REPORTED", "reject", YES),
    _a("B", "REPORTED", "reject", NO_GRANT),
    _a("C1", "DISPATCHED", "reject", NO_STEP),
    _a("C2", "SUPPLEMENT", "decline_reject", YES),
    # 并案与撤销并案
    _a("B", "DISPATCHED", "merge", YES),
    _a("B", "PROCESSING", "merge", NO_STEP),
    _a("B", "MERGED", "merge", NO_STEP),
    _a("B", "MERGED", "unmerge", YES),
    _a("B", "REPORTED", "unmerge", NO_STEP),
    _a("F1", "DISPATCHED", "merge", NO_GRANT),
    # 分流、改派、多平台
    _a("B", "ACCEPTED", "dispatch", YES),
    _a("B", "REPORTED", "dispatch", NO_STEP),
    _a("D", "ACCEPTED", "dispatch", NO_GRANT),
    _a("B", "ACCEPTED", "request_multi_dispatch", YES),
    _a("C1", "ACCEPTED", "dispatch_multi", YES),
    _a("B", "ACCEPTED", "dispatch_multi", LIMIT),
    _a("B", "ACCEPTED", "dispatch_multi", YES, "WITH_REF"),
    _a("C2", "ACCEPTED", "refuse_multi_dispatch", NO_GRANT),
    _a("D", "ACCEPTED", "refuse_multi_dispatch", YES),
    _a("B", "DISPATCHED", "redispatch", YES),
    _a("B", "PROCESSING", "redispatch", NO_STEP),
    _a("F3", "DISPATCHED", "sign_in", YES, "OWN_PLATFORM"),
    _a("F3", "DISPATCHED", "sign_in", AFAR, near=False),
    _a("H", "DISPATCHED", "sign_in", YES, "OWN_ORG"),
    _a("I", "DISPATCHED", "sign_in", NO_GRANT),
    _a("F3", "PROCESSING", "return_case", YES, "OWN_PLATFORM"),
    _a("H", "PROCESSING", "return_case", NO_GRANT, "OWN_ORG"),
    _a("H", "PROCESSING", "transfer", YES, "OWN_ORG"),
    _a("H", "DISPATCHED", "transfer", NO_STEP, "OWN_ORG"),
    # 协办与牵头
    _a("G3", "PROCESSING", "add_cooperators", YES, "OWN_PLATFORM"),
    _a("F3", "PROCESSING", "add_cooperators", NO_GRANT),
    _a("M", "PROCESSING", "submit_cooperation", YES, "OWN_ORG"),
    _a("G3", "PROCESSING", "submit_cooperation", NO_GRANT),
    _a("G3", "PROCESSING", "appoint_lead", YES, "WITHIN_PLATFORM"),
    _a("G3", "PROCESSING", "appoint_lead", LIMIT),
    _a("C1", "DISPATCHED", "appoint_lead", YES, "ACROSS_PLATFORMS"),
    _a("C1", "DISPATCHED", "appoint_lead", LIMIT),
    _a("C2", "PROCESSING", "appoint_lead", NO_GRANT),
    _a("I", "PROCESSING", "record_progress", YES, "OWN_GRID"),
    _a("B", "PROCESSING", "record_progress", LIMIT),
    _a("B", "ESCALATED", "record_progress", YES),
    # 延期与挂起
    _a("H", "PROCESSING", "request_extension", YES, "OWN_ORG"),
    _a("H", "SUSPENDED", "request_extension", NO_STEP, "OWN_ORG"),
    _a("G3", "PROCESSING", "approve_extension", YES, "OWN_PLATFORM", "EXT_LE5"),
    _a("G3", "PROCESSING", "approve_extension", LIMIT, "OWN_PLATFORM"),
    _a("C1", "PROCESSING", "approve_extension", YES, "EXT_GT5_OR_LEADER_OWN"),
    _a("C1", "PROCESSING", "refuse_extension", LIMIT),
    _a("D", "PROCESSING", "approve_extension", NO_GRANT),
    _a("F3", "PROCESSING", "request_suspend", YES, "OWN_PLATFORM"),
    _a("G3", "PROCESSING", "approve_suspend", YES, "OWN_PLATFORM"),
    _a("C2", "PROCESSING", "refuse_suspend", YES),
    _a("SYS", "SUSPENDED", "resume", YES),
    _a("F3", "SUSPENDED", "resume", NO_GRANT, "OWN_PLATFORM"),
    _a("G3", "PROCESSING", "resume", NO_STEP, "OWN_PLATFORM"),
    # 联席会议
    _a("D", "ACCEPTED", "submit_to_joint_meeting", YES),
    _a("B", "DISPATCHED", "submit_to_joint_meeting", NO_STEP),
    _a("B", "SUSPENDED", "apply_resolution", YES),
    _a("C1", "SUSPENDED", "apply_resolution", NO_GRANT),
    # 办结、核查、反馈、评价、归档
    _a("H", "PROCESSING", "finish", YES, "OWN_ORG"),
    _a("M", "PROCESSING", "finish", NO_GRANT, "OWN_ORG"),
    _a("F3", "HANDLED", "withdraw_finish", YES, "OWN_PLATFORM"),
    _a("B", "HANDLED", "verify", YES),
    _a("G3", "HANDLED", "verify", NO_GRANT, "OWN_PLATFORM"),
    _a("C2", "VERIFIED", "rework", YES),
    _a("B", "ARCHIVED", "rework", NO_STEP),
    _a("H", "VERIFIED", "feedback", LIMIT, "OWN_ORG"),
    _a("H", "VERIFIED", "feedback", YES, "OWN_ORG", "WITH_REF"),
    _a("B", "ARCHIVED", "rate", YES, "WITH_REF", "NOT_PARTY"),
    _a("B", "VERIFIED", "rate", LIMIT, "WITH_REF"),
    _a("PUB", "ARCHIVED", "rate", YES, own=True),
    _a("C1", "VERIFIED", "rate", NO_GRANT),
    _a("B", "VERIFIED", "spot_check", YES),
    _a("B", "VERIFIED", "spot_check", "is_reporter", own=True),
    _a("C1", "VERIFIED", "spot_check", NO_GRANT),
    _a("B", "VERIFIED", "archive", YES),
    _a("C1", "VERIFIED", "archive", NO_GRANT),
    # 调级、更正、撤销、重开、督办、批示、发牌
    _a("B", "ACCEPTED", "reclassify", YES),
    _a("B", "PROCESSING", "reclassify", LIMIT),
    _a("G3", "PROCESSING", "reclassify", YES, "OWN_PLATFORM", "RAISE_ONLY"),
    _a("G3", "PROCESSING", "reclassify", LIMIT, "OWN_PLATFORM"),
    _a("B", "HANDLED", "correct", YES),
    _a("B", "ARCHIVED", "correct", NO_STEP),
    _a("C1", "HANDLED", "correct", NO_GRANT),
    _a("I", "REPORTED", "cancel", YES, own=True),
    _a("I", "ACCEPTED", "cancel", LIMIT, own=True),
    _a("C1", "PROCESSING", "cancel", YES),
    _a("C1", "REPORTED", "cancel", LIMIT),
    _a("C1", "CANCELLED", "cancel", LIMIT),
    _a("C2", "ARCHIVED", "reopen", YES),
    _a("B", "ARCHIVED", "reopen", NO_GRANT),
    _a("C1", "CANCELLED", "reopen", NO_STEP),
    _a("C1", "MERGED", "reopen", NO_STEP),
    _a("B", "PROCESSING", "supervise", LIMIT),
    _a("B", "PROCESSING", "supervise", YES, "ORDINARY_ONLY"),
    _a("E", "PROCESSING", "instruct", YES, "SELF", near=False),
    _a("E", "PROCESSING", "instruct", AFAR, near=False),
    _a("SYS", "PROCESSING", "auto_card", YES),
    _a("SYS", "SUSPENDED", "auto_card", NO_STEP),
    _a("A", "PROCESSING", "supervise", NO_GRANT),
    # 上报县：拟、批走得到；县级编号未进系统的走不到
    _a("B", "ACCEPTED", "draft_escalation", YES),
    _a("C1", "PROCESSING", "approve_escalation", YES),
    _a("C2", "PROCESSING", "approve_escalation", NO_GRANT),
    _a("C1", "ESCALATED", "withdraw_escalation", "not_available_yet"),
    _a("B", "ESCALATED", "receive_county_feedback", "not_available_yet"),
)
