"""造的文字：乡里常见的事由、地名、经过，按大致的频度抽；另有几个频度已知的词供检索."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = _listed(
    "村口 桥头 祠堂前 文化礼堂 老街 水库边 茶山脚 小学门口 卫生室旁 省道岔口 "
    "机耕路 晒谷场 溪滩 移民新村 集镇农贸市场 公交站 竹木加工点"
)
PARTS = ("上", "下", "东", "西", "南", "北", "里", "外", "前", "后")
THINGS = _listed(
    "生活垃圾 建筑垃圾 污水 违章建筑 占道堆物 路灯 窨井盖 山体碎石 危房 "
    "流动摊贩 无证餐饮 过期食品 烟花爆竹 山林权属 宅基地 邻里 劳资 赡养 "
    "农药包装 饮用水源 消防通道 变压器 信号塔 护栏 涵洞 秸秆 犬只 养猪场"
)
TROUBLES = _listed(
    "无人清运 直排入溪 堵住通道 损坏未修 久拖不决 引起纠纷 存在隐患 气味很大 "
    "影响出行 夜间扰民 塌了一角 未经审批 多次反映 无人管理 堆放已久 渗漏严重"
)
SAID = _listed(
    "来电人称已向村里反映过 网格员巡查时发现 群众要求尽快处理 现场照片见附件 "
    "涉及三户人家 附近有老人小孩经过 下雨后更加严重 上月处理过一次又反复 "
    "村干部已到场劝导 当事人情绪平稳 请平台派人核实 希望给个书面答复 "
    "已初步设置警示 据说与邻村有关 需几个部门一起看"
)
ACCOUNTS = _listed(
    "现场已经清理完毕，当事人签字认可。 已责令限期整改，复查合格。 "
    "经调解双方达成协议，当场履行。 已修复并试用正常，村里确认。 "
    "已查明情况，依规处罚并教育。 已协调供电部门更换，恢复正常。"
)
FAMILY = "蓝雷钟盘陈林吴郑方徐叶毛周"
GIVEN = "月霞山明秀根福兰清水金树竹林海生"


@dataclass(frozen=True, slots=True)
class Known:
    """频度已知的检索词：词、平均多少件里有一件."""

    word: str
    one_in: int


RARE = Known("穿山甲", 50_000)
SOME = Known("蜂窝煤", 500)
PHRASE = Known("跨村输水管道", 5_000)
COMMON = "垃圾"
NOWHERE = "鲸鱼"
"""库里没有的词."""
KNOWN = (SOME, PHRASE, RARE)


def text_of(rng: Random, village: str, number: int) -> tuple[str, str, str]:
    """标题、地点、正文；``number`` 定频度已知的词落在哪几件上."""
    thing, trouble = rng.choice(THINGS), rng.choice(TROUBLES)
    place = f"{village}{rng.choice(PARTS)}{rng.choice(PLACES)}"
    body = [f"{place}{thing}{trouble}", *rng.sample(SAID, rng.randint(1, 4))]
    body += [f"涉及{one.word}" for one in KNOWN if number % one.one_in == one.one_in // 2]
    title = f"{village}{rng.choice(PLACES)}{thing}{trouble}"
    return title, place, "，".join(body) + "。"


def person(rng: Random) -> str:
    """一个人名."""
    return rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN)
