"""一个什么都走到过的小库：每种状态、每条岔路各有一件，全由服务动词走成；INV 各条共用."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.access.actor import Actor
from app.db import session
from app.services import (
    attachments,
    case_amend,
    case_closing,
    case_direct,
    case_dispatch,
    case_handling,
    case_lead,
    case_merge,
    case_multi,
    case_reception,
    case_suspend,
    case_time,
)
from app.services.case_intake import draft, request_supplement
from app.services.case_record import Informant
from models.case import Case
from models.case_parts import Cooperation
from models.township import Township
from tests.conftest import NOW
from tests.factories import LONG, REASON, Walk, category_id, grid_id, hotline, org_id, photo
from tests.services.raw import actor_of

BOTH = {"platform": "ZF", "assist_platforms": ["SJ"], "tasks": {"SJ": "查屠宰点有没有证照"}}
AGAIN = {"reject_reason": "重复反映且已答复", "notice": "已于上月答复", "reason": REASON}
BACK = {"return_reason": "不属本平台职责", "suggestion": "另派", "reason": REASON}


@dataclass
class Law:
    """走出来的案件（名字 → 编号）与造它们的手."""

    ids: dict[str, int] = field(default_factory=dict)
    walk: Walk = field(init=False)
    known: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.walk = Walk(self.actor, NOW)

    def actor(self, login: str) -> Actor:
        """操作人，装一次."""
        if login not in self.known:
            self.known[login] = actor_of(login)
        return self.known[login]

    def case(self, name: str) -> Case:
        """叫这个名字的一件."""
        return session.get_one(Case, self.ids[name])

    @property
    def township(self) -> int:
        """这个乡."""
        return session.execute(select(Township.id).where(Township.code == "BQ")).scalar_one()

    def keep(self, name: str, case: Case) -> Case:
        """记下一件."""
        session.flush()
        self.ids[name] = case.id
        return case

    def by(self, login: str, **more: Any) -> dict[str, Any]:
        """谁、什么时候."""
        return {"actor": self.actor(login), "now": self.walk.later(), **more}

    def proof(self, login: str, *colors: str) -> list[int]:
        """几张照片."""
        who = self.actor(login)
        return [
            attachments.upload(photo(c), f"{c}.jpg", actor=who, now=self.walk.now).id
            for c in colors
        ]

    def by_grid(self, **changes: Any) -> Case:
        """网格员的一张草稿."""
        values = {"channel": "GRID", "channel_data": {}, "received_at": self.walk.now}
        intake = hotline(**{**values, "informant": Informant(), **changes})
        return draft(intake, actor=self.actor("grid09"), now=self.walk.later())

    def self_closed(self, **changes: Any) -> Case:
        """网格员当场办完的一件."""
        case = self.by_grid(**changes)
        before, after = self.proof("grid09", "red", "green")
        case_direct.self_close(
            case,
            content="当场清掉，门口已冲洗干净。",
            before_photos=[before],
            after_photos=[after],
            told_on_spot=True,
            **self.by("grid09"),
        )
        return case

    def suspended(self) -> Case:
        """办理中挂起的一件."""
        case = self.walk.processing()
        case_suspend.request_suspend(
            case,
            suspend_reason="AWAIT_TEST",
            resume_on=self.walk.now.date() + timedelta(days=4),
            attachments=self.proof("zhifa2", "blue"),
            reason=REASON,
            **self.by("zhifa2"),
        )
        until = self.walk.now.date() + timedelta(days=4)
        case_suspend.approve_suspend(case, until_on=until, opinion="同意", **self.by("zhifa_lead"))
        return case

    def finish(self, case: Case, **more: Any) -> None:
        """办结报送."""
        proof = self.proof("zhifa2", "green")
        case_handling.finish(
            case, result="已解决", content=LONG, attachments=proof, **more, **self.by("zhifa2")
        )

    def sign(self, case: Case) -> None:
        """社会事业服务中心签收."""
        who = self.actor("zhifa2")
        case_dispatch.sign_in(
            case, org_id=org_id("SHZX"), handler_id=who.person_id or 0, **self.by("zhifa2")
        )

    def merge(self, case: Case, main: Case) -> None:
        """并案."""
        case_merge.merge(case, main=main, same_points=["地点"], reason=REASON, **self.by("clerk3"))


def built() -> Law:
    """造好的库."""
    law = Law()
    for make in (_states, _ends, _roads, _several, _fast):
        make(law)
    session.flush()
    return law


def _states(law: Law) -> None:
    """在办的各状态一件一件."""
    walk = law.walk
    law.keep("DRAFT", draft(hotline(), **law.by("clerk2")))
    law.keep("REPORTED", walk.reported())
    law.keep("SUPPLEMENT", walk.reported())
    request_supplement(walk.one, items="具体地点", reason=REASON, **law.by("clerk"))
    law.keep("ACCEPTED", walk.accepted())
    law.keep("DISPATCHED", walk.dispatched())
    law.keep("PROCESSING", walk.processing())
    law.keep("SUSPENDED", law.suspended())
    law.keep("HANDLED", walk.handled())
    law.keep("VERIFIED", walk.verified())


def _ends(law: Law) -> None:
    """各终态一件，与从终态回来的."""
    walk = law.walk
    law.keep("ARCHIVED", walk.archived())
    law.keep("CANCELLED", walk.reported())
    case_reception.cancel(walk.one, reason=REASON, **law.by("clerk2"))
    for name in ("REJECTED", "rejected_reopened"):
        case = law.keep(name, walk.reported())
        case_reception.propose_reject(case, **AGAIN, **law.by("clerk2"))
        case_reception.reject(case, **AGAIN, method="电话", **law.by("deputy"))
    main = law.keep("main", walk.reported())
    for name in ("MERGED", "unmerged"):
        law.merge(law.keep(name, walk.reported()), main)
    case_merge.unmerge(law.case("unmerged"), main=main, reason=REASON, **law.by("clerk3"))
    again = {"reopen_reason": "反弹", "reason": REASON}
    case_amend.reopen(law.case("rejected_reopened"), **again, **law.by("deputy"))
    case_amend.reopen(law.keep("reopened", walk.archived()), **again, **law.by("mayor"))


def _roads(law: Law) -> None:
    """退回两次、返工、延期、撤回办结、调级、更正."""
    walk = law.walk
    case = law.keep("returned_once", walk.dispatched())
    case_dispatch.return_case(case, **BACK, **law.by("zhifa"))
    case = law.keep("returned", walk.dispatched())
    for login in ("zhifa", "zhifa_lead", "zhifa_lead"):
        case_dispatch.return_case(case, **BACK, **law.by(login))
        case_dispatch.dispatch(case, platform="ZF", **law.by("clerk"))
    case = law.keep("reworked", walk.handled())
    case_closing.rework(
        case, faults="还有一处", demand="三日内清完", reason=REASON, **law.by("clerk3")
    )
    law.finish(case)
    case_closing.verify(case, method="资料", opinion="属实", **law.by("clerk"))
    case = law.keep("extended", walk.processing())
    case_time.request_extension(
        case, extension_wd=2, work_done="已送达通知", reason=REASON, **law.by("zhifa2")
    )
    case_time.approve_extension(case, granted_wd=2, opinion="同意", **law.by("zhifa_lead"))
    case = law.keep("progress", walk.processing())
    case_handling.record_progress(case, content="到场核实", **law.by("zhifa2"))
    case_amend.reclassify(case, level="较大", reason=REASON, **law.by("zhifa_lead"))


def _several(law: Law) -> None:
    """几个平台的：有请示批准的、乡长直接作出的；协办签收、回复、办结."""
    walk = law.walk
    case = law.keep("asked", walk.accepted())
    case_multi.request_multi_dispatch(case, **BOTH, note="两家有份", **law.by("clerk2"))
    case_multi.dispatch_multi(case, **BOTH, note="同意", **law.by("secretary"))
    case = law.keep("headed", walk.accepted())
    case_multi.dispatch_multi(case, **BOTH, note="同意", **law.by("mayor"))
    law.sign(case)
    slip = session.execute(select(Cooperation).where(Cooperation.case_id == case.id)).scalar_one()
    who = law.actor("shichang")
    case_lead.sign_cooperation(
        case,
        cooperation_id=slip.id,
        org_id=org_id("SJS"),
        handler_id=who.person_id or 0,
        **law.by("shichang"),
    )
    case_lead.submit_cooperation(
        case, cooperation_id=slip.id, reply="证照齐全", **law.by("shichang")
    )
    handler = law.actor("zhifa2").person_id or 0
    case_lead.appoint_lead(
        case,
        lead_person_id=handler,
        lead_org_id=org_id("SHZX"),
        note="由社会事业服务中心牵头",
        **law.by("mayor"),
    )
    law.finish(case)
    case_closing.verify(case, method="资料", opinion="属实", **law.by("clerk3"))


def _fast(law: Law) -> None:
    """自办自结、直报、县级交办、敏感件."""
    for n in range(11):
        law.keep(f"self_closed_{n}", law.self_closed())
    case = law.keep("direct", law.by_grid())
    case_direct.direct_report(
        case, platform="ZF", direct_reason="路面塌方，等不及", **law.by("grid09")
    )
    law.keep(
        "county",
        law.walk.dispatched(
            channel="COUNTY",
            kind="COUNTY_TASK",
            channel_data={
                "county_no": "县统〔2017〕88号",
                "from_org": "县综治办",
                "county_due": "2017-06-20T17:00:00+08:00",
                "reply_form": "书面回复",
            },
        ),
    )
    law.keep(
        "sensitive",
        law.walk.reported(category_id=category_id("ZZ0501"), grid_id=grid_id("G09")),
    )
