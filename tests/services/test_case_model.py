"""乱走：随便的人做随便的步，每一步之后库、时钟、日志与照规格写的小模型一致。

走法由 hypothesis 挑：一半挑此刻规格许可的步与合适的人，一半乱挑。模型只看规格的流转表
（``tests/domain/case_flow_spec.yaml``）与授权矩阵，不借用程序的判定。
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.access.actor import Actor
from app.db import session
from app.domain.errors import Refused
from app.services import (
    attachments,
    case_amend,
    case_closing,
    case_dispatch,
    case_handling,
    case_intake,
    case_lead,
    case_merge,
    case_multi,
    case_rating,
    case_reception,
    case_suspend,
    case_time,
    journal,
    ticking,
)
from models.case import Case
from tests.conftest import NOW
from tests.domain.flow_data import SPEC
from tests.factories import LONG, REASON, category_id, hotline, org_id, photo
from tests.web.grants_oracle import has

MOVES: dict[str, dict[str, tuple[str, ...]]] = {}
for _row in SPEC["transitions"]:
    for _before, _after in _row["moves"].items():
        _to = _row["prior_in"] if _after == "@prior" else _after
        _found = (_to,) if isinstance(_to, str) else tuple(_to)
        MOVES.setdefault(_row["action"], {})[_before] = _found
RUNNING = {row["code"]: set(row["running"]) for row in SPEC["states"]}
TERMINAL = {row["code"] for row in SPEC["states"] if row["terminal"]}

Deed = Callable[[Any, Case, Actor, datetime], Any]


def proof(who: Actor, now: datetime) -> list[int]:
    return [attachments.upload(photo(), "现场.jpg", actor=who, now=now).id]


def _platform(case: Case) -> str:
    return "SJ" if case.platform == "ZF" else "ZF"


ACTS: dict[str, tuple[tuple[str, ...], Deed]] = {
    "report": (("clerk2",), lambda m, c, a, n: case_intake.report(c, actor=a, now=n)),
    "request_supplement": (
        ("clerk",),
        lambda m, c, a, n: case_intake.request_supplement(
            c, items="具体地点", reason=REASON, actor=a, now=n
        ),
    ),
    "supplement": (
        ("clerk2",),
        lambda m, c, a, n: case_intake.supplement(c, content="补上地点", actor=a, now=n),
    ),
    "accept": (
        ("clerk", "clerk2"),
        lambda m, c, a, n: case_reception.accept(
            c,
            category_id=c.category_id or category_id("ZF1001"),
            level=c.level,
            kind=c.kind,
            sensitive=False,
            actor=a,
            now=n,
        ),
    ),
    "propose_reject": (
        ("clerk",),
        lambda m, c, a, n: case_reception.propose_reject(
            c, reject_reason="不属本乡辖区", notice="请向邻乡反映", reason=REASON, actor=a, now=n
        ),
    ),
    "decline_reject": (
        ("mayor", "deputy"),
        lambda m, c, a, n: case_reception.decline_reject(c, opinion="应当受理", actor=a, now=n),
    ),
    "cancel": (
        ("clerk2", "mayor"),
        lambda m, c, a, n: case_reception.cancel(
            c,
            reason=REASON,
            withdrawal="来电人书面撤回",
            mistake_note="误录了一件",
            actor=a,
            now=n,
        ),
    ),
    "dispatch": (
        ("clerk",),
        lambda m, c, a, n: case_dispatch.dispatch(c, platform="ZF", actor=a, now=n),
    ),
    "redispatch": (
        ("clerk",),
        lambda m, c, a, n: case_dispatch.redispatch(
            c, platform=_platform(c), reason=REASON, actor=a, now=n
        ),
    ),
    "sign_in": (
        ("zhifa2", "shichang"),
        lambda m, c, a, n: case_dispatch.sign_in(
            c,
            org_id=org_id("SHZX" if c.platform == "ZF" else "JJZX"),
            handler_id=a.person_id or 0,
            actor=a,
            now=n,
        ),
    ),
    "transfer": (
        ("zhifa",),
        lambda m, c, a, n: case_dispatch.transfer(
            c, org_id=org_id("SHZX"), handler_id=a.person_id or 0, actor=a, now=n
        ),
    ),
    "return_case": (
        ("zhifa", "shichang"),
        lambda m, c, a, n: case_dispatch.return_case(
            c, return_reason="不属本平台职责", suggestion="另派", reason=REASON, actor=a, now=n
        ),
    ),
    "record_progress": (
        ("zhifa2",),
        lambda m, c, a, n: case_handling.record_progress(c, content="到场核实", actor=a, now=n),
    ),
    "finish": (
        ("zhifa2",),
        lambda m, c, a, n: case_handling.finish(
            c, result="已解决", content=LONG, attachments=proof(a, n), actor=a, now=n
        ),
    ),
    "withdraw_finish": (
        ("zhifa2",),
        lambda m, c, a, n: case_amend.withdraw_finish(c, reason=REASON, actor=a, now=n),
    ),
    "verify": (
        ("clerk3",),
        lambda m, c, a, n: case_closing.verify(
            c, method="资料", opinion="照片属实", actor=a, now=n
        ),
    ),
    "rework": (
        ("clerk3",),
        lambda m, c, a, n: case_closing.rework(
            c, faults="还有一处", demand="三日内清完", reason=REASON, actor=a, now=n
        ),
    ),
    "feedback": (
        ("clerk3",),
        lambda m, c, a, n: case_closing.feedback(
            c, method="电话", content="已清运", feedback_at=n, actor=a, now=n
        ),
    ),
    "rate": (
        ("clerk3",),
        lambda m, c, a, n: case_rating.rate(
            c, satisfaction="满意", method="电话回访", reference="0577-1234", actor=a, now=n
        ),
    ),
    "archive": (
        ("clerk3",),
        lambda m, c, a, n: case_closing.archive(
            c, retention="D10", secrecy_confirmed=True, actor=a, now=n
        ),
    ),
    "reopen": (
        ("deputy", "mayor"),
        lambda m, c, a, n: case_amend.reopen(
            c, reopen_reason="反弹", reason=REASON, actor=a, now=n
        ),
    ),
    "reclassify": (
        ("clerk",),
        lambda m, c, a, n: case_amend.reclassify(
            c, reason=REASON, level="较大" if c.level == "一般" else "重大", actor=a, now=n
        ),
    ),
    "request_extension": (
        ("zhifa2",),
        lambda m, c, a, n: case_time.request_extension(
            c, extension_wd=2, work_done="已送达通知", reason=REASON, actor=a, now=n
        ),
    ),
    "approve_extension": (
        ("zhifa_lead",),
        lambda m, c, a, n: case_time.approve_extension(
            c, granted_wd=2, opinion="同意", actor=a, now=n
        ),
    ),
    "refuse_extension": (
        ("zhifa_lead",),
        lambda m, c, a, n: case_time.refuse_extension(c, opinion="不必", actor=a, now=n),
    ),
    "request_suspend": (
        ("zhifa2",),
        lambda m, c, a, n: case_suspend.request_suspend(
            c,
            suspend_reason="AWAIT_TEST",
            resume_on=m.day(4),
            attachments=proof(a, n),
            reason=REASON,
            actor=a,
            now=n,
        ),
    ),
    "approve_suspend": (
        ("zhifa_lead",),
        lambda m, c, a, n: case_suspend.approve_suspend(
            c, until_on=m.day(4), opinion="同意", actor=a, now=n
        ),
    ),
    "refuse_suspend": (
        ("zhifa_lead",),
        lambda m, c, a, n: case_suspend.refuse_suspend(c, opinion="照常办", actor=a, now=n),
    ),
    "resume": (
        ("zhifa_lead", "zhifa"),
        lambda m, c, a, n: case_suspend.resume(c, note="结果已出", actor=a, now=n),
    ),
    "merge": (
        ("clerk",),
        lambda m, c, a, n: case_merge.merge(
            c, main=m.other(), same_points=["地点", "内容"], reason=REASON, actor=a, now=n
        ),
    ),
    "unmerge": (
        ("clerk",),
        lambda m, c, a, n: case_merge.unmerge(c, main=m.other(), reason=REASON, actor=a, now=n),
    ),
    "request_multi_dispatch": (
        ("clerk",),
        lambda m, c, a, n: case_multi.request_multi_dispatch(
            c,
            platform="ZF",
            assist_platforms=["SJ"],
            tasks={"SJ": "查证照"},
            note="两家有份",
            actor=a,
            now=n,
        ),
    ),
    "dispatch_multi": (
        ("mayor",),
        lambda m, c, a, n: case_multi.dispatch_multi(
            c,
            platform="ZF",
            assist_platforms=["SJ"],
            tasks={"SJ": "查证照"},
            note="同意",
            actor=a,
            now=n,
        ),
    ),
    "refuse_multi_dispatch": (
        ("mayor",),
        lambda m, c, a, n: case_multi.refuse_multi_dispatch(c, opinion="一家就够", actor=a, now=n),
    ),
    "appoint_lead": (
        ("zhifa_lead", "mayor"),
        lambda m, c, a, n: case_lead.appoint_lead(
            c, lead_person_id=m.handler, lead_org_id=org_id("SHZX"), note="牵头", actor=a, now=n
        ),
    ),
}
ONWARD = (
    *("report", "supplement", "accept", "dispatch", "sign_in", "finish", "verify"),
    *("feedback", "archive", "approve_extension", "approve_suspend", "resume"),
)
"""往前走的步：乱挑的多半很快走到头，这些挑得多些."""
LOGINS = (
    *("clerk", "clerk2", "clerk3", "mayor", "deputy", "zhifa", "zhifa2", "zhifa_lead"),
    *("shichang", "zongzhi_lead", "grid09", "grid01", "jiwei", "admin", "chengguan"),
)


def _legal(state: str) -> list[str]:
    return [action for action in ACTS if state in MOVES[action]]


class Wandering(RuleBasedStateMachine):
    """一件案件与它的模型：状态、版本、日志条数."""

    actors: ClassVar[dict[str, Actor]] = {}
    done: ClassVar[set[str]] = set()
    """办成过的步：走得太浅的乱走没有意义."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = session.begin_nested()
        self.now = NOW + timedelta(minutes=1)
        clerk = self.actors["clerk2"]
        self.handler = self.actors["zhifa2"].person_id or 0
        main = case_intake.draft(hotline(received_at=NOW), actor=clerk, now=self.now)
        case_intake.report(main, actor=clerk, now=self.now)
        one = case_intake.draft(hotline(received_at=NOW), actor=clerk, now=self.now)
        session.flush()
        self.main_id, self.id = main.id, one.id
        self.state = "DRAFT"
        self.seen = self.facts()

    @initialize(steps=st.integers(0, 8))
    def begin(self, steps: int) -> None:
        """从主线的某一处开始."""
        for action in ONWARD[:1] + ONWARD[2 : 2 + max(0, steps - 1)] if steps else ():
            able, deed = ACTS[action]
            self.now += timedelta(minutes=10)
            deed(self, session.get_one(Case, self.id), self.actors[able[0]], self.now)
            session.flush()
            self.happened(action, able[0])

    def teardown(self) -> None:
        """这一趟作废；走完时整条日志链完好."""
        assert journal.verify(self.actors["clerk"].township_id).is_whole
        self.outer.rollback()
        session.expire_all()

    def day(self, days: int) -> date:
        """几天之后是哪天."""
        return (self.now + timedelta(days=days, hours=8)).date()

    def other(self) -> Case:
        """另一件：并案的主件."""
        return session.get_one(Case, self.main_id)

    def facts(self) -> tuple[Any, ...]:
        """库里的样子：状态、版本、日志几条、时钟几个、待批几条."""
        return tuple(
            session.execute(
                text(
                    "SELECT state, version, round, return_count,"
                    " (SELECT count(*) FROM journal WHERE case_id = c.id),"
                    " (SELECT count(*) FROM case_clock WHERE case_id = c.id),"
                    " (SELECT count(*) FROM case_proposal WHERE case_id = c.id)"
                    " FROM case_record c WHERE id = :id"
                ),
                {"id": self.id},
            ).one()
        )

    @rule(data=st.data(), minutes=st.sampled_from([1, 7, 60, 600, 2 * 1440]))
    def step(self, data: st.DataObject, minutes: int) -> None:
        """某人做某步."""
        legal = _legal(self.state)
        mood = data.draw(st.sampled_from(["onward", "legal", "onward", "legal", "wild"]))
        onward = [one for one in ONWARD if one in legal]
        sensible = mood != "wild"
        offered = {"onward": onward or legal, "legal": legal, "wild": sorted(ACTS)}[mood]
        action = data.draw(st.sampled_from(offered or sorted(ACTS)))
        able, deed = ACTS[action]
        login = data.draw(st.sampled_from(able if sensible else LOGINS))
        self.now += timedelta(minutes=minutes)
        inner = session.begin_nested()
        try:
            deed(self, session.get_one(Case, self.id), self.actors[login], self.now)
            session.flush()
        except Refused:
            inner.rollback()
            session.expire_all()
            assert self.facts() == self.seen, f"{login} {action} 被拒绝却留下了痕迹"
            return
        inner.commit()
        self.happened(action, login)

    def happened(self, action: str, login: str) -> None:
        """办成的：规格许可、这个人有权，状态到了该到的地方，恰添一条日志，版本恰加一."""
        assert self.state in MOVES[action], f"{self.state} 不该能 {action}"
        assert has(login, "case", action), f"{login} 没有 {action}"
        after = self.facts()
        assert after[0] in MOVES[action][self.state], (action, self.state, after[0])
        last = session.execute(
            text(
                "SELECT action, before, after FROM journal WHERE case_id = :id"
                " ORDER BY chain_seq DESC LIMIT 1"
            ),
            {"id": self.id},
        ).one()
        assert tuple(last) == (action, self.state, after[0])
        assert after[4] == self.seen[4] + 1, "一步一条日志"
        assert after[1] == self.seen[1] + 1, "一步一版"
        assert after[3] - self.seen[3] == (action == "return_case"), "退回次数"
        self.state, self.seen = after[0], after
        self.done.add(action)

    @rule(days=st.sampled_from([0, 1, 5]))
    def time_passes(self, days: int) -> None:
        """到点的事：再跑一遍什么也不变；一个时钟一种牌至多一张."""
        self.now += timedelta(days=days)
        ticking.tick(now=self.now)
        once = self.facts()
        assert ticking.tick(now=self.now) == 0
        assert self.facts() == once
        if once[0] != self.state:
            assert self.state == "SUSPENDED"
            assert once[0] in MOVES["resume"]["SUSPENDED"]
        twice = session.execute(
            text(
                "SELECT clock_id, kind FROM supervision WHERE case_id = :id AND NOT is_void"
                " GROUP BY 1, 2 HAVING count(*) > 1"
            ),
            {"id": self.id},
        ).all()
        assert twice == []
        self.state, self.seen = once[0], once

    @invariant()
    def the_clocks_are_those_of_the_state(self) -> None:
        """走着的时钟都是这个状态该走的；停着的状态没有期限；终态没有走着的办理时钟."""
        live = session.execute(
            text("SELECT clock, is_paused FROM case_clock WHERE case_id = :id AND done_at IS NULL"),
            {"id": self.id},
        ).all()
        going = {row.clock for row in live if not row.is_paused}
        assert going <= RUNNING[self.state], (self.state, going)
        assert len({row.clock for row in live}) == len(live), "一个时钟同时只有一个"
        due, tick = session.execute(
            text("SELECT due_at, next_tick_at FROM case_record WHERE id = :id"), {"id": self.id}
        ).one()
        if not going:
            assert due is None
            assert tick is None
        if self.state in TERMINAL:
            assert not going

    @invariant()
    def one_open_assignment_a_platform(self) -> None:
        """在办的交办一个平台至多一条；还没交办的没有."""
        rows = session.execute(
            text("SELECT platform FROM assignment WHERE case_id = :id AND is_open"),
            {"id": self.id},
        ).all()
        assert len({row.platform for row in rows}) == len(rows)
        if self.state in ("DRAFT", "REPORTED", "SUPPLEMENT", "ACCEPTED"):
            assert rows == []


@pytest.mark.usefixtures("db_session")
def test_wandering_at_random_keeps_database_clocks_and_journal_with_the_model(actor: Any) -> None:
    everybody = {login: actor(login) for login in LOGINS}

    class Walked(Wandering):
        actors = everybody

    run_state_machine_as_test(
        Walked,
        settings=settings(
            max_examples=90,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            print_blob=False,
            report_multiple_bugs=False,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(Walked.done) >= 24, sorted(set(ACTS) - Walked.done)
