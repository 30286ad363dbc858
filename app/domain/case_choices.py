"""案件各步里可选的值（原因、结果、方式、期限）；用词与规格一致。"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.domain.case_states import Clock, Kind, Level
from app.domain.case_words import Field
from app.domain.flow import Term


class RejectReason(StrEnum):
    """不予受理的原因（reason for rejection）."""

    OUTSIDE = "不属本乡辖区"
    IN_COURT = "已进入诉讼仲裁复议"
    REPEATED = "重复反映且已答复"
    EMPTY = "无实质内容且无法补正"
    UNFOUNDED = "经核实不属实"
    OTHER = "其他须写明"


class ReturnReason(StrEnum):
    """退回重分的原因（reason for return）."""

    NOT_OURS = "不属本平台职责"
    HIGHER_POWER = "事权不在本级"
    UNCLEAR = "内容不清无法办理"
    SEVERAL = "需多平台协作"
    OTHER = "其他须写明"


class SuspendReason(Term):
    """挂起的原因（reason for suspension）."""

    AWAIT_MEETING = "AWAIT_MEETING", "等待联席会议"
    AWAIT_TEST = "AWAIT_TEST", "等待检验检测鉴定"
    AWAIT_COURT = "AWAIT_COURT", "等待诉讼仲裁复议结论"
    AWAIT_PARTY = "AWAIT_PARTY", "当事人原因"
    FORCE_MAJEURE = "FORCE_MAJEURE", "不可抗力"
    LONG_TERM = "LONG_TERM", "长期挂账"


class EscalateKind(Term):
    """上报的去向（kind of escalation）."""

    COUNTY = "COUNTY", "上报县统一政务咨询投诉举报平台"
    APPROVAL = "APPROVAL", "上转县行政审批中心"


class EscalateReason(StrEnum):
    """上报县平台的原因（reason for escalation）."""

    HIGHER_POWER = "事权不在本级"
    TOO_HARD = "本级难以处置"


class EscalationState(Term):
    """县级办理的子状态（state of an escalation）：只进不退."""

    DRAFT = "DRAFT", "拟稿"
    REFUSED = "REFUSED", "不予批准"
    SENT = "SENT", "已上报"
    COUNTY_ACCEPTED = "COUNTY_ACCEPTED", "县已受理"
    ASSIGNED = "ASSIGNED", "已分派部门"
    DOING = "DOING", "县级办理中"
    REPLIED = "REPLIED", "已反馈"
    RETURNED = "RETURNED", "县退回"
    WITHDRAWN = "WITHDRAWN", "撤回"


class FinishResult(StrEnum):
    """办理结果（result of handling）."""

    SOLVED = "已解决"
    PARTLY = "部分解决"
    EXPLAINED = "解释说明"
    TRANSFERRED = "已移送有权机关"
    MEDIATED = "调解成功"
    MEDIATION_FAILED = "调解不成已引导"
    SERVED = "服务办结"
    NOT_FOUND = "查无此事"


class Satisfaction(StrEnum):
    """满意度（satisfaction）."""

    GOOD = "满意"
    FAIR = "基本满意"
    BAD = "不满意"
    NOT_REACHED = "未联系上"
    DECLINED = "拒绝评价"


class ReopenReason(StrEnum):
    """重开的原因（reason for reopening）."""

    RELAPSE = "反弹"
    UNSATISFIED = "不满意属实"
    INSPECTION = "监督要求"
    REVIEW = "复核"


class SuperviseKind(Term):
    """督办的种类（kind of supervision）；黄牌、红牌也由时钟自动发出."""

    NORMAL = "NORMAL", "普通督办"
    YELLOW = "YELLOW", "黄牌督办"
    RED = "RED", "红牌督办"


class NoFeedback(StrEnum):
    """无须反馈的理由（why no feedback is owed）."""

    ANONYMOUS = "匿名无联系方式"
    TOLD_ON_SPOT = "自办自结当场告知"
    INTERNAL = "来源为内部巡查"


class VerifyMethod(StrEnum):
    """核查方式（how it was verified）."""

    ON_SITE = "现场"
    PHONE = "电话"
    PAPERS = "资料"


class Retention(Term):
    """保管期限（retention period）."""

    PERMANENT = "Y", "永久"
    YEARS_30 = "D30", "30年"
    YEARS_10 = "D10", "10年"


class Card(Term):
    """自动发的牌（card）：黄牌时刻即承诺期限，红牌按红牌值从同一起点算."""

    YELLOW = "YELLOW", "黄牌督办"
    RED = "RED", "红牌督办"


CHOICES: Mapping[Field, type[StrEnum]] = MappingProxyType(
    {
        Field.LEVEL: Level,
        Field.KIND: Kind,
        Field.REJECT_REASON: RejectReason,
        Field.RETURN_REASON: ReturnReason,
        Field.RESULT: FinishResult,
        Field.SUSPEND_REASON: SuspendReason,
        Field.REOPEN_REASON: ReopenReason,
        Field.SATISFACTION: Satisfaction,
        Field.NO_FEEDBACK: NoFeedback,
        Field.VERIFY_METHOD: VerifyMethod,
        Field.RETENTION: Retention,
        Field.CLOCK: Clock,
        Field.CARD: Card,
    }
)
"""只能取所列值的输入（closed inputs）：别的值一律不收."""
