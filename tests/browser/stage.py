"""布置：浏览器测试开场时库里已有的案件与例会，全由服务动词走成."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.access.load import actor_of_user
from app.db import db, session
from app.domain.working_time import SHANGHAI
from app.services import (
    appointments,
    attachments,
    case_dispatch,
    case_handling,
    case_intake,
    case_reception,
    documents,
    meetings,
)
from app.unit import unit_of_work
from models.case import Case
from models.security import Account, User
from tests.factories import LONG, REASON, Walk, hotline, org_id, photo
from tests.meeting_walk import MeetingWalk

MONDAY = datetime(2017, 6, 26, 8, 40, tzinfo=SHANGHAI).astimezone(UTC)
LAST_WEEK = datetime(2017, 6, 22, 14, 30, tzinfo=SHANGHAI)
STATES = {
    "reported": "路灯不亮",
    "accepted": "水管漏水",
    "dispatched": "井盖缺失",
    "processing": "秸秆堆在路边",
    "handled": "河道有漂浮物",
    "verified": "垃圾桶满溢",
    "archived": "公厕无人打扫",
}
"""停在这个状态的案件与它的事项."""
SPARE = {
    "station": "废旧家具堆在路口",
    "meeting_case": "村口垃圾成堆",
    "two_tabs": "建筑垃圾倒在河边",
    "double_click": "菜场后门污水横流",
}
"""各给一个用例用的待签收案件."""
GROUP = {"longer": "村道塌了半边", "pause": "河边倒了建筑泥", "led": "两家抢着倒弃土"}
"""给组长那一天用的办理中案件：申请延期、申请挂起、明确牵头."""


BOARD = ("道路塌了一角", "水池护栏松动", "桥头堆着沙石", "广告牌摇摇欲坠", "山塘边没有警示")
"""看板的用例拿来分流的，都待分流."""


def set_stage() -> dict[str, int]:
    """布置好，返回名字 → 编号."""
    try:
        with unit_of_work():
            made = {name: _case(words, name) for name, words in STATES.items()}
            made |= {name: _case(words, "dispatched") for name, words in SPARE.items()}
            made |= {name: _case(words, "processing") for name, words in GROUP.items()}
            made["returned"] = _returned()
            made |= {f"board{n}": _case(words, "accepted") for n, words in enumerate(BOARD)}
            made["own"] = _handled_by_a_clerk()
            made["meeting"] = _meeting()
            made |= {"draft": _draft(), "sensitive": _sensitive()}
            return made
    finally:
        db.engine.dispose()  # 工作进程另起连接


def _actor(login: str) -> Actor:
    query = select(Account.user_id).join(User, User.id == Account.user_id)
    user_id = session.execute(query.where(User.username == login)).scalar_one()
    return actor_of_user(user_id, date(2017, 6, 30))


def _case(words: str, state: str) -> int:
    walk = Walk(_actor, MONDAY)
    go: Callable[..., Case] = getattr(walk, state)
    return go(title=f"高山村{words}").id


def _returned() -> int:
    """退回过一次、又分回综合执法平台的."""
    walk = Walk(_actor, MONDAY)
    case = walk.dispatched(title="高山村理发店污水直排街沟")
    case_dispatch.return_case(
        case,
        return_reason="不属本平台职责",
        suggestion="转市场监管平台",
        reason=REASON,
        actor=_actor("zhifa2"),
        now=walk.later(),
    )
    again = {"platform": "ZF", "note": "仍由执法先行处置"}
    case_dispatch.dispatch(case, **again, actor=_actor("clerk2"), now=walk.later())
    return case.id


def _draft() -> int:
    """受理员存着没交的一件."""
    intake = hotline(title="高山村戏台漏雨", received_at=MONDAY)
    return case_intake.draft(intake, actor=_actor("clerk"), now=MONDAY).id


def _sensitive() -> int:
    """敏感件：正文遮着，要写理由才看得到."""
    walk = Walk(_actor, MONDAY)
    case = walk.reported(title="高山村一户家庭纠纷")
    values = {"category_id": case.category_id, "level": case.level, "kind": case.kind}
    clerk = _actor("clerk2")
    case_reception.accept(case, **values, sensitive=True, actor=clerk, now=walk.later())
    return case.id


def _handled_by_a_clerk() -> int:
    """受理员雷小满这周兼平台操作员，签收过一件，后由雷霁月办结."""
    clerk, operator = _actor("clerk2"), _actor("zhifa2")
    appointments.appoint(
        person_id=clerk.person_id or 0,
        role_code="F3",
        platform="ZF",
        mode="兼任",
        valid_from=MONDAY.date(),
        basis="操作员休假期间兼任",
        actor=_actor("admin"),
        now=MONDAY,
    )
    walk = Walk(_actor, MONDAY)
    case = walk.dispatched(title="高山村沿街乱堆杂物")
    hands = {"org_id": org_id("SHZX"), "handler_id": operator.person_id or 0}
    case_dispatch.sign_in(case, **hands, actor=_actor("clerk2"), now=walk.later())
    proof = attachments.upload(photo(), "after.jpg", actor=operator, now=walk.now)
    case_handling.finish(
        case,
        result="已解决",
        content=LONG,
        attachments=[proof.id],
        actor=operator,
        now=walk.later(),
    )
    return case.id


def _meeting() -> int:
    walk = MeetingWalk(_actor, datetime(2017, 6, 19, 9, 0, tzinfo=SHANGHAI))
    walk.drafted(walk.terms(due_on=date(2017, 7, 5)), LAST_WEEK)
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    document = meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    documents.render(document.id, now=walk.later())
    return walk.id
