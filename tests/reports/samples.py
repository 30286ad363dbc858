"""纪要样本：人物、事件、数字全部虚构。"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

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

LEAD = Attendee(name="盘月岚", post="分管副乡长、综合执法平台协调组组长")
SIGNED_AT = datetime(2017, 6, 6, 8, 20, tzinfo=UTC)

PRESENT = (
    LEAD,
    Attendee(name="蓝望岫", post="社会事业服务中心主任"),
    Attendee(name="雷霁月", post="社会事业服务中心干部"),
    Attendee(name="雷巡野", post="综合行政执法中队（片区）负责人"),
    Attendee(name="盘厚堃", post="国土资源所（片区）负责人", mode="代行"),
    Attendee(name="钟碧澜", post="环境保护所（片区）负责人"),
    Attendee(name="雷济川", post="“五水共治”办干部"),
)

FOLLOW_UPS = (
    FollowUp(
        number="2017年第22周综合执法平台例会-决01",
        content="高山村口垃圾清运点增设2个分类桶，并落实每日清运",
        responsible="雷霁月",
        due=date(2017, 6, 2),
        state="已确认完成",
        note="6月1日安装到位，网格员连续3天巡查未见积存",
    ),
    FollowUp(
        number="2017年第22周综合执法平台例会-决02",
        content="东坑溪沿线3处违法搭建完成测绘并送达限期拆除通知",
        responsible="雷巡野",
        due=date(2017, 6, 9),
        state="落实中",
        note="已测绘3处、送达2处，余1处当事人外出，定于6月7日前送达",
    ),
)

SNAPSHOT = SnapshotTable(
    number="SNAP-2017W22-ZF",
    title="综合执法平台上周收办情况",
    as_of=datetime(2017, 6, 5, 0, 0, tzinfo=UTC),
    heads=("指标", "上周", "再上一周", "去年同期"),
    rows=(
        ("收件（件）", "12", "9", "7"),
        ("办结（件）", "10", "8", "7"),
        ("超期（件）", "1", "0", "2"),
        ("返工（件）", "0", "1", "0"),
        ("按时办结率", "90.9%", "100%", "77.8%"),
    ),
    note="口径：以主办平台计，不含并案件；按时办结率＝按时办结件数÷应办结件数。",
)

ARRANGEMENTS = (
    Arrangement(
        content="对东坑溪沿线开展一次联合巡查，重点看养殖尾水直排和河岸倾倒，发现问题当场登记、当日分流",
        responsible="钟碧澜",
        lead_unit="环境保护所（片区）",
        due=date(2017, 6, 8),
    ),
    Arrangement(
        content="汛前逐村检查山塘、地质灾害点和在建工地临时用电，形成清单，能改的当场改",
        responsible="盘厚堃",
        lead_unit="国土资源所（片区）",
        due=date(2017, 6, 9),
    ),
    Arrangement(
        content="完成本周到期的4件群众来信办理，其中BQ2017-00187须在6月7日前反馈来信人",
        responsible="雷霁月",
        lead_unit="社会事业服务中心",
        due=date(2017, 6, 7),
    ),
)

AGENDA = (
    AgendaItem(
        title="关于东坑溪养殖尾水与“五水共治”责任划分",
        proposer="“五水共治”办",
        reporter="雷济川",
        cases=("BQ2017-00163", "BQ2017-00187"),
        discussion=(
            "会议听取了“五水共治”办关于东坑溪水质情况的汇报。5月以来，东坑溪下游断面两次检出氨氮偏高，"
            "沿线有规模以下养殖户6户，其中2户化粪池渗漏，1户无处理设施；村民反映集中在5月18日暴雨之后。",
            "与会人员讨论认为，规模以下养殖的日常巡查由村级网格员承担，违法排放的取证与查处由执法中队"
            "会同环保所承担，改造补助由“五水共治”办按上级标准核定，三者不得互相等待。",
        ),
        conclusion="该事项责任清楚，由环境保护所（片区）牵头，限期一个月完成整治。",
    ),
    AgendaItem(
        title="关于村口广告牌私搭乱设的处理意见",
        proposer="综合行政执法中队（片区）",
        reporter="雷巡野",
        cases=("BQ2017-00201",),
        discussion=(
            "桐榔村至后塘村公路沿线共有私设广告牌11块，其中影响行车视线的4块。会议讨论了统一拆除与分类处理两种意见。",
        ),
        conclusion="影响行车安全的先行拆除，其余由村委会劝导自拆，逾期再依法处理。",
    ),
)

SUBMISSIONS = (
    Submission(
        content="规模以下养殖尾水处理设施的补助资金与用地，涉及便民服务、综合执法两个平台",
        reason="补助标准与用地审批均不在本平台职责内，建议由联席会议明确牵头单位",
        cases=("BQ2017-00163",),
    ),
)

RESOLUTIONS = (
    ResolutionRow(
        number="决01",
        content="完成东坑溪沿线6户养殖场尾水整治：2户修复化粪池，1户新建三格池，3户签订不直排承诺",
        responsible="钟碧澜",
        lead_unit="环境保护所（片区）",
        support_units=("“五水共治”办", "东坑村村民委员会"),
        due=date(2017, 7, 5),
        cases=("BQ2017-00163", "BQ2017-00187"),
    ),
    ResolutionRow(
        number="决02",
        content="拆除桐榔村至后塘村公路沿线影响行车视线的广告牌4块",
        responsible="雷巡野",
        lead_unit="综合行政执法中队（片区）",
        support_units=("桐榔村村民委员会", "后塘村村民委员会"),
        due=date(2017, 6, 16),
        cases=("BQ2017-00201",),
    ),
    ResolutionRow(
        number="决03",
        content="汛前隐患清单报党政综合办公室，并在下次例会通报整改情况",
        responsible="盘厚堃",
        lead_unit="国土资源所（片区）",
        due=date(2017, 6, 12),
    ),
)

FULL = MinutesSheet(
    mark="综合执法平台例会纪要",
    number="〔2017〕第23周",
    organ="板桥畲族乡综合执法平台协调组",
    dated=date(2017, 6, 6),
    title=("板桥畲族乡综合执法平台", "2017年第23周例会纪要"),
    held_on=date(2017, 6, 5),
    began=time(9, 0),
    ended=time(10, 35),
    place="乡政府二楼会议室",
    chair=LEAD,
    recorder=Attendee(name="雷霁月", post="社会事业服务中心干部"),
    frozen_at=SIGNED_AT,
    quorum="应到10人，实到7人，达到半数以上，符合开会要求。",
    present=PRESENT,
    deputies=(Attendee(name="钟竹筠", post="党政综合办公室干部", note="代蓝其蓁，有书面委托"),),
    on_leave=(Attendee(name="蓝安澜", post="安全生产监管站干部", note="县里培训"),),
    absent=(Attendee(name="雷筑垣", post="村镇建设办干部"),),
    observers=(Attendee(name="雷正言", post="乡纪委书记"),),
    follow_ups=FOLLOW_UPS,
    analysis=(
        "上周本平台共收件12件、办结10件，超期1件（BQ2017-00142，垃圾中转站渗滤液外溢，因设备采购超期1个工作日，"
        "已于6月2日办结）。投诉集中在环境卫生和违法搭建两类，分别占收件的50%和25%。",
        "高山村、东坑村反映较多；东坑溪水质问题一周内有3名群众先后反映，已并案办理。",
    ),
    snapshot=SNAPSHOT,
    arrangements=ARRANGEMENTS,
    agenda=AGENDA,
    submissions=SUBMISSIONS,
    resolutions=RESOLUTIONS,
    signer=LEAD,
    colophon=Colophon(
        issuer="板桥畲族乡社会事业服务中心",
        issued_on=date(2017, 6, 6),
        distribution=("综合执法平台各成员单位", "各行政村"),
        copy_to=("乡党委书记", "乡长", "乡纪委", "党政综合办公室"),
    ),
)

SHORT = replace(
    FULL,
    follow_ups=(),
    analysis=("上周收件3件，均已办结，没有超期。",),
    snapshot=None,
    arrangements=ARRANGEMENTS[2:],
    agenda=(),
    submissions=(),
    resolutions=(),
    deputies=(),
    on_leave=(),
    absent=(),
    observers=(),
    present=PRESENT[:3],
)

DRAFT = replace(FULL, number=None, signer=None, colophon=replace(FULL.colophon, issued_on=None))


def longer(times: int) -> MinutesSheet:
    """议题重复 ``times`` 遍、议定事项也相应加多的长纪要。"""
    rows = [
        replace(row, number=f"决{n * len(RESOLUTIONS) + i:02d}")
        for n in range(times)
        for i, row in enumerate(RESOLUTIONS, start=1)
    ]
    return replace(FULL, agenda=AGENDA * times, resolutions=tuple(rows))
