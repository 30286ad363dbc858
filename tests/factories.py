"""造一件走到某一步的案件：全由服务动词走成，不直接写状态."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.services import attachments, case_closing, case_dispatch, case_handling
from app.services.case_intake import Intake, draft, report
from app.services.case_reception import accept
from app.services.case_record import Informant
from models.case import Case
from models.people import Person
from models.platform import Category
from models.township import Grid, Org

LONG = "现场已经清理完毕，垃圾全部运走，路面冲洗干净，村民表示认可。"
REASON = "经现场核实，情况属实，理由如下所述。"


def category_id(code: str) -> int:
    """小类编号."""
    return session.execute(select(Category.id).where(Category.code == code)).scalar_one()


def grid_id(code: str) -> int:
    """网格编号."""
    return session.execute(select(Grid.id).where(Grid.code == code)).scalar_one()


def org_id(code: str) -> int:
    """机构编号."""
    return session.execute(select(Org.id).where(Org.code == code)).scalar_one()


def person_id(name: str) -> int:
    """人的编号."""
    return session.execute(select(Person.id).where(Person.name == name)).scalar_one()


def photo(color: str = "green") -> bytes:
    """一张真的 JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return out.getvalue()


def hotline(**changes: Any) -> Intake:
    """一件热线来件：高山村口垃圾堆."""
    values: dict[str, Any] = {
        "channel": "HOTLINE",
        "title": "高山村口垃圾成堆",
        "body": "村口垃圾堆了三天没人清运，气味很大。",
        "grid_id": grid_id("G09"),
        "place": "高山村口",
        "category_id": category_id("ZF1001"),
        "channel_data": {
            "line": "12345",
            "call_time": "2017-05-22T08:55:00+08:00",
            "reply_required": True,
        },
        "informant": Informant(name="来电人", phone="13800000612"),
    }
    return Intake(**{**values, **changes})


class Walk:
    """一件案件往前走：每一步晚十分钟，由演示账号里合适的人来做."""

    def __init__(self, actor: Callable[[str], Actor], start: datetime) -> None:
        self.actor = actor
        self.now = start
        self.case: Case | None = None

    def later(self, **delta: float) -> datetime:
        """过一会儿."""
        self.now += timedelta(**(delta or {"minutes": 10}))
        return self.now

    @property
    def one(self) -> Case:
        """现在的案件."""
        assert self.case is not None
        return self.case

    def reported(self, login: str = "clerk2", **changes: Any) -> Case:
        """登记并上报."""
        who = self.actor(login)
        intake = hotline(**{"received_at": self.now, **changes})
        self.case = draft(intake, actor=who, now=self.now)
        report(self.case, actor=who, now=self.later())
        return self.case

    def accepted(self, login: str = "clerk2", **changes: Any) -> Case:
        """受理."""
        case = self.reported(**changes)
        values = {"category_id": case.category_id, "level": case.level, "kind": case.kind}
        accept(case, **values, sensitive=False, actor=self.actor(login), now=self.later())
        return case

    def dispatched(self, platform: str = "ZF", login: str = "clerk2", **changes: Any) -> Case:
        """分流交办."""
        case = self.accepted(**changes)
        case_dispatch.dispatch(case, platform=platform, actor=self.actor(login), now=self.later())
        return case

    def processing(self, **changes: Any) -> Case:
        """签收：社会事业服务中心承办."""
        case = self.dispatched(**changes)
        who = self.actor("zhifa2")
        case_dispatch.sign_in(
            case, org_id=org_id("SHZX"), handler_id=who.person_id or 0, actor=who, now=self.later()
        )
        return case

    def handled(self, **changes: Any) -> Case:
        """办结报送."""
        case = self.processing(**changes)
        who = self.actor("zhifa2")
        proof = attachments.upload(photo(), "after.jpg", actor=who, now=self.now)
        case_handling.finish(
            case,
            result="已解决",
            content=LONG,
            attachments=[proof.id],
            actor=who,
            now=self.later(),
        )
        return case

    def verified(self, login: str = "clerk3", **changes: Any) -> Case:
        """核查通过."""
        case = self.handled(**changes)
        case_closing.verify(
            case, method="资料", opinion="照片属实", actor=self.actor(login), now=self.later()
        )
        return case

    def archived(self, login: str = "clerk3", **changes: Any) -> Case:
        """反馈并归档."""
        case = self.verified(**changes)
        who = self.actor(login)
        case_closing.feedback(
            case, method="电话", content="已清运", feedback_at=self.now, actor=who, now=self.later()
        )
        case_closing.archive(
            case, retention="D10", secrecy_confirmed=True, actor=who, now=self.later()
        )
        return case
